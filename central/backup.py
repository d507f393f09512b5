"""Makes a back-up while the server runs, reads it back, and only then lets `safe_through` rise.

A folder of its own: the database (`central.db`, or `central.dump` of PostgreSQL), `files/`, `manifest.json`
signed by the acknowledgement key, and the keys only when they were asked for, sealed by a passphrase. Scans
lie beside it, once for all back-ups there (`central.backup_scans`).
"""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from central.archives import Archive, lies_apart, note_archive
from central.backup_keys import SEALED_KEYS, seal_keys
from central.backup_read import Contents, damaged, read_sqlite
from central.backup_scans import KeptScans, check_scans, hash_of, keep_scans, tidy_scans
from central.centre import Centre
from central.folder import make_private_folder, write_durably
from central.keys import ServerKeys
from central.migrations import revision_of
from central.postgres_programs import dump, read_dump
from central.tidy_needed import backing_up
from kiosk.core.errors import KnownError
from kiosk.core.wire.signed import kid_of, open_object, sign_object

MANIFEST, FILES = "manifest.json", "files"
SQLITE, POSTGRES = "central.db", "central.dump"
PURPOSE = "backup"
_GOOD = timedelta(days=3650)
_MAX_MANIFEST = 256 << 20


@dataclass(frozen=True)
class Made:
    """A back-up that is whole: its folder, the hash of its manifest, what it holds, and how many entries
    `safe_through` rose by. `counts`: it lies apart from the server's disk. `scans`: what it has of them.
    """

    folder: Path
    digest: str
    contents: Contents
    counts: bool
    risen: int
    scans: KeptScans


@dataclass(frozen=True)
class Manifest:
    """What a back-up says of itself. `files`: size and SHA-256 by path, `scans` by upload.

    `missing`: uploads that its database calls whole, whose bytes the centre had no more.
    """

    database: str
    revision: str
    epoch: int
    made: str
    files: dict[str, tuple[int, str]]
    tables: dict[str, int]
    stored: dict[str, int]
    heads: dict[str, str]
    scans: dict[str, tuple[int, str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def make_backup(
    centre: Centre,
    out: Path,
    *,
    passphrase: bytes | None = None,
    off_machine: bool = False,
    reread: bool = False,
) -> Made:
    """Make a back-up in a new folder below `out`. With `passphrase` it holds the keys, sealed.

    `off_machine`: somebody vouches that `out` is carried off this machine although it is on the same disk.
    `reread`: the scans that were copied before are read whole again, and copied anew where they are damaged.
    Raises KnownError `backup.*`, `central.cannot_write`; what was begun then bears no manifest.
    """
    now = centre.now()
    make_private_folder(out)
    if out.resolve().is_relative_to(centre.folder.root.resolve()):
        raise KnownError("backup.inside", path=out)
    name = f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z"
    folder = out / f".{name}.unfinished"
    make_private_folder(folder / FILES)
    try:
        with backing_up(centre):
            _write(centre, folder, passphrase)
        contents = _read_back(folder)
        scans = keep_scans(centre, out, contents.scans, reread=reread)
        _write_manifest(centre, folder, contents, scans)
        check_backup(folder, centre.keys, now, all_scans=False)
    except OSError as error:
        raise KnownError("central.cannot_write", path=folder, reason=error.strerror or "?") from error
    whole = out.joinpath(name)
    folder.rename(whole)
    to_disk(out)
    counts = off_machine or lies_apart(whole, centre.folder.root)
    digest = hashlib.sha256((whole.joinpath(MANIFEST)).read_bytes()).hexdigest()
    stored = {stream: end.stored for stream, end in contents.streams.items()}
    kind = "postgresql" if centre.storage.is_postgres else "sqlite"
    with centre.storage.write() as db:
        persons = contents.persons
        evidence = Archive(kind, str(whole), digest, stored, counts, tuple(scans.lines), persons)
        risen = note_archive(db, evidence, centre.now())
    return Made(whole, digest, contents, counts, risen, scans)


def check_backup(
    folder: Path, keys: ServerKeys, now: datetime, *, all_scans: bool = True
) -> tuple[Manifest, Contents]:
    """Hold a back-up to its manifest and to itself, reading every byte from the medium.

    Without `all_scans` the scans beside it are only there and as large as listed.
    Raises KnownError `backup.missing`, `backup.damaged`, `backup.other_centre`.
    """
    manifest = read_manifest(folder, keys, now)
    for path, (size, digest) in manifest.files.items():
        file = folder / path
        if not file.is_file() or file.stat().st_size != size or hash_of(file) != digest:
            raise damaged(folder, path)
    contents = _read_back(folder)
    stored = {stream: end.stored for stream, end in contents.streams.items()}
    heads = {stream: end.head.hex() for stream, end in contents.streams.items()}
    told = (manifest.tables, manifest.stored, manifest.heads, manifest.epoch)
    if (contents.tables, stored, heads, contents.epoch) != told:
        raise damaged(folder, "manifest")
    there = {name: line for name, line in contents.scans.items() if name not in manifest.missing}
    if there != manifest.scans:
        raise damaged(folder, "scans")
    check_scans(folder.parent, manifest.scans, whole=all_scans)
    return manifest, contents


def tidy_backups(out: Path, keys: ServerKeys, now: datetime) -> int:
    """Remove the scans that no back-up in `out` lists any more; return how many. No back-up runs meanwhile.

    Raises KnownError `backup.missing` where there is none, `backup.other_centre` where one cannot be read:
    what it lists is then not known, and nothing is removed.
    """
    manifests = [read_manifest(one.parent, keys, now) for one in sorted(out.glob(f"*/{MANIFEST}"))]
    if not manifests:
        raise KnownError("backup.missing", path=out)
    return tidy_scans(out, {name for one in manifests for name in one.scans})


def read_manifest(folder: Path, keys: ServerKeys, now: datetime) -> Manifest:
    """The manifest, if this centre signed it. Raises KnownError `backup.missing`, `.other_centre`."""
    try:
        data = (folder / MANIFEST).read_bytes()
    except FileNotFoundError as error:
        raise KnownError("backup.missing", path=folder) from error
    key = keys.ack.public_key()
    try:
        signed = open_object(
            data, purpose=PURPOSE, keys={kid_of(key): key}, now=now, times="report",
            max_bytes=_MAX_MANIFEST,
        )  # fmt: skip
    except KnownError as error:
        raise KnownError("backup.other_centre", path=folder) from error
    plain: dict[str, Any] = dict(signed.payload)
    for listed in ("files", "scans"):
        plain[listed] = {path: (size, digest) for path, (size, digest) in plain.get(listed, {}).items()}
    return Manifest(**plain)


def _write(centre: Centre, folder: Path, passphrase: bytes | None) -> None:
    """The files first and once more after the database: all that it names is then there."""
    _copy_files(centre, folder / FILES)
    if centre.storage.is_postgres:
        dump(str(centre.storage.where), folder / POSTGRES)
        to_disk(folder / POSTGRES)
    else:
        copy_sqlite(Path(centre.storage.where), folder / SQLITE)
    _copy_files(centre, folder / FILES)
    if passphrase is not None:
        write_durably(folder / SEALED_KEYS, seal_keys(centre.folder, passphrase))
    to_disk(folder / FILES)
    to_disk(folder)


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database in use by SQLite's own means: one consistent view, writers go on.

    Raises KnownError `backup.damaged`.
    """
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.DatabaseError as error:
        raise damaged(target, str(error)) from error
    target.chmod(0o600)
    to_disk(target)


def _copy_files(centre: Centre, into: Path) -> None:
    for file in sorted(centre.folder.files.iterdir()):
        if file.is_file() and not file.name.startswith(".") and not (into.joinpath(file.name)).exists():
            try:
                shutil.copyfile(file, into.joinpath(file.name))
            except FileNotFoundError:
                continue  # an old version, dropped meanwhile
            to_disk(into.joinpath(file.name))


def _read_back(folder: Path) -> Contents:
    """What the database in a back-up holds; the files that its newest data needs are there and whole."""
    if (folder / POSTGRES).exists():
        contents = read_dump(folder / POSTGRES)
    elif (folder / SQLITE).exists():
        contents = read_sqlite(folder / SQLITE)
    else:
        raise KnownError("backup.missing", path=folder)
    for name in sorted(contents.newest):
        if not (folder.joinpath(FILES, name)).is_file() or hash_of(folder.joinpath(FILES, name)) != name:
            raise damaged(folder, f"files/{name}")
    return contents


def _write_manifest(centre: Centre, folder: Path, contents: Contents, scans: KeptScans) -> None:
    now, key = centre.now(), centre.keys.ack
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with centre.storage.read() as db:
        revision = revision_of(db) or ""
    payload = {
        "database": "postgresql" if centre.storage.is_postgres else "sqlite",
        "revision": revision,
        "epoch": contents.epoch,
        "made": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "files": {
            path.relative_to(folder).as_posix(): [path.stat().st_size, hash_of(path)] for path in paths
        },
        "tables": contents.tables,
        "stored": {stream: end.stored for stream, end in contents.streams.items()},
        "heads": {stream: end.head.hex() for stream, end in contents.streams.items()},
        "scans": {name: list(line) for name, line in scans.lines.items()},
        "missing": list(scans.missing),
    }
    signed = sign_object(
        PURPOSE, payload, key=key, kid=kid_of(key.public_key()), issued=now, expires=now + _GOOD
    )
    write_durably(folder / MANIFEST, signed)


def to_disk(path: Path) -> None:
    """Have a file or folder written through. Raises OSError."""
    if os.name != "posix" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
