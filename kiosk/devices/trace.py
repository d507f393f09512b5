"""Records what passes over a port into the data folder: off by default, redacted, bounded, ending by itself.

A technician switches it on for some hours. It begins with the next opening of the port, because only from
there on is it known what each byte is.
"""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.devices.redaction import Redactor, new_hide, redactor_for
from kiosk.devices.transcript import HEAD, Event
from kiosk.store.files import disk_errors, make_private_folder, remove_if_there, write_durably

FOLDER = "traces"
FILE_BYTES, FILES = 256 * 1024, 4
"""A file is put aside when it is so large; so many are kept of a device, the present one included."""
LONGEST_HOURS = 72
_SWITCH = "until"
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")
_LOOK = 5.0
"""Seconds until it is looked again whether the recording was switched off."""


def switch_on(root: Path, hours: int, now: datetime) -> datetime:
    """Record what passes over the ports of this data folder, `hours` long. Returns the end (UTC).

    Raises KnownError `store.*`.
    """
    until = now.astimezone(UTC).replace(microsecond=0) + timedelta(hours=hours)
    make_private_folder(root / FOLDER)
    write_durably(root / FOLDER / _SWITCH, until.isoformat().encode("ascii"))
    return until


def switch_off(root: Path) -> None:
    """Record no more; what was recorded stays. Raises KnownError `store.*`."""
    remove_if_there(root / FOLDER / _SWITCH)


def recording_until(root: Path, now: datetime) -> datetime | None:
    """When the recording ends (UTC), None: nothing is recorded. What is no time is no order to record.

    An end further away than one can order is none: the clock was set back. Raises KnownError `store.*`.
    """
    with disk_errors():
        file = root / FOLDER / _SWITCH
        text = file.read_bytes()[:40].decode("ascii", "replace") if file.is_file() else ""
    try:
        until = datetime.fromisoformat(text)
    except ValueError:
        return None
    if until.tzinfo is None or not now < until <= now + timedelta(hours=LONGEST_HOURS):
        return None
    return until


def recordings(root: Path) -> list[Path]:
    """The files, by device, the newest of each first. Raises KnownError `store.*`."""
    with disk_errors():
        files = (root / FOLDER).glob("*.txt") if (root / FOLDER).is_dir() else ()
        return sorted(files, key=lambda file: (file.name.split(".")[0], _age(file)))


def _age(file: Path) -> int:
    number = file.name.split(".")[1]
    return int(number) if number.isdigit() else 0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class _Open:
    """A recording under way."""

    redactor: Redactor
    until: datetime
    started: float
    next_look: float


class Recorder:
    """The tape of one device; see `kiosk.devices.port.Tape`. A disk that fails ends it, not the printing."""

    def __init__(
        self,
        root: Path,
        device: str,
        protocol: str,
        *,
        on_trouble: Callable[[Exception], None],
        now: Callable[[], datetime] = _now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`device`: its code, such as PRINTER-1; `protocol`: as in `kiosk.devices.redaction.REDACTORS`.

        `on_trouble` is told when the recording of this connection ended, because the disk failed.
        """
        if not _CODE.fullmatch(device):
            raise ValueError(device)
        self._root = root
        self._on_trouble = on_trouble
        self._file = root / FOLDER / f"{device}.txt"
        self._protocol = protocol
        self._now = now
        self._clock = clock
        self._open: _Open | None = None

    def sent(self, data: bytes) -> None:
        """Bytes to the device."""
        if (tape := self._running()) is not None:
            self._write(Event(self._at(tape), ">", tuple(tape.redactor.sent(data))))

    def heard(self, data: bytes) -> None:
        """Bytes from the device."""
        if (tape := self._running()) is not None:
            self._write(Event(self._at(tape), "<", tuple(tape.redactor.heard(data))))

    def note(self, what: str) -> None:
        """`opened` begins a recording if it is switched on, `closed` ends it."""
        if what == "opened":
            self._begin()
        tape = self._running()
        if tape is None:
            return
        if what == "closed" and (rest := tape.redactor.rest()):
            self._write(Event(self._at(tape), ">", tuple(rest)))
        self._write(Event(self._at(tape), "!", note=what))
        if what == "closed":
            self._open = None

    # --- inside

    def _begin(self) -> None:
        until = self._until()
        if until is None:
            self._open = None
            return
        started = self._clock()
        self._open = _Open(redactor_for(self._protocol, new_hide()), until, started, started + _LOOK)
        self._add(f"{HEAD}\n# {self._now():%Y-%m-%dT%H:%M:%SZ} {self._protocol}\n")

    def _running(self) -> _Open | None:
        tape = self._open
        if tape is None:
            return None
        if self._clock() >= tape.next_look:
            tape.next_look = self._clock() + _LOOK
            if self._until() is None:
                self._open = None
        return self._open

    def _until(self) -> datetime | None:
        try:
            return recording_until(self._root, self._now())
        except KnownError as error:
            self._on_trouble(error)
            return None

    def _at(self, tape: _Open) -> int:
        return int((self._clock() - tape.started) * 1000)

    def _write(self, event: Event) -> None:
        if event.pieces or event.way == "!":
            self._add(event.line() + "\n")

    def _add(self, text: str) -> None:
        """Append without waiting for the disk: what a power cut takes of a trace is no loss."""
        data = text.encode("ascii")
        try:
            if self._file.is_file() and self._file.stat().st_size + len(data) > FILE_BYTES:
                self._put_aside()
                data = f"{HEAD}\n# continued\n".encode("ascii") + data
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, data)
            finally:
                os.close(descriptor)
        except OSError as error:
            self._open = None
            self._on_trouble(error)

    def _put_aside(self) -> None:
        names = [self._file, *(self._file.with_suffix(f".{age}.txt") for age in range(1, FILES))]
        for older, newer in zip(names[:0:-1], names[-2::-1], strict=True):
            if newer.is_file():
                os.replace(newer, older)
