"""What keeps journal, branches and acts of people as they are: the database itself refuses to change rows.

On PostgreSQL, where each month of the journal is a table, it also sees that no entry is there twice over all
of them: `stream.stored` is moved by adding entries and by nothing else, and an entry that does not follow it
is refused. So each stream's entries are 1, 2, 3 … once each, at whatever month and by whatever program.
"""

import re
from collections.abc import Iterator

GUARDED = ("journal", "branch", "act", "credit_move", "request_status")
COUNTED = "stream"
"""The table whose rows count the entries of the journal."""

_REFUSE = """\
CREATE FUNCTION kiosk_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""
_FOLLOW = """\
CREATE FUNCTION kiosk_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE part record; held bigint;
BEGIN
    IF TG_TABLE_NAME <> 'journal' AND NOT (SELECT relispartition FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION '% is no month of the journal', TG_TABLE_NAME;
    END IF;
    FOR part IN
        SELECT a.stream, min(a.seq) AS first, max(a.seq) AS last, count(*) AS n,
            count(DISTINCT a.seq) AS kinds
        FROM added AS a GROUP BY a.stream ORDER BY a.stream
    LOOP
        UPDATE stream SET stored = part.last WHERE stream.stream = part.stream AND stored = part.first - 1;
        IF NOT FOUND THEN
            SELECT stored INTO held FROM stream WHERE stream.stream = part.stream;
            RAISE EXCEPTION 'entry % of % does not follow %', part.first, part.stream, held
                USING ERRCODE = 'unique_violation';
        END IF;
        IF part.n <> part.kinds OR part.n <> part.last - part.first + 1 THEN
            RAISE EXCEPTION 'entries % to % of % are not one each', part.first, part.last, part.stream
                USING ERRCODE = 'unique_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$"""
_COUNTED = """\
CREATE FUNCTION kiosk_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'stored of % moves with its entries alone', NEW.stream; END $$"""


def guards(dialect: str) -> Iterator[str]:
    """The statements that make the guards, in the words of `sqlite` or `postgresql`."""
    if dialect == "postgresql":
        yield from (_REFUSE, _FOLLOW, _COUNTED)
        for table in GUARDED:
            yield _append_only(table)
        yield (
            "CREATE TRIGGER journal_rows_append_only BEFORE UPDATE OR DELETE ON journal "
            "FOR EACH ROW EXECUTE FUNCTION kiosk_append_only()"
        )
        yield _follows("journal")
        yield from _counts()
        return
    for table in GUARDED:
        for act in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def guards_of_month(table: str) -> Iterator[tuple[str, str]]:
    """Name and statement of each guard that one month of the journal needs on PostgreSQL.

    Those of `journal` answer for statements that name it, these for statements that name the month. The guard
    of rows it has from `journal`, as every partition that anybody makes.
    """
    yield f"{table}_append_only", _append_only(table)
    yield f"{table}_follows", _follows(table)


def _append_only(table: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table + '_append_only')} BEFORE UPDATE OR DELETE OR TRUNCATE "
        f"ON {_name(table)} FOR EACH STATEMENT EXECUTE FUNCTION kiosk_append_only()"
    )


def _follows(table: str) -> str:
    return (
        f"CREATE TRIGGER {_name(table + '_follows')} AFTER INSERT ON {_name(table)} "
        "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION kiosk_follow()"
    )


def _name(plain: str) -> str:
    """A name as statements need it: partitions that somebody made by hand may be called anything."""
    return plain if re.fullmatch("[a-z_][a-z0-9_]*", plain) else '"' + plain.replace('"', '""') + '"'


def _counts() -> Iterator[str]:
    """A journal begins empty; its count never falls, and rises from within `kiosk_follow` only."""
    yield (
        "CREATE TRIGGER stream_begins BEFORE INSERT ON stream "
        "FOR EACH ROW WHEN (NEW.stored <> 0) EXECUTE FUNCTION kiosk_counted()"
    )
    yield (
        "CREATE TRIGGER stream_counted BEFORE UPDATE ON stream FOR EACH ROW "
        "WHEN (NEW.stored < OLD.stored OR NEW.stored > OLD.stored AND pg_trigger_depth() = 0) "
        "EXECUTE FUNCTION kiosk_counted()"
    )
