"""What a clerk waits for in the morning: the painted unlock screen, and the memory that it takes.

Both beside a bare PySide6 window in the same run, in turns, each in a process of its own, without a display.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.frame import Figure, against_peer, interleaved
from benchmarks.store_commit import CHEAP
from kiosk.core.errors import BugError
from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import NewSecret
from kiosk.store.slots import NewStaff
from kiosk.trial_data import shipped_trial_data
from kiosk.zone_files import read_zone, shipped_zone_text

ROUNDS = 11
SIZE = "1024x768"
STAFF = ("SUP-1", "TEL-1", "TEL-2", "COL-1")

_PAINTED = """
import os, re, sys
from PySide6.QtCore import QEvent, QObject, QTimer

class Painted(QObject):
    '''Says how much memory is used once the window has drawn what is asked for, and ends the process.'''

    def __init__(self, complete):
        super().__init__()
        self.complete = complete

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.UpdateRequest:
            drawn = self.complete()
            QTimer.singleShot(0, self.say if drawn else (lambda: None))
        return False

    def say(self):
        with open("/proc/self/status") as status:
            print(re.search(r"VmRSS:\\s+(\\d+)", status.read())[1], flush=True)
        os._exit(0)
"""
BARE = f"""{_PAINTED}
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication(["bare"])
window = QWidget()
painted = Painted(lambda: True)
window.installEventFilter(painted)
window.resize(*map(int, sys.argv[1].split("x")))
window.show()
application.exec()
"""
OWN = f"""{_PAINTED}
import kiosk.app as app
from kiosk.__main__ import main
run = app.Kiosk.run

def watched(kiosk, size):
    shell = kiosk.shell
    staff = os.environ["STAFF"]
    kiosk.painted = Painted(
        lambda: shell.name_shown == "unlock" and (not staff or shell.screen_shown.tiles.tiles)
    )
    shell.installEventFilter(kiosk.painted)
    return run(kiosk, size)

app.Kiosk.run = watched
main()
"""
"""The program as `kiosk run` starts it; with STAFF it is complete when their codes stand there too."""


def start() -> Iterator[Figure]:
    """`ui.start`: ms from exec to the painted unlock screen, and until the staff's codes, which are read
    beside it, stand there; `ui.rss`: MB when they do (VmRSS).
    """
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        _set_up(store)
        options = ("run", "--store", str(store), "--size", SIZE)
        own_kb: list[int] = []
        peer_kb: list[int] = []
        painted, staffed, bare = interleaved(
            lambda: _painted(OWN, *options),
            lambda: own_kb.append(_painted(OWN, *options, staff="1")),
            lambda: peer_kb.append(_painted(BARE, SIZE)),
            rounds=ROUNDS,
        )
    painted, staffed, bare = painted * 1000, staffed * 1000, bare * 1000
    yield against_peer("ui.start against a bare window", painted, bare, "ms", at_most=2)
    yield against_peer("ui.start with the staff, against a bare window", staffed, bare, "ms", at_most=2.5)
    own_mb, peer_mb = (statistics.median(kept) / 1024 for kept in (own_kb, peer_kb))
    yield against_peer("ui.rss against a bare window", own_mb, peer_mb, "MB", at_most=1.8)


def _painted(code: str, *arguments: str, staff: str = "") -> int:
    """Run a window until it is painted and return its memory, kB. Raises BugError when it ends before."""
    # An installed program is compiled; here the warm-up run does it, wherever that is switched off.
    wanted = {"QT_QPA_PLATFORM": "offscreen", "PYTHONDONTWRITEBYTECODE": "", "STAFF": staff}
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=os.environ | wanted,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if ran.returncode or not ran.stdout.strip().isdigit():
        raise BugError(f"the window ended with {ran.returncode} before it was painted: {ran.stderr}")
    return int(ran.stdout)


def _set_up(store: Path) -> None:
    """A trial device with a few staff, as a morning finds it: locked."""
    expires = datetime.now(UTC) + timedelta(days=30)
    roles = {"SUP": "supervisor", "TEL": "teller", "COL": "collector"}
    staff = [
        NewStaff(code, (roles[code[:3]],), NewSecret(f"3334445556667{at}"), expires)
        for at, code in enumerate(STAFF)
    ]
    plan = TrialPlan(unit="U-0101", vehicle=None, staff=staff, data=shipped_trial_data())
    set_up_trial(store, plan, DeviceClock(read_zone(shipped_zone_text())), CHEAP)
