"""`kiosk setup --trial FOLDER`: a device for learning and tests, marked as a trial for good."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from kiosk.commands import desk_session
from kiosk.commands.base import output, output_options
from kiosk.commands.device_secret import Held, device_secret_option, held_by
from kiosk.commands.load_progress import LoadProgress
from kiosk.commands.staff import role_text
from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, ltr
from kiosk.core.clock import Zone
from kiosk.core.debts.csv_rows import Reading
from kiosk.core.errors import KnownError, Language, error_payload
from kiosk.core.money import format_money
from kiosk.core.printed import clean_code, fits
from kiosk.core.roles import Role
from kiosk.core.wire.fields import StaffCode
from kiosk.core.wire.times import utc_ms, utc_text
from kiosk.debt_files import check_debt_file
from kiosk.desk.debt_import import ImportedDebts, import_debts
from kiosk.desk.setup import TRIAL_DEVICE, TRIAL_SERIES, VALID, TrialPlan, set_up_trial
from kiosk.desk.unlock import lock, unlock
from kiosk.governorates import governorates
from kiosk.policy_files import read_policy
from kiosk.store.device_backends import policy_with
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import generate_secret
from kiosk.store.slots import NewStaff
from kiosk.store.unlocked import SUPERVISOR
from kiosk.trial_data import shipped_trial_data
from kiosk.zone_files import read_zone, shipped_zone_text

DEFAULT_STAFF = ("SUP-1:supervisor", "TEL-1:teller", "TEL-2:teller", "COL-1:collector")
_BOTH: tuple[Language, Language] = ("ar", "en")
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
@click.option(
    "--governorate",
    metavar="CODE",
    help="كود المحافظة كما في الرقم القومي، 02 للإسكندرية · code of the governorate as in national numbers",
)
@click.option("--vehicle", metavar="CODE", help="كود السيارة · code of the vehicle")
@click.option(
    "--debts",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="ملف مديونيات CSV · a CSV file of debts",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="تاريخ بيانات المديونيات (الآن) · day that the debts tell of (default now)",
)
@device_secret_option
@output_options
def setup(
    folder: Path,
    staff: tuple[str, ...],
    unit: str,
    governorate: str | None,
    vehicle: str | None,
    debts: Path | None,
    as_of: datetime | None,
    device_secret: str,
) -> int:
    """جهّز جهازًا تجريبيًا · set up a trial device."""
    held = held_by(device_secret)
    people = _people(staff or DEFAULT_STAFF, held.backend)
    plan = TrialPlan(
        unit=clean_code(unit, "setup.bad_code"),
        vehicle=None if vehicle is None else clean_code(vehicle, "setup.bad_code"),
        staff=people,
        data=shipped_trial_data(),
        governorate=_governorate(governorate),
        device_secret=held.backend,
    )
    zone = read_zone(shipped_zone_text())
    clock = DeviceClock(zone)
    day = _start_of(zone, as_of) if as_of else None
    if debts is not None:
        problems = _problems(debts, plan, zone.local_date(utc_ms(clock.look()[0].at)))
        if problems:
            return _say_problems(problems)
    set_up_trial(folder, plan, clock, desk_session.OPENING)
    imported = _import(folder, people, debts, day) if debts else None
    _say(folder, plan, imported, held)
    return 0


def _governorate(typed: str | None) -> str | None:
    """A code of the table that national numbers use. Raises KnownError `setup.governorate`."""
    if typed is None:
        return None
    code = ascii_digits(typed)
    if code not in governorates():
        raise KnownError("setup.governorate", text=excerpt(typed), known=" ".join(sorted(governorates())))
    return code


def _start_of(zone: Zone, day: datetime) -> datetime:
    """The first moment of a day in the zone, in UTC."""
    midnight = day.replace(tzinfo=UTC)
    return midnight - timedelta(minutes=zone.offset(utc_ms(midnight)))


def _problems(debts: Path, plan: TrialPlan, today: date) -> list[KnownError]:
    """Check the file before anything is made: a mistake in it leaves no half-made device."""
    policy = read_policy(plan.data.policy.decode(), "policy").on(today)
    check = check_debt_file(debts, Reading(governorates(), today, tuple(policy.debt_kinds)))
    return check.problems


def _say_problems(problems: list[KnownError]) -> int:
    payload = {"trial": False, "problems": [error_payload(one) for one in problems]}
    texts = ("\n".join(f"{one.sentence(lang)}\n    {one.remedy(lang)}" for one in problems) for lang in _BOTH)
    output().emit(payload, next(texts), next(texts))
    return problems[0].exit_code


def _import(folder: Path, people: Sequence[NewStaff], debts: Path, as_of: datetime | None) -> ImportedDebts:
    first = next(one for one in people if SUPERVISOR in one.roles)
    session = unlock(folder, first.code, first.secret.digits.decode(), opening=desk_session.OPENING)
    loading = LoadProgress()
    try:
        return import_debts(session, debts, as_of or session.moment().at, loading)
    finally:
        loading.end()
        lock(session)


def _people(typed: Sequence[str], backend: str) -> list[NewStaff]:
    """Read `CODE:role+role` words. Raises KnownError `setup.staff_form`, also for a code given twice."""
    people: dict[str, NewStaff] = {}
    expires = datetime.now(UTC) + VALID
    for word in typed:
        code, _, roles = word.partition(":")
        named = tuple(sorted(set(roles.split("+"))))
        if not fits(StaffCode, code) or not _ROLES.issuperset(named) or code in people:
            raise KnownError("setup.staff_form", text=excerpt(word), roles=", ".join(sorted(_ROLES)))
        people[code] = NewStaff(code, named, generate_secret(policy_with(backend)), expires)
    return list(people.values())


def _say(folder: Path, plan: TrialPlan, debts: ImportedDebts | None, held: Held) -> None:
    people = plan.staff
    payload: dict[str, Any] = {
        "trial": True,
        "folder": str(folder),
        "device": TRIAL_DEVICE,
        "series": TRIAL_SERIES,
        "unit": plan.unit,
        "governorate": plan.governorate,
        "staff": [
            {"code": one.code, "roles": list(one.roles), "secret": one.secret.grouped()} for one in people
        ],
        "debts": _debts_plain(debts) if debts else None,
        **held.plain(),
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
    arabic.append(held.arabic)
    english.append(held.english)
    if plan.governorate:
        place = governorates()[plan.governorate]
        arabic.append(f"المحافظة: {place.name_ar}.")
        english.append(f"Governorate: {place.name_en}.")
    if debts:
        owed, many = format_money(debts.loaded.owed), debts.loaded.debts
        arabic.append(f"المديونيات: {ltr(str(many))}، جملتها {ltr(owed)}.")
        english.append(f"Debts: {many}, {owed} in all.")
    output().emit(payload, "\n".join(arabic), "\n".join(english))


def _debts_plain(debts: ImportedDebts) -> dict[str, Any]:
    return {
        "version": debts.version,
        "as_of": utc_text(debts.as_of),
        "debtors": debts.loaded.debtors,
        "debts": debts.loaded.debts,
        "charges": debts.loaded.charges,
        "owed": debts.loaded.owed,
        "doubtful_numbers": debts.doubtful_numbers,
    }
