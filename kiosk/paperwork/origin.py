"""Where a paper comes from: names of body, unit and vehicle, and where its code is checked.

An enrolled device knows names from its enrolment and the host from the centre's signed list of receipt keys;
names that were kept in the setting `origin` come first. A device that was never told prints its codes alone,
and seals nothing: a code that no centre knows proves nothing.
"""

import json
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from kiosk.core.entries.staff import StreamOpened
from kiosk.core.errors import BugError, KnownError
from kiosk.core.receipt_keys import PURPOSE as KEY_LIST
from kiosk.documents.model import Place
from kiosk.paperwork.reading import entry_of
from kiosk.store.datasets import current_dataset
from kiosk.store.sync_state import centre_of

SETTING = "origin"


@dataclass(frozen=True)
class Origin:
    """`body`, `unit`, `vehicle`: what people call them. `host` is where receipts are checked."""

    body: str = ""
    unit: str = ""
    vehicle: str = ""
    host: str = ""


def keep_origin(db: Database, origin: Origin) -> None:
    """Keep the names, inside the transaction of the act that learnt them."""
    if not db.conn.in_transaction:
        raise BugError("the origin is written within an act")
    db.conn.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (SETTING, json.dumps(asdict(origin), ensure_ascii=False)),
    )


def origin_of(db: Database) -> Origin:
    """The names that were kept, or else those of the enrolment; empty ones where there are none."""
    row = db.execute("SELECT value FROM setting WHERE name = ?", (SETTING,)).fetchone()
    if row:
        return Origin(**json.loads(row[0]))
    centre = centre_of(db)
    if centre is None:
        return Origin()
    return Origin(unit=centre.unit_name, vehicle=centre.vehicle or "", host=_host(db))


def _host(db: Database) -> str:
    """Where receipts are checked, as the list of receipt keys in use says; '' before the first list."""
    try:
        listed = current_dataset(db, KEY_LIST)
    except KnownError as error:
        if error.code != "dataset.missing":
            raise
        return ""
    return str(json.loads(listed.content)["host"])


def place_of(db: Database) -> tuple[Place, bool]:
    """Where this device stands, by names or else by codes; and whether it is a trial that binds nobody."""
    _, opened = entry_of(db, 1, StreamOpened)
    names = origin_of(db)
    return (
        Place(
            body=names.body,
            unit=names.unit or opened.unit,
            vehicle=names.vehicle or opened.vehicle or opened.unit,
            device=opened.device,
        ),
        opened.trial,
    )
