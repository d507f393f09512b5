"""A load keeps out of the way: its pieces are short, and whoever waits to write goes first."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.store.debts.load import DebtLoad, empty_idle
from kiosk.store.debts.pieces import FEWEST_ROWS, FIRST_ROWS, HOLD_MS, Pieces
from kiosk.store.debts.version import Version
from kiosk.store.driver import open_database, transaction
from kiosk.store.turns import TURNS, Turns
from tests.store.snapshots import AS_OF, KEY, SALT, Device, device, many, source

MOMENT, MINUTE = timedelta(milliseconds=1), timedelta(minutes=1)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Device]:
    with device(tmp_path) as made:
        yield made


class Holds:
    """Pieces whose hold is as told; the rows they were given."""

    def __init__(self, db: Database, *held_ms: int, most: int = 20_000) -> None:
        ticks = iter([tick * 10**6 for held in held_ms for tick in (0, held)])
        self.pieces = Pieces(db, lambda _db: None, most, clock=lambda: next(ticks))
        self.rows = [self.pieces.rows]
        for _ in held_ms:
            with self.pieces.piece():
                pass
            self.rows.append(self.pieces.rows)


def test_pieces_grow_while_they_are_short_and_shrink_when_they_hold_too_long(here: Device) -> None:
    grown = Holds(here.db, 1, 1, HOLD_MS, 2 * HOLD_MS, 20 * HOLD_MS)
    assert grown.rows == [
        FIRST_ROWS,
        2 * FIRST_ROWS,
        4 * FIRST_ROWS,
        4 * FIRST_ROWS,
        2 * FIRST_ROWS,
        FIRST_ROWS,
    ]


def test_pieces_stay_between_the_fewest_and_the_most(here: Device) -> None:
    assert Holds(here.db, *[900] * 8).rows[-1] == FEWEST_ROWS
    assert Holds(here.db, *[1] * 8, most=1_000).rows[-1] == 1_000


def test_a_piece_waits_until_nobody_else_waits_to_begin() -> None:
    turns, began = Turns(), threading.Event()
    passed: list[bool] = []

    def give_way() -> None:
        began.set()
        passed.append(turns.give_way(MINUTE))

    late = threading.Thread(target=give_way)
    with turns.asking():
        assert not turns.give_way(MOMENT)
        late.start()
        assert began.wait(60)
        assert passed == []
    late.join(60)
    assert passed == [True]
    assert turns.give_way(timedelta(0))


def test_an_act_that_waits_for_the_lock_is_let_in_before_the_next_piece(tmp_path: Path, here: Device) -> None:
    """The payment begins to wait inside a piece; the piece after it comes only when the payment is done."""
    order: list[str] = []
    pieces = Pieces(here.db, lambda _db: None, 100)

    def pay() -> None:
        other = open_database(tmp_path / "kiosk.db", KEY, SALT)
        with transaction(other):
            order.append("payment")
        other.close()

    payment = threading.Thread(target=pay)
    with pieces.piece():
        payment.start()
        while TURNS.give_way(MOMENT):
            assert payment.is_alive()
        order.append("piece")
    with pieces.piece():
        order.append("next piece")
    payment.join(60)
    assert order == ["piece", "payment", "next piece"]


def test_no_piece_of_a_large_load_or_of_what_empties_it_writes_more_than_it_may(here: Device) -> None:
    """Counted in changed rows, which do not depend on how busy the machine is; 75,000 rows in all."""
    most = 500
    changed: list[int] = []
    real = Pieces.piece

    def counted(pieces: Pieces) -> object:
        return _Counting(real(pieces), here.db, changed)

    patch = pytest.MonkeyPatch()
    patch.setattr(Pieces, "piece", counted)
    try:
        load = DebtLoad(here.db, chunk_rows=most)
        load.load(source(many(15_000)))
    finally:
        patch.undo()
    with here.acting() as act:
        load.switch(act, Version(version=1, as_of=AS_OF, rows=1))
    # Every debtor is one row, and is written under his keys (5).
    assert sum(changed) > 15_000 * 5
    assert max(changed) <= most + 8
    load = DebtLoad(here.db, chunk_rows=most)
    load.load(source(many(10)))
    with here.acting() as act:
        load.switch(act, Version(version=2, as_of=AS_OF, rows=1))
    empty_idle(here.db)
    assert here.db.execute("SELECT count(*) FROM debtor_loose_a").fetchone() == (0,)


class _Counting:
    """A piece that notes how many rows it changed."""

    def __init__(self, piece: object, db: Database, changed: list[int]) -> None:
        self._piece, self._db, self._changed = piece, db, changed

    def __enter__(self) -> Database:
        self._before = self._db.conn.total_changes
        return self._piece.__enter__()  # type: ignore[attr-defined, no-any-return]

    def __exit__(self, *ended: object) -> object:
        self._changed.append(self._db.conn.total_changes - self._before)
        return self._piece.__exit__(*ended)  # type: ignore[attr-defined]
