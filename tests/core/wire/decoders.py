"""Every function that reads bytes from outside, with a valid example, for tests/core/wire/test_fuzz.py.

`DECODERS` and `NOT_DECODERS` name each public function of `kiosk/core/wire` that could be one; a test holds
them complete, so a new reader is fuzzed from the day it is there. A decoder is `module.function`, followed by
what it reads where one function reads several things.
"""

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kiosk.core.debts.snapshot import read_debts
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.unit import read_unit
from kiosk.core.wire import (
    acknowledgement,
    batch,
    bundle,
    canonical,
    checkpoint,
    claims,
    debt_files,
    device_log,
    enrolment,
    entry,
    escrow,
    export_manifest,
    head,
    heartbeat,
    lifting,
    manifest,
    numbers,
    order,
    outcomes,
    payload,
    pki,
    reference,
    sealed_batch,
    sealed_person,
    session,
    signed,
    stick,
    times,
    tombstone,
    totals,
)
from kiosk.core.wire.authority import OFFLINE, ONLINE, Authority, Delegation, delegate
from kiosk.core.wire.codec import dump
from kiosk.core.wire.signed import kid_of, sign_object
from tests.core.wire.protocol_vectors import (
    ACK,
    ACKNOWLEDGEMENT,
    ANSWER,
    CODE,
    DATA,
    DEVICE,
    DEVICE_KEY,
    GRANT,
    HEARTBEAT,
    LATER,
    MANIFEST,
    NONCE,
    NOW,
    NUMBER,
    OUTCOMES,
    ROOT,
    STREAM,
    hex_of,
)
from tests.core.wire.protocol_vectors import batch as packed_batch
from tests.core.wire.test_debt_files import DELTA, INDEX, REFS
from tests.core.wire.test_stick_formats import MANIFEST as EXPORT

GOLDEN = Path(__file__).parents[2] / "data" / "golden"
INTAKE = X25519PrivateKey.from_private_bytes(bytes([9]) * 32)
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
DELEGATIONS = [
    delegate(one, root=ROOT, issued=NOW, expires=LATER)
    for one in (
        Delegation(role="acknowledgement", public=hex_of(ACK), purposes=ONLINE),
        Delegation(role="data", public=hex_of(DATA), purposes=OFFLINE),
    )
]
AUTHORITY = Authority(ROOT.public_key(), DELEGATIONS, now=NOW)
PUBLIC = DEVICE_KEY.public_key()
TLS = ec.derive_private_key(7, ec.SECP256R1())
ORDER = heartbeat.OrderNumber(epoch=1, n=2)


@dataclass(frozen=True)
class Decoder:
    """`read` raises nothing but KnownError, whatever it gets; `valid` it reads.

    `plain` and `wrap`, where bytes enclose something (a signature, a seal, a hash): `wrap(plain)` is valid
    too, and a changed `plain` comes past the enclosure.
    """

    read: Callable[[bytes], object]
    valid: bytes
    plain: Any = None
    wrap: Callable[[Any], bytes] | None = None


def typed(read: Callable[[str], object], valid: str) -> Decoder:
    """What people type or a code holds; bytes that are no text become lone surrogates."""
    return Decoder(lambda data: read(data.decode("utf-8", "surrogateescape")), valid.encode())


def in_json(read: Callable[[bytes], object], plain: Any) -> Decoder:
    """Canonical JSON that nothing encloses."""
    return Decoder(read, canonical.canonical(plain), plain, canonical.canonical)


def signed_by(key: Ed25519PrivateKey, purpose: str, plain: Any, read: Callable[[bytes], object]) -> Decoder:
    """A signed object; `wrap` signs any payload that is a map."""

    def wrap(payload: Any) -> bytes:
        within = payload if isinstance(payload, dict) else {"x": payload}
        return sign_object(purpose, within, key=key, kid=kid_of(key.public_key()), issued=NOW, expires=LATER)

    return Decoder(read, wrap(plain), plain, wrap)


def sealed(read: Callable[[bytes], object], info: dict[str, object], content: bytes) -> Decoder:
    """HPKE to the intake key; `wrap` seals any bytes, or the canonical JSON of anything else."""

    def wrap(inside: Any) -> bytes:
        data = inside if isinstance(inside, bytes) else canonical.canonical(inside)
        return SUITE.encrypt(data, INTAKE.public_key(), info=canonical.canonical(info))

    return Decoder(read, wrap(content), content, wrap)


def certificate(subject: list[x509.NameAttribute[str]], key: Any, by: Any, issuer: x509.Name) -> bytes:
    made = x509.CertificateBuilder().subject_name(x509.Name(subject)).issuer_name(issuer)
    made = made.public_key(key).serial_number(7).not_valid_before(NOW).not_valid_after(LATER)
    return made.sign(by, SHA256()).public_bytes(Encoding.DER)


CA_NAME = [x509.NameAttribute(NameOID.SERIAL_NUMBER, pki.root_name(ROOT.public_key()))]
CA_KEY = ec.derive_private_key(8, ec.SECP256R1())
CA = certificate(CA_NAME, CA_KEY.public_key(), CA_KEY, x509.Name(CA_NAME))
OWN = certificate(
    [x509.NameAttribute(NameOID.COMMON_NAME, DEVICE)], TLS.public_key(), CA_KEY, x509.Name(CA_NAME)
)
CSR = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(TLS, SHA256())
ASKED = enrolment.make_request(
    NUMBER,
    pki.ca_code(CA),
    device=DEVICE_KEY,
    csr=CSR.public_bytes(Encoding.DER),
    stream=STREAM,
    app="0.1.0",
    nonce=NONCE,
    made=NOW,
)
ROSTER = {
    "unit": "U-0101",
    "members": [
        {"activation": None, "code": "TEL-1", "revoked": None, "roles": ["teller"], "valid_until": None}
    ],
}
STAFF = reference.sign_data("staff", "1", ROSTER, key=DATA, issued=NOW, expires=LATER)
BUNDLE = bundle.Bundle(
    request=hashlib.sha256(ASKED).hexdigest(),
    device=DEVICE,
    stream=STREAM,
    nonce=NONCE,
    unit=bundle.Place(code="U-0101", name="الوحدة المحلية"),
    vehicle=None,
    collector=None,
    address="https://127.0.0.1:8443",
    certificate=OWN.hex(),
    ca=CA.hex(),
    root=hex_of(ROOT),
    delegations=tuple(one.decode() for one in DELEGATIONS),
    recovery="ab" * 32,
    intake=INTAKE.public_key().public_bytes_raw().hex(),
    books=(),
    staff=STAFF.decode(),
    manifest="{12}",
    epoch=1,
    server_time=NOW,
)
STONE = tombstone.Tombstone(staff="TEL-1", device=None, slot=None, number=3, stands=True, reason="left")
WIPE = tombstone.WipeRequest(device=DEVICE, stream=STREAM, number=1, reason="lost")
STICK_LABEL = stick.StickLabel(device=DEVICE, stream=STREAM, name="letter")
STICK_FILE = stick.seal(b"what is inside", STICK_LABEL, stick.sealing_key(DEVICE_KEY.public_key()))
WIPE_ASKED = signed_by(
    DATA,
    tombstone.WIPE_REQUEST,
    dump(WIPE),
    lambda data: AUTHORITY.read(tombstone.WipeRequest, tombstone.WIPE_REQUEST, data, now=NOW),
)


def _enrolment(plain: Any) -> bytes:
    """A request whose own signature holds, whatever else it says."""
    if not isinstance(plain, dict):
        return canonical.canonical(plain)
    bare = {name: value for name, value in plain.items() if name not in ("sig", "proof")}
    own = {**bare, "sig": DEVICE_KEY.sign(b"kiosk-enrol-1" + canonical.canonical(bare)).hex()}
    return canonical.canonical({**own, "proof": plain.get("proof")})


def _batch(lines: Any) -> bytes:
    """A batch whose header is rightly signed for these lines, whatever they hold."""
    text = lines if isinstance(lines, bytes) else canonical.canonical(lines) + b"\n"
    fields = json.loads(gzip.decompress(packed_batch()).split(b"\n", 1)[0])
    del fields["sig"]
    fields |= {"body": hashlib.sha256(text).hexdigest(), "count": text.count(b"\n")}
    fields |= {"first": 1, "last": max(1, text.count(b"\n"))}
    sig = DEVICE_KEY.sign(b"kiosk-batch-1" + canonical.canonical(fields)).hex()
    return gzip.compress(canonical.canonical({**fields, "sig": sig}) + b"\n" + text, mtime=0)


def _label(plain: Any) -> bytes:
    return canonical.canonical(plain) + b"\n" + b"sealed"


def _file(read: Callable[[Any, bytes], object], ref: Any) -> Decoder:
    """A file under its own hash: `wrap` packs anything, and `read` is told what it would be called."""

    def read_named(data: bytes) -> object:
        return read(replace(ref, file=hashlib.sha256(data).hexdigest(), size=len(data)), data)

    def wrap(inside: Any) -> bytes:
        return manifest.pack_file(inside if isinstance(inside, bytes) else canonical.canonical(inside))

    return Decoder(read_named, wrap(b"one\ntwo\n"), b"one\ntwo\n", wrap)


def _wipe(plain: Any) -> bytes:
    """A wipe that the root agreed to, of whatever the data key signed."""
    assert WIPE_ASKED.wrap
    return tombstone.sign_wipe(WIPE_ASKED.wrap(plain), root=ROOT, issued=NOW, expires=LATER)


def _golden(name: str) -> Decoder:
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return in_json(lambda data: _judged(entry.parse_entry(data)), json.loads(kept["text"]))


def _judged(one: entry.Entry) -> object:
    return REGISTRY.decode(one.type, one.tv, one.body)


_TO_DEVICE: dict[str, Any] = {"device": DEVICE, "now": NOW}
DECODERS: dict[str, Decoder] = {
    "acknowledgement.open_acknowledgement": signed_by(
        ACK,
        acknowledgement.PURPOSE,
        dump(ACKNOWLEDGEMENT),
        lambda data: acknowledgement.open_acknowledgement(
            data, AUTHORITY, stream=STREAM, nonce=NONCE, **_TO_DEVICE
        ),
    ),
    "batch.read_signatures": in_json(batch.read_signatures, []),
    "batch.unpack_batch": Decoder(
        batch.unpack_batch,
        packed_batch(),
        b'{"entry":{"seq":1},"sigs":[]}\n',
        _batch,
    ),
    "batch.unpack_batch of a chain": Decoder(
        lambda data: batch.unpack_batch(data).chain(), packed_batch(), b'{"entry":{},"sigs":[]}\n', _batch
    ),
    "bundle.open_bundle": signed_by(
        ACK,
        bundle.PURPOSE,
        dump(BUNDLE),
        lambda data: bundle.open_bundle(data, request=ASKED, code=pki.ca_code(CA), now=NOW),
    ),
    "bundle.open_grant": signed_by(
        ACK, bundle.BOOK_PURPOSE, dump(GRANT), lambda data: bundle.open_grant(data, AUTHORITY, now=NOW)
    ),
    "canonical.parse_canonical": in_json(canonical.parse_canonical, {"a": [1, None, True, "ب"]}),
    "checkpoint.parse_checkpoint": in_json(
        checkpoint.parse_checkpoint,
        json.loads(json.loads((GOLDEN / "formats.json").read_text())["checkpoint"]),
    ),
    "checkpoint.glance": in_json(
        lambda data: checkpoint.glance(data, kid_of(PUBLIC), DEVICE_KEY), {"kid": kid_of(PUBLIC), "sig": ""}
    ),
    "debt_files.read_delta": Decoder(
        debt_files.read_delta, debt_files.write_delta(DELTA, b"[]"), dump(DELTA), _label
    ),
    "debt_files.read_index": in_json(debt_files.read_index, dump(INDEX)),
    "debt_files.unpack_piece": _file(debt_files.unpack_piece, REFS[0][0]),
    "device_log.open_log": sealed(
        lambda data: device_log.open_log(data, device=DEVICE, order=ORDER, intake=INTAKE),
        {"device": DEVICE, "order": dump(ORDER), "what": "kiosk-device-log-1"},
        gzip.compress(b"a line\n", mtime=0),
    ),
    "enrolment.parse_request": Decoder(enrolment.parse_request, ASKED, json.loads(ASKED), _enrolment),
    "enrolment.read_slip": typed(
        enrolment.read_slip,
        enrolment.Slip(number=NUMBER, code=CODE, address="https://127.0.0.1:1").text,
    ),
    "entry.parse_entry": _golden("payment.taken.1"),
    "escrow.open_escrow": sealed(
        lambda data: escrow.open_escrow(data, device=DEVICE, member="TEL-1", slot="ab" * 16, intake=INTAKE),
        {"device": DEVICE, "member": "TEL-1", "slot": "ab" * 16, "what": "kiosk-escrow-1"},
        b"x" * 16,
    ),
    "escrow.read_escrow": typed(escrow.read_escrow, escrow.escrow_text(b"x" * 16)),
    "export_manifest.check_file": Decoder(
        lambda data: export_manifest.check_file(EXPORT.files[0], data), b"abc"
    ),
    "export_manifest.manifest_device": in_json(
        export_manifest.manifest_device, {"payload": {"device": DEVICE}}
    ),
    "export_manifest.open_manifest": signed_by(
        DEVICE_KEY,
        export_manifest.PURPOSE,
        dump(EXPORT),
        lambda data: export_manifest.open_manifest(data, PUBLIC, now=NOW),
    ),
    "export_manifest.open_mark": signed_by(
        DEVICE_KEY,
        export_manifest.MARK_PURPOSE,
        {"device": DEVICE, "medium": "3d" * 16, "stream": STREAM},
        lambda data: export_manifest.open_mark(data, PUBLIC, now=NOW),
    ),
    "head.open_head": in_json(
        lambda data: head.open_head(data, AUTHORITY, device=DEVICE, nonce="ab" * 8),
        json.loads(head.sign_head(DEVICE, "ab" * 8, "cd" * 16, key=ACK)),
    ),
    "heartbeat.open_answer": signed_by(
        ACK,
        heartbeat.ANSWER,
        dump(ANSWER),
        lambda data: heartbeat.open_answer(data, AUTHORITY, nonce=NONCE, **_TO_DEVICE),
    ),
    "lifting.answer_fits": typed(
        lambda text: lifting.answer_fits(
            text, numbers.with_check("1234567890"), key=bytes(32), device=DEVICE, stream=STREAM
        ),
        numbers.with_check("1" * 16),
    ),
    "lifting.answer_to": typed(
        lambda text: lifting.answer_to(text, key=bytes(32), device=DEVICE, stream=STREAM),
        numbers.with_check("1234567890"),
    ),
    "lifting.open_lifting_key": sealed(
        lambda data: lifting.open_lifting_key(data, device=DEVICE, stream=STREAM, intake=INTAKE),
        {"device": DEVICE, "stream": STREAM, "what": "kiosk-lifting-key-1"},
        bytes(32),
    ),
    "manifest.open_manifest": signed_by(
        ACK,
        manifest.PURPOSE,
        dump(MANIFEST),
        lambda data: manifest.open_manifest(data, AUTHORITY, **_TO_DEVICE),
    ),
    "manifest.unpack": Decoder(
        lambda data: manifest.unpack(data, hashlib.sha256(data).hexdigest(), 4, "debts"),
        manifest.pack_file(b"four"),
        b"four",
        lambda inside: manifest.pack_file(inside if isinstance(inside, bytes) else b"more"),
    ),
    "manifest.unpack_file": _file(manifest.unpack_file, replace(MANIFEST.datasets[0], plain_size=8)),
    "numbers.read_number": typed(numbers.read_number, NUMBER),
    "order.open_order": signed_by(
        ACK,
        order.PURPOSE,
        {"device": DEVICE, "epoch": 1, "kind": "refresh", "n": 1, "stream": STREAM, "through": 0},
        lambda data: order.open_order(data, AUTHORITY, device=DEVICE, stream=STREAM, now=NOW),
    ),
    "outcomes.open_outcomes": signed_by(
        ACK,
        outcomes.PURPOSE,
        dump(OUTCOMES),
        lambda data: outcomes.open_outcomes(data, AUTHORITY, **_TO_DEVICE),
    ),
    "payload.claimed_device": in_json(payload.claimed_device, {"payload": {"device": DEVICE}}),
    "payload.open_record heartbeat": signed_by(
        DEVICE_KEY,
        heartbeat.PURPOSE,
        dump(HEARTBEAT),
        lambda data: payload.open_record(heartbeat.Heartbeat, heartbeat.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record session": signed_by(
        DEVICE_KEY,
        session.PURPOSE,
        {"challenge": "c" * 40, "device": DEVICE},
        lambda data: payload.open_record(session.SessionRequest, session.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record persons": signed_by(
        DEVICE_KEY,
        sealed_person.PURPOSE,
        {"device": DEVICE, "nonce": NONCE, "records": [{"person": "ab" * 16, "sealed": "cd"}]},
        lambda data: payload.open_record(
            sealed_person.Delivery, sealed_person.PURPOSE, data, key=PUBLIC, now=NOW
        ),
    ),
    "payload.open_record claims": signed_by(
        DEVICE_KEY,
        claims.PURPOSE,
        {
            "device": DEVICE,
            "stream": STREAM,
            "nonce": NONCE,
            "acknowledgement": None,
            "books": [],
            "staff": None,
            "tombstones": [],
            "datasets": [],
            "order": None,
        },
        lambda data: payload.open_record(claims.Claims, claims.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record readmission": signed_by(
        DEVICE_KEY,
        claims.READMISSION,
        {"bundle": "{12}", "device": DEVICE, "nonce": NONCE, "request": "{12}", "stream": STREAM},
        lambda data: payload.open_record(claims.Readmission, claims.READMISSION, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record log": signed_by(
        DEVICE_KEY,
        device_log.PURPOSE,
        {"device": DEVICE, "nonce": NONCE, "order": dump(ORDER), "sealed": "ab", "stream": STREAM},
        lambda data: payload.open_record(device_log.DeviceLog, device_log.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record order": signed_by(
        ACK,
        order.PURPOSE,
        {"device": DEVICE, "epoch": 1, "kind": "logs", "n": 1, "stream": STREAM, "through": 0},
        lambda data: payload.open_record(order.Order, order.PURPOSE, data, key=ACK.public_key(), now=NOW),
    ),
    "payload.read_bytes of orders": in_json(
        lambda data: payload.read_bytes(order.Orders, data, "orders"), {"device": DEVICE, "orders": []}
    ),
    "payload.read_record of a challenge": in_json(
        lambda data: payload.read_record(session.Challenge, canonical.parse_canonical(data), "challenge"),
        {"challenge": "c" * 40},
    ),
    "payload.read_bytes of a token": in_json(
        lambda data: payload.read_bytes(session.SessionToken, data, "session"),
        {"expires": "2026-07-01T09:30:00.000Z", "token": "c" * 40},
    ),
    "pki.check_ca": Decoder(lambda data: pki.check_ca(data, pki.ca_code(data), ROOT.public_key()), CA),
    "pki.check_certificate": Decoder(
        lambda data: pki.check_certificate(data, CA, device=DEVICE, key=TLS.public_key()), OWN
    ),
    "pki.read_ca_code": typed(pki.read_ca_code, CODE),
    "pki.read_certificate": Decoder(pki.read_certificate, OWN),
    "pki.read_request": Decoder(pki.read_request, CSR.public_bytes(Encoding.DER)),
    "reference.open_reference": signed_by(
        DATA,
        "staff",
        {"data": ROSTER, "dataset": "staff", "version": "1"},
        lambda data: reference.open_reference("staff", data, AUTHORITY, now=NOW),
    ),
    "reference.read_roster": in_json(reference.read_roster, ROSTER),
    "sealed_batch.read_label": Decoder(
        sealed_batch.read_label,
        sealed_batch.seal_batch(packed_batch(), INTAKE.public_key()),
        json.loads(sealed_batch.seal_batch(packed_batch(), INTAKE.public_key()).split(b"\n")[0]),
        _label,
    ),
    "sealed_batch.unseal_batch": Decoder(
        lambda data: sealed_batch.unseal_batch(data, INTAKE),
        sealed_batch.seal_batch(packed_batch(), INTAKE.public_key()),
    ),
    "sealed_person.open_person": sealed(
        lambda data: sealed_person.open_person(data, person="ab" * 16, device=DEVICE, intake=INTAKE),
        {"device": DEVICE, "person": "ab" * 16, "what": "kiosk-person-intake-1"},
        canonical.canonical({"details": {"full_name": "أحمد"}, "salt": "00" * 16}),
    ),
    "signed.open_object": signed_by(
        ACK,
        "ack",
        {"x": 1},
        lambda data: signed.open_object(
            data, purpose="ack", keys={kid_of(ACK.public_key()): ACK.public_key()}, now=NOW
        ),
    ),
    "stick.read_label": Decoder(stick.read_label, STICK_FILE, dump(STICK_LABEL), _label),
    "stick.read_letter": in_json(stick.read_letter, {"device": DEVICE, "files": [], "stream": STREAM}),
    "stick.unseal": Decoder(
        lambda data: stick.unseal(data, STICK_LABEL, stick.opening_key(DEVICE_KEY)), STICK_FILE
    ),
    "times.parse_utc": typed(times.parse_utc, "2026-07-01T09:30:00.000Z"),
    "tombstone.check_form": in_json(
        lambda data: tombstone.check_form(data, tombstone.TOMBSTONE), {"purpose": "tombstone"}
    ),
    "tombstone.open_tombstone": signed_by(
        DATA,
        tombstone.TOMBSTONE,
        dump(STONE),
        lambda data: tombstone.open_tombstone(data, AUTHORITY, now=NOW),
    ),
    "tombstone.open_wipe": signed_by(
        ROOT,
        tombstone.WIPE,
        {"request": WIPE_ASKED.valid.decode()},
        lambda data: tombstone.open_wipe(data, AUTHORITY, device=DEVICE, stream=STREAM, now=NOW),
    ),
    "tombstone.open_wipe of a request": Decoder(
        lambda data: tombstone.open_wipe(data, AUTHORITY, device=DEVICE, stream=STREAM, now=NOW),
        _wipe(dump(WIPE)),
        dump(WIPE),
        _wipe,
    ),
    "totals.read_totals": in_json(
        lambda data: totals.read_totals(canonical.parse_canonical(data)), totals.Totals().to_map()
    ),
    "unit.read_unit": in_json(
        read_unit,
        {
            "unit": "U-0101",
            "name_ar": "الوحدة",
            "name_en": "Unit",
            "body_ar": "المركز",
            "body_en": "Centre",
            "governorate": "01",
        },
    ),
    "debts.read_debts": in_json(read_debts, []),
    **{
        f"entries.{file.stem}": _golden(file.stem)
        for file in sorted(GOLDEN.glob("*.json"))
        if file.stem != "formats"
    },
}
NOT_DECODERS = {
    "stick.seal": "seals what is ours",
    "versions.refuse_other_version": "takes what parse_canonical read",
    "pki.pem_of": "writes a certificate that was read",
    "canonical.check_plain": "judges values of ours, not bytes",
    "export_manifest.file_hash": "a hash of any bytes",
    "tombstone.digest_of": "a hash of any bytes",
    "checkpoint.checkpoint_holds": "takes what parse_checkpoint read",
}
"""Functions that look like a decoder, and why they are none."""
