"""Lifts the stop of an incident on a device: answers its challenge by telephone, or writes it a signed order.

Whoever does it has first looked at what happened: nothing here judges that. Each answer and order is kept.
"""

from typing import Any

from sqlalchemy import Connection, Row

from central.centre import Centre
from central.contacts import forget_contact
from central.lodged import bodies
from central.orders import find_row, give_order, note
from kiosk.core.entries.technical import LiftingKey
from kiosk.core.errors import KnownError
from kiosk.core.wire.lifting import CHALLENGE_DIGITS, answer_to, open_lifting_key
from kiosk.core.wire.numbers import read_number
from kiosk.core.wire.order import LIFT_INCIDENT, Order
from kiosk.core.wire.times import utc_text


def answer_challenge(centre: Centre, code: str, challenge: str) -> str:
    """The 18 digits that lift the stop on this device, for the challenge that it shows (12 digits, as heard).

    Raises KnownError `central.unknown_device`, `central.no_lifting_key`, `number.*`.
    """
    digits = read_number(challenge, CHALLENGE_DIGITS)
    with centre.storage.write() as db:
        row = find_row(db, code)
        key = _lifting_key(centre, db, row)
        answer = answer_to(digits, key=key, device=code, stream=row.stream)
        note(db, row, utc_text(centre.now()), how="answer", number=None, what=digits)
        forget_contact(db, row.stream)
    return answer


def write_order(centre: Centre, code: str, through: int) -> tuple[Order, bytes]:
    """A signed order to lift the incidents whose entries are at or below `through`: fetched by sync, or on a
    stick. Which of two copies of the device is heard next is then believed to be the device.

    Raises KnownError `central.unknown_device`.
    """
    order, data = give_order(centre, code, LIFT_INCIDENT, through=through)
    with centre.storage.write() as db:
        forget_contact(db, order.stream)
    return order, data


def _lifting_key(centre: Centre, db: Connection, row: Row[Any]) -> bytes:
    """The newest key that the device told in its journal."""
    for body in bodies(db, row.stream, LiftingKey.TYPE):
        if isinstance(body, LiftingKey):
            sealed = bytes.fromhex(body.sealed)
            return open_lifting_key(sealed, device=row.code, stream=row.stream, intake=centre.keys.intake)
    raise KnownError("central.no_lifting_key", device=row.code)
