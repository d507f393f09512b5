"""The thread that owns a device: it alone uses the port, works step by step, and runs what others ask for."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

Answer = TypeVar("Answer")

AFTER_BUG = 5.0
"""Seconds until a step that raised is tried again."""


Seconds = float
"""A span of time."""


class OwnerThread:
    """Runs `step` again and again on one thread. `step` does one piece of work and says when to come back:
    seconds, or None to wait until `wake`. An exception of it goes to `on_bug`, and the thread goes on.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Seconds | None],
        *,
        cancel: Callable[[], None],
        on_end: Callable[[], None],
        on_bug: Callable[[Exception], None],
    ) -> None:
        """`cancel` aborts what the step writes, called from outside; `on_end` runs last, on the thread."""
        self._step = step
        self._cancel = cancel
        self._on_end = on_end
        self._on_bug = on_bug
        self._asked: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._woken = threading.Event()
        self._stopping = False
        self._refuses = False
        self._door = threading.Lock()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There may be work: take the next step now."""
        self._woken.set()

    def call(self, ask: Callable[[], Answer]) -> "Future[Answer]":
        """Run something on the owner's thread between two steps; cancelled once the thread has ended."""
        future: Future[Answer] = Future()
        with self._door:
            if self._refuses:
                future.cancel()
            else:
                self._asked.append((ask, future))
        self._woken.set()
        return future

    def stop(self, timeout: float) -> bool:
        """End after the present step, aborting what it writes. False: not ended within `timeout` seconds."""
        self._stopping = True
        self._cancel()
        self._woken.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._woken.clear()
                self._answer()
                pause = self._one_step()
                if not self._stopping:
                    self._woken.wait(pause)
        finally:
            self._refuse()
            self._on_end()

    def _one_step(self) -> Seconds | None:
        try:
            return self._step()
        except Exception as error:  # noqa: BLE001 - handed on: one bad job must not end the day's printing
            self._on_bug(error)
            return AFTER_BUG

    def _answer(self) -> None:
        while self._asked:
            ask, future = self._asked.popleft()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(ask())
                except Exception as error:  # noqa: BLE001 - the asker gets it
                    future.set_exception(error)

    def _refuse(self) -> None:
        with self._door:
            self._refuses = True
        while self._asked:
            self._asked.popleft()[1].cancel()
