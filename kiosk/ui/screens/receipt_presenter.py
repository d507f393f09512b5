"""The receipt: number, change to give, how its print stands, its code for a phone, and copies. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from kiosk.core.errors import KnownError
from kiosk.core.money import format_pounds
from kiosk.ui.presenter import Context, Once

if TYPE_CHECKING:
    from kiosk.desk.session import Session

REASONS = ("customer_lost", "not_readable", "file_copy")
MOVING = ("queued", "sending")


@dataclass(frozen=True)
class ReceiptFacts:
    """A receipt as the worker reads it; `state` is that of its latest print, `fault` what that waits for."""

    number: str
    seq: int
    total: int
    payer: str
    words: str
    code: tuple[tuple[bool, ...], ...]
    host: str
    check: str
    state: str
    fault: str
    copy: int
    prints: int


@dataclass(frozen=True)
class ReceiptState:
    """What the screen shows. `tone` is that of the print's sentence; `moving`: look again soon."""

    number: str = ""
    total: str = ""
    change: str = ""
    payer: str = ""
    words: str = ""
    tone: str = "info"
    print_words: str = ""
    moving: bool = False
    code: tuple[tuple[bool, ...], ...] = ()
    host: str = ""
    asking: bool = False


class ReceiptView(Protocol):
    """The screen."""

    def show_state(self, state: ReceiptState) -> None:
        """Draw the state."""

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field."""

    def ready(self) -> None:
        """The act was answered."""


class ReceiptPresenter:
    """Nothing of a receipt can be changed here; a copy is another print, marked as one."""

    def __init__(self, context: Context, view: ReceiptView) -> None:
        self._context, self._view = context, view
        self._number, self._change = "", 0
        self._seq = 0
        self._once = Once()
        self.state = ReceiptState()

    def arrive(self, number: str, change: int) -> None:
        """Show a receipt; without a number the one that was shown."""
        if number:
            self._number, self._change = number, change
            self.state = ReceiptState()
        if not self._number:
            self._context.go.home()
            return
        self.look()

    def look(self) -> None:
        """Read how it stands now."""
        self._context.desk.ask(facts_of(self._number), self._told, self._view.say_error)

    def _told(self, facts: ReceiptFacts) -> None:
        texts, language = self._context.texts, self._context.texts.language
        self._seq = facts.seq
        tone, words = self._print_words(facts)
        self._show(
            replace(
                self.state,
                number=texts.data(facts.number),
                total=texts.data(format_pounds(facts.total, language)),
                change=texts.data(format_pounds(self._change, language)) if self._change else "",
                payer=texts.data(facts.payer) if facts.payer else "",
                words=texts.data(facts.words),
                tone=tone,
                print_words=words,
                moving=facts.state in MOVING,
                code=facts.code,
                host=texts("receipt.scan", host=facts.host, check=facts.check) if facts.code else "",
            )
        )

    def _print_words(self, facts: ReceiptFacts) -> tuple[str, str]:
        texts = self._context.texts
        if not facts.state:
            return "warning", texts("receipt.print_none")
        tones = {"confirmed": "success", "failed": "warning", "uncertain": "warning"}
        said = texts(f"receipt.print_{facts.state}")
        if facts.copy:
            said = f"{said} {texts('receipt.copy_number', number=facts.copy)}"
        if facts.fault:
            printer = texts("receipt.printer")
            said = f"{said} {texts.error(KnownError(facts.fault, device=printer))}"
        waits = facts.state == "queued" and facts.fault
        return "warning" if waits else tones.get(facts.state, "info"), said

    def ask_copy(self) -> None:
        """Another print is wanted: why?"""
        self._show(replace(self.state, asking=not self.state.asking))

    def copy(self, reason: str) -> None:
        """Print once more for a reason."""
        if not self.state.asking or self._once.begin() is None:
            return
        self._context.desk.act(copy_of(self._seq, reason), self._asked, self._failed)

    def _asked(self, _job: str) -> None:
        self._once.finished()
        self._view.ready()
        self._show(replace(self.state, asking=False))
        self.look()

    def _failed(self, error: KnownError) -> None:
        self._once.failed()
        self._view.ready()
        self._view.say_error(error)

    def next_citizen(self) -> None:
        """This one is served."""
        self._number = ""
        self.state = ReceiptState()
        self._context.go.home()

    def _show(self, state: ReceiptState) -> None:
        self.state = state
        self._view.show_state(state)


def facts_of(number: str) -> "Callable[[Session], ReceiptFacts]":
    """Read a receipt of this device and how its prints stand."""

    def work(session: "Session") -> ReceiptFacts:
        from kiosk.core.errors import BugError
        from kiosk.desk.pay import RECEIPT
        from kiosk.documents.qr import symbol
        from kiosk.paperwork.receipts import receipt_of
        from kiosk.store.print_jobs import prints_of
        from kiosk.store.queries.receipts import find_receipt

        record = find_receipt(session.store.db, number)
        if record is None:
            raise BugError(f"no receipt {number}")
        paper = receipt_of(session, record.row.seq)
        jobs = [one for one in prints_of(session.store.db, record.row.seq) if one.document == RECEIPT]
        last = jobs[-1] if jobs else None
        return ReceiptFacts(
            number=number,
            seq=record.row.seq,
            total=record.row.total,
            payer=paper.payer.name,
            words=paper.words,
            code=symbol(paper.seal.segments) if paper.seal else (),
            host=paper.seal.host if paper.seal else "",
            check=paper.seal.check if paper.seal else "",
            state=last.state.value if last else "",
            fault=(last.fault or "") if last else "",
            copy=(last.copy or 0) if last else 0,
            prints=len(jobs),
        )

    return work


def copy_of(seq: int, reason: str) -> "Callable[[Session], str]":
    """Queue another print of the receipt whose entry is `seq`."""

    def work(session: "Session") -> str:
        from kiosk.desk.pay import RECEIPT
        from kiosk.paperwork.printing import ask_copy

        return ask_copy(session, RECEIPT, seq, reason)

    return work
