"""Receipts of this device: one with all that belongs to it, those of a shift, and papers used before."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from kiosk.core.entries.parts import PaperForm
from kiosk.core.entries.payment import (
    Card,
    Cash,
    PaperReceiptEntered,
    PaymentTaken,
    ReceiptIssued,
    ReceiptVoided,
    Slip,
    Tender,
)
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import BugError
from kiosk.core.printed import paper_key
from kiosk.core.wire.codec import load
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.times import parse_utc


@dataclass(frozen=True)
class ReceiptLine:
    """One printed line, in piastres."""

    kind: str
    account: str
    label: str
    piastres: int


@dataclass(frozen=True)
class VoidMark:
    """The void of a receipt: entry, time, maker, approver, reason, and cash given back (piastres)."""

    seq: int
    at: datetime
    staff: str
    approver: str
    reason: str
    cash_returned: int


@dataclass(frozen=True)
class ReceiptRow:
    """A receipt in a list. `reference`: tracking number or debtor code; amounts are piastres."""

    number: str
    seq: int
    payment: int
    shift: int
    at: datetime
    kind: str
    reference: str
    total: int
    cash: int
    slips: int
    voided: bool


@dataclass(frozen=True)
class ReceiptRecord:
    """A receipt with its payment: lines, tenders, outage number, paper form, prints and void."""

    row: ReceiptRow
    staff: str
    lines: tuple[ReceiptLine, ...]
    tenders: tuple[Tender, ...]
    outage_number: str | None
    paper: PaperForm | None
    copies_out: int
    void: VoidMark | None

    @property
    def cash(self) -> Cash | None:
        """The cash part, if any."""
        return next((one for one in self.tenders if isinstance(one, Cash)), None)

    @property
    def slips(self) -> tuple[Slip, ...]:
        """The slips of the government terminal."""
        return tuple(one for one in self.tenders if isinstance(one, Slip))

    @property
    def card(self) -> Card | None:
        """What a linked terminal took, if it did."""
        return next((one for one in self.tenders if isinstance(one, Card)), None)


@dataclass(frozen=True)
class PaidBefore:
    """The payment that a form has made: its entries (seq), receipt number, body, and outage number."""

    payment: int
    receipt: int
    number: str
    body: PaymentTaken
    outage_number: str | None

    @property
    def cash(self) -> Cash | None:
        """The cash part, if any."""
        return next((one for one in self.body.tenders if isinstance(one, Cash)), None)


_ROW = (
    "SELECT r.number, r.seq, r.payment, r.shift,"
    " (SELECT CAST(bytes AS TEXT) ->> 'at' FROM known_entry j WHERE j.seq = r.seq), p.kind, p.reference,"
    " r.total, coalesce((SELECT sum(piastres) FROM tender t WHERE t.seq = p.seq AND t.kind = 'cash'), 0),"
    " coalesce((SELECT sum(piastres) FROM tender t WHERE t.seq = p.seq AND t.kind = 'slip'), 0),"
    " r.voided IS NOT NULL"
    " FROM receipt r JOIN payment p ON p.seq = r.payment"
)


def receipts_of_shift(db: Database, shift: int) -> tuple[ReceiptRow, ...]:
    """The receipts that were issued in a shift (seq of its opening), in the order of their numbers."""
    last = db.conn.execute("SELECT closed FROM shift WHERE seq = ?", (shift,)).fetchone()
    until = last[0] if last and last[0] else 2**62
    rows = db.conn.execute(
        f"{_ROW} WHERE r.shift = ? AND r.payment BETWEEN ? AND ? ORDER BY r.payment", (shift, shift, until)
    )
    return tuple(map(_row, rows))


def find_receipt(db: Database, number: str) -> ReceiptRecord | None:
    """A receipt of this device by its number, or None."""
    series, _, serial = number.rpartition("-")
    found = db.conn.execute(
        f"{_ROW} WHERE r.series = ? AND r.serial = CAST(? AS INTEGER) AND r.number = ?",
        (series, serial, number),
    ).fetchone()
    if found is None:
        return None
    row = _row(found)
    entry, body = _read(db, row.seq)
    lines = db.conn.execute(
        "SELECT kind, account, label, piastres FROM payment_line WHERE seq = ? ORDER BY n", (row.payment,)
    )
    outage = db.conn.execute(
        "SELECT o.number FROM payment p JOIN outage o ON o.seq = p.outage WHERE p.seq = ?", (row.payment,)
    ).fetchone()
    return ReceiptRecord(
        row=row,
        staff=str(entry.staff),
        lines=tuple(ReceiptLine(*line) for line in lines),
        tenders=tenders_of(db, row.payment),
        outage_number=outage[0] if outage else None,
        paper=body.form33.paper if isinstance(body, ReceiptIssued) else None,
        copies_out=copies_out(db, row),
        void=_void(db, row),
    )


def tenders_of(db: Database, payment: int) -> tuple[Tender, ...]:
    """The tenders of a payment, as its entry names them."""
    rows = db.conn.execute("SELECT kind, detail FROM tender WHERE seq = ? ORDER BY n", (payment,))
    return tuple(_tender(kind, json.loads(detail)) for kind, detail in rows)


def copies_out(db: Database, row: ReceiptRow) -> int:
    """How many prints of a receipt may be in people's hands, the original included.

    Every print of which a byte was sent counts, also one that failed half-way. Where no print is recorded,
    the outcome is not known and one is taken to be out; where no recorded one sent a byte, none is.
    """
    recorded, sent = db.conn.execute(
        "SELECT count(*), coalesce(sum(sent), 0) FROM printed WHERE entry IN (?, ?)", (row.seq, row.payment)
    ).fetchone()
    return int(sent) if recorded else 1


def shift_is_closed(db: Database, shift: int) -> bool:
    """Whether the shift with this opening (seq) was closed."""
    row = db.conn.execute("SELECT state FROM shift WHERE seq = ?", (shift,)).fetchone()
    return bool(row[0] == "closed")


def slip_used_in(db: Database, terminal: str, number: str) -> str | None:
    """The receipt or paper form of the payment in which a slip was used on this device, or None.

    A slip of a voided receipt was reversed on its card, so it pays nothing again.
    """
    row = db.conn.execute(
        "SELECT seq FROM slip_used WHERE terminal = ? AND slip = ?", paper_key(terminal, number)
    ).fetchone()
    return paper_of(db, row[0]) if row else None


def paid_with_intent(db: Database, intent: str) -> PaidBefore | None:
    """The payment that was made with an intent (hex), or None."""
    made = db.conn.execute("SELECT seq FROM intent WHERE intent = ?", (intent,)).fetchone()
    if made is None:
        return None
    payment, receipt, number, outage = db.conn.execute(
        "SELECT r.payment, r.seq, r.number, o.number FROM receipt r JOIN payment p ON p.seq = r.payment"
        " LEFT JOIN outage o ON o.seq = p.outage WHERE p.seq = ?",
        made,
    ).fetchone()
    _, body = _read(db, payment)
    if not isinstance(body, PaymentTaken):
        raise BugError(f"entry {payment} is no payment")
    return PaidBefore(payment, receipt, number, body, outage)


def owed_for(db: Database, tracking: str) -> int | None:
    """What is still due for a request, in piastres (due − paid), or None when it is not on this device."""
    row = db.conn.execute("SELECT due - paid FROM request WHERE tracking = ?", (tracking,)).fetchone()
    return int(row[0]) if row else None


def paper_form_used(db: Database, paper: PaperForm) -> bool:
    """Whether a paper form is recorded already, beside a receipt or instead of one."""
    key = paper_key(paper.series, paper.number)
    found = db.conn.execute("SELECT 1 FROM paper_form WHERE series = ? AND number = ?", key).fetchone()
    return found is not None


def paper_of(db: Database, payment: int) -> str:
    """The number of the receipt of a payment; of a payment on paper, series and number of the form.

    Of a payment whose period was dropped only the number of its entry is known.
    """
    row = db.conn.execute("SELECT number FROM receipt WHERE payment = ?", (payment,)).fetchone()
    if row is not None:
        return str(row[0])
    if db.conn.execute("SELECT 1 FROM known_entry WHERE seq = ?", (payment,)).fetchone() is None:
        return f"#{payment}"
    _, body = _read(db, payment)
    if not isinstance(body, PaperReceiptEntered):
        raise BugError(f"payment {payment} has no receipt")
    return f"{body.paper.series} / {body.paper.number}"


_TENDERS: dict[str, type[Tender]] = {"cash": Cash, "slip": Slip, "card": Card}


def _tender(kind: str, plain: object) -> Tender:
    return load(_TENDERS[kind], plain)


def _row(row: tuple[str, int, int, int, str, str, str, int, int, int, int]) -> ReceiptRow:
    number, seq, payment, shift, at, kind, reference, total, cash, slips, voided = row
    return ReceiptRow(
        number, seq, payment, shift, parse_utc(at), kind, reference, total, cash, slips, bool(voided)
    )


def _read(db: Database, seq: int) -> tuple[Entry, object]:
    data = db.conn.execute("SELECT bytes FROM known_entry WHERE seq = ?", (seq,)).fetchone()[0]
    entry = parse_entry(data)
    return entry, REGISTRY.decode(entry.type, entry.tv, entry.body)


def _void(db: Database, row: ReceiptRow) -> VoidMark | None:
    if not row.voided:
        return None
    seq = db.conn.execute("SELECT voided FROM payment WHERE seq = ?", (row.payment,)).fetchone()[0]
    entry, body = _read(db, seq)
    if not isinstance(body, ReceiptVoided):
        raise BugError(f"entry {seq} is no void")
    return VoidMark(seq, entry.at, str(entry.staff), body.approver, body.reason, body.cash_returned)


def receipt_number_of(db: Database, entry: int) -> str:
    """The number of the receipt that an entry issued; '' when it issued none."""
    row = db.conn.execute("SELECT number FROM receipt WHERE payment = ?", (entry - 1,)).fetchone()
    return row[0] if row else ""
