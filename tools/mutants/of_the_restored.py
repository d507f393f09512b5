"""Mutants of back-up and restore, and of how two copies of one device are told apart."""

from tools.mutants.model import Mutant

_CONTACT = ("tests/core/test_contact.py",)
_SAFE = ("tests/central/test_safe.py",)

RESTORED_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        1,
        "a-copy-with-the-wrong-token-is-believed",
        "kiosk/core/contact.py",
        '    return kept, "clone"\n',
        '    return kept, "known"\n',
        _CONTACT,
    ),
    Mutant(
        7,
        "a-heartbeat-that-came-late-stops-a-vehicle",
        "kiosk/core/contact.py",
        '        return kept, "clone" if contact.told else "behind"',
        '        return kept, "clone"',
        _CONTACT,
    ),
    Mutant(
        7,
        "a-restored-centre-believes-the-first-heartbeat-for-good",
        "kiosk/core/contact.py",
        "contact.next, kept.echo, settled=fresh)",
        "contact.next, kept.echo, settled=True)",
        _CONTACT,
    ),
    Mutant(
        1,
        "safe-without-anything-apart-from-the-servers-disk",
        "central/archives.py",
        "    if not one.counts:\n        return 0\n",
        "",
        ("tests/central/test_backup.py",),
    ),
    Mutant(
        1,
        "a-standby-makes-safe-what-came-after-it-was-looked-at",
        "central/safe.py",
        "proved=parse_utc(one.mark.at)), one.mark",
        "proved=parse_utc(one.mark.at)), mark",
        _SAFE,
    ),
    Mutant(
        1,
        "a-standby-of-another-life-makes-safe",
        "central/safe.py",
        "if one.life != life:",
        "if one.life.system != life.system:",
        _SAFE,
    ),
    Mutant(
        1,
        "an-archive-without-its-last-file-makes-safe",
        "central/safe_evidence.py",
        'return "proved" if now.last >= mark.wal else "waiting"',
        'return "proved"',
        (*_SAFE, "tests/central/test_safe_evidence.py"),
    ),
    Mutant(
        1,
        "a-back-up-whose-chain-nobody-followed",
        "central/backup_read.py",
        "            if head != row[1]:",
        "            if False:",
        ("tests/central/test_backup.py",),
    ),
    Mutant(
        1,
        "a-restored-server-answers-as-if-nothing-had-happened",
        "central/epochs.py",
        'put_setting(db, "epoch", str(highest + 1))',
        'put_setting(db, "epoch", str(highest))',
        ("tests/sync/test_restored.py",),
    ),
    Mutant(
        3,
        "a-restored-server-gives-before-it-was-shown-what-it-gave",
        "central/manifests.py",
        "        if must_reconcile(db, code):",
        "        if False:",
        ("tests/sync/test_restored.py",),
    ),
    Mutant(
        1,
        "a-restored-centre-forgets-that-a-series-was-retired",
        "central/heartbeats.py",
        "        take_told(db, beat, now)\n",
        "",
        ("tests/central/test_told_copies.py",),
    ),
    Mutant(
        1,
        "a-copy-keeps-taking-numbers-from-its-books",
        "central/contacts.py",
        "            _retire(db, beat, [one.series for one in beat.books], beat.seq, now)\n",
        "            pass\n",
        ("tests/central/test_told_copies.py",),
    ),
)
