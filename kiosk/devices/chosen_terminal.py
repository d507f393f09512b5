"""Which payment terminal this device is linked to: set up by a technician, kept in `terminal.json`.

A plain file beside the database: it names a line and the bank's id of a machine, nobody and no money.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors, write_durably

if TYPE_CHECKING:
    from kiosk.core.card_terminal import PaymentTerminal

FILE = "terminal.json"


@dataclass(frozen=True)
class ChosenTerminal:
    """`driver`: name of its driver; `address`: serial address, or host:port; `terminal`: the bank's id of it.

    `patience_ms` None: the time-outs of the driver; else the longest wait for an answer.
    """

    driver: str
    address: str
    terminal: str
    patience_ms: int | None = None

    def open(self) -> "PaymentTerminal":
        """The driver; it connects when first used. Raises KnownError `terminal.driver_*`, `device.*`."""
        from kiosk.devices.payment.drivers import open_terminal

        return open_terminal(self.driver, self.address, self.terminal, self.patience_ms)


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
    """Keep the choice. Raises KnownError `store.*`."""
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
    "patience_ms": lambda value: value is None or (type(value) is int and value > 0),
}
