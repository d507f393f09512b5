"""What it costs to bring a long journal to the centre, in seconds, bytes and questions.

The encrypted store, TLS, the real rules and a centre in a process of its own, all on this machine.
"""

import gzip
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.postgres import database
from benchmarks.sync_bare import bare_server, post_all
from benchmarks.sync_device import DISTINCT, ENTRIES, copied
from kiosk.sync.round import SyncRound
from kiosk.sync.uplink import next_batch, send_journal
from tests.sync.proxy import proxied

ROUNDS = 3
AT_MOST = 4
"""How many times the bare limit a push may take."""


def push() -> Iterator[Figure]:
    """`sync.push_10k_sqlite`: until the centre has acknowledged every entry, beside the same bytes posted."""
    yield from _push("sync.push_10k_sqlite", lambda: nullcontext(None), limit=2.0)


def push_postgres() -> Iterator[Figure]:
    """`sync.push_10k_postgres`: the same to a centre on PostgreSQL, which commits to the disk."""
    yield from _push("sync.push_10k_postgres", database, limit=1.5)


def _push(
    name: str, made: Callable[[], AbstractContextManager[str | None]], limit: float
) -> Iterator[Figure]:
    runs = [_both(made) for _ in range(ROUNDS + 1)][1:]
    seconds, peer = (statistics.median(one) for one in zip(*runs, strict=True))
    yield against_limit(name, seconds, "s", limit=limit)
    yield against_peer(f"{name} against the same bytes", seconds, peer, "s", at_most=AT_MOST)


def _both(made: Callable[[], AbstractContextManager[str | None]]) -> tuple[float, float]:
    """Seconds for `ENTRIES` entries: ours and the bare limit, each with server and database of its own."""
    with ExitStack() as stack:
        rounds, centre = stack.enter_context(copied(database=stack.enter_context(made())))
        folder, aside = stack.enter_context(tempfile.TemporaryDirectory()), stack.enter_context(made())
        bodies = [gzip.decompress(one) for one in batches_of(rounds)]
        share = ENTRIES / rounds.place.seq()
        with bare_server(centre, Path(folder), aside) as (session, where):
            bare = seconds_of(lambda: post_all(session, where, bodies))
        own = seconds_of(lambda: send_journal(rounds.place, rounds.client))
    return own * share, bare * share


def batches_of(rounds: SyncRound) -> list[bytes]:
    """All batches of the journal, as they travel."""
    found, start = [], 0
    while start < rounds.place.seq():
        batch, _, start = next_batch(rounds.place, start)
        found.append(batch)
    return found


def bytes_per_entry() -> Iterator[Figure]:
    """`sync.bytes_per_entry`: both ways on the line, TLS and answers included, for distinct people."""
    with copied() as (rounds, _):
        address = rounds.client.transport.address
        with proxied(address) as line:
            rounds.client.transport.address = line.address
            send_until(rounds, rounds.place.seq() - 4 * DISTINCT)
            before, count = line.sent + line.answered, 4 * DISTINCT
            send_journal(rounds.place, rounds.client)
            each = (line.sent + line.answered - before) / count
    yield against_limit("sync.bytes_per_entry", each, "B", limit=250)


def send_until(rounds: SyncRound, last: int) -> None:
    """Bring the centre everything up to entry `last`."""
    from kiosk.sync.uplink import settle

    start = 0
    while start < last:
        batch, nonce, start = next_batch(rounds.place, start, min(500, last - start))
        settle(rounds.place, *rounds.client.journal(batch, nonce))


def idle_poll() -> Iterator[Figure]:
    """`sync.idle_poll_bytes`: request and answer on a kept connection, TLS included."""
    with copied() as (rounds, _), proxied(rounds.client.transport.address) as line:
        rounds.client.transport.address = line.address
        wait_until_idle(rounds)
        before = line.sent + line.answered
        if not rounds.idle():
            raise RuntimeError("something is new all the time")
        yield against_limit("sync.idle_poll_bytes", line.sent + line.answered - before, "B", limit=600)


def wait_until_idle(rounds: SyncRound) -> None:
    """Sync until nothing is new: the centre applies meanwhile."""
    for _ in range(100):
        rounds.run()
        if rounds.idle():
            return
        time.sleep(0.1)
