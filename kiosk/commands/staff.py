"""`kiosk staff …`: who may work on this device."""

import os
from pathlib import Path

import click

from kiosk.commands.activation import activation_of
from kiosk.commands.base import output, output_options
from kiosk.commands.desk_session import SECRET, open_session, secret_of, store_options
from kiosk.core.bidi import ltr
from kiosk.core.errors import KnownError
from kiosk.core.roles import Role
from kiosk.core.wire.times import utc_text
from kiosk.desk.keys import change_data_key
from kiosk.desk.session import Session
from kiosk.desk.staff import NewSlot, add_person, change_own_secret, remove_person, renew_secret
from kiosk.store.queries.staff import members
from kiosk.store.secret_digits import (
    NewSecret,
    SecretPolicy,
    choose_secret,
    generate_secret,
    read_secret,
)

CHOSEN_NUMBER = "KIOSK_NEW_SECRET"
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
    """أضف موظفًا حاضرًا ورقمه السري · add a person who is present, with a secret of his own."""
    with open_session(store, staff) as session:
        trial = session.store.journal.state().trial
        activation = None if trial else activation_of(code)
        chosen = chosen_secret(session.store.slots.policy, code)
        slot = add_person(session, code, roles, activation, chosen=chosen)
    _say_slot(slot)


@staff_group.command("remove")
@click.argument("code", metavar="CODE")
@click.option("--reason", required=True, metavar="CODE", help="كود السبب · code of the reason")
@click.option(
    "--may-have-copied",
    "copied",
    is_flag=True,
    help="ربما نسخ مفتاح البيانات، فيتغير معه · the data key is changed too, for he may have copied it",
)
@store_options
@output_options
def remove_command(store: Path | None, staff: str | None, code: str, reason: str, copied: bool) -> None:
    """احذف مفتاح موظف · destroy a person's slot."""
    with open_session(store, staff) as session:
        remove_person(session, code, reason)
        if copied:
            change_data_key(session, "leaver")
    arabic, english = f"حُذف مفتاح الموظف {ltr(code)} من هذا الجهاز.", f"{code} was removed from this device."
    if copied:
        arabic += " وتغيّر مفتاح البيانات."
        english += " The data key is changed."
    output().emit({"code": code, "removed": True, "rekeyed": copied}, arabic, english)


@staff_group.command("secret")
@click.argument("code", metavar="[CODE]", required=False)
@store_options
@output_options
def secret_command(store: Path | None, staff: str | None, code: str | None) -> None:
    """غيّر رقمك السري، أو اعمل رقمًا جديدًا لمن نسيه · a new secret, one's own or of who forgot his."""
    with open_session(store, staff) as session:
        if code is not None and code != session.staff:
            chosen = chosen_secret(session.store.slots.policy, code)
            _say_slot(renew_secret(session, code, chosen=chosen))
            return
        _change_own(session)
    output().emit(
        {"code": staff, "changed": True},
        "تغيّر رقمك السري. القديم لا يفتح بعد الآن.",
        "Your secret is changed. The old one opens nothing any more.",
    )


def _change_own(session: Session) -> None:
    new, again = new_secret(session.store.slots.policy, session.staff)
    change_own_secret(session, secret_of(SECRET, session.staff), new, again)


def new_secret(policy: SecretPolicy, staff: str) -> tuple[NewSecret, str]:
    """Show a new number, or let him choose one where a chip counts tries; with it what he typed back."""
    return _shown() if policy.generated else _chosen(policy, staff)


def chosen_secret(policy: SecretPolicy, staff: str) -> NewSecret | None:
    """Let a person who is present choose his number, where a chip counts tries; None where one is drawn.

    Raises KnownError `secret.*`, `staff.typed_back_differs`.
    """
    if policy.generated:
        return None
    new, again = _chosen(policy, staff)
    if read_secret(again, policy).digits != new.digits:
        raise KnownError("staff.typed_back_differs")
    return new


def _shown() -> tuple[NewSecret, str]:
    new, out = generate_secret(), output()
    click.echo(out.text("رقمك السري الجديد: ", "Your new secret: ") + new.grouped(), err=True)
    return new, click.prompt(out.text("اكتبه كما تراه", "Type it as you see it"), err=True)


def _chosen(policy: SecretPolicy, staff: str) -> tuple[NewSecret, str]:
    typed, out = os.environ.get(CHOSEN_NUMBER), output()
    if typed is not None:
        return choose_secret(typed, policy, staff=staff), typed
    question = out.text(
        f"الموظف {staff} يكتب بنفسه رقمًا سريًا من {policy.shortest} أرقام أو أكثر",
        f"{staff} types a secret of {policy.shortest} digits or more himself",
    )
    new = choose_secret(click.prompt(question, hide_input=True, err=True), policy, staff=staff)
    return new, click.prompt(out.text("اكتبه مرة أخرى", "Type it again"), hide_input=True, err=True)


def _say_slot(slot: NewSlot) -> None:
    payload = {
        "code": slot.code,
        "roles": list(slot.roles),
        "expires": utc_text(slot.expires),
        "secret": None if slot.chosen else slot.secret.grouped(),
        "chosen": slot.chosen,
    }
    if slot.chosen:
        output().emit(
            payload,
            f"الموظف {ltr(slot.code)} ({role_text(slot.roles, 0)}) يفتح بالرقم الذي اختاره.",
            f"{slot.code} ({role_text(slot.roles, 1)}) unlocks with the secret that he chose.",
        )
        return
    shown = slot.secret.grouped()
    output().emit(
        payload,
        f"الموظف {ltr(slot.code)} ({role_text(slot.roles, 0)})، رقمه السري: {ltr(shown)}\n"
        "يُعرض مرة واحدة؛ سلّمه له الآن.",
        f"{slot.code} ({role_text(slot.roles, 1)}), secret: {shown}\nShown once; give it to him now.",
    )
