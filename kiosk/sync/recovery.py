"""What a new machine does with the medium of one that died: looks, without any key, and carries it on.

Only the centre can open what lies there. Here the files are counted and held to the list that lies beside
them; whether the device really signed that list, the centre says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.export_manifest import (
    MANIFEST,
    MARK,
    MAX_MANIFEST_BYTES,
    ExportManifest,
    check_file,
)
from kiosk.core.wire.payload import read_record
from kiosk.sync.stick import read_from_medium, stick_errors, write_and_read_back

_DEEP = 3


@dataclass
class Found:
    """The folder of one device: what it claims, and which files are not as listed."""

    path: Path
    manifest: ExportManifest
    faults: list[KnownError] = field(default_factory=list)

    @property
    def made(self) -> datetime:
        """When it was last written, by the clock of the device."""
        return self.manifest.made


def look_at(root: Path) -> list[Found]:
    """Every device's folder at or below `root`, newest first. Raises KnownError `usb.nothing`, `export.*`."""
    if not root.is_dir():
        raise KnownError("export.missing", path=root)
    found = [_found(folder) for folder in _folders(root, _DEEP)]
    if not found:
        raise KnownError("usb.nothing", path=root)
    return sorted(found, key=lambda one: one.made, reverse=True)


def carry(found: Found, root: Path) -> Path:
    """Copy a device's folder to another stick, each file read back; damaged ones go along as they are.

    Raises KnownError `export.*`.
    """
    if not root.is_dir():
        raise KnownError("export.missing", path=root)
    folder = root / found.path.name
    with stick_errors(root):
        folder.mkdir(exist_ok=True)
    names = [one.name for one in found.manifest.files]
    for name in [*names, MARK, MANIFEST]:
        if (found.path / name).is_file():
            write_and_read_back(folder / name, read_from_medium(found.path / name))
    return folder


def _folders(root: Path, deep: int) -> Iterator[Path]:
    if (root / MANIFEST).is_file():
        yield root
        return
    if deep:
        with stick_errors(root):
            below = sorted(path for path in root.iterdir() if path.is_dir() and not path.is_symlink())
        for path in below:
            yield from _folders(path, deep - 1)


def _found(folder: Path) -> Found:
    plain = parse_canonical(read_from_medium(folder / MANIFEST), max_bytes=MAX_MANIFEST_BYTES)
    payload = plain.get("payload") if isinstance(plain, dict) else None
    found = Found(folder, read_record(ExportManifest, payload, "export"))
    for listed in found.manifest.files:
        try:
            check_file(listed, read_from_medium(folder / listed.name))
        except KnownError as error:
            found.faults.append(error)
    return found
