"""Personal data past their time, and erasing them: by the policy's periods, or because of a decision.

Erasing destroys the keys of sealed records; the entry that says so goes to the centre, which does the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.entries.privacy import MOST_RECORDS, PersonErased
from kiosk.core.errors import KnownError
from kiosk.core.identity.mobile import read_mobile
from kiosk.core.printed import tidy
from kiosk.core.roles import Right
from kiosk.core.wire.entry import Link
from kiosk.core.wire.times import from_ms
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.counting import a_staff_code
from kiosk.desk.session import Session
from kiosk.store.attachments import State, attachments_of_person
from kiosk.store.retention import (
    HeldDraft,
    HeldRecord,
    drop_drafts_before,
    drop_drafts_with,
    erasing,
    held_drafts,
    held_records,
)
from kiosk.store.sync_state import centre_of, persons_through

DRAFT = "draft"


@dataclass(frozen=True)
class Due:
    """What is past its time: records to erase, those that the centre must have first, and drafts."""

    records: tuple[HeldRecord, ...]
    waiting: tuple[HeldRecord, ...]
    drafts: tuple[HeldDraft, ...]


@dataclass(frozen=True)
class Erased:
    """What was erased: records by the entries that name them, and drafts that went with them."""

    entries: tuple[Link, ...]
    records: int
    drafts: int


@dataclass(frozen=True)
class Decision:
    """A decision of a court or the authority, or a citizen's request that was granted.

    `number`: any number by which the citizen's records are known; `case`: number of the paper that obliges
    us; `approver`: staff code of the second person.
    """

    number: str
    case: str
    approver: str


def privacy_due(session: Session) -> Due:
    """What is past the time that the policy sets for its kind. Time goes by the date surely reached.

    Raises KnownError `roles.no_right`, `session.expired`.
    """
    session.require(Right.PRIVACY_READ)
    return _due(session)


def erase_due(session: Session) -> Erased:
    """Erase everything that is past its time and safely at the centre; a trial has no centre to wait for.

    Raises KnownError `privacy.nothing_due`, `roles.no_right`, `session.expired`, `store.*`.
    """
    session.require(Right.PERSON_ERASE)
    due = _due(session)
    if not due.records and not due.drafts:
        raise KnownError("privacy.nothing_due")
    entries: list[Link] = []
    with erasing(session.store.db):
        for kind in sorted({one.kind for one in due.records}):
            of_kind = sorted(one.record for one in due.records if one.kind == kind)
            parts = (of_kind[at : at + MOST_RECORDS] for at in range(0, len(of_kind), MOST_RECORDS))
            entries += [_erase(session, _by_retention(part, kind)) for part in parts]
        dropped = _drop_old_drafts(session) if due.drafts else 0
    session.store.attachments.sweep()
    return Erased(tuple(entries), len(due.records), dropped)


def propose_erasure(session: Session, decision: Decision) -> Proposal:
    """What the second person is asked to sign. Raises KnownError as `erase_person` does."""
    session.require(Right.PERSON_ERASE)
    return session.propose(_by_law(session, decision))


def erase_person(session: Session, decision: Decision, approval: Approval) -> Erased:
    """Erase every record of a citizen on this device, and the drafts in which his number stands.

    Raises KnownError `privacy.nobody`, `privacy.too_many`, `slots.bad_code`, `roles.no_right`,
    `session.expired`, `approval.changed`, `entry.*`, `store.*`.
    """
    session.require(Right.PERSON_ERASE)
    numbers = _forms_of(decision.number)
    with erasing(session.store.db), session.act() as act:
        body = _by_law(session, decision)
        dropped = drop_drafts_with(act.db, sorted(numbers))
        for record in body.persons:
            act.persons.erase(record)
        entry = act.append(body, sign=True, approvals=[approval])
    session.store.attachments.sweep()
    return Erased((entry,), len(body.persons), dropped)


def days_kept(session: Session) -> dict[str, int | None]:
    """How many days each kind of personal data is kept by the policy of today."""
    return {rule.code: rule.days for rule in session.reference.policy(session.today()).retention}


def _due(session: Session) -> Due:
    days, today, db = days_kept(session), session.believed_date(), session.store.db
    at_centre = persons_through(db) if centre_of(db) is not None else None

    def over(kind: str, moment: datetime) -> bool:
        return _is_over(days.get(kind), session.local_date(moment), today)

    past = [one for one in held_records(db) if over(one.kind, one.at)]
    safe = [
        one
        for one in past
        if at_centre is None or (one.seq <= at_centre and not _scans_wait(session, one.record))
    ]
    return Due(
        records=tuple(safe),
        waiting=tuple(one for one in past if one not in safe),
        drafts=tuple(one for one in held_drafts(db) if over(DRAFT, one.saved_at)),
    )


def _scans_wait(session: Session, record: str) -> bool:
    """Whether a scan of this person is in no back-up of the centre; one damaged here can be sent no more."""
    for one in attachments_of_person(session.store.db, record):
        if one.state is State.SENT:
            return True
        if one.state is State.WAITING:
            try:
                session.store.attachments.sealed(one)
            except KnownError as error:
                if error.code != "attachment.damaged":
                    raise
            else:
                return True
    return False


def _is_over(days: int | None, since: date, today: date) -> bool:
    return days is not None and (today - since).days > days


def _by_retention(records: Sequence[str], kind: str) -> PersonErased:
    return PersonErased(persons=tuple(records), basis="retention", rule=kind, case=None, approver=None)


def _by_law(session: Session, decision: Decision) -> PersonErased:
    found = sorted(_records_of(session, _forms_of(decision.number)))
    if not found:
        raise KnownError("privacy.nobody")
    if len(found) > MOST_RECORDS:
        raise KnownError("privacy.too_many", count=len(found), limit=MOST_RECORDS)
    return PersonErased(
        persons=tuple(found),
        basis="law",
        rule=None,
        case=tidy(decision.case),
        approver=a_staff_code(decision.approver),
    )


def _records_of(session: Session, numbers: frozenset[str]) -> list[str]:
    """Every record in which a number stands as one of its details: each is opened, none is overlooked."""
    persons = session.store.persons
    return [
        one.record
        for one in held_records(session.store.db)
        if not numbers.isdisjoint(persons.open(one.record).values())
    ]


def _forms_of(typed: str) -> frozenset[str]:
    """A number as records may hold it: as typed, and a mobile as it is kept."""
    number = ascii_digits("".join(strip_marks(typed).split()))
    if not number:
        raise KnownError("privacy.nobody")
    try:
        return frozenset({number, read_mobile(number)})
    except KnownError:
        return frozenset({number})


def _erase(session: Session, body: PersonErased) -> Link:
    with session.act() as act:
        for record in body.persons:
            act.persons.erase(record)
        return act.append(body, sign=True)


def _drop_old_drafts(session: Session) -> int:
    """Drafts are no facts: dropping one needs no entry."""
    days = days_kept(session)[DRAFT] or 0
    with session.store.transaction() as db:
        return drop_drafts_before(db, from_ms(session.believed_ms()) - timedelta(days=days))
