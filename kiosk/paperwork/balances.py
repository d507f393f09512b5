"""What was owed on each charge before and after a payment, by the data that the payment was made from."""

from sqlite_utils import Database

from kiosk.core.debts.balance import OwnPart
from kiosk.core.entries.payment import PaymentTaken
from kiosk.documents.model import Allocation
from kiosk.paperwork.labels import OWN
from kiosk.store.debts.read import data_version, debt_rows_of


def allocations_of(
    db: Database, stream: str, seq: int, debtor: str, paid: PaymentTaken
) -> tuple[Allocation, ...]:
    """The parts of the payment `seq` with balances in piastres.

    Empty when other data has come into use since: balances of then are not known any more, and paper does not
    state what nobody can check.
    """
    if paid.allocation is None or not paid.allocation.parts or paid.snapshot is None:
        return ()
    version = data_version(db)
    if version.version != paid.snapshot.version:
        return ()
    owed = {
        (row.account, line.charge.id): (line.charge.owed, line.label)
        for row in debt_rows_of(db, debtor)
        for line in row.charges
    }
    applied = version.applied(stream)
    made = []
    for part in paid.allocation.parts:
        at_centre, label = owed[part.debt, part.charge]
        rows = db.execute(
            "SELECT seq, piastres FROM allocation WHERE debt = ? AND charge = ? AND seq < ?",
            (part.debt, part.charge, seq),
        ).fetchall()
        own = (OwnPart(stream, number, part.debt, part.charge, amount) for number, amount in rows)
        before = at_centre - sum(one.amount for one in own if not applied.contains(one))
        named = f"{part.debt} – {label}" if label else part.debt
        component = OWN[part.component].ar
        made.append(Allocation(named, component, part.piastres, before, before - part.piastres))
    return tuple(made)
