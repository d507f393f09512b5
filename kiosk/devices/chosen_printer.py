"""Which receipt printer this device has: chosen by a technician, kept in `printer.json` in its data folder.

A plain file beside the database, because it says nothing of anybody and a technician may set it before
anyone has unlocked.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, get_args

from kiosk.core.errors import KnownError
from kiosk.devices.port import Flow
from kiosk.devices.profiles import DEFAULT, Profile, profile_codes, shipped_profile
from kiosk.store.files import disk_errors, write_durably

FILE = "printer.json"
CODE = "PRINTER-1"
"""What the printer of a device is called in its journal."""
_RATES = range(1200, 4_000_001)


@dataclass(frozen=True)
class ChosenPrinter:
    """`port`: address or port name; `profile`: code of its kind; `baud` None: the speed of its kind."""

    port: str
    profile: str = DEFAULT
    baud: int | None = None
    flow: Flow = "none"

    def kind(self) -> Profile:
        """What a printer of this kind can do, at the chosen speed. Raises KnownError `printer.profile_*`."""
        kind = shipped_profile(self.profile)
        return replace(kind, baud=self.baud or kind.baud)


def read_printer(folder: Path) -> ChosenPrinter | None:
    """The chosen printer, None when none was chosen yet.

    Raises KnownError `printer.choice_damaged` when the file cannot be understood, `store.*` when not read.
    """
    path = folder / FILE
    with disk_errors():
        if not path.is_file():
            return None
        data = path.read_bytes()
    try:
        kept = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise KnownError("printer.choice_damaged") from error
    if not isinstance(kept, dict) or set(kept) != set(_FITS) or not all(map(_fits, kept.items())):
        raise KnownError("printer.choice_damaged")
    return ChosenPrinter(**kept)


def keep_printer(folder: Path, chosen: ChosenPrinter) -> None:
    """Keep the choice. Raises KnownError `printer.profile_*` for an unknown kind, `store.*`."""
    chosen.kind()
    text = json.dumps(asdict(chosen), sort_keys=True) + "\n"
    write_durably(folder / FILE, text.encode("ascii"))


def _fits(item: tuple[str, Any]) -> bool:
    name, value = item
    return bool(_FITS[name](value))


_FITS: dict[str, Any] = {
    "port": lambda value: isinstance(value, str) and value != "",
    "profile": lambda value: value in profile_codes(),
    "baud": lambda value: value is None or (type(value) is int and value in _RATES),
    "flow": lambda value: value in get_args(Flow),
}
