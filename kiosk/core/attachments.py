"""Scans of papers: which files are taken, and their sealing in chunks under a key of their own.

Sealed form, version 1: chunks of 64 KiB of the content, each AES-256-GCM with the number of the chunk and
whether it is the last as nonce and the id of the attachment as associated data. Chunks that were left out,
exchanged or added do not open. A key seals one content only, so no nonce comes twice under it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.core.errors import KnownError

CHUNK, TAG = 64 * 1024, 16
"""Bytes of content in a chunk, and what sealing adds to each."""
KEY_BYTES = 32
Media = Literal["application/pdf", "image/jpeg", "image/png"]
_LABEL = b"kiosk-attachment-1"
_BEGINS: tuple[tuple[bytes, Media], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)


def media_of(content: bytes) -> Media:
    """The kind of a file by its first bytes, whatever it is called.

    Raises KnownError `attachment.not_a_scan`.
    """
    for begins, media in _BEGINS:
        if content.startswith(begins):
            return media
    raise KnownError("attachment.not_a_scan")


def sealed_size(size: int) -> int:
    """Bytes of the sealed form of `size` bytes of content, 1 at least."""
    return size + TAG * -(-size // CHUNK)


def sealed_chunks(content: bytes, key: bytes, attachment: str) -> Iterator[bytes]:
    """Seal a content (not empty) under a new key of `KEY_BYTES`, chunk by chunk."""
    cipher, associated = AESGCM(key), _LABEL + bytes.fromhex(attachment)
    last = (len(content) - 1) // CHUNK
    for n in range(last + 1):
        piece = content[n * CHUNK : (n + 1) * CHUNK]
        yield cipher.encrypt(_nonce(n, last=n == last), piece, associated)


def open_chunks(sealed: bytes, key: bytes, attachment: str) -> bytes:
    """The content of a sealed form. Raises KnownError `attachment.damaged` for any other bytes or key."""
    step = CHUNK + TAG
    last = (len(sealed) - 1) // step
    try:
        cipher, associated = AESGCM(key), _LABEL + bytes.fromhex(attachment)
        return b"".join(
            cipher.decrypt(_nonce(n, last=n == last), sealed[n * step : (n + 1) * step], associated)
            for n in range(max(last, 0) + 1)
        )
    except (InvalidTag, ValueError) as error:
        raise KnownError("attachment.damaged", attachment=attachment) from error


@dataclass(frozen=True)
class Sums:
    """SHA-256 of a content and of its sealed form, in hex, and the bytes of both."""

    content: str
    size: int
    sealed: str
    sealed_size: int


def check_content(content: bytes, attachment: str, sums: Sums) -> None:
    """Raise KnownError `attachment.damaged` unless this is the content that the entry names."""
    if len(content) != sums.size or hashlib.sha256(content).hexdigest() != sums.content:
        raise KnownError("attachment.damaged", attachment=attachment)


def _nonce(n: int, *, last: bool) -> bytes:
    return n.to_bytes(11, "big") + bytes([last])
