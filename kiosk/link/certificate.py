"""The device's own certificate for TLS, given to the TLS library and its key never readable on a disk."""

import os
import secrets
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_der_private_key,
)

from kiosk.core.errors import KnownError
from kiosk.core.wire.pki import pem_of

Named = Callable[[bytes], AbstractContextManager[str]]
"""Gives bytes a file name for as long as it is open."""
_PASSPHRASE_BYTES = 32


@dataclass(frozen=True)
class OwnCertificate:
    """What a device shows of itself when it connects: certificate and private key (PKCS 8), both DER."""

    certificate: bytes
    key: bytes = field(repr=False)

    def put_into(self, context: ssl.SSLContext, named: Named | None = None) -> None:
        """Let connections of this context show the certificate.

        Python's TLS library takes keys from files alone. So the key is encrypted under a passphrase of 256
        random bits that only this call knows, and in a file in memory where the system has such: `named`.
        Raises KnownError `pki.malformed` for a certificate or key that is none, or of which one is not the
        other's.
        """
        passphrase = secrets.token_hex(_PASSPHRASE_BYTES).encode()
        try:
            key = load_der_private_key(self.key, None)
            sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))
            with (named or in_memory_if_possible)(pem_of(self.certificate).encode() + sealed) as path:
                context.load_cert_chain(path, password=passphrase)
        except (ValueError, TypeError, ssl.SSLError) as error:
            raise KnownError("pki.malformed") from error


def own_certificate(certificate: str, key: str) -> OwnCertificate | None:
    """The certificate and key of a device, as hex; None when it has none, or lost the key by a wipe.

    Raises KnownError `pki.malformed`.
    """
    if not certificate or not key:
        return None
    try:
        return OwnCertificate(bytes.fromhex(certificate), bytes.fromhex(key))
    except ValueError as error:
        raise KnownError("pki.malformed") from error


def in_memory_if_possible(data: bytes) -> AbstractContextManager[str]:
    """A file in memory on Linux; elsewhere one in the folder for temporary files, gone at once."""
    return in_memory(data) if hasattr(os, "memfd_create") else on_disk(data)


@contextmanager
def in_memory(data: bytes) -> Iterator[str]:
    """A file that no disk holds and no other program has a name for."""
    with os.fdopen(os.memfd_create("kiosk-tls", os.MFD_CLOEXEC), "wb") as file:
        file.write(data)
        file.flush()
        yield f"/proc/self/fd/{file.fileno()}"


@contextmanager
def on_disk(data: bytes) -> Iterator[str]:
    """A file that only this user may read, and that is removed afterwards."""
    handle, name = tempfile.mkstemp(prefix="kiosk-tls-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        yield name
    finally:
        Path(name).unlink(missing_ok=True)
