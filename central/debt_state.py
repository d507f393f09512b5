"""What the newest version of a scope's debts is made of: pieces, whose debtors, and up to which change."""

import gzip
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import orjson
from sqlalchemy import Connection, Row, select

from central.schema import debt_state
from central.storage import insert_into
from kiosk.core.debts.pieces import PIECE_DEBTORS, version_hash


@dataclass(frozen=True, slots=True)
class PieceState:
    """A piece of a version: its debtors, its rows of all kinds, and the hash of them."""

    first: int
    debtors: int
    rows: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class DebtState:
    """The newest version. `numbers` of its debtors are in order. `whole`: when all was last read, UTC, as the
    snapshot of version `snapshot`, which takes `snapshot_size` bytes.
    """

    version: int
    cursor: str
    whole: str
    snapshot: int
    snapshot_size: int
    pieces: tuple[PieceState, ...]
    numbers: tuple[int, ...]

    @property
    def hash(self) -> str:
        """The hash of the version."""
        return version_hash((one.first, one.hash) for one in self.pieces)

    @property
    def rows(self) -> int:
        """Rows of all kinds."""
        return sum(one.rows for one in self.pieces)


def load_state(db: Connection, scope: str) -> DebtState | None:
    """The state of a scope, or None when it has no version yet."""
    row = db.execute(select(debt_state).where(debt_state.c.scope == scope)).first()
    return _read(row) if row is not None else None


def save_state(db: Connection, scope: str, state: DebtState) -> None:
    """Keep the state of a scope."""
    pieces = [[one.first, one.debtors, one.rows, one.hash] for one in state.pieces]
    values = {
        "version": state.version,
        "hash": state.hash,
        "cursor": state.cursor,
        "whole": state.whole,
        "snapshot": state.snapshot,
        "snapshot_size": state.snapshot_size,
        "pieces": gzip.compress(orjson.dumps(pieces), 1),
        "numbers": gzip.compress(_differences(state.numbers), 1),
    }
    put = insert_into(db, debt_state).values(scope=scope, **values)
    db.execute(put.on_conflict_do_update(index_elements=["scope"], set_=values))


def begins(pieces: Sequence[PieceState], numbers: Sequence[int]) -> list[int]:
    """Where the pieces of these debtors begin: as before, but one that has grown to twice its size is cut."""
    before = [one.first for one in pieces] or [0]
    cut: list[int] = []
    for first, after in zip(before, [*before[1:], None], strict=True):
        cut.append(first)
        mine = between(numbers, first, after)
        if len(mine) > 2 * PIECE_DEBTORS:
            cut += mine[PIECE_DEBTORS::PIECE_DEBTORS]
    return cut


def between(numbers: Sequence[int], first: int, after: int | None) -> Sequence[int]:
    """The numbers from `first` to below `after` (None: all that follow)."""
    low = bisect_right(numbers, first - 1)
    return numbers[low:] if after is None else numbers[low : bisect_right(numbers, after - 1)]


def _differences(numbers: Sequence[int]) -> bytes:
    return array("q", (b - a for a, b in pairwise((0, *numbers)))).tobytes()


def _read(row: Row[tuple[object, ...]]) -> DebtState:
    numbers = array("q")
    numbers.frombytes(gzip.decompress(row.numbers))
    return DebtState(
        version=row.version,
        cursor=row.cursor,
        whole=row.whole,
        snapshot=row.snapshot,
        snapshot_size=row.snapshot_size,
        pieces=tuple(PieceState(*one) for one in orjson.loads(gzip.decompress(row.pieces))),
        numbers=tuple(accumulate(numbers)),
    )
