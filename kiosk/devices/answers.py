"""Splits the bytes that a printer sends by their bit patterns, and reads what they say.

One stream carries answers to `DLE EOT` (0xx1xx10), four-byte reports sent unasked (ASB, the first 0xx1xx00,
the others 0xx0xxxx), answers to `GS r` (0000xxxx), and flow control (XON 0x11, XOFF 0x13). For `GS r` the
standard leaves two more bits open; they are refused here, because every small letter on a noisy line has one.
"""

from dataclasses import dataclass
from enum import Enum


class Heard(Enum):
    """What a byte was."""

    REALTIME = "answer to DLE EOT"
    QUEUED = "answer to GS r"
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

    def feed(self, data: bytes) -> list[Said]:
        """Take bytes and return what is whole by now."""
        said: list[Said] = []
        for byte in data:
            kind = _kind(byte)
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
        """Forget half a report: the line was quiet for long, so the rest will not come."""
        self._report.clear()

    def _cut(self) -> list[Said]:
        lost = [Said(Heard.NOISE, bytes(self._report))] if self._report else []
        self._report.clear()
        return lost


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
    """What a printer says about itself; `known` False when it did not answer everything in time."""

    known: bool = False
    offline: bool = False
    cover_open: bool = False
    paper_out: bool = False
    paper_low: bool = False
    error: bool = False

    @property
    def trouble(self) -> str | None:
        """The one thing to mend first: `paper_out`, `cover_open`, `error`, `offline`, or None.

        None does not mean "all is well" unless `known`.
        """
        for name in ("cover_open", "paper_out", "error", "offline"):
            if getattr(self, name):
                return name
        return None


UNKNOWN = PrinterStatus()
ASKED = (1, 2, 4)
"""The questions of a status: printer, cause of being offline, paper."""


def read_status(printer: int, offline_cause: int, paper: int) -> PrinterStatus:
    """Read the answers to DLE EOT 1, 2 and 4."""
    return PrinterStatus(
        known=True,
        offline=bool(printer & 0x08),
        cover_open=bool(offline_cause & 0x04),
        paper_out=bool(paper & 0x60 or offline_cause & 0x20),
        paper_low=bool(paper & 0x0C),
        error=bool(offline_cause & 0x40),
    )
