"""Who hands over the money when it is not the person himself: a sealed record and his capacity."""

from dataclasses import dataclass, field

from kiosk.core.catalogue.answers import read_answer
from kiosk.core.catalogue.model import Field, FieldType, Text
from kiosk.core.errors import KnownError
from kiosk.core.identity.national_number import take_typing
from kiosk.desk.session import Session
from kiosk.store.persons import SealedPerson

SELF = "self"
CAPACITIES = (SELF, "heir", "relative", "agent", "buyer", "other")
"""In which capacity someone pays; printed on the receipt beside his name (form 33)."""


@dataclass(frozen=True)
class Payer:
    """Who pays, as typed: his name, capacity, and number if he shows it (typed again when it is in doubt)."""

    name: str = field(repr=False)
    capacity: str
    number: str | None = field(default=None, repr=False)
    number_again: str | None = field(default=None, repr=False)


def seal_payer(session: Session, payer: Payer) -> SealedPerson:
    """Check and seal a payer; nothing is written yet.

    Raises KnownError `payer.capacity`, `form.name_*`, `form.missing`, `identity.*`.
    """
    check_capacity(payer.capacity)
    return session.store.persons.prepare(payer_details(session, payer))


def check_capacity(capacity: str) -> None:
    """Raise KnownError `payer.capacity` for a word that is none."""
    if capacity not in CAPACITIES:
        raise KnownError("payer.capacity", known=" ".join(CAPACITIES))


def payer_details(session: Session, payer: Payer) -> dict[str, str]:
    """What is sealed of a payer. Raises KnownError `form.name_*`, `form.missing`, `identity.*`."""
    today, governorates = session.latest_date(), session.reference.governorates
    if not payer.name.strip():
        raise KnownError("form.missing")
    name = Field("payer_name", Text("", ""), FieldType.NAME)
    details = {"payer_name": str(read_answer(name, payer.name, session.reference.surroundings(today)).value)}
    if payer.number is not None:
        typing = take_typing(payer.number, None, governorates=governorates, today=today)
        if payer.number_again is not None:
            typing = take_typing(payer.number_again, typing, governorates=governorates, today=today)
        question = typing.question()
        if question is not None:
            raise question
        details["national_number"] = typing.number.number
        if typing.check_confirmed_by_second_typing:
            details["check_confirmed_by_second_typing"] = "national_number"
    return details
