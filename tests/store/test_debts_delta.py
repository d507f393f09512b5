"""A snapshot and the changes that follow it make the very tables that the newest snapshot makes."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from kiosk.core.debts.pieces import Piece
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import KnownError
from kiosk.core.wire.debt_files import DebtDelta, read_delta, read_index
from kiosk.core.wire.manifest import DatasetRef
from kiosk.store.debts.delta import DebtChange
from kiosk.store.debts.load import DebtLoad
from kiosk.store.debts.read import check_debts, data_version, debts_of, set_in_use
from kiosk.store.debts.search import By, find
from kiosk.store.debts.tables import KEYS
from kiosk.store.debts.version import Version
from tests.store.snapshots import AS_OF, Device, charge, debt, debtor, device
from tests.sync.canned_debts import CannedDebts, Debtors

Deltas = list[tuple[DebtDelta, bytes]]
NAMES = ("محمد أحمد النجار", "فاطمة السيد", "أحمد عبد الرحمن علي", "علي حسن", "إيمان أبو زيد")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Device]:
    with device(tmp_path) as made:
        yield made


def person(number: int, name: int, owed: int, accounts: int = 1, contract: bool = False) -> DebtorRow:
    debts = [
        debt(
            f"L-{number}/{n}",
            *([charge("1", owed)] if owed else []),
            contract=f"C{number % 3}" if contract else None,
        )
        for n in range(accounts)
    ]
    return debtor(
        f"DB-{number}", NAMES[name], *debts, national=f"2900101{number:07d}" if number % 2 else None
    )


people = st.builds(
    person,
    number=st.integers(1, 12),
    name=st.integers(0, len(NAMES) - 1),
    owed=st.integers(0, 3),
    accounts=st.integers(1, 3),
    contract=st.booleans(),
)
worlds = st.lists(people, max_size=12).map(lambda rows: {int(row.code[3:]): row for row in rows})


def of_files(canned: CannedDebts, ref: DatasetRef) -> Deltas:
    return [read_delta(canned.file(one)) for one in ref.deltas]


def loaded(here: Device, canned: CannedDebts | None, ref: DatasetRef, deltas: Deltas, version: int) -> str:
    """Load a snapshot, or the debts in use, and changes beside the set in use, and switch."""
    load = DebtLoad(here.db)
    if canned is None:
        done = load.load(None, deltas=lambda: deltas)
    else:
        pieces, index = canned.pieces, read_index(canned.file(ref))
        done = load.load(lambda held: pieces(index, held, lambda: None), deltas=lambda: deltas)
    with here.acting() as act:
        load.switch(act, Version(version=version, as_of=AS_OF, rows=ref.rows))
    return done.hash


def changed(here: Device, deltas: Deltas, version: int, *, own_keys: bool = False) -> str:
    """Change the set in use."""
    with DebtChange(here.db, own_keys=own_keys) as change:
        hash_ = change.prepare(deltas)
        with here.acting() as act:
            change.apply(act, Version(version=version, as_of=AS_OF, rows=1))
    return hash_


def tables(db: Database) -> dict[str, list[Any]]:
    """Everything of the set in use but the blocks of the name index, of which only what it finds matters."""
    which = set_in_use(db)
    names = [f"debtor_{which}", f"debt_piece_{which}", *(key.table(which) for key in KEYS)]
    found = {name[:-2]: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in names}
    for word in {word for name in NAMES for word in name.split()}:
        found[word] = sorted(one.debtor for one in find(db, word, By.NAME))
    return found


def test_what_changes_makes_is_what_the_newest_snapshot_is(here: Device, tmp_path: Path) -> None:
    versions = count(1)
    (tmp_path / "there").mkdir()

    @settings(max_examples=15)
    @given(history=st.lists(worlds, min_size=2, max_size=4), way=st.sampled_from(("place", "copy", "load")))
    def holds(history: list[Debtors], way: str) -> None:
        canned = CannedDebts(size=20)
        ref = canned.snapshot(history[0])
        for before, after in pairwise(history):
            ref = canned.changed(ref, before, after)
        if way == "place":
            loaded(here, canned, ref, [], next(versions))
            hash_ = changed(here, of_files(canned, ref), next(versions))
        elif way == "copy":
            loaded(here, canned, ref, [], next(versions))
            hash_ = loaded(here, None, ref, of_files(canned, ref), next(versions))
        else:
            hash_ = loaded(here, canned, ref, of_files(canned, ref), next(versions))
        assert hash_ == ref.hash == data_version(here.db).hash
        newest = canned.snapshot(history[-1])
        assert newest.hash == hash_
        loaded(there, canned, newest, [], next(versions))
        assert tables(here.db) == tables(there.db)
        check_debts(here.db)

    with device(tmp_path / "there") as there:
        holds()


FIRST = {n: person(n, n % 5, 100 + n) for n in range(1, 31)}
PAID = FIRST | {7: person(7, 2, 0), 30: person(30, 0, 5)}


class CutError(Exception):
    pass


def changed_and_cut(here: Device, deltas: Deltas) -> None:
    with DebtChange(here.db) as change:
        change.prepare(deltas)
        with here.acting() as act:
            change.apply(act, Version(version=2, as_of=AS_OF, rows=1))
            assert debts_of(here.db, "DB-30")[0].balance == 5
            raise CutError


def test_a_change_that_is_cut_or_does_not_fit_leaves_the_debts_as_they_were(here: Device) -> None:
    canned = CannedDebts()
    ref = canned.changed(canned.snapshot(FIRST), FIRST, PAID)
    loaded(here, canned, ref, [], 1)
    before = tables(here.db), data_version(here.db)
    ((delta, lines),) = of_files(canned, ref)
    wrong: list[Deltas] = [
        [(delta, lines.replace(b'01",5,', b'01",6,'))],
        [(replace(delta, gone=(8,)), lines)],
        [(delta, b"[]")],
        [(delta, lines[:-3])],
        [(delta, b"[[1]]")],
    ]
    assert wrong[0][0][1] != lines
    for deltas in wrong:
        with pytest.raises(KnownError) as caught:
            changed(here, deltas, 2)
        assert caught.value.code == "manifest.altered"
        assert (tables(here.db), data_version(here.db)) == before
    with pytest.raises(CutError):
        changed_and_cut(here, [(delta, lines)])
    assert (tables(here.db), data_version(here.db)) == before
    assert changed(here, [(delta, lines)], 2) == ref.hash


def test_a_change_of_other_debts_than_those_in_use_is_refused(here: Device) -> None:
    canned = CannedDebts()
    ref = canned.changed(canned.snapshot(FIRST), FIRST, PAID)
    loaded(here, canned, ref, [], 1)
    with DebtChange(here.db) as change:
        change.prepare(of_files(canned, ref))
        here.db.execute("UPDATE debts_in_use SET hash = ?", ("ab" * 32,))
        with pytest.raises(KnownError) as caught, here.acting() as act:
            change.apply(act, Version(version=3, as_of=AS_OF, rows=1))
    assert caught.value.code == "debt_data.overtaken"


def test_a_debtor_or_an_account_that_would_be_there_twice_is_refused(here: Device) -> None:
    canned = CannedDebts()
    ref = canned.snapshot(FIRST)
    loaded(here, canned, ref, [], 1)
    for number, row in ((31, FIRST[1]), (32, replace(person(32, 1, 5), debts=FIRST[2].debts))):
        twice = canned.changed(ref, FIRST, FIRST | {number: row})
        with pytest.raises(KnownError) as caught:
            changed(here, of_files(canned, twice), 2)
        assert caught.value.code == "manifest.altered"
    assert len(tables(here.db)["debtor"]) == 30


def with_other_keys(piece: Piece) -> Piece:
    lines = orjson.loads(piece.lines)
    for line in lines:
        line[3], line[4], line[10] = "x", "y", [["z"] for _ in line[9]]
    return replace(piece, lines=orjson.dumps(lines))


def test_keys_that_another_release_worked_out_are_worked_out_again(here: Device, tmp_path: Path) -> None:
    """The same tables, whether the centre's keys are taken or not; foreign ones would find nobody."""
    canned = CannedDebts()
    ref = canned.changed(canned.snapshot(FIRST), FIRST, PAID)
    loaded(here, canned, ref, [], 1)
    changed(here, of_files(canned, ref), 2)
    strange = CannedDebts(keys=99)
    index = read_index(strange.file(strange.snapshot(FIRST)))
    spoilt = [with_other_keys(piece) for piece in strange.pieces(index, 0, lambda: None)]
    (tmp_path / "there").mkdir()
    with device(tmp_path / "there") as there:
        load = DebtLoad(there.db, own_keys=True)
        load.load(lambda _held: iter(spoilt))
        with there.acting() as act:
            load.switch(act, Version(version=1, as_of=AS_OF, rows=1))
        changed(there, of_files(canned, ref), 2, own_keys=True)
        assert tables(there.db) == tables(here.db)
