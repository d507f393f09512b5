"""How test messages are made: rightly signed, sealed or packed around whatever is inside."""

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

from kiosk.core.entries.registry import REGISTRY
from kiosk.core.wire import (
    bundle,
    canonical,
    enrolment,
    entry,
    heartbeat,
    manifest,
    pki,
    reference,
    stick,
    tombstone,
)
from kiosk.core.wire.authority import OFFLINE, ONLINE, Authority, Delegation, delegate
from kiosk.core.wire.codec import dump
from kiosk.core.wire.signed import kid_of, sign_object
from tests.core.wire.protocol_vectors import (
    ACK,
    DATA,
    DEVICE,
    DEVICE_KEY,
    LATER,
    NONCE,
    NOW,
    NUMBER,
    ROOT,
    STREAM,
    hex_of,
)
from tests.core.wire.protocol_vectors import batch as packed_batch

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


def enrolment_of(plain: Any) -> bytes:
    """A request whose own signature holds, whatever else it says."""
    if not isinstance(plain, dict):
        return canonical.canonical(plain)
    bare = {name: value for name, value in plain.items() if name not in ("sig", "proof")}
    own = {**bare, "sig": DEVICE_KEY.sign(b"kiosk-enrol-1" + canonical.canonical(bare)).hex()}
    return canonical.canonical({**own, "proof": plain.get("proof")})


def batch_of(lines: Any) -> bytes:
    """A batch whose header is rightly signed for these lines, whatever they hold."""
    text = lines if isinstance(lines, bytes) else canonical.canonical(lines) + b"\n"
    fields = json.loads(gzip.decompress(packed_batch()).split(b"\n", 1)[0])
    del fields["sig"]
    fields |= {"body": hashlib.sha256(text).hexdigest(), "count": text.count(b"\n")}
    fields |= {"first": 1, "last": max(1, text.count(b"\n"))}
    sig = DEVICE_KEY.sign(b"kiosk-batch-1" + canonical.canonical(fields)).hex()
    return gzip.compress(canonical.canonical({**fields, "sig": sig}) + b"\n" + text, mtime=0)


def label_of(plain: Any) -> bytes:
    return canonical.canonical(plain) + b"\n" + b"sealed"


def file_of(read: Callable[[Any, bytes], object], ref: Any) -> Decoder:
    """A file under its own hash: `wrap` packs anything, and `read` is told what it would be called."""

    def read_named(data: bytes) -> object:
        return read(replace(ref, file=hashlib.sha256(data).hexdigest(), size=len(data)), data)

    def wrap(inside: Any) -> bytes:
        return manifest.pack_file(inside if isinstance(inside, bytes) else canonical.canonical(inside))

    return Decoder(read_named, wrap(b"one\ntwo\n"), b"one\ntwo\n", wrap)


def wipe_of(plain: Any) -> bytes:
    """A wipe that the root agreed to, of whatever the data key signed."""
    assert WIPE_ASKED.wrap
    return tombstone.sign_wipe(WIPE_ASKED.wrap(plain), root=ROOT, issued=NOW, expires=LATER)


def golden_entry(name: str) -> Decoder:
    kept = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return in_json(lambda data: judged(entry.parse_entry(data)), json.loads(kept["text"]))


def judged(one: entry.Entry) -> object:
    return REGISTRY.decode(one.type, one.tv, one.body)
