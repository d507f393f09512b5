"""Scans on a stick from a device: held to its signed list, kept as those of the line are, and answered."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from central.attachments import held_answer, is_of_the_store, take_whole
from central.centre import Centre
from central.folder import write_durably
from central.ingest import Known, find_device
from kiosk.core.attachments_upload import MAX_UPLOAD, Upload, upload_id
from kiosk.core.errors import KnownError
from kiosk.core.wire.stick_scans import (
    HELD,
    LIST,
    MAX_LIST_BYTES,
    ScanList,
    ScansHeld,
    list_device,
    open_list,
    scan_file,
    write_held,
)

ReadFile = Callable[[Path, int], bytes]
"""Reads a plain file of at most so many bytes."""
_NOT_HELD = ("attachment.no_upload", "attachment.unfinished", "attachment.erased")


@dataclass
class ImportedScans:
    """What came of the scans in a folder. `taken`: of how many the bytes are here, `left`: how many had no
    place on the stick. `faults`: of single scans; the others were taken all the same.
    """

    device: str = ""
    taken: int = 0
    left: int = 0
    faults: list[KnownError] = field(default_factory=list)


def has_scans(folder: Path) -> bool:
    """Whether a device wrote a list of scans here."""
    return (folder / LIST).is_file()


def import_scans(centre: Centre, folder: Path, read: ReadFile) -> ImportedScans:
    """Take in the scans of a folder and leave the answers there."""
    done = ImportedScans()
    if not has_scans(folder):
        return done
    try:
        data = read(folder / LIST, MAX_LIST_BYTES)
        with centre.storage.read() as db:
            known = find_device(db, list_device(data))
        listed = open_list(data, known.key, now=centre.now())
    except KnownError as error:
        done.faults.append(error)
        return done
    done.device, done.left = known.code, listed.left
    for one in listed.scans:
        try:
            take_whole(centre, known, one, _sealed(folder, one, read))
            done.taken += 1
        except KnownError as error:
            done.faults.append(error)
            if is_of_the_store(error):
                return done  # the next ones would wait for it too; the stick comes again
    try:
        write_durably(folder / HELD, _answers(centre, known, listed), mode=0o644)
    except KnownError as error:
        done.faults.append(error)
    return done


def _sealed(folder: Path, one: Upload, read: ReadFile) -> bytes:
    """The bytes that the list announced.

    Raises KnownError `file.*`, `wire.too_large`, `export.file_altered`.
    """
    name = scan_file(one.sealed)
    data = read(folder / name, MAX_UPLOAD)
    if len(data) != one.size or hashlib.sha256(data).hexdigest() != one.sealed:
        raise KnownError("export.file_altered", name=name)
    return data


def _answers(centre: Centre, known: Known, listed: ScanList) -> bytes:
    """What is signed of each scan that is here, whether it came on this stick or before."""
    held = list[str]()
    for sealed in [*(one.sealed for one in listed.scans), *listed.asked]:
        try:
            held.append(held_answer(centre, known, upload_id(known.code, sealed), listed.nonce).decode())
        except KnownError as error:
            if error.code not in _NOT_HELD:
                raise
    return write_held(ScansHeld(device=known.code, held=tuple(held)))
