"""Moves the scans of a centre from its folder into a bucket, or back, while its servers run.

Every scan that the tables call whole is copied and read back. The last step is one transaction: when all that
is whole then has been copied, the line of the database changes, and every server follows it with its next
request. What was half-way up begins anew; the old store is left as it was.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, select, update

from central.attachments import ERASED, GONE, HELD, OPEN
from central.centre import Centre
from central.scan_store import ScanStore
from central.scan_stores import FOLDER, bucket_of, name_in_use, use, where
from central.schema_books import upload, upload_piece
from kiosk.core.errors import KnownError

Progress = Callable[[int, int], None]
"""Told how many scans are done, of how many."""
_Line = tuple[int, str]


@dataclass
class Moved:
    """What was moved where. `scans` are there now, `copied` of them by this call, `bytes` in all; `lost`:
    uploads that the tables call whole and that the old store had no more, or only with other bytes.
    """

    store: str
    where: str
    scans: int = 0
    copied: int = 0
    bytes: int = 0
    lost: list[str] = field(default_factory=list)


def move_scans(centre: Centre, *, into_bucket: bool, progress: Progress = lambda _done, _of: None) -> Moved:
    """Move them; cut at any place, the same again goes on. Where they are there already nothing is done.

    Raises KnownError `scans.*`, `central.cannot_write`, `central.busy`: then they are where they were.
    """
    folder = centre.folder
    with centre.storage.read() as db:
        old = name_in_use(db)
    if (old == FOLDER) is not into_bucket:
        return Moved(old, where(folder, old))
    new = bucket_of(folder).claim(centre.keys.code) if into_bucket else FOLDER
    source, target = centre.scans.named(folder, old), centre.scans.named(folder, new)
    done, moved = dict[str, _Line](), Moved(new, where(folder, new))
    while True:
        with centre.storage.read() as db:
            wanted = _held(db)
        there = dict(target.wholes())
        for name, line in sorted(wanted.items()):
            if name not in done and name not in moved.lost:
                _move_one(source, target, name, line, there, moved)
                done[name] = line
                progress(len(done), len(wanted))
        with centre.storage.write() as db:
            if name_in_use(db) != old:
                raise KnownError("central.busy")  # somebody else moves them, too
            if _held(db).keys() <= done.keys():
                _change_over(db, new)
                break
    _remove_erased(centre, target)
    kept = {name: line for name, line in done.items() if name not in moved.lost}
    moved.scans, moved.bytes = len(kept), sum(size for size, _ in kept.values())
    return moved


def _held(db: Connection) -> dict[str, _Line]:
    """Bytes and SHA-256 of what the tables call whole."""
    rows = db.execute(select(upload.c.upload, upload.c.size, upload.c.sealed).where(upload.c.state == HELD))
    return {row.upload: (row.size, row.sealed) for row in rows}


def _move_one(
    source: ScanStore, target: ScanStore, name: str, line: _Line, there: dict[str, int], moved: Moved
) -> None:
    """Copy a scan and read it back, unless it is there whole. Raises KnownError `scans.not_read_back`."""
    if there.get(name) == line[0] and _is(target.read(name), line):
        return
    try:
        data = source.read(name)
    except KnownError as error:
        if error.code != "attachment.unknown":
            raise
        moved.lost.append(name)
        return
    if not _is(data, line):
        source.put_aside(name)
        moved.lost.append(name)
        return
    target.put(name, data)
    if not _is(target.read(name), line):
        raise KnownError("scans.not_read_back", upload=name, where=moved.where)
    moved.copied += 1


def _change_over(db: Connection, new: str) -> None:
    """The new store is in use with this transaction; pieces of unfinished uploads are not in it."""
    use(db, new)
    db.execute(update(upload).where(upload.c.state == OPEN).values(received=0))
    db.execute(delete(upload_piece))


def _remove_erased(centre: Centre, target: ScanStore) -> None:
    """What was erased while it was copied, or since an earlier try, is not to lie in the new store."""
    with centre.storage.read() as db:
        gone = set(db.execute(select(upload.c.upload).where(upload.c.state.in_((ERASED, GONE)))).scalars())
    for name in [one for one, _ in target.wholes() if one in gone]:
        target.remove(name)


def _is(data: bytes, line: _Line) -> bool:
    return (len(data), hashlib.sha256(data).hexdigest()) == line
