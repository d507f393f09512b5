"""Mutants of what leaves a device on sticks and cards, and of what it knows by its second medium."""

from tools.mutants.model import Mutant

_TESTS = ("tests/sync/test_second_medium.py",)

MEDIUM_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        3,
        "a-disk-that-was-put-back-writes-over-the-card",
        "kiosk/sync/second_medium.py",
        "        compare(source, known)\n    kept",
        "        pass\n    kept",
        _TESTS,
    ),
    Mutant(
        5,
        "what-was-written-is-not-read-back",
        "kiosk/sync/stick.py",
        "    if read_from_medium(path) != data:",
        "    if False:",
        _TESTS,
    ),
    Mutant(
        7,
        "a-bad-card-stops-the-work",
        "kiosk/sync/second_medium.py",
        '        if not error.code.startswith(("export.", "medium.")):',
        "        if error:",
        _TESTS,
    ),
    Mutant(
        8,
        "a-stick-anybody-can-read",
        "kiosk/core/wire/sealed_batch.py",
        "_SUITE.encrypt(batch, intake, info=_INFO + label)",
        "batch",
        ("tests/sync/test_recovery.py",),
    ),
    Mutant(
        1,
        "an-answer-on-a-stick-is-not-taken-in",
        "kiosk/sync/stick_answer.py",
        "        settle(place, ack, signed, online=False)",
        "        pass",
        ("tests/sync/test_recovery.py",),
    ),
    Mutant(
        1,
        "a-scan-that-is-in-no-back-up-leaves-the-card",
        "kiosk/sync/stick_scans.py",
        "    for state in (State.WAITING, State.SENT):\n",
        "    for state in (State.WAITING,):\n",
        ("tests/sync/test_medium_scans.py",),
    ),
    Mutant(
        3,
        "records-that-are-here-count-as-safe-by-stick",
        "kiosk/sync/persons.py",
        "    keep_persons_safe(db, safe)\n",
        "    keep_persons_safe(db, through)\n",
        ("tests/sync/test_by_stick_alone.py",),
    ),
)
