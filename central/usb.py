"""Takes in what devices wrote to sticks and cards: sealed batches, opened with the intake key.

Each goes through the same door as one over HTTP (`central.ingest`, `central.persons`), so that a repeat, a
gap or a fork is what it always is. The signed answer is left on the stick for the device.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from central.apply import apply_all
from central.centre import Centre
from central.folder import read_file, write_durably
from central.ingest import find_device, take_batch
from central.persons import take_persons
from central.safety import safety_of
from central.usb_scans import ImportedScans, has_scans, import_scans
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE, Acknowledgement
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.export_manifest import (
    ACKNOWLEDGEMENT,
    MANIFEST,
    MAX_MANIFEST_BYTES,
    ExportManifest,
    check_file,
    manifest_device,
    open_manifest,
)
from kiosk.core.wire.safety import FILE as SAFETY
from kiosk.core.wire.sealed_batch import MAX_SEALED_BYTES, read_label, unseal_batch
from kiosk.core.wire.sealed_person import MAX_DELIVERY_BYTES

BATCHES, PERSONS = "batch-*.sealed", "persons-*.json"
_DEEP = 3
"""How far below the folder that was named a device's folder is looked for."""


@dataclass
class Imported:
    """What became of one device's folder. `faults`: of single files; the others were taken all the same.

    `outcomes` of the batches in order, `acknowledgement` the last answer, None when no batch was taken.
    """

    path: Path
    device: str = ""
    stream: str = ""
    manifest: bool = False
    last: int = 0
    outcomes: list[str] = field(default_factory=list)
    persons: int = 0
    scans: ImportedScans = field(default_factory=ImportedScans)
    acknowledgement: Acknowledgement | None = None
    faults: list[KnownError] = field(default_factory=list)


def import_sticks(centre: Centre, root: Path) -> list[Imported]:
    """Take in every device's folder at or below `root`, and apply what came.

    Raises KnownError `usb.nothing` when there is none.
    """
    folders = list(_folders(root, _DEEP))
    if not folders:
        raise KnownError("usb.nothing", path=root)
    done = [_import(centre, folder) for folder in folders]
    apply_all(centre)
    return done


def _folders(root: Path, deep: int) -> Iterator[Path]:
    if not root.is_dir():
        return
    if any(root.glob(BATCHES)) or has_scans(root):
        yield root
        return
    if deep:
        for below in sorted(path for path in root.iterdir() if path.is_dir() and not path.is_symlink()):
            yield from _folders(below, deep - 1)


def _import(centre: Centre, folder: Path) -> Imported:
    done = Imported(folder)
    manifest = _manifest(centre, folder, done)
    signed: bytes | None = None
    for path in _in_order(folder, BATCHES):
        try:
            data = _read(path, MAX_SEALED_BYTES)
            if manifest is not None:
                _listed(manifest, path.name, data)
            label = read_label(data)
            taken = take_batch(centre, unseal_batch(data, centre.keys.intake))
        except KnownError as error:
            done.faults.append(error)
            continue
        done.device, done.stream, done.last = label.device, label.stream, max(done.last, label.last)
        done.outcomes.append(taken.outcome)
        signed = taken.acknowledgement
    for path in _in_order(folder, PERSONS):
        try:
            take_persons(centre, _read(path, MAX_DELIVERY_BYTES))
            done.persons += 1
        except KnownError as error:
            done.faults.append(error)
    if signed is not None:
        _answer(centre, done, signed)
    done.scans = import_scans(centre, folder, _read)
    done.device = done.device or done.scans.device
    done.faults += done.scans.faults
    if done.acknowledgement is not None or done.scans.taken:
        _say_safety(centre, done)
    return done


def _manifest(centre: Centre, folder: Path, done: Imported) -> ExportManifest | None:
    """The manifest, if the device signed it. Without one the files still speak for themselves."""
    try:
        data = _read(folder / MANIFEST, MAX_MANIFEST_BYTES)
        with centre.storage.read() as db:
            known = find_device(db, manifest_device(data))
        manifest = open_manifest(data, known.key, now=centre.now())
    except KnownError:
        if any(folder.glob(BATCHES)):
            done.faults.append(KnownError("usb.manifest_unreadable", path=folder))
        return None
    done.manifest, done.device, done.stream = True, manifest.device, manifest.stream
    return manifest


def _listed(manifest: ExportManifest, name: str, data: bytes) -> None:
    """A file that the manifest lists must be as listed; one that it does not is left to its own signature."""
    for one in manifest.files:
        if one.name == name:
            check_file(one, data)


def _read(path: Path, most: int) -> bytes:
    """A plain file of at most so many bytes: whoever brings a stick may have put anything on it.

    Raises KnownError `file.*`, `wire.too_large`.
    """
    if path.is_symlink() or not path.is_file():
        raise KnownError("file.missing", path=path)
    size = path.stat().st_size
    if size > most:
        raise KnownError("wire.too_large", size=size, limit=most)
    return read_file(path)


def _in_order(folder: Path, pattern: str) -> list[Path]:
    """The files by their first entry: names carry it in ten digits."""
    return sorted(folder.glob(pattern))


def _answer(centre: Centre, done: Imported, signed: bytes) -> None:
    """Leave the answer on the stick; one that cannot be written to is no reason to have taken nothing."""
    root, now = centre.keys.root, centre.now()
    authority = Authority(root, [one.encode() for one in centre.keys.delegations], now=now)
    done.acknowledgement = authority.read(Acknowledgement, PURPOSE, signed, now=now)
    try:
        write_durably(done.path / ACKNOWLEDGEMENT, signed, mode=0o644)
    except KnownError as error:
        done.faults.append(error)


def _say_safety(centre: Centre, done: Imported) -> None:
    """Leave beside the answer what is said of records and scans."""
    with centre.storage.read() as db:
        known = find_device(db, done.device)
    try:
        write_durably(done.path / SAFETY, safety_of(centre, known), mode=0o644)
    except KnownError as error:
        done.faults.append(error)
