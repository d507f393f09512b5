"""Fixed inputs of the protocol's test vectors, and the vectors made from them.

    python -m tests.core.wire.protocol_vectors        writes tests/data/golden_protocol.json

The vectors hold test keys, never trusted. They may only grow: a change to one is a change of the protocol.
"""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.contact import Contact
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.core.wire.authority import ONLINE, Delegation, delegate
from kiosk.core.wire.batch import pack_batch
from kiosk.core.wire.bundle import BookGrant
from kiosk.core.wire.enrolment import activation_hash, number_key
from kiosk.core.wire.entry import Record, entry_hash
from kiosk.core.wire.heartbeat import (
    DeviceClocks,
    Heartbeat,
    HeartbeatAnswer,
    HeldBook,
    HeldDataset,
    OrderNumber,
    StandingStop,
)
from kiosk.core.wire.manifest import DatasetRef, DeltaRef, Manifest, applied_entries
from kiosk.core.wire.numbers import with_check
from kiosk.core.wire.outcomes import Decided, Outcomes, Quarantined
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.pki import ca_code
from kiosk.core.wire.reference import sign_text
from kiosk.core.wire.safety import SafeScan, Safety
from kiosk.core.wire.session import sign_session

FILE = Path(__file__).parents[2] / "data" / "golden_protocol.json"
ROOT, ACK, DATA, DEVICE_KEY = (
    Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (11, 12, 13, 14)
)
DEVICE, STREAM, NONCE = "D00000042", "5f" * 16, "0a" * 16
NOW = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
NUMBER = with_check("20260701123456")
CODE = with_check("123456789012345678901234567890")


def hex_of(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def records() -> list[Record]:
    """Two entries of which only the bytes matter here: the frame never looks inside."""
    made: list[Record] = []
    for seq, data in enumerate((b'{"seq":1}', b'{"seq":2}'), 1):
        made.append(Record(seq, data, entry_hash(made[-1].hash if made else bytes(32), seq, data)))
    return made


def batch() -> bytes:
    return pack_batch(
        records(),
        device=DEVICE,
        stream=STREAM,
        head_before=bytes(32),
        nonce=NONCE,
        made=NOW,
        waiting=2,
        key=DEVICE_KEY,
    )


def signed(purpose: str, record: object, key: Ed25519PrivateKey) -> str:
    return sign_record(purpose, record, key=key, issued=NOW, expires=LATER).decode("utf-8")


ACKNOWLEDGEMENT = Acknowledgement(
    device=DEVICE,
    stream=STREAM,
    stored_through=2,
    safe_through=0,
    head=records()[-1].hash.hex(),
    epoch=1,
    server_time=NOW,
    nonce=NONCE,
    outcome="stored",
    fork_at=None,
)
HEARTBEAT = Heartbeat(
    device=DEVICE,
    stream=STREAM,
    nonce=NONCE,
    app="0.1.0",
    epoch=1,
    confirmed=NOW,
    seq=2,
    acknowledged=1,
    denied=None,
    oldest=NOW,
    attention=0,
    datasets=(HeldDataset(name="policy", version=3, hash="ab" * 32),),
    books=(HeldBook(series="D00000042-E1B1", first=1, last=1000, next=18, retired=True),),
    stops=(StandingStop(kind="fork", at=2),),
    order=OrderNumber(epoch=1, n=2),
    contact=Contact(n=7, held="c1" * 16, next="c2" * 16, echo="c3" * 16, told=False),
    clock=DeviceClocks(utc=NOW, boot="b0" * 16, mono_ms=3_600_000, suspect=False),
)
ANSWER = HeartbeatAnswer(
    device=DEVICE,
    stream=STREAM,
    nonce=NONCE,
    server_time=NOW,
    epoch=1,
    stored_through=2,
    safe_through=0,
    persons_through=1,
    persons_safe=0,
    head=records()[-1].hash.hex(),
    manifest="cd" * 32,
    quarantined=0,
    state="active",
    contact="known",
    echo="c3" * 16,
    order=OrderNumber(epoch=1, n=2),
    reconcile=False,
)
MANIFEST = Manifest(
    device=DEVICE,
    stream=STREAM,
    epoch=1,
    datasets=(
        DatasetRef(
            name="debts",
            version=7,
            form="debts",
            hash="ab" * 32,
            file="cd" * 32,
            size=1000,
            plain_size=5000,
            rows=12,
            as_of=NOW,
            valid_until=LATER,
            applied=applied_entries(STREAM, 40, [31, 33, 40]),
            deltas=(
                DeltaRef(
                    base="ef" * 32,
                    hash="ab" * 32,
                    file="dc" * 32,
                    size=300,
                    plain_size=900,
                    debtors=2,
                ),
            ),
        ),
    ),
)
OUTCOMES = Outcomes(
    device=DEVICE,
    stream=STREAM,
    applied=40,
    quarantined=(
        Quarantined(seq=31, code="apply.unknown_debt", ar="المديونية غير معروفة.", en="Unknown debt."),
    ),
    decided=(
        Decided(seq=12, decision="dismissed", at=NOW, ar="لا أثر للقيد.", en="No effect.", note="راجعته"),
    ),
)
SAFETY = Safety(
    device=DEVICE,
    stream=STREAM,
    epoch=1,
    persons_through=40,
    persons_safe=31,
    scans=(
        SafeScan(attachment="ab" * 16, sealed="cd" * 32, safe=True),
        SafeScan(attachment="ac" * 16, sealed="ce" * 32, safe=False),
    ),
)
GRANT = BookGrant(device=DEVICE, series=f"{DEVICE}-E1B1", first=1, last=1000, epoch=1)

PURPOSES = ("catalogue", "fees", "policy", "release", "staff", "zone")
"""What the data key signed when these vectors were made."""


def vectors() -> dict[str, Any]:
    """Everything, from the fixed inputs above."""
    ack = Delegation(role="acknowledgement", public=hex_of(ACK), purposes=ONLINE)
    data = Delegation(role="data", public=hex_of(DATA), purposes=PURPOSES)
    policy = sign_text("policy", "3", "settings: {}\n", key=DATA, issued=NOW, expires=LATER)
    return {
        "about": "test keys, never trusted",
        "public": {
            "root": hex_of(ROOT),
            "acknowledgement": hex_of(ACK),
            "data": hex_of(DATA),
            "device": hex_of(DEVICE_KEY),
        },
        "number": {
            "number": NUMBER,
            "ca_code": CODE,
            "public": hex_of(number_key(NUMBER, CODE)),
            "activation_salt": "5a" * 16,
            "activation_hash": activation_hash(NUMBER, "5a" * 16),
        },
        "ca_code_of_empty_der": ca_code(b""),
        "batch_plain": gzip.decompress(batch()).decode("utf-8"),
        "delegations": [
            delegate(one, root=ROOT, issued=NOW, expires=LATER).decode("utf-8") for one in (ack, data)
        ],
        "ack": signed("ack", ACKNOWLEDGEMENT, ACK),
        "heartbeat": signed("heartbeat", HEARTBEAT, DEVICE_KEY),
        "time": signed("time", ANSWER, ACK),
        "manifest": signed("manifest", MANIFEST, ACK),
        "manifest_digest": MANIFEST.digest,
        "outcomes": signed("outcomes", OUTCOMES, ACK),
        "book": signed("book", GRANT, ACK),
        "policy": policy.decode("utf-8"),
        "session": sign_session(DEVICE, "c" * 40, key=DEVICE_KEY, made=NOW).decode("utf-8"),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
