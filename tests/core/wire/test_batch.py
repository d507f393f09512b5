"""A batch is one signed run of exact entries: its frame never looks inside one, and lets none change."""

import gzip
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.batch import (
    MAX_BATCH_BYTES,
    MAX_ENTRIES,
    fitting,
    line_of,
    line_size,
    pack_batch,
    read_signatures,
    unpack_batch,
)
from kiosk.core.wire.entry import MAX_ENTRY_BYTES, Record, entry_hash, sign_entry
from kiosk.core.wire.signed import kid_of
from tests.core.wire.protocol_vectors import DEVICE, DEVICE_KEY, NONCE, NOW, STREAM, batch


def chained(*contents: bytes) -> list[Record]:
    made: list[Record] = []
    for seq, data in enumerate(contents, 1):
        made.append(Record(seq, data, entry_hash(made[-1].hash if made else bytes(32), seq, data)))
    return made


def pack(chosen: list[Record]) -> bytes:
    return pack_batch(
        chosen,
        device=DEVICE,
        stream=STREAM,
        head_before=bytes(32),
        nonce=NONCE,
        made=NOW,
        waiting=len(chosen),
        key=DEVICE_KEY,
    )


def code_of(data: bytes) -> str:
    with pytest.raises(KnownError) as caught:
        unpack_batch(data)
    return caught.value.code


def test_a_batch_gives_back_exactly_what_went_in() -> None:
    key = Ed25519PrivateKey.generate()
    made = chained('{"seq":1,"text":"سطر \\",\\"sigs\\":[]}"}'.encode(), b'{"seq":2}')
    signature = sign_entry(made[0].hash, by="TEL-1", kid=kid_of(key.public_key()), key=key)
    made[0] = replace(made[0], sigs=(signature,))
    found = unpack_batch(pack(made))
    assert [line.data for line in found.lines] == [one.data for one in made]
    assert [line.signatures() for line in found.lines] == [one.sigs for one in made]
    assert found.chain() == [one.hash for one in made]
    assert found.signed_by(DEVICE_KEY.public_key())
    assert not found.signed_by(key.public_key())


def test_the_same_entries_give_the_same_bytes() -> None:
    assert batch() == batch()


@settings(max_examples=150)
@given(st.binary(max_size=200))
def test_whatever_an_entry_holds_the_batch_carries_it(content: bytes) -> None:
    made = chained(content.replace(b"\n", b" "))
    found = unpack_batch(pack(made))
    assert found.lines[0].data == made[0].data
    assert found.chain() == [made[0].hash]


@settings(max_examples=200)
@given(st.data())
def test_a_changed_byte_breaks_signature_chain_or_form(data: st.DataObject) -> None:
    plain = bytearray(gzip.decompress(batch()))
    plain[data.draw(st.integers(0, len(plain) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = unpack_batch(gzip.compress(bytes(plain)))
    except KnownError:
        return
    assert not found.signed_by(DEVICE_KEY.public_key())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"count": 3}, "batch.malformed"),
        ({"last": 3}, "batch.malformed"),
        ({"first": 0}, "protocol.malformed"),
        ({"v": 2}, "protocol.other_version"),
        ({"device": "X"}, "protocol.malformed"),
        ({"more": 1}, "protocol.malformed"),
        ({"count": 501, "last": 501}, "batch.malformed"),
    ],
)
def test_a_header_that_contradicts_its_lines_is_refused(change: dict[str, object], code: str) -> None:
    head, _, body = gzip.decompress(batch()).partition(b"\n")
    plain = {**json.loads(head), **change}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
    assert code_of(gzip.compress(text + b"\n" + body)) == code


def test_a_file_that_is_cut_padded_or_no_gzip_is_refused() -> None:
    for data in (b"", b"{}", batch()[:-1], batch() + b"x", batch() + batch()):
        assert code_of(data) == "batch.not_gzip"
    plain = gzip.decompress(batch())
    assert code_of(gzip.compress(plain[:-1])) == "batch.malformed"
    assert code_of(gzip.compress(plain.replace(b'{"entry"', b'{"Entry"'))) == "batch.malformed"
    assert code_of(gzip.compress(b"no line feed")) == "batch.malformed"


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    assert code_of(gzip.compress(bytes(100_000_000))) == "batch.too_large"


def test_the_size_of_a_line_is_known_before_it_is_made() -> None:
    key = Ed25519PrivateKey.generate()
    plain = chained("سطر".encode())[0]
    signed = replace(plain, sigs=(sign_entry(plain.hash, by="TEL-1", kid=kid_of(key.public_key()), key=key),))
    assert [line_size(one) for one in (plain, signed)] == [len(line_of(one)) for one in (plain, signed)]


def test_a_batch_holds_what_fits_and_at_least_one_entry() -> None:
    small = chained(*([b"{}"] * 700))
    assert fitting(small) == MAX_ENTRIES
    assert fitting(small, 7) == 7
    large = chained(*([b"x" * (MAX_ENTRY_BYTES - 100)] * 8))
    assert 0 < fitting(large) * len(line_of(large[0])) <= MAX_BATCH_BYTES
    assert unpack_batch(pack(large[: fitting(large)])).header.count == fitting(large)
    assert fitting([]) == 0
    for wrong in ([], small, [small[0], small[2]], large):
        with pytest.raises(BugError):
            pack(wrong)


def test_signatures_of_another_form_are_a_typed_error() -> None:
    for sigs in (b"", b"{}", b"[1]", b'[{"by":"X"}]'):
        with pytest.raises(KnownError):
            read_signatures(sigs)
