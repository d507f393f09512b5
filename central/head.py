"""Says in a few bytes whether anything is new for a device: what every idle device asks every minute.

Nothing is written and nothing is made for it. What the centre makes only when it is asked (books, snapshots
of debts, requests that arrived) is told by what they are made of.
"""

from sqlalchemy import func, select

from central.centre import Centre
from central.ingest import Known
from central.manifests import wanted_by
from central.request_data import arrivals_due
from central.schema import book, dataset, lifting, quarantine
from central.storage import change_of, epoch_of
from kiosk.core.wire.head import sign_head, state_of


def head_of(centre: Centre, known: Known, nonce: str) -> bytes:
    """The signed head of a device for its nonce."""
    with centre.storage.read() as db:
        newest = select(dataset.c.name, dataset.c.scope, func.max(dataset.c.version))
        scopes = {scope for _, scope in wanted_by(known)}
        versions = db.execute(
            newest.where(dataset.c.scope.in_(scopes)).group_by(dataset.c.name, dataset.c.scope)
        ).all()
        held = select(func.count(), func.max(quarantine.c.at)).where(
            quarantine.c.stream == known.stream, quarantine.c.state == "open"
        )
        books = select(func.count(), func.count(book.c.retired)).where(book.c.device == known.code)
        orders = select(func.count()).select_from(lifting).where(lifting.c.device == known.code)
        state = state_of(
            (
                epoch_of(db),
                known.state,
                change_of(db),
                sorted(list(row) for row in versions),
                list(db.execute(held).one()),
                list(db.execute(books).one()),
                db.execute(orders).scalar_one(),
                arrivals_due(db, known.unit, centre.now()),
            )
        )
    return sign_head(known.code, nonce, state, key=centre.keys.ack)
