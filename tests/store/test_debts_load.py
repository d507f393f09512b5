"""A debt snapshot comes into use whole, in one step, or the one before it stays."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.core.debts.pieces import Piece, version_hash
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import Link
from kiosk.store.debts import pieces
from kiosk.store.debts.load import DebtLoad, SoFar, empty_idle
from kiosk.store.debts.read import check_debts, data_version, debt_rows_of, debts_of, set_in_use
from kiosk.store.debts.search import By, find
from kiosk.store.debts.tables import SETS
from kiosk.store.debts.version import Version
from kiosk.store.driver import open_database, transaction
from kiosk.store.journal import Journal, Signer
from kiosk.store.rebuild import derived_rows, rebuild
from tests.core.entries.samples import DEVICE, DEVICE_KEY, STREAM
from tests.store.snapshots import AS_OF, KEY, SALT, Device, charge, debt, debtor, device, many, source

OLD, NEW = many(30, "القديم"), many(100, "الجديد")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Device]:
    with device(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def pieces_of_one_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: what their size follows from is tested in test_debts_pieces.py."""
    monkeypatch.setattr(pieces.Pieces, "_learn", lambda _pieces, _held: None)


class CutError(Exception):
    pass


def names(db: Database) -> list[str]:
    which = set_in_use(db)
    return [row[0] for row in db.execute(f"SELECT name FROM debtor_{which} ORDER BY id")]


def sizes(db: Database, which: str) -> list[int]:
    return [
        db.execute(f"SELECT count(*) FROM {table}_{which}").fetchone()[0]
        for table in ("debtor", "debtor_loose", "debt_account")
    ]


def pieces_of(load: DebtLoad, rows: list[DebtorRow], stop_before: int | None = None) -> int:
    """Load, and raise CutError inside the transaction of one piece; return the pieces begun."""
    begun = 0
    real = load._pieces.piece

    @contextmanager
    def piece() -> Iterator[Database]:
        nonlocal begun
        with real() as db:
            begun += 1
            yield db
            if begun == stop_before:
                raise CutError

    load._pieces.piece = piece  # type: ignore[method-assign]
    load.load(source(rows, 25))
    return begun


def test_a_thousand_debtors_come_into_use_with_all_they_owe(here: Device) -> None:
    rows = many(1_000)
    loaded = here.bring(rows, 1)
    assert loaded.debtors == 1_000
    assert debt_rows_of(here.db, "DB-777") == list(rows[776].debts)
    assert debts_of(here.db, "DB-777") == [rows[776].debts[0].debt("DB-777")]
    assert debts_of(here.db, "DB-1001") == []
    version = data_version(here.db)
    assert (version.version, version.hash, version.rows) == (1, loaded.hash, 1_000)
    assert version.reference.as_of == AS_OF
    check_debts(here.db)


def test_before_any_snapshot_the_data_is_missing_and_says_so(here: Device) -> None:
    for read in (data_version, set_in_use, lambda db: debts_of(db, "DB-1")):
        with pytest.raises(KnownError) as caught:
            read(here.db)
        assert caught.value.code == "dataset.missing"


def test_a_cut_in_any_piece_leaves_the_snapshot_in_use_and_the_next_load_starts_clean(here: Device) -> None:
    here.bring(OLD, 1)
    before = names(here.db), data_version(here.db)
    begun = pieces_of(DebtLoad(here.db, chunk_rows=25), NEW)
    assert begun >= 25
    for piece in range(1, begun + 1):
        with pytest.raises(CutError):
            pieces_of(DebtLoad(here.db, chunk_rows=25), NEW, stop_before=piece)
        assert (names(here.db), data_version(here.db)) == before
        assert [one.debtor for one in find(here.db, "القديم محمد", By.NAME)]
    loaded = here.bring(NEW, 2)
    assert names(here.db) == [row.name for row in NEW]
    assert data_version(here.db).hash == loaded.hash
    assert sizes(here.db, set_in_use(here.db)) == [100, 100, 100]
    check_debts(here.db)


def test_a_source_that_fails_leaves_the_snapshot_in_use(here: Device) -> None:
    here.bring(OLD, 1)

    def torn() -> Iterator[Piece]:
        yield from islice(source(NEW, 25)(0), 3)
        raise CutError

    with pytest.raises(CutError):
        DebtLoad(here.db, chunk_rows=25).load(lambda _held: torn())
    assert names(here.db) == [row.name for row in OLD]


def killed_after(root: str, commits: int) -> None:
    """A child process: load and end without any ado after so many transactions."""
    db = open_database(Path(root) / "kiosk.db", KEY, SALT)
    done = 0

    @contextmanager
    def counted(database: Database) -> Iterator[Database]:
        nonlocal done
        with transaction(database) as inside:
            yield inside
            if done == commits:
                os._exit(9)
        done += 1

    vars(pieces)["transaction"] = counted
    DebtLoad(db, target="ab" * 32, chunk_rows=25).load(source(NEW, 25))
    os._exit(0)


def test_a_process_killed_in_mid_load_leaves_the_snapshot_in_use_and_the_next_one_goes_on(
    tmp_path: Path,
) -> None:
    with device(tmp_path) as here:
        here.bring(OLD, 1)
    context = multiprocessing.get_context("spawn")
    ends, held = [], []
    for commits in (2, 9, 14, 500):
        child = context.Process(target=killed_after, args=(str(tmp_path), commits))
        child.start()
        child.join(60)
        ends.append(child.exitcode)
        db = open_database(tmp_path / "kiosk.db", KEY, SALT)
        assert names(db) == [row.name for row in OLD]
        check_debts(db)
        held.append(db.execute("SELECT pieces FROM debts_in_use").fetchone()[0])
        db.close()
    assert ends == [9, 9, 9, 0]
    assert held == sorted(held)
    assert held[-1] == 4
    with again(tmp_path) as here:
        load = DebtLoad(here.db, target="ab" * 32)

        def behind(count: int) -> Iterable[Piece]:
            held.append(count)
            return source(NEW, 25)(count)

        load.load(behind)
        with here.acting() as act:
            load.switch(act, Version(version=2, as_of=AS_OF, rows=400))
        assert held[-1] == 4
        assert names(here.db) == [row.name for row in NEW]
        check_debts(here.db)


@contextmanager
def again(folder: Path) -> Iterator[Device]:
    """The device of a folder, opened once more."""
    db = open_database(folder / "kiosk.db", KEY, SALT)
    yield Device(db, Journal(db, Signer(DEVICE, DEVICE_KEY)))
    db.close()


def test_the_switch_and_its_entry_happen_together_or_not_at_all(here: Device) -> None:
    here.bring(OLD, 1)
    load = DebtLoad(here.db)
    load.load(source(NEW, 25))
    before = here.journal.state().seq

    def switch_and_fail(act: Device) -> None:
        load.switch(act, Version(version=2, as_of=AS_OF, rows=400))
        assert data_version(act.db).version == 2
        raise CutError

    with pytest.raises(CutError), here.acting() as act:
        switch_and_fail(act)
    assert names(here.db) == [row.name for row in OLD]
    assert (data_version(here.db).version, here.journal.state().seq) == (1, before)
    with here.acting() as act:
        load.switch(act, Version(version=2, as_of=AS_OF, rows=400))
    assert names(here.db) == [row.name for row in NEW]
    assert here.journal.state().seq == before + 1


def test_readers_see_the_old_debts_until_the_switch_is_committed(tmp_path: Path, here: Device) -> None:
    here.bring(OLD, 1)
    other = open_database(tmp_path / "kiosk.db", KEY, SALT)
    load = DebtLoad(here.db)
    load.load(source(NEW, 25))
    with here.acting() as act:
        load.switch(act, Version(version=2, as_of=AS_OF, rows=400))
        assert names(other) == [row.name for row in OLD]
    assert names(other) == [row.name for row in NEW]
    other.close()


def test_the_older_set_is_emptied_after_the_switch_and_not_before(here: Device) -> None:
    here.bring(OLD, 1)
    load = DebtLoad(here.db)
    load.load(source(NEW, 25))
    empty_idle(here.db)
    assert sizes(here.db, "b") == [100, 100, 100]
    with here.acting() as act:
        load.switch(act, Version(version=2, as_of=AS_OF, rows=400))
    empty_idle(here.db)
    assert [sizes(here.db, one) for one in SETS] == [[0, 0, 0], [100, 100, 100]]
    assert find(here.db, "الجديد", By.NAME)


def test_a_load_that_was_overtaken_can_neither_write_nor_switch(tmp_path: Path, here: Device) -> None:
    other = open_database(tmp_path / "kiosk.db", KEY, SALT)
    first, second = DebtLoad(here.db, chunk_rows=25), DebtLoad(other)

    def overtaken() -> Iterator[Piece]:
        yield from islice(source(NEW, 25)(0), 2)
        second.load(source(OLD, 25))
        yield from source(NEW, 25)(2)

    with pytest.raises(KnownError) as caught:
        first.load(lambda _held: overtaken())
    assert caught.value.code == "debt_data.overtaken"
    third = DebtLoad(here.db)
    third.load(source(NEW, 25))
    with pytest.raises(KnownError) as late, here.acting() as act:
        second.switch(act, Version(version=1, as_of=AS_OF, rows=400))
    assert late.value.code == "debt_data.overtaken"
    other.close()


def test_an_older_or_equal_version_is_refused(here: Device) -> None:
    here.bring(OLD, 5)
    load = DebtLoad(here.db)
    load.load(source(NEW, 25))
    for version in (4, 5):
        with pytest.raises(KnownError) as caught, here.acting() as act:
            load.switch(act, Version(version=version, as_of=AS_OF, rows=400))
        assert caught.value.code == "debt_data.not_newer"


@pytest.mark.parametrize("link", [Link(STREAM, 3), Link("ee" * 16, 1)])
def test_a_snapshot_that_counts_entries_we_never_wrote_is_refused(here: Device, link: Link) -> None:
    load = DebtLoad(here.db)
    load.load(source(OLD, 25))
    with pytest.raises(KnownError) as caught, here.acting() as act:
        load.switch(act, Version(version=1, as_of=AS_OF, rows=400, applied_through=link))
    assert caught.value.code == "debt_data.beyond_journal"


def test_a_switch_before_a_load_is_a_bug(here: Device) -> None:
    with pytest.raises(BugError), here.acting() as act:
        DebtLoad(here.db).switch(act, Version(version=1, as_of=AS_OF, rows=400))


@pytest.mark.parametrize(
    ("rows", "which"),
    [
        ([debtor("A", "علي", debt("X-1")), debtor("A", "حسن", debt("X-2"))], "A"),
        ([debtor("A", "علي", debt("X-1")), debtor("B", "حسن", debt("X-1"))], "X-1"),
        ([debtor("A", "علي", debt("X-1", charge("1", 5), charge("1", 6)))], "X-1"),
    ],
)
def test_a_code_that_is_there_twice_is_named(here: Device, rows: list[DebtorRow], which: str) -> None:
    here.bring(OLD, 1)
    with pytest.raises(KnownError) as caught:
        DebtLoad(here.db).load(source(rows, 25))
    assert (caught.value.code, caught.value.params["which"]) == ("debt_data.twice", which)
    assert names(here.db) == [row.name for row in OLD]


def test_accounts_that_differ_only_in_their_dashes_are_two(here: Device) -> None:
    here.bring([debtor("A", "علي", debt("X-11"), debt("X1-1"))], 1)
    assert [one.id for one in debts_of(here.db, "A")] == ["X-11", "X1-1"]


def test_progress_is_told_between_pieces_and_may_stop_the_load(here: Device) -> None:
    told: list[int] = []
    steps: list[SoFar] = []

    def note(so_far: SoFar) -> None:
        steps.append(so_far)
        told.append(so_far.debtors)

    DebtLoad(here.db, chunk_rows=25).load(source(NEW, 25), note)
    assert told[:4] == [25, 50, 75, 100]
    assert len(told) > 10
    assert set(told[4:]) == {100}
    assert [one.searchable for one in steps[:5]] == [False] * 4 + [True]

    def stop(done: SoFar) -> None:
        assert not here.db.conn.in_transaction
        if done.debtors == 50:
            raise CutError

    with pytest.raises(CutError):
        DebtLoad(here.db, chunk_rows=25).load(source(NEW, 25), stop)


def cut_at(debtors: int) -> Callable[[SoFar], None]:
    def told(done: SoFar) -> None:
        if done.debtors >= debtors:
            raise CutError

    return told


def rows_written(here: Device, load: DebtLoad, rows: list[DebtorRow]) -> int:
    before = here.db.conn.total_changes
    load.load(source(rows, 25))
    return int(here.db.conn.total_changes - before)


def test_a_load_that_was_cut_goes_on_where_it_ended(here: Device) -> None:
    here.bring(OLD, 1)
    here.bring(NEW, 2)
    all_rows = rows_written(here, DebtLoad(here.db, target="ab" * 32), NEW)
    with pytest.raises(CutError):
        DebtLoad(here.db, target="cd" * 32, chunk_rows=25).load(source(NEW, 25), cut_at(75))
    load = DebtLoad(here.db, target="cd" * 32, chunk_rows=25)
    assert rows_written(here, load, NEW) < all_rows
    with here.acting() as act:
        load.switch(act, Version(version=3, as_of=AS_OF, rows=400))
    whole = version_hash((one.first, one.rows_hash) for one in source(NEW, 25)(0))
    assert (names(here.db), data_version(here.db).hash) == ([row.name for row in NEW], whole)
    assert find(here.db, "الجديد", By.NAME)
    check_debts(here.db)


def test_a_load_cut_after_its_last_debtor_goes_on_too(here: Device) -> None:
    target = "cd" * 32
    with pytest.raises(CutError):
        DebtLoad(here.db, target=target, chunk_rows=25).load(source(NEW, 25), cut_at(100))
    load = DebtLoad(here.db, target=target)
    load.load(source(NEW, 25))
    with here.acting() as act:
        load.switch(act, Version(version=1, as_of=AS_OF, rows=400))
    check_debts(here.db)
    assert sizes(here.db, set_in_use(here.db)) == [100, 100, 100]


def test_a_cut_load_of_another_snapshot_is_emptied(here: Device) -> None:
    with pytest.raises(CutError):
        DebtLoad(here.db, target="ab" * 32, chunk_rows=25).load(source(NEW, 25), cut_at(50))
    load = DebtLoad(here.db, target="cd" * 32)
    load.load(source(OLD, 25))
    with here.acting() as act:
        load.switch(act, Version(version=1, as_of=AS_OF, rows=400))
    assert names(here.db) == [row.name for row in OLD]
    check_debts(here.db)


def test_another_connection_may_write_between_the_pieces(tmp_path: Path, here: Device) -> None:
    other = open_database(tmp_path / "kiosk.db", KEY, SALT)

    def pay(done: SoFar) -> None:
        with transaction(other):
            other.execute("INSERT INTO setting VALUES (?, '') ON CONFLICT DO NOTHING", (str(done.debtors),))

    DebtLoad(here.db, chunk_rows=25).load(source(NEW, 25), pay)
    assert other.execute("SELECT count(*) FROM setting").fetchone() == (4,)
    other.close()


def test_the_log_before_the_database_stays_small(tmp_path: Path, here: Device) -> None:
    largest = 0

    def look(_done: SoFar) -> None:
        nonlocal largest
        largest = max(largest, (tmp_path / "kiosk.db-wal").stat().st_size)

    before = here.db.execute("PRAGMA wal_autocheckpoint").fetchone()
    DebtLoad(here.db, chunk_rows=100).load(source(many(2_000), 25), look)
    assert (tmp_path / "kiosk.db").stat().st_size > 1_000_000
    assert largest < 500_000
    assert here.db.execute("PRAGMA wal_autocheckpoint").fetchone() == before


def test_a_changed_balance_is_noticed(here: Device) -> None:
    here.bring(OLD, 1)
    here.db.execute("UPDATE debtor_a SET debts = replace(debts, '1030', '1029') WHERE id = 30")
    with pytest.raises(KnownError) as caught:
        check_debts(here.db)
    assert caught.value.code == "debt_data.altered"


def test_a_rebuild_from_the_journal_changes_neither_version_nor_debts(here: Device) -> None:
    here.bring(OLD, 1)
    here.bring(NEW, 2)
    before = list(derived_rows(here.db)), data_version(here.db)
    with transaction(here.db):
        rebuild(here.db, here.journal)
    assert (list(derived_rows(here.db)), data_version(here.db)) == before
