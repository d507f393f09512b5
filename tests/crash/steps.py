"""A process that does one act in a fork of itself and dies in the middle, at the step it was told.

Run as `python -m tests.crash.steps`: one request a line, one answer a line, both JSON. A step is a statement
that the act gives to the database (those of triggers too), or a call that writes, syncs or renames a file. At
the step `die_at` the fork kills itself with SIGKILL, before the step is done; telling what was done is the
last one. With `room` the system ends it: at the byte of a file after which no more may be written. With
`full` it is not ended, but told that there is no more room, again and again with a little more room each time
until the act is done. Nothing in the product knows.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.verify import verify
from tests.crash.doing import CONTROLS, DOING
from tests.desk.conftest import Trial
from tests.desk.prepared import at_work, copy_of_trial
from tests.store.test_journal import everything

HALF = 2060
"""Bytes of half a page in the write-ahead log, with its header: so that pages are cut in two as well."""


class Steps:
    """Counts the steps of an act, and ends the process at one of them."""

    def __init__(self, die_at: int | None) -> None:
        self.seen = 0
        self._die_at = die_at

    def step(self, *_: object) -> None:
        self.seen += 1
        if self.seen == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, session: Session) -> None:
        session.store.db.conn.set_trace_callback(self.step)
        for name in ("open", "write", "fsync", "replace", "unlink"):
            setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **more: Any) -> Any:
            self.step()
            return call(*arguments, **more)

        return counted


def _limit(bytes_written: int) -> None:
    """Let the system end this process when a file would grow beyond so many bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_written, resource.RLIM_INFINITY))


def _until_there_is_room(session: Session, act: Callable[[], str], log: Path) -> dict[str, Any]:
    """Do an act with room for half a page of the log more each time; what it said until it was done."""
    before, size = everything(session.store.db), log.stat().st_size
    tries: list[str] = []
    while True:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + len(tries) * HALF, resource.RLIM_INFINITY))
        try:
            said = act()
        except KnownError as error:
            said = error.code
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if not said.startswith("store."):
            return {"said": said, "tries": tries, "clean": verify(session.store).clean}
        assert everything(session.store.db) == before, "an act that was refused left something"
        tries.append(said)


def _fork_does(request: dict[str, Any], answer: int) -> None:
    doing = (DOING | CONTROLS)[request["act"]]
    session = at_work(Trial(Path(request["root"])), doing.by)
    act = doing.prepared(session)
    if "full" in request:
        told = _until_there_is_room(session, act, Path(request["root"], "kiosk.db-wal"))
        os.write(answer, json.dumps(told).encode())
        os._exit(0)
    steps = Steps(request.get("die_at"))
    if "room" in request:
        _limit(request["room"])
    steps.watch(session)
    said = act()
    wal = Path(request["root"], "kiosk.db-wal").stat().st_size
    os.write(answer, json.dumps({"said": said, "steps": steps.seen, "wal": wal}).encode())
    os._exit(0)  # before anything is closed in good order


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(read)
            _fork_does(request, write)
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return {"signal": os.waitstatus_to_exitcode(status), **(json.loads(said) if said else {})}


def main() -> None:
    """Answer requests until the input ends."""
    with TemporaryDirectory() as folder, copy_of_trial(Path(folder)):
        pass  # what every fork needs is read here, once
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
