"""A database is made and brought on by revisions, which agree with the schema that the program works with."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from sqlalchemy import (
    Connection,
    Engine,
    ForeignKey,
    PrimaryKeyConstraint,
    UniqueConstraint,
    inspect,
    text,
)

from central.__main__ import central
from central.engines import postgres_engine, sqlite_engine
from central.migrations import NEWEST, known_revisions, revision_of, upgrade
from central.migrations.statements import check_newest
from central.schema import metadata
from central.storage import Storage
from kiosk.core.errors import KnownError
from tests.central.postgres import Cluster
from tests.central.server import Clock, make_centre

VARIABLE = "KIOSK_CENTRAL_DATABASE"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database."""
    if request.param == "sqlite":
        made = sqlite_engine(tmp_path / "c.db")
    else:
        postgres: Cluster = request.getfixturevalue("postgres")
        made = postgres_engine(postgres.new_database(template="template0"))
    yield made
    made.dispose()


def in_one(engine: Engine, act: Callable[[Connection], object]) -> object:
    with engine.connect() as db, db.begin():
        return act(db)


def test_the_first_revision_is_what_the_schema_says() -> None:
    """Fails after a change of central/schema.py: run `python -m tools.central_baseline`."""
    check_newest()


def test_a_schema_that_changed_is_noticed_with_the_name_of_the_tool() -> None:
    column = metadata.tables["meta"].c.value
    column.name = "worth"
    try:
        with pytest.raises(RuntimeError, match=r"python -m tools\.central_baseline"):
            check_newest()
    finally:
        column.name = "value"


def test_a_database_that_revisions_made_is_the_one_the_program_works_with(empty: Engine) -> None:
    in_one(empty, upgrade)
    with empty.connect() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True, "compare_server_default": False})
        assert compare_metadata(context, metadata) == []
        assert revision_of(db) == NEWEST


def test_a_revision_that_fails_leaves_the_database_empty(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    half = ["CREATE TABLE meta (name TEXT)", "CREATE TABLE nonsense ("]
    monkeypatch.setattr("central.migrations.statements.read_statements", lambda _: half)
    with pytest.raises(Exception, match="nonsense"):
        in_one(empty, upgrade)
    assert in_one(empty, lambda db: inspect(db).get_table_names()) == []


def test_what_grows_with_devices_could_be_spread_by_them() -> None:
    """docs/central.md, "Beyond one primary": the stream is in every key, and nothing else is referred to."""
    referring = {one.name for one in metadata.sorted_tables for key in one.foreign_keys if _to_stream(key)}
    assert referring == {"journal", "contact", "recount"}
    for table in map(metadata.tables.__getitem__, ("stream", "branch", *sorted(referring))):
        keys = [one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)]
        assert keys
        assert all("stream" in one.columns for one in keys), table.name
        others = {key.column.table.name for key in table.foreign_keys if not _to_stream(key)}
        assert others <= {"device", "unit"}, table.name


def _to_stream(key: ForeignKey) -> bool:
    return key.column.table.name == "stream"


def test_servers_that_start_together_make_the_tables_once(postgres: Cluster) -> None:
    address = postgres.new_database(template="template0")
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(Storage, [address] * 4))
    for one in opened:
        with one.read() as db:
            assert revision_of(db) == NEWEST
        one.close()


def test_the_newest_revision_is_the_end_of_the_chain() -> None:
    assert known_revisions()[0] == NEWEST


def test_a_database_of_a_later_release_is_refused_and_left_alone(empty: Engine) -> None:
    in_one(empty, upgrade)
    in_one(empty, lambda db: db.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    where = str(empty.url.database) if empty.dialect.name == "sqlite" else empty.url
    opened = Path(where) if isinstance(where, str) else where.render_as_string(hide_password=False)
    for bring_on in (False, True):
        with pytest.raises(KnownError) as refused:
            Storage(opened, bring_on=bring_on)
        assert refused.value.code == "central.later_schema"
    assert in_one(empty, revision_of) == "9999"


def test_a_database_of_an_earlier_release_waits_for_the_command(
    empty: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_one(empty, upgrade)
    monkeypatch.setattr("central.migrations.NEWEST", "0002")
    where = empty.url.render_as_string(hide_password=False)
    opened = Path(str(empty.url.database)) if empty.dialect.name == "sqlite" else where
    with pytest.raises(KnownError) as refused:
        Storage(opened)
    assert refused.value.code == "central.older_schema"
    assert "kiosk-central database upgrade" in refused.value.remedy("en")


def test_the_command_brings_a_database_on_and_says_which(
    tmp_path: Path, new_database: Callable[[], str]
) -> None:
    address = new_database()
    make_centre(tmp_path, Clock())[0].close()
    options = ["--folder", str(tmp_path / "centre"), "--json"]
    told = ["--database", address]
    for more, env, name in (
        ([], {}, "central.db"),
        (told, {}, "kiosk_"),
        ([], {VARIABLE: address}, "kiosk_"),
    ):
        arguments = ["database", "upgrade", *options, *more]
        said = CliRunner(env=env).invoke(central, arguments, obj=arguments)
        assert said.exit_code == 0, said.output
        assert name in said.output
        assert f'"revision": "{NEWEST}"' in said.output
