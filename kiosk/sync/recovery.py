"""What a new machine does with the medium of one that died: looks, without any key, and carries it on.

Only the centre can open what lies there. Here the files are counted and held to the list that lies beside
them; whether the device really signed that list, the centre says.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.core.attachments_upload import Upload
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
from kiosk.core.wire.stick_scans import LIST, MAX_LIST_BYTES, ScanList, scan_file
from kiosk.sync.stick import hash_on_medium, read_from_medium, stick_errors, write_and_read_back

_DEEP = 3
_RESERVE = 16 << 20
"""Bytes that scans leave free: the list of them comes last."""


@dataclass
class Found:
    """The folder of one device: what it claims, the scans there, and which files are not as listed."""

    path: Path
    manifest: ExportManifest
    scans: tuple[Upload, ...] = ()
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

    Entries first, then scans as far as there is room: `left_behind` counts the others. Raises KnownError
    `export.*`.
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
    if found.scans:
        _carry_scans(found, folder)
    return folder


def left_behind(found: Found, folder: Path) -> int:
    """How many scans of a device did not come along to a folder."""
    return sum(not (folder / scan_file(one.sealed)).is_file() for one in found.scans)


def _carry_scans(found: Found, folder: Path) -> None:
    """The list last; the centre names the scans that did not come along, and takes the others."""
    for one in found.scans:
        name = scan_file(one.sealed)
        with stick_errors(folder):
            fits = shutil.disk_usage(folder).free >= one.size + _RESERVE
        if fits and (found.path / name).is_file():
            write_and_read_back(folder / name, read_from_medium(found.path / name))
    write_and_read_back(folder / LIST, read_from_medium(found.path / LIST, most=MAX_LIST_BYTES))


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
    try:
        found.scans = _scans(folder)
    except KnownError as error:
        found.faults.append(error)
    for one in found.scans:
        path = folder / scan_file(one.sealed)
        if not path.is_file() or hash_on_medium(path).hex() != one.sealed:
            found.faults.append(KnownError("export.file_altered", name=path.name))
    return found


def _scans(folder: Path) -> tuple[Upload, ...]:
    """The scans that the list names; whether the device signed it, the centre says."""
    if not (folder / LIST).is_file():
        return ()
    data = read_from_medium(folder / LIST, most=MAX_LIST_BYTES)
    plain = parse_canonical(data, max_bytes=MAX_LIST_BYTES)
    payload = plain.get("payload") if isinstance(plain, dict) else None
    return read_record(ScanList, payload, "export-scans").scans
