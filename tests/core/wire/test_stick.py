"""Files of a stick from the centre: opened by their device alone, whole, as what they say they are."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.stick import (
    PART_BYTES,
    Letter,
    StickFile,
    StickLabel,
    opening_key,
    part_name,
    parts_of,
    read_label,
    read_letter,
    seal,
    sealing_key,
    unseal,
)
from tests.core.wire.protocol_vectors import DEVICE, DEVICE_KEY, STREAM

FILE = Path(__file__).parents[2] / "data" / "golden_stick.json"
LABEL = StickLabel(device=DEVICE, stream=STREAM, name="letter")
LETTER = Letter(
    device=DEVICE,
    stream=STREAM,
    files=(
        StickFile(kind="manifest", file="ab" * 32, size=900),
        StickFile(kind="data", file="cd" * 32, size=PART_BYTES + 1),
    ),
)
CONTENT = canonical(dump(LETTER))
KEY, TO = opening_key(DEVICE_KEY), sealing_key(DEVICE_KEY.public_key())
SEALED = seal(CONTENT, LABEL, TO)


def code_of(data: bytes, label: StickLabel = LABEL, key: Ed25519PrivateKey = DEVICE_KEY) -> str:
    with pytest.raises(KnownError) as caught:
        unseal(data, label, opening_key(key))
    return caught.value.code


def test_the_vector_opens_with_the_device_key_and_says_what_it_said() -> None:
    golden = json.loads(FILE.read_text())
    assert TO.public_bytes_raw().hex() == golden["sealing"]
    content = unseal(bytes.fromhex(golden["sealed"]), LABEL, KEY)
    assert content.decode() == golden["letter"]
    assert read_letter(content) == LETTER


@given(seed=st.binary(min_size=32, max_size=32))
@settings(max_examples=50, deadline=None)
def test_both_halves_of_any_device_key_belong_together(seed: bytes) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    ours, theirs = opening_key(key).public_key(), sealing_key(key.public_key())
    assert ours.public_bytes_raw() == theirs.public_bytes_raw()


@given(data=st.data())
@settings(max_examples=50, deadline=None)
def test_no_byte_can_be_changed_or_left_out(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(SEALED) - 1))
    changed = bytes([*SEALED[:place], SEALED[place] ^ data.draw(st.integers(1, 255)), *SEALED[place + 1 :]])
    assert code_of(changed) in ("stick.altered", "stick.other_device")
    assert code_of(SEALED[:place]) == "stick.altered"


@given(data=st.binary(max_size=300))
@settings(max_examples=50, deadline=None)
def test_anything_at_all_gives_a_known_error(data: bytes) -> None:
    for read in (read_label, read_letter):
        with pytest.raises(KnownError) as caught:
            read(data)
        assert caught.value.code == "stick.altered"


def test_another_device_another_name_and_another_key_are_refused() -> None:
    assert (
        code_of(SEALED, StickLabel(device="D00000043", stream=STREAM, name="letter")) == "stick.other_device"
    )
    assert code_of(SEALED, StickLabel(device=DEVICE, stream=STREAM, name=part_name("ab" * 32, 0))) == (
        "stick.altered"
    )
    assert code_of(SEALED, key=Ed25519PrivateKey.from_private_bytes(bytes(32))) == "stick.altered"


def test_a_file_lies_in_parts_and_a_letter_lists_each_once() -> None:
    assert [parts_of(size) for size in (1, PART_BYTES, PART_BYTES + 1)] == [1, 1, 2]
    with pytest.raises(BugError):
        seal(bytes(PART_BYTES + 1), LABEL, TO)
    plain = json.loads(CONTENT)
    for twice in ({**plain["files"][0], "file": "ef" * 32}, plain["files"][1]):
        with pytest.raises(KnownError) as caught:
            read_letter(canonical({**plain, "files": [*plain["files"], twice]}))
        assert caught.value.code == "stick.altered"


def test_a_kind_of_file_of_a_later_release_is_passed_by() -> None:
    newer = canonical({**dump(LETTER), "files": [{"kind": "of-later", "file": "ef" * 32, "size": 7}]})
    letter = read_letter(newer)
    assert (letter.find("manifest"), len(letter.files)) == (None, 1)
