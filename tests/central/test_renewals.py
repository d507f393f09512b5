"""A device gets a new certificate as often as it asks for the same key, and nobody else gets any."""

import secrets
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from central.ca import DEVICE_DAYS, issue_device
from central.renewals import certificates_end, certificates_of_retired
from central.schema import certificate, device
from kiosk.core.wire.payload import read_bytes, sign_record
from kiosk.core.wire.pki import check_certificate
from kiosk.core.wire.renewal import PURPOSE, Renewal, Renewed, renewal_due
from kiosk.core.wire.times import utc_text
from tests.central.device import Device, tls_request
from tests.central.server import make_centre


def request_of(one: Device, **other: str) -> Renewal:
    key = ec.generate_private_key(ec.SECP256R1())
    asked = Renewal(
        device=one.code,
        stream=one.stream,
        nonce=secrets.token_hex(16),
        csr=tls_request(key).hex(),
        held=one.bundle.certificate,
    )
    return replace(asked, **other)


def ask(one: Device, asked: Renewal, key: Ed25519PrivateKey | None = None) -> requests.Response:
    now = one.server.clock.now()
    expires = now + timedelta(minutes=5)
    return one.post(
        "/v1/renewal", sign_record(PURPOSE, asked, key=key or one.key, issued=now, expires=expires)
    )


def given(answer: requests.Response) -> bytes:
    assert answer.status_code == 200, answer.text
    return bytes.fromhex(read_bytes(Renewed, answer.content, "renewal").certificate)


def kept(one: Device) -> list[tuple[str, str]]:
    query = select(certificate.c.how, certificate.c.der).where(certificate.c.device == one.code)
    with one.server.centre.storage.read() as db:
        return [(row.how, row.der) for row in db.execute(query.order_by(certificate.c.at, certificate.c.how))]


def set_state(one: Device, state: str) -> None:
    with one.server.centre.storage.write() as db:
        db.execute(update(device).where(device.c.code == one.code).values(state=state))


def listed(one: Device) -> set[bytes]:
    with one.server.centre.storage.read() as db:
        return set(certificates_of_retired(db).get(one.code, []))


def test_the_same_key_gets_the_same_certificate_for_this_device_and_a_new_one_when_it_is_old(
    device: Device,
) -> None:
    asked = request_of(device)
    issued = given(ask(device, asked))
    key = x509.load_der_x509_csr(bytes.fromhex(asked.csr)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    check_certificate(issued, device.server.centre.keys.ca_der, device=device.code, key=key)
    other = request_of(device)
    assert given(ask(device, replace(asked, nonce="ab" * 16))) == issued, "its answer was lost"
    assert given(ask(device, other)) != issued
    assert [how for how, _ in kept(device)] == ["renewed", "renewed"]
    old = x509.load_der_x509_certificate(issued)
    assert renewal_due(old, old.not_valid_before_utc + timedelta(days=DEVICE_DAYS * 2 // 3 + 1))
    assert not renewal_due(old, old.not_valid_before_utc + timedelta(days=DEVICE_DAYS * 2 // 3 - 1))


def test_a_certificate_of_the_same_key_that_is_old_itself_is_not_given_again(device: Device) -> None:
    asked, keys = request_of(device), device.server.centre.keys
    first = given(ask(device, asked))
    key = x509.load_der_x509_csr(bytes.fromhex(asked.csr)).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    long_ago = device.server.clock.now() - timedelta(days=DEVICE_DAYS - 10)
    old = issue_device(device.code, "U-0101", key, keys.ca, keys.ca_key, long_ago)
    with device.server.centre.storage.write() as db:
        db.execute(update(certificate).where(certificate.c.der == first.hex()).values(der=old.hex()))
    assert given(ask(device, asked)) not in (first, old)


def test_every_certificate_of_a_retired_device_is_on_the_list(device: Device) -> None:
    first, second = given(ask(device, request_of(device))), given(ask(device, request_of(device)))
    assert listed(device) == set()
    with device.server.centre.storage.read() as db:
        ends = certificates_end(db)[device.code]
    assert ends == utc_text(x509.load_der_x509_certificate(second).not_valid_after_utc)
    set_state(device, "retired")
    assert listed(device) == {bytes.fromhex(device.bundle.certificate), first, second}
    set_state(device, "active")


@pytest.mark.parametrize("state", ["active", "frozen"])
def test_one_that_a_restored_centre_has_forgotten_is_listed_as_soon_as_it_is_shown(
    device: Device, state: str
) -> None:
    keys, now = device.server.centre.keys, device.server.clock.now()
    own = ec.generate_private_key(ec.SECP256R1()).public_key()
    forgotten = issue_device(device.code, "U-0101", own, keys.ca, keys.ca_key, now)
    set_state(device, state)
    asked = ask(device, request_of(device, held=forgotten.hex()))
    assert (asked.status_code == 200) == (state == "active")
    set_state(device, "retired")
    assert forgotten in listed(device)
    set_state(device, "active")


def test_what_is_shown_and_not_ours_counts_nowhere(
    device: Device, tmp_path_factory: pytest.TempPathFactory
) -> None:
    keys, now = device.server.centre.keys, device.server.clock.now()
    own = ec.generate_private_key(ec.SECP256R1()).public_key()
    strange, _ = make_centre(tmp_path_factory.mktemp("strange"), device.server.clock)
    theirs = issue_device(device.code, "U-0101", own, strange.keys.ca, strange.keys.ca_key, now)
    strange.close()
    of_another = issue_device("D99999999", "U-0101", own, keys.ca, keys.ca_key, now)
    for held in (theirs, of_another):
        given(ask(device, request_of(device, held=held.hex())))
    assert {how for how, _ in kept(device)} == {"renewed"}


@pytest.mark.parametrize(("state", "code"), [("retired", "central.retired"), ("frozen", "central.frozen")])
def test_a_device_that_is_not_at_work_gets_none(device: Device, state: str, code: str) -> None:
    set_state(device, state)
    refused = ask(device, request_of(device))
    set_state(device, "active")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, code)
    assert kept(device) == []


def test_who_is_not_the_device_gets_none(device: Device) -> None:
    stranger = Ed25519PrivateKey.generate()
    cases = {
        "signed.unknown_key": ask(device, request_of(device), stranger),
        "central.other_stream": ask(device, request_of(device, stream="ab" * 16)),
        "central.unknown_device": ask(device, request_of(device, device="D99999999")),
        "pki.malformed": ask(device, request_of(device, csr="ab")),
    }
    assert {code: one.json()["error"]["code"] for code, one in cases.items()} == {
        code: code for code in cases
    }
    assert kept(device) == []
