"""A receipt printer of software: takes bytes, prints on paper, answers status, and misbehaves when told to.

It keeps no thread and no clock: `receive` takes what arrived, `answer` is called with what it says. The
pseudo-terminal around it is `kiosk.devices.simulators.pty_line`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from kiosk.core.raster import Bitmap
from kiosk.devices.simulators.escpos_reader import Reader, Violation
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.paper_roll import PaperRoll, Piece

_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: clear the buffer."""


Trouble = Literal["cutter", "hot", "broken"]
"""What stops a printer beside paper and cover: a jammed knife, a hot head, a fault that only repair ends."""
_ERRORS: dict[Trouble, int] = {"cutter": 0x08, "broken": 0x20, "hot": 0x40}


@dataclass(frozen=True)
class PrintedSheet:
    """A piece of paper: cut off at its end, or torn off because the roll ended within it."""

    bitmap: Bitmap
    torn: bool
    made_of: Piece | None = field(default=None, compare=False, repr=False)
    """Pictures, letters and codes apart."""


@dataclass
class SimulatedPrinter:
    """A printer `width` dots wide. Not for two threads at once: the line around it holds a lock.

    Without a cutter (`cutter` False) the paper is torn off when a mark (`GS r`) says that the job is done.
    """

    answer: Callable[[bytes], None]
    width: int = 576
    cutter: bool = True
    clears_buffer: bool = False
    on_sheet: Callable[[PrintedSheet], None] | None = None
    faults: Faults = field(default_factory=Faults)
    firmware: Firmware = field(default_factory=Firmware)
    cover_open: bool = False
    paper_low: bool = False
    trouble: Trouble | None = None
    jams_at_cut: bool = False
    """The knife jams at the next cut."""
    sheets: list[PrintedSheet] = field(default_factory=list)
    drawer: list[int] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    """Everything that arrived, in order."""

    def __post_init__(self) -> None:
        self.paper = PaperRoll(self.width)
        self.reader = self._reader()
        self._tail = b""

    @property
    def violations(self) -> list[Violation]:
        """What was wrong with the bytes so far."""
        return self.reader.violations

    @property
    def paper_out(self) -> bool:
        """Whether the roll is used up."""
        return self.paper.ended

    @property
    def offline(self) -> bool:
        """Whether it prints nothing for now; bytes wait in its buffer."""
        return self.paper_out or self.cover_open or self.trouble is not None

    def receive(self, data: bytes) -> None:
        """Take bytes: real-time codes are obeyed at once, wherever they stand, the rest in order."""
        self.received += data
        seen = self._tail + data
        self._obey_realtime(seen, len(self._tail))
        end = seen.rfind(_CLEAR) + len(_CLEAR)
        if self.clears_buffer and _CLEAR in seen and end > len(self._tail):
            self.reader.clear()
            data = seen[end:]
        self._tail = seen[1 - len(_CLEAR) :]
        self.reader.take(data)
        self._work()

    def set_cover(self, *, is_open: bool) -> None:
        """Open or close the cover; closing it lets the printer go on."""
        self.cover_open = is_open
        self._work()

    def suffer(self, trouble: Trouble | None) -> None:
        """Stop for a fault of its own, or go on once it is mended (None)."""
        if self.trouble == "cutter":
            self._take_sheet(torn=True)  # what stuck at the knife is taken out
        self.trouble = trouble
        self._work()

    def end_paper(self, after_rows: int = 0) -> None:
        """Let the roll end after so many more rows."""
        self.paper.left = after_rows

    def load_paper(self) -> None:
        """Put in a new roll: what hung out of the printer is torn off, and it goes on with what waits."""
        self._take_sheet(torn=True)
        self.paper.left = None
        self._work()

    def switch_off_and_on(self) -> None:
        """Lose everything but the stored pictures and the paper."""
        self.reader = self._reader(self.reader.logos)
        self._tail = b""

    # --- inside

    def _reader(self, logos: dict[bytes, Bitmap] | None = None) -> Reader:
        return Reader(
            self.paper,
            self._cut,
            self._mark,
            self.drawer.append,
            self._job_mark,
            self.firmware,
            logos={} if logos is None else logos,
        )

    def _work(self) -> None:
        while not self.offline and self.reader.step():
            continue

    def _obey_realtime(self, seen: bytes, known: int) -> None:
        """Look for codes in what arrived, also those that began in the `known` bytes before it."""
        at = seen.find(0x10)
        while 0 <= at < len(seen) - 2:
            if at + 2 >= known:
                self._obey(seen[at + 1], seen[at + 2])
            at = seen.find(0x10, at + 1)

    def _obey(self, code: int, which: int) -> None:
        if code == 0x04 and 1 <= which <= 4:
            self._say(bytes((self._status(which),)))
        elif code == 0x14 and which == 1:
            self.drawer.append(which)

    def _status(self, which: int) -> int:
        fixed = 0x12
        if which == 1:
            return fixed | (0x08 if self.offline else 0)
        if which == 2:
            error = 0x40 if self.trouble else 0
            return fixed | (0x04 if self.cover_open else 0) | (0x20 if self.paper_out else 0) | error
        if which == 3:
            return fixed | (_ERRORS[self.trouble] if self.trouble else 0)
        if which == 4:
            return fixed | (0x0C if self.paper_low or self.paper_out else 0) | (0x60 if self.paper_out else 0)
        return fixed

    def _mark(self, which: int) -> None:
        if not self.cutter:
            self._take_sheet(torn=False)
        if which in (1, 49):
            self._say(bytes((0x03 if self.paper_low else 0,)))
        else:
            self._say(b"\x00")

    def _job_mark(self, digits: bytes) -> None:
        if not self.cutter:
            self._take_sheet(torn=False)
        self._say(b"\x37\x22" + digits + b"\x00")

    def _cut(self) -> None:
        if self.cutter and self.jams_at_cut:
            self.jams_at_cut, self.trouble = False, "cutter"
        elif self.cutter:
            self._take_sheet(torn=False)
        else:
            self.violations.append(Violation(self.reader.position, "this printer has no cutter"))

    def _take_sheet(self, *, torn: bool) -> None:
        if not self.paper.rows:
            return
        piece = self.paper.tear()
        sheet = PrintedSheet(piece.bitmap, torn, piece)
        self.sheets.append(sheet)
        if self.on_sheet is not None:
            self.on_sheet(sheet)

    def _say(self, data: bytes) -> None:
        self.answer(data)
