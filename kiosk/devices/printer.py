"""An ESC/POS printer on a connection: its status, a job, and whether it was done. Silence is never "ok"."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.core.errors import KnownError
from kiosk.core.raster import Sheet
from kiosk.devices.answers import (
    ASK_ERROR,
    ASKED,
    UNKNOWN,
    Heard,
    PrinterStatus,
    Said,
    Splitter,
    is_error,
    read_status,
)
from kiosk.devices.connection import Connection
from kiosk.devices.escpos import INIT, Logos, print_stream
from kiosk.devices.escpos_codes import drawer_code, numbered_mark
from kiosk.devices.port import Port
from kiosk.devices.profiles import Profile

DONE = b"\x1dr\x01"
"""GS r 1: answered in order, so its answer says "everything before me is done"."""
NUMBERS = 10_000
"""Marks with a number (`GS ( H`) begin again after so many."""
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"


@dataclass(frozen=True)
class Timing:
    """Seconds. `answer`: for one status question. `sync`: for the first mark on a connection.

    `quiet`: without an answer, after which none is under way on a line where all is well; `settle`: where
    answers are missing. `confirm`: for the mark after a job, beside the time that its bytes take. `poll`:
    between status questions while waiting for it.
    """

    answer: float = 0.3
    sync: float = 1.0
    quiet: float = 0.1
    settle: float = 5.0
    confirm: float = 5.0
    poll: float = 1.0


class EscPosPrinter:
    """One printer as its owner thread uses it. Errors of the port drop the connection and pass on."""

    def __init__(
        self,
        connection: Connection,
        profile: Profile,
        *,
        logos: Logos | None = None,
        timing: Timing | None = None,
        torn: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`torn`: the last job may have been cut off in the middle, in this process or the one before."""
        self.profile = profile
        self.connection = connection
        self._logos = logos
        self._timing = timing or Timing()
        self._clock = clock
        self._torn = torn
        self._splitter = Splitter()
        self._opening = 0
        self._owed = 0
        """Marks sent and not answered yet."""
        self._number = secrets.randbelow(NUMBERS)  # not those of the program before this one
        self._marks_answered = False
        self._answered_once = False
        self.began = False
        """Whether a byte of the last job may have left."""

    @property
    def name(self) -> str:
        """What people call it."""
        return self.connection.name

    @property
    def has_answered(self) -> bool:
        """Whether it ever answered a status question, so that its silence now means something."""
        return self._answered_once

    def status(self) -> PrinterStatus:
        """Ask for status. The first silence ends it: then everything is unknown.

        Raises KnownError `device.*`.
        """
        self._listen(self._read(0))
        answers: list[int] = []
        questions = list(ASKED)
        for question in questions:
            self._write(b"\x10\x04" + bytes((question,)))
            answer = self._await(Heard.REALTIME, self._timing.answer)
            if answer is None:
                self._splitter.reset()
                return UNKNOWN
            answers.append(answer.data[0])
            if len(answers) == len(ASKED) == len(questions) and is_error(answers[1]):
                questions.append(ASK_ERROR)
        self._answered_once = True
        return read_status(*answers)

    def prepare(self) -> bool:
        """Bring the printer to where a job can begin; whether it answers marks. No byte of a job is sent.

        After a job that was cut off the printer may wait for the rest of a picture: it gets white dots until
        the largest picture would be whole, then a cut, so that the torn paper is apart from what comes.
        On a new connection, and while marks are unanswered, a mark of its own comes first: an answer that is
        late must not confirm the next job. Raises KnownError `device.*`.
        """
        self._port()
        torn = self._torn
        if torn:
            self._mend()
        fresh = self._opening != self.connection.openings
        self._opening = self.connection.openings
        if fresh or (self._owed and self._marks_answered):
            return self._sync(fresh=fresh, torn=torn)
        return not self._owed

    @property
    def has_drawer(self) -> bool:
        """Whether a cash drawer is connected to it, as its profile says."""
        return bool(drawer_code(self.profile))

    def open_drawer(self, *, confirmed: bool = False) -> bool:
        """Send the drawer's pulse, in order and never as a real-time code, after `prepare`.

        To be asked of a printer that is ready: one without paper keeps the pulse, and would open the drawer
        when somebody changes the roll. `confirmed`: wait until the printer answers that it was given, where
        it answers such marks; True when it did. Whether the drawer moved no printer knows.
        Raises KnownError `device.*`.
        """
        self._write(drawer_code(self.profile))
        if not (confirmed and self._marks_answered):
            return False
        self._mark()
        return self._await_marks(self._timing.sync, until=self._owed - 1)

    def stream(self, sheet: Sheet) -> bytes:
        """The bytes of a sheet for this printer. Raises KnownError `printer.too_narrow`."""
        return print_stream(sheet, self.profile, self._logos)

    def send(self, stream: bytes) -> None:
        """Send a job. Raises KnownError `device.*`; then it is not known what arrived, unless not `began`."""
        self.began = False
        self._port()
        self.began = self._torn = True
        self._write(stream)

    def confirm(self, size: int) -> tuple[bool, PrinterStatus]:
        """Wait until a job of `size` bytes is done: True, or False with the last status that was asked.

        Gives up early when the printer says that it stopped. A mark counts only from a printer that still
        speaks: one that is switched off sends a zero byte, which looks like a mark.
        Raises KnownError `device.*`.
        """
        self._mark()
        deadline = self._clock() + size * 10 / self._port().settings.baud + self._timing.confirm
        status = UNKNOWN
        while self._owed and (left := deadline - self._clock()) > 0:
            if self._await_marks(min(left, self._timing.poll)) or not self._answered_once:
                continue
            status = self.status()
            if self._owed and status.trouble:
                if self.profile.clear_buffer:  # now: with new paper it would print the rest at once
                    self._write(_CLEAR)
                return False, status
        done = not self._owed
        if done and self._answered_once:
            status = self.status()
            done = status.known
        self._torn = not done
        return done, status

    # --- inside

    def _port(self) -> Port:
        return self.connection.port()

    def _write(self, data: bytes) -> None:
        try:
            self._port().write(data)
        except KnownError:
            self.connection.drop()
            raise

    def _mark(self) -> None:
        """Ask to be told when everything before is done; by a number where the printer knows numbers."""
        if self.profile.job_id:
            self._owed = 1
            self._number = (self._number + 1) % NUMBERS
            self._write(numbered_mark(self._number))
            return
        self._owed += 1
        self._write(DONE)

    def _sync(self, *, fresh: bool, torn: bool) -> bool:
        """Send a mark of its own and wait until every mark is answered, or was lost; False: no answer at all.

        Answers keep their order but do not say which mark they are for. So a missing one counts as lost only
        after a long silence; before that it could confirm what comes next.
        """
        if fresh:
            self._owed, self._marks_answered = 0, False
            self._splitter.reset()
        self._listen(self._read(0))
        missing = torn or self._owed > 0
        self._mark()
        owed = self._owed
        self._await_marks(self._timing.sync, until=owed - 1)
        if self._owed == owed:
            return False
        if self.profile.job_id:  # a number says which mark it is for
            return True
        silence = self._timing.settle if missing else self._timing.quiet
        while self._owed and self._await_marks(silence, until=self._owed - 1):
            continue
        self._owed = 0
        if fresh:  # the program before this one may be owed answers too
            self._await_marks(silence, until=-1)
        return True

    def _mend(self) -> None:
        if self.profile.clear_buffer:
            self._write(_CLEAR)
        self._write(bytes(self.profile.band_bytes))
        cut = b"" if self.profile.cut == "none" else b"\x1dVB\x00"
        self._write(INIT + b"\n\n\n" + cut)
        self._torn = False

    def _read(self, timeout: float) -> bytes:
        try:
            return self._port().read(timeout)
        except KnownError:
            self.connection.drop()
            raise

    def _listen(self, data: bytes) -> list[Said]:
        said = self._splitter.feed(data)
        marks = sum(self._is_answer(one) for one in said)
        self._owed = max(0, self._owed - marks)
        self._marks_answered |= marks > 0
        return said

    def _is_answer(self, one: Said) -> bool:
        """Whether something said answers a mark that may be owed."""
        if self.profile.job_id:
            return one.kind is Heard.NUMBERED and one.data == f"{self._number:04d}".encode("ascii")
        return one.kind is Heard.QUEUED

    def _await(self, kind: Heard, timeout: float) -> Said | None:
        """The next answer of a kind, or None when it did not come in time."""
        deadline = self._clock() + timeout
        while (left := deadline - self._clock()) > 0:
            for one in self._listen(self._read(left)):
                if one.kind is kind:
                    return one
        return None

    def _await_marks(self, timeout: float, until: int = 0) -> bool:
        """Wait until no more than `until` marks are unanswered; with -1 the whole time."""
        deadline = self._clock() + timeout
        while self._owed > until and (left := deadline - self._clock()) > 0:
            self._listen(self._read(left))
        return self._owed <= until
