"""What is looked at when a store is opened: how it was closed, and whether the end of its journal is whole.

The end is what was written since the last close of a shift, and at least the last entries; the whole journal
is for `kiosk.store.verify`. A store that nobody closed is looked through page by page.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.chain import ChainState, Finding, verify_chain
from kiosk.core.wire.checkpoint import Checkpoint, parse_checkpoint
from kiosk.core.wire.entry import FIRST_PREVIOUS
from kiosk.core.wire.signed import kid_of
from kiosk.store.driver import check_pages
from kiosk.store.layout import StoreFolder
from kiosk.store.periods import first_kept, hash_at
from kiosk.store.store import Store

LEAST_TAIL = 200
"""Entries that are looked at, even when the last close is nearer."""
MOST_TAIL = 5_000
"""And at most so many (some 20 ms): a device whose shift was never closed must still open at once."""


@dataclass(frozen=True)
class TailCheck:
    """What was looked at, entries `first` to `last`, and what is damaged there."""

    first: int
    last: int
    findings: tuple[Finding, ...]


def was_left_open(folder: StoreFolder) -> bool:
    """Whether the program ended without closing the store: asked before it is opened.

    SQLite removes the write-ahead log when the last connection closes; one with content was left behind.
    """
    log = folder.database.with_name(folder.database.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def pages_sound(store: Store) -> bool:
    """Check the MAC of every page (0.7 s per 268 MB). Raises KnownError `store.*` but for damage."""
    try:
        check_pages(store.db)
    except KnownError as error:
        if error.code != "store.damaged":
            raise
        return False
    return True


def check_tail(store: Store) -> TailCheck:
    """Check hashes and signed checkpoints of the end of the journal; a few ms, and nothing is written.

    The close before it must be under a checkpoint of this device that says the same hash.
    """
    last = store.journal.state().seq
    close = _last_close(store)
    first = max(first_kept(store.db), min(close, last - LEAST_TAIL + 1), last - MOST_TAIL + 1)
    start = ChainState(
        stream=store.unlocked.stream,
        device=store.device_signer.by,
        device_keys=_keys(store),
        seq=first - 1,
        head=_hash_before(store, first),
    )
    checkpoints, unreadable = _checkpoints(store, first)
    verdict = verify_chain(
        store.journal.records(first, last), start, checkpoints=checkpoints, hashes_only=True
    )
    found = [*verdict.findings, *unreadable]
    if close and close >= first and close not in {one.seq for one in checkpoints}:
        found.append(Finding("verify.checkpoint_missing", close))
    return TailCheck(first, last, tuple(one for one in found if one.breaks))


def _last_close(store: Store) -> int:
    row = store.db.conn.execute("SELECT max(closed) FROM shift").fetchone()
    return int(row[0] or 0)


def _keys(store: Store) -> dict[str, Ed25519PublicKey]:
    raw = store.device_signer.key.public_key().public_bytes_raw()
    public = Ed25519PublicKey.from_public_bytes(raw)
    return {kid_of(public): public}


def _hash_before(store: Store, first: int) -> bytes:
    return hash_at(store.db, first - 1) or FIRST_PREVIOUS


def _checkpoints(store: Store, first: int) -> tuple[list[Checkpoint], list[Finding]]:
    read, unreadable = [], []
    query = "SELECT seq, bytes FROM checkpoint WHERE seq >= ? ORDER BY seq"
    for seq, data in store.db.conn.execute(query, (first,)):
        try:
            read.append(parse_checkpoint(data))
        except KnownError:
            unreadable.append(Finding("verify.checkpoint_unreadable", seq))
    return read, unreadable
