"""Applies stored entries to the ledgers, after they are safe: payments, receipts, debts.

What cannot be applied is set apart with a code and a reason, and waits for a person; the money in it is
counted all the same, only its effect on debts is held back. Applying again from the journal gives the same.
"""

import logging
from collections.abc import Iterable
from threading import Event, Lock
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError

from central.centre import Centre
from central.ingest import Known, find_device
from central.ledger import Ledger, QuarantineError
from central.schema import journal, quarantine, staff, stream
from central.verification import kept_state, start_state, verify_rows
from kiosk.core.bidi import strip_marks
from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.entries.shift import ShiftClosed
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import format_money
from kiosk.core.wire.chain import Finding
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.times import parse_utc, utc_text

CHUNK = 100
"""Entries applied in one transaction: batches that arrive meanwhile wait for no more than these."""
log = logging.getLogger("central")
_OURS = (SQLAlchemyError, BugError, ArithmeticError, LookupError, TypeError, ValueError)


def apply_all(centre: Centre) -> int:
    """Apply every stored entry that is not applied yet, in order; return how many.

    Safe at any time, also beside another: each chunk is one transaction that begins where the last one ended.
    """
    done = 0
    while (chunk := _apply_chunk(centre)) > 0:
        done += chunk
    return done


class Applying:
    """Applies in the background: one at a time, however many batches ask for it."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._asked = Event()
        self._busy = Lock()

    def soon(self) -> None:
        """Apply what is stored, or leave it to the one who is at it: he looks once more before he ends."""
        self._asked.set()
        while self._asked.is_set() and self._busy.acquire(blocking=False):
            try:
                self._asked.clear()
                apply_all(self._centre)
            finally:
                self._busy.release()


def _apply_chunk(centre: Centre) -> int:
    with centre.storage.write() as db:
        where = db.execute(select(stream).where(stream.c.applied < stream.c.stored).limit(1)).first()
        if where is None:
            return 0
        rows = db.execute(
            select(journal)
            .where(journal.c.stream == where.stream, journal.c.seq > where.applied)
            .order_by(journal.c.seq)
            .limit(CHUNK)
        ).all()
        known = find_device(db, where.device)
        state = start_state(where.stream, where.device, known.key, where.verified)
        found, after = verify_rows(rows, state)
        applier = _Applier(db, known, utc_text(centre.now()))
        for row in rows:
            applier.take(row, found.get(row.seq, []))
        db.execute(
            update(stream)
            .where(stream.c.stream == where.stream)
            .values(applied=rows[-1].seq, verified=kept_state(after))
        )
        return len(rows)


class _Applier:
    """Applies entries of one stream inside the open transaction."""

    def __init__(self, db: Connection, known: Known, now: str) -> None:
        self._db = db
        self._now = now
        self._stream = known.stream
        self._ledger = Ledger(db, known, now)
        self._revoked = {
            row.code: parse_utc(row.revoked) if row.revoked else None
            for row in db.execute(select(staff.c.code, staff.c.revoked))
        }

    def take(self, row: Row[Any], findings: Iterable[Finding]) -> None:
        """Apply one entry, or set it apart."""
        reasons = [finding.error() for finding in findings]
        try:
            entry = parse_entry(row.bytes)
            body = REGISTRY.decode(entry.type, entry.tv, entry.body)
        except KnownError as error:
            self._set_apart(row.seq, reasons or [error], debts=False)
            return
        reasons += self._staff_reasons(entry)
        debts, more = self._book(entry, body, hold=bool(reasons))
        more += _unapproved(body)
        if reasons + more:
            self._set_apart(row.seq, reasons + more, debts=debts)

    def _book(self, entry: Entry, body: Body | UnknownBody, *, hold: bool) -> tuple[bool, list[KnownError]]:
        """Book an entry; what our own program cannot book is set apart too, and never blocks what follows."""
        try:
            with self._db.begin_nested():
                try:
                    return self._ledger.book(entry, body, hold=hold), []
                except QuarantineError as held:
                    return True, [held.reason]
        except _OURS as error:
            log.exception("entry %s/%s", self._stream, entry.seq, exc_info=error)
            return True, [KnownError("apply.not_booked", detail=type(error).__name__)]

    def _staff_reasons(self, entry: Entry) -> list[KnownError]:
        if entry.staff is None:
            return []
        if entry.staff not in self._revoked:
            return [KnownError("apply.unknown_staff", staff=entry.staff)]
        since = self._revoked[entry.staff]
        if since is not None and entry.at >= since:
            return [KnownError("apply.revoked_staff", staff=entry.staff, since=utc_text(since))]
        return []

    def _set_apart(self, seq: int, reasons: list[KnownError], *, debts: bool) -> None:
        first = reasons[0]
        self._db.execute(
            sqlite_insert(quarantine)
            .values(
                stream=self._stream,
                seq=seq,
                code=first.code,
                ar=strip_marks(" ".join(one.sentence("ar") for one in reasons)),
                en=" ".join(one.sentence("en") for one in reasons),
                debts=int(debts),
                at=self._now,
            )
            .on_conflict_do_nothing()
        )


def _unapproved(body: Body | UnknownBody) -> list[KnownError]:
    """A close whose difference nobody signed for is booked, and waits for another person to verify it."""
    if not isinstance(body, ShiftClosed) or body.unapproved is None:
        return []
    off = format_money(abs(body.over_short))
    return [KnownError(f"apply.{body.unapproved}", z=body.z, difference=off)]
