"""Pays a request while the disk gives out one page after the other.

Run as `python -m tests.crash.full_disk FOLDER WAY …`. `small`: FOLDER is a file system of a few megabytes
that is filled up. `limit`: the system lets files grow no further, which needs no rights at all. `ballast` and
`unlock`: it is filled up beside a ballast. Tells on standard output what happened each WAY.
"""

import json
import resource
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.session import Session
from kiosk.desk.unlock import unlock
from kiosk.store.disk_reserve import DiskWatch, has_ballast, keep_ballast
from kiosk.store.verify import verify
from tests.acts import ask, begin, finish, new_trial, pay_for, tally
from tests.desk.conftest import CHEAP, SECRETS
from tests.store.test_journal import Rows, everything

PAGE = 4096


class Disk(Protocol):
    """A disk on which room can be left for so many pages more, or for everything."""

    def leave(self, pages: int) -> None: ...

    def empty(self) -> None: ...


@dataclass
class SmallDisk:
    """A small file system, filled by a file of our own."""

    folder: Path

    def leave(self, pages: int) -> None:
        ballast = self.folder / "ballast"
        ballast.unlink(missing_ok=True)
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(PAGE))
            except OSError:
                end = file.tell() // PAGE * PAGE
            file.truncate(max(0, end - pages * PAGE))

    def empty(self) -> None:
        (self.folder / "ballast").unlink()


@dataclass
class Limit:
    """A limit on the size of files: the write-ahead log cannot grow beyond it."""

    wal: Path

    def leave(self, pages: int) -> None:
        self._set(self.wal.stat().st_size + pages * PAGE)

    def empty(self) -> None:
        self._set(resource.RLIM_INFINITY)

    def _set(self, size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def said(act: Callable[[], object]) -> str:
    """The code of the error, or `done`."""
    try:
        act()
    except KnownError as error:
        return error.code
    return "done"


def paid_page_by_page(session: Session, disk: Disk, tracking: str, before: Rows) -> list[str]:
    """Try the same payment again and again, each time with one page more; what was said each time."""
    tries: list[str] = []
    for _ in range(100):
        disk.leave(0 if not tries else 1)
        tries.append(said(lambda: pay_for(session, tracking)))
        if tries[-1] == "done":
            break
        assert everything(session.store.db) == before
    disk.empty()
    return tries


def main(way: str, folder: Path) -> dict[str, object]:
    """Pay on a disk that is full; then on one that has room again."""
    session = new_trial(folder / "device").unlock("TEL-1")
    # A small file system is below the reserve from the start; here it is to be full, not low.
    session.disk = DiskWatch(folder, free=lambda _folder: sys.maxsize)
    begin(session)
    first, second = ask(session), ask(session)
    disk = SmallDisk(folder) if way == "small" else Limit(folder / "device" / "kiosk.db-wal")
    tries = paid_page_by_page(session, disk, first, everything(session.store.db))
    taken = pay_for(session, second)
    serials = [row[0] for row in session.store.db.conn.execute("SELECT serial FROM receipt ORDER BY seq")]
    clean = verify(session.store).clean
    session.store.close()
    return {"tries": tries, "number": taken.number, "serials": serials, "clean": clean}


def relieved(folder: Path) -> dict[str, object]:
    """A disk that is full with a ballast on it: the work in hand can be finished, closed and read again."""
    trial = new_trial(folder / "device")
    session = trial.unlock("TEL-1")
    session.disk = DiskWatch(folder, free=lambda _folder: sys.maxsize)
    kept = keep_ballast(session.store.folder, 1, leave_mb=0)
    begin(session)
    tracking = ask(session)
    SmallDisk(folder).leave(0)
    tries = [said(lambda: pay_for(session, tracking)) for _ in range(2)]
    left = has_ballast(session.store.folder)
    told = technical(session)
    tally(session)
    finish(session)
    clean = verify(session.store).clean
    session.store.close()
    return {"kept": kept, "tries": tries, "left": left, "told": told, "clean": clean}


def technical(session: Session) -> list[object]:
    """Whether the ballast was there, as each entry of the disk tells."""
    entries = [parse_entry(record.data) for record in session.store.journal.records()]
    return [one.body["ballast"] for one in entries if one.type == "technical.disk"]


def opened_when_full(folder: Path) -> dict[str, object]:
    """A disk that is too full even to unlock: the ballast makes room for it."""
    trial = new_trial(folder / "device")
    session = trial.unlock("TEL-1")
    begin(session)
    kept = keep_ballast(session.store.folder, 1, leave_mb=0)
    trial.close()
    SmallDisk(folder).leave(0)
    session = unlock(trial.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    tally(session)
    finish(session)
    clean = verify(session.store).clean
    session.store.close()
    return {"kept": kept, "left": has_ballast(session.store.folder), "clean": clean}


def _emptied(folder: Path) -> Path:
    """The folder, with nothing in it."""
    shutil.rmtree(folder / "device", ignore_errors=True)
    for path in folder.iterdir():
        path.unlink()
    return folder


WAYS: dict[str, Callable[[Path], dict[str, object]]] = {
    "small": lambda folder: main("small", folder),
    "limit": lambda folder: main("limit", folder),
    "ballast": relieved,
    "unlock": opened_when_full,
}

if __name__ == "__main__":
    at = Path(sys.argv[1])
    sys.stdout.write(json.dumps({way: WAYS[way](_emptied(at)) for way in sys.argv[2:]}))
