"""The way to a TPM: the kernel's device with its resource manager, or the socket of an emulator."""

import os
import socket
import threading
from pathlib import Path
from typing import Protocol

from kiosk.core.errors import KnownError
from kiosk.store.tpm.wire import RC_AGAIN, Reader, TpmRefused, answer

DEVICE = "/dev/tpmrm0"
ENVIRONMENT = "KIOSK_TPM"
"""Names another device, or `unix:PATH` for an emulator (swtpm)."""
_AT_ONCE, _TRIES, _PAUSE_S = 5, 20, 1
"""How often a busy chip is asked again at once, then in all, with a second in between."""
_MOST = 4096
_TIMEOUT_S = 120
"""A chip may make a key for a minute."""


class Link(Protocol):
    """Sends one command, returns its answer; whole both ways."""

    def exchange(self, command: bytes) -> bytes:
        """Raises KnownError `device_secret.tpm_*`."""

    def close(self) -> None:
        """Let go of the chip."""


def place_of_tpm() -> str:
    """Where the TPM of this machine is looked for."""
    return os.environ.get(ENVIRONMENT) or DEVICE


def open_link(place: str) -> Link:
    """Reach a TPM. Raises KnownError `device_secret.tpm_missing`, `device_secret.tpm_forbidden`."""
    try:
        if place.startswith("unix:"):
            return SocketLink(place.removeprefix("unix:"))
        return DeviceLink(Path(place))
    except PermissionError as error:
        raise KnownError("device_secret.tpm_forbidden", path=place) from error
    except OSError as error:
        raise KnownError("device_secret.tpm_missing", path=place) from error


def send(link: Link, command: bytes) -> tuple[bool, Reader]:
    """Send a command, again while the chip asks for that. Raises TpmRefused, KnownError `device_secret.*`."""
    for tried in range(_TRIES):
        try:
            return answer(link.exchange(command))
        except TpmRefused as refusal:
            if refusal.raw not in RC_AGAIN:
                raise
            last = refusal
        if tried >= _AT_ONCE:
            threading.Event().wait(_PAUSE_S)
    raise last


class DeviceLink:
    """`/dev/tpmrm0`: the kernel keeps other users of the chip apart and drops what we leave behind."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR)

    def exchange(self, command: bytes) -> bytes:
        """One write, one read. Raises KnownError `device_secret.tpm_missing`."""
        try:
            os.write(self._descriptor, command)
            return os.read(self._descriptor, _MOST)
        except OSError as error:
            raise KnownError("device_secret.tpm_missing", path=DEVICE) from error

    def close(self) -> None:
        """Let go of the device."""
        os.close(self._descriptor)


class SocketLink:
    """The data socket of swtpm."""

    def __init__(self, path: str) -> None:
        family = getattr(socket, "AF_UNIX", None)
        if family is None:
            raise FileNotFoundError(path)
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._path = path
        self._socket.settimeout(_TIMEOUT_S)
        try:
            self._socket.connect(path)
        except OSError:
            self._socket.close()
            raise

    def exchange(self, command: bytes) -> bytes:
        """Send all, read what the header says. Raises KnownError `device_secret.tpm_missing`."""
        try:
            self._socket.sendall(command)
            head = self._read(10)
            return head + self._read(int.from_bytes(head[2:6], "big") - 10)
        except OSError as error:
            raise KnownError("device_secret.tpm_missing", path=self._path) from error

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            if not part:
                raise ConnectionResetError("the emulator hung up")
            data += part
        return data
