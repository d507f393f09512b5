"""`kiosk setup --trial FOLDER`: a device for learning and tests, marked as a trial for good."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from kiosk.commands import desk_session
from kiosk.commands.base import output, output_options
from kiosk.commands.staff import role_text
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.errors import KnownError
from kiosk.core.printed import clean_code, fits
from kiosk.core.roles import Role
from kiosk.core.wire.fields import StaffCode
from kiosk.desk.setup import TRIAL_DEVICE, TRIAL_SERIES, VALID, TrialPlan, set_up_trial
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import generate_secret
from kiosk.store.slots import NewStaff
from kiosk.trial_data import shipped_trial_data
from kiosk.zone_files import read_zone, shipped_zone_text

DEFAULT_STAFF = ("SUP-1:supervisor", "TEL-1:teller", "TEL-2:teller", "COL-1:collector")
_ROLES = frozenset(role.value for role in Role if role is not Role.TECHNICIAN)


@click.command("setup")
@click.option(
    "--trial",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="مجلد جديد أو فارغ للجهاز التجريبي · a new or empty folder for the trial",
)
@click.option(
    "--staff",
    multiple=True,
    metavar="CODE:ROLE[+ROLE]",
    help="موظف ودوره، ويتكرر · a person and his roles; may be given again",
)
@click.option("--unit", default="U-TRIAL", metavar="CODE", help="كود الوحدة المحلية · code of the local unit")
@click.option("--vehicle", metavar="CODE", help="كود السيارة · code of the vehicle")
@output_options
def setup(folder: Path, staff: tuple[str, ...], unit: str, vehicle: str | None) -> None:
    """جهّز جهازًا تجريبيًا · set up a trial device."""
    people = _people(staff or DEFAULT_STAFF)
    plan = TrialPlan(
        unit=clean_code(unit, "setup.bad_code"),
        vehicle=None if vehicle is None else clean_code(vehicle, "setup.bad_code"),
        staff=people,
        data=shipped_trial_data(),
    )
    clock = DeviceClock(read_zone(shipped_zone_text()))
    set_up_trial(folder, plan, clock, desk_session.OPENING)
    _say(folder, people)


def _people(typed: Sequence[str]) -> list[NewStaff]:
    """Read `CODE:role+role` words. Raises KnownError `setup.staff_form`, also for a code given twice."""
    people: dict[str, NewStaff] = {}
    expires = datetime.now(UTC) + VALID
    for word in typed:
        code, _, roles = word.partition(":")
        named = tuple(sorted(set(roles.split("+"))))
        if not fits(StaffCode, code) or not _ROLES.issuperset(named) or code in people:
            raise KnownError("setup.staff_form", text=excerpt(word), roles=", ".join(sorted(_ROLES)))
        people[code] = NewStaff(code, named, generate_secret(), expires)
    return list(people.values())


def _say(folder: Path, people: Sequence[NewStaff]) -> None:
    payload = {
        "trial": True,
        "folder": str(folder),
        "device": TRIAL_DEVICE,
        "series": TRIAL_SERIES,
        "staff": [
            {"code": one.code, "roles": list(one.roles), "secret": one.secret.grouped()} for one in people
        ],
    }
    width = max(len(one.code) for one in people)
    arabic = [
        f"جهاز تجريبي للتعلم فقط، لا للعمل الفعلي: {ltr(str(folder))}",
        "الأرقام السرية تُعرض مرة واحدة:",
    ]
    english = [f"A trial device for learning, never for real work: {folder}", "The secrets are shown once:"]
    for one in people:
        code, secret = one.code.ljust(width), one.secret.grouped()
        arabic.append(f"{ltr(code)}  {ltr(secret)}  {role_text(one.roles, 0)}")
        english.append(f"{code}  {secret}  {role_text(one.roles, 1)}")
    output().emit(payload, "\n".join(arabic), "\n".join(english))
