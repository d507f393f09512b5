"""`kiosk staff …`: who may work on this device."""

from pathlib import Path

import click

from kiosk.commands.activation import activation_of
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import SECRET, open_session, secret_of, store_options
from kiosk.core.bidi import ltr
from kiosk.core.roles import Role
from kiosk.core.wire.times import utc_text
from kiosk.desk.session import Session
from kiosk.desk.staff import NewSlot, add_person, change_own_secret, remove_person, renew_secret
from kiosk.store.queries.staff import members
from kiosk.store.secret_digits import generate_secret

ROLE_NAMES = {
    "teller": ("موظف شباك", "teller"),
    "collector": ("محصّل", "collector"),
    "supervisor": ("مشرف", "supervisor"),
    "inspector": ("مفتش", "inspector"),
    "technician": ("فني", "technician"),
}


@click.group("staff")
def staff_group() -> None:
    """الموظفون على هذا الجهاز · the staff of this device."""


@staff_group.command("list")
@store_options
@output_options
def list_command(store: Path | None, staff: str | None) -> None:
    """اعرض الموظفين وأدوارهم · list staff and their roles."""
    with open_session(store, staff) as session:
        everyone = members(session.store.db)
    payload = {
        "staff": [{"code": one.code, "roles": list(one.roles), "removed": one.removed} for one in everyone]
    }
    lines = {
        language: "\n".join(
            f"{ltr(one.code) if language == 'ar' else one.code}  {role_text(one.roles, n)}"
            + ((" (محذوف)", " (removed)")[n] if one.removed else "")
            for one in everyone
        )
        for n, language in enumerate(("ar", "en"))
    }
    output().emit(payload, lines["ar"], lines["en"])


def role_text(roles: tuple[str, ...], language: int) -> str:
    """Names of roles: Arabic (0) or English (1)."""
    return ("، ", ", ")[language].join(ROLE_NAMES[role][language] for role in roles)


@staff_group.command("add")
@click.argument("code", metavar="CODE")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role if role is not Role.TECHNICIAN]),
    help="دور الموظف، ويتكرر · a role; may be given again",
)
@store_options
@output_options
def add_command(store: Path | None, staff: str | None, code: str, roles: tuple[str, ...]) -> None:
    """أضف موظفًا حاضرًا واعرض رقمه السري مرة واحدة · add a person present; his secret is shown once."""
    with open_session(store, staff) as session:
        trial = session.store.journal.state().trial
        slot = add_person(session, code, roles, None if trial else activation_of(code))
    _say_slot(slot)


@staff_group.command("remove")
@click.argument("code", metavar="CODE")
@click.option("--reason", required=True, metavar="CODE", help="كود السبب · code of the reason")
@store_options
@output_options
def remove_command(store: Path | None, staff: str | None, code: str, reason: str) -> None:
    """احذف مفتاح موظف · destroy a person's slot."""
    with open_session(store, staff) as session:
        remove_person(session, code, reason)
    output().emit(
        {"code": code, "removed": True},
        f"حُذف مفتاح الموظف {ltr(code)} من هذا الجهاز.",
        f"{code} was removed from this device.",
    )


@staff_group.command("secret")
@click.argument("code", metavar="[CODE]", required=False)
@store_options
@output_options
def secret_command(store: Path | None, staff: str | None, code: str | None) -> None:
    """غيّر رقمك السري، أو اعمل رقمًا جديدًا لمن نسيه · a new secret, one's own or of who forgot his."""
    with open_session(store, staff) as session:
        if code is not None and code != session.staff:
            _say_slot(renew_secret(session, code))
            return
        _change_own(session)
    output().emit(
        {"code": staff, "changed": True},
        "تغيّر رقمك السري. القديم لا يفتح بعد الآن.",
        "Your secret is changed. The old one opens nothing any more.",
    )


def _change_own(session: Session) -> None:
    """Show the new number, let him type it back, and only then change it."""
    new = generate_secret()
    out = output()
    click.echo(out.text("رقمك السري الجديد: ", "Your new secret: ") + new.grouped(), err=True)
    again: str = click.prompt(out.text("اكتبه كما تراه", "Type it as you see it"), err=True)
    change_own_secret(session, secret_of(SECRET, session.staff), new, again)


def _say_slot(slot: NewSlot) -> None:
    payload = {
        "code": slot.code,
        "roles": list(slot.roles),
        "expires": utc_text(slot.expires),
        "secret": slot.secret.grouped(),
    }
    shown = slot.secret.grouped()
    output().emit(
        payload,
        f"الموظف {ltr(slot.code)} ({role_text(slot.roles, 0)})، رقمه السري: {ltr(shown)}\n"
        "يُعرض مرة واحدة؛ سلّمه له الآن.",
        f"{slot.code} ({role_text(slot.roles, 1)}), secret: {shown}\nShown once; give it to him now.",
    )
