"""Whether every piastre of the books has its place, and every request stands where its log put it.

Piastres: parts, credits, their moves, and what is owed.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from central.credits import FROM_CREDIT
from central.schema import charge, part, payment, quarantine
from central.schema_books import credit, credit_move, request, request_status
from kiosk.core.request_states import RECEIVED

Found = tuple[str, str, object, object]
"""What, place, in the table, what it must be."""


def conservation(db: Connection) -> Iterator[Found]:
    """Each place where the piastres of a payment, a credit or a charge do not add up, and each request that
    stands elsewhere than its log says.
    """
    yield from _credits(db)
    yield from _parts(db)
    yield from _requests(db)
    for row in db.execute(select(charge).where(charge.c.owed < 0).order_by(charge.c.debt, charge.c.id)):
        yield "charge", f"{row.debt}/{row.id}", row.owed, 0


def _requests(db: Connection) -> Iterator[Found]:
    """A request stands where the last word of its log put it; without one it is received."""
    log = request_status
    same = (log.c.stream == request.c.stream) & (log.c.seq == request.c.seq)
    last = select(func.max(log.c.n)).where(same).correlate(request).scalar_subquery()
    said, state = func.coalesce(last, 0), func.coalesce(log.c.state, RECEIVED)
    query = (
        select(request.c.stream, request.c.seq, request.c.state, request.c.said, state, said)
        .outerjoin(log, same & (log.c.n == last))
        .where((request.c.said != said) | (request.c.state != state))
        .order_by(request.c.stream, request.c.seq)
    )
    for stream, seq, state_here, said_here, state_said, count in db.execute(query):
        yield "request", f"{stream}/{seq}", f"{state_here} {said_here}", f"{state_said} {count}"


def _moved(db: Connection, *kinds: str) -> dict[int, int]:
    query = select(credit_move.c.credit, func.sum(credit_move.c.piastres)).group_by(credit_move.c.credit)
    if kinds:
        query = query.where(credit_move.c.kind.in_(kinds))
    return {number: int(total) for number, total in db.execute(query)}


def _credits(db: Connection) -> Iterator[Found]:
    moved = _moved(db)
    for row in db.execute(select(credit).order_by(credit.c.id)):
        left = row.piastres - moved.get(row.id, 0)
        if row.left != left or left < 0:
            yield "credit", str(row.id), row.left, left


def _parts(db: Connection) -> Iterator[Found]:
    """A part of a payment that stands pays its charge or is a credit, whole; one that does not, neither."""
    absorbed = _moved(db, "absorbed")
    named = {(row.stream, row.seq, row.n): row for row in db.execute(select(credit))}
    waits = select(quarantine.c.stream, quarantine.c.seq).where(
        quarantine.c.debts == 1, quarantine.c.state.in_(("open", "dismissed"))
    )
    held = {(name, seq) for name, seq in db.execute(waits)}
    query = select(part, payment.c.voided).join(
        payment, (payment.c.stream == part.c.stream) & (payment.c.seq == part.c.seq)
    )
    for row in db.execute(query.order_by(part.c.stream, part.c.seq, part.c.n)):
        place = f"{row.stream}/{row.seq}/{row.n}"
        waiting = named.get((row.stream, row.seq, row.n))
        if (row.stream, row.seq) in held:
            if row.applied or waiting is not None:
                yield "held part", place, row.applied, 0
        elif row.voided is not None and (row.stream, row.voided) not in held:
            if row.applied or (waiting is not None and waiting.left):
                yield "voided part", place, row.applied, 0
        else:
            yield from _whole(row, waiting, absorbed, place)


def _whole(row: Any, waiting: Any, absorbed: dict[int, int], place: str) -> Iterator[Found]:
    rest = 0 if waiting is None else waiting.piastres - absorbed.get(waiting.id, 0)
    if row.component == FROM_CREDIT:
        rest = 0
    if row.piastres != row.applied + rest:
        yield "part", place, row.applied + rest, row.piastres
