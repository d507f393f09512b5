"""Which payment terminal this device is linked to: set up by a technician, kept in `terminal.json`.

A plain file beside the database: it names a line and the bank's id of a machine, nobody and no money.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors, write_durably

if TYPE_CHECKING:
    from kiosk.core.card_terminal import PaymentTerminal

FILE = "terminal.json"
CODE = "TERMINAL-1"
"""What the terminal of a device is called in its recordings."""
_RATES = range(1200, 4_000_001)


@dataclass(frozen=True)
class ChosenTerminal:
    """`driver`: name of its driver; `address`: serial address, or host:port; `terminal`: the bank's id of it.

    `settings`: what the driver alone understands, by name (`kiosk.devices.payment.drivers.Place`).
    """

    driver: str
    address: str
    terminal: str
    baud: int = 9600
    settings: Mapping[str, str] = field(default_factory=dict)

    def open(self, folder: Path, on_trouble: Callable[[Exception], None]) -> "PaymentTerminal":
        """The driver; it connects when first used. Raises KnownError `terminal.driver_*`.

        What passes over its line is recorded in the data folder while a technician wants it: kinds of
        messages, never a card or an amount. `on_trouble` is told when the disk ends such a recording.
        """
        from kiosk.devices.payment.drivers import Place, driver
        from kiosk.devices.trace import Recorder

        tape = Recorder(folder, CODE, self.driver, on_trouble=on_trouble)
        place = Place(self.address, self.terminal, baud=self.baud, settings=dict(self.settings), tape=tape)
        return driver(self.driver)(place)


def read_terminal(folder: Path) -> ChosenTerminal | None:
    """The linked terminal, None when none is.

    Raises KnownError `terminal.choice_damaged` when the file cannot be understood, `store.*` when not read.
    """
    path = folder / FILE
    with disk_errors():
        if not path.is_file():
            return None
        data = path.read_bytes()
    try:
        kept = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise KnownError("terminal.choice_damaged") from error
    if not isinstance(kept, dict) or set(kept) != set(_FITS) or not all(map(_fits, kept.items())):
        raise KnownError("terminal.choice_damaged")
    return ChosenTerminal(**kept)


def keep_terminal(folder: Path, chosen: ChosenTerminal) -> None:
    """Keep the choice. Raises KnownError `terminal.driver_unknown`, `terminal.driver_broken`, `store.*`."""
    from kiosk.devices.payment.drivers import driver

    driver(chosen.driver)
    text = json.dumps(asdict(chosen), sort_keys=True) + "\n"
    write_durably(folder / FILE, text.encode())


def forget_terminal(folder: Path) -> None:
    """Link no terminal any more. Raises KnownError `store.*`."""
    with disk_errors():
        (folder / FILE).unlink(missing_ok=True)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value.strip() == value != ""


def _fits(item: tuple[str, Any]) -> bool:
    name, value = item
    return bool(_FITS[name](value))


_FITS: dict[str, Any] = {
    "driver": _is_word,
    "address": _is_word,
    "terminal": _is_word,
    "baud": lambda value: type(value) is int and value in _RATES,
    "settings": lambda value: isinstance(value, dict) and all(map(_is_word, value.values())),
}
