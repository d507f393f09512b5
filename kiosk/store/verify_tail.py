"""The quick look at the end of the journal that each unlock takes: a few milliseconds, whatever its length.

It starts from the last signed checkpoint, so what lies before is left to `kiosk.store.verify`.
"""

import json
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.chain import ChainState, verify_chain
from kiosk.core.wire.checkpoint import Checkpoint, checkpoint_holds, parse_checkpoint
from kiosk.core.wire.signed import kid_of
from kiosk.store.journal import CHECKPOINT_EVERY, StreamState
from kiosk.store.store import Store

LOOKED_AT = 200
"""Entries that are looked at, at least (15 ms)."""
_FROM = "SELECT seq FROM journal WHERE seq >= ? ORDER BY seq LIMIT 1"


def verify_tail(store: Store, *, at_least: int = LOOKED_AT) -> tuple[KnownError, ...]:
    """Judge the end of the journal and return what is wrong, as sentences; nothing is written.

    Looked at: the chain of the last `at_least` entries and of all since the last checkpoint, the checkpoints
    among them, the counter row against the last entry, and the last close (Z) against its checkpoint, the
    table of shifts and the perpetual totals. Bodies and signatures of persons are not judged.
    Raises KnownError `store.*` when the pages themselves cannot be read.
    """
    return tuple(_found(store, at_least))


def _found(store: Store, at_least: int) -> Iterator[KnownError]:
    try:
        state = store.journal.state()
    except (KnownError, BugError):
        yield KnownError("journal.torn")
        return
    last = _row(store, "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    if last != (state.seq, state.head) or state.stream != store.unlocked.stream:
        yield KnownError("journal.torn")
    yield from _chain(store, state, last[0] if last else 0, at_least)
    yield from _close(store, state)


def _row(store: Store, query: str, *values: object) -> Any:
    return store.db.conn.execute(query, values).fetchone()


def _keys(store: Store) -> dict[str, Ed25519PublicKey]:
    public = store.device_signer.key.public_key()
    return {kid_of(public): public}


def _chain(store: Store, state: StreamState, last: int, at_least: int) -> Iterator[KnownError]:
    """The entries since the last checkpoint, and more if those are few."""
    sealed = _row(store, "SELECT max(seq) FROM checkpoint WHERE seq <= ?", last)[0] or 0
    first = (_row(store, _FROM, min(sealed, last - at_least)) or (1,))[0]
    start = ChainState(stream=state.stream, device=state.device, device_keys=_keys(store))
    if first > 1:
        head = _row(store, "SELECT hash FROM journal WHERE seq = ?", first)[0]
        start = ChainState(
            stream=state.stream, device=state.device, device_keys=start.device_keys, seq=first, head=head
        )
    rows = store.db.conn.execute(
        "SELECT seq, bytes FROM checkpoint WHERE seq >= ? ORDER BY seq", (start.seq,)
    ).fetchall()
    kept, checkpoints = {seq for seq, _ in rows}, []
    for seq in range(start.seq + 1, last + 1):
        if seq % CHECKPOINT_EVERY == 0 and seq not in kept:
            yield KnownError("verify.checkpoint_missing", seq=seq)
    for seq, data in rows:
        try:
            checkpoints.append(parse_checkpoint(data))
        except KnownError:
            yield KnownError("verify.checkpoint_unreadable", seq=seq)
            continue
        if checkpoints[-1].seq != seq:
            yield KnownError("chain.checkpoint_differs", seq=seq)
    try:
        records = list(store.journal.records(start.seq + 1))
    except KnownError as error:
        yield error
        return
    for finding in verify_chain(records, start, checkpoints=checkpoints, hashes_only=True).findings:
        yield finding.error()
    yield from _totals(state, checkpoints)


def _totals(state: StreamState, checkpoints: list[Checkpoint]) -> Iterator[KnownError]:
    """The counter row has no total below that of the last checkpoint, and the same at the same place."""
    if not checkpoints:
        return
    last = checkpoints[-1]
    same = last.totals == state.totals if last.seq == state.seq else state.totals.covers(last.totals)
    if last.seq <= state.seq and not same:
        yield KnownError("journal.torn")


def _close(store: Store, state: StreamState) -> Iterator[KnownError]:
    """The last close is the one that the totals count, and says what its checkpoint says."""
    row = _row(store, "SELECT closed, z FROM shift WHERE state = 'closed' ORDER BY seq DESC LIMIT 1")
    closed, z = row or (None, 0)
    if state.totals.shifts != z or not (closed is None or _close_is_sealed(store, closed, z)):
        yield KnownError("verify.close_differs", z=z)


def _close_is_sealed(store: Store, closed: int, z: int) -> bool:
    """Whether the device signed this close as it stands, with the totals that it states."""
    entry = _row(store, "SELECT bytes, hash FROM known_entry WHERE seq = ?", closed)
    sealed = _row(store, "SELECT bytes FROM checkpoint WHERE seq = ?", closed)
    try:
        checkpoint = parse_checkpoint(sealed[0])
        if not checkpoint_holds(checkpoint, _keys(store)):
            return False
        plain = json.loads(entry[0])
        said = plain["type"], plain["body"]["z"], plain["body"]["totals"]
    except (KnownError, ValueError, TypeError, KeyError):
        return False
    return said == ("shift.closed", z, checkpoint.totals.to_map()) and checkpoint.head == entry[1].hex()
