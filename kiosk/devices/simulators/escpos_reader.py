"""A strict reader of ESC/POS: it obeys what a printer obeys, and names every wrong byte with its place.

It shares nothing with the writer (`kiosk.devices.escpos`), so that a mistake is not made twice. A printer
would print letters where it loses step; this reader says so and skips one byte.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from kiosk.core.raster import Bitmap
from kiosk.devices.simulators.paper_roll import PaperRoll

_LEVELS = {48: ERROR_CORRECT_L, 49: ERROR_CORRECT_M, 50: ERROR_CORRECT_Q, 51: ERROR_CORRECT_H}
_LARGEST_PICTURE = 65_536


@dataclass(frozen=True)
class Violation:
    """A byte of the stream (counted from 0) that a strict printer does not accept, and why."""

    at: int
    what: str


class _IncompleteError(Exception):
    """The command is not whole yet."""


@dataclass
class Reader:
    """Reads a stream as it comes and prints on `paper`; the callables are called in the order of the stream.

    `on_mark` is given the n of `GS r n`, `on_drawer` the m of `ESC p m`. `violations` collects what was
    wrong, `symbols` the texts of native QR codes, `logos` the stored pictures by their keys.
    """

    paper: PaperRoll
    on_cut: Callable[[], None]
    on_mark: Callable[[int], None]
    on_drawer: Callable[[int], None]
    violations: list[Violation] = field(default_factory=list)
    symbols: list[str] = field(default_factory=list)
    logos: dict[bytes, Bitmap] = field(default_factory=dict)
    position: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _line: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._reset()

    def _reset(self) -> None:
        self._left, self._area = 0, self.paper.width
        self._spacing = 30
        self._justify = 0
        self._line_at = 0
        self._line = []
        self._units_set = False
        self._qr_size, self._qr_level, self._qr_text = 3, ERROR_CORRECT_L, b""

    @property
    def waiting(self) -> int:
        """Bytes of a command that is not whole yet."""
        return len(self._buffer)

    def clear(self) -> None:
        """Forget half a command, as a printer does that is told to clear its buffer."""
        self.position += len(self._buffer)
        self._buffer.clear()
        self._line = []
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
        if first in (0x1B, 0x1C, 0x1D):
            key = self._need(2)
            action = _COMMANDS.get(key)
            if action is not None:
                return action(self)
            self._wrong(f"unknown command {key.hex(' ')}")
            return 1
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
        if self._line:
            self._wrong(f"{name} counts only at the start of a line")

    def _moves(self, name: str) -> None:
        if not self._units_set:
            self._wrong(f"{name} before GS P: the unit is not known")

    # --- paper

    def _line_feed(self) -> None:
        rows, self._line, self._line_at = self._line, [], 0
        self.paper.burn(rows, max(self._spacing, len(rows)))

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
        rows = [int.from_bytes(data[at : at + stride], "big") for at in range(0, len(data), stride)]
        self.paper.burn(self._placed(rows, stride * 8), height)
        return 8 + len(data)

    def _placed(self, rows: list[int], width: int) -> list[int]:
        """Rows of `width` bits at their place on the paper; ink beyond the print area is a violation."""
        free = self._area - width
        at = self._left + (0, free // 2, free)[self._justify] if free > 0 else self._left
        spare = self.paper.width - at - width
        beyond = max(0, width - self._area)
        if any(row & ((1 << beyond) - 1) for row in rows):
            self._wrong(f"ink beyond the print area of {self._area} dots")
        clipped = [row >> beyond << beyond for row in rows]
        return [row << spare if spare >= 0 else row >> -spare for row in clipped]

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
        if length == 4:
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
        if family == b"k":
            return self._symbol()
        if family == b"L":
            return self._graphics()
        self._wrong(f"unknown command 1d 28 {family.hex()}")
        return 1

    def _symbol(self) -> int:
        head = self._need(5)
        length = _number(head[3:5])
        body = self._need(5 + length)[5:]
        self._search(body, 5)
        kind, function, parameters = body[:1], body[1:2], body[2:]
        actions = {b"A": self._qr_model, b"C": self._qr_dot, b"E": self._qr_correction, b"P": self._qr_store}
        if kind != b"1" or length < 3:
            self._wrong("a symbol that is no QR code")
        elif function == b"Q":
            self._qr_print(parameters)
        elif function in actions:
            actions[function](parameters)
        else:
            self._wrong(f"QR function {function.hex()}")
        return 5 + length

    def _qr_model(self, parameters: bytes) -> None:
        if parameters != b"\x32\x00":
            self._wrong("a QR model other than 2")

    def _qr_dot(self, parameters: bytes) -> None:
        if len(parameters) != 1 or not 1 <= parameters[0] <= 16:
            self._wrong("a QR module of no size")
            return
        self._qr_size = parameters[0]

    def _qr_correction(self, parameters: bytes) -> None:
        if len(parameters) != 1 or parameters[0] not in _LEVELS:
            self._wrong("a QR correction that does not exist")
            return
        self._qr_level = _LEVELS[parameters[0]]

    def _qr_store(self, parameters: bytes) -> None:
        if parameters[:1] != b"0" or len(parameters) < 2:
            self._wrong("QR data without its head")
        self._qr_text = parameters[1:]

    def _qr_print(self, parameters: bytes) -> None:
        self._at_line_start("GS ( k")
        if parameters != b"0" or not self._qr_text:
            self._wrong("a QR code to print without data")
            return
        code = qrcode.QRCode(error_correction=self._qr_level, border=0)
        code.add_data(self._qr_text, optimize=0)
        code.make(fit=True)
        matrix = code.get_matrix()
        rows: list[int] = []
        for line in matrix:
            row = 0
            for module in line:
                row = row << self._qr_size | ((1 << self._qr_size) - 1 if module else 0)
            rows += [row] * self._qr_size
        self.symbols.append(self._qr_text.decode("latin-1"))
        self.paper.burn(self._placed(rows, len(matrix) * self._qr_size), len(rows))

    def _graphics(self) -> int:
        head = self._need(5)
        length = _number(head[3:5])
        body = self._need(5 + length)[5:]
        self._search(body, 5)
        if body[:2] == b"0C":
            self._store_picture(body)
        elif body[:2] == b"0E" and length == 6:
            self._print_stored(body[2:4], body[4:6])
        else:
            self._wrong(f"graphics function {body[:2].hex(' ')} of {length} bytes")
        return 5 + length

    def _store_picture(self, body: bytes) -> None:
        width, height = _number(body[6:8]), _number(body[8:10])
        rows = body[11:]
        if len(body) < 12 or body[2:3] != b"0" or body[5:6] != b"\x01" or body[10:11] != b"1":
            self._wrong("a stored picture whose head is wrong")
        elif not width or not height or len(rows) != -(-width // 8) * height:
            self._wrong(f"a stored picture of {width} by {height} dots in {len(rows)} bytes")
        else:
            self.logos[body[3:5]] = Bitmap(width, rows)

    def _print_stored(self, key: bytes, scale: bytes) -> None:
        self._at_line_start("GS ( L")
        picture = self.logos.get(key)
        if picture is None or scale != b"\x01\x01":
            self._wrong(f"no stored picture {key.hex(' ')} in this size")
            return
        spare = picture.stride * 8 - picture.width
        rows = [int.from_bytes(picture.row(y), "big") >> spare for y in range(picture.height)]
        self.paper.burn(self._placed(rows, picture.width), picture.height)


def _number(two: bytes) -> int:
    return int.from_bytes(two, "little")


_COMMANDS: dict[bytes, Callable[[Reader], int]] = {
    b"\x1b@": Reader._initialise,
    b"\x1c.": Reader._leave_kanji,
    b"\x1dP": Reader._units,
    b"\x1dL": Reader._left_margin,
    b"\x1dW": Reader._print_width,
    b"\x1b3": Reader._line_spacing,
    b"\x1ba": Reader._justification,
    b"\x1dv": Reader._picture,
    b"\x1b*": Reader._columns,
    b"\x1d(": Reader._long,
    b"\x1dV": Reader._cut,
    b"\x1dr": Reader._mark,
    b"\x1bp": Reader._drawer,
}
