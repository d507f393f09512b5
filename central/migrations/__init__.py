"""The form of the database: made where there is none, and brought on from one release to the next."""

from sqlalchemy import Connection, insert, inspect, text

from central.guards import guards
from central.schema import meta, metadata

_FIRST = [{"name": "epoch", "value": "1"}, {"name": "change", "value": "0"}]


def make_or_check(db: Connection) -> None:
    """Make all tables in an empty database, inside the open transaction."""
    if inspect(db).has_table(meta.name):
        return
    metadata.create_all(db)
    for statement in guards(db.dialect.name):
        db.execute(text(statement))
    db.execute(insert(meta), _FIRST)
