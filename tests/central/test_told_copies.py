"""What a device tells of a copy of itself: a centre that was put back learns it again, and nothing twice."""

from dataclasses import replace

from sqlalchemy import select

from central.books import grant_book
from central.schema import book, incident
from kiosk.core.contact import DeviceSide
from kiosk.core.wire.heartbeat import HeldBook, StandingStop, StopKind
from tests.central.device import Device
from tests.central.server import TestServer


def books_of(server: TestServer, device: Device) -> list[bool]:
    """Of each book of the device, whether it is retired."""
    with server.centre.storage.read() as db:
        rows = db.execute(select(book.c.retired).where(book.c.device == device.code).order_by(book.c.series))
        return [at is not None for at in rows.scalars()]


def incidents_of(server: TestServer, device: Device) -> list[tuple[str, int]]:
    with server.centre.storage.read() as db:
        query = select(incident.c.kind, incident.c.seq).where(incident.c.stream == device.stream)
        return [(kind, seq) for kind, seq in db.execute(query.order_by(incident.c.id))]


def grant(server: TestServer, device: Device) -> None:
    with server.centre.storage.write() as db:
        grant_book(server.centre, db, device.code)


def test_a_fork_that_a_device_stands_under_retires_its_series_once(
    server: TestServer, device: Device
) -> None:
    others: tuple[StopKind, ...] = ("frozen", "rollback", "broken_chain", "ahead", "damaged")
    for kind in others:
        device.beat(stops=(StandingStop(kind=kind, at=None),))
    assert (books_of(server, device), incidents_of(server, device)) == ([False], [])
    fork = (StandingStop(kind="fork", at=3),)
    device.beat(stops=fork)
    assert books_of(server, device) == [True]
    assert incidents_of(server, device) == [("fork", 3), ("series_retired", 3)]
    grant(server, device)
    device.beat(stops=fork)
    device.beat(stops=(StandingStop(kind="fork", at=4),))
    assert books_of(server, device) == [True, False]


def test_a_fork_that_was_told_and_then_shows_again_takes_no_book_granted_since(
    server: TestServer, device: Device
) -> None:
    device.pay()
    device.send()
    count = len(device.records)
    device.beat(stops=(StandingStop(kind="fork", at=count - 1),))
    grant(server, device)
    copy = replace(device, records=device.records[: count - 2], totals=device.totals)
    copy.bundle, copy.authority = device.bundle, device.authority
    copy.collect("LAN-001-1", "2024", 100)
    assert copy.send(count - 1).outcome == "fork"
    assert books_of(server, device) == [True, False]


def test_a_series_that_a_device_was_told_is_retired_is_so_here_again(
    server: TestServer, device: Device
) -> None:
    grant(server, device)
    with server.centre.storage.read() as db:
        mine = select(book.c.series).where(book.c.device == device.code).order_by(book.c.series)
        series = db.execute(mine).scalars().all()
    held = tuple(
        HeldBook(series=one, first=1, last=1000, next=2, retired=one == series[0])
        for one in (*series, "D99999999-E1B1")
    )
    for _ in range(2):
        device.beat(books=held)
    assert books_of(server, device) == [True, False]
    assert incidents_of(server, device) == [("unknown_book", 0), ("series_retired", 0)]


def test_a_copy_retires_what_it_holds_at_its_first_contact_and_nothing_that_was_granted_since(
    server: TestServer, device: Device
) -> None:
    def held() -> tuple[HeldBook, ...]:
        with server.centre.storage.read() as db:
            mine = select(book.c.series).where(book.c.device == device.code).order_by(book.c.series)
            names = db.execute(mine).scalars().all()
        return tuple(HeldBook(series=one, first=1, last=9, next=2, retired=False) for one in names)

    device.beat(books=held())
    kept = device.contacts
    device.contacts = DeviceSide(kept.n - 1, None, None, kept.echo)
    assert device.beat(books=held()).contact == "clone"
    assert books_of(server, device) == [True]
    assert incidents_of(server, device) == [
        (kind, len(device.records)) for kind in ("clone", "series_retired")
    ]
    grant(server, device)
    stands = (StandingStop(kind="clone", at=len(device.records)),)
    device.pay()
    device.contacts = DeviceSide(kept.n - 1, None, None, kept.echo)
    assert device.beat(books=held(), stops=stands).contact == "clone"
    assert books_of(server, device) == [True, False]
    device.contacts = DeviceSide(kept.n - 1, None, None, kept.echo)
    assert device.beat(books=held()).contact == "clone"
    assert books_of(server, device) == [True, True]


def test_a_copy_that_was_told_so_before_a_restore_retires_every_series(
    server: TestServer, device: Device
) -> None:
    device.beat(stops=(StandingStop(kind="clone", at=2),))
    assert (books_of(server, device), incidents_of(server, device)) == (
        [True],
        [("clone", 2), ("series_retired", 2)],
    )
