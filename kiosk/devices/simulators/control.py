"""What a person types to make a simulated device misbehave, and where the sheets of a printer go."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.devices.simulators.faults import FAULTS, Faults
from kiosk.devices.simulators.line import Line
from kiosk.devices.simulators.printer import PrintedSheet, SimulatedPrinter
from kiosk.devices.simulators.pty_line import PtyPrinter

SOON = 2000
"""Bytes after which `stuck` and `vanish-write` begin: within a receipt, after the questions before it."""


def _with(faults: Faults) -> Callable[[Line[Any]], None]:
    return lambda line: line.misbehave(faults)


def _soon(faults: Callable[[int], Faults]) -> Callable[[Line[Any]], None]:
    def act(line: Line[Any]) -> None:
        with line.change() as machine:
            machine.faults = faults(len(machine.received) + SOON)

    return act


LINE_WORDS: dict[str, Callable[[Line[Any]], None]] = {
    "well": _with(Faults()),
    **{word: _with(faults) for word, faults in FAULTS.items()},
    "stuck": _soon(lambda at: Faults(deaf_at=at)),
    "vanish-write": _soon(lambda at: Faults(vanish_at=at)),
    "unplug": lambda line: line.unplug(),
    "plug-in": lambda line: line.plug_in(),
}
"""The words that any simulator understands. Each takes the place of the fault before it; `well` ends it."""


def _with_printer(change: Callable[[SimulatedPrinter], None]) -> Callable[[PtyPrinter], None]:
    def act(line: PtyPrinter) -> None:
        with line.change() as printer:
            change(printer)

    return act


WORDS: dict[str, Callable[[PtyPrinter], None]] = {
    **LINE_WORDS,
    "paper-out": _with_printer(lambda printer: printer.end_paper()),
    "paper-ends": _with_printer(lambda printer: printer.end_paper(after_rows=300)),
    "paper": _with_printer(lambda printer: printer.load_paper()),
    "cover-open": _with_printer(lambda printer: printer.set_cover(is_open=True)),
    "cover-close": _with_printer(lambda printer: printer.set_cover(is_open=False)),
    "paper-low": _with_printer(lambda printer: setattr(printer, "paper_low", True)),
    "cutter": _with_printer(lambda printer: printer.suffer("cutter")),
    "hot": _with_printer(lambda printer: printer.suffer("hot")),
    "broken": _with_printer(lambda printer: printer.suffer("broken")),
    "mended": _with_printer(lambda printer: printer.suffer(None)),
}
"""The words of the printer; `paper-ends`: the roll ends 300 rows further on, within a receipt."""


class SheetFolder:
    """Saves each sheet as a PNG: `sheet-001.png`, and `sheet-002-torn.png` for a piece."""

    def __init__(self, folder: Path) -> None:
        """Numbers go on after those that are there."""
        folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(file.stem.split("-")[1]) for file in folder.glob("sheet-[0-9]*.png")]
        self._folder = folder
        self._next = max(numbers, default=0) + 1

    def save(self, sheet: PrintedSheet) -> Path:
        """Write one sheet, whole or not at all."""
        torn = "-torn" if sheet.torn else ""
        file = self._folder / f"sheet-{self._next:03d}{torn}.png"
        half = file.with_suffix(".part")
        half.write_bytes(sheet.bitmap.png())
        half.replace(file)
        self._next += 1
        return file
