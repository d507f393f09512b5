"""Invented facts, keys and a key list for tests of sealed codes."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.receipt_keys import EDDSA, PURPOSE, KeyList, ReceiptKey
from kiosk.core.seal import Facts, SealedCode, seal_receipt
from kiosk.core.wire.signed import kid_of, sign_object

DEVICE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KID = kid_of(DEVICE.public_key())
HOST = "tahakok.giza.gov.eg"
NOON = datetime(2026, 11, 24, 10, 40, 7, tzinfo=UTC)
FACTS = Facts(123, "D42-E1-004508", NOON, "DEBT-RENT", 128550, bytes(range(8)), b"\x9f\x3a\xc0\x4e")
KEY = ReceiptKey(
    kid=KID,
    alg=EDDSA,
    public=DEVICE.public_key().public_bytes_raw(),
    device="D00000123",
    unit="GZ-07",
    unit_name="الوحدة المحلية لمركز البدرشين",
    valid_from=NOON - timedelta(days=30),
    valid_to=NOON + timedelta(days=700),
    revoked=None,
    acknowledged={},
)
KEYS = KeyList(HOST, NOON, NOON + timedelta(days=30), {KID: KEY}, frozenset())
VECTOR = Path(__file__).parents[1] / "data" / "receipt_code" / "vector.json"


def sealed(facts: Facts = FACTS, host: str = HOST) -> SealedCode:
    return seal_receipt(facts, host=host, kid=KID, sign=DEVICE.sign)


def with_key(key: ReceiptKey) -> KeyList:
    return replace(KEYS, keys={key.kid: key})


def url_of(cose: object) -> str:
    body = base64.b32encode(cbor2.dumps(cose, canonical=True)).decode().rstrip("=")
    return f"HTTPS://{HOST.upper()}/R#{body}"


def parts() -> list[object]:
    body = sealed().segments[2]
    found: list[object] = cbor2.loads(base64.b32decode(body + "=" * (-len(body) % 8)))
    return found


LIST_KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
ENTRY: dict[str, object] = {
    "kid": KID,
    "alg": EDDSA,
    "public": KEY.public.hex(),
    "device": "D00000123",
    "unit": "GZ-07",
    "unit_name": "الوحدة المحلية لمركز البدرشين",
    "from": "2026-10-25T10:40:07.000Z",
    "to": "2028-10-24T10:40:07.000Z",
}
TRUSTED: dict[str, Ed25519PublicKey] = {kid_of(LIST_KEY.public_key()): LIST_KEY.public_key()}


def key_list(payload: dict[str, object], issued: datetime = NOON) -> bytes:
    return sign_object(
        PURPOSE,
        payload,
        key=LIST_KEY,
        kid=kid_of(LIST_KEY.public_key()),
        issued=issued,
        expires=issued + timedelta(days=365),
    )
