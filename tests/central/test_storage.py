"""The database of the centre: SQLite in its folder or PostgreSQL, and what it refuses to run on."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, InternalError

from central.centre import utc_now
from central.engines import shown
from central.folder import Folder
from central.schema import branch, journal, meta, part
from central.storage import Storage, epoch_of, put_setting, setting, sum_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_text
from tests.central.postgres import Cluster, cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    where = tmp_path / "c.db" if request.param == "sqlite" else request.getfixturevalue("new_database")()
    made = Storage(where)
    yield made
    made.close()


@pytest.fixture
def on_postgres(new_database: Callable[[], str]) -> Iterator[Storage]:
    made = Storage(new_database())
    yield made
    made.close()


def test_a_new_database_is_in_its_first_life(storage: Storage) -> None:
    with storage.read() as db:
        assert epoch_of(db) == 1


def test_a_write_that_fails_leaves_nothing(storage: Storage) -> None:
    with pytest.raises(LookupError), storage.write() as db:
        _change_and_fail(db)
    with storage.read() as db:
        assert epoch_of(db) == 1


def _change_and_fail(db: Connection) -> None:
    put_setting(db, "epoch", "9")
    raise LookupError


@pytest.mark.parametrize("table", [journal, branch])
def test_the_database_itself_refuses_to_change_the_journal(storage: Storage, table: object) -> None:
    with storage.write() as db:
        _one_row(db)
    for act in (update(table).values(received="later"), delete(table)):  # type: ignore[arg-type]
        with pytest.raises(DBAPIError, match="append-only"), storage.write() as db:
            db.execute(act)


def _one_row(db: Connection) -> None:
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    else:
        db.exec_driver_sql("SET LOCAL session_replication_role = replica")
    row = {"stream": "s", "received": utc_text(utc_now())}
    db.execute(insert(journal).values(**row, seq=1, bytes=b"a", hash=b"b", sigs=b"[]"))
    more = {"digest": "d", "device": "D", "first": 1, "last": 1, "fork_at": 1}
    db.execute(insert(branch).values(**row, **more, head=b"h", batch=b"x"))
    if db.dialect.name == "sqlite":
        _satisfy_keys(db)
    else:
        db.exec_driver_sql("SET LOCAL session_replication_role = origin")


def _satisfy_keys(db: Connection) -> None:
    db.exec_driver_sql(
        "INSERT INTO unit (code, name, name_en, body_ar, body_en) VALUES ('U', 'U', 'U', '', '')"
    )
    db.exec_driver_sql(
        "INSERT INTO device (code, unit, stream, public_key, certificate, app, state, enrolled_at) "
        "VALUES ('D', 'U', 's', '', '', '', '', '')"
    )
    db.exec_driver_sql(
        "INSERT INTO stream (stream, device, stored, head, safe, applied, verified, persons, persons_safe)"
        " VALUES ('s', 'D', 0, x'', 0, 0, '', 0, 0)"
    )


def test_truncating_the_journal_is_refused_too(on_postgres: Storage) -> None:
    with pytest.raises(DBAPIError, match="append-only"), on_postgres.write() as db:
        db.exec_driver_sql("TRUNCATE branch")


def test_a_sum_of_piastres_is_a_whole_number_beyond_32_bits(storage: Storage) -> None:
    with storage.write() as db:
        for n in range(3):
            db.execute(
                insert(part).values(
                    stream="s", seq=1, n=n, component="x", piastres=2**40, applied=0, business_date=""
                )
            )
    with storage.read() as db:
        total = db.execute(select(sum_of(part.c.piastres))).scalar_one()
        none = db.execute(select(sum_of(part.c.piastres)).where(part.c.seq == 2)).scalar_one()
    assert (total, type(total), none) == (3 * 2**40, int, 0)


def test_texts_are_ordered_by_code_points_whatever_the_language_of_the_database(storage: Storage) -> None:
    words = ["b", "A", "a", "B", "Ω", "ب", "_", "-"]
    with storage.write() as db:
        for word in words:
            put_setting(db, word, "")
    with storage.read() as db:
        found = list(db.execute(select(meta.c.name).order_by(meta.c.name)).scalars())
    assert [one for one in found if one in words] == sorted(words)


def test_a_reader_sees_one_state_of_things_from_beginning_to_end(storage: Storage) -> None:
    with storage.read() as db:
        before = epoch_of(db)
        with storage.write() as other:
            put_setting(other, "epoch", "7")
        assert epoch_of(db) == before == 1
    with storage.read() as db:
        assert epoch_of(db) == 7


def test_two_writers_follow_each_other(storage: Storage) -> None:
    other = Storage(storage.where)

    def count_up(through: Storage) -> None:
        for _ in range(20):
            with through.write() as db:
                put_setting(db, "change", str(int(setting(db, "change") or 0) + 1))

    threads = [Thread(target=count_up, args=(one,)) for one in (storage, other, storage)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    other.close()
    with storage.read() as db:
        assert setting(db, "change") == "60"


def test_a_reader_cannot_write(on_postgres: Storage) -> None:
    with pytest.raises(InternalError, match="read-only"), on_postgres.read() as db:
        put_setting(db, "epoch", "2")


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", "central.no_database"),
        ("a database", "central.bad_database"),
        ("mysql://root@localhost/x", "central.bad_database"),
    ],
)
def test_a_database_that_cannot_be_opened_is_named(where: str, code: str) -> None:
    with pytest.raises(KnownError) as refused:
        Storage(where)
    assert refused.value.code == code


def test_a_database_that_answers_before_it_has_written_is_refused(new_database: Callable[[], str]) -> None:
    address = new_database() + "&options=-c%20synchronous_commit%3Doff"
    with pytest.raises(KnownError) as refused:
        Storage(address)
    assert refused.value.code == "central.not_durable"
    assert "synchronous_commit" in refused.value.sentence("en")


def test_a_server_without_fsync_is_refused() -> None:
    with cluster(template=False, fsync="off") as careless, pytest.raises(KnownError) as refused:
        Storage(careless.address("postgres"))
    assert refused.value.code == "central.not_durable"


def test_a_password_is_never_shown() -> None:
    assert "geheim" not in shown("postgresql://kiosk:geheim@db/centre")


def test_the_line_in_the_folder_says_which_database(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.database_in_use() == tmp_path / "central.db"
    folder.database_line.write_text("postgresql://a@b/c\n")
    assert folder.database_in_use() == "postgresql://a@b/c"
    assert folder.database_in_use("postgresql://x@y/z") == "postgresql://x@y/z"


def test_a_connection_that_was_lost_is_made_again(postgres: Cluster, new_database: Callable[[], str]) -> None:
    address = new_database()
    storage = Storage(address)
    tries = []

    def read() -> int:
        with storage.read() as db:
            tries.append(1)
            if len(tries) == 1:
                postgres.end_backends(address)
            return epoch_of(db)

    assert storage.again(read) == 1
    assert len(tries) == 2
    storage.close()
