"""Reports of crashes, and where they and the technical log stand: on this device only, about no person.

A report is the kinds of the errors and the lines of the program, without what the errors say and without any
value: nothing that somebody typed gets here.
"""

import os
import re
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kiosk import __version__
from kiosk.core.crash_text import crash_text

if TYPE_CHECKING:
    from kiosk.log_files import Log

LOG_KIND, CRASH_KIND = "log", "crash_report"
"""Kinds of file as the policy names them, which says how long they stay."""
MOST_REPORTS = 20
FOLDER, LOG = "reports", "kiosk.log"
_NAME = re.compile(r"crash-[0-9TZ]{16}-[0-9a-f]{8}\.txt")


class Reporting:
    """Where one device writes its log and its crash reports: the folder `reports` of its data folder."""

    def __init__(self, root: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = root / FOLDER
        self._clock = clock
        self._log: Log | None = None
        self._hooks: tuple[Any, Any] | None = None

    def start(self) -> None:
        """Write a report of whatever nobody caught from now on, on any thread; it is still said as before."""
        self._hooks = sys.excepthook, threading.excepthook
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread

    def open_log(self) -> None:
        """Write the log from now on; asking twice does no harm. A disk that takes no file stops nobody."""
        if self._log is not None:
            return
        from kiosk.log_files import Log  # costs 50 ms: after the first picture

        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._log = Log(self._folder / LOG)
        except OSError as error:
            self._log = None
            self.crashed(error)

    def note(self, what: str, *codes: object) -> None:
        """Write one line to the log: a fixed text, then codes and small numbers; anything else is `…`."""
        if self._log is not None:
            self._log.note(what, *codes)

    def stop(self) -> None:
        """Write no more, and put the hooks back as they were. Asking twice does no harm."""
        if self._log is not None:
            self._log.close()
            self._log = None
        if self._hooks is not None:
            sys.excepthook, threading.excepthook = self._hooks
            self._hooks = None

    def crashed(self, error: BaseException) -> Path | None:
        """Write the report of an error and return its file; None when the disk takes none."""
        now = self._clock()
        text = "\n".join(
            (f"kiosk {__version__}", f"at {now:%Y-%m-%dT%H:%M:%SZ}", f"on {sys.platform}", crash_text(error))
        )
        import secrets  # brings the hashes with it: not at the start of each day

        file = self._folder / f"crash-{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.txt"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
                opened.write(text + "\n")
            self._forget_oldest()
        except OSError:  # a full or failing disk must not hide the error itself
            return None
        return file

    def drop_before(self, kind: str, moment: datetime) -> int:
        """Drop files of a kind last written before a moment, but not the log in use; return how many."""
        oldest = int(moment.timestamp())
        old = files_of(self._folder.parent)[kind]
        past = [file for file in old if file.name != LOG and file.stat().st_mtime_ns // 10**9 < oldest]
        for file in past:
            file.unlink()
        return len(past)

    def _forget_oldest(self) -> None:
        for file in files_of(self._folder.parent)[CRASH_KIND][:-MOST_REPORTS]:
            file.unlink(missing_ok=True)

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            self.crashed(error.with_traceback(trace))
        if self._hooks is not None:
            self._hooks[0](kind, error, trace)

    def _uncaught_in_thread(self, failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            self.crashed(failed.exc_value)
        if self._hooks is not None:
            self._hooks[1](failed)


def files_of(root: Path) -> dict[str, list[Path]]:
    """The files of the log and the crash reports of a data folder, the oldest first."""
    folder = root / FOLDER
    logs = sorted(folder.glob(f"{LOG}*"), reverse=True)
    crashes = sorted(file for file in folder.glob("crash-*.txt") if _NAME.fullmatch(file.name))
    return {LOG_KIND: logs, CRASH_KIND: crashes}
