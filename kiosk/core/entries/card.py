"""Card payments on a linked terminal: one entry for each arrow, written before what follows it.

Of a card only the last four digits are ever kept. An attempt is named by its `card.prepared` entry.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.entries.parts import Line, PersonRef, line_sum
from kiosk.core.entries.payment import Allocation, DebtsFor, Form33, RequestFor, SnapshotRef
from kiosk.core.wire.codec import fail
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import (
    Code,
    Count,
    Hex32,
    Last4,
    Number,
    Paid,
    Piastres,
    PrintedNumber,
    Remark,
    Signed,
    StaffCode,
    TerminalTime,
)


@dataclass(frozen=True, kw_only=True)
class CardBill:
    """What a card is to pay, whole: kept with the attempt, so that its receipt can be issued after a stop."""

    what_for: RequestFor | DebtsFor
    lines: tuple[Line, ...]
    total: Paid
    payer: PersonRef
    capacity: Code
    allocation: Allocation | None
    snapshot: SnapshotRef | None
    mandate: PrintedNumber | None
    order_no: PrintedNumber | None
    period: PrintedNumber | None
    form33: Form33

    def check(self) -> None:
        """Refuse a total that is not the sum of the lines."""
        if line_sum(self.lines) != self.total:
            fail("total", "not the sum of the lines")


@dataclass(frozen=True, kw_only=True)
class CardRecord:
    """A transaction as the terminal told it (`kiosk.core.card_terminal.TerminalRecord`); None: not said."""

    approved: bool
    code: Code
    terminal: PrintedNumber | None
    trace: Count | None
    receipt_no: Count | None
    piastres: Piastres | None
    currency: Count | None
    approval: PrintedNumber | None
    last4: Last4 | None
    reversal: bool | None
    dated: TerminalTime | None


@dataclass(frozen=True, kw_only=True)
class CardPrepared(Body):
    """An attempt begins: nothing has left the machine. `counter`: the terminal's before it, if it has one;
    `slip_before`: the number on the slip of its last transaction before this one, if it said one.

    A payment carries its whole bill. A reversal names the attempt it reverses and the number on its slip, and
    a second person signs it.
    """

    TYPE: ClassVar[str] = "card.prepared"

    attempt: Hex32
    kind: Literal["payment", "reversal"]
    terminal: PrintedNumber
    piastres: Paid
    currency: Number
    counter: Count | None
    slip_before: Count | None
    bill: CardBill | None
    reverses: Link | None
    receipt_no: Number | None
    approver: StaffCode | None

    def check(self) -> None:
        """Refuse a payment without its bill, and a reversal of nothing or by one person."""
        is_payment = self.kind == "payment"
        if is_payment != (self.bill is not None):
            fail("bill", "for a payment, and only for one")
        if self.bill is not None and self.bill.total != self.piastres:
            fail("piastres", "not the total of the bill")
        for name in ("reverses", "receipt_no", "approver"):
            if is_payment != (getattr(self, name) is None):
                fail(name, "for a reversal, and only for one")


@dataclass(frozen=True, kw_only=True)
class CardSent(Body):
    """The order is about to leave: from here on the card may be charged."""

    TYPE: ClassVar[str] = "card.sent"

    attempt: Link


@dataclass(frozen=True, kw_only=True)
class CardApproved(Body):
    """The terminal approved exactly what it was asked; written before that is acknowledged."""

    TYPE: ClassVar[str] = "card.approved"

    attempt: Link
    record: CardRecord

    def check(self) -> None:
        """Refuse a record that approves nothing."""
        if not self.record.approved:
            fail("record", "approves nothing")


@dataclass(frozen=True, kw_only=True)
class CardDeclined(Body):
    """The terminal refused: nothing was charged."""

    TYPE: ClassVar[str] = "card.declined"

    attempt: Link
    code: Code
    record: CardRecord | None

    def check(self) -> None:
        """Refuse a record that approves."""
        if self.record is not None and self.record.approved:
            fail("record", "approves")


@dataclass(frozen=True, kw_only=True)
class CardUnknown(Body):
    """It is not known whether the card was charged. `needs`: what can settle it; `record`: what was said.

    `silent_s`: seconds since the terminal was last heard about this order; None: not known that it took it.
    """

    TYPE: ClassVar[str] = "card.unknown"

    attempt: Link
    why: Code
    needs: Literal["evidence", "person"]
    record: CardRecord | None
    silent_s: Count | None


@dataclass(frozen=True, kw_only=True)
class CardResolved(Body):
    """The end became known by evidence: `done`, or nothing was charged.

    `adopted`: by the terminal's last transaction. `not_done`: by it too, or because nothing left the machine.
    `person`: by what a person read in the terminal's own record, which a second one signs.
    """

    TYPE: ClassVar[str] = "card.resolved"

    attempt: Link
    how: Literal["adopted", "not_done", "person"]
    done: bool
    why: Code
    record: CardRecord | None
    remark: Remark | None
    approver: StaffCode | None

    def check(self) -> None:
        """Refuse a way that does not fit the finding, a finding without record, a person alone."""
        if self.how != "person" and self.done != (self.how == "adopted"):
            fail("done", f"does not fit {self.how}")
        if self.done and (self.record is None or not self.record.approved):
            fail("record", "nothing was approved")
        if (self.how == "person") != (self.approver is not None):
            fail("approver", "for a person's finding, and only for one")


@dataclass(frozen=True, kw_only=True)
class CardCompleted(Body):
    """An approved payment became a payment with its receipt: the two entries just before, of the same act."""

    TYPE: ClassVar[str] = "card.completed"

    attempt: Link
    payment: Link
    receipt: Link

    def check(self) -> None:
        """The receipt follows its payment."""
        if self.receipt.seq != self.payment.seq + 1:
            fail("receipt", "not just after its payment")


@dataclass(frozen=True, kw_only=True)
class CardReversed(Body):
    """An approved reversal became the void of its receipt: the entry just before, of the same act."""

    TYPE: ClassVar[str] = "card.reversed"

    attempt: Link
    reverses: Link
    void: Link


@dataclass(frozen=True, kw_only=True)
class CardBatch(Body):
    """A terminal closed its day: what it says beside what we recorded since its last close, in piastres.

    `difference` = terminal net − our net: shown and kept, never adjusted. `in_doubt`: attempts open then.
    """

    TYPE: ClassVar[str] = "card.batch"

    terminal: PrintedNumber
    taken_count: Count
    taken: Piastres
    reversed_count: Count
    reversed: Piastres
    our_taken_count: Count
    our_taken: Piastres
    our_reversed_count: Count
    our_reversed: Piastres
    difference: Signed
    in_doubt: Count

    def check(self) -> None:
        """difference = (taken − reversed) − (our taken − our reversed)."""
        if self.difference != (self.taken - self.reversed) - (self.our_taken - self.our_reversed):
            fail("difference", "not the terminal's net less ours")
