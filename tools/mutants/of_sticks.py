"""Mutants of sticks from the screen: what is stopped or cut stays takeable, and no act waits for a stick."""

from tools.mutants.model import Mutant

_STOP = ("tests/sync/test_stick_stop.py",)
_SCREEN = ("tests/ui/test_stick_screen.py",)

STICK_MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        1,
        "the-list-of-an-earlier-export-outlives-its-files",
        "kiosk/sync/export.py",
        "        remove_if_there(folder / MANIFEST)\n",
        "",
        _STOP,
    ),
    Mutant(
        1,
        "a-stopped-export-says-that-it-is-whole",
        "kiosk/sync/export.py",
        "            last, head = files[-1].last, bytes.fromhex(files[-1].head)\n",
        "",
        _STOP,
    ),
    Mutant(
        2,
        "a-stick-and-the-line-apply-a-version-twice",
        "kiosk/sync/downlink.py",
        "    return row is not None and row[0] >= ref.version",
        "    return False",
        _STOP,
    ),
    Mutant(
        7,
        "a-second-touch-writes-the-stick-again",
        "kiosk/ui/screens/stick_presenter.py",
        "        if self.under_way:\n            return None\n        medium",
        "        medium",
        _SCREEN,
    ),
    Mutant(
        7,
        "locking-does-not-end-a-stick",
        "kiosk/ui/stick_jobs.py",
        "            run.stop()\n",
        "            pass\n",
        _SCREEN,
    ),
    Mutant(
        1,
        "an-export-is-called-an-upload",
        "kiosk/ui/screens/stick_presenter.py",
        'lead=self._texts("stick.not_upload")',
        'lead=""',
        _SCREEN,
    ),
)
