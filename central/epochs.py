"""The server's epoch: one more whenever its database may hold less than devices saw acknowledged.

A new epoch lets devices send again what is missing, makes what was said before void (contacts, cursors), and
gives all data new versions, which no device has yet: versions only rise, over all epochs.
"""

import json
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from central.attachments import OPEN
from central.publish import latest, next_version
from central.schema import dataset, forgotten, heartbeat, lifting, readmission, reconciled
from central.schema_books import upload, upload_piece
from central.storage import epoch_of, put_setting, setting
from kiosk.core.wire.heartbeat import Heartbeat
from kiosk.core.wire.times import parse_utc, utc_text

_SINCE = "epoch_since"


def raise_epoch(db: Connection, now: datetime, *, above: int = 0) -> int:
    """Begin the next epoch inside the open `write`, higher than `above` too, and return it."""
    highest = max(epoch_of(db), above, _written_down(db))
    put_setting(db, "epoch", str(highest + 1))
    put_setting(db, _SINCE, utc_text(now))
    _forget_pieces(db)
    newest = select(dataset.c.name, dataset.c.scope, func.max(dataset.c.version).label("version"))
    last = newest.group_by(dataset.c.name, dataset.c.scope).subquery()
    same = (dataset.c.name == last.c.name) & (dataset.c.scope == last.c.scope)
    rows = db.execute(
        select(dataset).join(last, same & (dataset.c.version == last.c.version)).order_by(dataset.c.name)
    ).all()
    for row in rows:
        db.execute(insert(dataset).values(**{**row._mapping, "version": next_version(db, row.name)}))
    return highest + 1


def _forget_pieces(db: Connection) -> None:
    """Let unfinished scans begin anew: their pieces lie beside the database, and no back-up has them."""
    db.execute(delete(upload_piece))
    db.execute(update(upload).where(upload.c.state == OPEN).values(received=0))


def epoch_since(db: Connection) -> datetime | None:
    """When this epoch began, by the centre's clock; None for the first."""
    text = setting(db, _SINCE)
    return parse_utc(text) if text else None


def must_reconcile(db: Connection, code: str) -> bool:
    """Whether a device has to show what it holds before it is given anything."""
    epoch = epoch_of(db)
    if epoch == 1:
        return False
    done = db.execute(select(reconciled.c.epoch).where(reconciled.c.device == code)).scalar()
    return done is None or done < epoch


def of_another_life(db: Connection, beat: Heartbeat) -> bool:
    """Whether a device claims an acknowledgement that this life of the database cannot have given."""
    if beat.epoch is None or beat.confirmed is None:
        return False
    since = epoch_since(db)
    return beat.epoch > epoch_of(db) or (
        beat.epoch == epoch_of(db) and since is not None and beat.confirmed < since
    )


def withheld_from(db: Connection, code: str) -> frozenset[str]:
    """Names of data whose version here is older than the forgotten one that this device said it holds."""
    rows = db.execute(select(forgotten)).all()
    content = db.execute(select(heartbeat.c.content).where(heartbeat.c.device == code)).scalar()
    if not rows or content is None:
        return frozenset()
    held = {(one["name"], one["hash"]) for one in json.loads(content)["datasets"]}
    known = ((row, latest(db, row.name, row.scope)) for row in rows if (row.name, row.hash) in held)
    return frozenset(row.name for row, last in known if last is not None and last.version <= row.above)


def waits_for_person(db: Connection, code: str) -> bool:
    """Whether a device came back unknown after a restore, and nobody has let it be given things yet."""
    row = select(readmission.c.device).where(readmission.c.device == code, readmission.c.decided.is_(None))
    return db.execute(row).first() is not None


def is_withheld(db: Connection, name: str) -> bool:
    """Whether the version here is withheld from devices that hold a newer, forgotten one."""
    above = db.execute(select(func.max(forgotten.c.above)).where(forgotten.c.name == name)).scalar()
    last = latest(db, name, "")
    return above is not None and last is not None and bool(last.version <= above)


def _written_down(db: Connection) -> int:
    """The highest epoch that anything here names."""
    found = [db.execute(select(func.max(table.c.epoch))).scalar() for table in (lifting, reconciled)]
    return max((one or 0 for one in found), default=0)
