"""Card payments of this device: one attempt, those that are open, those of a bill, a terminal's batch."""

from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.core.cards import IN_DOUBT, OPEN, Asked, State
from kiosk.core.entries.card import CardBill, CardPrepared
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import BugError
from kiosk.core.wire.entry import parse_entry


@dataclass(frozen=True)
class Attempt:
    """One attempt on a terminal. `seq`: its `card.prepared`; `id`: the intent of the form that made it.

    `why`: code of the last thing known about it. `reference`: tracking number or debtor, of a reversal the
    receipt's. `payment`: the entry of the payment once completed; `reverses`: seq of the attempt that this
    one reverses. `sent`, `heard`: as in `kiosk.core.cards.Asked`. Amounts are piastres.
    """

    seq: int
    id: str
    kind: str
    shift: int
    staff: str
    terminal: str
    piastres: int
    currency: int
    counter: int | None
    reference: str
    state: State
    why: str
    trace: int | None
    receipt_no: int | None
    approval: str | None
    last4: str | None
    payment: int | None
    reverses: int | None
    slip_before: int | None
    sent: datetime | None
    heard: datetime | None

    @property
    def asked(self) -> Asked:
        """What the terminal was asked, for `kiosk.core.cards`."""
        return Asked(
            self.terminal,
            self.piastres,
            self.currency,
            self.counter,
            self.kind == "reversal",
            self.slip_before,
            self.sent,
            self.heard,
        )


_COLUMNS = (
    "seq, attempt, kind, shift, staff, terminal, piastres, currency, counter, reference, state, why,"
    " trace, receipt_no, approval, last4, payment, reverses, slip_before, sent, heard"
)
_OPEN = ", ".join(f"'{state.value}'" for state in sorted(OPEN))
_DOUBT = ", ".join(f"'{state.value}'" for state in sorted(IN_DOUBT))


def attempt_of(db: Database, attempt: str) -> Attempt | None:
    """The attempt that a form (its intent) has made, or None."""
    return _one(db, "attempt = ?", attempt)


def attempt_at(db: Database, seq: int) -> Attempt:
    """The attempt of a `card.prepared` entry. Raises BugError when there is none."""
    found = _one(db, "seq = ?", seq)
    if found is None:
        raise BugError(f"entry {seq} prepared no card payment")
    return found


def open_attempts(db: Database) -> tuple[Attempt, ...]:
    """Those that have not ended, oldest first: a person must see each."""
    return _many(db, f"state IN ({_OPEN})")


def open_on(db: Database, terminal: str) -> Attempt | None:
    """The attempt that keeps a terminal from taking another order, or None."""
    return _one(db, f"state IN ({_OPEN}) AND terminal = ?", terminal)


def in_doubt_for(db: Database, reference: str) -> tuple[Attempt, ...]:
    """Payments of one bill (tracking number or debtor) by which the card may have been charged."""
    return _many(db, f"state IN ({_DOUBT}) AND kind = 'payment' AND reference = ?", reference)


def of_payment(db: Database, payment: int) -> Attempt | None:
    """The attempt that became a payment (its entry), or None."""
    return _one(db, "payment = ? AND kind = 'payment'", payment)


def reversals_of(db: Database, seq: int) -> tuple[Attempt, ...]:
    """The attempts to reverse another one, oldest first."""
    return _many(db, "reverses = ?", seq)


def record_used(db: Database, attempt: Attempt, trace: int | None) -> bool:
    """Whether a transaction of an attempt's terminal belongs to another attempt.

    Only to a later one: earlier ones lie at or below the counter that was read before this attempt. Where the
    terminal could not be asked for its counter, any attempt of the same day may have it.
    """
    others = "seq > ?"
    bound: tuple[int | str, ...] = (attempt.seq,)
    if attempt.counter is None:
        day = attempt.sent.date().isoformat() if attempt.sent else ""
        others, bound = "seq <> ? AND substr(sent, 1, 10) = ?", (attempt.seq, day)
    query = (
        f"SELECT 1 FROM card_attempt WHERE terminal = ? AND trace = ? AND {others}"  # noqa: S608 - ours
        " AND state IN ('approved', 'completed')"
    )
    return db.conn.execute(query, (attempt.terminal, trace, *bound)).fetchone() is not None


def attempts_of_shift(db: Database, shift: int) -> tuple[Attempt, ...]:
    """The attempts that were prepared in a shift (seq of its opening), oldest first."""
    return _many(db, "shift = ?", shift)


@dataclass(frozen=True)
class OurBatch:
    """What was recorded here on a terminal since its day was last closed, in piastres; how many are open."""

    taken_count: int
    taken: int
    reversed_count: int
    reversed: int
    in_doubt: int


def our_batch(db: Database, terminal: str) -> OurBatch:
    """What a terminal's day must show: all that it approved since its last close."""
    row = db.conn.execute(
        f"SELECT coalesce(sum(done AND payment), 0), coalesce(sum(piastres * (done AND payment)), 0),"  # noqa: S608
        f" coalesce(sum(done AND NOT payment), 0), coalesce(sum(piastres * (done AND NOT payment)), 0),"
        f" coalesce(sum(doubt), 0)"
        f" FROM (SELECT piastres, kind = 'payment' AS payment, state IN ('approved', 'completed') AS done,"
        f" state IN ({_DOUBT}) AS doubt FROM card_attempt WHERE terminal = ? AND seq > ?)",
        (terminal, _last_batch(db, terminal)),
    ).fetchone()
    return OurBatch(*row)


def batch_closed_after(db: Database, terminal: str, seq: int) -> bool:
    """Whether a terminal's day was closed after an entry: what is older is reversed there no more."""
    return _last_batch(db, terminal) > seq


def _last_batch(db: Database, terminal: str) -> int:
    row = db.conn.execute("SELECT max(seq) FROM card_batch WHERE terminal = ?", (terminal,)).fetchone()
    return int(row[0] or 0)


def bill_of(db: Database, seq: int) -> CardBill:
    """The bill that an attempt pays, as its entry keeps it. Raises BugError for a reversal."""
    row = db.conn.execute("SELECT bytes FROM known_entry WHERE seq = ?", (seq,)).fetchone()
    entry = parse_entry(row[0])
    body = REGISTRY.decode(entry.type, entry.tv, entry.body)
    if not isinstance(body, CardPrepared) or body.bill is None:
        raise BugError(f"entry {seq} prepared no payment")
    return body.bill


def _one(db: Database, where: str, *values: str | int) -> Attempt | None:
    found = _many(db, where, *values)
    return found[0] if found else None


def _many(db: Database, where: str, *values: str | int) -> tuple[Attempt, ...]:
    rows = db.conn.execute(
        f"SELECT {_COLUMNS} FROM card_attempt WHERE {where} ORDER BY seq",  # noqa: S608 - our own conditions
        values,
    ).fetchall()
    return tuple(
        Attempt(
            *(*row[:10], State(row[10]), *row[11:19], *(at and datetime.fromisoformat(at) for at in row[19:]))
        )
        for row in rows
    )
