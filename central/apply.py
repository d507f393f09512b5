"""Applies stored entries to the ledgers, after they are safe: payments, receipts, debts.

What cannot be applied is set apart with a code and a reason, and waits for a person; the money in it is
counted all the same, only its effect on debts is held back. Applying again from the journal gives the same.
"""

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from central.centre import Centre
from central.fee_changes import FeesForeseen, foresee_fees
from central.ingest import Known, find_device
from central.ledger import Ledger, QuarantineError
from central.locks import APPLYING, take_lock, try_lock
from central.recount_limits import judge_limits
from central.recounting import Recounting, keep_found
from central.requests import link_duplicates
from central.schema import journal, staff, stream
from central.verification import Judged, kept_state, start_state, verify_rows
from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.shift import ShiftClosed
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import parse_utc, utc_text

CHUNK = 500
"""Entries applied in one transaction: batches that arrive meanwhile wait for the writing of no more."""
_LOOKED_AT = 64
"""Streams that are tried for one that no other server is at."""
log = logging.getLogger("central")
_OURS = (SQLAlchemyError, BugError, ArithmeticError, LookupError, TypeError, ValueError)


def apply_all(centre: Centre) -> int:
    """Apply every stored entry that is not applied yet, in order; return how many.

    Safe at any time, also beside another: each chunk is one transaction that begins where the last one ended.
    """
    done = 0
    while (chunk := apply_next(centre)) is not None:
        done += chunk
    return done


def apply_next(centre: Centre) -> int | None:
    """Apply a chunk; when none is left, look for requests that were taken twice, and return None."""
    chunk = apply_chunk(centre)
    if chunk is None:
        link_duplicates(centre)
    return chunk


def apply_chunk(centre: Centre) -> int | None:
    """Apply the next entries of one stream; return how many, or None when all are applied.

    They are read and verified before the one writer of the database is taken, of several servers by one for
    each stream. What is booked is compared with entries of other streams, so the booking itself is alone. 0:
    another was faster.
    """
    with centre.storage.step() as step:
        with step.reading() as db:
            waiting = _waiting(db)
            if not waiting:
                return None
            where = _claim(db, waiting)
            if where is None:
                return 0
            rows = db.execute(
                select(journal.c.seq, journal.c.bytes, journal.c.hash, journal.c.sigs)
                .where(journal.c.stream == where.stream, journal.c.seq > where.applied)
                .order_by(journal.c.seq)
                .limit(CHUNK)
            ).all()
            known = find_device(db, where.device)
            recounting = Recounting(centre.shifts, db, where.stream, where.applied)
        state = start_state(where.stream, where.device, known.key, where.verified)
        judged, after = verify_rows(rows, state)
        recounting.take(judged)
        fees = foresee_fees(centre, step.reading, judged)
        with step.writing() as db:
            here = (stream.c.stream == where.stream) & (stream.c.applied == where.applied)
            if db.execute(select(stream.c.stream).where(here)).first() is None:
                return 0
            _Applier(db, known, utc_text(centre.now()), fees).take_all(judged)
            recounting.keep(db, known, utc_text(centre.now()))
            keep_found(db, known, judge_limits(centre, db, recounting.closes), utc_text(centre.now()))
            moved = update(stream).where(here)
            db.execute(moved.values(applied=rows[-1].seq, verified=kept_state(after)))
    recounting.done()
    return len(rows)


def _waiting(db: Connection) -> Sequence[str]:
    """Streams with entries that are not applied yet."""
    names = select(stream.c.stream).where(stream.c.applied < stream.c.stored).order_by(stream.c.stream)
    return db.execute(names.limit(_LOOKED_AT)).scalars().all()


def _claim(db: Connection, waiting: Sequence[str]) -> Row[Any] | None:
    """A stream that is ours until the step ends: one that no other server is at, else the first when it is
    free. None when others have applied them meanwhile.
    """
    for name in waiting:
        if try_lock(db, APPLYING, name) and (row := _unapplied(db, name)) is not None:
            return row
    take_lock(db, APPLYING, waiting[0])
    return _unapplied(db, waiting[0])


def _unapplied(db: Connection, name: str) -> Row[Any] | None:
    here = (stream.c.stream == name) & (stream.c.applied < stream.c.stored)
    return db.execute(select(stream).where(here)).first()


class _Applier:
    """Applies entries of one stream inside the open transaction."""

    def __init__(self, db: Connection, known: Known, now: str, fees: FeesForeseen) -> None:
        self._db = db
        self._known = known
        self._fees = fees
        self._now = now
        self._revoked = {
            row.code: parse_utc(row.revoked) if row.revoked else None
            for row in db.execute(select(staff.c.code, staff.c.revoked))
        }

    def take_all(self, judged: Sequence[Judged]) -> None:
        """Apply entries together. Where our own program fails at one, each is applied by itself instead, and
        that one is set apart: it never blocks what follows.
        """
        try:
            self._take(judged)
        except OperationalError:
            raise
        except _OURS as error:
            if len(judged) > 1:
                for one in judged:
                    self.take_all([one])
                return
            log.exception("entry %s/%s", self._known.stream, judged[0].seq, exc_info=error)
            ledger = Ledger(self._db, self._known, self._now)
            reasons = [finding.error() for finding in judged[0].findings]
            reasons.append(KnownError("apply.not_booked", detail=type(error).__name__))
            ledger.set_apart(judged[0].seq, reasons, debts=True)
            ledger.flush()

    def _take(self, judged: Sequence[Judged]) -> None:
        with self._db.begin_nested():
            ledger = Ledger(self._db, self._known, self._now, self._fees)
            ledger.foresee(one.body for one in judged)
            for one in judged:
                self._take_one(ledger, one)
            ledger.flush()

    def _take_one(self, ledger: Ledger, one: Judged) -> None:
        """Book one entry, and set it apart when there is a reason; its money is counted all the same."""
        reasons = [finding.error() for finding in one.findings]
        if one.entry is None or one.body is None:
            ledger.set_apart(one.seq, reasons, debts=False)
            return
        reasons += self._staff_reasons(one.entry)
        try:
            debts = ledger.book(one.entry, one.body, hold=bool(reasons))
        except QuarantineError as held:
            debts = held.debts
            reasons.append(held.reason)
        reasons += _unapproved(one.body)
        if reasons:
            ledger.set_apart(one.seq, reasons, debts=debts)

    def _staff_reasons(self, entry: Entry) -> list[KnownError]:
        if entry.staff is None:
            return []
        if entry.staff not in self._revoked:
            return [KnownError("apply.unknown_staff", staff=entry.staff)]
        since = self._revoked[entry.staff]
        if since is not None and entry.at >= since:
            return [KnownError("apply.revoked_staff", staff=entry.staff, since=utc_text(since)[:10])]
        return []


def _unapproved(body: Body | UnknownBody) -> list[KnownError]:
    """A close whose difference nobody signed for is booked, and waits for another person to verify it."""
    if not isinstance(body, ShiftClosed) or body.unapproved is None:
        return []
    off = format_money(abs(body.over_short))
    return [KnownError("apply.no_approver", z=body.z, difference=off)]
