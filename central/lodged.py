"""What devices lodged here for bad days: recovery slots of their data keys, and escrows of their people.

Both are entries of their journals, sealed: a recovery slot to the recovery key, which is not here, an escrow
to the intake key.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from central.centre import Centre
from central.ingest import find_device
from central.schema import journal
from kiosk.core.entries.body import Body
from kiosk.core.entries.keys import KeysMade, RecoveryPart
from kiosk.core.entries.registry import REGISTRY, UnknownBody
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import parse_entry


def lodged_recovery(centre: Centre, device: str) -> tuple[str, RecoveryPart]:
    """The newest recovery slot of a device: (stream, slot).

    Raises KnownError `central.unknown_device`, `central.nothing_lodged`.
    """
    with centre.storage.read() as db:
        stream = find_device(db, device).stream
        for body in bodies(db, stream, KeysMade.TYPE):
            if isinstance(body, KeysMade) and body.recovery is not None:
                return stream, body.recovery
    raise KnownError("central.nothing_lodged", device=device)


def bodies(db: Connection, stream: str, entry_type: str) -> Iterator[Body | UnknownBody]:
    """The bodies of one type in a stream, newest first; what cannot be read is left out."""
    mark = f'"type":"{entry_type}"'.encode()
    rows = db.execute(
        select(journal.c.bytes).where(journal.c.stream == stream).order_by(journal.c.seq.desc())
    )
    for (data,) in rows:
        if mark not in data:
            continue
        try:
            entry = parse_entry(data)
            if entry.type == entry_type:
                yield REGISTRY.decode(entry.type, entry.tv, entry.body)
        except KnownError:
            continue
