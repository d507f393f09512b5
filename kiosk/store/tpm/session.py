"""A salted HMAC session: who listens on the wires of the chip learns neither authorisation nor secret.

TPM 2.0 library, part 1: 11.4.10 (KDFa, KDFe), 19.6 (sessions), 21 (parameter encryption), annex C.6 (salts
under an ECC key). Hash SHA-256, parameters under AES-128 in CFB mode.
"""

import hashlib
import hmac
import os
import struct

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

from kiosk.core.errors import KnownError
from kiosk.store.tpm.link import Link, send
from kiosk.store.tpm.wire import AES_128_CFB, NULL, SHA256, Command, Reader, frame, point_of, sized

_NONCE = 32
_CONTINUE, _DECRYPT, _ENCRYPT = 0x01, 0x20, 0x40


class Session:
    """One session, salted to a storage key of the chip; its first parameters travel encrypted."""

    def __init__(self, link: Link, key_handle: int, key_public: bytes) -> None:
        self._link = link
        salt, sealed_salt = _salt_for(key_public)
        self._caller = os.urandom(_NONCE)
        parameters = (
            sized(self._caller) + sized(sealed_salt) + b"\0" + AES_128_CFB + struct.pack(">H", SHA256)
        )
        handles = struct.pack(">II", key_handle, NULL)
        _, reader = send(link, frame(Command.START_AUTH_SESSION, handles, b"", parameters))
        self.handle = reader.number(4)
        self._chip = reader.sized()
        self._key = _kdfa(salt, b"ATH", self._chip, self._caller, 256)

    def run(
        self,
        command: Command,
        handles: tuple[tuple[int, bytes], ...],
        auth: bytes,
        first: bytes | None = None,
        rest: bytes = b"",
        *,
        encrypted_answer: bool = False,
    ) -> Reader:
        """Run a command whose first handle `auth` opens. `handles`: number and name of each.

        `first`: the first parameter without its length, sent encrypted; None when it is of another kind.
        Returns the parameters of the answer; with `encrypted_answer` the first is decrypted.
        Raises TpmRefused, KnownError `device_secret.*`.
        """
        self._caller = os.urandom(_NONCE)
        value = self._key + auth.rstrip(b"\0")
        attributes = (
            _CONTINUE | (_DECRYPT if first is not None else 0) | (_ENCRYPT if encrypted_answer else 0)
        )
        hidden = b""
        if first is not None:
            hidden = sized(_cipher(value, self._caller, self._chip).encryptor().update(first))
        parameters = hidden + rest
        covered = struct.pack(">I", command) + b"".join(name for _, name in handles) + parameters
        proof = self._proof(value, hashlib.sha256(covered).digest(), self._caller, self._chip, attributes)
        area = struct.pack(">I", self.handle) + sized(self._caller) + bytes([attributes]) + sized(proof)
        numbers = b"".join(struct.pack(">I", number) for number, _ in handles)
        _, reader = send(self._link, frame(command, numbers, area, parameters))
        answered = reader.take(reader.number(4))
        self._check(reader, value, command, answered)
        if not encrypted_answer:
            return Reader(answered)
        body = Reader(answered)
        opened = _cipher(value, self._chip, self._caller).decryptor().update(body.sized())
        return Reader(sized(opened) + body.rest())

    def close(self) -> None:
        """Let the chip forget the session."""
        send(self._link, frame(Command.FLUSH_CONTEXT, b"", b"", struct.pack(">I", self.handle)))

    def _check(self, reader: Reader, value: bytes, command: Command, answered: bytes) -> None:
        """The answer comes from who holds the session key. Raises KnownError `device_secret.tpm_garbled`."""
        chip, attributes, proof = reader.sized(), reader.number(1), reader.sized()
        covered = hashlib.sha256(struct.pack(">II", 0, command) + answered).digest()
        if not hmac.compare_digest(self._proof(value, covered, chip, self._caller, attributes), proof):
            raise KnownError("device_secret.tpm_garbled")
        self._chip = chip

    def _proof(self, value: bytes, covered: bytes, newer: bytes, older: bytes, attributes: int) -> bytes:
        return hmac.digest(value, covered + newer + older + bytes([attributes]), "sha256")


def _salt_for(public: bytes) -> tuple[bytes, bytes]:
    """A secret that only the chip can compute as well, and the point it is told."""
    x, y = point_of(public)
    numbers = EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), SECP256R1())
    try:
        chip = numbers.public_key()
    except ValueError as error:
        raise KnownError("device_secret.tpm_garbled") from error
    ours = generate_private_key(SECP256R1())
    point = ours.public_key().public_numbers()
    our_x, our_y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
    shared = ours.exchange(ECDH(), chip)
    salt = hashlib.sha256(struct.pack(">I", 1) + shared + b"SECRET\0" + our_x + x).digest()
    return salt, sized(our_x) + sized(our_y)


def _kdfa(key: bytes, label: bytes, first: bytes, second: bytes, bits: int) -> bytes:
    """KDFa with SHA-256 for up to 256 bits: one round of the counter."""
    covered = struct.pack(">I", 1) + label + b"\0" + first + second + struct.pack(">I", bits)
    return hmac.digest(key, covered, "sha256")[: bits // 8]


def _cipher(value: bytes, newer: bytes, older: bytes) -> Cipher[CFB]:
    made = _kdfa(value, b"CFB", newer, older, 256)
    return Cipher(AES(made[:16]), CFB(made[16:]))
