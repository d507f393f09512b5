"""Mutants of what must outlive power cuts, kills, full disks and tampering; the crash suites notice them."""

from tools.mutants.model import Mutant

POWER = "tests/power/test_power_cuts.py::test_a_power_cut_at_any_point_loses_nothing_that_was_told"

CRASH_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        2,
        "commits-that-a-power-cut-takes-back",
        "kiosk/store/driver.py",
        """    connection.execute("PRAGMA synchronous = FULL")
    found = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
    }
    if found != {"journal_mode": "wal", "synchronous": 2,""",
        """    connection.execute("PRAGMA synchronous = NORMAL")
    found = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store")
    }
    if found != {"journal_mode": "wal", "synchronous": 1,""",
        (f"{POWER}[prints]",),
    ),
    Mutant(
        2,
        "a-slot-file-whose-name-is-not-synced",
        "kiosk/store/files.py",
        "os.O_CREAT | os.O_EXCL)\n        os.replace(beside, path)\n        _sync_folder(path.parent)\n",
        "os.O_CREAT | os.O_EXCL)\n        os.replace(beside, path)\n",
        (f"{POWER}[people]",),
    ),
    Mutant(
        2,
        "a-slot-file-whose-bytes-are-not-synced",
        "kiosk/store/files.py",
        "            rest = rest[os.write(descriptor, rest) :]\n        os.fsync(descriptor)\n",
        "            rest = rest[os.write(descriptor, rest) :]\n",
        (f"{POWER}[people]",),
    ),
    Mutant(
        2,
        "a-page-torn-by-a-power-cut-is-called-damage",
        "kiosk/store/driver.py",
        '            db.execute("PRAGMA wal_checkpoint(FULL)").fetchall()\n',
        "            pass\n",
        ("tests/store/test_driver.py",),
    ),
    Mutant(
        2,
        "a-half-written-database-is-never-opened-again",
        "kiosk/store/driver.py",
        'error.code == "store.read_only" and _beside(path, "-journal").exists() and raw.fits(path)',
        "False",
        (f"{POWER}[rekey]",),
    ),
    Mutant(
        2,
        "the-slots-learn-of-a-new-data-key-too-late",
        "kiosk/store/rekey.py",
        "    steps.announce()\n",
        "",
        (f"{POWER}[rekey]",),
    ),
    Mutant(
        3,
        "an-index-that-is-older-than-its-table-passes",
        "kiosk/store/verify.py",
        "[*_guards(store), *_indexes(store)]",
        "[*_guards(store)]",
        ("tests/tamper/test_without_the_key.py",),
    ),
    Mutant(
        5,
        "a-print-is-sent-before-its-mark-is-safe",
        "kiosk/devices/print_worker.py",
        "        copy = self._desk.begin(job, self._code)\n",
        "        self._printer.send(self._printer.stream(self._desk.render(job, 0)))\n"
        "        copy = self._desk.begin(job, self._code)\n",
        ("tests/crash/test_kill_printing.py",),
    ),
    Mutant(
        5,
        "a-print-that-a-kill-cut-off-is-forgotten",
        "kiosk/store/print_jobs.py",
        "\"state = 'sending' ORDER BY n\"",
        "\"state = 'sending' AND 0 ORDER BY n\"",
        ("tests/crash/test_kill_printing.py",),
    ),
)
"""Each lets something be lost that somebody was told, or something false pass."""
