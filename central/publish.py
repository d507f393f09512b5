"""Puts a version of a dataset where devices fetch it: the file under its hash, the version in the tables."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, func, insert, select, update

from central.centre import Centre
from central.folder import write_durably
from central.schema import dataset
from central.storage import change_of, epoch_of
from kiosk.core.wire.manifest import pack_file
from kiosk.core.wire.times import utc_text

_VERSIONS_PER_EPOCH = 1_000_000
"""Versions of one dataset in one epoch: a restored server never gives a number twice."""

Applied = dict[str, tuple[int, list[int]]]
"""Per stream: through which entry a snapshot has counted, and which earlier ones it has not."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """A version to be published. `data`: the bytes that travel; `content`: those that the hash names."""

    name: str
    scope: str
    form: str
    data: bytes
    content: bytes | None = None
    hash: str | None = None
    rows: int
    as_of: datetime
    valid_until: datetime | None
    applied: Applied | None = None


def publish(centre: Centre, db: Connection, one: Content, *, confirm: bool = False) -> int:
    """Publish inside the open transaction and return the version; unchanged content keeps its version.

    With `confirm` it gets a new version all the same, with a new date and the same file: old knowledge must
    not look older than it is. A signed dataset whose signature is newer has another file.
    """
    named = one.hash or hashlib.sha256(one.data if one.content is None else one.content).hexdigest()
    packed = pack_file(one.data)
    file = hashlib.sha256(packed).hexdigest()
    last = latest(db, one.name, one.scope)
    same = last is not None and last.file == file and last.applied == json.dumps(one.applied or {})
    if last is not None and same and not confirm:
        this = (dataset.c.name == one.name) & (dataset.c.scope == one.scope)
        db.execute(
            update(dataset).where(this, dataset.c.version == last.version).values(change=change_of(db))
        )
        return int(last.version)
    version = next_version(db, one.name)
    path = centre.folder.files / file
    if not path.exists():
        write_durably(path, packed)
    db.execute(
        insert(dataset).values(
            name=one.name,
            scope=one.scope,
            version=version,
            form=one.form,
            hash=named,
            file=file,
            size=len(packed),
            plain_size=len(one.data),
            rows=one.rows,
            as_of=utc_text(one.as_of),
            valid_until=utc_text(one.valid_until) if one.valid_until else None,
            applied=json.dumps(one.applied or {}),
            change=change_of(db),
        )
    )
    return version


def latest(db: Connection, name: str, scope: str) -> Row[tuple[object, ...]] | None:
    """The newest version of a dataset in a scope, or None."""
    query = select(dataset).where(dataset.c.name == name, dataset.c.scope == scope)
    return db.execute(query.order_by(dataset.c.version.desc()).limit(1)).first()


def next_version(db: Connection, name: str) -> int:
    """The version that comes next for a dataset: higher than any that was given, in this epoch or before."""
    last = db.execute(select(func.max(dataset.c.version)).where(dataset.c.name == name)).scalar() or 0
    return max(last + 1, (epoch_of(db) - 1) * _VERSIONS_PER_EPOCH + 1)
