"""How bytes cross a slow wire into a small buffer: no thread, no file, and the time is given by the caller.

All times are seconds of one clock. Ten bits a byte (8N1). A byte that arrives at a full buffer is lost.
"""

from kiosk.devices.simulators.faults import Flow, Pace

TICK = 0.01
"""Seconds of bytes that are on the wire together."""
OVERSHOOT = 16
"""Bytes that a UART still sends after XOFF: what its own queue holds."""
XON, XOFF = b"\x11", b"\x13"
_PLENTY = 1 << 16
_ROUNDING = 1e-6


class PacedLine:
    """The way of bytes from a sender to a device: `room`, `put` or `idle`, then `take` at the times of `due`.

    `lost` counts the bytes that a full buffer did not keep, `carried` those that crossed the wire.
    """

    def __init__(self) -> None:
        self.lost = 0
        self.carried = 0
        self._wire = bytearray()
        self._arrives = 0.0
        """When what is on the wire has arrived; later: since when the wire is free."""
        self._busy = False
        """Whether the sender had more all the time, so that the next byte follows the last one."""
        self._buffer = bytearray()
        self._eaten_at = 0.0
        self._held = self._xoff = False
        self._overshoot = 0

    @property
    def under_way(self) -> int:
        """Bytes that left the sender and that the device has not worked on yet."""
        return len(self._wire) + len(self._buffer)

    def room(self, now: float, pace: Pace, sender: Flow) -> int:
        """How many bytes the sender may put on the wire now; `sender`: the flow control that it heeds."""
        if self._wire:
            return 0
        allowed = _PLENTY
        if pace.baud:
            behind = max(0.0, now - self._arrives) if self._busy else 0.0
            allowed = max(1, int((TICK + behind) * pace.baud / 10))
        if pace.buffer is None:
            return allowed
        allowed = min(allowed, max(1, pace.buffer // 8))
        if pace.flow == "none" or sender != pace.flow:
            return allowed
        free = pace.buffer - len(self._buffer)
        if pace.flow == "rtscts":
            allowed = 0 if self._held else min(allowed, free)
        elif self._held:
            allowed = min(allowed, self._overshoot)
        if not allowed:
            self._busy = False
        return allowed

    def put(self, now: float, data: bytes, pace: Pace) -> None:
        """Bytes that the sender put on the wire."""
        start = self._arrives if self._busy else max(self._arrives, now)
        self._busy = True
        self._wire += data
        self._arrives = start + len(data) * pace.byte
        self.carried += len(data)
        self._overshoot = max(0, self._overshoot - len(data))

    def idle(self) -> None:
        """The sender has nothing to send."""
        self._busy = False

    def take(self, now: float, pace: Pace) -> tuple[bytes, bytes]:
        """What the device works on now, and what it says to hold or free the sender."""
        if self._wire and now + _ROUNDING >= self._arrives:
            self._arrive(pace)
        size = len(self._buffer)
        if pace.eats and self._buffer:
            size = min(size, int((now - self._eaten_at) * pace.eats + _ROUNDING))
            self._eaten_at += size / pace.eats
        work = bytes(self._buffer[:size])
        del self._buffer[:size]
        return work, self._flow(pace)

    def due(self, pace: Pace) -> float | None:
        """When `take` has something to do next; None: not before something is put."""
        times = [self._arrives] if self._wire else []
        if self._buffer:
            bite = max(1, int(TICK * pace.eats)) / pace.eats if pace.eats else 0.0
            times.append(self._eaten_at + bite)
        return min(times, default=None)

    def clear(self) -> None:
        """Forget what is under way: the cable was pulled."""
        self._wire.clear()
        self._buffer.clear()
        self._busy = self._held = self._xoff = False

    # --- inside

    def _arrive(self, pace: Pace) -> None:
        if not self._buffer:
            self._eaten_at = self._arrives
        data = bytes(self._wire)
        self._wire.clear()
        room = len(data) if pace.buffer is None else max(0, pace.buffer - len(self._buffer))
        self._buffer += data[:room]
        self.lost += len(data[room:])

    def _flow(self, pace: Pace) -> bytes:
        fill = len(self._buffer) + len(self._wire)
        size = pace.buffer if pace.flow != "none" else None
        if size is not None and not self._held and fill >= size * 3 // 4:
            self._held, self._overshoot = True, OVERSHOOT
            if pace.flow == "xonxoff":
                self._xoff = True
                return XOFF
        elif self._held and (size is None or fill <= size // 2):
            self._held = False
            if self._xoff:
                self._xoff = False
                return XON
        return b""
