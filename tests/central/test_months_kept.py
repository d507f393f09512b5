"""Months of the journal go into back-ups and come out of them, are listed, and move to slower disks."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from central.__main__ import central
from central.backup import POSTGRES, check_backup, make_backup
from central.centre import Centre, open_centre
from central.export import export_journal
from central.folder import Folder
from central.ingest import take_batch
from central.months import list_months, make_month, month_of, months_ahead, move_month, table_of
from central.postgres_programs import read_dump, restore_dump
from central.restore import restore
from central.storage import Storage
from kiosk.core.errors import KnownError
from tests.central.books import Books, Desk, books_in
from tests.central.postgres import SUPERUSER, Cluster, _as_whom
from tests.central.server import Clock, make_centre

OLD = datetime(2021, 3, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def books(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """A centre with entries of two months that are years apart."""
    with books_in(tmp_path_factory.mktemp("kept"), postgres.new_database()) as made:
        yield made


@pytest.fixture(scope="module")
def desk(books: Books) -> Desk:
    made, clock = books.desk(), books.server.clock
    span = clock.now() - OLD
    sent = made.pack(1, 3)
    clock.pass_time(-span)
    take_batch(books.centre, sent)
    clock.pass_time(span)
    made.sent = 3
    made.deliver()
    return made


@pytest.fixture(scope="module")
def slow(postgres: Cluster) -> Iterator[str]:
    """A tablespace on its own folder; what is on it goes back in the end."""
    place = postgres.root / "slow"
    place.mkdir()
    if _as_whom():
        shutil.chown(place, SUPERUSER, SUPERUSER)
    postgres.execute(f"CREATE TABLESPACE slow LOCATION '{place}'")
    yield "slow"
    for (name,) in postgres.execute("SELECT datname FROM pg_database WHERE datallowconn"):
        postgres.execute("ALTER TABLE ALL IN TABLESPACE slow SET TABLESPACE pg_default", name)
        postgres.execute("ALTER INDEX ALL IN TABLESPACE slow SET TABLESPACE pg_default", name)
    postgres.execute("DROP TABLESPACE slow")


def command(centre: Centre, *words: str) -> tuple[int, Any]:
    arguments = ["database", *words, "--folder", str(centre.folder.root), "--json"]
    said = CliRunner().invoke(central, arguments, obj=arguments, standalone_mode=False)
    if said.exception is not None:
        raise said.exception
    return said.return_value or 0, json.loads(said.output)


def rows_by_month(storage: Storage) -> dict[str, int]:
    with storage.read() as db:
        return {one.month: one.rows for one in list_months(db) if one.rows}


class TestBackups:
    def test_hold_all_months_as_one_journal(self, books: Books, desk: Desk, tmp_path: Path) -> None:
        made = make_backup(books.centre, tmp_path / "out")
        entries = sum(rows_by_month(books.centre.storage).values())
        assert made.contents.tables["journal"] == entries >= len(desk.records)
        assert not [one for one in made.contents.tables if one.startswith("journal_")]
        assert made.contents.streams[desk.stream].stored == len(desk.records)
        check_backup(made.folder, books.centre.keys, books.centre.now())

    def test_come_back_years_later_with_months_and_guards(
        self, books: Books, desk: Desk, postgres: Cluster, tmp_path: Path
    ) -> None:
        before = rows_by_month(books.centre.storage)
        source = make_backup(books.centre, tmp_path / "out").folder
        shutil.copytree(books.centre.folder.keys, tmp_path / "centre" / "keys")
        folder = Folder(tmp_path / "centre")
        folder.database_line.write_text(postgres.new_database(template="template0"))
        late = Clock(timedelta(days=365 * 3))
        restore(folder, source, now=late.now())
        with closing(open_centre(folder.root, now=late.now)) as centre:
            assert rows_by_month(centre.storage) == before
            desk.pay()
            assert take_batch(centre, desk.pack(len(desk.records) - 1)).outcome == "stored"
            newest = month_of(late.now())
            assert rows_by_month(centre.storage)[newest] == 2
            again = f"SELECT stream, seq, bytes, hash, sigs, '{newest}' FROM journal_2021_03"
            for statement, words in (
                ("DELETE FROM journal", "is append-only"),
                ("DELETE FROM journal_2021_03", "is append-only"),
                (f"INSERT INTO journal {again}", "does not follow"),
                (f"INSERT INTO {table_of(newest)} {again}", "does not follow"),
            ):
                with pytest.raises(DBAPIError, match=words), centre.storage.write_rows() as db:
                    db.execute(text(statement))

    def test_are_the_same_when_a_month_lies_on_a_slow_disk_that_the_next_machine_has_not(
        self, books: Books, desk: Desk, slow: str, postgres: Cluster, tmp_path: Path
    ) -> None:
        move_month(books.centre.storage, "2021-03", slow, books.centre.now())
        source = make_backup(books.centre, tmp_path / "out").folder
        address = postgres.new_database(template="template0")
        restore_dump(address, source.joinpath(POSTGRES), 2)
        storage = Storage(address)
        with storage.read() as db:
            assert {one.tablespace for one in list_months(db)} == {""}
        storage.close()
        assert read_dump(source.joinpath(POSTGRES)).streams[desk.stream].stored == len(desk.records) - 2


class TestCommand:
    def test_lists_months_with_entries_and_bytes(self, books: Books, desk: Desk) -> None:
        code, told = command(books.centre, "months")
        by_month = {one["month"]: one for one in told["months"]}
        assert code == 0
        assert told["entries"] == told["stored"] == sum(one["rows"] for one in told["months"])
        assert (by_month["2021-03"]["rows"], by_month["2021-03"]["table"]) == (3, "journal_2021_03")
        assert by_month["2021-03"]["first"] == by_month["2021-03"]["last"]
        assert by_month["2021-03"]["first"].startswith("2021-03-09T00:0")
        assert by_month["2021-03"]["size"] > 0

    def test_says_when_a_month_is_gone(self, books: Books, desk: Desk) -> None:
        with books.centre.storage.write() as db:
            db.execute(text("ALTER TABLE journal DETACH PARTITION journal_2021_03"))
        code, told = command(books.centre, "months")
        assert (code, told["stored"] - told["entries"]) == (5, 3)
        assert [one["month"] for one in told["months"] if one["detached"]] == ["2021-03"]
        make_month(books.centre.storage, "2021-03")
        assert command(books.centre, "months")[0] == 0

    def test_makes_months_that_a_person_wants_ready(self, books: Books) -> None:
        with books.centre.storage.read() as db:
            there = {one.month for one in list_months(db)}
        wanted = [one for one in months_ahead(books.centre.now(), 30) if one not in there]
        code, told = command(books.centre, "months", "--make", "30")
        assert (code, told["made"]) == (0, wanted)
        assert len(wanted) > 20
        assert command(books.centre, "months", "--make", "30")[1]["made"] == []

    def test_is_none_for_sqlite(self, tmp_path: Path) -> None:
        centre, _ = make_centre(tmp_path, Clock())
        for words in (("months",), ("move", "2021-03", "--tablespace", "slow")):
            with pytest.raises(KnownError) as told:
                command(centre, *words)
            assert told.value.code == "central.not_postgresql"
        centre.close()

    def test_moves_a_month_that_is_over_with_its_index_and_it_stays_as_it_is(
        self, books: Books, desk: Desk, slow: str, tmp_path: Path
    ) -> None:
        _, told = command(books.centre, "move", "2021-03", "--tablespace", slow)
        assert (told["month"], told["tablespace"]) == ("2021-03", slow)
        with books.centre.storage.read() as db:
            where = "SELECT tablespace FROM pg_indexes WHERE tablename = 'journal_2021_03'"
            assert set(db.execute(text(where)).scalars()) == {slow}
        with pytest.raises(DBAPIError, match="append-only"), books.centre.storage.write_rows() as db:
            db.execute(text("DELETE FROM journal_2021_03"))
        assert export_journal(books.centre, desk.code, tmp_path / "out") >= len(desk.records) - 2

    @pytest.mark.parametrize(
        ("month", "tablespace", "code"),
        [
            ("2021-04", "slow", "central.no_such_month"),
            ("x'; --", "slow", "central.no_such_month"),
            ("2021-03", 'no"where', "central.no_tablespace"),
            ("now", "slow", "central.month_in_use"),
        ],
    )
    def test_refuses_to_move_what_it_cannot(
        self, books: Books, desk: Desk, slow: str, month: str, tablespace: str, code: str
    ) -> None:
        month = month_of(books.centre.now()) if month == "now" else month
        with pytest.raises(KnownError) as told:
            command(books.centre, "move", month, "--tablespace", tablespace)
        assert told.value.code == code
        assert rows_by_month(books.centre.storage)["2021-03"] == 3


def test_names_of_tables_are_months_alone() -> None:
    assert table_of("2021-03") == "journal_2021_03"
    for wrong in ("2021-13", "2021-00", "2021", "21-03", "2021-03 ", ""):
        with pytest.raises(KnownError):
            table_of(wrong)
