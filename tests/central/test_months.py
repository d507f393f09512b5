"""The journal on PostgreSQL is a table for each month: none is ever missing, and nothing is there twice."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from central import months
from central.bulk import add_rows
from central.centre import open_centre
from central.check import check_all
from central.ingest import take_batch
from central.migrations import upgrade
from central.months import (
    MonthsAhead,
    list_months,
    make_ahead,
    make_month,
    month_of,
    months_ahead,
    table_of,
)
from central.schema import journal, stream
from central.storage import Storage
from kiosk.core.errors import KnownError
from tests.central.books import Books, Desk, books_in
from tests.central.postgres import Cluster

LONG_AGO = "1999-12-31T23:59:59.999Z"
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


class TestNothingIsThereTwice:
    def add(self, books: Books, desk: Desk, seq: int, at: str = LONG_AGO, table: str = "journal") -> None:
        with books.centre.storage.write_rows() as db:
            db.execute(text(ROW.format(table)), {"stream": desk.stream, "seq": seq, "at": at})

    @pytest.mark.parametrize("table", ["journal", "journal_1999_12"])
    @pytest.mark.parametrize("beyond", [0, -1, 2], ids=["the last again", "an older one", "after a gap"])
    def test_an_entry_that_does_not_follow_is_refused_in_another_month_too(
        self, centre: Books, desk: Desk, table: str, beyond: int
    ) -> None:
        make_month(centre.centre.storage, LONG_AGO)
        with pytest.raises(IntegrityError, match="does not follow"):
            self.add(centre, desk, desk.sent + beyond, table=table)

    def test_nor_is_one_added_twice_by_one_statement(self, centre: Books, desk: Desk) -> None:
        make_month(centre.centre.storage, LONG_AGO)
        first, row = desk.sent + 1, {"stream": desk.stream}
        now = month_of(centre.server.clock.now())
        for seqs in ([first, first], [first, first + 2], [first, first, first + 2]):
            values = ", ".join(
                f"(:stream, {seq}, 'x', 'x', '[]', '{when}')"
                for seq, when in zip(seqs, (now, LONG_AGO, LONG_AGO), strict=False)
            )
            statement = f"INSERT INTO journal (stream, seq, bytes, hash, sigs, received) VALUES {values}"
            refused(centre.centre.storage, statement, match="not one each", **row)

    def test_of_two_that_add_the_same_entry_to_two_months_one_is_refused(
        self, centre: Books, desk: Desk
    ) -> None:
        make_month(centre.centre.storage, LONG_AGO)
        seq, now = desk.sent + 1, month_of(centre.server.clock.now())
        with centre.centre.storage.write_rows() as first, ThreadPoolExecutor(1) as pool:
            values = {"stream": desk.stream, "seq": seq, "at": now}
            first.execute(text(ROW.format("journal")), values)
            second = pool.submit(self.add, centre, desk, seq)
            first.commit()
            with pytest.raises(IntegrityError, match="does not follow"):
                second.result()
        self.forget(centre, desk)

    def test_a_reader_of_one_moment_cannot_add_beside_others(self, centre: Books, desk: Desk) -> None:
        make_month(centre.centre.storage, LONG_AGO)
        seq, now = desk.sent + 1, month_of(centre.server.clock.now())
        with centre.centre.storage.write_rows() as db:
            db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            db.execute(select(journal.c.seq)).all()
            self.add(centre, desk, seq)
            values = {"stream": desk.stream, "seq": seq, "at": now}
            with pytest.raises(OperationalError, match="could not serialize"):
                db.execute(text(ROW.format("journal")), values)
        self.forget(centre, desk)

    def forget(self, books: Books, desk: Desk) -> None:
        """Take away what a test added, so that the books are right in the end."""
        with books.centre.storage.write() as db:
            db.execute(text("SET LOCAL session_replication_role = replica"))
            db.execute(journal.delete().where(journal.c.stream == desk.stream, journal.c.seq > desk.sent))
            db.execute(stream.update().where(stream.c.stream == desk.stream).values(stored=desk.sent))

    @pytest.mark.parametrize("by", [-1, 1])
    def test_the_count_of_a_journal_moves_with_its_entries_alone(
        self, centre: Books, desk: Desk, by: int
    ) -> None:
        statement = "UPDATE stream SET stored = stored + :by WHERE stream = :stream"
        refused(centre.centre.storage, statement, match="moves with its entries", stream=desk.stream, by=by)

    def test_a_journal_begins_empty(self, centre: Books, desk: Desk) -> None:
        values = "'s', device, 1, head, 0, 0, '', 0, 0"
        statement = f"INSERT INTO stream SELECT {values} FROM stream WHERE stream = :stream"
        refused(centre.centre.storage, statement, match="moves with its entries", stream=desk.stream)


class TestFactsStay:
    ACTS = ("UPDATE {} SET received = received", "DELETE FROM {}", "TRUNCATE {}")

    @pytest.mark.parametrize("act", ACTS)
    def test_no_month_lets_entries_be_changed_present_or_future(
        self, centre: Books, desk: Desk, act: str
    ) -> None:
        desk.deliver()
        make_month(centre.centre.storage, "2036-06")
        now = table_of(month_of(centre.server.clock.now()))
        for table in ("journal", now, "journal_2036_06"):
            refused(centre.centre.storage, act.format(table), match="is append-only")

    def test_nor_does_a_partition_that_somebody_made_by_hand(self, centre: Books, desk: Desk) -> None:
        storage = centre.centre.storage
        with storage.write() as db:
            bounds = "PARTITION OF journal FOR VALUES FROM ('1900') TO ('1950')"
            db.execute(text(f'CREATE TABLE "By hand" {bounds}'))
            db.execute(
                text(ROW.format("journal")), {"stream": desk.stream, "seq": desk.sent + 1, "at": "1912"}
            )
        for act in self.ACTS[:2]:
            refused(storage, act.format('"By hand"'), match="is append-only")
        make_ahead(storage, centre.server.clock.now())
        refused(storage, self.ACTS[2].format('"By hand"'), match="is append-only")
        again = {"stream": desk.stream, "seq": desk.sent + 1, "at": "1912"}
        refused(storage, ROW.format('"By hand"'), match="does not follow", **again)
        TestNothingIsThereTwice().forget(centre, desk)
        with storage.write() as db:
            db.execute(text('DROP TABLE "By hand"'))

    def test_the_months_of_a_new_database_come_from_its_first_revision(self, postgres: Cluster) -> None:
        storage = Storage(postgres.new_database(template="template0"))
        with storage.write() as db:
            upgrade(db)
        make_month(storage, LONG_AGO)
        for act in self.ACTS:
            refused(storage, act.format("journal_1999_12"), match="is append-only")
        storage.close()
