"""Sealing of scans: what was sealed comes out whole, and nothing that was left out or exchanged opens."""

import hashlib

import pytest

from kiosk.core.attachments import (
    CHUNK,
    TAG,
    Sums,
    check_content,
    media_of,
    open_chunks,
    sealed_chunks,
    sealed_size,
)
from kiosk.core.errors import KnownError

KEY, ID = bytes(range(32)), "6a" * 16


def sealed(content: bytes, key: bytes = KEY, attachment: str = ID) -> bytes:
    return b"".join(sealed_chunks(content, key, attachment))


def does_not_open(data: bytes, key: bytes = KEY, attachment: str = ID) -> bool:
    with pytest.raises(KnownError) as caught:
        open_chunks(data, key, attachment)
    return caught.value.code == "attachment.damaged"


@pytest.mark.parametrize("size", [1, 15, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_content_of_any_length_comes_out_as_it_was(size: int) -> None:
    content = bytes(n % 251 for n in range(size))
    data = sealed(content)
    assert len(data) == sealed_size(size)
    assert open_chunks(data, KEY, ID) == content


def test_nothing_of_the_content_shows_and_two_chunks_alike_differ() -> None:
    data = sealed(bytes(2 * CHUNK))
    assert data[:CHUNK] != data[CHUNK + TAG : 2 * CHUNK + TAG]
    assert bytes(64) not in data


def test_another_key_another_id_and_a_changed_bit_do_not_open() -> None:
    data = sealed(b"%PDF-" + bytes(CHUNK))
    changed = bytes([data[0] ^ 1]) + data[1:]
    assert does_not_open(data, key=bytes(32))
    assert does_not_open(data, attachment="6b" * 16)
    assert does_not_open(changed)


def test_a_chunk_left_out_exchanged_or_cut_off_does_not_open() -> None:
    step = CHUNK + TAG
    data = sealed(bytes(3 * CHUNK))
    first, second, third = data[:step], data[step : 2 * step], data[2 * step :]
    for other in (first + second, first + third, second + first + third, data + third, b"", data[:-1]):
        assert does_not_open(other)


@pytest.mark.parametrize(
    ("begins", "media"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_first_bytes(begins: bytes, media: str) -> None:
    assert media_of(begins + b"...") == media


@pytest.mark.parametrize("content", [b"", b"MZ\x90", b"<html>", b" %PDF-1.7", b"\xff\xd8"])
def test_another_kind_of_file_is_no_scan(content: bytes) -> None:
    with pytest.raises(KnownError) as caught:
        media_of(content)
    assert caught.value.code == "attachment.not_a_scan"


def test_a_content_that_the_entry_does_not_name_is_damaged() -> None:
    sums = Sums(hashlib.sha256(b"scan").hexdigest(), 4, "0" * 64, 20)
    check_content(b"scan", ID, sums)
    for other in (b"scam", b"scan "):
        with pytest.raises(KnownError):
            check_content(other, ID, sums)
