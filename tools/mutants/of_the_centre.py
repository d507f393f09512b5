"""Mutants of the centre's database: what keeps servers that share it from losing or doubling anything."""

from tools.mutants.model import Mutant

_SHARED = ("tests/central/test_postgres.py",)
_GUARDS, _MONTHS = ("tests/central/test_guards.py",), ("tests/central/test_months.py",)
_KEPT = ("tests/central/test_months_kept.py",)
_FIRST = "central/migrations/versions/r0001_first.postgresql.sql"
"""What the tests of guards make their database from; `central/guards.py` is held to it elsewhere."""

CENTRE_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        1,
        "two-servers-store-one-stream-at-a-time-each",
        "central/ingest.py",
        "    .with_for_update(key_share=True, of=stream)\n",
        "",
        _SHARED,
    ),
    Mutant(
        2,
        "two-servers-apply-the-same-entries",
        "central/locks.py",
        "return bool(db.execute(select(func.pg_try_advisory_xact_lock(_key(names)))).scalar())",
        "return True",
        _SHARED,
    ),
    Mutant(
        1,
        "a-change-that-commits-late-is-passed-over",
        "central/changes.py",
        'return [change_log.c.xid < _oldest_running()] if db.dialect.name == "postgresql" else []',
        "return []",
        ("tests/central/test_changes.py",),
    ),
    Mutant(
        2,
        "a-database-that-answers-before-it-has-written",
        "central/engines.py",
        '    if commit == "off":',
        "    if False:",
        ("tests/central/test_storage.py",),
    ),
    Mutant(
        1,
        "an-entry-is-there-twice-in-two-months",
        _FIRST,
        "stream.stream = part.stream AND stored = part.first - 1;",
        "stream.stream = part.stream;",
        _GUARDS,
    ),
    Mutant(
        1,
        "one-statement-adds-an-entry-twice",
        _FIRST,
        "IF part.n <> part.kinds OR part.n <> part.last - part.first + 1 THEN",
        "IF part.n <> part.last - part.first + 1 THEN",
        _GUARDS,
    ),
    Mutant(
        1,
        "the-count-of-a-journal-is-put-back-by-hand",
        _FIRST,
        "WHEN (NEW.stored < OLD.stored OR NEW.stored > OLD.stored AND pg_trigger_depth() = 0)",
        "WHEN (NEW.stored > OLD.stored AND pg_trigger_depth() = 0)",
        _GUARDS,
    ),
    Mutant(
        1,
        "the-count-of-a-journal-is-moved-on-by-hand",
        _FIRST,
        "WHEN (NEW.stored < OLD.stored OR NEW.stored > OLD.stored AND pg_trigger_depth() = 0)",
        "WHEN (NEW.stored < OLD.stored)",
        _GUARDS,
    ),
    Mutant(
        1,
        "a-month-that-was-detached-takes-entries",
        _FIRST,
        "TG_TABLE_NAME <> 'journal' AND NOT",
        "FALSE AND NOT",
        _GUARDS,
    ),
    Mutant(
        3,
        "a-partition-made-by-hand-may-be-changed",
        _FIRST,
        "CREATE TRIGGER journal_rows_append_only BEFORE UPDATE OR DELETE ON journal FOR EACH ROW",
        "CREATE TRIGGER journal_rows_append_only BEFORE UPDATE OR DELETE ON branch FOR EACH ROW",
        _GUARDS,
    ),
    Mutant(
        1,
        "a-month-takes-entries-that-do-not-follow",
        "central/months.py",
        'for guard in ("_append_only", "_follows"):',
        'for guard in ("_append_only",):',
        _GUARDS,
    ),
    Mutant(
        3,
        "a-month-may-be-emptied",
        "central/months.py",
        'for guard in ("_append_only", "_follows"):',
        'for guard in ("_follows",):',
        _GUARDS,
    ),
    Mutant(
        1,
        "a-batch-is-lost-where-its-month-is-missing",
        "central/ingest.py",
        "        if not month_missing(error):\n            raise\n",
        "        raise\n",
        _MONTHS,
    ),
    Mutant(
        1,
        "a-back-up-reads-no-month-of-the-journal",
        "central/postgres_programs.py",
        ', "--load-via-partition-root")',
        ")",
        _KEPT,
    ),
)
