"""Facts are never edited or deleted: the database refuses, and only the journal writes them."""

import ast
import re
from collections.abc import Iterator

import pytest
from sqlite_utils import Database

from kiosk.store.schema import migrations
from kiosk.store.tables import NATURES, Nature, tables_of
from tests.quality.tree import Source, bites, expect_none, findings, python_files

WRITERS = ("kiosk/store/journal.py", "kiosk/store/schema.py")
"""Where facts are appended, and where their tables are made."""

DROPS = {"kiosk/store/drop.py": "DROP TABLE "}
"""The one place where a period of the journal leaves a device, whole and only under its rules."""

FACTS = tables_of(Nature.JOURNAL)
WRITES = re.compile(
    r"\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE
)
GUARD_OFF = re.compile(
    r"\bDROP\s+(?:TRIGGER|TABLE)\b|\bwritable_schema\b|\brecursive_triggers\b", re.IGNORECASE
)


def is_fact(table: str) -> bool:
    """Whether a table holds facts: also a later period of the journal, and one whose number is put in."""
    return table in FACTS or re.fullmatch(r"journal_\d*", table) is not None


def writes_facts(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        for match in WRITES.finditer(node.value):
            if is_fact(match.group(1)) and source.path not in WRITERS:
                yield source.at(node, f"only the journal writes {match.group(1)}")
            if is_fact(match.group(1)) and not match.group().upper().startswith("INSERT INTO"):
                yield source.at(node, f"{match.group()}: facts are only added")
        if GUARD_OFF.search(node.value) and DROPS.get(source.path) != node.value:
            yield source.at(node, "this switches off what guards the facts")


@pytest.fixture
def db() -> Iterator[Database]:
    """The real schema in an SQLite of its own, with one entry and one checkpoint."""
    database = Database(memory=True)
    migrations.apply(database)
    database.execute("INSERT INTO journal_1 VALUES (1, 'a', x'00', zeroblob(32), '[]')")
    database.execute("INSERT INTO checkpoint VALUES (1, x'00')")
    yield database
    database.close()


def test_only_the_journal_writes_facts() -> None:
    expect_none(findings(writes_facts, python_files("kiosk")))


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize(
    "act", ["UPDATE {} SET bytes = x'01'", "DELETE FROM {}", "REPLACE INTO {} SELECT * FROM {}"]
)
def test_the_database_refuses_to_change_a_fact(db: Database, table: str, act: str) -> None:
    before = list(db.execute(f"SELECT * FROM {table}"))
    with pytest.raises(Exception, match=r"append-only|must be the next one|UNIQUE"):
        db.execute(act.format(table, table))
    assert list(db.execute(f"SELECT * FROM {table}")) == before


def test_every_table_is_declared_with_what_losing_it_would_mean(db: Database) -> None:
    made = {name for name in db.table_names() if not name.startswith(("sqlite_", "_sqlite_migrations"))}
    shadows = {
        name for name in made if any(name.startswith(f"{table}_") for table in NATURES if table in made)
    }
    virtual = {name for name in shadows if name not in NATURES}
    expect_none(
        [f"{name} is not declared in kiosk/store/tables.py" for name in sorted(made - set(NATURES) - virtual)]
    )
    assert set(FACTS) <= made


@pytest.mark.parametrize(
    "code",
    [
        "db.execute('INSERT INTO journal_1 (seq) VALUES (1)')",
        "db.execute('UPDATE journal_1 SET bytes = ?')",
        "db.execute('UPDATE journal_2 SET bytes = ?')",
        "db.execute(f'DELETE FROM journal_{n}')",
        "db.execute('delete from checkpoint')",
        "db.execute('DROP TRIGGER journal_1_no_update')",
    ],
)
def test_writing_facts_elsewhere_is_found(code: str) -> None:
    assert bites(writes_facts, "kiosk/desk/pay.py", code)


def test_a_table_is_dropped_in_one_place_and_no_guard_even_there() -> None:
    assert not bites(writes_facts, "kiosk/store/drop.py", "db.execute(f'DROP TABLE {name}')")
    assert bites(writes_facts, "kiosk/store/periods.py", "db.execute(f'DROP TABLE {name}')")
    assert bites(writes_facts, "kiosk/store/drop.py", "db.execute('DROP TABLE checkpoint')")
    assert bites(writes_facts, "kiosk/store/drop.py", "db.execute(f'DROP TRIGGER {name}')")


def test_even_the_journal_only_adds() -> None:
    assert bites(writes_facts, "kiosk/store/journal.py", "db.execute('DELETE FROM journal_1')")
    assert not bites(
        writes_facts, "kiosk/store/journal.py", "db.execute('INSERT INTO journal_1 (seq) VALUES (1)')"
    )
    assert not bites(writes_facts, "kiosk/desk/pay.py", "db.execute('INSERT INTO draft (id) VALUES (1)')")
