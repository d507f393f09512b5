"""The one place that talks to a port through pyserial: opened alone, written in chunks, never for ever.

A port belongs to one thread. After any error of it the object is closed and dropped: pyserial keeps
`is_open` true for a device that is gone, and holding the dead file makes it come back under another name.
"""

import errno
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Literal

import serial

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError

if sys.platform == "win32":
    from kiosk.devices.port_errors_windows import LOST
else:
    from kiosk.devices.port_errors_posix import LOST

Flow = Literal["none", "rtscts", "xonxoff"]


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


class Port:
    """An open port. `written` counts the bytes that may have left, also those of a failed write."""

    def __init__(self, url: str, settings: PortSettings, *, name: str) -> None:
        """Open `url` as pyserial writes it: COM3, /dev/ttyUSB0, socket://, rfc2217://, loop://.

        `name` is what people call the device. Raises KnownError `device.missing`, `device.busy`,
        `device.no_permission`, `device.cannot_open` or `device.bad_address`.
        """
        self.name = name
        self.settings = settings
        self.written = 0
        self._cancelled = threading.Event()
        self._serial = _open(url, settings, name)

    def write(self, data: bytes) -> None:
        """Send bytes, chunk by chunk. Raises KnownError `device.lost`, `device.stuck`, `device.stopped`.

        After an error it is not known how many bytes of the last chunk were sent.
        """
        for at in range(0, len(data), self.settings.chunk):
            if self._cancelled.is_set():
                raise KnownError("device.stopped", device=self.name)
            chunk = data[at : at + self.settings.chunk]
            self.written += len(chunk)
            with self._errors():
                self._serial.write(chunk)
            if self.settings.pace:
                self._cancelled.wait(len(chunk) / self.settings.pace)

    def read(self, timeout: float) -> bytes:
        """Wait at most `timeout` seconds for bytes and return what is there; nothing came: b"".

        Raises KnownError `device.lost`.
        """
        with self._errors():
            self._serial.timeout = timeout
            first = self._serial.read(1)
            return bytes(first + self._serial.read(self._serial.in_waiting)) if first else b""

    def drain(self) -> bytes:
        """Return what has already arrived, without waiting. Raises KnownError `device.lost`."""
        return self.read(0)

    def cancel(self) -> None:
        """Let the next chunk of a running `write` fail with `device.stopped`. From any thread."""
        self._cancelled.set()

    def close(self) -> None:
        """Give the port back. What was not sent is thrown away: a stuck device must not hold the close."""
        with suppress(*LOST):
            self._serial.reset_output_buffer()
        with suppress(*LOST):
            self._serial.close()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except serial.SerialTimeoutException as error:
            raise KnownError("device.stuck", device=self.name) from error
        except LOST as error:
            raise KnownError("device.lost", device=self.name) from error


def _open(url: str, settings: PortSettings, name: str) -> Any:
    remote = url.startswith("rfc2217:")
    try:
        port = serial.serial_for_url(url, do_not_open=True)
        port.baudrate = settings.baud
        port.rtscts = settings.flow == "rtscts"
        port.xonxoff = settings.flow == "xonxoff"
        port.timeout = 0
        port.write_timeout = None if remote else settings.write_timeout  # rfc2217 knows none
        port.exclusive = True
        port.open()
    except ValueError as error:
        raise KnownError("device.bad_address", device=excerpt(url)) from error
    except LOST as error:
        raise KnownError(_why_not_open(error), device=name) from error
    return port


_BY_ERRNO = {
    errno.ENOENT: "device.missing",
    errno.ENODEV: "device.missing",
    errno.ENXIO: "device.missing",
    errno.EIO: "device.missing",
    errno.EACCES: "device.no_permission",
    errno.EPERM: "device.no_permission",
    errno.EBUSY: "device.busy",
    errno.EAGAIN: "device.busy",
}


def _why_not_open(error: Exception) -> str:
    """Choose the situation. On Windows pyserial only tells in words what the system said."""
    number = getattr(error, "errno", None)
    if number in _BY_ERRNO:
        return _BY_ERRNO[number]
    said = str(error)
    if "FileNotFoundError" in said:
        return "device.missing"
    return "device.busy" if "PermissionError" in said else "device.cannot_open"
