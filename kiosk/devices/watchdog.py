"""Notices a link that is gone without an error, as on Bluetooth: an opening that hangs, a silence that lasts.

A thread that hangs in the system cannot be ended, so an opening has a thread of its own, which may be left.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait

from kiosk.core.errors import KnownError
from kiosk.devices.port import Port

OPENING_LIMIT = 15.0
"""Seconds for an opening. Pairing devices take up to ten."""
_SLICE = 0.25
"""Seconds after which a wait looks whether it was stopped."""
MISSES = 3
"""Questions in a row without an answer, after which a link that had answered is given up."""


def opened_within(
    open_port: Callable[[], Port],
    *,
    name: str,
    seconds: float = OPENING_LIMIT,
    stopped: Callable[[], bool] = lambda: False,
) -> Callable[[], Port]:
    """`open_port` with a limit: KnownError `device.cannot_open` when it hangs, and while it still hangs.

    `stopped`, asked while it hangs, ends the wait with `device.stopped`. A port that comes too late is closed
    at once.
    """
    hanging: list[threading.Thread] = []

    def open_in_time() -> Port:
        if hanging and hanging[-1].is_alive():
            raise KnownError("device.cannot_open", device=name)
        hanging.clear()
        future: Future[Port] = Future()
        thread = threading.Thread(target=_open_into, args=(future, open_port), name="opening", daemon=True)
        thread.start()
        deadline = time.monotonic() + seconds
        while not _ended(future, min(_SLICE, seconds)):
            why = "device.stopped" if stopped() else "device.cannot_open"
            given_up = stopped() or time.monotonic() >= deadline
            if given_up and future.cancel():  # from here on the late port is closed by its own thread
                hanging.append(thread)
                raise KnownError(why, device=name)
        return future.result()

    return open_in_time


def _ended(future: "Future[Port]", seconds: float) -> bool:
    return bool(wait([future], seconds).done)


def _open_into(future: "Future[Port]", open_port: Callable[[], Port]) -> None:
    try:
        port = open_port()
    except BaseException as error:  # noqa: BLE001 - the asker gets it
        if future.set_running_or_notify_cancel():
            future.set_exception(error)
        return
    if future.set_running_or_notify_cancel():
        future.set_result(port)
    else:
        port.close()


class LinkWatch:
    """Counts answers and silences of one opening, to tell a lost link from a device that never speaks.

    The questions are those that precede every use of a device. An idle one is not asked: traffic keeps small
    Bluetooth printers from switching themselves off, and their battery is needed for the day.
    """

    def __init__(self, limit: int = MISSES) -> None:
        self._limit = limit
        self.renew()

    def renew(self) -> None:
        """The port was opened anew."""
        self._has_answered = False
        self._misses = 0

    def heard(self) -> None:
        """An answer came."""
        self._has_answered = True
        self._misses = 0

    def missed(self) -> bool:
        """A question was not answered in time; True: the link counts as lost."""
        self._misses += 1
        return self._has_answered and self._misses >= self._limit
