"""Finds two copies of one device by their heartbeats, at their first contact (`kiosk.core.contact`).

What a device tells of a copy that was found before is learned again where the centre was put back since.
"""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from central.books import retire_books
from central.ingest import prove_copy, report
from central.numbers import token_hex
from central.schema import contact as table
from central.schema import incident
from central.storage import epoch_of, insert_into
from kiosk.core.contact import CentreSide, Verdict, judge
from kiosk.core.wire.heartbeat import Heartbeat, StandingStop

COPIES = ("fork", "clone")
"""What stops a device because another one is at work under its name."""


def take_contact(db: Connection, beat: Heartbeat, now: str) -> tuple[Verdict, str]:
    """Judge a heartbeat inside the open `write`, keep it if it was the device's own, note a copy.

    A copy that was free to take money until now may have given the numbers of any book that it holds: these
    series are retired. One that stands still since it was found has given none since.

    Returns the verdict and the echo for the device.
    """
    epoch = epoch_of(db)
    row = db.execute(select(table).where(table.c.stream == beat.stream, table.c.epoch == epoch)).first()
    kept = None
    if row is not None:
        kept = CentreSide(row.n, row.nonce, row.token, row.echo, bool(row.settled))
    after, verdict = judge(kept, beat.contact, beat.nonce, token_hex())
    if after != kept:
        values = {
            "epoch": epoch,
            "n": after.n,
            "nonce": after.nonce,
            "token": after.token,
            "echo": after.echo,
            "settled": int(after.settled),
        }
        put = insert_into(db, table).values(stream=beat.stream, **values)
        db.execute(put.on_conflict_do_update(index_elements=["stream"], set_=values))
    if verdict == "clone":
        report(
            db, "clone", now, device=beat.device, stream=beat.stream, seq=beat.seq,
            detail={"epoch": epoch, "token": after.token[:8]},
        )  # fmt: skip
        if not any(one.kind in COPIES for one in beat.stops):
            _retire(db, beat, [one.series for one in beat.books], beat.seq, now)
    return verdict, after.echo


def take_told(db: Connection, beat: Heartbeat, now: str) -> None:
    """Learn again, inside the open `write`, what a device knows of copies: series that were retired, and a
    fork or clone for which it stands still. What is known here already changes nothing, and a device can only
    lose books by what it says of its own.
    """
    _retire(db, beat, [one.series for one in beat.books if one.retired], 0, now)
    for one in beat.stops:
        if one.kind in COPIES and not _known(db, beat.stream, one):
            prove_copy(
                db, one.kind, now, device=beat.device, stream=beat.stream, seq=one.at or 0, detail={}
            )  # fmt: skip


def _retire(db: Connection, beat: Heartbeat, series: Collection[str], seq: int, now: str) -> None:
    for one in retire_books(db, beat.device, now, series):
        report(
            db, "series_retired", now, device=beat.device, stream=beat.stream, seq=seq,
            detail={"series": one},
        )  # fmt: skip


def _known(db: Connection, stream: str, told: StandingStop) -> bool:
    """Whether what a device tells was noted here. It may see a fork behind the entry where that begins, and
    is told of a clone at a contact or at the next one.
    """
    at = told.at or 0
    here = (incident.c.stream == stream) & (incident.c.kind == told.kind)
    here &= incident.c.seq <= at if told.kind == "fork" else incident.c.seq >= at
    return db.execute(select(incident.c.id).where(here).limit(1)).first() is not None


def forget_contact(db: Connection, stream: str) -> None:
    """Begin anew with a journal whose stop a person lifts: the next heartbeat is believed."""
    db.execute(delete(table).where(table.c.stream == stream))
