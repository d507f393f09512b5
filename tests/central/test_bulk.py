"""Many rows at once arrive as they are on both databases, all of them or none."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError

from central.answers import answer_error
from central.bulk import add_rows
from central.ingest import Known
from central.ledger import Ledger
from central.schema import change_log, meta, quarantine
from central.storage import Storage
from kiosk.core.errors import KnownError

COLUMNS = ("epoch", "xid", "topic", "key")


@pytest.fixture(params=["sqlite", "postgresql"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    where = tmp_path / "c.db" if request.param == "sqlite" else request.getfixturevalue("new_database")()
    made = Storage(where)
    yield made
    made.close()


def test_numbers_of_64_bits_and_any_text_arrive_as_they_are(storage: Storage) -> None:
    rows = [(2**63 - 1, -(2**63), "موضوع", ""), (0, 1, "\t\\N\n", '"'), (1, 2, "é" * 10_000, "\N{CAT FACE}")]
    with storage.write() as db:
        add_rows(db, change_log, COLUMNS, rows)
    with storage.read() as db:
        columns = [change_log.c[name] for name in COLUMNS]
        assert [tuple(row) for row in db.execute(select(*columns).order_by(change_log.c.n))] == rows


def test_one_row_that_is_there_already_keeps_all_out(storage: Storage) -> None:
    rows = [("a", "1"), ("epoch", "2")]
    with pytest.raises(IntegrityError), storage.write() as db:
        add_rows(db, meta, ("name", "value"), rows)
    with storage.read() as db:
        assert db.execute(select(meta.c.value).where(meta.c.name == "a")).first() is None


def test_a_failed_copy_leaves_what_was_before_it_in_the_transaction(storage: Storage) -> None:
    """The applier books entries one by one after a fault: the savepoint must hold."""
    with storage.write() as db:
        add_rows(db, meta, ("name", "value"), [("before", "1")])
        savepoint = db.begin_nested()
        with pytest.raises(IntegrityError):
            add_rows(db, meta, ("name", "value"), [("new", "1"), ("before", "2")])
        savepoint.rollback()
        add_rows(db, meta, ("name", "value"), [("after", "1")])
    with storage.read() as db:
        names = set(db.execute(select(meta.c.name)).scalars())
    assert {"before", "after"} <= names
    assert "new" not in names


def test_null_is_nothing_and_not_the_word(storage: Storage) -> None:
    optional = [one.name for one in quarantine.columns if one.nullable]
    row: dict[str, Any] = {one.name: 1 if "INT" in str(one.type) else "x" for one in quarantine.columns}
    row |= dict.fromkeys(optional)
    with storage.write() as db:
        add_rows(db, quarantine, list(row), [list(row.values())])
    with storage.read() as db:
        assert dict(db.execute(select(quarantine)).one()._mapping) == row


def test_a_text_that_postgresql_keeps_in_no_form_is_an_error_of_the_data(
    new_database: Callable[[], str],
) -> None:
    storage = Storage(new_database())
    with pytest.raises(DataError), storage.write() as db:
        add_rows(db, meta, ("name", "value"), [("zero", "a\0b")])
    storage.close()


def test_an_entry_that_quotes_a_zero_byte_is_set_apart_all_the_same(storage: Storage) -> None:
    known = Known(
        "D00000001", "5e" * 16, Ed25519PrivateKey.generate().public_key(), "active", "U", None, None
    )
    with storage.write() as db:
        ledger = Ledger(db, known, "2026-11-24T00:00:00.000Z")
        ledger.set_apart(7, [KnownError("apply.unknown_staff", staff="A\0B")], debts=False)
        ledger.flush()
    with storage.read() as db:
        kept = db.execute(select(quarantine)).one()
    assert kept.seq == 7
    assert "A\N{REPLACEMENT CHARACTER}B" in kept.en


def test_a_busy_database_is_answered_with_a_time_to_come_again() -> None:
    answer = answer_error(KnownError("central.busy"))
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (503, True)
