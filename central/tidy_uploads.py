"""Parts of scans that nobody goes on sending: their files go, the rows of `central.attachments` stay.

A device that comes back after all is told that the whole is not what it announced, and begins anew: it keeps
a scan until the centre has signed that it holds it.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from central.attachments import OPEN
from central.centre import Centre
from central.schema_books import upload, upload_piece

AT_WORK = timedelta(days=1)
"""What was written within this time may be in somebody's hands, whatever the tables say."""


@dataclass(frozen=True)
class GivenUp:
    """Parts of an upload that may go; `whole`: its folder with everything in it. Size in bytes."""

    upload: str
    paths: tuple[Path, ...]
    size: int
    whole: bool


def given_up(centre: Centre, after: timedelta) -> list[GivenUp]:
    """Parts that no upload counts any more, and those of uploads of which nothing came for this long."""
    parts = centre.folder.attachments / "parts"
    if not parts.is_dir():
        return []
    found, now = [], centre.now()
    with centre.storage.read() as db:
        for folder in sorted(path for path in parts.iterdir() if path.is_dir()):
            one = _judge(db, folder, now, after)
            if one is not None:
                found.append(one)
    return found


def remove_parts(one: GivenUp) -> None:
    """Remove them; what is gone already is no fault."""
    if one.whole:
        shutil.rmtree(one.paths[0], ignore_errors=True)
        return
    for path in one.paths:
        path.unlink(missing_ok=True)


def _judge(db: Connection, folder: Path, now: datetime, after: timedelta) -> GivenUp | None:
    files = list(_files(folder))
    last = max((at for _, at, _ in files), default=_touched(folder))
    state = db.execute(select(upload.c.state).where(upload.c.upload == folder.name)).scalar()
    size = sum(one[2] for one in files)
    if now - last > (after if state == OPEN else AT_WORK):
        return GivenUp(folder.name, (folder,), size, whole=True)
    if state != OPEN:
        return None
    pieces = select(upload_piece.c.start, upload_piece.c.length).where(upload_piece.c.upload == folder.name)
    counted = {f"{row.start}-{row.length}" for row in db.execute(pieces)}
    loose = [one for one in files if one[0].name not in counted and now - one[1] > AT_WORK]
    if not loose:
        return None
    return GivenUp(folder.name, tuple(one[0] for one in loose), sum(one[2] for one in loose), whole=False)


def _files(folder: Path) -> Iterator[tuple[Path, datetime, int]]:
    """Path, when it was written, and size; one that goes meanwhile is passed by."""
    for path in sorted(folder.iterdir()):
        try:
            known = path.stat()
        except FileNotFoundError:
            continue
        yield path, datetime.fromtimestamp(known.st_mtime, UTC), known.st_size


def _touched(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
