"""What belongs to one device beside its database: kinds of printers that were calibrated, and the logo.

Plain files, because they say nothing of anybody: `printers/NAME.yaml` and `printer-logo.pbm` (PBM, P4).
"""

import re
from pathlib import Path

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.raster import Bitmap
from kiosk.devices.profiles import Profile, profile_codes, read_profile, shipped_profile, written_profile
from kiosk.store.files import disk_errors, write_durably

FOLDER, LOGO = "printers", "printer-logo.pbm"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)
_LARGEST = 1 << 20
"""Bytes of a logo or a profile that are looked at."""


def own_codes(folder: Path | None) -> list[str]:
    """The codes of all kinds that this device knows: the shipped ones, then its own."""
    own = sorted(file.stem for file in (folder / FOLDER).glob("*.yaml")) if folder else []
    return [*profile_codes(), *(name for name in own if _NAME.fullmatch(name))]


def profile_of(code: str, folder: Path | None) -> Profile:
    """A kind of printer: shipped, or calibrated on this device. Raises KnownError `printer.profile_*`."""
    if code in profile_codes() or folder is None:
        return shipped_profile(code)
    known = own_codes(folder)
    if code not in known:
        raise KnownError("printer.profile_unknown", name=excerpt(code), known=", ".join(known))
    file = folder / FOLDER / f"{code}.yaml"
    with disk_errors():
        data = file.read_bytes()[:_LARGEST]
    return read_profile(data.decode("utf-8", "replace"), file.name)


def keep_profile(folder: Path, profile: Profile) -> Path:
    """Write a calibrated kind; returns its file, which was read back.

    Raises KnownError `printer.profile_name` for a name that no file has or that is shipped, `store.*`.
    """
    if not _NAME.fullmatch(profile.code) or profile.code in profile_codes():
        raise KnownError("printer.profile_name", name=excerpt(profile.code))
    text = written_profile(profile)
    read_profile(text, f"{profile.code}.yaml")
    file = folder / FOLDER / f"{profile.code}.yaml"
    with disk_errors():
        file.parent.mkdir(exist_ok=True)
    write_durably(file, text.encode("utf-8"))
    return file


def keep_logo(folder: Path, dots: Bitmap) -> None:
    """Keep the logo of this device's papers. Raises KnownError `store.*`."""
    head = f"P4\n{dots.width} {dots.height}\n"
    write_durably(folder / LOGO, head.encode("ascii") + dots.rows)


def read_logo(folder: Path) -> Bitmap | None:
    """The logo, None when there is none. Raises KnownError `printer.logo_damaged`."""
    file = folder / LOGO
    with disk_errors():
        if not file.is_file():
            return None
        data = file.read_bytes()[:_LARGEST]
    found = re.match(rb"P4\n(\d{1,4}) (\d{1,4})\n", data)
    if found is None:
        raise KnownError("printer.logo_damaged")
    width, height = int(found[1]), int(found[2])
    rows = data[found.end() :]
    if not width or not height or len(rows) != -(-width // 8) * height:
        raise KnownError("printer.logo_damaged")
    return Bitmap(width, rows)
