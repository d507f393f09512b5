"""Receipts on a printer's line: bytes of each tier, seconds at two speeds, drawing, and the first byte."""

import contextlib
import io
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from benchmarks.frame import Figure, against_limit, against_peer, interleaved
from kiosk.core.raster import Bitmap, Sheet
from kiosk.devices.escpos import logo_digest, print_stream
from kiosk.devices.profiles import Profile, shipped_profile
from kiosk.documents.model import Person, Receipt
from tests.documents.samples import FEE

KINDS = {1: "generic-80", 2: "generic-80", 3: "xprinter-80", 4: "epson-tm-t20"}
"""A kind of printer of each tier."""
LOGO = Bitmap(384, b"\xff" * 48 * 4 + (b"\xff\x00" + b"\x3c" * 44 + b"\x00\xff") * 80 + b"\xff" * 48 * 4)
_KEY = b"KL"
MILLI = 1000
_NAMES = ("محمد", "عبد الله", "حسن", "إبراهيم", "محمود", "سالم", "عبد الرحمن")


def _application() -> object:
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication.instance() or QGuiApplication([])


def _kind(tier: int) -> Profile:
    return replace(shipped_profile(KINDS[tier]), tier=tier)


def _drawn(kind: Profile) -> Sheet:
    from kiosk.paperwork.printing import draw

    return draw(FEE, kind, LOGO, {logo_digest(LOGO): _KEY})


def _another(number: int) -> Receipt:
    """A receipt as every one differs from the one before: number, payer, request, code."""
    from tests.documents.samples import sealed

    assert isinstance(FEE.payer, Person)
    return replace(
        FEE,
        serial=number,
        entry_hash=f"{number:08x}",
        payer=replace(FEE.payer, name=f"أحمد {_NAMES[number % 7]} {_NAMES[number % 5]} السيد"),
        tracking=f"D00000123-2026-{number:06d}",
        seal=sealed(f"D42-E1-{number:06d}", FEE.total, "BLD-01"),
    )


def _painted(kind: Profile, receipt: Receipt) -> Sheet:
    from kiosk.documents.arrange import arrange
    from kiosk.documents.paper import paint_sheet
    from kiosk.documents.style import roll_style
    from kiosk.documents.templates import document

    style = roll_style(kind.width_dots, code_by_printer=kind.draws_codes)
    return paint_sheet(arrange(document(receipt), style, LOGO), texts=kind.sets_text)


def _usual(picture: Bitmap) -> int:
    """Bytes that python-escpos `image()` sends for the same dots."""
    from escpos.printer import Dummy
    from PIL import Image

    printer = Dummy()
    with contextlib.redirect_stdout(io.StringIO()):
        printer.image(Image.open(io.BytesIO(picture.png())))
    return len(printer.output)


def _tier(tier: int, at_most: float) -> Iterator[Figure]:
    application = _application()
    kind = _kind(tier)
    sheet = _drawn(kind)
    size = len(print_stream(sheet, kind, {logo_digest(LOGO): _KEY}))
    yield against_peer(
        f"print.bytes_tier{tier} against print.bytes_escpos", size, _usual(sheet.bitmap), "bytes", at_most
    )
    del application


def bytes_tier1() -> Iterator[Figure]:
    """A receipt as pictures with white fed, against the same dots by python-escpos `image()`."""
    yield from _tier(1, 1)


def bytes_tier2() -> Iterator[Figure]:
    """The same, code and logo drawn by the printer."""
    yield from _tier(2, 1 / 2)


def bytes_tier3() -> Iterator[Figure]:
    """The same, lines as columns."""
    yield from _tier(3, 1 / 2)


def bytes_tier4() -> Iterator[Figure]:
    """The same, columns apart and numbers in the printer's own type."""
    yield from _tier(4, 1 / 6)


def render() -> Iterator[Figure]:
    """Laying out and painting a receipt for tier 4, and then writing it as bytes; both warm, in ms.

    Each receipt is another one: nothing of it but its fixed words came before.
    """
    application = _application()
    kind = _kind(4)
    sheet = _drawn(kind)
    fresh = iter([_another(number) for number in range(4508, 4508 + 60)])
    draw, encode = interleaved(
        lambda: _painted(kind, next(fresh)), lambda: print_stream(sheet, kind), rounds=25
    )
    yield against_limit("print.render", draw * MILLI, "ms", limit=10)
    yield against_limit("print.encode", encode * MILLI, "ms", limit=20)
    del application


def _seconds(baud: int) -> Iterator[Figure]:
    from kiosk.devices.estimate import pace
    from kiosk.devices.port import Port, PortSettings
    from kiosk.devices.simulators.faults import Faults, Pace
    from kiosk.devices.simulators.firmware import Firmware
    from kiosk.devices.simulators.pty_line import PtyPrinter

    application = _application()
    kind = replace(_kind(4), baud=baud)
    stream = print_stream(_drawn(kind), kind, {logo_digest(LOGO): _KEY})
    with PtyPrinter(width=kind.width_dots, firmware=Firmware.of(kind)) as line:
        line.misbehave(Faults(pace=Pace(baud=baud)))
        port = Port(line.path, PortSettings(baud=baud, pace=pace(baud)), name="printer")
        began = time.monotonic()
        port.write(stream)
        if not line.wait_for(lambda printer: len(printer.received) >= len(stream), timeout=120):
            raise RuntimeError("not all bytes arrived")
        took = time.monotonic() - began
        port.close()
    yield against_peer(f"print.seconds_{baud}", took, len(stream) * 10 / baud, "s", at_most=1.05)
    del application


def seconds_9600() -> Iterator[Figure]:
    """A receipt of tier 4 over a paced line at 9600 baud, against bytes x 10 / baud."""
    yield from _seconds(9600)


def seconds_115200() -> Iterator[Figure]:
    """The same at 115200 baud."""
    yield from _seconds(115_200)


def first_byte() -> Iterator[Figure]:
    """From the commit of a payment to the first byte of its receipt, with the status asked between them."""
    from benchmarks.first_byte import Desk

    application = _application()
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder), _kind(4)) as desk:
        taken = sorted(desk.measure() for _ in range(7))
    yield against_limit("print.first_byte", taken[len(taken) // 2] * MILLI, "ms", limit=50)
    del application
