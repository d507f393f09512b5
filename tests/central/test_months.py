"""The journal on PostgreSQL is a table for each month: none is ever missing, and nothing is there twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from central import months
from central.bulk import add_rows
from central.centre import open_centre
from central.check import check_all
from central.ingest import take_batch
from central.months import (
    MonthsAhead,
    list_months,
    make_ahead,
    month_of,
    months_ahead,
    table_of,
)
from central.schema import journal
from central.storage import Storage
from kiosk.core.errors import KnownError
from tests.central.books import Books, Desk, books_in
from tests.central.postgres import Cluster

ROW = "INSERT INTO {} (stream, seq, bytes, hash, sigs, received) VALUES (:stream, :seq, 'x', 'x', '[]', :at)"


@pytest.fixture(scope="module")
def centre(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with books_in(tmp_path_factory.mktemp("months"), postgres.new_database()) as made:
        yield made
        assert check_all(made.centre).disagreements == []


@pytest.fixture
def desk(centre: Books) -> Desk:
    """A device whose entries up to its open shift are at the centre."""
    made = centre.desk()
    made.deliver()
    return made


@pytest.fixture
def storage(new_database: Callable[[], str]) -> Iterator[Storage]:
    made = Storage(new_database())
    yield made
    made.close()


@contextmanager
def at(books: Books, moment: datetime) -> Iterator[None]:
    """While this lasts the centre's clock starts from another moment."""
    span = moment - books.server.clock.now()
    books.server.clock.pass_time(span)
    try:
        yield
    finally:
        books.server.clock.pass_time(-span)


def places(books: Books, desk: Desk) -> dict[str, list[int]]:
    """The entries of a device by the tables they are in."""
    name = text("tableoid::regclass::text")
    with books.centre.storage.read() as db:
        here = select(name, journal.c.seq).where(journal.c.stream == desk.stream).order_by(journal.c.seq)
        found: dict[str, list[int]] = {}
        for table, seq in db.execute(here):
            found.setdefault(table, []).append(seq)
    return found


def refused(storage: Storage, statement: str, *, match: str, **values: object) -> None:
    with pytest.raises(DBAPIError, match=match), storage.write_rows() as db:
        db.execute(text(statement), values)


def tables(storage: Storage) -> list[str]:
    with storage.read() as db:
        return [one.table for one in list_months(db)]


class TestMonthsAreNeverMissing:
    def test_entries_lie_in_the_month_in_which_they_came(self, centre: Books, desk: Desk) -> None:
        start, first = centre.server.clock.now(), len(desk.records)
        for ahead in (1, 2):
            with at(centre, start + timedelta(days=31 * ahead)):
                desk.pay()
                desk.deliver()
        found = places(centre, desk)
        assert [*map(len, found.values())] == [first, 2, 2]
        assert list(found) == [table_of(month_of(start + timedelta(days=31 * ahead))) for ahead in range(3)]
        assert check_all(centre.centre, device=desk.code).disagreements == []

    def test_a_month_that_ends_while_a_batch_is_stored_takes_all_of_it(
        self, centre: Books, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        end = datetime(centre.server.clock.now().year + 1, 1, 1, tzinfo=UTC)

        def add_at_midnight(db: Connection, table: Any, names: Any, rows: Any) -> None:
            middle = len(rows) // 2
            add_rows(db, table, names, rows[:middle])
            centre.server.clock.pass_time(timedelta(seconds=2))
            add_rows(db, table, names, rows[middle:])

        monkeypatch.setattr("central.ingest.add_rows", add_at_midnight)
        held = len(desk.records)
        with at(centre, end - timedelta(seconds=1)):
            desk.pay()
            desk.deliver()
        centre.server.clock.pass_time(timedelta(seconds=-2))
        assert places(centre, desk)[table_of(f"{end.year - 1}-12")] == [held + 1, held + 2]

    @pytest.mark.parametrize("year", [1, 1970, 2031, 2999])
    def test_a_batch_finds_its_month_whatever_the_clock_says(
        self, centre: Books, desk: Desk, year: int
    ) -> None:
        """The month is made by who misses it, while somebody reads the whole journal."""
        desk.pay()
        sent = desk.pack(desk.sent + 1)
        with centre.centre.storage.read() as db:
            db.execute(select(journal.c.seq)).all()
            with at(centre, datetime(year, 12, 31, 23, 59, tzinfo=UTC)):
                assert take_batch(centre.centre, sent).outcome == "stored"
        assert places(centre, desk)[f"journal_{year:04d}_12"] == [desk.sent + 1, desk.sent + 2]
        desk.sent = len(desk.records)

    def test_storing_touches_no_other_month_so_that_one_may_be_on_its_way_to_another_disk(
        self, centre: Books, desk: Desk
    ) -> None:
        desk.pay()
        sent = desk.pack(desk.sent + 1)
        with centre.centre.storage.write_rows() as mover:
            for table in tables(centre.centre.storage):
                if table != table_of(month_of(centre.server.clock.now())):
                    mover.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            assert take_batch(centre.centre, sent).outcome == "stored"
        desk.sent = len(desk.records)

    def test_servers_that_miss_a_month_together_make_it_once(self, centre: Books) -> None:
        desks = [centre.desk() for _ in range(3)]
        root = centre.centre.folder.root
        with at(centre, datetime(2033, 5, 5, tzinfo=UTC)):
            servers = [open_centre(root, now=centre.server.clock.now) for _ in desks]
            with ThreadPoolExecutor(len(desks)) as pool:
                sent = [desk.pack() for desk in desks]
                taken = list(pool.map(take_batch, servers, sent))
            for one in servers:
                one.close()
        assert [one.outcome for one in taken] == ["stored"] * len(desks)
        assert tables(centre.centre.storage).count("journal_2033_05") == 1

    def test_a_month_that_was_detached_by_mistake_comes_back_with_its_entries(
        self, centre: Books, desk: Desk
    ) -> None:
        with at(centre, datetime(2034, 2, 2, tzinfo=UTC)):
            desk.pay()
            assert take_batch(centre.centre, desk.pack(desk.sent + 1, desk.sent + 1)).outcome == "stored"
            with centre.centre.storage.write() as db:
                db.execute(text("ALTER TABLE journal DETACH PARTITION journal_2034_02"))
            row = {"stream": desk.stream, "seq": desk.sent + 2, "at": "2034-02-02"}
            refused(centre.centre.storage, ROW.format("journal_2034_02"), match="is no month", **row)
            with centre.centre.storage.read() as db:
                assert [one.table for one in list_months(db) if one.detached] == ["journal_2034_02"]
            assert take_batch(centre.centre, desk.pack(desk.sent + 2)).outcome == "stored"
        assert places(centre, desk)["journal_2034_02"] == [desk.sent + 1, desk.sent + 2]
        desk.sent = len(desk.records)

    def test_a_month_that_cannot_be_made_is_named_and_the_device_comes_again(
        self, centre: Books, desk: Desk
    ) -> None:
        with centre.centre.storage.write() as db:
            db.execute(text("CREATE TABLE journal_2035_03 (stream text)"))
        with at(centre, datetime(2035, 3, 3, tzinfo=UTC)):
            desk.pay()
            with pytest.raises(KnownError) as told:
                take_batch(centre.centre, desk.pack(desk.sent + 1))
            assert told.value.code == "central.no_month"
            assert "2035-03" in told.value.sentence("en")
            with centre.centre.storage.write() as db:
                db.execute(text("DROP TABLE journal_2035_03"))
            assert take_batch(centre.centre, desk.pack(desk.sent + 1)).outcome == "stored"
        desk.sent = len(desk.records)


class TestMonthsAreMadeAhead:
    def test_this_one_and_the_next_three_and_only_once(self, storage: Storage) -> None:
        now = datetime(2040, 11, 15, tzinfo=UTC)
        made = ["2040-11", "2040-12", "2041-01", "2041-02"]
        assert make_ahead(storage, now) == made
        assert make_ahead(storage, now) == []
        assert tables(storage)[-4:] == [table_of(one) for one in made]

    def test_up_to_the_last_that_times_can_tell(self) -> None:
        assert months_ahead(datetime(9999, 11, 1, tzinfo=UTC)) == ["9999-11", "9999-12"]

    def test_by_a_server_that_runs_and_again_when_its_clock_was_put_back(self, storage: Storage) -> None:
        ahead, now = MonthsAhead(storage), datetime(2050, 1, 31, 23, tzinfo=UTC)
        for moment, newest in (
            (now, "journal_2050_04"),
            (now + timedelta(hours=5), "journal_2050_04"),
            (now + timedelta(hours=7), "journal_2050_05"),
            (now - timedelta(days=365 * 5), "journal_2050_05"),
        ):
            ahead.when_due(moment)
            assert tables(storage)[-1] == newest
        assert "journal_2045_02" in tables(storage)

    def test_waits_for_no_reader_and_hardly_for_who_writes(
        self, storage: Storage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(months, "_PATIENCE_MS", 50)
        ahead, now = MonthsAhead(storage), datetime(2040, 1, 1, tzinfo=UTC)
        with storage.read() as reader:
            reader.execute(select(journal)).all()
            assert make_ahead(storage, now, 0) == ["2040-01"]
        with storage.write_rows() as writer:
            writer.execute(text("LOCK TABLE stream IN ROW EXCLUSIVE MODE"))
            ahead.when_due(now)
        assert "were not made ahead" in caplog.text
        assert tables(storage)[-1] == "journal_2040_01"
        ahead.when_due(now + months.EVERY)
        assert tables(storage)[-1] == "journal_2040_04"

    def test_are_none_of_sqlite(self, tmp_path: Path) -> None:
        storage = Storage(tmp_path / "c.db")
        assert make_ahead(storage, datetime(2040, 1, 1, tzinfo=UTC)) == []
        storage.close()

    def test_a_database_without_any_takes_its_first_batch(self, postgres: Cluster, tmp_path: Path) -> None:
        with books_in(tmp_path, postgres.new_database(template="template0")) as bare:
            assert tables(bare.centre.storage) == []
            bare.desk().deliver()
            assert tables(bare.centre.storage) == [table_of(month_of(bare.server.clock.now()))]
