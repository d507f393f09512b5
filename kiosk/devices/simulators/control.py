"""What a person types to make the simulated printer misbehave, and where its sheets go."""

from collections.abc import Callable
from pathlib import Path

from kiosk.devices.simulators.printer import Faults, PrintedSheet, SimulatedPrinter
from kiosk.devices.simulators.pty_line import PtyPrinter

Act = Callable[[PtyPrinter], None]


def _with_printer(change: Callable[[SimulatedPrinter], None]) -> Act:
    def act(line: PtyPrinter) -> None:
        with line.change() as printer:
            change(printer)

    return act


WORDS: dict[str, Act] = {
    "well": lambda line: line.misbehave(Faults()),
    "silent": lambda line: line.misbehave(Faults(silent=True)),
    "late": lambda line: line.misbehave(Faults(late=2.0)),
    "noise": lambda line: line.misbehave(Faults(noise=b"\xffa\x80\x95")),
    "paper-out": _with_printer(lambda printer: printer.end_paper()),
    "paper-ends": _with_printer(lambda printer: printer.end_paper(after_rows=300)),
    "paper": _with_printer(lambda printer: printer.load_paper()),
    "cover-open": _with_printer(lambda printer: printer.set_cover(is_open=True)),
    "cover-close": _with_printer(lambda printer: printer.set_cover(is_open=False)),
    "unplug": lambda line: line.unplug(),
    "plug-in": lambda line: line.plug_in(),
}
"""Each word with what it does; `paper-ends`: the roll ends 300 rows further on, within a receipt."""


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
