"""PostgreSQL itself refuses to change facts, and an entry that is there twice over all months of the journal.

All of it by plain statements, in a database that the first revision made, without the program's own care.
"""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from central.months import make_ahead, make_month
from central.postgres_programs import dump, restore_dump
from central.schema import journal
from central.storage import Storage
from tests.central.postgres import SUPERUSER, Cluster, cluster
from tests.central.server import Clock

NOW, BEFORE, FUTURE = "2026-11-24T18:00:00.000Z", "1999-12-31T23:59:59.999Z", "2036-06-01T00:00:00.000Z"
ADD = "INSERT INTO {} (stream, seq, bytes, hash, sigs, received) VALUES {}"
COUNT = itertools.count(1)
HELD = 3


@pytest.fixture(scope="module")
def storage() -> Iterator[Storage]:
    """Three months, in a cluster whose databases are no copies of a template that was checked before."""
    with cluster(template=False) as own:
        made = Storage(own.new_database(template="template0"))
        for month in (NOW, BEFORE, FUTURE):
            make_month(made, month)
        with made.write() as db:
            db.execute(
                text("INSERT INTO unit (code, name, name_en, body_ar, body_en) VALUES ('U','','','','')")
            )
        yield made
        made.close()


def begin(db: Connection, name: str, stored: int = 0) -> None:
    device = "code, unit, stream, public_key, certificate, app, state, enrolled_at"
    db.execute(text(f"INSERT INTO device ({device}) VALUES (:s, 'U', :s, '', '', '', '', '')"), {"s": name})
    columns = "stream, device, stored, head, safe, applied, verified, persons, persons_safe"
    values = f"(:s, :s, {stored}, '', 0, 0, '', 0, 0)"
    db.execute(text(f"INSERT INTO stream ({columns}) VALUES {values}"), {"s": name})


@pytest.fixture
def name(storage: Storage) -> str:
    """A journal with three entries of this month."""
    made = f"stream-{next(COUNT)}"
    with storage.write_rows() as db:
        begin(db, made)
        add(db, made, *((seq, NOW) for seq in range(1, HELD + 1)))
    return made


def add(db: Connection, stream: str, *rows: tuple[int, str], table: str = "journal") -> None:
    """Add entries (seq, time at which they came) by one statement."""
    values = ", ".join(f"('{stream}', {seq}, 'x', 'x', '[]', '{at}')" for seq, at in rows)
    db.execute(text(ADD.format(table, values)))


def entries(storage: Storage, stream: str) -> list[int]:
    with storage.read() as db:
        found = select(journal.c.seq).where(journal.c.stream == stream).order_by(journal.c.seq)
        return list(db.execute(found).scalars())


def documented(beginning: str) -> list[str]:
    """The statements of the block of docs/central.md that begins so."""
    page = (Path(__file__).parents[2] / "docs" / "central.md").read_text(encoding="utf-8")
    block = page.partition(f"```sql\n{beginning}")[2].partition("\n```")[0]
    assert block
    function, _, rest = (beginning + block).partition("END $$;\n")
    return [f"{function}END $$", *filter(None, (one.strip() for one in rest.split(";")))]


def refused(storage: Storage, statement: str, *, match: str) -> None:
    with pytest.raises(DBAPIError, match=match), storage.write_rows() as db:
        db.execute(text(statement))


class TestNothingIsThereTwice:
    @pytest.mark.parametrize("table", ["journal", "journal_1999_12"])
    @pytest.mark.parametrize("seq", [HELD, 1, HELD + 2], ids=["the last again", "the first", "after a gap"])
    def test_an_entry_that_does_not_follow_is_refused_in_another_month_too(
        self, storage: Storage, name: str, table: str, seq: int
    ) -> None:
        with pytest.raises(IntegrityError, match="does not follow"), storage.write_rows() as db:
            add(db, name, (seq, BEFORE), table=table)
        assert entries(storage, name) == [1, 2, 3]

    @pytest.mark.parametrize("table", ["journal", "journal_1999_12"])
    def test_one_that_follows_is_taken_and_counted(self, storage: Storage, name: str, table: str) -> None:
        with storage.write_rows() as db:
            add(db, name, (HELD + 1, BEFORE), (HELD + 2, BEFORE), table=table)
        assert entries(storage, name) == [1, 2, 3, 4, 5]
        with storage.read() as db:
            assert db.execute(text(f"SELECT stored FROM stream WHERE stream = '{name}'")).scalar() == 5

    @pytest.mark.parametrize("seqs", [(4, 4), (4, 6), (4, 4, 6)])
    def test_one_statement_adds_every_entry_once(
        self, storage: Storage, name: str, seqs: tuple[int, ...]
    ) -> None:
        rows = zip(seqs, (NOW, BEFORE, NOW), strict=False)
        with pytest.raises(IntegrityError, match="not one each"), storage.write_rows() as db:
            add(db, name, *rows)
        assert entries(storage, name) == [1, 2, 3]

    def test_of_two_who_add_the_same_entry_to_two_months_one_is_refused(
        self, storage: Storage, name: str
    ) -> None:
        def also_add() -> None:
            with storage.write_rows() as db:
                add(db, name, (HELD + 1, BEFORE))

        with ThreadPoolExecutor(1) as pool:
            with storage.write_rows() as db:
                add(db, name, (HELD + 1, NOW))
                second = pool.submit(also_add)
            with pytest.raises(IntegrityError, match="does not follow"):
                second.result()
        assert entries(storage, name) == [1, 2, 3, 4]

    def test_nor_does_a_view_of_an_earlier_moment_let_one_in(self, storage: Storage, name: str) -> None:
        with storage.write_rows() as db:
            db.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            assert len(db.execute(select(journal.c.seq).where(journal.c.stream == name)).all()) == HELD
            with storage.write_rows() as other:
                add(other, name, (HELD + 1, BEFORE))
            with pytest.raises(OperationalError, match="could not serialize"):
                add(db, name, (HELD + 1, NOW))
        assert entries(storage, name) == [1, 2, 3, 4]

    def test_entries_of_several_journals_may_come_together(self, storage: Storage, name: str) -> None:
        values = ", ".join(f"('{one}', {seq}, 'x', 'x', '[]', '{NOW}')" for one, seq in ((name, 4), ("b", 1)))
        with storage.write_rows() as db:
            begin(db, "b")
            db.execute(text(ADD.format("journal", values)))
        assert (entries(storage, name), entries(storage, "b")) == ([1, 2, 3, 4], [1])

    @pytest.mark.parametrize("by", ["- 1", "+ 1"])
    def test_the_count_of_a_journal_moves_with_its_entries_alone(
        self, storage: Storage, name: str, by: str
    ) -> None:
        change = f"UPDATE stream SET stored = stored {by} WHERE stream = '{name}'"
        refused(storage, change, match="moves with its entries alone")

    def test_a_journal_begins_empty(self, storage: Storage) -> None:
        with pytest.raises(DBAPIError, match="moves with its entries alone"), storage.write_rows() as db:
            begin(db, "full", stored=1)

    def test_a_journal_with_entries_stays_known(self, storage: Storage, name: str) -> None:
        refused(storage, f"DELETE FROM stream WHERE stream = '{name}'", match="foreign key")


class TestByRow:
    """The form of the guard for Citus, which allows no triggers for statements (docs/central.md)."""

    def test_refuses_the_same(self, postgres: Cluster) -> None:
        storage = Storage(postgres.new_database())
        for month in (NOW, BEFORE):
            make_month(storage, month)
        with storage.write() as db:
            db.execute(
                text("INSERT INTO unit (code, name, name_en, body_ar, body_en) VALUES ('U','','','','')")
            )
            db.execute(text("DROP TRIGGER journal_follows ON journal"))
            for statement in documented("CREATE FUNCTION kiosk_follow_row"):
                db.execute(text(statement))
            begin(db, "s")
            add(db, "s", (1, NOW), (2, BEFORE), (3, NOW))
        for rows in (((3, BEFORE),), ((5, NOW),), ((4, NOW), (4, BEFORE))):
            with pytest.raises(IntegrityError, match="does not follow"), storage.write_rows() as db:
                add(db, "s", *rows)
        assert entries(storage, "s") == [1, 2, 3]
        storage.close()


@pytest.fixture(scope="module")
def kept(postgres: Cluster) -> Iterator[Storage]:
    """A database whose superuser keeps months and guards."""
    made = Storage(postgres.new_database())
    make_month(made, BEFORE)
    with made.write() as db:
        for statement in documented("CREATE FUNCTION kiosk_keep()"):
            db.exec_driver_sql(statement)
    yield made
    made.close()


class TestWhatOnlyASuperuserCanGuard:
    """The event triggers of docs/central.md."""

    @pytest.mark.parametrize(
        ("statement", "match"),
        [
            ("DROP TABLE journal_1999_12", "the journal and its guards stay"),
            ("DROP TABLE stream CASCADE", "the journal and its guards stay"),
            ("DROP TRIGGER journal_follows ON journal", "the journal and its guards stay"),
            ("DROP TRIGGER stream_counted ON stream", "the journal and its guards stay"),
            ("ALTER TABLE journal DETACH PARTITION journal_1999_12", "stay attached"),
            ("ALTER TABLE journal DISABLE TRIGGER journal_follows", "guards on"),
            ("ALTER TABLE journal_1999_12 DISABLE TRIGGER ALL", "guards on"),
            ("ALTER TABLE stream DISABLE TRIGGER USER", "guards on"),
        ],
    )
    def test_months_and_guards_stay(self, kept: Storage, statement: str, match: str) -> None:
        refused(kept, statement, match=match)

    def test_the_work_of_the_server_goes_on(self, kept: Storage) -> None:
        make_month(kept, "2001-01")
        with kept.write() as db:
            db.execute(text("CREATE TEMPORARY TABLE passing (n bigint)"))
            db.execute(text("DROP TABLE passing"))

    def test_a_restore_needs_none(self, kept: Storage, postgres: Cluster, tmp_path: Path) -> None:
        dump(str(kept.where), tmp_path / "dump")
        postgres.execute("CREATE ROLE plain LOGIN")
        address = postgres.new_database(template="template0")
        name = address.partition("@/")[2].partition("?")[0]
        postgres.execute(f"ALTER DATABASE {name} OWNER TO plain")
        restore_dump(address.replace(f"{SUPERUSER}@", "plain@"), tmp_path / "dump", 2)
        assert postgres.execute("SELECT count(*) FROM pg_event_trigger", name) == [(0,)]
        assert postgres.execute("SELECT value FROM meta WHERE name = 'epoch'", name) == [("2",)]


class TestFactsStay:
    ACTS = ("UPDATE {} SET received = received", "DELETE FROM {}", "TRUNCATE {}")

    @pytest.mark.parametrize("act", ACTS)
    def test_no_month_present_past_or_future_lets_entries_be_changed(
        self, storage: Storage, name: str, act: str
    ) -> None:
        for table in ("journal", "journal_2026_11", "journal_1999_12", "journal_2036_06"):
            refused(storage, act.format(table), match="is append-only")
        assert entries(storage, name) == [1, 2, 3]

    def test_emptying_what_the_journal_refers_to_is_refused_too(self, storage: Storage, name: str) -> None:
        refused(storage, "TRUNCATE stream CASCADE", match="is append-only")
        assert entries(storage, name) == [1, 2, 3]

    def test_a_partition_that_somebody_made_by_hand_is_guarded_as_well(
        self, storage: Storage, name: str
    ) -> None:
        table = '"By hand"'
        with storage.write() as db:
            bounds = "PARTITION OF journal FOR VALUES FROM ('1900') TO ('1950')"
            db.execute(text(f"CREATE TABLE {table} {bounds}"))
            add(db, name, (HELD + 1, "1912-04-15"))
        for act in self.ACTS[:2]:
            refused(storage, act.format(table), match="is append-only")
        make_ahead(storage, Clock().now(), 0)
        refused(storage, self.ACTS[2].format(table), match="is append-only")
        with pytest.raises(IntegrityError, match="does not follow"), storage.write_rows() as db:
            add(db, name, (HELD + 3, "1912-04-15"), table=table)
        assert entries(storage, name) == [1, 2, 3, 4]

    def test_what_is_no_month_of_the_journal_takes_no_entry(self, storage: Storage, name: str) -> None:
        with storage.write() as db:
            db.execute(text("ALTER TABLE journal DETACH PARTITION journal_2036_06"))
        with pytest.raises(DBAPIError, match="is no month"), storage.write_rows() as db:
            add(db, name, (HELD + 1, FUTURE), table="journal_2036_06")
        make_month(storage, FUTURE)
        with storage.write_rows() as db:
            add(db, name, (HELD + 1, FUTURE), table="journal_2036_06")
        assert entries(storage, name) == [1, 2, 3, 4]
