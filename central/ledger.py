"""The ledgers that entries move: payments, receipts and voids as they were, and what is owed on debts."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from central.bulk import add_rows
from central.cards import CARD_BODIES, CardBook
from central.debt_booking import DebtBook, paid_of
from central.erased import erase_persons
from central.fee_changes import FeesForeseen
from central.ingest import Known, report
from central.pauses import PAUSE_BODIES, book_pause
from central.requests import RequestBook
from central.schema import book, case, part, payment, quarantine, receipt
from central.schema_books import credit, fee_change, request, scan
from central.storage import insert_into
from kiosk.core.bidi import strip_marks
from kiosk.core.entries.attachment import AttachmentAdded
from kiosk.core.entries.body import Body
from kiosk.core.entries.payment import (
    DebtsFor,
    PaperReceiptEntered,
    PaymentFacts,
    ReceiptIssued,
    ReceiptVoided,
)
from kiosk.core.entries.privacy import PersonErased
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry

_TABLES = {
    "payment": payment,
    "part": part,
    "receipt": receipt,
    "request": request,
    "fee_change": fee_change,
    "scan": scan,
    "credit": credit,
    "case": case,
    "quarantine": quarantine,
}
_OF_A_SCAN = (
    *("attachment", "tracking", "person", "kind", "media", "size", "content", "sealed", "sealed_size"),
)
_ONCE = ("case", "credit", "quarantine")
"""Tables in which a row that is there already stays as it is."""


class QuarantineError(Exception):
    """An entry waits for a person; its money has been counted. `debts`: its effect on debts is held back."""

    def __init__(self, reason: KnownError, *, debts: bool = True) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.debts = debts


class Ledger:
    """Books entries of one device inside the open transaction.

    Rows are gathered and written together by `flush`; what an entry needs of the database is read once for
    all of them by `foresee`. The order of the entries decides, as if each were written by itself.
    """

    def __init__(self, db: Connection, known: Known, now: str, fees: FeesForeseen | None = None) -> None:
        """`fees`: what is known of those of requests; without it none is judged."""
        self._db = db
        self._device = known.code
        self._stream = known.stream
        self._now = now
        self._rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
        self.debts = DebtBook(db, known, now, self.add, self.flush)
        self._numbers: set[str] = set()
        """Receipt numbers that were looked for; `_given`: those of them that were issued before."""
        self._given: set[str] = set()
        self._books: dict[str, Row[Any] | None] = {}
        self._cards = CardBook(db, known.code, known.stream, self._report)
        self._requests = RequestBook(db, known, now, self.add, fees)

    def foresee(self, bodies: Iterable[Body | UnknownBody | None]) -> None:
        """Read what these bodies will need: charges that are paid, receipt numbers that are issued."""
        accounts: set[str] = set()
        for body in bodies:
            if isinstance(body, PaymentFacts) and body.allocation is not None:
                accounts |= {one.debt for one in body.allocation.parts}
            elif isinstance(body, ReceiptIssued):
                self._numbers.add(body.number)
        self.debts.foresee(accounts)
        if self._numbers:
            given = select(receipt.c.number).where(receipt.c.number.in_(self._numbers))
            self._given |= set(self._db.execute(given).scalars())

    def book(self, entry: Entry, body: Body | UnknownBody, *, hold: bool) -> bool:
        """Book one entry; with `hold` debts are left alone. Returns whether the entry is about debts.

        Raises QuarantineError when the entry names a debt, a payment or an attempt that the centre does not
        know.
        """
        if isinstance(body, PaymentFacts):
            return self._take_payment(entry, body, hold=hold)
        if isinstance(body, ReceiptIssued):
            self._issue_receipt(entry, body)
        elif isinstance(body, ReceiptVoided):
            return self._void(entry, body, hold=hold)
        elif isinstance(body, RequestTaken):
            self._requests.book(entry, body)
        elif isinstance(body, AttachmentAdded):
            self._add_scan(entry, body)
        elif isinstance(body, PAUSE_BODIES):
            book_pause(self._db, self._device, entry, body)
        elif isinstance(body, PersonErased) and not hold:
            self.flush()
            erase_persons(self._db, self._device, body.persons, self._now)
        elif isinstance(body, CARD_BODIES):
            self.flush()
            reason = self._cards.book(entry, body)
            if reason is not None:
                raise QuarantineError(reason, debts=False)
        return False

    def _add_scan(self, entry: Entry, body: AttachmentAdded) -> None:
        row = {name: getattr(body, name) for name in _OF_A_SCAN}
        self.add("scan", {**row, "stream": self._stream, "seq": entry.seq, "device": self._device})

    def set_apart(self, seq: int, reasons: Sequence[KnownError], *, debts: bool) -> None:
        """Let an entry wait for a person, who reads all reasons; the first one names the case."""
        self._rows["quarantine"].append(
            {
                "stream": self._stream,
                "seq": seq,
                "code": reasons[0].code,
                "ar": strip_marks(_keepable(" ".join(one.sentence("ar") for one in reasons))),
                "en": _keepable(" ".join(one.sentence("en") for one in reasons)),
                "debts": int(debts),
                "at": self._now,
                "state": "open",
            }
        )

    def add(self, table: str, row: dict[str, Any]) -> None:
        """Gather a row."""
        self._rows[table].append(row)

    def flush(self) -> None:
        """Write what was gathered."""
        for name, rows in self._rows.items():
            table = _TABLES[name]
            if rows and name in _ONCE:
                self._db.execute(insert_into(self._db, table).on_conflict_do_nothing(), rows)
            elif rows:
                columns = table.columns.keys()
                add_rows(self._db, table, columns, [[row.get(one) for one in columns] for row in rows])
            rows.clear()
        self.debts.write()

    def _take_payment(self, entry: Entry, body: PaymentFacts, *, hold: bool) -> bool:
        for_debts = isinstance(body.what_for, DebtsFor)
        day = entry.local.business_date.isoformat() if entry.local.business_date else ""
        self._rows["payment"].append(
            {
                "stream": self._stream,
                "seq": entry.seq,
                "device": self._device,
                "staff": entry.staff,
                "shift": entry.shift.seq if entry.shift else None,
                "business_date": day,
                "kind": body.what_for.kind,
                "reference": body.what_for.debtor
                if isinstance(body.what_for, DebtsFor)
                else body.what_for.tracking,
                "total": body.total,
                "cash": body.cash,
                "slip": body.slips,
                "card": body.cards,
                "paper": int(isinstance(body, PaperReceiptEntered)),
            }
        )
        parts = _parts(body)
        unknown = self.debts.unknown(parts)
        held = hold or unknown is not None
        applied = [0] * len(parts) if held or not parts else self.debts.pay(paid_of(entry, body), parts)
        for n, one in enumerate(parts):
            self._rows["part"].append(
                {
                    **one,
                    "stream": self._stream,
                    "seq": entry.seq,
                    "n": n,
                    "applied": applied[n],
                    "business_date": day,
                }
            )
        if unknown:
            raise QuarantineError(KnownError("apply.unknown_debt", debt=unknown))
        return for_debts

    def _issue_receipt(self, entry: Entry, body: ReceiptIssued) -> None:
        if body.number in self._given or self._issued_before(body.number):
            self._report("receipt_twice", entry, number=body.number)
        self._given.add(body.number)
        if body.series not in self._books:
            found = select(book).where(book.c.series == body.series)
            self._books[body.series] = self._db.execute(found).first()
        held = self._books[body.series]
        if held is None or held.device != self._device or not held.first <= body.serial <= held.last:
            self._report("receipt_without_book", entry, number=body.number)
        self._rows["receipt"].append(
            {
                "stream": self._stream,
                "seq": entry.seq,
                "number": body.number,
                "series": body.series,
                "serial": body.serial,
                "payment": body.payment.seq,
                "piastres": body.piastres,
            }
        )

    def _issued_before(self, number: str) -> bool:
        if number in self._numbers:
            return False
        found = select(receipt.c.stream).where(receipt.c.number == number)
        return self._db.execute(found).first() is not None

    def _void(self, entry: Entry, body: ReceiptVoided, *, hold: bool) -> bool:
        """Mark receipt and payment as void and, unless held back, put the debts back."""
        self.flush()
        of_payment = (payment.c.stream == self._stream) & (payment.c.seq == body.payment.seq)
        paid = self._db.execute(select(payment).where(of_payment)).first()
        if paid is None or paid.voided is not None:
            raise QuarantineError(KnownError("apply.nothing_to_void", receipt=body.number))
        self._db.execute(update(payment).where(of_payment).values(voided=entry.seq))
        self._db.execute(
            update(receipt)
            .where(receipt.c.stream == self._stream, receipt.c.number == body.number)
            .values(voided=entry.seq)
        )
        if hold:
            return bool(paid.kind == "debts")
        if self._held(body.payment.seq):
            raise QuarantineError(KnownError("apply.payment_held", receipt=body.number))
        self.debts.put_back(body.payment.seq)
        return bool(paid.kind == "debts")

    def _held(self, seq: int) -> bool:
        """Whether an entry is set apart: a void of it must wait with it, lest only one of them count."""
        of_entry = (quarantine.c.stream == self._stream) & (quarantine.c.seq == seq)
        of_entry &= quarantine.c.state == "open"
        return self._db.execute(select(quarantine.c.seq).where(of_entry)).first() is not None

    def _report(self, kind: str, entry: Entry, **detail: object) -> None:
        report(
            self._db, kind, self._now, device=self._device, stream=self._stream, seq=entry.seq, detail=detail
        )


def _keepable(text: str) -> str:
    """A text without zero bytes, which PostgreSQL keeps in none: an entry may quote one."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _parts(body: PaymentFacts) -> list[dict[str, Any]]:
    """What the payment was for, as rows: charges paid, then credits that wait for the centre."""
    if body.allocation is None:
        return []
    paid = [
        {"debt": one.debt, "charge": one.charge, "component": one.component, "piastres": one.piastres}
        for one in body.allocation.parts
    ]
    waiting = [
        {"debt": one.debt, "charge": None, "component": one.kind, "piastres": one.piastres}
        for one in body.allocation.credits
    ]
    return paid + waiting
