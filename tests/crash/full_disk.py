"""Pays a request while the disk gives out one page after the other.

Run as `python -m tests.crash.full_disk WAY FOLDER`. `small`: FOLDER is a file system of a few megabytes that
is filled up. `limit`: the system lets files grow no further, which needs no rights at all. Tells on standard
output what happened.
"""

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.disk_reserve import DiskWatch
from kiosk.store.verify import verify
from tests.acts import ask, begin, new_trial, pay_for
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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
