"""What it costs to bring a long journal to the centre, in seconds, bytes and questions.

The encrypted store, TLS, the real rules and a centre in a process of its own, all on this machine.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.sync_bare import bare_server, post_all
from benchmarks.sync_device import DISTINCT, ENTRIES, copied, prepared
from central.apply import apply_all
from central.centre import open_centre
from central.ingest import take_batch
from kiosk.core.wire.batch import unpack_batch
from kiosk.sync.round import SyncRound
from kiosk.sync.uplink import next_batch, send_journal
from tests.sync.proxy import proxied

ROUNDS = 3
AT_MOST = 4
"""How many times the bare limit a push may take."""
LEAST_A_SECOND = 1_750
"""Entries a second that a centre takes in and applies: 300 devices that come back together with
350 entries each are done within a minute.
"""


def push() -> Iterator[Figure]:
    """`sync.push_10k_sqlite`: until the centre has acknowledged every entry, beside the same bytes posted."""
    own, bare = [], []
    for _ in range(ROUNDS + 1):
        with copied() as (rounds, centre), tempfile.TemporaryDirectory() as folder:
            bodies = batches_of(rounds)
            count = rounds.place.seq()
            with bare_server(centre, Path(folder)) as (session, address):
                bare.append(seconds_of(lambda: post_all(session, address, bodies)))  # noqa: B023
            own.append(seconds_of(lambda: send_journal(rounds.place, rounds.client)) * ENTRIES / count)
            bare[-1] *= ENTRIES / count
    seconds, peer = statistics.median(own[1:]), statistics.median(bare[1:])
    yield against_limit("sync.push_10k_sqlite", seconds, "s", limit=2.0)
    yield against_peer("sync.push_10k_sqlite against the same bytes", seconds, peer, "s", at_most=AT_MOST)


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


def ingest() -> Iterator[Figure]:
    """`central.ingest`: stored and applied to the ledgers, for 1,000 entries; as a rate it is the inverse."""
    taken = []
    for _ in range(ROUNDS):
        with stopped() as (bodies, root):
            centre = open_centre(root)
            count = sum(len(unpack_batch(one).lines) for one in bodies)

            def take() -> None:
                for body in bodies:
                    take_batch(centre, body)  # noqa: B023
                apply_all(centre)  # noqa: B023

            taken.append(seconds_of(take) * 1000 / count)
            centre.close()
    limit = 1000 / LEAST_A_SECOND
    yield against_limit("central.ingest of 1,000 entries", statistics.median(taken), "s", limit=limit)


@contextmanager
def stopped() -> Iterator[tuple[list[bytes], Path]]:
    """The batches of the device, and a centre that nobody serves."""
    prepared()
    with copied(serve=False) as (rounds, centre):
        yield batches_of(rounds), centre
