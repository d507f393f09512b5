"""Parts of scans that nobody goes on sending: their bytes go, the rows of `central.attachments` stay.

A device that comes back after all is told that the whole is not what it announced, and begins anew: it keeps
a scan until the centre has signed that it holds it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from central.attachments import OPEN, store_of
from central.centre import Centre
from central.scan_store import Begun, ScanStore
from central.schema_books import upload, upload_piece

AT_WORK = timedelta(days=1)
"""What was written within this time may be in somebody's hands, whatever the tables say."""


@dataclass(frozen=True)
class GivenUp:
    """Parts of an upload that may go, by their names; `whole`: all of them. Size in bytes."""

    upload: str
    names: tuple[str, ...]
    size: int
    whole: bool


def given_up(centre: Centre, after: timedelta) -> list[GivenUp]:
    """Parts that no upload counts any more, and those of uploads of which nothing came for this long.

    Raises KnownError `scans.*`.
    """
    now, begun = centre.now(), list(store_of(centre).begun())
    with centre.storage.read() as db:
        judged = [_judge(db, one, now, after) for one in begun]
    return [one for one in judged if one is not None]


def remove_parts(store: ScanStore, one: GivenUp) -> None:
    """Remove them; what is gone already is no fault. Raises KnownError `scans.*`."""
    if one.whole:
        store.drop_pieces(one.upload)
        return
    for name in one.names:
        store.drop_piece(one.upload, name)


def _judge(db: Connection, begun: Begun, now: datetime, after: timedelta) -> GivenUp | None:
    state = db.execute(select(upload.c.state).where(upload.c.upload == begun.upload)).scalar()
    if now - begun.touched > (after if state == OPEN else AT_WORK):
        names = tuple(one.name for one in begun.parts)
        return GivenUp(begun.upload, names, sum(one.size for one in begun.parts), whole=True)
    if state != OPEN:
        return None
    pieces = select(upload_piece.c.start, upload_piece.c.length).where(upload_piece.c.upload == begun.upload)
    counted = {f"{row.start}-{row.length}" for row in db.execute(pieces)}
    loose = [one for one in begun.parts if one.name not in counted and now - one.at > AT_WORK]
    if not loose:
        return None
    return GivenUp(
        begun.upload, tuple(one.name for one in loose), sum(one.size for one in loose), whole=False
    )
