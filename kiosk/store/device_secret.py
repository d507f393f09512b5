"""The device's half of every staff key: without it a copied slot file opens for nobody.

Here is what all backends promise, and the one that needs no hardware: a private file. Which backend a folder
uses, and the others, are in `device_backends`.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors, write_durably
from kiosk.store.machine import machine_id
from kiosk.store.secret_digits import GENERATED, SecretPolicy

SECRET_BYTES = 32
FILE, TPM = "file", "tpm"
"""Name of the file backend. The sealed envelope always uses it, so that lost hardware is not the end."""
_CHECK_BYTES = 8
_DOMAIN = b"kiosk-device-secret-1"


@dataclass(frozen=True, repr=False)
class Sealed:
    """What a backend gave a new slot: the 32 bytes for its key, and what the slot file keeps to get them
    again (`held`: nothing for a file, the sealed object of a chip)."""

    shared: bytes
    held: bytes = b""


class DeviceSecret(Protocol):
    """What holds the device's secret: a chip, the system's keyring, a file."""

    @property
    def name(self) -> str:
        """The backend (`file`, …): written in each slot that was made with it."""

    @property
    def policy(self) -> SecretPolicy:
        """Which staff secrets this backend allows: a short one only where hardware limits the tries."""

    def holding(self, backend: str) -> "DeviceSecret":
        """Return what opens a slot that was made with `backend`: this one, or the file for an envelope."""

    def seal(self, slot_id: str, auth: bytes) -> Sealed:
        """Make the 32 bytes of a new slot, or of one whose secret changes.

        `auth` is derived from the person's secret. Raises KnownError `device_secret.*`.
        """

    def unseal(self, slot_id: str, auth: bytes, held: bytes = b"") -> bytes:
        """Return the 32 bytes that belong to one slot; `held` is what `seal` gave it to keep.

        Hardware checks `auth` and counts wrong ones, a file cannot. Raises KnownError `device_secret.*`;
        hardware that refuses `auth` raises `slots.wrong_secret`.
        """


class FileDeviceSecret:
    """A secret of 32 random bytes in two files of mode 0600; its policy is 14 generated digits.

    Who can read the disk can read it, so the staff secrets carry the whole weight. It is mixed with the name
    of this installation of the system: a copied data folder opens for nobody elsewhere. The second copy is
    there because nothing but the recovery key opens the store without it.
    """

    name = FILE
    policy = GENERATED

    def __init__(self, copies: tuple[Path, Path], machine: Callable[[], bytes] | None = None) -> None:
        self._copies = copies
        self._machine = machine or machine_id

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @classmethod
    def create(
        cls, copies: tuple[Path, Path], machine: Callable[[], bytes] | None = None
    ) -> "FileDeviceSecret":
        """Draw a new secret and store it. Raises KnownError `store.exists` if there is one, or `store.*`."""
        for path in copies:
            if path.exists():
                raise KnownError("store.exists", path=path)
        made = cls(copies, machine)
        secret, here = secrets.token_bytes(SECRET_BYTES), made._machine()
        bound = _machine_check(secret, here) if here else b""
        for path in copies:
            write_durably(path, secret + bound + _check(secret + bound))
        return made

    def holding(self, backend: str) -> "FileDeviceSecret":  # noqa: ARG002 - one that lies opens nothing
        """Every slot of this device was made with the file."""
        return self

    def seal(self, slot_id: str, auth: bytes) -> Sealed:
        """Derive the slot's 32 bytes; nothing is kept in the slot. Raises KnownError `device_secret.*`."""
        return Sealed(self.unseal(slot_id, auth))

    def unseal(self, slot_id: str, auth: bytes, held: bytes = b"") -> bytes:  # noqa: ARG002 - it cannot check
        """Derive the slot's 32 bytes from the file. Raises KnownError `device_secret.*`."""
        return self.derive(slot_id.encode("utf-8"))

    def derive(self, label: bytes) -> bytes:
        """Derive 32 bytes for one use. Raises KnownError `device_secret.*`, `store.*`."""
        secret, bound = self._read()
        here = self._machine() if bound else b""
        if bound and not hmac.compare_digest(_machine_check(secret, here), bound):
            raise KnownError("device_secret.other_machine")
        return HKDF(SHA256(), SECRET_BYTES, salt=here or None, info=_DOMAIN + label).derive(secret)

    def _read(self) -> tuple[bytes, bytes]:
        found = [data for path in self._copies if (data := _read_private(path)) is not None]
        if not found:
            raise KnownError("device_secret.missing")
        for data in found:
            covered, check = data[:-_CHECK_BYTES], data[-_CHECK_BYTES:]
            whole = len(covered) in (SECRET_BYTES, SECRET_BYTES + _CHECK_BYTES)
            if whole and hmac.compare_digest(check, _check(covered)):
                self._repair(data)
                return covered[:SECRET_BYTES], covered[SECRET_BYTES:]
        raise KnownError("device_secret.damaged")

    def _repair(self, sound: bytes) -> None:
        for path in self._copies:
            if _read_private(path) != sound:
                write_durably(path, sound)


def _check(covered: bytes) -> bytes:
    """Tells a damaged secret from a wrong number; 64 bits of a hash of 256 random bits reveal nothing."""
    return hashlib.sha256(_DOMAIN + covered).digest()[:_CHECK_BYTES]


def _machine_check(secret: bytes, machine: bytes) -> bytes:
    """Tells another machine from a wrong number; keyed, so that the file does not name the machine."""
    return hmac.digest(secret, _DOMAIN + b"/machine" + machine, "sha256")[:_CHECK_BYTES]


def _read_private(path: Path) -> bytes | None:
    """The file's bytes, or None when it is missing. Raises KnownError `device_secret.exposed`, `store.*`."""
    with disk_errors():
        try:
            mode = path.stat().st_mode
            data = path.read_bytes()
        except FileNotFoundError:
            return None
    if os.name == "posix" and mode & 0o077:
        raise KnownError("device_secret.exposed", path=path)
    return data
