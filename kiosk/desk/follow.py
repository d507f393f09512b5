"""Follows requests: what the centre says of one, what is known of it here, and how old that knowledge is.

Any device of a unit can answer for every request of the unit, as far as the centre has told. A silence of the
centre is said as such: what is only known here is not called refused, lost or under way.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlite_utils import Database

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.catalogue.model import Text
from kiosk.core.errors import KnownError
from kiosk.core.identity.national_number import read_national_number
from kiosk.core.request_states import STATES, TRACKING_EXAMPLE
from kiosk.core.roles import Right
from kiosk.core.seal import claimed_number
from kiosk.core.wire.request_status import RequestStatus
from kiosk.desk.session import Session
from kiosk.store.person_index import PersonIndex
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.queries.requests import (
    TakenRequest,
    highest_tracking,
    request_of,
    request_paid_by,
    requests_of,
)
from kiosk.store.request_told import Age, told_age, told_of

_TRACKING = re.compile(r"D[0-9]{8}-[0-9]{4}-[0-9]{6,9}", re.ASCII)
_RECEIPT = re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}-[0-9]{6,12}", re.ASCII)
_NATIONAL = re.compile(r"[0-9]{14}", re.ASCII)


class Word(StrEnum):
    """Whose word there is on a request."""

    SAID = "said"
    """The centre's."""
    ARRIVED = "arrived"
    """It is at the centre, and nothing of it has come back."""
    WAITS = "waits"
    """It has not reached the centre yet."""
    TRIAL = "trial"
    """This is a trial device, which has no centre."""


@dataclass(frozen=True)
class Followed:
    """One request. `here`: it was taken on this device. `said`: the centre's word, None without one.

    `name` is None for a service that the catalogue here does not have. `overdue`: the last day for what is
    missing is past. `papers` and `papers_until`: what was missing when it was taken here, as long as the
    centre has not looked at it. `left`: piastres still to be paid, of a request taken here. `age` is None
    before anything came.
    """

    tracking: str
    service: str
    name: Text | None
    day: date
    here: bool
    word: Word
    said: RequestStatus | None
    overdue: bool
    papers: tuple[Text, ...]
    papers_until: date | None
    left: int
    age: Age | None


def follow(session: Session, typed: str) -> tuple[Followed, ...]:
    """What is known of a request by its number, its receipt's number or code, or of all of a person's
    requests here by his national number, newest first. Any digits and direction marks will do.

    Raises KnownError `roles.no_right`, `follow.*`, `identity.*`.
    """
    session.require(Right.REQUEST_TAKE)
    text = ascii_digits(strip_marks(typed)).strip().upper()
    bare = "".join(text.split())
    if _TRACKING.fullmatch(bare):
        return (_followed(session, bare),)
    if _NATIONAL.fullmatch(bare):
        return tuple(_followed(session, one) for one in _of_person(session, bare))
    return (_followed(session, _paid_by(session.store.db, bare, typed)),)


def _of_person(session: Session, number: str) -> tuple[str, ...]:
    read = read_national_number(
        number, governorates=session.reference.governorates, today=session.believed_date()
    )
    index = PersonIndex(session.store.db, session.store.unlocked.data_key)
    found = requests_of(session.store.db, [index.key("national_number", read.number)])
    if not found:
        raise KnownError("follow.no_request_of")
    return found


def _paid_by(db: Database, bare: str, typed: str) -> str:
    """The request of a receipt, by its number or the text of its code."""
    number = bare
    if not _RECEIPT.fullmatch(bare):
        try:
            number = claimed_number(bare)
        except KnownError as error:
            raise KnownError("follow.number", text=excerpt(typed), example=TRACKING_EXAMPLE) from error
    tracking = request_paid_by(db, number)
    if tracking is None:
        raise KnownError("follow.no_receipt", number=number)
    if not tracking:
        raise KnownError("follow.no_request_paid", number=number)
    return tracking


def _followed(session: Session, tracking: str) -> Followed:
    db = session.store.db
    said, taken, age = told_of(db, tracking), _taken(db, tracking), told_age(db)
    if said is None and taken is None:
        raise _unknown(session, tracking, age)
    service, day = (taken.body.service, taken.day) if taken else (said.service, said.day)  # type: ignore[union-attr]
    catalogue, today = session.reference.catalogue, session.believed_date()
    known = catalogue.services.get(service)
    until = said.until if said else None
    looked_at = said is not None and said.state != "received"
    missing = taken.body.papers.missing if taken and not looked_at else ()
    papers_until = taken.body.conditional_until if taken and not looked_at else None
    last = until or papers_until
    return Followed(
        tracking=tracking,
        service=service,
        name=known.name if known else None,
        day=day,
        here=taken is not None,
        word=Word.SAID if said else _silence(session, taken),
        said=said,
        overdue=last is not None and last < today,
        papers=tuple(
            catalogue.papers[one].name if one in catalogue.papers else Text(one, one) for one in missing
        ),
        papers_until=papers_until,
        left=taken.left if taken and not _over(said) else 0,
        age=age,
    )


def _over(said: RequestStatus | None) -> bool:
    state = STATES.get(said.state) if said else None
    return state is not None and state.closed


def _taken(db: Database, tracking: str) -> TakenRequest | None:
    try:
        return request_of(db, tracking)
    except KnownError as error:
        if error.code != "request.unknown":
            raise
        return None


def _silence(session: Session, taken: TakenRequest | None) -> Word:
    if session.store.journal.state().trial:
        return Word.TRIAL
    at_centre = taken is not None and taken.seq <= acknowledged_through(session.store.db)
    return Word.ARRIVED if at_centre else Word.WAITS


def _unknown(session: Session, tracking: str, age: Age | None) -> KnownError:
    """Why there is nothing to say of a number that has the form of one."""
    prefix = tracking[: tracking.rindex("-") + 1]
    if tracking.startswith(f"{session.store.journal.state().device}-"):
        highest = highest_tracking(session.store.db, prefix)
        return KnownError("follow.none_here" if tracking > highest else "follow.gone", tracking=tracking)
    if age is None:
        return KnownError("follow.never_told", tracking=tracking)
    as_of = session.local_date(age.as_of)
    return KnownError("follow.not_told", tracking=tracking, as_of=f"{as_of:%d/%m/%Y}")
