"""The sealed code says what the device signed, or why it cannot be relied on; nothing else ever happens."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta, timezone

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import MAX_PIASTRES
from kiosk.core.receipt_keys import ES256
from kiosk.core.seal import (
    Facts,
    Outcome,
    check_code,
    holder_hash,
    open_seal,
    seal_receipt,
)
from kiosk.core.seal_answers import ANSWERS, describe
from kiosk.documents.qr import symbol
from tests.core.seal_samples import (
    DEVICE,
    FACTS,
    HOST,
    KEY,
    KEYS,
    KID,
    NOON,
    VECTOR,
    parts,
    sealed,
    url_of,
    with_key,
)


def opened(url: str) -> Outcome | str:
    try:
        return open_seal(url, KEYS).outcome
    except KnownError as error:
        return error.code


def test_a_genuine_code_says_who_when_how_much_and_for_what() -> None:
    code = sealed()
    found = open_seal(code.url, KEYS)
    assert found.outcome is Outcome.GENUINE
    assert found.facts == FACTS
    assert found.key == KEY
    assert found.check == code.check
    assert len(code.check) == 6
    assert code.check.isdigit()
    assert found.facts.device_name == "D00000123"


def test_the_same_facts_give_the_same_code() -> None:
    assert sealed() == sealed()


def test_the_documented_vector_still_opens() -> None:
    vector = json.loads(VECTOR.read_text(encoding="utf-8"))
    assert sealed().url == vector["url"]
    assert sealed().check == vector["check_code"]
    protected, unprotected, payload, signature = parts()
    assert unprotected == {}
    assert [protected, payload, signature] == [
        bytes.fromhex(vector[name]) for name in ("protected", "payload", "signature")
    ]


def test_a_code_fits_a_symbol_of_version_9_with_6_dots_on_narrow_paper() -> None:
    modules = len(symbol(sealed().segments))
    assert modules <= 53
    assert (modules + 8) * 6 <= 384


def test_the_longest_code_still_prints_with_5_dots_on_narrow_paper() -> None:
    longest = replace(FACTS, number=f"D00000123-E0000001A-{'9' * 12}", service="x" * 32, amount=MAX_PIASTRES)
    code = sealed(longest, host="verification.centres.governorate.gov.eg")
    assert (len(symbol(code.segments)) + 8) * 5 <= 384


def test_a_code_typed_in_small_letters_with_spaces_and_marks_still_opens() -> None:
    typed = "\u2066" + sealed().url.lower().replace("#", "# ") + "\u2069\n"
    assert open_seal(typed, KEYS).outcome is Outcome.GENUINE


@pytest.mark.parametrize("key", [1, 2, 3, 4, 5, 6, 7])
def test_a_changed_fact_is_altered(key: int) -> None:
    protected, unprotected, payload, signature = parts()
    assert isinstance(payload, bytes)
    said = cbor2.loads(payload)
    said[key] = {int: lambda v: v + 1, str: lambda v: v[:-1] + "9", bytes: lambda v: v[:-1] + b"\0"}[
        type(said[key])
    ](said[key])
    changed = url_of([protected, unprotected, cbor2.dumps(said, canonical=True), signature])
    found = open_seal(changed, KEYS)
    assert found.outcome is Outcome.ALTERED
    assert found.facts is None


def test_a_forged_signature_is_altered() -> None:
    forged = seal_receipt(FACTS, host=HOST, kid=KID, sign=Ed25519PrivateKey.generate().sign)
    assert open_seal(forged.url, KEYS).outcome is Outcome.ALTERED


def test_a_device_cannot_speak_for_another() -> None:
    assert open_seal(sealed(replace(FACTS, device=124)).url, KEYS).outcome is Outcome.ALTERED


def test_another_algorithm_than_the_key_has_is_altered() -> None:
    assert open_seal(sealed().url, with_key(replace(KEY, alg=ES256))).outcome is Outcome.ALTERED


def test_an_unknown_key_is_said_to_be_unknown_and_shows_no_facts() -> None:
    found = open_seal(sealed().url, replace(KEYS, keys={}))
    assert found.outcome is Outcome.KEY_UNKNOWN
    assert (found.facts, found.kid) == (None, KID)


@pytest.mark.parametrize(
    ("acknowledged", "outcome"),
    [
        ({"D42-E1": 4508}, Outcome.GENUINE),
        ({"D42-E1": 4507}, Outcome.KEY_REVOKED),
        ({"D42-E0": 9999}, Outcome.KEY_REVOKED),
        ({}, Outcome.KEY_REVOKED),
    ],
)
def test_a_revoked_key_is_good_up_to_the_last_acknowledged_serial(
    acknowledged: dict[str, int], outcome: Outcome
) -> None:
    revoked = replace(KEY, revoked=NOON + timedelta(hours=1), acknowledged=acknowledged)
    assert open_seal(sealed().url, with_key(revoked)).outcome is outcome


@pytest.mark.parametrize("shift", [timedelta(days=-31), timedelta(days=701)])
def test_a_receipt_outside_the_time_of_its_key_is_not_confirmed(shift: timedelta) -> None:
    late = sealed(replace(FACTS, at=NOON + shift))
    assert open_seal(late.url, KEYS).outcome is Outcome.KEY_NOT_VALID_THEN


def test_a_receipt_known_as_void_is_not_called_paid() -> None:
    found = open_seal(sealed().url, replace(KEYS, voids=frozenset({"D42-E1-004508"})))
    assert found.outcome is Outcome.VOID
    assert ANSWERS[found.outcome].exit_code == 3


def test_a_code_that_opens_another_site_is_refused_without_a_look_inside() -> None:
    found = open_seal(sealed(host="tahakok.giza.gov.eg.example.com").url, KEYS)
    assert found.outcome is Outcome.OTHER_HOST
    assert (found.facts, found.kid) == (None, "")


def test_a_key_inside_a_tpm_seals_with_es256() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sign(message: bytes) -> bytes:
        r, s = utils.decode_dss_signature(private.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    code = seal_receipt(FACTS, host=HOST, kid=KID, sign=sign, alg=ES256)
    keys = with_key(replace(KEY, alg=ES256, public=point))
    assert open_seal(code.url, keys).outcome is Outcome.GENUINE
    assert open_seal(code.url, KEYS).outcome is Outcome.ALTERED
    zeros = seal_receipt(FACTS, host=HOST, kid=KID, sign=lambda _message: bytes(64), alg=ES256)
    assert open_seal(zeros.url, keys).outcome is Outcome.ALTERED


def test_the_holder_hash_does_not_link_two_receipts_of_one_person() -> None:
    hashes = {holder_hash(b"key", number, "29801011234567") for number in ("G1-1", "G1-2")}
    assert len(hashes) == 2
    assert {len(one) for one in hashes} == {8}
    assert holder_hash(b"other", "G1-1", "29801011234567") not in hashes


def test_a_payer_without_a_national_number_leaves_the_hash_out() -> None:
    found = open_seal(sealed(replace(FACTS, holder=b"")).url, KEYS)
    assert found.outcome is Outcome.GENUINE
    assert found.facts is not None
    assert found.facts.holder == b""


@pytest.mark.parametrize(
    "facts",
    [
        replace(FACTS, amount=0),
        replace(FACTS, amount=-5),
        replace(FACTS, device=10**8),
        replace(FACTS, number="G1231"),
        replace(FACTS, number="إيصال-1"),
        replace(FACTS, service=""),
        replace(FACTS, holder=b"123"),
        replace(FACTS, entry=b""),
    ],
)
def test_facts_that_no_receipt_has_are_never_sealed(facts: Facts) -> None:
    with pytest.raises(BugError):
        sealed(facts)


def test_a_malformed_host_key_or_signature_is_a_bug() -> None:
    for host, kid, sign in (
        ("tahakok", KID, DEVICE.sign),
        ("evil.eg/R#", KID, DEVICE.sign),
        (HOST, "XYZ", DEVICE.sign),
        (HOST, KID, lambda _message: b"short"),
    ):
        with pytest.raises(BugError):
            seal_receipt(FACTS, host=host, kid=kid, sign=sign)


def with_map(change: Callable[[dict[object, object]], object]) -> bytes:
    payload = parts()[2]
    assert isinstance(payload, bytes)
    said = cbor2.loads(payload)
    change(said)
    return cbor2.dumps(said, canonical=True)


def signed_payload(payload: bytes) -> str:
    protected = parts()[0]
    message = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    return url_of([protected, {}, payload, DEVICE.sign(message)])


@pytest.mark.parametrize(
    "payload",
    [
        with_map(lambda said: said.update({8: 1})),
        with_map(lambda said: said.pop(7)),
        with_map(lambda said: said.update({3: -1})),
        with_map(lambda said: said.update({3: 2**60})),
        with_map(lambda said: said.update({5: 0})),
        with_map(lambda said: said.update({6: "text"})),
        with_map(lambda said: said.update({2: "G1231"})),
        b"",
        b"\xa0",
        b"\xbf\xff",
    ],
)
def test_a_signed_payload_of_another_form_is_not_a_code(payload: bytes) -> None:
    with pytest.raises(KnownError) as refused:
        open_seal(signed_payload(payload), KEYS)
    assert refused.value.code == "seal.not_a_code"


@pytest.mark.parametrize(
    "cose",
    [
        [],
        {},
        [b"", {}, b"", b""],
        [b"\xa0", {}, b"", bytes(64)],
        [b"\xa1\x01\x27", {}, b"", bytes(64)],
        [bytes.fromhex("a2012704430a0b0c"), {}, b"", bytes(64)],
        [parts()[0], {1: 2}, parts()[2], parts()[3]],
        [parts()[0], {}, parts()[2], bytes(63)],
        cbor2.CBORTag(18, parts()),
        bytes(200),
    ],
)
def test_an_envelope_of_another_form_is_not_a_code(cose: object) -> None:
    url = url_of(cose)
    url += "A" * max(0, 140 - len(url.partition("#")[2]))
    with pytest.raises(KnownError):
        open_seal(url, KEYS)


def test_bytes_that_say_the_same_in_a_longer_way_are_refused() -> None:
    body = sealed().segments[2]
    cose = base64.b32decode(body + "=" * (-len(body) % 8))
    longer = b"\x98\x04" + cose[1:]
    url = f"HTTPS://{HOST.upper()}/R#{base64.b32encode(longer).decode().rstrip('=')}"
    with pytest.raises(KnownError):
        open_seal(url, KEYS)


@settings(max_examples=300)
@given(st.binary(min_size=60, max_size=200))
@example(b"\x9f" * 100)
@example(b"\x81" * 200)
@example(b"\xc1" + b"\x81" * 100)
@example(b"\xfb\x7f\xf0" + bytes(100))
@example(b"\xc2\x58\x60" + b"\xff" * 96)
@example(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff" + bytes(60))
@example(b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff" + bytes(60))
@example(b"\xd8\x23\x78\x60" + b"(" * 96)
def test_any_bytes_give_a_typed_error(data: bytes) -> None:
    body = base64.b32encode(data).decode().rstrip("=")
    with pytest.raises(KnownError):
        open_seal(f"HTTPS://{HOST.upper()}/R#{body}", KEYS)


@settings(max_examples=200)
@given(st.data())
def test_any_damage_to_a_code_is_found(data: st.DataObject) -> None:
    url = sealed().url
    at = data.draw(st.integers(0, len(url) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567#/.: \u0627"))
    damaged = url[:at] + letter + url[at + 1 :]
    if damaged.upper() == url:
        return
    found = opened(damaged)
    assert found in ("seal.not_a_code", Outcome.ALTERED, Outcome.KEY_UNKNOWN, Outcome.OTHER_HOST)


@settings(max_examples=100)
@given(st.text(max_size=600))
def test_any_text_gives_a_typed_error(text: str) -> None:
    with pytest.raises(KnownError):
        open_seal(text, KEYS)


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_has_a_sentence_in_both_languages(outcome: Outcome) -> None:
    answer = ANSWERS[outcome]
    assert answer.text("ar") != answer.text("en")
    assert (answer.exit_code == 0) == (outcome is Outcome.GENUINE)


def test_the_check_code_depends_on_the_signature() -> None:
    assert check_code(b"a") != check_code(b"b")


def test_a_description_shows_the_date_of_the_key_list() -> None:
    found = open_seal(sealed().url, KEYS)
    assert "24/11/2026" in describe(found, KEYS, "ar", UTC)[-1]
    assert "2026-11-24" in describe(found, KEYS, "en", UTC)[-1]


def test_a_description_shows_the_time_as_the_paper_does() -> None:
    found = open_seal(sealed().url, KEYS)
    cairo = timezone(timedelta(hours=2))
    assert any("24/11/2026 12:40" in line for line in describe(found, KEYS, "ar", cairo))
    assert any("24/11/2026 12:40" in line for line in describe(found, KEYS, "en", cairo))
