"""Damage by somebody who holds the data key: he drops the guards, writes, and puts them back."""

from sqlite_utils import Database

from kiosk.store.store import Store

Guards = list[tuple[str, str]]


def guards(db: Database) -> Guards:
    """Name and text of every trigger."""
    return db.conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()


def forge(store: Store, *statements: str) -> None:
    """Run statements on a connection of one's own, with no trigger and no constraint in the way."""
    db = store.connect()
    db.conn.execute("PRAGMA foreign_keys = OFF")
    db.conn.execute("PRAGMA ignore_check_constraints = ON")
    db.conn.execute("BEGIN")
    dropped = guards(db)
    for name, _ in dropped:
        db.conn.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        db.conn.execute(statement)
    for _, sql in dropped:
        db.conn.execute(sql)
    db.conn.execute("COMMIT")
    db.close()
