"""The life of a device in test vectors: each message in order, as a stranger's program would send or get it.

    python -m tests.core.wire.exchange_vectors        writes what tests/data/golden_exchange.json lacks

All keys are test keys. A message whose bytes are drawn anew each time (a seal, an ECDSA signature, gzip) is
kept as it was first written, and must open for good; every other one is made again to the byte.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.core.attachments_upload import PURPOSE as SCAN_HELD
from kiosk.core.attachments_upload import ScanHeld
from kiosk.core.wire import payload, sealed_person
from kiosk.core.wire.codec import dump
from tests.core.wire.decoders import DECODERS
from tests.core.wire.decoding import INTAKE, Decoder, signed_by
from tests.core.wire.protocol_vectors import ACK, DATA, DEVICE, DEVICE_KEY, NONCE, NOW, NUMBER, ROOT

FILE = Path(__file__).parents[2] / "data" / "golden_exchange.json"
"""Not among tests/data/golden, which holds entries."""


@dataclass(frozen=True)
class Step:
    """One message, sent by `by`. `route`: where it goes or what it answers, '' where no route carries it."""

    name: str
    by: str
    route: str
    decoder: Decoder
    drawn: bool = False
    """Whether its bytes differ each time they are made."""


def _of(name: str, by: str, route: str, decoder: str, *, drawn: bool = False) -> Step:
    return Step(name, by, route, DECODERS[decoder], drawn)


_ANSWERED = {"device": DEVICE, "nonce": NONCE}
PERSONS_ACK = signed_by(
    ACK,
    sealed_person.ANSWER,
    {**_ANSWERED, "stored": ["ab" * 16]},
    lambda data: payload.open_record(
        sealed_person.DeliveryAnswer, sealed_person.ANSWER, data, key=ACK.public_key(), now=NOW
    ),
)
HELD = signed_by(
    ACK,
    SCAN_HELD,
    dump(ScanHeld(attachment="ab" * 16, sealed="cd" * 32, epoch=1, safe=True, **_ANSWERED)),
    lambda data: payload.open_record(ScanHeld, SCAN_HELD, data, key=ACK.public_key(), now=NOW),
)
STEPS = (
    _of("the CA certificate, DER in hex", "centre", "GET /v1/ca", "pki.check_ca", drawn=True),
    _of("enrolment request", "device", "POST /v1/enrol", "enrolment.parse_request", drawn=True),
    _of("bundle", "centre", "POST /v1/enrol", "bundle.open_bundle", drawn=True),
    _of("receipt book, inside the bundle", "centre", "", "bundle.open_grant"),
    _of("roster, inside the bundle", "centre", "GET /v1/files/{file}", "reference.open_reference"),
    _of("challenge", "centre", "POST /v1/challenge", "payload.read_record of a challenge"),
    _of("session", "device", "POST /v1/session", "payload.open_record session"),
    _of("token", "centre", "POST /v1/session", "payload.read_bytes of a token"),
    _of("batch, gzip in hex", "device", "POST /v1/journal", "batch.unpack_batch", drawn=True),
    _of("acknowledgement", "centre", "POST /v1/journal", "acknowledgement.open_acknowledgement"),
    _of("personal records", "device", "POST /v1/persons", "payload.open_record persons"),
    _of("one personal record, sealed, hex", "device", "", "sealed_person.open_person", drawn=True),
    Step("personal records held", "centre", "POST /v1/persons", PERSONS_ACK),
    _of("heartbeat", "device", "POST /v1/heartbeat", "payload.open_record heartbeat"),
    _of("time", "centre", "POST /v1/heartbeat", "heartbeat.open_answer"),
    _of("head", "centre", "GET /v1/head", "head.open_head"),
    _of("manifest", "centre", "GET /v1/manifest", "manifest.open_manifest"),
    _of("statuses of requests", "centre", "GET /v1/files/{file}", "request_status.read_statuses"),
    _of("outcomes", "centre", "GET /v1/outcomes", "outcomes.open_outcomes"),
    _of("orders", "centre", "GET /v1/orders", "payload.read_bytes of orders"),
    _of("order", "centre", "", "order.open_order"),
    _of("log", "device", "POST /v1/logs", "payload.open_record log"),
    _of("the text of a log, sealed, hex", "device", "", "device_log.open_log", drawn=True),
    Step("scan held", "centre", "GET /v1/attachments/{upload}", HELD),
    _of("renewal", "device", "POST /v1/renewal", "payload.open_record renewal", drawn=True),
    _of(
        "renewed certificate",
        "centre",
        "POST /v1/renewal",
        "payload.read_bytes of a renewed certificate",
        drawn=True,
    ),
    _of("claims", "device", "POST /v1/claims", "payload.open_record claims"),
    _of("readmission", "device", "POST /v1/readmission", "payload.open_record readmission"),
    _of("tombstone", "centre", "", "tombstone.open_tombstone"),
    _of("wipe", "root", "", "tombstone.open_wipe"),
    _of("list of a stick of a device", "device", "", "export_manifest.open_manifest"),
    _of("list of scans on a stick of a device", "device", "", "stick_scans.open_list"),
    _of("mark of a second medium", "device", "", "export_manifest.open_mark"),
    _of("sealed batch on a stick, hex", "device", "", "sealed_batch.unseal_batch", drawn=True),
    _of("safety, on a stick", "centre", "", "safety.open_safety"),
    _of("letter of a stick of the centre", "centre", "", "stick.read_letter"),
    _of("part of a stick of the centre, sealed, hex", "centre", "", "stick.unseal", drawn=True),
)


def in_text(step: Step, data: bytes) -> str:
    """Bytes as the file has them: JSON as it is, anything else in hex."""
    return data.hex() if "hex" in step.name else data.decode("utf-8")


def in_bytes(step: Step, text: str) -> bytes:
    """What the file has, as bytes again."""
    return bytes.fromhex(text) if "hex" in step.name else text.encode("utf-8")


def vectors(kept: dict[str, str]) -> dict[str, Any]:
    """Keys, and every message in order; those of `kept` whose bytes are drawn stay as they are."""
    keys = {"root": ROOT, "acknowledgement": ACK, "data": DATA, "device": DEVICE_KEY}
    return {
        "about": "test keys, never trusted; what each message is for stands in docs/protocol.md",
        "secret": {
            **{name: key.private_bytes_raw().hex() for name, key in keys.items()},
            "intake": INTAKE.private_bytes_raw().hex(),
            "number": NUMBER,
        },
        "messages": [
            {
                "name": one.name,
                "by": one.by,
                "route": one.route,
                "content": kept[one.name]
                if one.drawn and one.name in kept
                else in_text(one, one.decoder.valid),
            }
            for one in STEPS
        ],
    }


def kept() -> dict[str, str]:
    """Contents by name, as the file has them."""
    plain = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {"messages": []}
    return {one["name"]: one["content"] for one in plain["messages"]}


if __name__ == "__main__":
    FILE.write_text(json.dumps(vectors(kept()), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
