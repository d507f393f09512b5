"""Receipt books: each device has series of its own, which hold its code and the server's epoch."""

from collections.abc import Collection

from sqlalchemy import Connection, func, insert, select, update

from central.centre import Centre
from central.schema import book
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.bundle import BOOK_PURPOSE, BookGrant, open_grant

FIRST_SERIALS = 1000
"""Receipts of a book unless people say otherwise."""


def grant_book(centre: Centre, db: Connection, device: str, serials: int = FIRST_SERIALS) -> BookGrant:
    """Give a device a new book inside the open transaction. Every book is a series that begins at 1."""
    epoch = epoch_of(db)
    held = db.execute(select(book.c.series).where(book.c.device == device)).scalars()
    number = 1 + max((_number(series) for series in held), default=0)
    grant = BookGrant(device=device, series=f"{device}-E{epoch}B{number}", first=1, last=serials, epoch=epoch)
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


def take_over_book(centre: Centre, db: Connection, device: str, text: str) -> tuple[BookGrant, bool]:
    """Keep a book that the centre granted and a restored server forgot, inside the open transaction; whether
    it was forgotten. Raises KnownError `signed.*`, `authority.*`, `central.other_book`.
    """
    authority = Authority(
        centre.keys.root, [one.encode() for one in centre.keys.delegations], now=centre.now()
    )
    grant, _ = open_grant(text.encode(), authority, now=centre.now())
    kept = db.execute(select(book.c.grant).where(book.c.series == grant.series)).scalar()
    if grant.device != device or kept not in (None, text):
        raise KnownError("central.other_book", series=grant.series)
    if kept is None:
        db.execute(
            insert(book).values(
                series=grant.series, device=device, first=grant.first, last=grant.last, grant=text
            )
        )
    return grant, kept is None


def retire_books(
    db: Connection, device: str, now: str, only: Collection[str] | None = None
) -> tuple[str, ...]:
    """Retire every series that a device has, or those of `only`, inside the open transaction, and return
    those that were in use: two copies of it may issue the same number. It is given a new one only when a
    person grants it.
    """
    in_use = (book.c.device == device) & book.c.retired.is_(None)
    if only is not None:
        in_use &= book.c.series.in_(sorted(only))
    series = db.execute(select(book.c.series).where(in_use).order_by(book.c.series)).scalars().all()
    if series:
        db.execute(update(book).where(in_use).values(retired=now))
    return tuple(series)


def retired_of(db: Connection, device: str) -> tuple[str, ...]:
    """The retired series of a device."""
    query = select(book.c.series).where(book.c.device == device, book.c.retired.is_not(None))
    return tuple(db.execute(query.order_by(book.c.series)).scalars())


def _number(series: str) -> int:
    """The number of a book, over all epochs: what stands after the B of its series."""
    return int(series.rpartition("B")[2])


def grants_of(db: Connection, device: str) -> tuple[str, ...]:
    """The signed grants of a device, oldest first."""
    query = (
        select(book.c.grant)
        .where(book.c.device == device)
        .order_by(func.length(book.c.series), book.c.series)
    )
    return tuple(db.execute(query).scalars())
