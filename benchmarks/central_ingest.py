"""How fast the centre takes entries in, without the line: stored, and applied to the ledgers."""

import statistics
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.frame import Figure, against_limit, against_peer, seconds_of
from benchmarks.postgres import database
from benchmarks.sync_device import copied, prepared
from benchmarks.sync_push import batches_of
from central.apply import apply_all
from central.centre import open_centre
from central.ingest import take_batch
from kiosk.core.wire.batch import Batch, unpack_batch
from kiosk.core.wire.times import utc_text

ROUNDS = 3
LEAST_A_SECOND = 1_750
"""Entries a second that a centre takes in and applies: 300 devices that come back together with
350 entries each are done within a minute.
"""
SHARE_OF_COPY = 0.4
"""Of the entries a second that COPY of the finished rows alone stores."""
Rows = list[tuple[Any, ...]]


def ingest() -> Iterator[Figure]:
    """`central.ingest`: stored and applied to the ledgers, for 1,000 entries; as a rate it is the inverse."""
    yield _ingest("central.ingest of 1,000 entries", lambda: nullcontext(None))
    yield _ingest("central.ingest of 1,000 entries on PostgreSQL", database)


def ingest_against_copy() -> Iterator[Figure]:
    """`central.ingest_copy`: batches checked and stored on PostgreSQL, beside COPY of their rows."""
    own, bare = [], []
    for _ in range(ROUNDS + 1):
        with database() as address, stopped(address) as (bodies, root):
            batches = [unpack_batch(one) for one in bodies]
            rows = [_rows(one) for one in batches]
            scale = 1000 / sum(map(len, rows))
            bare.append(_copied(address, rows) * scale)
            centre = open_centre(root)
            own.append(seconds_of(lambda: [take_batch(centre, one) for one in bodies]) * scale)  # noqa: B023
            centre.close()
    seconds, peer = statistics.median(own[1:]), statistics.median(bare[1:])
    name = "central.ingest_copy: 1,000 entries stored against COPY"
    yield against_peer(name, seconds, peer, "s", at_most=1 / SHARE_OF_COPY)


def _ingest(name: str, made: Callable[[], AbstractContextManager[str | None]]) -> Figure:
    taken = []
    for _ in range(ROUNDS):
        with made() as address, stopped(address) as (bodies, root):
            centre = open_centre(root)
            count = sum(len(unpack_batch(one).lines) for one in bodies)

            def take() -> None:
                for body in bodies:
                    take_batch(centre, body)  # noqa: B023
                apply_all(centre)  # noqa: B023

            taken.append(seconds_of(take) * 1000 / count)
            centre.close()
    return against_limit(name, statistics.median(taken), "s", limit=1000 / LEAST_A_SECOND)


def _rows(batch: Batch) -> Rows:
    """The rows of the journal that a batch becomes, its hashes worked out."""
    lines = zip(batch.lines, batch.chain(), strict=True)
    header, received = batch.header, utc_text(batch.header.made)
    return [
        (header.stream, seq, line.data, hash_, line.sigs, received)
        for seq, (line, hash_) in enumerate(lines, header.first)
    ]


def _copied(address: str, batches: list[Rows]) -> float:
    """Seconds that PostgreSQL takes for the same rows, a durable transaction for each batch."""
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE TABLE bare (LIKE journal INCLUDING ALL, PRIMARY KEY (stream, seq))")

        def copy_all() -> None:
            for rows in batches:
                with db.transaction(), db.cursor() as cursor, cursor.copy(_COPY) as copy:
                    copy.set_types(_TYPES)
                    for row in rows:
                        copy.write_row(row)

        return seconds_of(copy_all)


_COPY = "COPY bare (stream, seq, bytes, hash, sigs, received) FROM STDIN (FORMAT BINARY)"
_TYPES = ("text", "int8", "bytea", "bytea", "bytea", "text")


@contextmanager
def stopped(address: str | None = None) -> Iterator[tuple[list[bytes], Path]]:
    """The batches of the device, and the folder of a centre that nobody serves."""
    prepared()
    with copied(serve=False, database=address) as (rounds, centre):
        yield batches_of(rounds), centre
