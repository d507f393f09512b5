"""The shipped catalogue for tests: its files parsed once, edited copies, and forms filled by machine."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from kiosk.core.catalogue.answers import Surroundings
from kiosk.core.catalogue.checks import Checked, read_catalogue
from kiosk.core.catalogue.forms import FormState, evaluate
from kiosk.core.catalogue.model import Field, FieldType, Service
from kiosk.core.marked import Marked, read_marked
from kiosk.fee_tables import shipped_fee_tables
from kiosk.governorates import governorates
from kiosk.resources import resources_folder

FOLDER = resources_folder() / "catalogue"
TODAY = date(2026, 11, 24)
NATIONAL_NUMBER = "29901011200016"


@cache
def texts() -> Mapping[str, str]:
    """The text of every shipped file by its path below the folder."""
    paths = sorted(FOLDER.rglob("*.yaml"))
    return {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@cache
def marked() -> Mapping[str, Marked]:
    """Every shipped file, parsed."""
    return {name: read_marked(text, name) for name, text in texts().items()}


def edited(file: str, old: str, new: str) -> str:
    """A shipped file with one edit, which must find its place exactly once."""
    text = texts()[file]
    assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
    return text.replace(old, new)


def check_with(changed: Mapping[str, str], *, fees: bool = False) -> Checked:
    """Check the shipped catalogue with some files replaced or added."""
    files = {**marked(), **{name: read_marked(text, name) for name, text in changed.items()}}
    return read_catalogue(files, shipped_fee_tables() if fees else None)


def around(governorate: str | None = "13", today: date = TODAY) -> Surroundings:
    """A unit in Sharqia on the day of the tests."""
    return Surroundings(today, governorate, governorates())


SAMPLES = {
    FieldType.TEXT: "نص قصير",
    FieldType.LONG_TEXT: "وصف من سطرين\nالسطر الثاني",
    FieldType.NAME: "محمد أحمد علي حسن",
    FieldType.NATIONAL_NUMBER: NATIONAL_NUMBER,
    FieldType.PASSPORT: "A1234567",
    FieldType.MOBILE: "01012345678",
    FieldType.ADDRESS: "12 شارع المدارس",
    FieldType.PLACE: "كفر صقر",
    FieldType.COORDINATES: "30.5877, 31.5020",
    FieldType.WHOLE: "3",
    FieldType.DECIMAL: "120.5",
    FieldType.MONEY: "1500.25",
    FieldType.DATE: "24/11/2026",
    FieldType.YES_NO: "yes",
    FieldType.ACCOUNT: "114/2019",
    FieldType.TAX_NUMBER: "100-200-300",
}


def sample(field: Field) -> str:
    """A right answer to a field."""
    if field.type is FieldType.CHOICE:
        return field.options[0].code
    return str(field.minimum) if field.minimum and field.minimum > 3 else SAMPLES[field.type]


def filled(service: Service, chosen: Mapping[str, str] | None = None, governorate: str = "13") -> FormState:
    """Fill a form until nothing is missing; `chosen` answers come before the samples."""
    answers = dict(chosen or {})
    state = evaluate(service, answers, around(governorate))
    while state.missing:
        wanted = service.field(state.missing[0])
        assert wanted is not None
        answers[wanted.name] = sample(wanted)
        state = evaluate(service, answers, around(governorate))
    return state
