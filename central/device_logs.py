"""Technical logs that devices send because an order asked for them: kept sealed, read with the intake key."""

from sqlalchemy import select

from central.centre import Centre
from central.ingest import find_device
from central.orders import find_row
from central.reconcile import TAKEN
from central.schema import lifting, order_log
from central.storage import insert_into
from kiosk.core.errors import KnownError
from kiosk.core.wire.device_log import MAX_LOG_BYTES, PURPOSE, DeviceLog, open_log
from kiosk.core.wire.heartbeat import OrderNumber
from kiosk.core.wire.payload import claimed_device, open_record
from kiosk.core.wire.times import utc_text


def take_log(centre: Centre, data: bytes) -> bytes:
    """Keep a log that was ordered; the first one of an order stays.

    Raises KnownError `central.unknown_device`, `central.other_stream`, `central.log_not_ordered`, `signed.*`,
    `protocol.malformed`, `wire.*`.
    """
    code = claimed_device(data, max_bytes=MAX_LOG_BYTES)
    with centre.storage.write() as db:
        known = find_device(db, code)
        log = open_record(DeviceLog, PURPOSE, data, key=known.key, now=centre.now(), max_bytes=MAX_LOG_BYTES)
        if (log.device, log.stream) != (known.code, known.stream):
            raise KnownError("central.other_stream", device=code)
        number = {"epoch": log.order.epoch, "n": log.order.n}
        asked = select(lifting.c.what).where(lifting.c.device == code).filter_by(**number)
        if db.execute(asked).scalar() != "logs":
            raise KnownError("central.log_not_ordered", device=code)
        put = insert_into(db, order_log).values(
            device=code, received=utc_text(centre.now()), sealed=bytes.fromhex(log.sealed), **number
        )
        db.execute(put.on_conflict_do_nothing())
    return TAKEN


def read_log(centre: Centre, code: str, order: OrderNumber | None = None) -> tuple[OrderNumber, str]:
    """The newest log of a device, or that of one order, opened with the intake key.

    Raises KnownError `central.unknown_device`, `central.no_log`, `central.log_unreadable`.
    """
    query = select(order_log).where(order_log.c.device == code)
    if order is not None:
        query = query.where(order_log.c.epoch == order.epoch, order_log.c.n == order.n)
    with centre.storage.read() as db:
        find_row(db, code)
        row = db.execute(query.order_by(order_log.c.epoch.desc(), order_log.c.n.desc()).limit(1)).first()
    if row is None:
        raise KnownError("central.no_log", device=code)
    number = OrderNumber(epoch=row.epoch, n=row.n)
    return number, open_log(row.sealed, device=code, order=number, intake=centre.keys.intake)
