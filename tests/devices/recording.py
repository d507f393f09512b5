"""Records whole exchanges with simulators, for tests alone, and plays them on a real port."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.devices.port import Port, PortSettings
from kiosk.devices.replay import Replay
from kiosk.devices.simulators.pty_line import PtyLine
from kiosk.devices.transcript import HEAD, Event, Kept, read_transcript
from tests.quality.tree import ROOT

TRACES = ROOT / "tests" / "data" / "traces"
STEP = 10
"""Milliseconds between two events: a recording of the same acts is the same file."""


class WholeTape:
    """A tape that hides nothing. Only for what simulators are told to print."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def sent(self, data: bytes) -> None:
        self._add(">", data)

    def heard(self, data: bytes) -> None:
        self._add("<", data)

    def note(self, what: str) -> None:
        self.events.append(Event(len(self.events) * STEP, "!", note=what))

    def text(self) -> str:
        return "".join(line + "\n" for line in (HEAD, *(event.line() for event in self.events)))

    def _add(self, way: str, data: bytes) -> None:
        last = self.events[-1] if self.events else None
        if last is not None and last.way == way and isinstance(last.pieces[0], Kept):
            self.events[-1] = Event(last.at, last.way, (Kept(last.pieces[0].data + data),))
        else:
            at = len(self.events) * STEP
            self.events.append(Event(at, ">" if way == ">" else "<", (Kept(data),)))


def events_of(file: Path) -> list[Event]:
    return read_transcript(file.read_text(encoding="ascii"), file.name)


@contextmanager
def replayed(events: list[Event], wait: float = 5.0) -> Iterator[Port]:
    """A port at which the device of a recording speaks; at the end everything must have been as recorded.

    `wait`: seconds for what was sent last to arrive.
    """
    made: list[Replay] = []

    def make(line: PtyLine[Replay]) -> Replay:
        made.append(Replay(events, line.say, unplug=line.unplug))
        return made[0]

    with PtyLine(make) as line:  # type: ignore[arg-type]
        port = Port(line.path, PortSettings(), name="p")
        try:
            yield port
            line.wait_for(lambda replay: replay.finished or replay.mismatch is not None, timeout=wait)
        finally:
            port.close()
    made[0].check()
