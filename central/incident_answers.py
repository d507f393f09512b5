"""Lifts the stop of an incident on a device: answers its challenge by telephone, or writes it a signed order.

Whoever does it has first looked at what happened: nothing here judges that. Each answer and order is kept.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from central.centre import Centre
from central.schema import device, journal, lifting
from central.storage import epoch_of
from kiosk.core.entries.technical import LiftingKey
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.lifting import CHALLENGE_DIGITS, answer_to, open_lifting_key
from kiosk.core.wire.numbers import read_number
from kiosk.core.wire.order import LIFT_INCIDENT, MAX_ORDERS, PURPOSE, Order, Orders
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.times import utc_text

ORDER_VALID = timedelta(days=7)
"""A stick reaches a village within a week; after that the case is looked at again."""


def answer_challenge(centre: Centre, code: str, challenge: str) -> str:
    """The 18 digits that lift the stop on this device, for the challenge that it shows (12 digits, as heard).

    Raises KnownError `central.unknown_device`, `central.no_lifting_key`, `number.*`.
    """
    digits = read_number(challenge, CHALLENGE_DIGITS)
    with centre.storage.write() as db:
        row = _device(db, code)
        key = _lifting_key(centre, db, row)
        answer = answer_to(digits, key=key, device=code, stream=row.stream)
        _keep(centre, db, row, how="answer", number=None, what=digits)
    return answer


def write_order(centre: Centre, code: str, through: int) -> tuple[Order, bytes]:
    """A signed order to lift the incidents whose entries are at or below `through`, for a stick.

    Raises KnownError `central.unknown_device`.
    """
    now = centre.now()
    with centre.storage.write() as db:
        row, epoch = _device(db, code), epoch_of(db)
        query = select(func.coalesce(func.max(lifting.c.n), 0)).where(
            lifting.c.device == code, lifting.c.epoch == epoch
        )
        number = int(db.execute(query).scalar_one()) + 1
        order = Order(
            device=code, stream=row.stream, epoch=epoch, n=number, kind=LIFT_INCIDENT, through=through
        )
        data = sign_record(PURPOSE, order, key=centre.keys.ack, issued=now, expires=now + ORDER_VALID)
        _keep(centre, db, row, how="order", number=number, what=str(through), signed=data.decode())
    return order, data


def orders_of(centre: Centre, code: str) -> bytes:
    """The newest orders to a device, oldest first, as it fetches them."""
    query = select(lifting.c.signed).where(lifting.c.device == code, lifting.c.signed.is_not(None))
    with centre.storage.read() as db:
        signed = db.execute(query.order_by(lifting.c.id.desc()).limit(MAX_ORDERS)).scalars().all()
    return canonical(dump(Orders(device=code, orders=tuple(reversed(signed)))))


def _device(db: Connection, code: str) -> Row[Any]:
    row = db.execute(select(device).where(device.c.code == code)).first()
    if row is None:
        raise KnownError("central.unknown_device", device=code[:40])
    return row


def _lifting_key(centre: Centre, db: Connection, row: Row[Any]) -> bytes:
    """The newest key that the device told in its journal."""
    query = (
        select(journal.c.bytes)
        .where(journal.c.stream == row.stream, func.instr(journal.c.bytes, LiftingKey.TYPE.encode()) > 0)
        .order_by(journal.c.seq.desc())
    )
    for (data,) in db.execute(query):
        entry = parse_entry(data)
        if entry.type == LiftingKey.TYPE:
            sealed = bytes.fromhex(str(entry.body["sealed"]))
            return open_lifting_key(sealed, device=row.code, stream=row.stream, intake=centre.keys.intake)
    raise KnownError("central.no_lifting_key", device=row.code)


def _keep(
    centre: Centre,
    db: Connection,
    row: Row[Any],
    *,
    how: str,
    number: int | None,
    what: str,
    signed: str | None = None,
) -> None:
    db.execute(
        insert(lifting).values(
            at=utc_text(centre.now()),
            device=row.code,
            stream=row.stream,
            epoch=epoch_of(db),
            n=number,
            how=how,
            what=what,
            signed=signed,
        )
    )
