"""A strict reader of ESC/POS: it obeys what a printer obeys, and names every wrong byte with its place.

It shares nothing with the writer (`kiosk.devices.escpos`), so that a mistake is not made twice. Where a
printer's firmware is known to ignore or lose something, so does this reader (`firmware`). A printer would
print letters where it loses step; this reader prints them too, and the paper tells.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.core.raster import Bitmap
from kiosk.devices.profiles import EATS_LF, LOSES_48, NO_BACK, NO_CUT_FEED, NO_ESC_J, NO_LEAP
from kiosk.devices.simulators.firmware import Firmware
from kiosk.devices.simulators.paper_roll import PaperRoll, PrintedText
from kiosk.devices.simulators.symbols import Drawing, Symbols

_LARGEST_PICTURE = 65_536


@dataclass(frozen=True)
class Violation:
    """A byte of the stream (counted from 0) that a strict printer does not accept, and why."""

    at: int
    what: str


def _no_job(_digits: bytes) -> None:
    return None


class _IncompleteError(Exception):
    """The command is not whole yet."""


@dataclass
class Reader:
    """Reads a stream as it comes and prints on `paper`; the callables are called in the order of the stream.

    `on_mark` is given the n of `GS r n`, `on_drawer` the m of `ESC p m`, `on_job` the four bytes of
    `GS ( H`. `violations` collects what was wrong, `codes` the texts of native QR codes, `logos` the stored
    pictures by their keys.
    """

    paper: PaperRoll
    on_cut: Callable[[], None]
    on_mark: Callable[[int], None]
    on_drawer: Callable[[int], None]
    on_job: Callable[[bytes], None] = _no_job
    firmware: Firmware = field(default_factory=Firmware)
    violations: list[Violation] = field(default_factory=list)
    logos: dict[bytes, Bitmap] = field(default_factory=dict)
    position: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _line: list[int] = field(default_factory=list)
    _texts: list[PrintedText] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._symbols = Symbols(self.firmware, self._wrong, self.logos)
        self._reset()

    def _reset(self) -> None:
        self._left, self._area = 0, self.paper.width
        self._spacing = 30
        self._justify = 0
        self._bold = False
        self._line_at = 0
        self._line, self._texts = [], []
        self._units_set = False
        self._eats = False
        self._lost = False
        self._symbols.reset()

    @property
    def waiting(self) -> int:
        """Bytes of a command that is not whole yet."""
        return len(self._buffer)

    def clear(self) -> None:
        """Forget half a command, as a printer does that is told to clear its buffer."""
        self.position += len(self._buffer)
        self._buffer.clear()
        self._line, self._texts = [], []
        self._line_at = 0

    def feed(self, data: bytes) -> None:
        """Take bytes and do every command that is whole."""
        self._buffer += data
        while self.step():
            continue

    def take(self, data: bytes) -> None:
        """Take bytes and do nothing yet; `step` does one command at a time."""
        self._buffer += data

    def step(self) -> bool:
        """Do one command; False when none is whole."""
        if not self._buffer:
            return False
        try:
            used = self._command()
        except _IncompleteError:
            return False
        del self._buffer[:used]
        self.position += used
        return True

    # --- reading

    def _need(self, count: int) -> bytes:
        if len(self._buffer) < count:
            raise _IncompleteError
        return bytes(self._buffer[:count])

    def _wrong(self, what: str, offset: int = 0) -> None:
        self.violations.append(Violation(self.position + offset, what))

    def _command(self) -> int:
        first = self._buffer[0]
        if first == 0x00:
            return 1
        if first == 0x0A:
            self._line_feed()
            return 1
        if first == 0x10:
            return self._realtime()
        self._eats = False
        if first in (0x1B, 0x1C, 0x1D):
            key = self._need(2)
            action = _COMMANDS.get(key)
            if action is not None:
                lost, self._lost = self._lost, False
                return 2 if lost else action(self)
            self._wrong(f"unknown command {key.hex(' ')}")
            return 1
        if 0x20 <= first <= 0x7E:
            return self._letters()
        self._wrong(f"byte {first:02x} outside any command")
        return 1

    def _realtime(self) -> int:
        """A real-time code between commands: it was obeyed when it arrived; here it is only stepped over."""
        second = self._need(2)[1]
        if second == 0x04 or second == 0x05:
            self._need(3)
            return 3
        if second == 0x14:
            length = {1: 5, 2: 4, 8: 10}.get(self._need(3)[2], 3)
            self._need(length)
            return length
        self._wrong(f"byte 10 {second:02x} outside any command")
        return 1

    def _search(self, data: bytes, offset: int) -> None:
        for at in range(len(data) - 1):
            if data[at] == 0x10 and data[at + 1] in (0x04, 0x05, 0x14):
                self._wrong("a real-time code inside data", offset + at)

    # --- settings

    def _initialise(self) -> int:
        self._reset()
        return 2

    def _leave_kanji(self) -> int:
        return 2

    def _bolder(self) -> int:
        self._bold = bool(self._need(3)[2] & 1)
        return 3

    def _plain(self) -> int:
        """Font, letters of a country, size: only the usual one is used."""
        body = self._need(3)
        if body[2]:
            self._wrong(f"{body[:2].hex(' ')} with {body[2]}")
        return 3

    def _units(self) -> int:
        self._need(4)
        self._units_set = True
        return 4

    def _left_margin(self) -> int:
        body = self._need(4)
        self._at_line_start("GS L")
        self._left = _number(body[2:4])
        self._area = max(0, min(self._area, self.paper.width - self._left))
        self._moves("GS L")
        return 4

    def _print_width(self) -> int:
        body = self._need(4)
        self._at_line_start("GS W")
        self._area = _number(body[2:4])
        if self._left + self._area > self.paper.width:
            self._wrong(f"margin {self._left} and width {self._area} are wider than the paper")
            self._area = self.paper.width - self._left
        self._moves("GS W")
        return 4

    def _line_spacing(self) -> int:
        self._spacing = self._need(3)[2]
        self._moves("ESC 3")
        return 3

    def _justification(self) -> int:
        value = self._need(3)[2]
        self._at_line_start("ESC a")
        if value > 2:
            self._wrong(f"justification {value}")
        self._justify = value % 3
        return 3

    def _at_line_start(self, name: str) -> None:
        if self._line or self._texts:
            self._wrong(f"{name} counts only at the start of a line")

    def _moves(self, name: str) -> None:
        if not self._units_set:
            self._wrong(f"{name} before GS P: the unit is not known")

    # --- paper

    def _line_feed(self) -> None:
        eaten = self._eats
        self._eats = False
        if not eaten:
            self._print_line(self._spacing)

    def _print_line(self, feed: int) -> None:
        """Print what stands in the line and move the paper by at least its height."""
        height = max(len(self._line), self.firmware.cell_height if self._texts else 0)
        self.paper.write(self._texts)
        self.paper.burn(self._line, max(feed, height))
        self._line, self._texts, self._line_at = [], [], 0

    def _feed(self) -> int:
        rows = self._need(3)[2]
        self._moves("ESC J")
        if not self.firmware.does(NO_ESC_J):
            self._print_line(rows)
        return 3

    def _letters(self) -> int:
        """Letters of the printer's own type, as many as came."""
        text = ""
        for byte in self._buffer:
            if not 0x20 <= byte <= 0x7E:
                break
            text += chr(byte)
        if not self.firmware.text:
            self._wrong(f"letters where none are expected: {text[:20]}")
        wide = len(text) * self.firmware.cell_width
        if self._line_at + wide > self._area:
            self._wrong("letters beyond the print area")
        at, last = self._left + self._line_at, self._texts[-1] if self._texts else None
        if last and last.bold == self._bold and last.x + len(last.text) * self.firmware.cell_width == at:
            at, text = last.x, last.text + text  # it came in two pieces
            self._texts.pop()
        self._texts.append(PrintedText(at, 0, text, self._bold))
        self._line_at += wide
        return wide // self.firmware.cell_width

    def _leap(self) -> int:
        to = _number(self._need(4)[2:4])
        self._moves("ESC $")
        if to > self._area:
            self._wrong(f"ESC $ to dot {to}, beyond the print area")
        elif not (self.firmware.does(NO_LEAP) and (self._line or self._texts)):
            self._line_at = to
        return 4

    def _step(self) -> int:
        by = int.from_bytes(self._need(4)[2:4], "little", signed=True)
        self._moves("ESC \\")
        if not 0 <= self._line_at + by <= self._area:
            self._wrong(f"ESC \\ by {by} dots, beyond the print area")
        elif by >= 0 or not self.firmware.does(NO_BACK):
            self._line_at += by
        return 4

    def _picture(self) -> int:
        head = self._need(8)
        mode, stride, height = (
            head[3],
            int.from_bytes(head[4:6], "little"),
            int.from_bytes(head[6:8], "little"),
        )
        if head[2] != 0x30 or mode != 0:
            self._wrong(f"GS v {head[2]:02x} in mode {mode}")
            return 2
        if not stride or not height or stride * height > _LARGEST_PICTURE:
            self._wrong(f"a picture of {stride} bytes by {height} rows")
            return 8
        data = self._need(8 + stride * height)[8:]
        self._search(data, 8)
        self._at_line_start("GS v 0")
        if height % 48 == 0:
            self._wrong("a picture of a multiple of 48 rows")
            self._lost = self.firmware.does(LOSES_48)
        rows = [int.from_bytes(data[at : at + stride], "big") for at in range(0, len(data), stride)]
        self.paper.burn(self._placed(rows, stride * 8)[0], height)
        self._eats = self.firmware.does(EATS_LF)
        return 8 + len(data)

    def _placed(self, rows: list[int], width: int) -> tuple[list[int], int]:
        """Rows of `width` bits at their place on the paper, and that place.

        Ink beyond the print area is a violation.
        """
        free = self._area - width
        at = self._left + (0, free // 2, free)[self._justify] if free > 0 else self._left
        spare = self.paper.width - at - width
        beyond = max(0, width - self._area)
        if any(row & ((1 << beyond) - 1) for row in rows):
            self._wrong(f"ink beyond the print area of {self._area} dots")
        clipped = [row >> beyond << beyond for row in rows]
        return [row << spare if spare >= 0 else row >> -spare for row in clipped], at

    def _columns(self) -> int:
        head = self._need(5)
        if head[2] != 33:
            self._wrong(f"ESC * in mode {head[2]}")
            return 2
        count = _number(head[3:5])
        data = self._need(5 + 3 * count)[5:]
        self._search(data, 5)
        rows = [0] * 24
        for column in range(count):
            bits = int.from_bytes(data[3 * column : 3 * column + 3], "big")
            for y in range(24):
                rows[y] = rows[y] << 1 | bits >> (23 - y) & 1
        at = self._left + self._line_at
        spare = self.paper.width - at - count
        if self._line_at + count > self._area:
            self._wrong("columns beyond the print area")
            rows = [row >> -spare << -spare if spare < 0 else row for row in rows]
        placed = [row << spare if spare >= 0 else row >> -spare for row in rows]
        before = self._line or [0] * 24
        self._line = [old | new for old, new in zip(before, placed, strict=True)]
        self._line_at += count
        return 5 + len(data)

    def _cut(self) -> int:
        mode = self._need(3)[2]
        length = 4 if mode in (65, 66) else 3
        body = self._need(length)
        self._at_line_start("GS V")
        if mode not in (0, 1, 48, 49, 65, 66):
            self._wrong(f"cut {mode}")
            return 3
        if length == 4 and not (mode == 66 and self.firmware.does(NO_CUT_FEED)):
            self.paper.burn([], body[3])
        self.on_cut()
        return length

    def _mark(self) -> int:
        which = self._need(3)[2]
        if which not in (1, 2, 49, 50):
            self._wrong(f"GS r {which}")
        self.on_mark(which)
        return 3

    def _drawer(self) -> int:
        body = self._need(5)
        self.on_drawer(body[2])
        return 5

    # --- symbols and stored pictures

    def _long(self) -> int:
        """`GS (`: the third byte says which family it is."""
        family = self._need(3)[2:3]
        if family not in (b"k", b"L", b"H"):
            self._wrong(f"unknown command 1d 28 {family.hex()}")
            return 1
        length = _number(self._need(5)[3:5])
        body = self._need(5 + length)[5:]
        self._search(body, 5)
        if family == b"H":
            self._job(body)
        else:
            self._draw(self._symbols.code(body) if family == b"k" else self._symbols.graphics(body))
        return 5 + length

    def _longer(self) -> int:
        """`GS 8 L`: graphics with a length of four bytes."""
        head = self._need(7)
        if head[2:3] != b"L":
            self._wrong(f"unknown command 1d 38 {head[2]:02x}")
            return 1
        length = _number(head[3:7])
        if length > 8 * _LARGEST_PICTURE:
            self._wrong(f"graphics of {length} bytes")
            return 7
        body = self._need(7 + length)[7:]
        self._search(body, 7)
        self._draw(self._symbols.graphics(body))
        return 7 + length

    def _job(self, body: bytes) -> None:
        if not self.firmware.job_id:
            self._wrong("this printer knows no numbered marks")
        elif len(body) != 6 or body[:2] != b"00" or not all(32 <= one <= 126 for one in body[2:]):
            self._wrong("a numbered mark of another form")
        else:
            self.on_job(body[2:])

    def _draw(self, drawing: Drawing | None) -> None:
        if drawing is None:
            return
        self._at_line_start("GS ( k" if drawing.text else "GS ( L")
        rows, at = self._placed([*drawing.rows], drawing.width)
        if drawing.text:
            self.paper.note_code(at, drawing.dot, drawing.modules, drawing.text)
        self.paper.burn(rows, len(rows))


def _number(two: bytes) -> int:
    return int.from_bytes(two, "little")


_COMMANDS: dict[bytes, Callable[[Reader], int]] = {
    b"\x1b@": Reader._initialise,
    b"\x1c.": Reader._leave_kanji,
    b"\x1dP": Reader._units,
    b"\x1dL": Reader._left_margin,
    b"\x1dW": Reader._print_width,
    b"\x1b3": Reader._line_spacing,
    b"\x1bJ": Reader._feed,
    b"\x1b$": Reader._leap,
    b"\x1b\\": Reader._step,
    b"\x1bE": Reader._bolder,
    b"\x1bM": Reader._plain,
    b"\x1bR": Reader._plain,
    b"\x1b!": Reader._plain,
    b"\x1ba": Reader._justification,
    b"\x1dv": Reader._picture,
    b"\x1b*": Reader._columns,
    b"\x1d(": Reader._long,
    b"\x1d8": Reader._longer,
    b"\x1dV": Reader._cut,
    b"\x1dr": Reader._mark,
    b"\x1bp": Reader._drawer,
}
