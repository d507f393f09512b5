"""A morning at the centre: 300 devices come back with 350 entries each, all at once, over TLS of their own.

Each device is enrolled, and its journal chained and signed with its own keys. One of them wrote its entries;
the others have the same day under their own names, which costs a tenth of writing it.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from benchmarks.frame import Figure, against_limit
from benchmarks.postgres import database, move_to_postgres
from central.centre import open_centre
from central.keys import CA_CERT
from central.schema import quarantine, stream
from kiosk.core.wire import enrolment
from kiosk.core.wire.batch import pack_batch
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.entry import EntrySignature, Record, entry_hash, sign_entry
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.times import parse_utc
from tests.central.device import KEYS, Device
from tests.central.server import TestServer, client, process, running

DEVICES = int(os.environ.get("KIOSK_BENCH_MORNING_DEVICES", "300"))
ENTRIES = 350
PROCESSES, AT_ONCE = 2, 16
"""Processes that play devices, and how many each plays at once: the rest are still connecting."""
LIMIT_S = 60.0


def morning_300() -> Iterator[Figure]:
    """`central.morning_300`: until all entries are acknowledged, and until they are in the ledgers."""
    made: tuple[tuple[str, AbstractContextManager[str | None]], ...] = (
        ("central.morning_300", nullcontext(None)),
        ("central.morning_300 on PostgreSQL", database()),
    )
    for name, place in made:
        with place as address, tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            days = prepare_days(root)
            if address is not None:
                move_to_postgres(root / "centre", address)
            acknowledged, applied = come_back(root, days)
        yield against_limit(name, acknowledged, "s", limit=LIMIT_S)
        yield against_limit(f"{name} until applied", applied, "s", limit=LIMIT_S)


@dataclass(frozen=True)
class Day:
    """What one device brings: its names, its key, and its entries with their signatures."""

    code: str
    stream: str
    key: bytes
    records: list[Record]


def prepare_days(root: Path) -> list[Day]:
    """Enrol the devices at a new centre; each has its own copy of one day, under its own names."""
    enrolment.SCRYPT["n"] = 2
    with running(root) as server, server.session() as http:
        server.add_people()
        server.add_data()
        first = enrolled(server, http).begin()
        while len(first.records) < ENTRIES:
            first.pay()
        days = [day_of(first, first)]
        days += [day_of(enrolled(server, http), first) for _ in range(DEVICES - 1)]
    return days


def enrolled(server: TestServer, http: requests.Session) -> Device:
    """One more device of this centre."""
    return Device(server, http).enrol()


def day_of(device: Device, first: Device) -> Day:
    """The entries of `first` as this device would have written and signed them."""
    names = [(_names(one.code, one.stream, one.key)) for one in (first, device)]
    swaps = list(zip(*names, strict=True))
    records: list[Record] = []
    head = bytes(32)
    for record in first.records[:ENTRIES]:
        data = record.data
        for old, new in swaps:
            data = data.replace(old, new)
        head = entry_hash(head, record.seq, data)
        sigs = tuple(_again(one.by, head, device, first) for one in record.sigs)
        records.append(Record(record.seq, data, head, sigs))
    return Day(device.code, device.stream, device.key.private_bytes_raw(), records)


def _names(code: str, stream: str, key: Ed25519PrivateKey) -> tuple[bytes, ...]:
    public = key.public_key()
    return (stream.encode(), public.public_bytes_raw().hex().encode(), kid_of(public).encode(), code.encode())


def _again(by: str, head: bytes, device: Device, first: Device) -> EntrySignature:
    own = by == first.code
    key = device.key if own else KEYS[by]
    return sign_entry(head, by=device.code if own else by, kid=kid_of(key.public_key()), key=key)


def come_back(root: Path, days: list[Day]) -> tuple[float, float]:
    """Serve the centre in a process of its own and let all come; seconds to the last answer, and to all."""
    spawn = get_context("spawn")
    ca = str(root / "centre" / "keys" / CA_CERT)
    with process(root) as served, ProcessPoolExecutor(PROCESSES, mp_context=spawn) as pool:
        list(pool.map(_warm, range(PROCESSES)))
        start = time.perf_counter()
        shares = [days[n::PROCESSES] for n in range(PROCESSES)]
        done = [pool.submit(hand_over, served.address, ca, share) for share in shares]
        entries = sum(one.result() for one in done)
        acknowledged = time.perf_counter() - start
        if entries != len(days) * ENTRIES:
            raise RuntimeError(f"only {entries} entries were acknowledged")
        wait_until_applied(root)
        return acknowledged, time.perf_counter() - start


def _warm(number: int) -> int:
    time.sleep(0.5)
    return number


def hand_over(address: str, ca: str, days: list[Day]) -> int:
    """Play these devices, some at once; how many entries the centre acknowledged."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(lambda day: _bring(address, Path(ca), day), days))


def _bring(address: str, ca: Path, day: Day) -> int:
    """One device: its own connection, its batch signed now, and the signed answer."""
    key = Ed25519PrivateKey.from_private_bytes(day.key)
    nonce = os.urandom(16).hex()
    body = pack_batch(
        day.records,
        device=day.code,
        stream=day.stream,
        head_before=bytes(32),
        nonce=nonce,
        made=parse_utc("2026-07-01T09:30:00.000Z"),
        waiting=len(day.records),
        key=key,
    )
    with client(ca) as session:
        answer = session.post(f"{address}/v1/journal", data=body, timeout=LIMIT_S * 5)
    said = parse_canonical(answer.content)["payload"]
    if said["nonce"] != nonce or said["head"] != day.records[-1].hash.hex():
        raise RuntimeError(f"{day.code}: {answer.text[:200]}")
    return int(said["stored_through"])


def wait_until_applied(root: Path) -> None:
    """Wait until the running server has booked what it stored."""
    centre = open_centre(root / "centre")
    try:
        while True:
            with centre.storage.read() as db:
                left = db.execute(
                    select(func.count()).select_from(stream).where(stream.c.applied < stream.c.stored)
                ).scalar_one()
                refused = db.execute(select(func.count()).select_from(quarantine)).scalar_one()
            if refused:
                raise RuntimeError(f"{refused} entries are quarantined: not the work that was meant")
            if left == 0:
                return
            time.sleep(0.2)
    finally:
        centre.close()
