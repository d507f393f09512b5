"""Cash on its way between devices: handovers of which the other side has not come."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from central.schema_books import handover


@dataclass(frozen=True)
class OpenHandover:
    """One side without the other; piastres. `other`: the device from which the other side must come."""

    transfer: str
    side: str
    device: str
    seq: int
    staff: str
    counterpart: str
    other: str | None
    total: int
    at: str


def open_handovers(db: Connection) -> list[OpenHandover]:
    """Sides whose counterpart signs on his own device, and has not, as far as journals reached the centre."""
    other = handover.alias()
    query = (
        select(handover)
        .outerjoin(other, (other.c.transfer == handover.c.transfer) & (other.c.side != handover.c.side))
        .where(handover.c.signs == "elsewhere", other.c.seq.is_(None))
        .order_by(handover.c.at, handover.c.stream, handover.c.seq)
    )
    return [
        OpenHandover(
            transfer=row.transfer,
            side=row.side,
            device=row.device,
            seq=row.seq,
            staff=row.staff,
            counterpart=row.counterpart,
            other=row.other,
            total=row.total,
            at=row.at,
        )
        for row in db.execute(query)
    ]
