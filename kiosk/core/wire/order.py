"""Orders of the centre to one device: signed (purpose `order`), numbered, done once, told in the journal.

The number is (server epoch, n). An order names the device and its stream, so that it works nowhere else.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.fields import Code, Count, DeviceCode, Hex32, Number
from kiosk.core.wire.forms import Epoch, SignedText
from kiosk.core.wire.payload import record_of

PURPOSE = "order"
LIFT_INCIDENT, FREEZE, REFRESH, LOGS = "lift-incident", "freeze", "refresh", "logs"
MAX_ORDER_BYTES = 16 * 1024
MAX_ORDERS = 20
"""Orders in one answer: the newest; an older one has long run out."""
MAX_ORDERS_BYTES = MAX_ORDERS * 2 * MAX_ORDER_BYTES


@dataclass(frozen=True, kw_only=True)
class Order:
    """What the centre tells a device to do.

    `kind` `lift-incident`: lift the incidents whose entries are at or below `through`, and any that the
    journal could not take. `freeze`: take no new money and open no new shift until that is lifted; draining
    goes on. `refresh`: ask for all data anew. `logs`: send the technical log, sealed. `through`: 0 for these.
    """

    device: DeviceCode
    stream: Hex32
    epoch: Epoch
    n: Number
    kind: Code
    through: Count


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Answer of `GET /v1/orders`: the orders to a device, oldest first, each signed by itself."""

    device: DeviceCode
    orders: tuple[SignedText, ...]


@dataclass(frozen=True)
class OpenedOrder:
    """An order whose signature holds; `hash` (hex SHA-256 of its bytes) names it in the journal."""

    order: Order
    hash: str
    expires: datetime


def open_order(data: bytes, authority: Authority, *, device: str, stream: str, now: datetime) -> OpenedOrder:
    """Check an order for this device; `now` is the time surely reached, so that no clock revives an old one.

    Raises KnownError `lift.not_ours`, `lift.expired`, `signed.*`, `wire.*`, `authority.*`,
    `protocol.malformed`.
    """
    signed = authority.open(data, PURPOSE, now=now, max_bytes=MAX_ORDER_BYTES)
    order = record_of(Order, signed)
    if (order.device, order.stream) != (device, stream):
        raise KnownError("lift.not_ours", device=device)
    if signed.expires <= now:
        raise KnownError("lift.expired")
    return OpenedOrder(order, signed.hash.hex(), signed.expires)
