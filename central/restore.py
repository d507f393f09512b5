"""Puts a centre back from a back-up, as a new epoch: devices then send again what it does not hold.

The database takes its place only with the new epoch in it, so that no cut lets a server answer as if nothing
had happened. What was there before is put aside, never deleted: it may hold what the back-up does not.
"""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from central.archives import Archive, lies_apart, note_archive
from central.backup import FILES, MANIFEST, POSTGRES, SQLITE, Manifest, check_backup, to_disk
from central.backup_read import damaged
from central.backup_scans import hash_of, put_back_scans
from central.centre import Centre
from central.engines import postgres_engine, shown
from central.epochs import raise_epoch
from central.folder import Folder, make_private_folder, write_durably
from central.keys import ServerKeys
from central.postgres_programs import restore_dump
from central.scan_stores import store_of_a_restore, use
from central.storage import Storage
from kiosk.core.errors import KnownError

EPOCHS = "epoch.json"
"""In the key folder, and beside the back-ups: the highest epoch that was ever begun."""
_LOST = ".lost-"
_MOST = 9998


@dataclass(frozen=True)
class Restored:
    """A centre that was put back: its new epoch, entries and journals in it, and what was put aside.

    `scans`: of how many the back-up had the bytes.
    """

    epoch: int
    entries: int
    streams: int
    aside: tuple[str, ...]
    scans: int


def restore(
    folder: Folder,
    source: Path,
    *,
    now: datetime,
    database: str | None = None,
    replace: bool = False,
    off_machine: bool = False,
) -> Restored:
    """Put a back-up in place of the centre's database, whose keys are in the folder. The server is stopped.

    `database`: address of an empty PostgreSQL database, else as the folder says. With `replace` a SQLite
    database that is there is put aside. `off_machine` as in `central.backup.make_backup`.
    Raises KnownError `keys.missing`, `backup.*`, `restore.*`, `central.*`, `scans.*`: then nothing has
    changed but for files, which are named by their hashes, and scans, by their uploads.
    """
    keys, where = ServerKeys(folder), folder.database_in_use(database)
    manifest, contents = check_backup(source, keys, now)
    kind = "postgresql" if isinstance(where, str) else "sqlite"
    if manifest.database != kind:
        raise KnownError("backup.other_database", path=source, found=manifest.database, here=kind)
    if isinstance(where, str):
        _refuse_tables(where)
    else:
        _refuse_in_use(where, replace=replace)
    highest = highest_epoch(folder, source, manifest.epoch)
    remember_epoch(folder, highest + 1, source.parent)
    _copy_files(source, folder)
    scans, store = store_of_a_restore(folder, keys.code)
    put_back_scans(source.parent, manifest.scans, store)
    evidence = Archive(
        f"{kind}, restored",
        str(source),
        hashlib.sha256((source.joinpath(MANIFEST)).read_bytes()).hexdigest(),
        manifest.stored,
        off_machine or lies_apart(source, folder.root),
        tuple(manifest.scans),
        contents.persons,
    )
    aside: tuple[str, ...] = ()
    if isinstance(where, str):
        restore_dump(where, source.joinpath(POSTGRES), highest + 1)
        epoch = _begin(where, evidence, now, highest, scans)
    else:
        epoch, aside = _restore_sqlite(folder, source, manifest, evidence, now, highest, scans)
    remember_epoch(folder, epoch, source.parent)
    entries = sum(manifest.stored.values())
    return Restored(epoch, entries, len(contents.streams), aside, len(manifest.scans))


def begin_epoch(centre: Centre) -> int:
    """Begin a new epoch in a database that was put back by other means (a file, WAL, a standby that lagged).

    Give it before the server answers anybody again.
    """
    above = highest_epoch(centre.folder, centre.folder.root, 0)
    with centre.storage.write() as db:
        epoch = raise_epoch(db, centre.now(), above=above)
    remember_epoch(centre.folder, epoch)
    return epoch


def highest_epoch(folder: Folder, source: Path, found: int) -> int:
    """The highest epoch that anything within reach knows of. Raises KnownError `restore.no_epoch`."""
    known = [found]
    for marker in (folder.key(EPOCHS), source.parent / EPOCHS):
        with suppress(OSError, ValueError, TypeError, KeyError):
            known.append(int(json.loads(marker.read_text(encoding="utf-8"))["epoch"]))
    for path in folder.root.glob(f"{folder.database.name}*"):
        with suppress(sqlite3.DatabaseError), closing(_read_only(path)) as db:
            row = db.execute("SELECT value FROM meta WHERE name = 'epoch'").fetchone()
            known.append(int(row[0]) if row else 0)
    if max(known) > _MOST:
        raise KnownError("restore.no_epoch")
    return max(known)


def remember_epoch(folder: Folder, epoch: int, beside: Path | None = None) -> None:
    """Write down that an epoch was begun, where the next restore looks; best also on paper."""
    data = json.dumps({"epoch": epoch}).encode()
    write_durably(folder.key(EPOCHS), data)
    if beside is not None:
        with suppress(KnownError):  # a medium that cannot be written to
            write_durably(beside.joinpath(EPOCHS), data)


def _restore_sqlite(
    folder: Folder,
    source: Path,
    manifest: Manifest,
    evidence: Archive,
    now: datetime,
    highest: int,
    scans: str,
) -> tuple[int, tuple[str, ...]]:
    """Make the new database ready beside its place, then let it take the place."""
    fresh = folder.root / f"{folder.database.name}.restoring"
    for old in folder.root.glob(f"{fresh.name}*"):
        old.unlink()
    try:
        shutil.copyfile(source.joinpath(SQLITE), fresh)
        fresh.chmod(0o600)
    except OSError as error:
        raise KnownError("central.cannot_write", path=fresh, reason=error.strerror or "?") from error
    if hash_of(fresh) != manifest.files[SQLITE][1]:
        raise damaged(fresh, SQLITE)
    epoch = _begin(fresh, evidence, now, highest, scans)
    with closing(sqlite3.connect(fresh)) as last:
        last.execute("PRAGMA journal_mode = DELETE")
    to_disk(fresh)
    aside = _put_aside(folder.database, now)
    fresh.rename(folder.database)
    to_disk(folder.root)
    return epoch, aside


def _begin(where: Path | str, evidence: Archive, now: datetime, highest: int, scans: str) -> int:
    storage = Storage(where, bring_on=True)
    try:
        with storage.write() as db:
            epoch = raise_epoch(db, now, above=highest)
            use(db, scans)
            note_archive(db, evidence, now)
    finally:
        storage.close()
    return epoch


def _copy_files(source: Path, folder: Folder) -> None:
    make_private_folder(folder.files)
    try:
        for file in sorted((source.joinpath(FILES)).iterdir()):
            target = folder.files.joinpath(file.name)
            if not target.exists() or hash_of(target) != file.name:
                write_durably(target, file.read_bytes())
    except OSError as error:
        raise KnownError("central.cannot_write", path=folder.files, reason=error.strerror or "?") from error


def _refuse_in_use(path: Path, *, replace: bool) -> None:
    """Nobody may have the database open, and one that is there stays unless that was said."""
    if not path.exists():
        return
    if not replace:
        raise KnownError("restore.there", path=path.parent)
    try:
        with closing(sqlite3.connect(path, timeout=0)) as db:
            mode = db.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        raise KnownError("restore.running") from error
    except sqlite3.DatabaseError:
        return  # damaged: nobody works with it
    if mode != "delete":
        raise KnownError("restore.running")


def _refuse_tables(url: str) -> None:
    """A database of PostgreSQL must be empty: making and naming databases is its administrator's."""
    engine = postgres_engine(url)
    try:
        with engine.connect() as db:
            tables = inspect(db).get_table_names()
    except DBAPIError as error:
        raise KnownError("central.no_database", where=shown(url), reason=str(error.orig)) from error
    finally:
        engine.dispose()
    if tables:
        raise KnownError("restore.not_empty", path=shown(url))


def _put_aside(path: Path, now: datetime) -> tuple[str, ...]:
    """Rename the old database with what stands beside it."""
    stamp, aside = f"{_LOST}{now:%Y%m%dT%H%M%SZ}", []
    for end in ("", "-wal", "-shm", "-journal"):
        old = path.with_name(path.name + end)
        if old.exists():
            new = path.with_name(path.name + stamp + end)
            old.rename(new)
            aside.append(new.name)
    return tuple(aside)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
