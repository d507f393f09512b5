"""The first revision as SQL, one file for each database: how it is written from the schema, and read."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Dialect, Index, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from central.guards import guards
from central.migrations import FOLDER
from central.schema import metadata

DIALECTS: dict[str, Dialect] = {"postgresql": postgresql.dialect(), "sqlite": sqlite.dialect()}  # type: ignore[no-untyped-call]
_BETWEEN = ";\n\n"
_FIRST_VALUES = "INSERT INTO meta (name, value) VALUES ('epoch', '1'), ('change', '0')"


def file_of(dialect: str) -> Path:
    """Where the statements of this database are kept."""
    return FOLDER / "versions" / f"r0001_first.{dialect}.sql"


def statements_of_schema(dialect: str) -> str:
    """All that makes today's schema in an empty database, as the file should be."""
    made = [*_tables(DIALECTS[dialect]), *guards(dialect), _FIRST_VALUES]
    return _BETWEEN.join(made) + ";\n"


def read_statements(file: Path) -> list[str]:
    """The statements of a file, in order."""
    return file.read_text(encoding="utf-8").removesuffix(";\n").split(_BETWEEN)


def check_newest() -> None:
    """Raises RuntimeError when the first revision is not what the schema says."""
    stale = [one for one in DIALECTS if file_of(one).read_text("utf-8") != statements_of_schema(one)]
    if stale:
        raise RuntimeError(
            "central/schema.py has changed and the first revision has not: python -m tools.central_baseline"
        )


def _tables(dialect: Dialect) -> Iterator[str]:
    for table in metadata.sorted_tables:
        yield _words(CreateTable(table), dialect)
        for index in sorted(table.indexes, key=_name):
            yield _words(CreateIndex(index), dialect)


def _words(what: CreateTable | CreateIndex, dialect: Dialect) -> str:
    lines = str(what.compile(dialect=dialect)).strip().replace("\t", "    ").splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _name(index: Index | Table) -> str:
    return str(index.name)
