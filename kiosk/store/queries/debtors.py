"""Who a debtor is by the snapshot in use, and whose debts this device may divide."""

from dataclasses import dataclass, field

from sqlite_utils import Database

from kiosk.core.debts.lease import CollectingDesk
from kiosk.core.errors import KnownError
from kiosk.store.debts.read import one_moment, set_in_use


@dataclass(frozen=True)
class Debtor:
    """A debtor with his whole numbers: for sealing, never for a list. The repr hides him."""

    code: str
    name: str = field(repr=False)
    father: str = field(repr=False)
    address: str = field(repr=False)
    national: str | None = field(repr=False)
    phone: str | None = field(repr=False)


def debtor_of(db: Database, code: str) -> Debtor:
    """The debtor of a code. Raises KnownError `collect.no_debtor`, `dataset.missing`."""
    with one_moment(db):
        which = set_in_use(db)
        row = db.execute(
            f"SELECT code, name, father, address, national, phone FROM debtor_{which}"  # noqa: S608
            f" WHERE id = (SELECT id FROM debtor_code_{which} WHERE code = ?)",
            (code,),
        ).fetchone()
    if row is None:
        raise KnownError("collect.no_debtor", debtor=code)
    return Debtor(*row)


def collecting_desk(db: Database, staff: str) -> CollectingDesk:
    """Who collects here: a vehicle holds its unit's debts, a device without one those of its collector."""
    unit, vehicle = db.execute(
        "SELECT CAST(bytes AS TEXT) ->> '$.body.unit', CAST(bytes AS TEXT) ->> '$.body.vehicle'"
        " FROM known_entry WHERE seq = 1"
    ).fetchone()
    return CollectingDesk(unit) if vehicle else CollectingDesk(unit, staff)
