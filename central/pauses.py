"""Pauses that people set on devices: why one is silent, as its journal tells it."""

from typing import Any

from sqlalchemy import Connection, delete, select

from central.schema import sync_pause
from central.storage import insert_into
from kiosk.core.entries.technical import SyncPaused, SyncResumed
from kiosk.core.wire.entry import Entry
from kiosk.core.wire.times import utc_text

PAUSE_BODIES = (SyncPaused, SyncResumed)


def book_pause(db: Connection, device: str, entry: Entry, body: SyncPaused | SyncResumed) -> None:
    """Keep the newest pause of each kind of a device, until an entry says that it has ended."""
    of = {"device": device, "what": body.what}
    if isinstance(body, SyncResumed):
        db.execute(delete(sync_pause).where(sync_pause.c.device == device, sync_pause.c.what == body.what))
        return
    told = {
        "since": utc_text(entry.at),
        "staff": entry.staff,
        "until": utc_text(body.until) if body.until is not None else None,
        "only_on": body.only_on,
    }
    put = insert_into(db, sync_pause).values(**of, **told)
    db.execute(put.on_conflict_do_update(index_elements=["device", "what"], set_=told))


def pauses(db: Connection) -> dict[str, list[dict[str, Any]]]:
    """Those that stand, by device; times as the device claimed them, UTC."""
    found: dict[str, list[dict[str, Any]]] = {}
    rows = db.execute(select(sync_pause).order_by(sync_pause.c.device, sync_pause.c.what))
    for row in rows.mappings():
        plain = dict(row)
        found.setdefault(plain.pop("device"), []).append(plain)
    return found
