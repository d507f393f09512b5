"""Writes a device's journal for an auditor, and what the centre holds of it (docs/audit-export.md)."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from central.centre import Centre
from central.folder import write_durably
from central.ingest import Known, find_device
from central.schema import branch, journal, stream
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE, Acknowledgement
from kiosk.core.wire.batch import Batch, read_signatures, unpack_batch
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import FIRST_PREVIOUS, EntrySignature, Record
from kiosk.core.wire.export_journal import (
    SUFFIX,
    Confirmed,
    DevicePublicKey,
    JournalHead,
    Written,
    journal_lines,
)
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


def export_branches(centre: Centre, code: str, out: Path) -> list[Path]:
    """Write each branch of a device beside its journal, and return the files.

    A branch is a journal of its own: the entries before it, then those that contradict the journal, up to its
    end. Where the centre never got its beginning, it begins with what is here, and a verifier says so.
    Raises KnownError `central.unknown_device`, `central.cannot_write`.
    """
    written: list[Path] = []
    with centre.storage.read() as db:
        known = find_device(db, code)
        for number, batches in enumerate(_branches(db, known), 1):
            path = out.with_name(f"{out.name.removesuffix(SUFFIX)}.branch-{number}{SUFFIX}")
            key = DevicePublicKey(kid=kid_of(known.key), public=known.key.public_bytes_raw().hex())
            head = JournalHead(device=code, stream=known.stream, by="centre", keys=(key,))
            lines = journal_lines(head, _branch_records(db, known, batches), {}, None)
            write_durably(path, b"".join(lines))
            written.append(path)
    return written


def _branches(db: Connection, known: Known) -> Iterator[list[Batch]]:
    """The batches of each branch in their order, by the end of the branch."""
    query = select(branch.c.batch).where(branch.c.stream == known.stream)
    rows = db.execute(query.order_by(branch.c.last, branch.c.head, branch.c.first)).scalars()
    by_end: dict[tuple[int, str], Batch] = {}
    for data in rows:
        batch = unpack_batch(bytes(data))
        by_end.setdefault((batch.header.last, batch.header.head_after), batch)
    inner = {(one.header.first - 1, one.header.head_before) for one in by_end.values()}
    for end, batch in by_end.items():
        if end in inner:
            continue
        path = [batch]
        while (before := by_end.get((path[0].header.first - 1, path[0].header.head_before))) is not None:
            path.insert(0, before)
        yield path


def _branch_records(db: Connection, known: Known, batches: list[Batch]) -> Iterator[Record]:
    first = batches[0].header
    before = list(_records(db, known, first.first - 1))
    held = before[-1].hash.hex() if before else FIRST_PREVIOUS.hex()
    if held == first.head_before:
        yield from before
    for batch in batches:
        for seq, (line, hash_) in enumerate(zip(batch.lines, batch.chain(), strict=True), batch.header.first):
            yield Record(seq, line.data, hash_, _signatures(line.sigs))


def _records(db: Connection, known: Known, last: int | None = None) -> Iterator[Record]:
    query = select(journal).where(journal.c.stream == known.stream)
    if last is not None:
        query = query.where(journal.c.seq <= last)
    for row in db.execute(query.order_by(journal.c.seq)):
        yield Record(row.seq, row.bytes, row.hash, _signatures(row.sigs))


def _signatures(sigs: bytes) -> tuple[EntrySignature, ...]:
    try:
        return read_signatures(sigs)
    except KnownError:
        return ()


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
