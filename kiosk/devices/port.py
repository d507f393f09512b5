"""The one place that talks to a port through pyserial: opened alone, written in chunks, never for ever.

A port belongs to one thread. After any error of it the object is closed and dropped: pyserial keeps
`is_open` true for a device that is gone, and holding the dead file makes it come back under another name.
"""

import errno
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import serial

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError

if sys.platform == "win32":
    from kiosk.devices.port_errors_windows import LOST
else:
    from kiosk.devices.port_errors_posix import LOST

Flow = Literal["none", "rtscts", "xonxoff"]
_SLICE = 0.25
"""Seconds after which a read that waits looks whether it was cancelled."""
_AT_ONCE = 4096
"""Bytes after which a read returns, however many more there are."""


class Tape(Protocol):
    """Where the exchange of a port is recorded. It must never fail: what it records is more important."""

    def sent(self, data: bytes) -> None:
        """Bytes are about to leave."""

    def heard(self, data: bytes) -> None:
        """Bytes came."""

    def note(self, what: str) -> None:
        """Something happened to the port: the code of a situation, or `opened`, `closed`."""


@dataclass(frozen=True)
class PortSettings:
    """How a line is used. `chunk`: bytes of one write; `write_timeout`: seconds for it.

    `pace`: bytes a second, for a small buffer without flow control; 0 is as fast as the line takes them.
    """

    baud: int = 115200
    flow: Flow = "none"
    chunk: int = 256
    write_timeout: float = 2.0
    pace: int = 0
    stop_bits: int = 1


class Port:
    """An open port. `written` counts the bytes that may have left, also those of a failed write.

    `failed`: it raised `device.lost` or `device.stuck`, and is of no more use.
    """

    def __init__(self, url: str, settings: PortSettings, *, name: str, tape: Tape | None = None) -> None:
        """Open `url` as pyserial writes it: COM3, /dev/ttyUSB0, socket://, rfc2217://, loop://.

        `name` is what people call the device; `tape` records its exchange. Raises KnownError
        `device.missing`, `device.busy`, `device.no_permission`, `device.cannot_open`, `device.bad_address`.
        """
        self.name = name
        self.settings = settings
        self.written = 0
        self.failed = False
        self._cancelled = threading.Event()
        self._tape = tape
        self._serial = _open(url, settings, name)
        if tape is not None:
            tape.note("opened")

    def write(self, data: bytes) -> None:
        """Send bytes, chunk by chunk. Raises KnownError `device.lost`, `device.stuck`, `device.stopped`.

        After an error it is not known how many bytes of the last chunk were sent.
        """
        for at in range(0, len(data), self.settings.chunk):
            self._go_on()
            chunk = data[at : at + self.settings.chunk]
            self.written += len(chunk)
            if self._tape is not None:
                self._tape.sent(chunk)
            with self._errors():
                self._serial.write(chunk)
            if self.settings.pace:
                self._cancelled.wait(len(chunk) / self.settings.pace)

    def read(self, timeout: float) -> bytes:
        """Wait at most `timeout` seconds for bytes and return what is there; nothing came: b"".

        Raises KnownError `device.lost`, `device.stopped`.
        """
        deadline = time.monotonic() + timeout
        left = timeout
        data = b""
        while not data:
            self._go_on()
            with self._errors():
                data = self._take(min(left, _SLICE))
            left = deadline - time.monotonic()
            if left <= 0:
                break
        if data and self._tape is not None:
            self._tape.heard(data)
        return data

    def drain(self) -> bytes:
        """Return what has already arrived, without waiting. Raises KnownError as `read` does."""
        return self.read(0)

    def cancel(self) -> None:
        """Let what is written or awaited now, and whatever follows, fail with `device.stopped`.

        From any thread. The chunk under way is finished, a read ends within a quarter of a second.
        """
        self._cancelled.set()

    def close(self) -> None:
        """Give the port back. What was not sent is thrown away: a stuck device must not hold the close."""
        connection = getattr(self._serial, "_socket", None)
        with suppress(*LOST):
            self._serial.reset_output_buffer()
        with suppress(*LOST):
            self._serial.close()
        if connection is not None:  # pyserial 3.5 leaves a socket open that the other end closed first
            connection.close()
        if self._tape is not None:
            self._tape.note("closed")

    def _go_on(self) -> None:
        if self._cancelled.is_set():
            raise KnownError("device.stopped", device=self.name)

    def _take(self, timeout: float) -> bytes:
        """What comes within the time, and all that came with it: a socket only says that there is more."""
        if self._serial.timeout != timeout:
            self._serial.timeout = timeout
        data = bytearray(self._serial.read(1))
        while data and len(data) < _AT_ONCE and (more := self._serial.in_waiting):
            data += self._serial.read(min(more, _AT_ONCE - len(data)))
        return bytes(data)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except serial.SerialTimeoutException as error:
            raise self._fault("device.stuck") from error
        except LOST as error:
            raise self._fault("device.lost") from error

    def _fault(self, code: str) -> KnownError:
        self.failed = True
        if self._tape is not None:
            self._tape.note(code)
        return KnownError(code, device=self.name)


def _open(url: str, settings: PortSettings, name: str) -> Any:
    remote = url.startswith("rfc2217:")
    port: Any = None
    try:
        port = serial.serial_for_url(url, do_not_open=True)
        port.baudrate = settings.baud
        port.stopbits = settings.stop_bits
        port.rtscts = settings.flow == "rtscts"
        port.xonxoff = settings.flow == "xonxoff"
        port.timeout = 0
        port.write_timeout = None if remote else settings.write_timeout  # rfc2217 knows none
        port.exclusive = True
        port.open()
        _send_at_once(port)
    except ValueError as error:
        raise KnownError("device.bad_address", device=excerpt(url)) from error
    except LOST as error:
        connected = getattr(port, "_socket", None)
        if connected is not None:  # the other end went away within the opening, and pyserial 3.5 leaves it
            connected.close()
        raise KnownError(_why_not_open(error), device=name) from error
    return port


def _send_at_once(port: Any) -> None:
    """Let no system hold a short message back until the one before is acknowledged: that costs 40 ms each."""
    connection = getattr(port, "_socket", None)
    if connection is not None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


_BY_ERRNO = {
    errno.ENOENT: "device.missing",
    errno.ENODEV: "device.missing",
    errno.ENXIO: "device.missing",
    errno.EIO: "device.missing",
    errno.ECONNREFUSED: "device.missing",
    errno.EHOSTUNREACH: "device.missing",
    errno.ENETUNREACH: "device.missing",
    errno.ETIMEDOUT: "device.missing",
    errno.EACCES: "device.no_permission",
    errno.EPERM: "device.no_permission",
    errno.EBUSY: "device.busy",
    errno.EAGAIN: "device.busy",
}


def _why_not_open(error: Exception) -> str:
    """Choose the situation. On Windows and of sockets pyserial only tells in words what the system said."""
    number = getattr(error, "errno", None) or getattr(error.__context__, "errno", None)
    if isinstance(error.__context__, TimeoutError):
        return "device.missing"
    if number in _BY_ERRNO:
        return _BY_ERRNO[number]
    said = str(error)
    if "FileNotFoundError" in said:
        return "device.missing"
    return "device.busy" if "PermissionError" in said else "device.cannot_open"
