"""Mutants of the centre's database: what keeps servers that share it from losing or doubling anything."""

from tools.mutants.model import Mutant

_SHARED = ("tests/central/test_postgres.py",)

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
)
