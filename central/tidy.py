"""Housekeeping: deletes the files that nothing needs any more, once that has been so for days.

A file goes before the rows that name it: a crash between leaves rows of a file that is not there, which is
answered like any that is not, and the next round removes them. Versions themselves stay in the tables: their
hashes say later what was given out. Nothing goes while a back-up copies.
"""

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, select

from central.attachments import is_of_the_store, store_of, sweep_erased
from central.centre import Centre
from central.schema import debt_file
from central.schema_books import superseded
from central.storage import insert_into, put_setting, setting
from central.tidy_needed import backup_runs, needed_files
from central.tidy_uploads import AT_WORK, GivenUp, given_up, remove_parts
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import parse_utc, utc_text

log = logging.getLogger("central")
FILES_DAYS, UPLOADS_DAYS = "tidy.files_days", "tidy.uploads_days"
"""Names of the settings that hold the margins; each is 30 days where people said nothing else."""
DAYS = 30
EVERY = timedelta(hours=6)
_AT_ONCE = 200
"""Files that are deleted in one transaction: others wait for their turn to write meanwhile."""
_LAST = "tidy.last"
_NAMED = re.compile(r"[0-9a-f]{64}")
_ASIDE = ".tidy."
"""Before the name of a file that is about to go."""


@dataclass(frozen=True)
class Margins:
    """How long a file that nothing needs stays, and the parts of an upload that nobody goes on with."""

    files: timedelta
    uploads: timedelta


@dataclass(frozen=True)
class Superseded:
    """A file that nothing needs: its bytes, and since when that is known."""

    file: str
    size: int
    since: datetime


@dataclass
class Tidied:
    """What went, or would go. `waiting`: files that nothing needs and that are within the margin; `remains`:
    half-written files that a crash left. `backup`: one is running, so no file of devices was touched.
    """

    margins: Margins
    files: list[Superseded] = field(default_factory=list)
    waiting: list[Superseded] = field(default_factory=list)
    parts: list[GivenUp] = field(default_factory=list)
    remains: list[Path] = field(default_factory=list)
    backup: bool = False

    @property
    def size(self) -> int:
        """Bytes of files and parts together."""
        return sum(one.size for one in self.files) + sum(one.size for one in self.parts)


def margins_of(db: Connection) -> Margins:
    """The margins that hold here."""
    files, uploads = (int(setting(db, name) or DAYS) for name in (FILES_DAYS, UPLOADS_DAYS))
    return Margins(timedelta(days=files), timedelta(days=uploads))


def keep_margins(centre: Centre, *, files: int | None = None, uploads: int | None = None) -> None:
    """Set how many days (at least 1) each stays; None changes nothing."""
    with centre.storage.write() as db:
        for name, days in ((FILES_DAYS, files), (UPLOADS_DAYS, uploads)):
            if days is not None:
                put_setting(db, name, str(max(1, days)))


def tidy(centre: Centre, *, dry_run: bool = False, margins: Margins | None = None) -> Tidied:
    """One round. With `dry_run` nothing changes, and what would go is told.

    Raises KnownError `central.busy`, `scans.*`; OSError when a folder cannot be read or a file cannot go.
    """
    with centre.storage.read() as db:
        done = Tidied(margins or margins_of(db), backup=backup_runs(db, centre.now()))
    if not dry_run:
        _put_back(centre)
    due = _look(centre, done, dry_run=dry_run)
    if dry_run and not done.backup:
        done.files = due
    while due and not (dry_run or done.backup):
        done.backup = _delete(centre, done, due[:_AT_ONCE])
        due = due[_AT_ONCE:]
    done.parts = given_up(centre, done.margins.uploads)
    done.remains = list(_remains(centre))
    if not dry_run:
        for part in done.parts:
            remove_parts(store_of(centre), part)
        for path in done.remains:
            path.unlink(missing_ok=True)
    return done


class Tidying:
    """Rounds of the running server: `when_due` does one now and then; of several servers one does it."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._next = centre.now()

    def when_due(self) -> None:
        """Do a round if the last one, of any server, was long enough ago. Raises as `tidy`."""
        now = self._centre.now()
        if now < self._next:
            return
        self._next = now + EVERY
        with self._centre.storage.write() as db:
            last = setting(db, _LAST)
            if last is not None and timedelta(0) <= now - parse_utc(last) < EVERY:
                return
            put_setting(db, _LAST, utc_text(now))
        done = tidy(self._centre)
        if done.files or done.parts:
            log.info("tidied: %s files, %s uploads, %s bytes", len(done.files), len(done.parts), done.size)


def keep_house(centre: Centre, tidying: Tidying) -> None:
    """Remove what was erased, and tidy when that is due. On a thread of its own: a store of scans that is
    away or slow keeps no entry from being applied. Raises as `tidy`, but for `scans.*`, which is logged.
    """
    try:
        sweep_erased(centre)
        tidying.when_due()
    except KnownError as error:
        if not is_of_the_store(error):
            raise
        log.warning("housekeeping goes on later: %s", error.sentence("en"))


def _look(centre: Centre, done: Tidied, *, dry_run: bool) -> list[Superseded]:
    """Note since when files are needed no more, forget it of those that are needed again; which may go."""
    here, now = _here(centre.folder.files), centre.now()
    with centre.storage.read() as db:
        needed = needed_files(centre.folder.files, db)
        noted = {row.file: row.since for row in db.execute(select(superseded))}
        named = set(db.execute(select(debt_file.c.file)).scalars())
    useless = (here.keys() | noted.keys() | named) - needed
    found = [
        Superseded(name, here.get(name, 0), parse_utc(noted[name]) if name in noted else now)
        for name in sorted(useless)
    ]
    fresh = [{"file": one.file, "since": utc_text(now)} for one in found if one.file not in noted]
    again = [name for name in noted if name in needed]
    if not dry_run and (fresh or again):
        with centre.storage.write() as db:
            if fresh:
                db.execute(insert_into(db, superseded).on_conflict_do_nothing(), fresh)
            for name in again:
                db.execute(delete(superseded).where(superseded.c.file == name))
    # A file that is not there any more went in a round that was cut short: its rows may follow at once.
    due = [one for one in found if one.file not in here or now - one.since >= done.margins.files]
    done.waiting = [one for one in found if one not in due]
    return due


def _delete(centre: Centre, done: Tidied, due: list[Superseded]) -> bool:
    """Delete files, then the rows that name them, in one turn to write; whether a back-up began meanwhile."""
    with centre.storage.write() as db:
        if backup_runs(db, centre.now()):
            return True
        needed = needed_files(centre.folder.files, db)
        for one in due:
            if one.file in needed or not _remove(centre.folder.files / one.file, centre.now()):
                continue
            db.execute(delete(debt_file).where(debt_file.c.file == one.file))
            db.execute(delete(superseded).where(superseded.c.file == one.file))
            if one.size:
                done.files.append(one)
    return False


def _remove(path: Path, now: datetime) -> bool:
    """Remove a file, unless somebody has just written or claimed it (`central.debt_files.put_packed`)."""
    aside = path.with_name(f"{_ASIDE}{path.name}")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return True
    if now - _written(aside) < AT_WORK:
        os.replace(aside, path)
        return False
    aside.unlink()
    return True


def _put_back(centre: Centre) -> None:
    """Files that a crash left between their place and their end: back, to be judged like any other."""
    if not any(centre.folder.files.glob(f"{_ASIDE}*")):
        return
    with centre.storage.write():  # whoever deletes holds this turn, so what is still here was left behind
        for aside in list(centre.folder.files.glob(f"{_ASIDE}*")):
            os.replace(aside, aside.with_name(aside.name.removeprefix(_ASIDE)))


def _here(files: Path) -> dict[str, int]:
    """Sizes of the files by their names."""
    found = (path for path in files.iterdir() if _NAMED.fullmatch(path.name))
    return {path.name: path.stat().st_size for path in found}


def _remains(centre: Centre) -> Iterator[Path]:
    """Half-written files."""
    for folder in (centre.folder.files, centre.folder.attachments):
        for path in sorted(folder.glob(".*")) if folder.is_dir() else ():
            if path.is_file() and centre.now() - _written(path) > AT_WORK:
                yield path


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
