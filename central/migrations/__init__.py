"""The form of the database: made where there is none, and brought on from one release to the next."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from kiosk.core.errors import KnownError

NEWEST = "0001"
"""The revision that this program works with."""
FOLDER = Path(__file__).parent
_VERSION = "alembic_version"


def make_or_check(db: Connection) -> None:
    """Make all tables in an empty database, inside the open transaction; else see that they are the newest.

    Raises KnownError `central.older_schema`, `central.later_schema`.
    """
    found = revision_of(db)
    if found is None:
        upgrade(db)
    elif found != NEWEST:
        code = "central.older_schema" if found in known_revisions() else "central.later_schema"
        raise KnownError(code, found=found, known=NEWEST)


def revision_of(db: Connection) -> str | None:
    """The revision that a database is at; None when it is empty."""
    if not inspect(db).has_table(_VERSION):
        return None
    return str(db.execute(text(f"SELECT version_num FROM {_VERSION}")).scalar_one())  # noqa: S608


def known_revisions() -> list[str]:
    """All revisions, the newest first."""
    from alembic.script import ScriptDirectory

    return [one.revision for one in ScriptDirectory(str(FOLDER)).walk_revisions()]


def upgrade(db: Connection, to: str = "head") -> None:
    """Bring the database on inside the open transaction: all of it or nothing.

    Raises KnownError `central.later_schema` for a revision that this program does not know.
    """
    from alembic import command
    from alembic.config import Config

    found = revision_of(db)
    if found is not None and found not in known_revisions():
        raise KnownError("central.later_schema", found=found, known=NEWEST)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = db
    command.upgrade(config, to)
