"""The log of tries to unlock: outside the database, so that it holds while the store is locked.

Each try is written and synced before the secret is tested, so pulling the plug saves nobody a try. Waiting
time is counted on the clock that starts with the machine and never on the wall clock: elapsed time is
`now - then`, or `now` when the machine was restarted in between. Both are never more than what truly passed,
so neither a restart nor a changed clock shortens a wait. Who can write to the disk can delete this log; the
real limit is the cost of each try (14 digits) or the chip that counts (6-digit PIN).
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_text
from kiosk.store.files import append_durably, disk_errors, write_durably

UNKNOWN_CODE = "?"
"""Logged for a code that no slot has: what was typed there may have been the secret itself."""
_SECOND, _MINUTE = 1_000, 60_000
DELAYS_MS = (
    *(0, 0, 0),
    *(5 * _SECOND, 15 * _SECOND, 30 * _SECOND),
    *(1 * _MINUTE, 2 * _MINUTE, 5 * _MINUTE, 10 * _MINUTE, 15 * _MINUTE),
)
"""Wait before the next try after so many wrong ones in a row, per code; the last goes on for good."""


def since_start_ms() -> int:
    """Milliseconds since the machine started, with sleep where the system counts it."""
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)
    ns = time.monotonic_ns() if boot_clock is None else time.clock_gettime_ns(boot_clock)
    return ns // 1_000_000


def utc_now() -> datetime:
    """The claimed time, for the record only."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Attempt:
    """One wrong or interrupted try. `number` never repeats on a device; `at` is the claimed UTC time."""

    number: int
    code: str
    at: str


@dataclass(frozen=True)
class _Standing:
    """Wrong tries of one code in a row, and the machine's clock at the last one (ms)."""

    failures: int = 0
    ticks_ms: int = 0


class AttemptLog:
    """Wrong tries on this device. Reads the file once; one process holds the store, so nobody else writes."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], datetime] = utc_now,
        ticks_ms: Callable[[], int] = since_start_ms,
    ) -> None:
        self._path = path
        self._clock = clock
        self._ticks_ms = ticks_ms
        self._standing: dict[str, _Standing] = {}
        self._failed: dict[int, Attempt] = {}
        self._before: dict[int, _Standing] = {}
        self._next = 1
        self._torn = False
        self._replay()

    def wait_ms(self, code: str) -> int:
        """Milliseconds until this code may be tried again."""
        standing = self._standing.get(code, _Standing())
        delay = DELAYS_MS[min(standing.failures, len(DELAYS_MS) - 1)]
        now = self._ticks_ms()
        if now < standing.ticks_ms:
            # The machine was started again since: from now on its start counts, also once it runs longer.
            standing = self._standing[code] = replace(standing, ticks_ms=0)
        return max(0, delay - (now - standing.ticks_ms))

    def begin(self, code: str) -> int:
        """Record a try before its secret is tested; return its number. It is wrong until told otherwise.

        Raises KnownError `slots.wait`, or `store.read_only` and `store.disk_error`. A full disk stops
        nobody from unlocking: the try is then counted in memory.
        """
        wait = self.wait_ms(code)
        if wait:
            raise KnownError("slots.wait", seconds=-(-wait // _SECOND))
        line = {"try": self._next, "code": code, "at": utc_text(self._clock()), "ticks_ms": self._ticks_ms()}
        self._append(line)
        self._apply(line)
        return self._next - 1

    def opened(self, number: int) -> None:
        """The secret of this try was right: its code starts from zero."""
        self._end(number, "opened")

    def void(self, number: int) -> None:
        """The secret was not tested after all (a file in the way): the try does not count."""
        self._end(number, "void")

    def failed(self) -> tuple[Attempt, ...]:
        """The wrong tries that no journal has taken over yet, oldest first: codes only."""
        return tuple(self._failed.values())

    def absorbed(self, attempts: Sequence[Attempt]) -> None:
        """Forget tries that the journal holds now, after its transaction; the waits of other codes stay.

        When this is cut off the same numbers are offered again. Raises KnownError `store.*`.
        """
        for attempt in attempts:
            self._failed.pop(attempt.number, None)
        carried = {code: [now.failures, now.ticks_ms] for code, now in self._standing.items() if now.failures}
        lines: list[dict[str, Any]] = [{"next": self._next, "standing": carried}]
        lines += [{"failed": left.number, "code": left.code, "at": left.at} for left in self._failed.values()]
        write_durably(self._path, b"".join(map(_line, lines)))
        self._torn = False

    def _end(self, number: int, result: str) -> None:
        line = {"end": number, "result": result}
        self._append(line)
        self._apply(line)

    def _append(self, line: dict[str, Any]) -> None:
        try:
            append_durably(self._path, (b"\n" if self._torn else b"") + _line(line))
        except KnownError as error:
            if error.code != "store.disk_full":
                raise
            self._torn = True
        else:
            self._torn = False

    def _replay(self) -> None:
        with disk_errors():
            data = self._path.read_bytes() if self._path.exists() else b""
        self._torn = bool(data) and not data.endswith(b"\n")
        for text in data.split(b"\n"):
            line = _parsed(text)
            if line is not None:
                self._apply(line)

    def _apply(self, line: dict[str, Any]) -> None:
        if "try" in line:
            attempt = Attempt(line["try"], line["code"], line["at"])
            before = self._standing.get(attempt.code, _Standing())
            self._before[attempt.number] = before
            self._failed[attempt.number] = attempt
            self._standing[attempt.code] = _Standing(before.failures + 1, line["ticks_ms"])
            self._next = attempt.number + 1
        elif "end" in line and line["end"] in self._before:
            attempt = self._failed.pop(line["end"])
            before = self._before.pop(attempt.number)
            self._standing[attempt.code] = (
                replace(before, failures=0) if line["result"] == "opened" else before
            )
        elif "failed" in line:
            self._failed[line["failed"]] = Attempt(line["failed"], line["code"], line["at"])
        elif "next" in line:
            self._next = line["next"]
            for code, (failures, ticks_ms) in line["standing"].items():
                self._standing[code] = _Standing(failures, ticks_ms)


_SHAPES: tuple[dict[str, type], ...] = (
    {"try": int, "code": str, "at": str, "ticks_ms": int},
    {"end": int, "result": str},
    {"failed": int, "code": str, "at": str},
    {"next": int, "standing": dict},
)


def _line(line: dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n"


def _parsed(text: bytes) -> dict[str, Any] | None:
    """One line of ours, or None for a torn or foreign one: a damaged log must not keep people out."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return None
    for shape in _SHAPES:
        fits = isinstance(line, dict) and set(line) == set(shape)
        if fits and all(type(line[name]) is kind for name, kind in shape.items()) and _sane(line):
            known: dict[str, Any] = line
            return known
    return None


def _sane(line: dict[str, Any]) -> bool:
    numbers = [value for value in line.values() if type(value) is int]
    for pair in line.get("standing", {}).values():
        if not isinstance(pair, list) or len(pair) != 2:
            return False
        numbers += pair
    return all(type(number) is int and 0 <= number < 2**53 for number in numbers)
