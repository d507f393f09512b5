"""What the running server does once a minute on a thread of its own: evidence of safety, housekeeping."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger("central")

LOOK_S = 60


class SafeWatch:
    """`look` is called at the start and every `LOOK_S` seconds; what goes wrong is logged and tried again."""

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="every-minute", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End after the look in hand."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._look()
            except Exception as error:
                log.exception("a look of the running server failed; it goes on in a while", exc_info=error)
            self._ending.wait(LOOK_S)
