"""The QR codes and stored pictures of a simulated printer: its memory of them and the commands for both."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import qrcode
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from kiosk.core.raster import Bitmap
from kiosk.devices.simulators.firmware import Firmware

_LEVELS = {48: ERROR_CORRECT_L, 49: ERROR_CORRECT_M, 50: ERROR_CORRECT_Q, 51: ERROR_CORRECT_H}


@dataclass(frozen=True)
class Drawing:
    """Rows of dots to put at the left, in the middle or at the right. `text`, `dot`, `modules`: of a code."""

    width: int
    rows: tuple[int, ...]
    text: str = ""
    dot: int = 0
    modules: int = 0


class Judge(Protocol):
    """Takes what is wrong."""

    def __call__(self, what: str) -> None:
        """Note a violation at the command in hand."""


@dataclass
class Symbols:
    """`codes`, `logos`: the settings for the next code, and the pictures by their keys, which outlive it."""

    firmware: Firmware
    wrong: Judge
    logos: dict[bytes, Bitmap] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the settings of codes."""
        self._dot, self._level, self._text = 3, ERROR_CORRECT_L, b""

    # --- codes

    def code(self, body: bytes) -> Drawing | None:
        """Do one `GS ( k`; the drawing when it says to print."""
        kind, function, parameters = body[:1], body[1:2], body[2:]
        actions: dict[bytes, Callable[[bytes], None]] = {
            b"A": self._model,
            b"C": self._size,
            b"E": self._correction,
            b"P": self._store,
        }
        if not self.firmware.draws_codes:
            self.wrong("this printer draws no codes")
        elif kind != b"1" or len(body) < 3:
            self.wrong("a symbol that is no QR code")
        elif function == b"Q":
            return self._printed(parameters)
        elif function in actions:
            actions[function](parameters)
        else:
            self.wrong(f"QR function {function.hex()}")
        return None

    def _model(self, parameters: bytes) -> None:
        if parameters != b"\x32\x00":
            self.wrong("a QR model other than 2")

    def _size(self, parameters: bytes) -> None:
        if len(parameters) != 1 or not 1 <= parameters[0] <= 16:
            self.wrong("a QR module of no size")
            return
        self._dot = parameters[0]

    def _correction(self, parameters: bytes) -> None:
        if len(parameters) != 1 or parameters[0] not in _LEVELS:
            self.wrong("a QR correction that does not exist")
            return
        self._level = _LEVELS[parameters[0]]

    def _store(self, parameters: bytes) -> None:
        if parameters[:1] != b"0" or len(parameters) < 2:
            self.wrong("QR data without its head")
        self._text = parameters[1:]

    def _printed(self, parameters: bytes) -> Drawing | None:
        if parameters != b"0" or not self._text:
            self.wrong("a QR code to print without data")
            return None
        code = qrcode.QRCode(error_correction=self._level, border=0)
        code.add_data(self._text, optimize=0)
        code.make(fit=True)
        matrix = code.get_matrix()
        rows: list[int] = []
        for line in matrix:
            row = 0
            for module in line:
                row = row << self._dot | ((1 << self._dot) - 1 if module else 0)
            rows += [row] * self._dot
        side = len(matrix)
        return Drawing(side * self._dot, tuple(rows), self._text.decode("latin-1"), self._dot, side)

    # --- stored pictures

    def graphics(self, body: bytes) -> Drawing | None:
        """Do one `GS ( L` or `GS 8 L`; the drawing when it says to print."""
        if not self.firmware.keeps_logo:
            self.wrong("this printer keeps no pictures")
        elif body[:2] == b"0C":
            self._keep(body)
        elif body[:2] == b"0E" and len(body) == 6:
            return self._kept(body[2:4], body[4:6])
        else:
            self.wrong(f"graphics function {body[:2].hex(' ')} of {len(body)} bytes")
        return None

    def _keep(self, body: bytes) -> None:
        width, height = _number(body[6:8]), _number(body[8:10])
        rows = body[11:]
        if len(body) < 12 or body[2:3] != b"0" or body[5:6] != b"\x01" or body[10:11] != b"1":
            self.wrong("a stored picture whose head is wrong")
        elif not width or not height or len(rows) != -(-width // 8) * height:
            self.wrong(f"a stored picture of {width} by {height} dots in {len(rows)} bytes")
        else:
            self.logos[body[3:5]] = Bitmap(width, rows)

    def _kept(self, key: bytes, scale: bytes) -> Drawing | None:
        picture = self.logos.get(key)
        if picture is None or scale != b"\x01\x01":
            self.wrong(f"no stored picture {key.hex(' ')} in this size")
            return None
        spare = picture.stride * 8 - picture.width
        rows = (int.from_bytes(picture.row(y), "big") >> spare for y in range(picture.height))
        return Drawing(picture.width, tuple(rows))


def _number(two: bytes) -> int:
    return int.from_bytes(two, "little")
