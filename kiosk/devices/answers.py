"""Splits the bytes that a printer sends by their bit patterns, and reads what they say.

One stream carries answers to `DLE EOT` (0xx1xx10), four-byte reports sent unasked (ASB, the first 0xx1xx00,
the others 0xx0xxxx), answers to `GS r` (0000xxxx) and to `GS ( H` (0x37 0x22, four digits, 0x00), and flow
control (XON 0x11, XOFF 0x13). For `GS r` the standard leaves two more bits open; they are refused here,
because every small letter on a noisy line has one.
"""

from dataclasses import dataclass
from enum import Enum


class Heard(Enum):
    """What a byte was."""

    REALTIME = "answer to DLE EOT"
    QUEUED = "answer to GS r"
    NUMBERED = "answer to GS ( H"
    REPORT = "automatic status report"
    FLOW = "XON or XOFF"
    NOISE = "nothing that a printer says"


@dataclass(frozen=True)
class Said:
    """One thing that a printer said, in one byte or four."""

    kind: Heard
    data: bytes


class Splitter:
    """Takes bytes as they come. A report cut off by another answer is noise, and the answer still counts."""

    def __init__(self) -> None:
        self._report = bytearray()
        self._block = bytearray()

    def feed(self, data: bytes) -> list[Said]:
        """Take bytes and return what is whole by now."""
        said: list[Said] = []
        for byte in data:
            kind = _kind(byte)
            if kind is not Heard.FLOW and self._of_block(byte, said):
                continue
            if kind is Heard.FLOW:
                said.append(Said(kind, bytes((byte,))))
            elif self._report and byte & 0x90 == 0:
                self._report.append(byte)
                if len(self._report) == 4:
                    said.append(Said(Heard.REPORT, bytes(self._report)))
                    self._report.clear()
            elif kind is Heard.REPORT:
                said += self._cut()
                self._report.append(byte)
            else:
                said += self._cut() if kind is not Heard.REALTIME else []
                said.append(Said(kind, bytes((byte,))))
        return said

    def reset(self) -> None:
        """Forget half an answer: the line was quiet for long, so the rest will not come."""
        self._report.clear()
        self._block.clear()

    def _of_block(self, byte: int, said: list[Said]) -> bool:
        """Whether a byte belongs to the answer to a numbered mark; half of one is noise."""
        block = self._block
        begins = not block and not self._report and byte == _BLOCK[0]
        if begins or (block and _fits(len(block), byte)):
            block.append(byte)
            if len(block) == 7:
                said.append(Said(Heard.NUMBERED, bytes(block[2:6])))
                block.clear()
            return True
        if block:
            said.append(Said(Heard.NOISE, bytes(block)))
            block.clear()
            return self._of_block(byte, said)
        return False

    def _cut(self) -> list[Said]:
        lost = [Said(Heard.NOISE, bytes(self._report))] if self._report else []
        self._report.clear()
        return lost


_BLOCK = b"\x37\x22"


def _fits(place: int, byte: int) -> bool:
    if place == 1:
        return byte == _BLOCK[1]
    return byte == 0 if place == 6 else 0x30 <= byte <= 0x39


def _kind(byte: int) -> Heard:
    if byte in (0x11, 0x13):
        return Heard.FLOW
    if byte & 0x93 == 0x12:
        return Heard.REALTIME
    if byte & 0x93 == 0x10:
        return Heard.REPORT
    return Heard.QUEUED if byte & 0xF0 == 0 else Heard.NOISE


@dataclass(frozen=True)
class PrinterStatus:
    """What a printer says about itself; `known` False when it did not answer everything in time.

    `error`: it cannot go on; `cutter` and `hot` say of an error that the knife is jammed, or that the head
    must cool down first.
    """

    known: bool = False
    offline: bool = False
    cover_open: bool = False
    paper_out: bool = False
    paper_low: bool = False
    error: bool = False
    cutter: bool = False
    hot: bool = False

    @property
    def trouble(self) -> str | None:
        """The one thing to mend first, by the name of its field, or None.

        None does not mean "all is well" unless `known`.
        """
        for name in TROUBLES:
            if getattr(self, name):
                return name
        return None


TROUBLES = ("cover_open", "paper_out", "cutter", "hot", "error", "offline")
"""What keeps a printer from printing, what must be mended first coming first."""
UNKNOWN = PrinterStatus()
ASKED = (1, 2, 4)
"""The questions of a status: printer, cause of being offline, paper."""
ASK_ERROR = 3
"""The question that follows when there is an error: which one."""


def is_error(offline_cause: int) -> bool:
    """Whether the answer to DLE EOT 2 speaks of an error."""
    return bool(offline_cause & 0x40)


def read_status(printer: int, offline_cause: int, paper: int, error: int = 0) -> PrinterStatus:
    """Read the answers to DLE EOT 1, 2 and 4, and to 3 where it was asked."""
    return PrinterStatus(
        known=True,
        offline=bool(printer & 0x08),
        cover_open=bool(offline_cause & 0x04),
        paper_out=bool(paper & 0x60 or offline_cause & 0x20),
        paper_low=bool(paper & 0x0C),
        error=is_error(offline_cause) or bool(error & 0x6C),
        cutter=bool(error & 0x08),
        hot=bool(error & 0x40),
    )
