"""Finds two copies of one device at their first contact, by their heartbeats (`kiosk.core.contact`)."""

from sqlalchemy import Connection, delete, select

from central.ingest import report
from central.numbers import token_hex
from central.schema import contact as table
from central.storage import epoch_of, insert_into
from kiosk.core.contact import CentreSide, Verdict, judge
from kiosk.core.wire.heartbeat import Heartbeat


def take_contact(db: Connection, beat: Heartbeat, now: str) -> tuple[Verdict, str]:
    """Judge a heartbeat inside the open `write`, keep it if it was the device's own, note a copy.

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
    return verdict, after.echo


def forget_contact(db: Connection, stream: str) -> None:
    """Begin anew with a journal whose stop a person lifts: the next heartbeat is believed."""
    db.execute(delete(table).where(table.c.stream == stream))
