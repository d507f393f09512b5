"""Every table is declared with what losing it would mean, and no other is there."""

from kiosk.desk.session import Session
from kiosk.store.tables import NATURES

OF_THE_LIBRARIES = ("sqlite_", "_sqlite_migrations")


def test_every_table_is_declared_and_every_declared_one_is_there(session: Session) -> None:
    made = {name for name in session.store.db.table_names() if not name.startswith(OF_THE_LIBRARIES)}
    virtual = [name for name in made if name in NATURES and f"{name}_data" in made]
    shadows = {name for name in made for table in virtual if name.startswith(f"{table}_")}
    assert made - shadows == set(NATURES)


def test_amounts_are_whole_numbers_in_every_table(session: Session) -> None:
    """STRICT tables refuse what is not of the declared type, and none declares a real number."""
    rows = session.store.db.conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'")
    for name, sql in rows.fetchall():
        if name in NATURES and not sql.startswith("CREATE VIRTUAL"):
            assert "STRICT" in sql, name
            assert "REAL" not in sql, name
