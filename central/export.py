"""Writes a device's journal for an auditor, and what the centre holds of it (docs/audit-export.md)."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from central.centre import Centre
from central.folder import write_durably
from central.ingest import Known, find_device
from central.schema import journal, stream
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE, Acknowledgement
from kiosk.core.wire.batch import read_signatures
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import Record
from kiosk.core.wire.export_journal import Confirmed, DevicePublicKey, JournalHead, Written, journal_lines
from kiosk.core.wire.signed import kid_of


def export_journal(centre: Centre, code: str, out: Path) -> int:
    """Write the journal of a device and return how many entries.

    Checkpoints stay on the device; the newest acknowledgement takes their place. What was tampered with on
    the device is written as it came. Raises KnownError `central.unknown_device`, `central.cannot_write`.
    """
    written = Written()
    with centre.storage.read() as db:
        known = find_device(db, code)
        key = DevicePublicKey(kid=kid_of(known.key), public=known.key.public_bytes_raw().hex())
        head = JournalHead(device=code, stream=known.stream, by="centre", keys=(key,))
        lines = journal_lines(head, _records(db, known), {}, _confirmed(centre, db, known), written)
        data = b"".join(lines)
    write_durably(out, data)
    return written.entries


def write_acknowledgement(centre: Centre, code: str, out: Path) -> int:
    """Write what the centre holds of a device now, for an auditor's `--ack`; returns the last entry.

    Raises KnownError `central.unknown_device`, `central.cannot_write`.
    """
    with centre.storage.read() as db:
        known = find_device(db, code)
        held = db.execute(select(stream.c.stored).where(stream.c.stream == known.stream)).scalar_one()
        data = canonical(dump(_confirmed(centre, db, known)))
    write_durably(out, data)
    return int(held)


def _records(db: Connection, known: Known) -> Iterator[Record]:
    rows = db.execute(select(journal).where(journal.c.stream == known.stream).order_by(journal.c.seq))
    for row in rows:
        try:
            sigs = read_signatures(row.sigs)
        except KnownError:
            sigs = ()
        yield Record(row.seq, row.bytes, row.hash, sigs)


def _confirmed(centre: Centre, db: Connection, known: Known) -> Confirmed:
    where = db.execute(select(stream).where(stream.c.stream == known.stream)).one()
    ack = Acknowledgement(
        device=known.code,
        stream=known.stream,
        stored_through=where.stored,
        safe_through=where.safe,
        head=where.head.hex(),
        epoch=epoch_of(db),
        server_time=centre.now(),
        nonce=secrets.token_hex(16),
        outcome="repeat",
        fork_at=None,
    )
    return Confirmed(
        acknowledgement=centre.sign(PURPOSE, ack).decode(),
        root=centre.keys.root.public_bytes_raw().hex(),
        delegations=centre.keys.delegations,
    )
