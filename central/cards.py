"""Follows card payments on linked terminals entry by entry: what was sent, how it ended, what is in doubt.

The money itself is in the payment and its receipt; here it is compared with what the terminal approved. What
does not fit is an incident for people, never a change of the money.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from central.schema import card_attempt, card_close, payment
from kiosk.core.entries.body import Body
from kiosk.core.entries.card import (
    CardApproved,
    CardBatch,
    CardCompleted,
    CardDeclined,
    CardPrepared,
    CardRecord,
    CardResolved,
    CardReversed,
    CardSent,
    CardUnknown,
)
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry

CARD_BODIES = (
    *(CardApproved, CardBatch, CardCompleted, CardDeclined, CardPrepared, CardResolved),
    *(CardReversed, CardSent, CardUnknown),
)
_STATES: dict[type[Body], str] = {
    CardSent: "sent",
    CardApproved: "approved",
    CardDeclined: "declined",
    CardUnknown: "unknown",
    CardCompleted: "completed",
    CardReversed: "completed",
}
_CHARGED = ("approved", "adopted")
Report = Callable[..., None]
"""Called with the kind of an incident, the entry, and its details."""


class CardBook:
    """Books card entries of one stream inside the open transaction; `report` notes what does not fit."""

    def __init__(self, db: Connection, device: str, stream: str, report: Report) -> None:
        self._db, self._device, self._stream, self._report = db, device, stream, report

    def book(self, entry: Entry, body: Body) -> KnownError | None:
        """Book one card entry; returns why it must wait for a person, when it must."""
        if isinstance(body, CardPrepared):
            self._prepare(entry, body)
            return None
        if isinstance(body, CardBatch):
            self._close_day(entry, body)
            return None
        found = self._attempt(body.attempt)  # type: ignore[attr-defined]
        if found is None:
            return KnownError("apply.no_attempt", seq=body.attempt.seq)  # type: ignore[attr-defined]
        if isinstance(body, CardCompleted | CardReversed):
            self._complete(entry, body, found)
        self._move(entry, body, found)
        return None

    def _prepare(self, entry: Entry, body: CardPrepared) -> None:
        self._db.execute(
            insert(card_attempt).values(
                stream=self._stream,
                seq=entry.seq,
                device=self._device,
                attempt=body.attempt,
                kind=body.kind,
                terminal=body.terminal,
                piastres=body.piastres,
                reverses=body.reverses.seq if body.reverses else None,
                state="prepared",
                last=entry.seq,
            )
        )

    def _attempt(self, link: Any) -> Row[Any] | None:
        if link.stream != self._stream:
            return None
        of_attempt = (card_attempt.c.stream == self._stream) & (card_attempt.c.seq == link.seq)
        return self._db.execute(select(card_attempt).where(of_attempt)).first()

    def _move(self, entry: Entry, body: Body, found: Row[Any]) -> None:
        state = _STATES.get(type(body))
        if isinstance(body, CardResolved):
            state = "adopted" if body.done else "not_done"
        values: dict[str, Any] = {"state": state, "last": entry.seq}
        record: CardRecord | None = getattr(body, "record", None)
        if record is not None and record.approved:
            values |= {"approval": record.approval, "receipt_no": record.receipt_no}
            if record.piastres is not None and record.piastres != found.piastres:
                self._report("card_amount_differs", entry, asked=found.piastres, approved=record.piastres)
        if isinstance(body, CardCompleted):
            values["payment"] = body.payment.seq
        of_attempt = (card_attempt.c.stream == self._stream) & (card_attempt.c.seq == found.seq)
        self._db.execute(update(card_attempt).where(of_attempt).values(values))

    def _complete(self, entry: Entry, body: CardCompleted | CardReversed, found: Row[Any]) -> None:
        """Only what the terminal approved becomes a payment or a void, and of exactly its amount."""
        if found.state not in _CHARGED:
            self._report("card_not_approved", entry, attempt=found.seq, state=found.state)
        if isinstance(body, CardCompleted):
            of_payment = (payment.c.stream == self._stream) & (payment.c.seq == body.payment.seq)
            taken = self._db.execute(select(payment.c.card).where(of_payment)).scalar()
            if taken != found.piastres:
                self._report("card_payment_differs", entry, approved=found.piastres, taken=taken or 0)

    def _close_day(self, entry: Entry, body: CardBatch) -> None:
        self._db.execute(
            insert(card_close).values(
                stream=self._stream,
                seq=entry.seq,
                device=self._device,
                terminal=body.terminal,
                taken=body.taken,
                reversed=body.reversed,
                our_taken=body.our_taken,
                our_reversed=body.our_reversed,
                difference=body.difference,
                in_doubt=body.in_doubt,
            )
        )
        if body.difference:
            self._report("card_batch_differs", entry, terminal=body.terminal, difference=body.difference)
