"""Golden vectors of the other formats: signed object, checkpoint, signature of an entry, commitment."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.wire.checkpoint import checkpoint_bytes, sign_checkpoint
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import sign_entry
from kiosk.core.wire.person import commitment
from kiosk.core.wire.signed import kid_of, sign_object
from kiosk.core.wire.totals import Totals
from tests.core.entries.samples import DEVICE, NOON, STREAM

PATH = Path(__file__).resolve().parents[2] / "data" / "golden" / "formats.json"
SEED = bytes([9]) * 32
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
KID = kid_of(KEY.public_key())


def vectors() -> dict[str, Any]:
    object_bytes = sign_object(
        "snapshot",
        {"dataset": "fees", "version": 7, "label": "رسوم"},
        key=KEY,
        kid=KID,
        issued=NOON,
        expires=NOON + timedelta(days=30),
    )
    checkpoint = sign_checkpoint(
        stream=STREAM, seq=50, head=bytes(range(32)), totals=Totals(cash=5), time=NOON, key=KEY, kid=KID
    )
    return {
        "note": "test keys, never trusted",
        "seed": SEED.hex(),
        "public": KEY.public_key().public_bytes_raw().hex(),
        "kid": KID,
        "signed_object": object_bytes.decode(),
        "checkpoint": checkpoint_bytes(checkpoint).decode(),
        "entry_hash": bytes(range(32)).hex(),
        "entry_signature": dump(sign_entry(bytes(range(32)), by=DEVICE, kid=KID, key=KEY)),
        "details": {"full_name": "أحمد"},
        "salt": bytes(range(16)).hex(),
        "commitment": commitment({"full_name": "أحمد"}, bytes(range(16))),
    }


def test_signed_object_checkpoint_signature_and_commitment_stay_the_same() -> None:
    assert vectors() == json.loads(PATH.read_text(encoding="utf-8"))
