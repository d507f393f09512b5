"""The device's half of every staff key: without it a copied slot file opens for nobody."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.core.errors import KnownError
from kiosk.store.files import disk_errors, write_durably
from kiosk.store.secret_digits import GENERATED, SecretPolicy

SECRET_BYTES = 32
_CHECK_BYTES = 8
_DOMAIN = b"kiosk-device-secret-1"


class DeviceSecret(Protocol):
    """What holds the device's secret: a chip, the system's keyring, a file."""

    @property
    def name(self) -> str:
        """The backend (`file`, …): written in each slot that was made with it."""

    @property
    def policy(self) -> SecretPolicy:
        """Which staff secrets this backend allows: a short one only where hardware limits the tries."""

    def unseal(self, slot_id: str, auth: bytes) -> bytes:
        """Return the 32 bytes that belong to one slot.

        `auth` is derived from the person's secret: hardware checks it and counts wrong ones, a file cannot.
        Raises KnownError `device_secret.*`; hardware that refuses `auth` raises `slots.wrong_secret`.
        """


class FileDeviceSecret:
    """A secret of 32 random bytes in two files of mode 0600; its policy is 14 generated digits.

    Who can read the disk can read it, so the staff secrets carry the whole weight. The second copy is there
    because nothing but the recovery key opens the store without it.
    """

    name = "file"
    policy = GENERATED

    def __init__(self, copies: tuple[Path, Path]) -> None:
        self._copies = copies

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @classmethod
    def create(cls, copies: tuple[Path, Path]) -> "FileDeviceSecret":
        """Draw a new secret and store it. Raises KnownError `store.exists` if there is one, or `store.*`."""
        for path in copies:
            if path.exists():
                raise KnownError("store.exists", path=path)
        secret = secrets.token_bytes(SECRET_BYTES)
        for path in copies:
            write_durably(path, secret + _check(secret))
        return cls(copies)

    def unseal(self, slot_id: str, auth: bytes) -> bytes:  # noqa: ARG002 - a file cannot check it
        """Derive the slot's 32 bytes from the file. Raises KnownError `device_secret.*`."""
        derivation = HKDF(SHA256(), SECRET_BYTES, salt=None, info=_DOMAIN + slot_id.encode("utf-8"))
        return derivation.derive(self._read())

    def _read(self) -> bytes:
        found = [data for path in self._copies if (data := _read_private(path)) is not None]
        if not found:
            raise KnownError("device_secret.missing")
        for data in found:
            secret = data[:SECRET_BYTES]
            if len(secret) == SECRET_BYTES and hmac.compare_digest(data[SECRET_BYTES:], _check(secret)):
                self._repair(data)
                return secret
        raise KnownError("device_secret.damaged")

    def _repair(self, sound: bytes) -> None:
        for path in self._copies:
            if _read_private(path) != sound:
                write_durably(path, sound)


def _check(secret: bytes) -> bytes:
    """Tells a damaged secret from a wrong number; 64 bits of a hash of 256 random bits reveal nothing."""
    return hashlib.sha256(_DOMAIN + secret).digest()[:_CHECK_BYTES]


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
