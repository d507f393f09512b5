"""Which receipt printer this device has: chosen by a technician, kept in `printer.json` in its data folder.

A plain file beside the database, because it says nothing of anybody and a technician may set it before
anyone has unlocked.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

from kiosk.core.errors import KnownError
from kiosk.core.raster import Bitmap
from kiosk.devices.escpos_codes import logo_digest
from kiosk.devices.own_files import own_codes, profile_of, read_logo
from kiosk.devices.port import Flow
from kiosk.devices.profiles import DEFAULT, Profile
from kiosk.store.files import disk_errors, write_durably

FILE = "printer.json"
CODE = "PRINTER-1"
"""What the printer of a device is called in its journal."""
LOGO_KEY = b"KL"
"""The place in a printer's memory where the logo is kept."""
_RATES = range(1200, 4_000_001)


@dataclass(frozen=True)
class ChosenPrinter:
    """`port`: address or port name; `profile`: code of its kind; `baud` None: the speed of its kind.

    `logo`: the digest of the picture that set-up stored in this printer. `folder`: the data folder, where
    kinds that were calibrated and the logo lie.
    """

    port: str
    profile: str = DEFAULT
    baud: int | None = None
    flow: Flow = "none"
    logo: str | None = None
    folder: Path | None = field(default=None, compare=False, repr=False)

    def kind(self) -> Profile:
        """What a printer of this kind can do, at the chosen speed. Raises KnownError `printer.profile_*`."""
        kind = profile_of(self.profile, self.folder)
        return replace(kind, baud=self.baud or kind.baud)

    def logo_dots(self) -> Bitmap | None:
        """The logo of this device's papers, if there is one. Raises KnownError `printer.logo_damaged`."""
        return read_logo(self.folder) if self.folder else None

    def logos(self) -> dict[str, bytes]:
        """The pictures that the printer holds: none when the logo was changed since it was stored."""
        dots = self.logo_dots()
        stored = dots is not None and self.logo == logo_digest(dots)
        return {str(self.logo): LOGO_KEY} if stored else {}


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
    if kept["profile"] not in own_codes(folder):
        raise KnownError("printer.choice_damaged")
    return ChosenPrinter(**kept, folder=folder)


def keep_printer(folder: Path, chosen: ChosenPrinter) -> None:
    """Keep the choice. Raises KnownError `printer.profile_*` for an unknown kind, `store.*`."""
    replace(chosen, folder=folder).kind()
    text = json.dumps({key: getattr(chosen, key) for key in _FITS}, sort_keys=True) + "\n"
    write_durably(folder / FILE, text.encode("ascii"))


def _fits(item: tuple[str, Any]) -> bool:
    name, value = item
    return bool(_FITS[name](value))


_FITS: dict[str, Any] = {
    "port": lambda value: isinstance(value, str) and value != "",
    "profile": lambda value: isinstance(value, str),
    "baud": lambda value: value is None or (type(value) is int and value in _RATES),
    "flow": lambda value: value in get_args(Flow),
    "logo": lambda value: value is None or (isinstance(value, str) and len(value) == 64),
}
