"""Outages of electronic collection: while one is recorded, cash above the limit is lawful, with its number.

The official support ticket, or a memo and who approved it, goes on every receipt that it makes lawful; when
the outage ends, electronic collection resumes at once (Law 18/2019; PM decree 752/2022 art. 1 item 7).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.core.entries.operations import OutageClosed, OutageOpened, OutageReference
from kiosk.core.errors import KnownError
from kiosk.core.printed import clean_code, clean_number
from kiosk.core.reasons import OUTAGE_CAUSES, known_reason
from kiosk.core.roles import Right
from kiosk.core.wire.entry import Link
from kiosk.core.wire.times import utc_text
from kiosk.desk.counting import a_remark
from kiosk.desk.session import OpenShift, Session
from kiosk.store.queries.drawer import OpenOutage, open_outage
from kiosk.store.unlocked import May


@dataclass(frozen=True)
class OutageTyped:
    """What is typed of an outage. `number`: of the ticket; with `approver` (a code, no name), of the memo.

    `started_at` None means now.
    """

    cause: str
    number: str
    approver: str | None = None
    started_at: datetime | None = None
    remark: str | None = None


@dataclass(frozen=True)
class Ended:
    """An outage that was closed: the entry, the ticket or memo number, and when it began and ended."""

    entry: Link
    number: str
    started_at: datetime
    ended_at: datetime


def report_outage(session: Session, typed: OutageTyped) -> OpenOutage:
    """Record that electronic collection is down. One outage is open at a time.

    Raises KnownError `roles.no_right`, `session.expired`, `reason.unknown`, `outage.number`,
    `outage.approver`, `outage.already_open`, `outage.starts_later`, `typed.remark`, `entry.personal_text`.
    """
    session.require(Right.OUTAGE_RECORD)
    cause = known_reason(typed.cause, OUTAGE_CAUSES)
    number = clean_number(typed.number, "outage.number")
    approver = None if typed.approver is None else clean_code(typed.approver, "outage.approver")
    remark = a_remark(typed.remark)
    with session.act(_own(session)) as act:
        already = open_outage(act.db)
        if already is not None:
            raise KnownError("outage.already_open", number=already.number)
        started = act.moment.at if typed.started_at is None else typed.started_at
        if started > act.moment.at:
            raise KnownError("outage.starts_later", started=utc_text(started))
        kind: Literal["ticket", "memo"] = "ticket" if approver is None else "memo"
        link = act.append(
            OutageOpened(
                cause=cause,
                remark=remark,
                reference=OutageReference(kind=kind, number=number, approver=approver),
                started_at=started,
            )
        )
    return OpenOutage(link.seq, cause, kind, number, approver, started)


def end_outage(session: Session, ended_at: datetime | None = None) -> Ended:
    """Record that electronic collection works again (`ended_at` None: now). Cash above the limit stops.

    Possible for a person whose validity has run out too: it only takes a permission away.
    Raises KnownError `roles.no_right`, `session.expired`, `outage.none_open`, `outage.ends_outside`.
    """
    session.require(Right.OUTAGE_RECORD, May.CLOSE)
    with session.act(_own(session)) as act:
        outage = open_outage(act.db)
        if outage is None:
            raise KnownError("outage.none_open")
        # A clock put back since the start must not keep the outage open: it then ends where it began.
        ended = max(outage.started_at, act.moment.at) if ended_at is None else ended_at
        if not outage.started_at <= ended <= max(outage.started_at, act.moment.at):
            raise KnownError(
                "outage.ends_outside", ended=utc_text(ended), started=utc_text(outage.started_at)
            )
        link = act.append(OutageClosed(opened=act.link(outage.seq), ended_at=ended))
    return Ended(link, outage.number, outage.started_at, ended)


def outage_now(session: Session) -> OpenOutage | None:
    """The outage that is open on this device, or None."""
    return open_outage(session.store.db)


def _own(session: Session) -> OpenShift | None:
    """The open shift if it is this person's: an outage concerns the device, so none is needed."""
    shift = session.shift()
    return shift if shift is not None and shift.staff == session.staff else None
