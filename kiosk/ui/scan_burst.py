"""Tells a scanner from a person by the rhythm of the keys. No Qt, no clock: times are given.

A scanner types six characters or more, each within 50 ms of the one before, and usually ends with Enter.
The first character cannot be known for one and goes where it was typed; from the second on characters are
held back. When it was a scan they never reach a field, and the first one is taken out again.
"""

from dataclasses import dataclass

GAP_MS = 50
"""Longest time between two characters of one burst."""
SHORTEST = 6
"""Fewer characters are a person with quick fingers."""


@dataclass(frozen=True)
class Verdict:
    """What to do with the key: `hold` it back; `release` these characters to the field; or it was a scan."""

    hold: bool
    release: str = ""
    scanned: str = ""


class ScanBurst:
    """Judges one character after another."""

    def __init__(self) -> None:
        self._first = ""
        self._held = ""
        self._last_ms = -GAP_MS * 10

    @property
    def holds(self) -> bool:
        """Whether characters are held back: call `ended` once GAP_MS passed without another one."""
        return bool(self._held)

    def typed(self, letter: str, at_ms: int) -> Verdict:
        """Judge a printable character typed at a time."""
        quick = 0 <= at_ms - self._last_ms <= GAP_MS
        self._last_ms = at_ms
        if quick and self._first:
            self._held += letter
            return Verdict(hold=True)
        release = self._let_go()
        self._first = letter
        if release.scanned:
            return Verdict(hold=False, scanned=release.scanned)
        return Verdict(hold=False, release=release.release)

    def entered(self, at_ms: int) -> Verdict:
        """Judge Enter: the end of a scan is held back, any other Enter goes on."""
        quick = 0 <= at_ms - self._last_ms <= GAP_MS
        verdict = self._let_go()
        if verdict.scanned and quick:
            return Verdict(hold=True, scanned=verdict.scanned)
        return Verdict(hold=False, release=verdict.release, scanned=verdict.scanned)

    def ended(self) -> Verdict:
        """The burst is over without Enter: a scanner set so, or a person."""
        return self._let_go()

    def _let_go(self) -> Verdict:
        first, held = self._first, self._held
        self._first = self._held = ""
        if len(first + held) >= SHORTEST:
            return Verdict(hold=False, scanned=first + held)
        return Verdict(hold=False, release=held)
