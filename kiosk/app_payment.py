"""Takes card payments beside the screens: the linked terminal's own thread, over the open store.

The store belongs to one worker thread; the terminal's hands it small pieces of work and waits for each.
A lock asks the terminal to give up and waits for its answer; what has none then is in doubt, and is said so.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kiosk.core.errors import KnownError
from kiosk.log_files import OURS
from kiosk.ui.tasks import Failed

if TYPE_CHECKING:
    from kiosk.core.card_terminal import LastResult, PaymentTerminal, Step
    from kiosk.desk.card import Paid
    from kiosk.desk.card_converse import OnStore
    from kiosk.desk.card_reverse import Day
    from kiosk.desk.session import Session
    from kiosk.devices.owner import OwnerThread, Seconds
    from kiosk.store.queries.cards import Attempt

T = TypeVar("T")
FINISH_S = 12.0
"""Seconds that a lock waits for a terminal's answer."""
_PIECE_S = 0.02
Start = Callable[["Session", str, "LastResult"], "Attempt"]


class CardWork:
    """What is done with a terminal, in the order that no stop can break; on the thread that owns it."""

    def __init__(self, session: "Session", terminal: "PaymentTerminal", on_store: "OnStore") -> None:
        self.session, self.terminal, self._on_store = session, terminal, on_store

    def run(self, start: Start, tell: "Callable[[Step], None]") -> "Paid":
        """Ask where the terminal stands, begin, send once, complete. Raises KnownError before it is sent."""
        from kiosk.desk.card import stands_at

        last = stands_at(self.terminal)
        terminal_id = self.terminal.terminal_id
        attempt = self._on_store(lambda: start(self.session, terminal_id, last))
        return self._sent(attempt, tell)

    def stands(self) -> "LastResult":
        """Where the terminal stands. Raises KnownError `terminal.*`, `device.*`."""
        from kiosk.desk.card import stands_at

        return stands_at(self.terminal)

    def send(self, seq: int, tell: "Callable[[Step], None]") -> "Paid":
        """Send an attempt that was begun already, once; complete it."""
        from kiosk.store.queries.cards import attempt_at

        return self._sent(self._on_store(lambda: attempt_at(self.session.store.db, seq)), tell)

    def _sent(self, attempt: "Attempt", tell: "Callable[[Step], None]") -> "Paid":
        from kiosk.desk.card_converse import converse

        return self._completed(converse(self.session, self.terminal, attempt, tell, self._on_store))

    def ask(self, seq: int) -> "Paid":
        """Let the terminal's last transaction decide. Raises KnownError `terminal.*`, `device.*`.

        `terminal.no_last_result`: its protocol has no such question, so two persons read its record.
        """
        from kiosk.desk.card_resolve import resolve_by_terminal
        from kiosk.store.queries.cards import attempt_at

        if not self.terminal.capabilities.last_result:
            raise KnownError("terminal.no_last_result", terminal=self.terminal.terminal_id)
        last = self.terminal.last()

        def resolve() -> "Attempt":
            return resolve_by_terminal(self.session, attempt_at(self.session.store.db, seq), last)

        return self._completed(self._on_store(resolve))

    def close_day(self) -> "Day":
        """Close the terminal's day while nothing on it is open. Raises KnownError `card.*`, `terminal.*`."""
        from kiosk.desk.card_reverse import check_day_may_close, close_day

        terminal_id = self.terminal.terminal_id
        self._on_store(lambda: check_day_may_close(self.session, terminal_id))
        said = self.terminal.end_of_day()
        return self._on_store(lambda: close_day(self.session, said))

    def settle(self) -> None:
        """After a stop: ask once about each attempt on this terminal that is in doubt."""
        from kiosk.core.cards import State
        from kiosk.desk.card_complete import open_cards

        if not self.terminal.capabilities.last_result:
            return
        for one in self._on_store(lambda: open_cards(self.session)):
            if one.state is State.UNKNOWN and one.terminal == self.terminal.terminal_id:
                self.ask(one.seq)

    def _completed(self, attempt: "Attempt") -> "Paid":
        return self._on_store(lambda: completed(self.session, attempt))


def completed(session: "Session", attempt: "Attempt") -> "Paid":
    """Issue the receipt of an approved payment while its shift is open; else leave it to be seen.

    Runs where the store lives. Raises nothing: the terminal has the money, the attempt stands as approved.
    """
    from kiosk.core.cards import State
    from kiosk.desk.card import Paid
    from kiosk.desk.card_complete import complete_card
    from kiosk.store.queries.cards import attempt_at

    taken = None
    if attempt.kind == "payment" and attempt.state in (State.APPROVED, State.COMPLETED):
        try:
            taken = complete_card(session, attempt, printed=True)
        except KnownError:
            taken = None
    return Paid(attempt_at(session.store.db, attempt.seq), taken)


def linked_terminal(root: Path) -> "PaymentTerminal | None":
    """The driver of the terminal that a device is linked to. Raises KnownError `terminal.*`, `store.*`."""
    from kiosk.devices.chosen_terminal import read_terminal

    chosen = read_terminal(root)
    return chosen.open(root, _note_tape) if chosen is not None else None


def _note_tape(error: Exception) -> None:
    """A recording for the technician ended; payments go on."""
    said = error.code if isinstance(error, KnownError) else type(error).__name__
    logging.getLogger(OURS).warning(" ".join(("recording of the terminal ended", said)))


class Payments:
    """A companion of the desk (`kiosk.ui.desk_access.Companion`), and the screens' `CardPort`.

    `submit` queues work for the store's thread, `post` for the thread of the screens. `ended` is told after
    each conversation, `on_fault` what a person must mend, `on_bug` what nothing may raise; from any thread.
    """

    def __init__(
        self,
        root: Path,
        submit: Callable[[Callable[[], object]], object],
        post: Callable[[Callable[[], object]], object],
        *,
        ended: Callable[[], None],
        on_fault: Callable[[KnownError], None],
        on_bug: Callable[[Exception], None],
        connect: "Callable[[Path], PaymentTerminal | None] | None" = None,
    ) -> None:
        """`connect`: makes the terminal that was chosen in a data folder, or None."""
        self._root, self._submit, self._post = root, submit, post
        self._connect = connect or linked_terminal
        self._ended, self._on_fault, self._on_bug = ended, on_fault, on_bug
        self._asked: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._orders: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._door = threading.Lock()
        self._busy = self._closing = False
        self._terminal_id = ""
        self._owner: OwnerThread | None = None
        self._work: CardWork | None = None

    # --- what screens ask

    def terminal(self) -> str:
        """The id of the linked terminal, '' while none is."""
        return self._terminal_id

    def run(
        self, start: Start, tell: "Callable[[Step], None]", done: "Callable[[Paid], None]", failed: Failed
    ) -> None:
        """Take or reverse a payment, to its end."""

        def told(step: "Step") -> None:
            self._post(lambda: tell(step))

        self._order(lambda work: work.run(start, told), done, failed)

    def where(self, done: "Callable[[str, LastResult], None]", failed: Failed) -> None:
        """Ask the terminal where it stands."""
        self._order(lambda work: (work.terminal.terminal_id, work.stands()), lambda said: done(*said), failed)

    def send(
        self, attempt: int, tell: "Callable[[Step], None]", done: "Callable[[Paid], None]", failed: Failed
    ) -> None:
        """As `run`, for an attempt that was begun already."""

        def told(step: "Step") -> None:
            self._post(lambda: tell(step))

        self._order(lambda work: work.send(attempt, told), done, failed)

    def ask(self, attempt: int, done: "Callable[[Paid], None]", failed: Failed) -> None:
        """Let the terminal's last transaction decide."""
        self._order(lambda work: work.ask(attempt), done, failed)

    def close_day(self, done: "Callable[[Day], None]", failed: Failed) -> None:
        """Close the terminal's day."""
        self._order(lambda work: work.close_day(), done, failed)

    def give_up(self) -> None:
        """Ask the terminal to stop waiting for a card."""
        work = self._work
        if work is not None:
            work.terminal.abort()

    def _order(self, do: "Callable[[CardWork], T]", done: Callable[[T], None], failed: Failed) -> None:
        owner, work = self._owner, self._work
        if owner is None or work is None:
            failed(KnownError("terminal.none"))
            return

        def order() -> None:
            try:
                found = do(work)
            except KnownError as error:
                self._post(lambda error=error: failed(error))  # type: ignore[misc]
            except Exception:
                self._post(lambda: failed(KnownError("ui.fault")))
                raise
            else:
                self._post(lambda: done(found))
            finally:
                self._ended()

        self._orders.put(order)
        owner.wake()

    # --- on the store's thread

    def begin(self, session: "Session") -> None:
        """Bring the attempts that a stop cut off to their state; start the thread of a linked terminal."""
        from kiosk.desk.card_complete import resume_cards

        try:
            resume_cards(session)
            self._begin(session)
        except KnownError as error:
            self._on_fault(error)

    def _begin(self, session: "Session") -> None:
        from kiosk.devices.owner import OwnerThread

        self._closing = False
        terminal = self._connect(self._root)
        if terminal is None:
            return
        self._terminal_id = terminal.terminal_id
        self._work = CardWork(session, terminal, self._on_store)
        self._orders.put(self._settle)
        self._owner = OwnerThread(
            "terminal", self._step, cancel=terminal.abort, on_end=terminal.close, on_bug=self._on_bug
        )
        self._owner.start()

    def end(self) -> None:
        """Let the conversation in hand end, then stop the thread. On the store's thread, which it needs."""
        owner, self._owner = self._owner, None
        work, self._work = self._work, None
        self._terminal_id = ""
        if owner is None or work is None:
            return
        with self._door:
            self._closing = True
        if self._busy:
            work.terminal.abort()
        owner.wake()
        limit = time.monotonic() + FINISH_S
        while self._busy and time.monotonic() < limit:
            self._serve(_PIECE_S)
        while not owner.stop(_PIECE_S):
            self._serve(_PIECE_S)
        self._serve(0)
        self._orders = queue.SimpleQueue()

    def _serve(self, wait_s: float) -> None:
        """Do what the terminal's thread asked for; wait so long for the first piece."""
        try:
            piece = self._asked.get(timeout=wait_s) if wait_s else self._asked.get_nowait()
            while True:
                piece()
                piece = self._asked.get_nowait()
        except queue.Empty:
            return

    # --- on the terminal's thread

    def _step(self) -> "Seconds | None":
        try:
            order = self._orders.get_nowait()
        except queue.Empty:
            return None
        with self._door:
            if self._closing:
                return None
            self._busy = True
        try:
            order()
        finally:
            self._busy = False
        return 0

    def _settle(self) -> None:
        """A terminal that is away now is asked again when a person asks."""
        try:
            if self._work is not None:
                self._work.settle()
        except KnownError:
            return
        finally:
            self._ended()

    def _on_store(self, work: Callable[[], T]) -> T:
        from concurrent.futures import Future

        answer: Future[T] = Future()

        def piece() -> None:
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 - raised again on the thread that asked
                answer.set_exception(error)

        self._asked.put(piece)
        self._submit(lambda: self._serve(0))
        return answer.result()
