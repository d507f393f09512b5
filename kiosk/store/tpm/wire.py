"""Bytes of TPM 2.0 commands and answers (TCG TPM 2.0 library: part 2, structures; part 3, commands)."""

import hashlib
import struct
from enum import IntEnum

from kiosk.core.errors import BugError, KnownError


class Command(IntEnum):
    """Command codes that are used here."""

    NV_UNDEFINE_SPACE = 0x122
    NV_DEFINE_SPACE = 0x12A
    CREATE_PRIMARY = 0x131
    SET_TRY_LIMIT = 0x13A
    NV_INCREMENT = 0x134
    NV_READ = 0x14E
    CREATE = 0x153
    LOAD = 0x157
    UNSEAL = 0x15E
    FLUSH_CONTEXT = 0x165
    NV_READ_PUBLIC = 0x169
    START_AUTH_SESSION = 0x176
    GET_CAPABILITY = 0x17A


OWNER, NULL, PASSWORD_SESSION = 0x40000001, 0x40000007, 0x40000009
SHA256, NO_ALGORITHM = 0x000B, 0x0010
_ECC, _KEYED_HASH, _AES, _CFB, _P256 = 0x0023, 0x0008, 0x0006, 0x0043, 0x0003
AES_128_CFB = struct.pack(">HHH", _AES, 128, _CFB)
_FIXED_TPM, _FIXED_PARENT, _FROM_TPM, _USER_WITH_AUTH = 1 << 1, 1 << 4, 1 << 5, 1 << 6
_NO_DA, _RESTRICTED, _DECRYPT = 1 << 10, 1 << 16, 1 << 17

RC_AUTH_FAIL, RC_BAD_AUTH, RC_INTEGRITY, RC_HANDLE = 0x08E, 0x0A2, 0x09F, 0x08B
RC_NV_DEFINED, RC_NV_UNINITIALISED, RC_LOCKOUT = 0x14C, 0x14A, 0x921
RC_AGAIN = frozenset({0x908, 0x90A, 0x920, 0x922})
"""Yielded, testing, NV rate, retry: the same command is sent again."""


class TpmRefused(Exception):  # noqa: N818 - an answer of the chip, not an error of ours
    """A TPM answered with a code other than success; `code` is without the number of what it means."""

    def __init__(self, raw: int) -> None:
        super().__init__(f"TPM answered {raw:#x}")
        self.raw = raw
        self.code = (raw & 0x0BF) if raw & 0x080 else raw

    def known(self) -> KnownError:
        """The same for people, when nothing more is known about it."""
        return KnownError("device_secret.tpm_refused", answer=f"{self.raw:#x}")


class Reader:
    """Takes the parts of an answer; one that is cut short is a fault of the chip or of what stands for it."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def take(self, count: int) -> bytes:
        """The next bytes. Raises KnownError `device_secret.tpm_garbled`."""
        if count > len(self._data):
            raise KnownError("device_secret.tpm_garbled")
        part, self._data = self._data[:count], self._data[count:]
        return part

    def number(self, size: int) -> int:
        """The next number of so many bytes."""
        return int.from_bytes(self.take(size), "big")

    def sized(self) -> bytes:
        """The next TPM2B, without its length."""
        return self.take(self.number(2))

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self._data))


def sized(data: bytes) -> bytes:
    """A TPM2B: length in two bytes, then the bytes."""
    return struct.pack(">H", len(data)) + data


def frame(command: Command, handles: bytes, auth: bytes, parameters: bytes) -> bytes:
    """A whole command; `auth` is the authorisation area without its length, empty for none."""
    body = handles + (struct.pack(">I", len(auth)) + auth if auth else b"") + parameters
    return struct.pack(">HII", 0x8002 if auth else 0x8001, 10 + len(body), command) + body


def answer(data: bytes) -> tuple[bool, Reader]:
    """Split an answer: is there an authorisation area, and what follows the header?

    Raises TpmRefused, KnownError `device_secret.tpm_garbled`.
    """
    reader = Reader(data)
    tag, size, code = reader.number(2), reader.number(4), reader.number(4)
    if size != len(data):
        raise KnownError("device_secret.tpm_garbled")
    if code:
        raise TpmRefused(code)
    return tag == 0x8002, reader


def no_password() -> bytes:
    """The authorisation area for what has an empty password: the owner's hierarchy, our primary key."""
    return struct.pack(">IHBH", PASSWORD_SESSION, 0, 1, 0)


def name_of(public: bytes) -> bytes:
    """The name that a TPM gives an object or index: its hash algorithm and the hash of its public area."""
    return struct.pack(">H", SHA256) + hashlib.sha256(public).digest()


def primary_template() -> bytes:
    """The public area of a storage key on P-256. The same template gives the same key as long as the owner
    does not clear the chip; so nothing has to be stored in it."""
    attributes = _FIXED_TPM | _FIXED_PARENT | _FROM_TPM | _USER_WITH_AUTH | _NO_DA | _RESTRICTED | _DECRYPT
    parameters = AES_128_CFB + struct.pack(">HHH", NO_ALGORITHM, _P256, NO_ALGORITHM)
    return struct.pack(">HHI", _ECC, SHA256, attributes) + sized(b"") + parameters + sized(b"") + sized(b"")


def point_of(public: bytes) -> tuple[bytes, bytes]:
    """The point of a P-256 storage key's public area: x and y, 32 bytes each."""
    reader = Reader(public)
    reader.take(8)
    reader.sized()
    reader.take(12)
    return reader.sized().rjust(32, b"\0"), reader.sized().rjust(32, b"\0")


def sealed_template() -> bytes:
    """The public area of a sealed secret: bound to this chip, opened by its authorisation only, and counted:
    the attribute that would take it out of the protection against guessing (noDA) is clear."""
    attributes = _FIXED_TPM | _FIXED_PARENT | _USER_WITH_AUTH
    return (
        struct.pack(">HHI", _KEYED_HASH, SHA256, attributes)
        + sized(b"")
        + struct.pack(">H", NO_ALGORITHM)
        + sized(b"")
    )


def counter_public(index: int) -> bytes:
    """The public area of a counter of 8 bytes, read and raised by its authorisation, not counted (noDA): a
    wrong authorisation of 32 random bytes is never guessing."""
    counter, auth_write, auth_read, no_da = 0x10, 1 << 2, 1 << 18, 1 << 25
    if not 0x01800000 <= index <= 0x01BFFFFF:
        raise BugError("an index outside the range of the owner")
    attributes = counter | auth_write | auth_read | no_da
    return struct.pack(">IHI", index, SHA256, attributes) + sized(b"") + struct.pack(">H", 8)
