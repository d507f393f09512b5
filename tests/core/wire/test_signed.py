"""A signed object opens only for its purpose, under a trusted key, within its time, unaltered."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.signed import kid_of, open_object, sign_object

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KID = kid_of(KEY.public_key())
KEYS = {KID: KEY.public_key()}
START = datetime(2026, 7, 1, 8, tzinfo=UTC)
END = START + timedelta(days=30)
PAYLOAD = {"dataset": "fees", "version": 7, "name": "رسوم"}


def signed(**changes: Any) -> bytes:
    given: dict[str, Any] = {"key": KEY, "kid": KID, "issued": START, "expires": END, **changes}
    return sign_object(given.pop("purpose", "snapshot"), given.pop("payload", PAYLOAD), **given)


def code_of(data: bytes, purpose: str = "snapshot", now: datetime = START) -> str:
    with pytest.raises(KnownError) as caught:
        open_object(data, purpose=purpose, keys=KEYS, now=now)
    return caught.value.code


def test_an_object_opens_and_says_what_was_signed() -> None:
    data = signed()
    opened = open_object(data, purpose="snapshot", keys=KEYS, now=START)
    assert (opened.payload, opened.kid, opened.issued, opened.expires) == (PAYLOAD, KID, START, END)
    assert opened.hash == hashlib.sha256(data).digest()
    assert opened.validity == "valid"


def test_the_bytes_are_the_documented_ones() -> None:
    fields = parse_canonical(signed())
    signature = bytes.fromhex(fields.pop("sig"))
    KEY.public_key().verify(signature, b"kiosk-signed-1" + b"snapshot" + canonical(fields))
    assert fields["issued"] == "2026-07-01T08:00:00.000Z"
    assert hashlib.sha256(KEY.public_key().public_bytes_raw()).hexdigest().startswith(KID)
    assert len(KID) == 8


def test_another_purpose_is_refused_even_under_the_same_key() -> None:
    assert code_of(signed(purpose="order"), purpose="snapshot") == "signed.other_purpose"


def test_moving_a_signature_to_another_purpose_breaks_it() -> None:
    fields = {**parse_canonical(signed(purpose="order")), "purpose": "snapshot"}
    assert code_of(canonical(fields)) == "signed.bad_signature"


def test_an_unknown_key_and_a_borrowed_kid_are_told_apart() -> None:
    assert code_of(signed(key=OTHER, kid=kid_of(OTHER.public_key()))) == "signed.unknown_key"
    assert code_of(signed(key=OTHER)) == "signed.bad_signature"


def test_the_first_and_the_last_millisecond() -> None:
    data, moment = signed(), timedelta(milliseconds=1)
    assert code_of(data, now=START - moment) == "signed.not_yet_valid"
    assert open_object(data, purpose="snapshot", keys=KEYS, now=END - moment).validity == "valid"
    assert code_of(data, now=END) == "signed.expired"


def test_times_can_be_reported_instead_of_refused() -> None:
    for now, validity in ((START - timedelta(days=1), "not_yet"), (END, "expired")):
        opened = open_object(signed(), purpose="snapshot", keys=KEYS, now=now, times="report")
        assert opened.validity == validity


@pytest.mark.parametrize(
    "change",
    [
        {"v": True},
        {"alg": 1},
        {"kid": "ABCDEF01"},
        {"purpose": ""},
        {"purpose": "a{b"},
        {"payload": []},
        {"sig": "00"},
        {"sig": None},
        {"more": 1},
    ],
)
def test_a_field_out_of_form_is_malformed(change: dict[str, object]) -> None:
    assert code_of(canonical({**parse_canonical(signed()), **change})) == "signed.malformed"


@pytest.mark.parametrize("version", [0, 2, 99])
def test_another_version_is_named_whatever_its_fields_are(version: int) -> None:
    cases: tuple[dict[str, object], ...] = (parse_canonical(signed()), {})
    for fields in cases:
        assert code_of(canonical({**fields, "v": version})) == "protocol.other_version"


def test_each_field_must_be_there_and_the_bytes_canonical() -> None:
    fields = parse_canonical(signed())
    for name in fields:
        assert code_of(canonical({key: fields[key] for key in fields if key != name})) == "signed.malformed"
    assert code_of(signed() + b" ") == "wire.not_canonical"
    assert code_of(canonical([fields])) == "signed.malformed"


def test_an_algorithm_of_the_future_is_named() -> None:
    assert code_of(canonical({**parse_canonical(signed()), "alg": "p256"})) == "signed.unknown_algorithm"


def test_every_change_of_a_signed_value_breaks_the_signature() -> None:
    fields = parse_canonical(signed())
    changes = {
        "issued": "2026-07-01T08:00:00.001Z",
        "expires": "2036-07-31T08:00:00.000Z",
        "payload": {**PAYLOAD, "version": 8},
        "sig": ("0" if fields["sig"][0] != "0" else "1") + fields["sig"][1:],
    }
    for name, value in changes.items():
        assert code_of(canonical({**fields, name: value})) == "signed.bad_signature"


@settings(max_examples=150)
@given(st.data())
def test_no_altered_byte_passes(data: st.DataObject) -> None:
    whole = bytearray(signed())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(KnownError) as caught:
        open_object(bytes(whole), purpose="snapshot", keys=KEYS, now=START)
    assert caught.value.code.split(".")[0] in ("wire", "signed", "protocol")


def test_what_cannot_be_signed_is_our_bug() -> None:
    for change in (
        {"purpose": "Upper"},
        {"purpose": "a{"},
        {"kid": "1234"},
        {"expires": START},
        {"payload": {"fee": 2**60}},
        {"issued": datetime(2026, 7, 1)},  # noqa: DTZ001
    ):
        with pytest.raises((BugError, TypeError)):
            signed(**change)
