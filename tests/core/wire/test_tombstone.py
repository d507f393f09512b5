"""Orders about keys: who may sign them, and for whom they are."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority, Delegation, delegate
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.tombstone import (
    TOMBSTONE,
    WIPE_REQUEST,
    Tombstone,
    WipeRequest,
    open_tombstone,
    open_wipe,
    sign_wipe,
)

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
ROOT, DATA, ACK = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
STONE = Tombstone(staff="TEL-1", device=None, slot=None, number=3, stands=True, reason="left")
REQUEST = WipeRequest(device="D00000042", stream="5f" * 16, number=1, reason="lost")


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


@pytest.fixture
def authority() -> Authority:
    given = [
        Delegation(role="data", public=public(DATA), purposes=(TOMBSTONE, WIPE_REQUEST)),
        Delegation(role="acknowledgement", public=public(ACK), purposes=("ack", "order")),
    ]
    signed = [delegate(one, root=ROOT, issued=NOW, expires=NOW + timedelta(days=400)) for one in given]
    return Authority(ROOT.public_key(), signed, now=NOW)


def stone(key: Ed25519PrivateKey, issued: datetime = NOW) -> bytes:
    return sign_record(TOMBSTONE, STONE, key=key, issued=issued, expires=issued + timedelta(days=3650))


def wipe(data: Ed25519PrivateKey = DATA, root: Ed25519PrivateKey = ROOT) -> bytes:
    request = sign_record(WIPE_REQUEST, REQUEST, key=data, issued=NOW, expires=LATER)
    return sign_wipe(request, root=root, issued=NOW, expires=LATER)


def code_of(act: object) -> str:
    with pytest.raises(KnownError) as caught:
        act()  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize("key", [DATA, ROOT])
def test_the_data_key_and_the_root_sign_tombstones(authority: Authority, key: Ed25519PrivateKey) -> None:
    opened = open_tombstone(stone(key), authority, now=NOW)
    assert (opened.tombstone, opened.issued) == (STONE, NOW)


def test_nobody_else_does_and_no_byte_may_differ(authority: Authority) -> None:
    for key in (ACK, Ed25519PrivateKey.generate()):
        assert code_of(lambda k=key: open_tombstone(stone(k), authority, now=NOW)) == "signed.unknown_key"
    altered = stone(DATA).replace(b"TEL-1", b"SUP-1")
    assert code_of(lambda: open_tombstone(altered, authority, now=NOW)) == "signed.bad_signature"
    early = stone(DATA, NOW - timedelta(days=1))
    assert code_of(lambda: open_tombstone(early, authority, now=NOW)) == "authority.out_of_span"


def test_a_wipe_needs_both_keys(authority: Authority) -> None:
    def opened(data: bytes, device: str = "D00000042", now: datetime = NOW) -> WipeRequest:
        return open_wipe(data, authority, device=device, stream="5f" * 16, now=now).request

    assert opened(wipe()) == REQUEST
    assert code_of(lambda: opened(wipe(root=DATA))) == "signed.unknown_key"
    assert code_of(lambda: opened(wipe(data=ROOT))) == "signed.unknown_key"
    assert code_of(lambda: opened(wipe(), device="D00000043")) == "wipe.not_ours"
    assert code_of(lambda: opened(wipe(), now=LATER)) == "signed.expired"
