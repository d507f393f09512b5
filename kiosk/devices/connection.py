"""A port that may be away: opened when needed, dropped when lost, tried again with growing pauses."""

import time
from collections.abc import Callable

from kiosk.core.errors import KnownError
from kiosk.devices.identity import locate
from kiosk.devices.port import Port, PortSettings, Tape
from kiosk.devices.watchdog import LinkWatch, opened_within

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
"""Seconds between tries to open."""


def opener(address: str, settings: PortSettings, name: str, tape: Tape | None = None) -> Callable[[], Port]:
    """A function that finds the device under its present port name and opens it.

    `tape` records what passes over it.
    """
    return lambda: Port(locate(address), settings, name=name, tape=tape)


class Connection:
    """The way of one owner thread to its device. `openings` counts how often it was opened."""

    def __init__(
        self, open_port: Callable[[], Port], *, name: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = name
        self.openings = 0
        self._open_port = opened_within(open_port, name=name, stopped=lambda: self._cancelled)
        self._clock = clock
        self._port: Port | None = None
        self._pause = FIRST_PAUSE
        self._next_try = 0.0
        self._why: KnownError | None = None
        self._cancelled = False
        self._watch = LinkWatch()

    def port(self) -> Port:
        """The open port; opens it if it is not, or if it failed before, in limited time.

        Raises KnownError `device.*`. Within the pause after a failure it fails as before, and the system is
        not touched.
        """
        if self._port is not None and self._port.failed:
            self.drop()
        if self._port is not None:
            return self._port
        if self._why is not None and self._clock() < self._next_try:
            raise KnownError(self._why.code, **self._why.params)
        try:
            self._port = self._open_port()
        except KnownError as error:
            self._why = error
            self._next_try = self._clock() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            raise
        self._why = None
        self._pause = FIRST_PAUSE
        self.openings += 1
        self._watch.renew()
        if self._cancelled:
            self._port.cancel()
        return self._port

    @property
    def is_open(self) -> bool:
        """Whether a port is in hand; its device may be gone all the same."""
        return self._port is not None

    @property
    def wait(self) -> float:
        """Seconds until the next try makes sense."""
        return max(0.0, self._next_try - self._clock()) if self._why else 0.0

    def drop(self) -> None:
        """Close the port and forget it; the next `port` opens anew."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def heard(self) -> None:
        """The device answered a question. Drivers say so, for `missed` to mean something."""
        self._watch.heard()

    def missed(self) -> None:
        """The device left a question unanswered: a link may be lost without an error.

        After three in a row on a link that had answered the port is dropped; the next `port` opens it anew.
        """
        if self._watch.missed():
            self.drop()

    def cancel(self) -> None:
        """Stop what is being written, now and from now on. From any thread."""
        self._cancelled = True
        port = self._port
        if port is not None:
            port.cancel()
