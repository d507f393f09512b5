"""Scans for tests: files that begin as real ones do."""

import hashlib

PDF = b"%PDF-1.7\n"
JPEG = b"\xff\xd8\xff\xe0"


def scan(size: int, seed: str = "scan", begins: bytes = JPEG) -> bytes:
    """A file of so many bytes that no compression makes smaller."""
    blocks = (hashlib.sha256(f"{seed}{n}".encode()).digest() for n in range(size // 32 + 1))
    return (begins + b"".join(blocks))[:size]
