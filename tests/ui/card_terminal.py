"""A scripted card terminal for screens, and the screens' port to it without threads."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from kiosk.app_payment import CardWork, Start
from kiosk.core.card_terminal import (
    EGP,
    BatchTotals,
    Capabilities,
    End,
    Keep,
    LastResult,
    Order,
    Outcome,
    PaymentTerminal,
    Progress,
    Step,
    TerminalRecord,
    no_progress,
)
from kiosk.core.errors import KnownError
from kiosk.desk.card import Paid
from kiosk.desk.card_converse import at_once
from kiosk.desk.card_reverse import Day
from kiosk.desk.session import Session
from kiosk.ui.tasks import Failed
from tests.ui.stage import Stage

T = TypeVar("T")
TERMINAL = "20113345"


@dataclass
class Scripted:
    """A terminal whose next answer the test chooses: approve, decline, silent (it approved or not), away.

    Its memory is what a real one has: the counter and the last transaction.
    """

    does: str = "approve"
    trace: int = 416
    record: TerminalRecord | None = None
    usable: bool = True
    more: int = 0
    """Piastres that the terminal took beside us: its day differs by them."""
    terminal_id: str = TERMINAL
    capabilities: Capabilities = field(default_factory=Capabilities)
    taken: list[int] = field(default_factory=list)
    dated: str | None = None
    """What its clock shows."""

    def is_usable(self) -> bool:
        return self.usable

    def last(self) -> LastResult:
        if not self.usable:
            raise KnownError("terminal.silent", terminal=self.terminal_id)
        if self.record is None:
            self.record = TerminalRecord(
                approved=True, code="00", terminal=self.terminal_id, trace=self.trace, receipt_no=self.trace
            )
        return LastResult(idle=True, record=self.record)

    def pay(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        progress(Step.PRESENT_CARD)
        if self.does == "away":
            return Outcome(End.NOT_SENT, "device.missing")
        made = TerminalRecord(
            approved=self.does != "decline",
            code="00" if self.does != "decline" else "51",
            terminal=self.terminal_id,
            trace=self.trace + 1,
            receipt_no=self.trace + 1,
            piastres=order.piastres,
            currency=EGP,
            approval="A48213" if self.does != "decline" else None,
            last4="4242",
            reversal=order.receipt_no is not None,
            dated=self.dated,
        )
        if self.does == "lost":
            self.usable = False
            return Outcome(End.UNKNOWN, "silent")
        self.trace, self.record = self.trace + 1, made
        if made.approved:
            self.taken.append(order.piastres if order.receipt_no is None else -order.piastres)
        if self.does == "silent":
            self.usable = False
            return Outcome(End.UNKNOWN, "silent", silent_s=0)
        if self.does == "decline":
            return Outcome(End.DECLINED, "51", made)
        keep(made)
        return Outcome(End.APPROVED, "00", made)

    def reverse(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        return self.pay(order, keep, progress)

    def end_of_day(self) -> BatchTotals:
        ins, outs = [one for one in self.taken if one > 0], [-one for one in self.taken if one < 0]
        return BatchTotals(self.terminal_id, len(ins), sum(ins) + self.more, len(outs), sum(outs))

    def abort(self) -> None:
        self.does = "decline"

    def close(self) -> None:
        pass

    def another_customer(self) -> None:
        """A payment that this device never asked for."""
        self.last()
        assert self.record is not None
        self.trace += 1
        self.record = replace(self.record, trace=self.trace, receipt_no=self.trace, piastres=99_00)


def office_time(session: Session) -> datetime:
    """The time on the wall of the office."""
    moment = session.moment()
    return moment.at + timedelta(minutes=moment.local(money=False).offset)


class Bridge(QObject):
    """Brings an answer after the present event, as the program's own does from another thread."""

    called = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.called.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def _call(self, answer: Callable[[], object]) -> None:
        answer()


class Direct:
    """The screens' `CardPort` in one thread; `held` leaves the next order under way."""

    def __init__(self, stage: Stage, terminal: PaymentTerminal, *, held: Step | None = None) -> None:
        self.stage, self.box, self.held = stage, terminal, held
        self.given_up = 0
        self._bridge = Bridge()

    def terminal(self) -> str:
        return self.box.terminal_id

    def run(
        self, start: Start, tell: Callable[[Step], None], done: Callable[[Paid], None], failed: Failed
    ) -> None:
        if self.held is not None:
            tell(self.held)
            return
        self._do(lambda work: work.run(start, tell), done, failed)

    def where(self, done: Callable[[str, LastResult], None], failed: Failed) -> None:
        self._do(lambda work: work.terminal.last(), lambda last: done(self.terminal(), last), failed)

    def send(
        self, attempt: int, tell: Callable[[Step], None], done: Callable[[Paid], None], failed: Failed
    ) -> None:
        self._do(lambda work: work.send(attempt, tell), done, failed)

    def ask(self, attempt: int, done: Callable[[Paid], None], failed: Failed) -> None:
        self._do(lambda work: work.ask(attempt), done, failed)

    def close_day(self, done: Callable[[Day], None], failed: Failed) -> None:
        self._do(lambda work: work.close_day(), done, failed)

    def give_up(self) -> None:
        self.given_up += 1

    def _do(self, do: Callable[[CardWork], T], done: Callable[[T], None], failed: Failed) -> None:
        def work(session: Session) -> T:
            if isinstance(self.box, Scripted):
                self.box.dated = f"{office_time(session):%m-%dT%H:%M:%S}"
            return do(CardWork(session, self.box, at_once))

        def answered(found: T) -> None:
            self._bridge.called.emit(lambda: done(found))

        self.stage.desk.ask(work, answered, lambda error: self._bridge.called.emit(lambda: failed(error)))
