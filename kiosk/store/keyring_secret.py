"""The device secret in the keyring of the operating system (on Linux the Secret Service, through `keyring`).

It is mixed with the file's part, so both are needed. A keyring can be lost: its password is changed by an
administrator, the account is made anew. Then the sealed envelope still opens, to drain, close and rekey: it
never uses the keyring. And the recovery key opens everything, as for a lost file.
"""

import binascii
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kiosk.core.errors import KnownError
from kiosk.store.device_secret import FILE, SECRET_BYTES, DeviceSecret, FileDeviceSecret, Sealed
from kiosk.store.secret_digits import GENERATED

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

KEYRING = "keyring"
SERVICE = "mobile-centre-kiosk"
"""What the keyring's own window calls the item; its user name is a number drawn from the file's part."""
_UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it in a readable file: those are no keyring."""
_DOMAIN = b"kiosk-device-secret-1/keyring"


def system_keyring() -> "KeyringBackend":
    """The keyring of this account. Raises KnownError `device_secret.keyring_missing`."""
    try:
        import keyring
    except ModuleNotFoundError as error:
        raise KnownError("device_secret.keyring_missing", reason="pip install keyring") from error
    backend = keyring.get_keyring()
    used = getattr(backend, "backends", [backend])
    if not used or type(used[0]).__module__.startswith(_UNSAFE):
        raise KnownError("device_secret.keyring_missing", reason=type(backend).__module__)
    return backend


class KeyringDeviceSecret:
    """32 random bytes in the account's keyring. Nothing there limits tries: 14 generated digits."""

    name = KEYRING
    policy = GENERATED

    def __init__(self, file: FileDeviceSecret, keyring: "KeyringBackend | None" = None) -> None:
        self._file = file
        self._given = keyring

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @classmethod
    def create(cls, file: FileDeviceSecret, keyring: "KeyringBackend | None" = None) -> "KeyringDeviceSecret":
        """Draw a secret, put it into the keyring, and read it back. Raises KnownError `device_secret.*`."""
        made = cls(file, keyring)
        secret = secrets.token_bytes(SECRET_BYTES)
        with _keyring_errors():
            made._keyring().set_password(SERVICE, made._user(), b64encode(secret).decode("ascii"))
        if made._read() != secret:
            raise KnownError("device_secret.keyring_missing", reason=type(made._keyring()).__module__)
        return made

    def holding(self, backend: str) -> DeviceSecret:
        """The keyring, or the file for the sealed envelope."""
        return self._file if backend == FILE else self

    def seal(self, slot_id: str, auth: bytes) -> Sealed:
        """Derive the slot's 32 bytes; nothing is kept in the slot. Raises KnownError `device_secret.*`."""
        return Sealed(self.unseal(slot_id, auth))

    def unseal(self, slot_id: str, auth: bytes, held: bytes = b"") -> bytes:  # noqa: ARG002 - it cannot check
        """Derive the slot's 32 bytes from both parts. Raises KnownError `device_secret.*`."""
        part = self._file.derive(slot_id.encode("utf-8"))
        return HKDF(SHA256(), SECRET_BYTES, salt=part, info=_DOMAIN).derive(self._read())

    def forget(self) -> None:
        """Take the secret out of the keyring. Raises KnownError `device_secret.*`."""
        with _keyring_errors():
            self._keyring().delete_password(SERVICE, self._user())

    def _keyring(self) -> "KeyringBackend":
        return self._given or system_keyring()

    def _user(self) -> str:
        return self._file.derive(_DOMAIN + b"/name")[:8].hex()

    def _read(self) -> bytes:
        with _keyring_errors():
            found = self._keyring().get_password(SERVICE, self._user())
        if found is None:
            raise KnownError("device_secret.keyring_lost")
        try:
            secret = b64decode(found, validate=True)
        except binascii.Error as error:
            raise KnownError("device_secret.keyring_lost") from error
        if len(secret) != SECRET_BYTES:
            raise KnownError("device_secret.keyring_lost")
        return secret


@contextmanager
def _keyring_errors() -> Iterator[None]:
    """Turn what keyrings raise into `device_secret.keyring_locked` or `device_secret.keyring_missing`."""
    from keyring.errors import KeyringLocked

    try:
        yield
    except KeyringLocked as error:
        raise KnownError("device_secret.keyring_locked") from error
    except _service_errors() as error:
        raise KnownError("device_secret.keyring_missing", reason=type(error).__name__) from error


def _service_errors() -> tuple[type[Exception], ...]:
    """What the library and, on Linux, the Secret Service's own library raise."""
    from keyring.errors import KeyringError

    try:
        from secretstorage.exceptions import SecretStorageException
    except ModuleNotFoundError:
        return KeyringError, OSError
    return KeyringError, OSError, SecretStorageException
