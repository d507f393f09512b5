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
)
