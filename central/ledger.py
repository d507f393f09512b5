"""The ledgers that entries move: payments, receipts and voids as they were, and what is owed on debts."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from central.erased import erase_persons
from central.ingest import Known, report
from central.schema import book, case, charge, part, payment, quarantine, receipt
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
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry


class QuarantineError(Exception):
    """The effect of an entry on debts is held back; its money has been counted."""

    def __init__(self, reason: KnownError) -> None:
        super().__init__(reason.code)
        self.reason = reason


class Ledger:
    """Books entries of one device inside the open transaction."""

    def __init__(self, db: Connection, known: Known, now: str) -> None:
        self._db = db
        self._device = known.code
        self._stream = known.stream
        self._now = now

    def book(self, entry: Entry, body: Body | UnknownBody, *, hold: bool) -> bool:
        """Book one entry; with `hold` debts are left alone. Returns whether the entry is about debts.

        Raises QuarantineError when the entry names a debt that the centre does not know.
        """
        if isinstance(body, PaymentFacts):
            return self._take_payment(entry, body, hold=hold)
        if isinstance(body, ReceiptIssued):
            self._issue_receipt(entry, body)
        elif isinstance(body, ReceiptVoided):
            return self._void(entry, body, hold=hold)
        elif isinstance(body, PersonErased) and not hold:
            erase_persons(self._db, self._device, body.persons, self._now)
        return False

    def _take_payment(self, entry: Entry, body: PaymentFacts, *, hold: bool) -> bool:
        for_debts = isinstance(body.what_for, DebtsFor)
        day = entry.local.business_date
        self._db.execute(
            insert(payment).values(
                stream=self._stream,
                seq=entry.seq,
                device=self._device,
                staff=entry.staff,
                shift=entry.shift.seq if entry.shift else None,
                business_date=day.isoformat() if day else "",
                kind=body.what_for.kind,
                reference=body.what_for.debtor
                if isinstance(body.what_for, DebtsFor)
                else body.what_for.tracking,
                total=body.total,
                cash=body.cash,
                slip=body.slips,
                card=body.cards,
                paper=int(isinstance(body, PaperReceiptEntered)),
            )
        )
        parts = _parts(body)
        unknown = self._unknown_debt(parts)
        for n, one in enumerate(parts):
            applied = 0 if hold or unknown else self._lower(entry, one)
            self._db.execute(
                insert(part).values(
                    stream=self._stream, seq=entry.seq, n=n, applied=applied,
                    business_date=day.isoformat() if day else "", **one,
                )
            )  # fmt: skip
        if unknown:
            raise QuarantineError(KnownError("apply.unknown_debt", debt=unknown))
        return for_debts

    def _unknown_debt(self, parts: list[dict[str, Any]]) -> str | None:
        """The first debt or charge of a payment that the centre does not know."""
        for one in parts:
            if one["charge"] is not None and self._charge(one["debt"], one["charge"]) is None:
                return f"{one['debt']}/{one['charge']}"
        return None

    def _charge(self, debt: str, id_: str) -> Row[Any] | None:
        return self._db.execute(select(charge).where(charge.c.debt == debt, charge.c.id == id_)).first()

    def _lower(self, entry: Entry, one: dict[str, Any]) -> int:
        """Lower a charge by what was paid; what is above it becomes a case, never a refusal."""
        found = self._charge(one["debt"], one["charge"]) if one["charge"] is not None else None
        if found is None:
            return 0
        applied = min(found.owed, one["piastres"])
        self._move(one["debt"], one["charge"], -applied)
        if applied < one["piastres"]:
            self._db.execute(
                sqlite_insert(case)
                .values(
                    at=self._now, kind="over_collected", stream=self._stream, seq=entry.seq,
                    debt=one["debt"], charge=one["charge"], piastres=one["piastres"] - applied, state="open",
                )
                .on_conflict_do_nothing()
            )  # fmt: skip
        return int(applied)

    def _move(self, debt: str, id_: str, by: int) -> None:
        self._db.execute(
            update(charge).where(charge.c.debt == debt, charge.c.id == id_).values(owed=charge.c.owed + by)
        )

    def _issue_receipt(self, entry: Entry, body: ReceiptIssued) -> None:
        twice = self._db.execute(select(receipt.c.stream).where(receipt.c.number == body.number)).first()
        if twice:
            self._report("receipt_twice", entry, number=body.number)
        held = self._db.execute(select(book).where(book.c.series == body.series)).first()
        if held is None or held.device != self._device or not held.first <= body.serial <= held.last:
            self._report("receipt_without_book", entry, number=body.number)
        self._db.execute(
            insert(receipt).values(
                stream=self._stream,
                seq=entry.seq,
                number=body.number,
                series=body.series,
                serial=body.serial,
                payment=body.payment.seq,
                piastres=body.piastres,
            )
        )

    def _void(self, entry: Entry, body: ReceiptVoided, *, hold: bool) -> bool:
        """Mark receipt and payment as void and, unless held back, put the debts back."""
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
        of_parts = (part.c.stream == self._stream) & (part.c.seq == body.payment.seq)
        for row in self._db.execute(select(part).where(of_parts, part.c.applied > 0)).all():
            self._move(row.debt, row.charge, row.applied)
        self._db.execute(update(part).where(of_parts).values(applied=0))
        of_case = (case.c.stream == self._stream) & (case.c.seq == body.payment.seq)
        self._db.execute(update(case).where(of_case).values(state="void"))
        return bool(paid.kind == "debts")

    def _held(self, seq: int) -> bool:
        """Whether an entry is set apart: a void of it must wait with it, lest only one of them count."""
        of_entry = (quarantine.c.stream == self._stream) & (quarantine.c.seq == seq)
        return self._db.execute(select(quarantine.c.seq).where(of_entry)).first() is not None

    def _report(self, kind: str, entry: Entry, **detail: object) -> None:
        report(
            self._db, kind, self._now, device=self._device, stream=self._stream, seq=entry.seq, detail=detail
        )


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
