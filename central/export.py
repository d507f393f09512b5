"""Writes a device's journal as an auditor reads it: one exported line an entry (docs/formats.md)."""

from pathlib import Path

from sqlalchemy import select

from central.centre import Centre
from central.folder import write_durably
from central.ingest import find_device
from central.schema import journal
from kiosk.core.wire.batch import read_signatures
from kiosk.core.wire.entry import Record, record_line


def export_journal(centre: Centre, code: str, out: Path) -> int:
    """Write the journal of a device and return how many entries.

    Raises KnownError `central.unknown_device`, `central.cannot_write`, and `wire.*` for an entry that is not
    canonical: such a one exists only where a device was tampered with, and stays in the database.
    """
    with centre.storage.read() as db:
        known = find_device(db, code)
        rows = db.execute(select(journal).where(journal.c.stream == known.stream).order_by(journal.c.seq))
        lines = [
            record_line(Record(row.seq, row.bytes, row.hash, read_signatures(row.sigs))) + b"\n"
            for row in rows
        ]
    write_durably(out, b"".join(lines))
    return len(lines)
