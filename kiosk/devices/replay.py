"""Speaks a recorded exchange to the program, as the device did, and notices the first byte that differs.

It is a device for a simulated line (`kiosk.devices.simulators.line.Machine`): commands are compared byte for
byte, what was hidden by its length alone.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.transcript import Event, Hidden, Kept, Piece


class ReplayMismatchError(Exception):
    """The program did not send what was recorded."""


class Say(Protocol):
    """How a device of a line speaks."""

    def __call__(self, data: bytes, after: float = 0.0) -> None:
        """Put bytes on the line, `after` so many seconds."""


@dataclass(frozen=True)
class _Wanted:
    """A piece that the program must send."""

    piece: Piece


@dataclass(frozen=True)
class _Spoken:
    """What the device says, so many seconds after what came before."""

    after: float
    data: bytes


class Replay:
    """Plays the events of one recording. `scale`: seconds of now for one that was recorded.

    Where the recording says `device.lost`, `unplug` is called.
    """

    def __init__(
        self,
        events: Iterable[Event],
        say: Say,
        *,
        unplug: Callable[[], None],
        scale: float = 0.0,
        file: str = "",
    ) -> None:
        """Raises KnownError `trace.hidden_answer`: what was hidden cannot be said."""
        self.faults = Faults()
        self.received = bytearray()
        self.mismatch: str | None = None
        self._say = say
        self._unplug = unplug
        self._steps = _steps(events, scale, file)
        self._place = 0
        """Bytes of the present piece that came."""

    @property
    def finished(self) -> bool:
        """Whether everything was sent and said as recorded."""
        return self.mismatch is None and not self._steps

    def check(self) -> None:
        """Raises ReplayMismatchError when it was not."""
        if self.mismatch is not None:
            raise ReplayMismatchError(self.mismatch)
        if self._steps:
            raise ReplayMismatchError(f"not sent after byte {len(self.received)}: {self._steps[0]}")

    def receive(self, data: bytes) -> None:
        """Compare what the program sends."""
        self._speak()
        for at in range(len(data)):
            if self.mismatch is None:
                self._compare(data[at])
            self.received.append(data[at])
            self._speak()

    def _compare(self, byte: int) -> None:
        place = len(self.received)
        step = self._steps[0] if self._steps else None
        if not isinstance(step, _Wanted):
            self.mismatch = f"byte {place} is {byte:02x}, and nothing more was recorded here"
            return
        piece = step.piece
        if isinstance(piece, Kept):
            if piece.data[self._place] != byte:
                self.mismatch = f"byte {place} is {byte:02x}, recorded was {piece.data[self._place]:02x}"
                return
            size = len(piece.data)
        else:
            size = piece.size
        self._place += 1
        if self._place == size:
            self._steps.popleft()
            self._place = 0

    def _speak(self) -> None:
        """Say what comes now, until the program must send again."""
        waited = 0.0
        while self.mismatch is None and self._steps and not isinstance(self._steps[0], _Wanted):
            step = self._steps.popleft()
            if isinstance(step, _Spoken):
                waited += step.after
                self._say(step.data, waited)
            else:
                self._unplug()


class _Lost:
    """The device goes."""


def _steps(events: Iterable[Event], scale: float, file: str) -> "deque[_Wanted | _Spoken | _Lost]":
    steps: deque[_Wanted | _Spoken | _Lost] = deque()
    before = 0
    for event in events:
        if event.way == ">":
            steps += [_Wanted(piece) for piece in event.pieces if not isinstance(piece, Hidden) or piece.size]
        elif event.way == "<":
            for piece in event.pieces:
                if isinstance(piece, Hidden):
                    raise KnownError("trace.hidden_answer", file=file, at=event.at // 1000)
                steps.append(_Spoken((event.at - before) / 1000 * scale, piece.data))
                before = event.at
        elif event.note == "device.lost":
            steps.append(_Lost())
        before = event.at
    return steps
