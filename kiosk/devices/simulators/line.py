"""A simulated device at the far end of a real port: a thread that carries bytes both ways and misbehaves.

The device (`Machine`) keeps no thread and no clock. It is given bytes, speaks with `say`, and asks with
`later` to be called again; all of it happens under one lock.
"""

import heapq
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Generic, Protocol, TypeVar

from kiosk.devices.simulators.faults import Faults, Flow
from kiosk.devices.simulators.paced_line import PacedLine

_QUIET = 0.03
"""Seconds without a byte, after which all that was sent has arrived."""
_STORM_PAUSE = 0.02


class Machine(Protocol):
    """A device of software. `received`: every byte that it worked on since it was plugged in."""

    faults: Faults
    received: bytearray

    def receive(self, data: bytes) -> None:
        """Work on bytes; add them to `received`."""


class Transport(Protocol):
    """The far end of a port as a file of the system."""

    @property
    def name(self) -> str:
        """What a program opens."""

    @property
    def end(self) -> int:
        """The file to wait for and to read from, -1 when the cable is out."""

    @property
    def sender(self) -> Flow:
        """The flow control that the program at the other end has switched on."""

    def plug_in(self) -> None:
        """Come under a name that is not the last one."""

    def unplug(self) -> None:
        """Go away."""

    def read(self, size: int) -> bytes:
        """What is there, at most `size` bytes. Raises OSError."""

    def write(self, data: bytes) -> None:
        """Send at once; what the other end does not take is lost. Raises OSError."""

    def close(self) -> None:
        """Unplug for good."""


M = TypeVar("M", bound=Machine)


class Line(Generic[M]):
    """A device on its line; use it as a context. `make` is given the line and makes the device.

    `change` runs something on the device while it stands still; `wait_for` waits until something is true of
    it. `speed`: seconds of the line in one second, so that a slow line needs no patience.
    """

    def __init__(
        self,
        transport: Transport,
        make: "Callable[[Line[M]], M]",
        *,
        speed: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.wire = PacedLine()
        self._transport = transport
        self._speed = speed
        self._clock = clock
        self._changed = threading.Condition(threading.RLock())
        self._acts: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0
        self._outgoing: deque[tuple[float, bytes]] = deque()
        self._last_answer = b""
        self._heard_at: float | None = None
        self._next_storm = 0.0
        self._vanishes = False
        self._ended = False
        self._plugs = 0
        """Counts each time that the cable goes in or out: a new line may have the number of an old one."""
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_write, False)
        self.machine = make(self)
        self._plug_in()
        self._thread = threading.Thread(target=self._run, name="simulated-device", daemon=True)

    # --- for tests, the demo and the command line

    @property
    def path(self) -> str:
        """What a program opens; another one after `plug_in`."""
        return self._transport.name

    @property
    def plugged(self) -> bool:
        """Whether its cable is in."""
        return self._transport.end >= 0

    def __enter__(self) -> "Line[M]":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Unplug it for good and end its thread."""
        with self._changed:
            self._ended = True
            self._unplug()
            self._transport.close()
        self._nudge()
        if self._thread.is_alive():
            self._thread.join()
        for end in (self._wake_read, self._wake_write):
            with suppress(OSError):
                os.close(end)

    @contextmanager
    def change(self) -> Iterator[M]:
        """Hold the device still to change it."""
        with self._changed:
            yield self.machine
            self._changed.notify_all()
        self._nudge()

    def misbehave(self, faults: Faults) -> None:
        """Switch faults on, or off with `Faults()`."""
        with self.change() as machine:
            machine.faults = faults

    def wait_for(self, condition: Callable[[M], bool], timeout: float = 10.0) -> bool:
        """Wait until `condition` is true of the device; False when it did not become so in time."""
        with self._changed:
            return self._changed.wait_for(lambda: condition(self.machine), timeout)

    def unplug(self) -> None:
        """Pull the cable: programs that have the port open lose it."""
        with self.change():
            self._unplug()

    def plug_in(self) -> None:
        """Plug it in (again): it comes back under another name."""
        with self.change():
            self._unplug()
            self._plug_in()

    def send(self, data: bytes) -> None:
        """Put bytes on the line at once, past every fault."""
        with self._changed:
            self._put_out(data)

    # --- for the device

    def say(self, data: bytes, after: float = 0.0) -> None:
        """Answer, `after` so many seconds; the faults of the moment shape what comes of it."""
        faults = self.machine.faults
        if faults.vanish_on == "read":
            self._vanishes = True
        if faults.silent or faults.storm or faults.vanish_on is not None:
            return
        answer, self._last_answer = (self._last_answer if faults.previous else data), data
        whole = faults.noise + answer + faults.noise_after
        self.later(after + faults.late, lambda: self._queue(whole[: faults.cut_at]))

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Call something of the device in so many seconds; not if the cable is pulled before."""
        self._count += 1
        heapq.heappush(self._acts, (self._now() + seconds, self._count, act))
        self._nudge()

    def on_received(self) -> None:
        """Called after the device has worked on bytes."""

    def stops(self) -> list[int]:
        """Counts of received bytes at which something happens, so that not one more is taken at once."""
        faults = self.machine.faults
        return [at for at in (faults.deaf_at, faults.vanish_at) if at is not None]

    # --- inside

    def _now(self) -> float:
        return self._clock() * self._speed

    def _nudge(self) -> None:
        with suppress(OSError):
            os.write(self._wake_write, b"!")

    def _plug_in(self) -> None:
        self._plugs += 1
        self._transport.plug_in()
        self.machine.received.clear()

    def _unplug(self) -> None:
        self._plugs += 1
        self._transport.unplug()
        self._acts.clear()
        self._outgoing.clear()
        self.wire.clear()
        self._heard_at = None
        self._vanishes = False

    def _run(self) -> None:
        while True:
            with self._changed:
                if self._ended:
                    return
                plugs, end, pause = self._plugs, self._transport.end, self._pause()
                listening = end >= 0 and self._room() > 0
            watched = [self._wake_read, end] if listening else [self._wake_read]
            try:
                ready, _, _ = select.select(watched, [], [], pause)
            except (OSError, ValueError) as error:  # unplugged in this moment
                with self._changed:
                    if plugs == self._plugs:
                        raise RuntimeError("the simulated device lost its own port") from error
                continue
            if self._wake_read in ready:
                os.read(self._wake_read, 4096)
            with self._changed:
                if plugs == self._plugs and self.plugged:
                    self._turn(readable=end in ready, listening=listening)
                self._changed.notify_all()

    def _pause(self) -> float | None:
        """Real seconds until something is due."""
        faults = self.machine.faults
        times = [self._acts[0][0]] if self._acts else []
        times += [self._outgoing[0][0]] if self._outgoing else []
        due = self.wire.due(faults.pace)
        times += [due] if due is not None else []
        if faults.storm and self.plugged:
            times.append(self._next_storm)
        if faults.vanish_on == "flush" and self._heard_at is not None:
            times.append(self._heard_at + _QUIET)
        return max(0.0, min(times) - self._now()) / self._speed if times else None

    def _room(self) -> int:
        faults = self.machine.faults
        arrived = len(self.machine.received) + self.wire.under_way
        if faults.deaf_at is not None and arrived >= faults.deaf_at:
            return 0
        ahead = [at - arrived for at in self.stops() if at > arrived]
        return min([self.wire.room(self._now(), faults.pace, self._transport.sender), *ahead])

    def _turn(self, *, readable: bool, listening: bool) -> None:
        if readable:
            self._receive()
        elif listening:
            self.wire.idle()
        self._work()
        now = self._now()
        while self._acts and self._acts[0][0] <= now:
            heapq.heappop(self._acts)[2]()
        while self._outgoing and self._outgoing[0][0] <= now:
            self._put_out(self._outgoing.popleft()[1])
        faults = self.machine.faults
        if faults.storm and self._next_storm <= now:
            self._put_out(faults.storm)
            self._next_storm = now + _STORM_PAUSE
        self._perhaps_vanish(now)

    def _receive(self) -> None:
        try:
            data = self._transport.read(max(1, self._room()))
        except OSError:  # the last program has closed it and none has opened it yet
            data = b""
        if data:
            self._heard_at = self._now()
            self.wire.put(self._heard_at, data, self.machine.faults.pace)

    def _work(self) -> None:
        faults = self.machine.faults
        work, flow = self.wire.take(self._now(), faults.pace)
        if flow:
            self._put_out(flow)
        if not work:
            return
        if faults.storm:
            self.machine.received += work
        else:
            self.machine.receive(work)
        self.on_received()

    def _perhaps_vanish(self, now: float) -> None:
        faults = self.machine.faults
        at = faults.vanish_at
        arrived = (
            faults.vanish_on == "flush"
            and self._heard_at is not None
            and not self.wire.under_way
            and now >= self._heard_at + _QUIET
        )
        if self._vanishes or arrived or (at is not None and len(self.machine.received) >= at):
            self._unplug()

    def _queue(self, data: bytes) -> None:
        """Put an answer on the wire: whole, or byte by byte."""
        faults = self.machine.faults
        free = max(self._now(), self._outgoing[-1][0] if self._outgoing else 0.0)
        if not faults.drip:
            self._outgoing.append((free + len(data) * faults.pace.byte, data))
            return
        for place in range(len(data)):
            self._outgoing.append((free + (place + 1) * faults.drip, data[place : place + 1]))

    def _put_out(self, data: bytes) -> None:
        if self.plugged:
            with suppress(OSError):
                self._transport.write(data)
