"""Takes batches in: stores the exact bytes first, in one transaction, and answers what it holds.

Nothing in an entry can make a batch be refused: what cannot be applied is found later (`central.apply`) and
set apart, stored all the same. Refused are only envelopes that are broken or not signed by the device.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from central.books import retire_books
from central.bulk import add_rows
from central.centre import Centre
from central.months import make_month, month_missing
from central.schema import branch, device, incident, journal, stream
from central.storage import epoch_here, insert_into
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import PURPOSE, Acknowledgement
from kiosk.core.wire.batch import Batch, BatchHeader, unpack_batch
from kiosk.core.wire.entry import FIRST_PREVIOUS
from kiosk.core.wire.times import utc_text

_DEVICE = select(device).where(device.c.code == bindparam("sought"))
_HELD = (
    select(stream.c.stored, stream.c.head, stream.c.safe, epoch_here().label("epoch"))
    .where(stream.c.stream == bindparam("sought"))
    .with_for_update(key_share=True, of=stream)
)
"""What is held of a stream, and its row until the transaction ends."""
_MOVED = (
    update(stream)
    .where(stream.c.stream == bindparam("sought"))
    .values(stored=bindparam("through"), head=bindparam("after"))
)
_KEPT = ("stream", "seq", "bytes", "hash", "sigs", "received")


@dataclass(frozen=True)
class Known:
    """A device that the centre enrolled."""

    code: str
    stream: str
    key: Ed25519PublicKey
    state: str
    unit: str
    vehicle: str | None
    collector: str | None


def find_device(db: Connection, code: str) -> Known:
    """The device of this code. Raises KnownError `central.unknown_device`."""
    row = db.execute(_DEVICE, {"sought": code}).first()
    if row is None:
        raise KnownError("central.unknown_device", device=code[:40])
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row.public_key))
    return Known(row.code, row.stream, key, row.state, row.unit, row.vehicle, row.collector)


@dataclass(frozen=True)
class Taken:
    """What became of a batch: the signed acknowledgement, its outcome, whether the device has `more`."""

    acknowledgement: bytes
    outcome: str
    more: bool = False


def take_batch(centre: Centre, data: bytes) -> Taken:
    """Store a batch and return the signed acknowledgement; the same bytes again give the same answer.

    A retired or frozen device is heard too: draining never stops. Raises KnownError `batch.*`,
    `protocol.malformed`, `wire.*`, `central.unknown_device`, `central.bad_signature`, `central.other_stream`,
    `central.no_month`.
    """
    batch, now = unpack_batch(data), utc_text(centre.now())
    try:
        stored = _take(centre, batch, data, now)
    except IntegrityError as error:
        if not month_missing(error):
            raise
        make_month(centre.storage, now)
        stored = _take(centre, batch, data, now)
    header = batch.header
    return Taken(_acknowledge(centre, header, stored), stored.outcome, more=header.waiting > header.count)


def _take(centre: Centre, batch: Batch, data: bytes, now: str) -> "_Stored":
    """One try to store a batch, in a transaction. Raises IntegrityError where the journal lacks its month."""
    with centre.storage.step(alone=False) as step:
        with step.reading() as db:
            known = find_device(db, batch.header.device)
        hashes = _checked(batch, known)
        with step.writing() as db:
            stored = _store(db, batch, hashes, now)
            if stored.fork_at is not None:
                _keep_branch(db, batch, hashes[-1], data, stored.fork_at, now)
    return stored


def _checked(batch: Batch, known: Known) -> list[bytes]:
    """The hashes of a batch's entries, once its device has signed it. Raises KnownError as `take_batch`."""
    header = batch.header
    if not batch.signed_by(known.key):
        raise KnownError("central.bad_signature", device=header.device)
    if known.stream != header.stream:
        raise KnownError("central.other_stream", device=header.device)
    hashes = batch.chain()
    if hashes[-1].hex() != header.head_after:
        raise KnownError("batch.malformed", problem="head_after")
    return hashes


@dataclass(frozen=True)
class _Stored:
    """What became of a batch, and what the centre holds of its stream now."""

    outcome: str
    through: int
    head: bytes
    safe: int
    epoch: int
    fork_at: int | None = None


def _store(db: Connection, batch: Batch, hashes: Sequence[bytes], now: str) -> _Stored:
    """Compare with what is held and add what is new, inside the open transaction.

    The row of the stream is held meanwhile: of several servers one takes the batches of a device at a time.
    """
    header = batch.header
    where = db.execute(_HELD, {"sought": header.stream}).one()
    held = _Stored("repeat", where.stored, where.head, where.safe, int(where.epoch))
    if (header.first, bytes.fromhex(header.head_before)) != (held.through + 1, held.head):
        different = _judge(db, batch, hashes, held)
        if different is not None:
            return different
    new = held.through + 1 - header.first
    if new >= len(batch.lines):
        return held
    rows = [
        (header.stream, seq, line.data, hash_, line.sigs, now)
        for seq, (line, hash_) in enumerate(zip(batch.lines, hashes, strict=True), header.first)
    ]
    add_rows(db, journal, _KEPT, rows[new:])
    db.execute(_MOVED, {"sought": header.stream, "through": header.last, "after": hashes[-1]})
    return replace(held, outcome="stored", through=header.last, head=hashes[-1])


def _judge(db: Connection, batch: Batch, hashes: Sequence[bytes], held: _Stored) -> _Stored | None:
    """Why a batch that does not follow what is held is not taken; None when it only repeats some of it.

    A branch is kept without a gap, as the journal is: one that begins behind entries which are not here (the
    centre was put back since they came) is asked for from before.
    """
    header = batch.header
    fork = _branch_before(db, header)
    if fork is not None:
        return replace(held, outcome="fork", fork_at=fork)
    before = _head_at(db, header.stream, header.first - 1)
    if before is None or before.hex() != header.head_before:
        return replace(held, outcome="gap")
    fork = _first_difference(db, batch, hashes)
    return None if fork is None else replace(held, outcome="fork", fork_at=fork)


def _branch_before(db: Connection, header: BatchHeader) -> int | None:
    """Where the branch began that this batch goes on with; None when it follows no batch of a branch."""
    query = select(branch.c.fork_at).where(
        branch.c.stream == header.stream,
        branch.c.last == header.first - 1,
        branch.c.head == bytes.fromhex(header.head_before),
    )
    return db.execute(query.limit(1)).scalar()


def _first_difference(db: Connection, batch: Batch, hashes: Sequence[bytes]) -> int | None:
    """The first entry that the centre holds with other bytes; None when all agree."""
    header = batch.header
    held = db.execute(
        select(journal.c.seq, journal.c.hash)
        .where(journal.c.stream == header.stream, journal.c.seq.between(header.first, header.last))
        .order_by(journal.c.seq)
    ).all()
    return next((seq for seq, hash_ in held if hashes[seq - header.first] != hash_), None)


def _head_at(db: Connection, name: str, seq: int) -> bytes | None:
    """The hash of an entry of the journal; None where it is not here."""
    if seq == 0:
        return FIRST_PREVIOUS
    found = db.execute(select(journal.c.hash).where(journal.c.stream == name, journal.c.seq == seq)).scalar()
    return None if found is None else bytes(found)


def _keep_branch(db: Connection, batch: Batch, head: bytes, data: bytes, at: int, now: str) -> None:
    """Keep what contradicts the journal beside it, and say so; the same entries again change nothing.

    A fork that is seen for the first time retires the receipt series of the device at once: from here on two
    of it may be at work. One that a person granted since stays, as more of the same branch comes in.
    """
    header = batch.header
    kept = insert_into(db, branch).values(
        digest=hashlib.sha256(data).hexdigest(),
        device=header.device,
        stream=header.stream,
        first=header.first,
        last=header.last,
        head=head,
        fork_at=at,
        batch=data,
        received=now,
    )
    db.execute(kept.on_conflict_do_nothing())
    prove_copy(db, "fork", now, device=header.device, stream=header.stream, seq=at, detail={})


def prove_copy(
    db: Connection, kind: str, now: str, *, device: str, stream: str, seq: int, detail: dict[str, object]
) -> None:
    """Note that two of a device may be at work (`fork`, `clone`), and retire its receipt series when that is
    new: those that a person granted since stay.
    """
    where: dict[str, Any] = {"device": device, "stream": stream, "seq": seq}
    if report(db, kind, now, **where, detail=detail):
        for series in retire_books(db, device, now):
            report(db, "series_retired", now, **where, detail={"series": series})


def report(
    db: Connection, kind: str, now: str, *, device: str, stream: str, seq: int, detail: dict[str, object]
) -> bool:
    """Note an incident for people to look at; once for each place. Whether it is new."""
    row = insert_into(db, incident).values(
        at=now,
        kind=kind,
        device=device,
        stream=stream,
        seq=seq,
        detail=json.dumps(detail, sort_keys=True, ensure_ascii=False),
    )
    return db.execute(row.on_conflict_do_nothing().returning(incident.c.id)).first() is not None


def _acknowledge(centre: Centre, header: BatchHeader, stored: _Stored) -> bytes:
    ack = Acknowledgement(
        device=header.device,
        stream=header.stream,
        stored_through=stored.through,
        safe_through=stored.safe,
        head=stored.head.hex(),
        epoch=stored.epoch,
        server_time=centre.now(),
        nonce=header.nonce,
        outcome=stored.outcome,  # type: ignore[arg-type]
        fork_at=stored.fork_at,
    )
    return centre.sign(PURPOSE, ack)
