"""A ZVT payment terminal of software, on any simulated line, that misbehaves as it is told.

It does what PA00P015 says of the commands that the driver sends, and keeps its own record (`zvt_records`).
"""

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol

from kiosk.core.card_terminal import EGP
from kiosk.core.clock import Zone
from kiosk.devices.payment import zvt_apdu as zvt
from kiosk.devices.payment.framing import ACK, NAK, ZVT_SERIAL, Deframer, Framing, Sign, frame
from kiosk.devices.payment.zvt_apdu import Apdu, bcd, from_bcd, parse_apdu
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.line import Line
from kiosk.devices.simulators.pty_line import PtyTransport
from kiosk.devices.simulators.tcp_line import TcpLine
from kiosk.devices.simulators.zvt_records import Done, TerminalRecords
from kiosk.zone_files import read_zone, shipped_zone_text

BUSY, NOT_POSSIBLE, ABORTED, ALREADY_BACK = 0x6F, 0x83, 0x6C, 0xB4
CARD = "4111111111111111"
"""The card that its citizens hold: a number for tests, of no bank."""


class Mouth(Protocol):
    """What the machine speaks and asks with: its line."""

    def say(self, data: bytes, after: float = 0.0) -> None:
        """Send bytes."""

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call something later."""


@dataclass(frozen=True)
class Behaviour:
    """What it does with orders, until told otherwise.

    `decline`: refuses with this result code; `gives_up`: the citizen presses stop. `forgets`: takes the order
    and does nothing, ever. `silent_after`: says no more once it has charged (`charge`) or has said so
    (`result`). `late`: seconds before its result. `stale`: answers with the last one instead of doing
    the order. `amount`, `currency`, `terminal`: echoes another. `twice`: says its result twice. `power`:
    loses it once it has charged, for so many seconds. `takes_back`: approves and undoes it. `uncounted`:
    its counter does not count refusals. `leaks`: tells all of the card, in fields and printed lines.
    """

    decline: int | None = None
    gives_up: bool = False
    forgets: bool = False
    silent_after: str | None = None
    late: float = 0.0
    stale: bool = False
    amount: int | None = None
    currency: int | None = None
    terminal: str | None = None
    twice: bool = False
    power: float | None = None
    takes_back: bool = False
    uncounted: bool = False
    leaks: bool = False


_POWER_LOSS, _LATE = Behaviour(power=0.2), Behaviour(late=2.0)

BEHAVIOURS: dict[str, Behaviour] = {
    "well": Behaviour(),
    "declines": Behaviour(decline=0x05),
    "gives-up": Behaviour(gives_up=True),
    "forgets": Behaviour(forgets=True),
    "silent-after-charge": Behaviour(silent_after="charge"),
    "silent-after-result": Behaviour(silent_after="result"),
    "late-result": _LATE,
    "stale-result": Behaviour(stale=True),
    "wrong-amount": Behaviour(amount=100),
    "wrong-currency": Behaviour(currency=978),
    "wrong-terminal": Behaviour(terminal="99999999"),
    "result-twice": Behaviour(twice=True),
    "power-loss": _POWER_LOSS,
    "takes-back": Behaviour(takes_back=True),
    "uncounted-refusal": Behaviour(decline=0x05, uncounted=True),
    "leaks": Behaviour(leaks=True),
}
"""By the words a person types."""


def office_time() -> datetime:
    """What a terminal in Egypt shows now, whatever zone this machine is set to."""
    now = datetime.now(UTC)
    return now + timedelta(minutes=_zone().offset(int(now.timestamp()) * 1000))


@cache
def _zone() -> Zone:
    return read_zone(shipped_zone_text())


Script = Generator[Apdu, None, None]
"""The messages of one order, each sent once the one before was taken."""


@dataclass
class SimulatedZvtTerminal:
    """The terminal. `framing` None: TCP. `seconds`: how long it waits for an answer to what it said."""

    mouth: Mouth
    framing: Framing | None = ZVT_SERIAL
    terminal_id: str = "31000017"
    records: TerminalRecords = field(default_factory=TerminalRecords)
    behaviour: Behaviour = field(default_factory=Behaviour)
    faults: Faults = field(default_factory=Faults)
    received: bytearray = field(default_factory=bytearray)
    seconds: float = 5.0
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = office_time
    orders: int = 0
    """Orders that reached it: payments and reversals."""
    _busy_until: float = 0.0
    _off_until: float = 0.0
    _script: Script | None = None
    _ordered: bool = False
    """Whether what it is at is an order, not a question."""
    _said: Apdu | None = None
    _turn: int = 0
    _held: bytearray = field(default_factory=bytearray)
    _deframer: Deframer | None = None

    def __post_init__(self) -> None:
        if self.framing is not None:
            self._deframer = Deframer(self.framing)

    @property
    def busy(self) -> bool:
        """Whether it is at work: it gives up what nobody answers, also when its cable was pulled."""
        return self._script is not None and self.clock() < self._busy_until

    @property
    def powered(self) -> bool:
        """Whether it has power."""
        return self.clock() >= self._off_until

    def receive(self, data: bytes) -> None:
        """Work on bytes of the line."""
        self.received += data
        if not self.powered:
            return
        if self._deframer is None:
            self._held += data
            while (found := parse_apdu(bytes(self._held))) is not None:
                del self._held[: found[1]]
                self._hear(found[0])
            return
        for said in self._deframer.feed(data):
            if isinstance(said, bytes):
                self.mouth.say(bytes((ACK,)))
                self._hear_bytes(said)
            elif said is Sign.GARBLED:
                self.mouth.say(bytes((NAK,)))
            elif said is Sign.NAK and self._said is not None:
                self._send(self._said)

    def connected(self) -> None:
        """A program has connected anew: what came of a message before is forgotten, not what it is at."""
        self._held.clear()

    def lose_power(self, seconds: float) -> None:
        """Forget all but its records, and come back after a while."""
        self._off_until = self.clock() + seconds
        self._end()
        self._held.clear()
        if self._deframer is not None:
            self._deframer.give_up()

    def dated(self) -> str:
        """Now, as its records say it."""
        return f"{self.now():%m%d%H%M%S}"

    # --- messages

    def _hear_bytes(self, data: bytes) -> None:
        found = parse_apdu(data)
        if found is not None:
            self._hear(found[0])

    def _hear(self, message: Apdu) -> None:
        if message.kind == zvt.TAKEN.kind:
            self._go_on()
        elif message.kind == zvt.WAIT.kind:
            self.mouth.later(min(2.0, self.seconds / 4), self._again(self._turn))
        elif message.kind == zvt.ABORT_COMMAND:
            self._send(zvt.TAKEN)
        elif message.kind[:1] in (b"\x80", b"\x84"):
            return
        elif self.busy:
            self._send(Apdu(bytes((0x84, BUSY))))
        else:
            self._obey(message)

    def _obey(self, message: Apdu) -> None:
        scripts = {
            zvt.REGISTRATION: self._registered,
            zvt.STATUS_ENQUIRY: self._status,
            zvt.REPEAT_RECEIPT: self._repeat,
            zvt.AUTHORISATION: self._payment,
            zvt.REVERSAL: self._reversal,
            zvt.END_OF_DAY: self._close_day,
        }
        make = scripts.get(message.kind)
        if make is None:
            self._send(Apdu(bytes((0x84, NOT_POSSIBLE))))
            return
        self._send(zvt.TAKEN)
        self._script = make(message.data)
        self._ordered = message.kind in (zvt.AUTHORISATION, zvt.REVERSAL)
        self._turn += 1
        self._busy_until = self.clock() + self.seconds
        self._go_on()

    def _go_on(self) -> None:
        """Say the next message of what it is at."""
        script = self._script
        if script is None or not self.busy:
            return
        turn = self._turn
        try:
            message = next(script)
        except StopIteration:
            if turn == self._turn:
                self._end()
            return
        self._turn += 1
        late = self.behaviour.late if message.kind == zvt.STATUS and self._ordered else 0.0
        if message.kind == _NOTHING.kind:
            return
        self._busy_until = self.clock() + late + self.seconds
        self._send(message, late)

    def _send(self, message: Apdu, after: float = 0.0) -> None:
        self._said = message
        data = message.encode()
        self.mouth.say(frame(self.framing, data) if self.framing is not None else data, after)

    def _again(self, turn: int) -> Callable[[], None]:
        def act() -> None:
            if self._turn == turn and self._said is not None and self.busy:
                self._send(self._said)

        return act

    def _end(self) -> None:
        self._script = None
        self._turn += 1

    # --- what it does

    def _registered(self, _data: bytes) -> Script:
        yield Apdu(zvt.COMPLETION)

    def _status(self, _data: bytes) -> Script:
        yield Apdu(zvt.COMPLETION, b"\x00")

    def _repeat(self, _data: bytes) -> Script:
        last = self.records.last
        if last is None:
            yield Apdu(zvt.ABORT, bytes((NOT_POSSIBLE,)))
            return
        yield self._result(last)
        yield Apdu(zvt.COMPLETION)

    def _payment(self, data: bytes) -> Script:
        self.orders += 1
        asked = zvt.fields(data)
        amount, currency = from_bcd(asked[0x04]), from_bcd(asked.get(0x49, bcd(EGP, 2)))
        trace, receipt = self.records.next()
        done = Done("payment", trace, receipt, amount, currency, last4=CARD[-4:], at=self.dated())
        yield from self._order(done)

    def _reversal(self, data: bytes) -> Script:
        self.orders += 1
        of = from_bcd(data[4:6]) if data[3:4] == b"\x87" else 0
        paid = self.records.payment(of)
        trace, receipt = self.records.next()
        amount, currency = (paid.piastres, paid.currency) if paid else (0, EGP)
        done = Done("reversal", trace, receipt, amount, currency, of=of, last4=CARD[-4:], at=self.dated())
        if paid is None or self.records.reversed(of):
            done = replace(done, kind="refused", code=f"{ALREADY_BACK:02X}", of=None)
        yield from self._order(done)

    def _order(self, done: Done) -> Script:
        how = self.behaviour
        if how.forgets:
            yield from self._nothing_more()
        if how.gives_up:
            yield Apdu(zvt.ABORT, bytes((ABORTED,)))
            return
        yield Apdu(zvt.INTERMEDIATE, b"\x0a")
        yield Apdu(zvt.INTERMEDIATE, b"\x0e")
        if how.stale and self.records.last is not None:
            yield self._result(self.records.last)
            yield Apdu(zvt.COMPLETION)
            return
        if how.decline is not None and done.kind != "refused":
            done = replace(done, kind="refused", code=f"{how.decline:02X}", of=None)
        if not (how.uncounted and done.kind == "refused"):
            self.records.keep(done)
        else:
            done = replace(done, trace=self.records.trace)
        yield from self._say_result(done)

    def _say_result(self, done: Done) -> Script:
        how = self.behaviour
        if done.kind == "refused":
            yield self._result(done)
            yield Apdu(zvt.ABORT, bytes.fromhex(done.code))
            return
        if how.power is not None:
            self.lose_power(how.power)
        if how.silent_after == "charge" or how.power is not None:
            yield from self._nothing_more()
        for _ in range(2 if how.twice else 1):
            yield self._result(done, echo=True)
        if how.silent_after == "result":
            yield from self._nothing_more()
        if how.takes_back:
            trace, receipt = self.records.next()
            back = replace(done, kind="reversal", trace=trace, receipt=receipt, of=done.receipt)
            self.records.keep(back)
            yield Apdu(zvt.ABORT, bytes((ABORTED,)))
            return
        if how.leaks:
            yield Apdu(zvt.PRINT_LINE, b"\x00CARD " + CARD.encode())
            yield Apdu(zvt.PRINT_BLOCK, b"\x06\x0b\x07\x09CARD" + CARD[:5].encode())
        yield Apdu(zvt.COMPLETION)

    def _nothing_more(self) -> Script:
        """Stand there, as if at work, and then be idle again."""
        self._busy_until = self.clock() + self.seconds
        while True:
            yield _NOTHING

    def _close_day(self, _data: bytes) -> Script:
        taken, sum_taken, back, sum_back = self.records.day()
        rows = bytes((taken + back,)) + bcd(sum_taken - sum_back, 6)
        totals = bcd(1, 2) + bcd(self.records.next()[1], 2) + rows + (b"\x00" + bcd(0, 6)) * 6
        digits = bytes(0xF0 + int(digit) for digit in f"{len(totals):03d}")
        trace, receipt = self.records.trace, self.records.done[-1].receipt if self.records.done else 0
        self.records.keep(Done("closed", trace, receipt, sum_taken - sum_back, EGP))
        yield Apdu(
            zvt.STATUS, b"\x27\x00\x04" + bcd(abs(sum_taken - sum_back), 6) + b"\x60" + digits + totals
        )
        yield Apdu(zvt.COMPLETION)

    def _result(self, done: Done, *, echo: bool = False) -> Apdu:
        how = self.behaviour if echo else Behaviour(leaks=self.behaviour.leaks)
        terminal = how.terminal or self.terminal_id
        data = bytes.fromhex(f"27{done.code}") + b"\x04" + bcd(how.amount or done.piastres, 6)
        data += b"\x49" + bcd(how.currency or done.currency, 2) + b"\x0b" + bcd(done.trace, 3)
        data += b"\x29" + bytes.fromhex(terminal) + b"\x87" + bcd(done.receipt, 2)
        if done.at is not None:
            data += b"\x0c" + bytes.fromhex(done.at[4:]) + b"\x0d" + bytes.fromhex(done.at[:4])
        data += b"\x19\x70\x8a\x2e"
        data += b"\x3b" + f"{done.trace:06d}".encode() + b"\x00\x00" + self._card(how)
        return Apdu(zvt.STATUS, data + b"\x06\x06\x1f\x10\x01\x00\x2f\x00")

    def _card(self, how: Behaviour) -> bytes:
        if not how.leaks:
            masked = bytes.fromhex("E" * 12 + CARD[-4:])
            return b"\x22\xf0\xf8" + masked + b"\x17\x00\x01"
        name = b"\x8b\xf0\xf5VISA\x00"
        track = bytes.fromhex(CARD + "D3012" + "10100")
        digits = bytes((0xF0 + len(track) // 10, 0xF0 + len(track) % 10))
        return (
            b"\x22\xf0\xf8" + bytes.fromhex(CARD) + b"\x23" + digits + track + b"\x24\xf0" + digits + track
            + b"\x0e\x30\x12" + name
        )  # fmt: skip


_NOTHING = Apdu(b"\x00\x00")
"""What is never sent: the script stands still."""


class PtyZvtTerminal(Line[SimulatedZvtTerminal]):
    """A terminal on a pseudo-terminal, framed as on a serial line. `records`: the file of its own journal."""

    def __init__(
        self,
        *,
        records: Path | None = None,
        link: Path | None = None,
        speed: float = 1.0,
        seconds: float = 5.0,
    ) -> None:
        super().__init__(
            PtyTransport(link),
            lambda line: SimulatedZvtTerminal(line, records=TerminalRecords(records), seconds=seconds),
            speed=speed,
        )


class TcpZvtTerminal(TcpLine[SimulatedZvtTerminal]):
    """A terminal on a TCP port of this machine, without frames."""

    def __init__(
        self,
        *,
        records: Path | None = None,
        speed: float = 1.0,
        seconds: float = 5.0,
        steady: bool = False,
    ) -> None:
        super().__init__(
            lambda line: SimulatedZvtTerminal(
                line, framing=None, records=TerminalRecords(records), seconds=seconds
            ),
            speed=speed,
            steady=steady,
        )
