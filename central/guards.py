"""What keeps journal, branches and acts of people as they are: the database itself refuses to change rows."""

from collections.abc import Iterator

GUARDED = ("journal", "branch", "act", "credit_move", "request_status")

_REFUSE = """\
CREATE FUNCTION kiosk_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""


def guards(dialect: str) -> Iterator[str]:
    """The statements that make the guards, in the words of `sqlite` or `postgresql`."""
    if dialect == "postgresql":
        yield _REFUSE
        for table in GUARDED:
            yield (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION kiosk_append_only()"
            )
        return
    for table in GUARDED:
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
