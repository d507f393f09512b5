"""The ZVT driver (PA00P015), over a serial line or TCP: pays, reverses, asks for the last transaction.

An order is sent once. Its approval is made durable before it is acknowledged; while that takes long the
terminal is told to wait (84 9C). `84 66`, by which a terminal undoes a payment by itself, is never sent.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from kiosk.core.card_terminal import (
    EGP,
    BatchTotals,
    Capabilities,
    End,
    Keep,
    Kept,
    LastResult,
    Order,
    Outcome,
    Progress,
    Step,
    TerminalRecord,
    no_progress,
)
from kiosk.core.errors import KnownError
from kiosk.devices.connection import Connection
from kiosk.devices.owner import Seconds
from kiosk.devices.payment import zvt_apdu as zvt
from kiosk.devices.payment.exchange import FramedMessages, Messages, PlainMessages
from kiosk.devices.payment.framing import ZVT_SERIAL, Framing
from kiosk.devices.payment.zvt_apdu import Apdu, MalformedError

_Read = TypeVar("_Read")
TCP_PORT = 20007
"""Where terminals listen (PA00P016)."""
_CONFIG = 0x08
"""Tell us how far you are; print and decide by yourself."""
_NOTHING_STORED = 0x83
"""Function not possible: how a terminal says that it has no receipt to repeat. HW"""


@dataclass(frozen=True)
class Timing:
    """Seconds: for the answer to a command (T3), for the next message of a transaction (T4), between two
    questions whether it is idle. `waits`: how often it is told to wait while ours is not durable.
    """

    answer: float = 5.0
    transaction: float = 180.0
    idle_pause: float = 2.0
    waits: int = 10


@dataclass
class _Heard:
    """What an order has brought so far."""

    approved: TerminalRecord | None = None
    refused: TerminalRecord | None = None
    kept: bool = False
    waits: int = 0
    at: Seconds | None = None
    """When the terminal last said something of this order; None until it has taken it."""


class ZvtTerminal:
    """One terminal (`kiosk.core.card_terminal.PaymentTerminal`). `framing` None: TCP, no frame.

    `terminal_id`: the eight digits that it names in every answer; `password`: its six digits.
    """

    def __init__(
        self,
        connection: Connection,
        terminal_id: str,
        *,
        framing: Framing | None = ZVT_SERIAL,
        password: str = "000000",  # noqa: S107 - what terminals are delivered with
        timing: Timing | None = None,
        clock: Callable[[], Seconds] = time.monotonic,
        currency: int = EGP,
    ) -> None:
        self._connection = connection
        self._id = terminal_id
        self._framing = framing
        self._password = bytes.fromhex(password)
        self._timing = timing or Timing()
        self._clock = clock
        self._currency = currency
        self._messages: Messages | None = None
        self._registered = 0
        """The opening of the line on which it was registered last."""
        self._abort = Event()

    @property
    def terminal_id(self) -> str:
        """As it was set up."""
        return self._id

    @property
    def capabilities(self) -> Capabilities:
        """ZVT asks, reverses and waits. Whether one undoes what was not acknowledged is its maker's. HW"""
        return Capabilities(wait=True)

    def is_usable(self) -> bool:
        """Whether it answers the question for its state."""
        try:
            self._is_idle()
        except KnownError:
            self._lose()
            return False
        return True

    def last(self) -> LastResult:
        """Ask until it is idle, then for its last receipt. Raises KnownError `terminal.*`, `device.*`."""
        try:
            if not self._until_idle():
                self._lose()
                return LastResult(idle=False, record=None)
            return LastResult(idle=True, record=self._repeat())
        except KnownError:
            self._lose()
            raise

    def pay(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        """Authorise one amount."""
        command = Apdu(zvt.AUTHORISATION, zvt.order_data(order.piastres, order.currency))
        return self._carry_out(command, keep, progress)

    def reverse(self, order: Order, keep: Keep, progress: Progress = no_progress) -> Outcome:
        """Reverse the slip of a receipt number."""
        data = self._password + b"\x87" + zvt.bcd(order.receipt_no or 0, 2)
        return self._carry_out(Apdu(zvt.REVERSAL, data), keep, progress)

    def end_of_day(self) -> BatchTotals:
        """Close its day. Its totals do not tell reversals apart: they are in the sum."""
        totals = zvt.DayTotals(0, 0)
        try:
            self._ready()
            self._command(Apdu(zvt.END_OF_DAY, self._password))
            while (message := self._next(self._timing.transaction)).kind != zvt.COMPLETION:
                if message.kind == zvt.STATUS:
                    totals = self._parsed(zvt.read_totals, message)
                self._say(zvt.TAKEN)
                if message.kind == zvt.ABORT:
                    raise self._refused(message)
            self._say(zvt.TAKEN)
        except KnownError:
            self._lose()
            raise
        return BatchTotals(self._id, totals.count, totals.piastres, 0, 0)

    def abort(self) -> None:
        """Ask it to give up; only its answer decides what became of the order."""
        self._abort.set()

    def close(self) -> None:
        """Give the line back."""
        self._lose()

    # --- an order

    def _carry_out(self, command: Apdu, keep: Keep, progress: Progress) -> Outcome:
        self._abort.clear()
        progress(Step.CONNECTING)
        try:
            self._ready()
            wire = self._connection.port()
        except KnownError as error:
            self._lose()
            return Outcome(End.NOT_SENT, error.code)
        before, heard = wire.written, _Heard()
        try:
            self._command(command, once=True)
            heard.at = self._clock()
            return self._follow(heard, keep, progress)
        except KnownError as error:
            left = wire.written > before
            self._lose()
            return self._cut_off(heard, error.code) if left else Outcome(End.NOT_SENT, error.code)
        except Exception:
            self._lose()
            raise

    def _follow(self, heard: _Heard, keep: Keep, progress: Progress) -> Outcome:
        """Answer what the terminal says until it ends the order."""
        while True:
            message = self._next(self._timing.transaction)
            heard.at = self._clock()
            if message.kind == zvt.STATUS:
                if not self._status(heard, self._parsed(zvt.read_record, message), keep):
                    self._lose()
                    return self._unknown(heard, "not_kept")
                continue
            if message.kind == zvt.INTERMEDIATE:
                progress(zvt.step(message.data))
            self._say(zvt.TAKEN)
            if message.kind == zvt.COMPLETION:
                return self._completed(heard)
            if message.kind == zvt.ABORT:
                return self._aborted(heard, message)

    def _status(self, heard: _Heard, said: TerminalRecord, keep: Keep) -> bool:
        """Take a result; False when it could not be kept, and then it is not acknowledged."""
        if not said.approved:
            heard.refused = said
            self._say(zvt.TAKEN)
            return True
        heard.approved = said
        if keep(said) is Kept.KEPT:
            heard.kept = True
            self._say(zvt.TAKEN)
            return True
        heard.waits += 1
        if heard.waits > self._timing.waits:
            return False
        self._say(zvt.WAIT)
        return True

    def _completed(self, heard: _Heard) -> Outcome:
        if heard.approved is not None:
            return Outcome(End.APPROVED, "approved", heard.approved)
        if heard.refused is not None:
            return Outcome(End.DECLINED, "declined", heard.refused)
        return self._unknown(heard, "no_result")

    def _aborted(self, heard: _Heard, message: Apdu) -> Outcome:
        if heard.approved is not None:
            return self._unknown(heard, "aborted_after_approval")
        said = heard.refused or TerminalRecord(approved=False, code=zvt.abort_code(message.data))
        return Outcome(End.DECLINED, "aborted", said)

    def _cut_off(self, heard: _Heard, why: str) -> Outcome:
        """The line failed within an order: what was approved and kept stays so, all else is not known."""
        if heard.approved is not None and heard.kept:
            return Outcome(End.APPROVED, "not_completed", heard.approved)
        return self._unknown(heard, why)

    def _unknown(self, heard: _Heard, why: str) -> Outcome:
        silent_s = None if heard.at is None else int(self._clock() - heard.at)
        return Outcome(End.UNKNOWN, why, heard.approved, silent_s)

    # --- questions

    def _until_idle(self) -> bool:
        limit = self._clock() + self._timing.transaction
        while not self._is_idle():
            if self._clock() + self._timing.idle_pause > limit:
                return False
            self._abort.wait(self._timing.idle_pause)
        return True

    def _is_idle(self) -> bool:
        """Whether its state is "ready"; a terminal at work refuses the question."""
        try:
            self._ready()
            self._command(Apdu(zvt.STATUS_ENQUIRY, self._password))
        except _RefusedError:
            return False
        while (message := self._next(self._timing.answer)).kind not in (zvt.COMPLETION, zvt.ABORT):
            self._say(zvt.TAKEN)
        self._say(zvt.TAKEN)
        return message.kind == zvt.COMPLETION and self._parsed(zvt.terminal_status, message) == 0

    def _repeat(self) -> TerminalRecord | None:
        """Its last transaction. What came before the command was taken is not the answer to it."""
        try:
            self._command(Apdu(zvt.REPEAT_RECEIPT, self._password))
        except _RefusedError as refusal:
            if refusal.number == _NOTHING_STORED:
                return None
            raise
        found: TerminalRecord | None = None
        while (message := self._next(self._timing.answer)).kind != zvt.COMPLETION:
            if message.kind == zvt.STATUS:
                found = self._parsed(zvt.read_record, message)
            self._say(zvt.TAKEN)
            if message.kind == zvt.ABORT:
                if message.data[:1] == bytes((_NOTHING_STORED,)):
                    return None
                raise self._refused(message)
        self._say(zvt.TAKEN)
        if found is None:
            raise KnownError("terminal.garbled", terminal=self._id)
        return found

    # --- the line

    def _ready(self) -> None:
        """Open the line, and register once on each opening."""
        port = self._connection.port()
        if self._messages is not None and self._registered == self._connection.openings:
            self._messages.drain()
            return
        self._messages = (
            PlainMessages(port, zvt.parse_apdu, self._id, gap=self._timing.answer)
            if self._framing is None
            else FramedMessages(port, self._framing, self._id)
        )
        self._messages.drain()
        data = self._password + bytes((_CONFIG,)) + zvt.bcd(self._currency, 2)
        self._command(Apdu(zvt.REGISTRATION, data))
        while (message := self._next(self._timing.answer)).kind != zvt.COMPLETION:
            self._say(zvt.TAKEN)
            if message.kind == zvt.ABORT:
                raise self._refused(message)
        self._say(zvt.TAKEN)
        self._registered = self._connection.openings

    def _command(self, command: Apdu, *, once: bool = False) -> None:
        """Send a command and wait until the terminal takes it. Raises _RefusedError, KnownError.

        What it says before that belongs to something else, and is not acknowledged as a result.
        """
        self._line.send(command.encode(), once=once)
        limit = self._clock() + self._timing.answer
        while True:
            message = self._next(limit - self._clock())
            if message.kind in (zvt.TAKEN.kind, zvt.TAKEN_TOO):
                return
            if message.kind[:1] == b"\x84":
                raise _RefusedError(self._id, message.kind[1])

    def _next(self, seconds: float) -> Apdu:
        """The next message within a time. Raises KnownError `terminal.silent`, `terminal.garbled`."""
        limit = self._clock() + seconds
        while True:
            left = limit - self._clock()
            data = self._line.receive(max(0.0, min(left, 0.25)))
            if data is not None:
                try:
                    return zvt.whole_apdu(data)
                except MalformedError as error:
                    raise KnownError("terminal.garbled", terminal=self._id) from error
            if self._abort.is_set():
                self._abort.clear()
                self._line.send(Apdu(zvt.ABORT_COMMAND).encode(), once=True)
            if left <= 0:
                raise KnownError("terminal.silent", terminal=self._id)

    def _say(self, answer: Apdu) -> None:
        self._line.send(answer.encode(), once=False)

    @property
    def _line(self) -> Messages:
        if self._messages is None:
            raise KnownError("terminal.silent", terminal=self._id)
        return self._messages

    def _parsed(self, read: Callable[[bytes], _Read], message: Apdu) -> _Read:
        try:
            return read(message.data)
        except MalformedError as error:
            raise KnownError("terminal.garbled", terminal=self._id) from error

    def _refused(self, message: Apdu) -> KnownError:
        return KnownError("terminal.refused", terminal=self._id, number=zvt.abort_code(message.data))

    def _lose(self) -> None:
        """Drop the line: what comes late on it is never taken for an answer to something else."""
        self._messages = None
        self._connection.drop()


class _RefusedError(KnownError):
    """The terminal did not take a command; `number`: why."""

    def __init__(self, terminal: str, number: int) -> None:
        super().__init__("terminal.refused", terminal=terminal, number=f"{number:02X}")
        self.number = number
