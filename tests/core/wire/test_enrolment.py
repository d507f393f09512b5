"""Numbers that people type catch their slips, and a request proves the number without telling it."""

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.enrolment import (
    Slip,
    make_request,
    number_fits,
    number_key,
    parse_request,
    read_slip,
)
from kiosk.core.wire.numbers import grouped, read_number, with_check
from kiosk.core.wire.pki import ca_code, check_ca, read_ca_code, read_certificate, read_request
from tests.core.wire.protocol_vectors import CODE, NONCE, NOW, NUMBER, ROOT, STREAM, hex_of

numbers = st.integers(0, 10**14 - 1).map(lambda n: with_check(f"{n:014d}"))


def csr(curve: ec.EllipticCurve | None = None) -> bytes:
    key = ec.generate_private_key(curve or ec.SECP256R1())
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


REQUEST = make_request(
    NUMBER,
    CODE,
    device=Ed25519PrivateKey.from_private_bytes(bytes([14]) * 32),
    csr=csr(),
    stream=STREAM,
    app="0.1.0",
    nonce=NONCE,
    made=NOW,
)

PUBLIC = hex_of(number_key(NUMBER, CODE))


@given(numbers)
def test_a_number_reads_back_in_any_digits_and_groups(number: str) -> None:
    arabic = number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (number, grouped(number), arabic, grouped(arabic), f" {number[:4]}-{number[4:]} "):
        assert read_number(typed) == number


@given(numbers, st.integers(0, 15), st.integers(1, 9))
def test_every_wrong_digit_is_noticed(number: str, place: int, by: int) -> None:
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(KnownError, match=r"number\.check"):
        read_number(wrong)


@given(numbers, st.integers(0, 14))
def test_every_swap_of_neighbours_is_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(KnownError, match=r"number\.check"):
            read_number(swapped)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "number.length"),
        ("123", "number.length"),
        ("12a4", "number.letters"),
        ("²" * 16, "number.letters"),
    ],
)
def test_what_is_no_number_is_said_so(typed: str, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        read_number(typed)
    assert caught.value.code == code


def test_a_request_proves_its_number_and_holds_nothing_of_it() -> None:
    request = parse_request(REQUEST)
    assert number_fits(request, hex_of(number_key(NUMBER, CODE)))
    assert not number_fits(request, hex_of(number_key(with_check("2" * 14), CODE)))
    assert not number_fits(request, hex_of(number_key(NUMBER, with_check("2" * 30))))
    assert NUMBER[4:].encode() not in REQUEST


@pytest.mark.parametrize("name", ["device_key", "csr", "stream", "app", "nonce", "locator", "made"])
def test_no_field_of_a_request_can_be_changed(name: str) -> None:
    plain = parse_canonical(REQUEST)
    plain[name] = {
        "device_key": hex_of(ROOT),
        "csr": csr().hex(),
        "stream": "00" * 16,
        "app": "9.9",
        "nonce": "00" * 16,
        "locator": "0000",
        "made": "2020-01-01T00:00:00.000Z",
    }[name]
    with pytest.raises(KnownError, match=r"enrol\.bad_signature"):
        parse_request(canonical(plain))


@settings(max_examples=150)
@given(st.data())
def test_a_changed_byte_is_found_before_the_number_is_looked_at(data: st.DataObject) -> None:
    changed = bytearray(REQUEST)
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        request = parse_request(bytes(changed))
    except KnownError:
        return
    assert not number_fits(request, PUBLIC)


def test_a_certificate_request_of_another_kind_is_refused() -> None:
    for der in (csr(ec.SECP384R1()), b"", b"\x30\x00", csr()[:-1]):
        with pytest.raises(KnownError, match=r"pki\.malformed"):
            read_request(der)


@settings(max_examples=100)
@given(st.binary(max_size=300))
def test_whatever_the_bytes_a_certificate_is_read_or_refused(der: bytes) -> None:
    for reader in (read_request, read_certificate):
        with pytest.raises(KnownError, match=r"pki\.malformed"):
            reader(der)


def test_a_slip_reads_back_and_nothing_else_does() -> None:
    slip = Slip(number=NUMBER, code=CODE, address="https://centre.example.eg:8443")
    assert read_slip(slip.text) == slip
    for text in ("", "KIOSK1", "https://example.eg", f"KIOSK2 {NUMBER} {CODE} https://a", "KIOSK1 1 2 3"):
        with pytest.raises(KnownError):
            read_slip(text)
    for address in ("http://a", "https://a/path", "https://a b", "file:///etc"):
        with pytest.raises(KnownError):
            read_slip(f"KIOSK1 {NUMBER} {CODE} {address}")


def test_the_code_of_a_ca_is_typed_with_its_own_check() -> None:
    code = ca_code(b"some certificate")
    assert read_ca_code(grouped(code)) == code
    with pytest.raises(KnownError, match=r"pki\.other_centre"):
        check_ca(b"another", code, ROOT.public_key())
