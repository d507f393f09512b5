"""Scans in back-ups: each is copied once for all back-ups of a folder, beside them; every manifest lists it.

A scan never changes under its name, so a back-up copies only those that the ones before it have not. Bytes
are copied after the database: what it calls whole is then there, or is named as missing.
"""

import hashlib
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from central.attachments import HELD, is_of_the_store, store_of
from central.backup_read import damaged
from central.centre import Centre
from central.scan_store import FolderStore, ScanStore
from central.schema_books import upload
from kiosk.core.errors import KnownError

SCANS = "scans"
_ADVISE = getattr(os, "posix_fadvise", None)
Lines = Mapping[str, tuple[int, str]]
"""Bytes and SHA-256 of scans, by their upload."""


@dataclass(frozen=True)
class KeptScans:
    """What a back-up has of scans. `copied`: how many are new in this folder of back-ups.

    `missing`: uploads that the database calls whole and that were not to be had; of those `lost` are not
    erased either: their bytes at the centre are gone or damaged. `unreached`: of how many the store of scans
    did not answer, with its `fault`; they are missing here and not lost, and come with the next back-up.
    """

    lines: dict[str, tuple[int, str]]
    copied: int
    missing: tuple[str, ...]
    lost: tuple[str, ...]
    unreached: int = 0
    fault: KnownError | None = None


def keep_scans(centre: Centre, out: Path, wanted: Lines, *, reread: bool = False) -> KeptScans:
    """Let the folder of back-ups `out` hold the scans that a copy of the database calls whole.

    What is copied is read back; what was copied before is held to its size, with `reread` to its hash too,
    and copied anew where it is another. Bytes at the centre that are not what they were are put aside there.
    A store that fails holds no back-up of the entries up: once it has, it is asked for nothing more.
    Raises KnownError `backup.damaged` when the medium gives back something else, `central.cannot_write`.
    """
    pool, fault = FolderStore(out.joinpath(SCANS)), None
    lines, copied, lost, unreached = dict[str, tuple[int, str]](), 0, list[str](), list[str]()
    for name, line in sorted(wanted.items()):
        if not _is_there(pool.file(name), line, whole=reread):
            try:
                found = fault is None and _copy(store_of(centre), pool, name, line)
            except KnownError as error:
                if not is_of_the_store(error):
                    raise
                fault = error
            if fault is not None or not found:
                (lost if fault is None else unreached).append(name)
                continue
            copied += 1
        lines[name] = line
    missing = tuple(sorted(lost + unreached))
    return KeptScans(lines, copied, missing, _still_held(centre, lost), len(unreached), fault)


def check_scans(out: Path, lines: Lines, *, whole: bool = True) -> None:
    """Hold the scans beside a back-up to its manifest, every byte or with `whole` False their sizes.

    Raises KnownError `backup.damaged`.
    """
    pool = FolderStore(out.joinpath(SCANS))
    for name, line in lines.items():
        if not _is_there(pool.file(name), line, whole=whole):
            raise damaged(out, f"{SCANS}/{name}")


def put_back_scans(out: Path, lines: Lines, store: ScanStore) -> int:
    """Give a store the scans of a back-up; what is there and whole stays. Return how many were put.

    Raises KnownError `backup.damaged`, `central.cannot_write`, `scans.*`.
    """
    pool, there, put = FolderStore(out.joinpath(SCANS)), dict(store.wholes()), 0
    for name, line in lines.items():
        if there.get(name) == line[0] and _is(store.read(name), line):
            continue
        data = pool.read(name)
        if not _is(data, line):
            raise damaged(out, f"{SCANS}/{name}")
        store.put(name, data)
        put += 1
    return put


def tidy_scans(out: Path, listed: Collection[str]) -> int:
    """Remove the scans of a folder of back-ups that none of them lists; return how many.

    Raises KnownError `central.cannot_write`.
    """
    pool, removed = out.joinpath(SCANS), 0
    try:
        for file in sorted(pool.iterdir()) if pool.is_dir() else ():
            if file.is_file() and file.name not in listed:
                file.unlink()
                removed += 1
    except OSError as error:
        raise KnownError("central.cannot_write", path=pool, reason=error.strerror or "?") from error
    return removed


def hash_of(file: Path) -> str:
    """SHA-256 of a file, read past the memory of the system where that can be asked for."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        if _ADVISE is not None:
            _ADVISE(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := opened.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def _copy(store: ScanStore, pool: FolderStore, name: str, line: tuple[int, str]) -> bool:
    """Copy a scan and read it back; False when the centre has it no more, or only other bytes."""
    try:
        data = store.read(name)
    except KnownError as error:
        if error.code != "attachment.unknown":
            raise
        return False
    if not _is(data, line):
        store.put_aside(name)
        return False
    pool.put(name, data)
    if not _is_there(pool.file(name), line, whole=True):
        raise damaged(pool.file(name), name)
    return True


def _is(data: bytes, line: tuple[int, str]) -> bool:
    return (len(data), hashlib.sha256(data).hexdigest()) == line


def _is_there(file: Path, line: tuple[int, str], *, whole: bool) -> bool:
    size, digest = line
    if not file.is_file() or file.stat().st_size != size:
        return False
    return not whole or hash_of(file) == digest


def _still_held(centre: Centre, names: list[str]) -> tuple[str, ...]:
    """Those that were not erased since the database was copied."""
    if not names:
        return ()
    with centre.storage.read() as db:
        held = set(db.execute(select(upload.c.upload).where(upload.c.state == HELD)).scalars())
    return tuple(name for name in names if name in held)
