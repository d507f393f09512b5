"""The bytes of the protocol stay what they were, and whoever changes one is found out."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.acknowledgement import open_acknowledgement
from kiosk.core.wire.authority import Authority, Delegation, delegate
from kiosk.core.wire.bundle import open_bundle, open_grant
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.heartbeat import open_answer
from kiosk.core.wire.manifest import open_manifest, pack_file, unpack_file
from kiosk.core.wire.outcomes import open_outcomes
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.reference import open_reference, read_roster
from kiosk.core.wire.signed import kid_of, sign_object
from tests.core.wire.protocol_vectors import (
    ACK,
    ACKNOWLEDGEMENT,
    DATA,
    DEVICE,
    FILE,
    GRANT,
    LATER,
    MANIFEST,
    NONCE,
    NOW,
    OUTCOMES,
    ROOT,
    STREAM,
    hex_of,
    signed,
    vectors,
)

VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
AUTHORITY = Authority(ROOT.public_key(), [one.encode() for one in VECTORS["delegations"]], now=NOW)


def test_every_vector_is_made_again_to_the_byte() -> None:
    assert vectors() == VECTORS


def test_each_vector_opens_as_what_it_is() -> None:
    data = {name: value.encode() for name, value in VECTORS.items() if isinstance(value, str)}
    ack = open_acknowledgement(data["ack"], AUTHORITY, device=DEVICE, stream=STREAM, nonce=NONCE, now=NOW)
    assert ack == ACKNOWLEDGEMENT
    assert open_answer(data["time"], AUTHORITY, device=DEVICE, nonce=NONCE, now=NOW).stored_through == 2
    assert open_manifest(data["manifest"], AUTHORITY, device=DEVICE, now=NOW) == MANIFEST
    assert open_outcomes(data["outcomes"], AUTHORITY, device=DEVICE, now=NOW) == OUTCOMES
    assert open_grant(data["book"], AUTHORITY, now=NOW)[0] == GRANT
    assert open_reference("policy", data["policy"], AUTHORITY, now=NOW).content == b"settings: {}\n"


@pytest.mark.parametrize("other", [{"device": "D00000043"}, {"stream": "00" * 16}, {"nonce": "ff" * 16}])
def test_an_answer_to_somebody_else_is_not_ours(other: dict[str, str]) -> None:
    ours = {"device": DEVICE, "stream": STREAM, "nonce": NONCE, **other}
    with pytest.raises(KnownError, match=r"ack\.not_ours"):
        open_acknowledgement(VECTORS["ack"].encode(), AUTHORITY, now=NOW, **ours)


def test_a_captive_portal_is_no_acknowledgement() -> None:
    for page in (b"<html>Welcome</html>", b"", b"{}", b'{"outcome":"stored"}', VECTORS["time"].encode()):
        with pytest.raises(KnownError):
            open_acknowledgement(page, AUTHORITY, device=DEVICE, stream=STREAM, nonce=NONCE, now=NOW)


def test_an_acknowledgement_of_the_device_itself_or_of_the_data_key_is_not_believed() -> None:
    for key in (DATA, Ed25519PrivateKey.generate()):
        forged = signed("ack", ACKNOWLEDGEMENT, key).encode()
        with pytest.raises(KnownError, match=r"signed\.unknown_key"):
            open_acknowledgement(forged, AUTHORITY, device=DEVICE, stream=STREAM, nonce=NONCE, now=NOW)


@pytest.mark.parametrize("change", [{"safe_through": 3}, {"outcome": "fork"}, {"fork_at": 2}, {"epoch": 0}])
def test_an_acknowledgement_that_contradicts_itself_is_never_signed(change: dict[str, Any]) -> None:
    with pytest.raises(BugError):
        signed("ack", replace(ACKNOWLEDGEMENT, **change), ACK)


def test_only_the_root_delegates() -> None:
    stranger = Ed25519PrivateKey.generate()
    forged = delegate(
        Delegation(role="data", public=hex_of(stranger), purposes=("policy",)),
        root=stranger,
        issued=NOW,
        expires=LATER,
    )
    with pytest.raises(KnownError, match=r"signed\.unknown_key"):
        Authority(ROOT.public_key(), [forged], now=NOW)


def test_a_delegation_covers_its_span_whatever_the_device_clock_says() -> None:
    within = sign_record("ack", ACKNOWLEDGEMENT, key=ACK, issued=NOW, expires=LATER)
    for clock in (NOW - timedelta(days=9000), NOW, LATER + timedelta(days=9000)):
        assert AUTHORITY.open(within, "ack", now=clock)
    for issued in (NOW - timedelta(seconds=1), LATER):
        outside = sign_record("ack", ACKNOWLEDGEMENT, key=ACK, issued=issued, expires=LATER + timedelta(1))
        with pytest.raises(KnownError, match=r"authority\.out_of_span"):
            AUTHORITY.open(outside, "ack", now=NOW)


def test_a_key_signs_only_what_was_delegated_to_it() -> None:
    policy_by_ack = signed("policy", ACKNOWLEDGEMENT, ACK).encode()
    with pytest.raises(KnownError, match=r"signed\.unknown_key"):
        AUTHORITY.open(policy_by_ack, "policy", now=NOW)


def test_a_file_is_the_one_of_the_manifest_or_refused() -> None:
    plain = b"one\ntwo\n"
    packed = pack_file(plain)
    ref = replace(
        MANIFEST.datasets[0],
        file=hashlib.sha256(packed).hexdigest(),
        size=len(packed),
        plain_size=len(plain),
    )
    assert unpack_file(ref, packed) == plain
    for wrong in (packed[:-1], packed + b"0", b"", pack_file(b"one\ntwo!")):
        with pytest.raises(KnownError, match=r"manifest\.altered"):
            unpack_file(ref, wrong)
    for size in (len(plain) - 1, len(plain) + 1):
        with pytest.raises(KnownError, match=r"manifest\.altered"):
            unpack_file(replace(ref, plain_size=size), packed)


def openers(data: bytes) -> None:
    """Hand the bytes to every reader of the protocol."""
    for opening in (
        lambda: open_acknowledgement(data, AUTHORITY, device=DEVICE, stream=STREAM, nonce=NONCE, now=NOW),
        lambda: open_answer(data, AUTHORITY, device=DEVICE, nonce=NONCE, now=NOW),
        lambda: open_manifest(data, AUTHORITY, device=DEVICE, now=NOW),
        lambda: open_outcomes(data, AUTHORITY, device=DEVICE, now=NOW),
        lambda: open_grant(data, AUTHORITY, now=NOW),
        lambda: open_reference("policy", data, AUTHORITY, now=NOW),
        lambda: open_bundle(data, request=b"{}", code="1", now=NOW),
        lambda: read_roster(data),
    ):
        with pytest.raises(KnownError):
            opening()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.binary(max_size=100) | json_values.map(lambda value: json.dumps(value).encode()))
def test_whatever_the_bytes_a_reader_says_what_is_wrong(data: bytes) -> None:
    openers(data)


@settings(max_examples=200)
@given(st.sampled_from(["ack", "time", "manifest", "outcomes", "book", "policy"]), st.data())
def test_one_changed_byte_is_always_found(name: str, data: st.DataObject) -> None:
    whole = bytearray(VECTORS[name].encode())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    openers(bytes(whole))


@settings(max_examples=100)
@given(st.sampled_from(["bundle", "ack", "manifest", "time", "book"]), json_values)
def test_a_rightly_signed_payload_of_another_form_is_a_typed_error(name: str, value: object) -> None:
    payload = value if isinstance(value, dict) else {"x": value}
    try:
        canonical(payload)
    except BugError:
        return
    data = sign_object(name, payload, key=ACK, kid=kid_of(ACK.public_key()), issued=NOW, expires=LATER)
    openers(data)
