"""Which of the files that devices fetch are needed now, and whether a back-up is copying them.

Needed are the files of the newest version of every dataset in every scope with the pieces of debts that it
names, every delta on offer, and all versions of what requests and receipts name for good.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from central.centre import Centre
from central.manifests import WHOLE
from central.schema import dataset, debt_delta, debt_file, meta
from central.storage import put_setting
from kiosk.core.errors import KnownError
from kiosk.core.wire.debt_files import MAX_INDEX_BYTES, read_index
from kiosk.core.wire.manifest import DEBTS, unpack
from kiosk.core.wire.times import parse_utc, utc_text

_RUNNING = "backup.running."
_LONGEST_BACKUP = timedelta(days=2)
"""A back-up that began longer ago has ended without saying so: its process was killed."""


def needed_files(files: Path, db: Connection) -> frozenset[str]:
    """Names of the files in `files` that must stay whatever their age."""
    newest = (
        select(dataset.c.name, dataset.c.scope, func.max(dataset.c.version).label("version"))
        .group_by(dataset.c.name, dataset.c.scope)
        .subquery()
    )
    same = (newest.c.name == dataset.c.name) & (newest.c.scope == dataset.c.scope)
    same &= newest.c.version == dataset.c.version
    rows = db.execute(select(dataset.c.name, dataset.c.scope, dataset.c.file).join(newest, same)).all()
    needed = {row.file for row in rows}
    needed |= set(db.execute(select(dataset.c.file).where(dataset.c.name.in_(WHOLE))).scalars())
    needed |= set(db.execute(select(debt_delta.c.file)).scalars())
    for row in rows:
        if row.name == DEBTS:
            needed |= _pieces(files, db, row.scope, row.file)
    return frozenset(needed)


def _pieces(files: Path, db: Connection, scope: str, index: str) -> set[str]:
    """The file of pieces that an index names; every file of the scope where the index cannot be read."""
    try:
        data = (files / index).read_bytes()
        return {read_index(unpack(data, index, MAX_INDEX_BYTES, DEBTS, exactly=False)).pieces_file}
    except (OSError, KnownError):
        return set(db.execute(select(debt_file.c.file).where(debt_file.c.scope == scope)).scalars())


@contextmanager
def backing_up(centre: Centre) -> Iterator[None]:
    """While this lasts no file that devices fetch is deleted. Raises KnownError `central.busy`."""
    name = f"{_RUNNING}{secrets.token_hex(8)}"
    with centre.storage.write() as db:
        put_setting(db, name, utc_text(centre.now()))
    try:
        yield
    finally:
        with centre.storage.write() as db:
            db.execute(delete(meta).where(meta.c.name == name))


def backup_runs(db: Connection, now: datetime) -> bool:
    """Whether a back-up has said that it copies files, and not that it ended."""
    began = db.execute(select(meta.c.value).where(meta.c.name.startswith(_RUNNING))).scalars()
    return any(now - parse_utc(one) < _LONGEST_BACKUP for one in began)
