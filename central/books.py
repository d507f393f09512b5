"""Receipt books: each device has series of its own, which hold its code and the server's epoch."""

from sqlalchemy import Connection, func, insert, select

from central.centre import Centre
from central.schema import book
from central.storage import epoch_of
from kiosk.core.wire.bundle import BOOK_PURPOSE, BookGrant

FIRST_SERIALS = 1000
"""Receipts of a book unless people say otherwise."""


def grant_book(centre: Centre, db: Connection, device: str, serials: int = FIRST_SERIALS) -> BookGrant:
    """Give a device a new book inside the open transaction. Every book is a series that begins at 1."""
    epoch = epoch_of(db)
    held = db.execute(select(func.count()).select_from(book).where(book.c.device == device)).scalar_one()
    grant = BookGrant(
        device=device, series=f"{device}-E{epoch}B{held + 1}", first=1, last=serials, epoch=epoch
    )
    db.execute(
        insert(book).values(
            series=grant.series,
            device=device,
            first=grant.first,
            last=grant.last,
            grant=centre.sign(BOOK_PURPOSE, grant).decode("utf-8"),
        )
    )
    return grant


def grants_of(db: Connection, device: str) -> tuple[str, ...]:
    """The signed grants of a device, oldest first."""
    query = (
        select(book.c.grant)
        .where(book.c.device == device)
        .order_by(func.length(book.c.series), book.c.series)
    )
    return tuple(db.execute(query).scalars())
