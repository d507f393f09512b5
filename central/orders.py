"""Orders to single devices: numbered (epoch, n), signed, each carried out once and told in the journal."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from central.centre import Centre
from central.schema import branch, device, heartbeat, journal, lifting
from central.storage import epoch_of
from kiosk.core.entries.technical import OrderDone
from kiosk.core.errors import KnownError
from kiosk.core.wire.batch import unpack_batch
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.heartbeat import OrderNumber
from kiosk.core.wire.order import LIFT_INCIDENT, MAX_ORDERS, PURPOSE, Order, Orders
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.times import utc_text

ORDER_VALID = timedelta(days=7)
"""A stick reaches a village within a week; after that the case is looked at again."""


@dataclass(frozen=True)
class Given:
    """An order that was given, and the entry in which its device told that it was done; None: not yet."""

    epoch: int
    n: int
    kind: str
    at: str
    done: int | None


def give_order(centre: Centre, code: str, kind: str, *, through: int = 0) -> tuple[Order, bytes]:
    """Number, sign and keep an order; the device fetches it with the next round, or gets it on a stick.

    Raises KnownError `central.unknown_device`.
    """
    now = centre.now()
    with centre.storage.write() as db:
        row, epoch = find_row(db, code), epoch_of(db)
        order = Order(
            device=code,
            stream=row.stream,
            epoch=epoch,
            n=_next_number(db, code, epoch),
            kind=kind,
            through=through,
        )
        data = sign_record(PURPOSE, order, key=centre.keys.ack, issued=now, expires=now + ORDER_VALID)
        what = str(through) if through else kind
        note(db, row, utc_text(now), how="order", number=order.n, what=what, signed=data.decode())
    return order, data


def orders_of(centre: Centre, code: str) -> bytes:
    """The newest orders to a device, oldest first, as it fetches them.

    One to lift that the device told to be done is not among them: an older copy of its disk does not know
    that it was, and what stops that copy is another matter. One to freeze holds for the copy too.
    """
    of_device = (lifting.c.device == code) & lifting.c.signed.is_not(None)
    with centre.storage.read() as db:
        rows = db.execute(
            select(lifting).where(of_device).order_by(lifting.c.id.desc()).limit(MAX_ORDERS)
        ).all()
        lifts = [row for row in rows if _kind(row) == LIFT_INCIDENT]
        done = _told_done(db, lifts[-1].stream, lifts[-1].at) if lifts else frozenset[tuple[int, int]]()
    told = [row.signed for row in reversed(rows) if row not in lifts or (row.epoch, row.n) not in done]
    return canonical(dump(Orders(device=code, orders=tuple(told))))


def newest_order(db: Connection, code: str) -> OrderNumber | None:
    """The number of the newest order to a device."""
    query = select(lifting.c.epoch, lifting.c.n).where(lifting.c.device == code, lifting.c.n.is_not(None))
    row = db.execute(query.order_by(lifting.c.epoch.desc(), lifting.c.n.desc()).limit(1)).first()
    return OrderNumber(epoch=row.epoch, n=row.n) if row is not None else None


def given_orders(centre: Centre, code: str) -> list[Given]:
    """Every order to a device, oldest first, and whether its journal tells that it was done.

    Raises KnownError `central.unknown_device`.
    """
    query = select(lifting).where(lifting.c.device == code, lifting.c.n.is_not(None)).order_by(lifting.c.id)
    with centre.storage.read() as db:
        done = dict(_done(db, find_row(db, code).stream))
        rows = db.execute(query).all()
    return [Given(row.epoch, row.n, _kind(row), row.at, done.get((row.epoch, row.n))) for row in rows]


def find_row(db: Connection, code: str) -> Row[Any]:
    """The row of a device. Raises KnownError `central.unknown_device`."""
    row = db.execute(select(device).where(device.c.code == code)).first()
    if row is None:
        raise KnownError("central.unknown_device", device=code[:40])
    return row


def note(
    db: Connection,
    row: Row[Any],
    now: str,
    *,
    how: str,
    number: int | None,
    what: str,
    signed: str | None = None,
) -> None:
    """Keep what was ordered or answered."""
    values = {"at": now, "device": row.code, "stream": row.stream, "epoch": epoch_of(db), "n": number}
    db.execute(insert(lifting).values(**values, how=how, what=what, signed=signed))


def _kind(row: Row[Any]) -> str:
    payload = json.loads(row.signed)["payload"]
    return str(payload["kind"])


def _told_done(db: Connection, stream: str, since: str) -> frozenset[tuple[int, int]]:
    """Numbers of the orders that a device told to be done since then, in its journal or in a branch."""
    found = {number for number, _ in _done(db, stream, since)}
    told = select(branch.c.batch).where(branch.c.stream == stream, branch.c.received >= since)
    for data in db.execute(told).scalars():
        lines = enumerate(unpack_batch(bytes(data)).lines)
        found |= {number for number, _ in _done_in((at, one.data) for at, one in lines)}
    return frozenset(found)


def _done(db: Connection, stream: str, since: str = "") -> Iterator[tuple[tuple[int, int], int]]:
    """Number and entry of each order that the journal tells to be done, of what came since."""
    here = (journal.c.stream == stream) & (journal.c.received >= since)
    rows = db.execute(select(journal.c.seq, journal.c.bytes).where(here))
    return _done_in((row.seq, row.bytes) for row in rows)


def _done_in(entries: Iterable[tuple[int, bytes]]) -> Iterator[tuple[tuple[int, int], int]]:
    """What cannot be read is left out."""
    mark = f'"type":"{OrderDone.TYPE}"'.encode()
    for seq, data in entries:
        if mark not in data:
            continue
        try:
            entry = parse_entry(data)
            if entry.type == OrderDone.TYPE:
                yield (int(entry.body["epoch"]), int(entry.body["n"])), seq
        except (KnownError, LookupError, TypeError, ValueError):
            continue


def _next_number(db: Connection, code: str, epoch: int) -> int:
    """One more than any that was given in this epoch, here or as far as the device knows."""
    query = select(func.max(lifting.c.n)).where(lifting.c.device == code, lifting.c.epoch == epoch)
    last = db.execute(query).scalar() or 0
    beat = db.execute(select(heartbeat.c.content).where(heartbeat.c.device == code)).scalar()
    known = json.loads(beat).get("order") if beat else None
    if known and known["epoch"] == epoch:
        last = max(last, known["n"])
    return int(last) + 1
