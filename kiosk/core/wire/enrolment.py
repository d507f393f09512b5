"""Enrolment: what a device sends with a one-time number, without the number itself.

From the number both sides derive an Ed25519 key (scrypt, salted with the CA code). The device signs its whole
request with it: another key in the request, or another centre, breaks the proof. The centre keeps the public
half only, so what it stores can check a number and cannot stand for one.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.codec import FieldError, dump
from kiosk.core.wire.fields import Hex32, Hex64, Sig128
from kiosk.core.wire.forms import Address, AppVersion, Der, Locator
from kiosk.core.wire.numbers import read_number
from kiosk.core.wire.payload import read_record
from kiosk.core.wire.pki import read_ca_code, read_request
from kiosk.core.wire.versions import refuse_other_version

LOCATOR_DIGITS = 4
MAX_REQUEST_BYTES = 16 * 1024
VALID_HOURS = 72
TRIES = 5
_DOMAIN, _PROOF = b"kiosk-enrol-1", b"kiosk-enrol-proof-1"
_NUMBER_SALT, _ACTIVATION_SALT = b"kiosk-enrol-number-1/", b"kiosk-activation-1/"
SCRYPT = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 64 << 20, "dklen": 32}
"""32 MiB and some 60 ms a guess. Both sides must have the same: only tests put a cheaper `n` here."""
_SLIP_MARK = "KIOSK1"


@dataclass(frozen=True, kw_only=True)
class EnrolmentRequest:
    """What a new device sends. `locator`: first four digits of the number; `csr`: P-256 request, DER in hex.

    `stream` is that of the database it has just made, `made` its claimed UTC. `sig` is by the device key over
    "kiosk-enrol-1" ‖ canonical JSON without `sig` and `proof`; `proof` by the number's key over
    "kiosk-enrol-proof-1" ‖ canonical JSON without `proof`.
    """

    locator: Locator
    device_key: Hex64
    csr: Der
    stream: Hex32
    app: AppVersion
    nonce: Hex32
    made: datetime
    sig: Sig128
    proof: Sig128
    v: Literal[1] = 1


def number_key(number: str, code: str) -> Ed25519PrivateKey:
    """The key that a one-time number gives at the centre of this CA code; both are digits only."""
    salt = _NUMBER_SALT + code.encode()
    return Ed25519PrivateKey.from_private_bytes(hashlib.scrypt(number.encode(), salt=salt, **SCRYPT))


def make_request(
    number: str,
    code: str,
    *,
    device: Ed25519PrivateKey,
    csr: bytes,
    stream: str,
    app: str,
    nonce: str,
    made: datetime,
) -> bytes:
    """Write the request of a device. `number` and `code` as typed.

    Keep these bytes until the answer is there: the same bytes again get the same answer, others would find
    the number used up. Raises KnownError `number.*`; BugError for a field out of form.
    """
    digits, centre = read_number(number), read_ca_code(code)
    bare = EnrolmentRequest(
        locator=digits[:LOCATOR_DIGITS],
        device_key=device.public_key().public_bytes_raw().hex(),
        csr=csr.hex(),
        stream=stream,
        app=app,
        nonce=nonce,
        made=made,
        sig="0" * 128,
        proof="0" * 128,
    )
    try:
        signed = replace(bare, sig=device.sign(_signed(bare)).hex())
        proven = replace(signed, proof=number_key(digits, centre).sign(_proven(signed)).hex())
        return canonical(dump(proven))
    except FieldError as error:
        raise BugError(f"enrolment: {error.path} {error.problem}") from error


def parse_request(data: bytes) -> EnrolmentRequest:
    """Read a request; the device signed it and its CSR with its own keys. The number is not judged.

    Raises KnownError `enrol.bad_signature`, `pki.malformed`, `protocol.*`, `wire.*`.
    """
    plain = parse_canonical(data, max_bytes=MAX_REQUEST_BYTES)
    refuse_other_version(plain)
    request = read_record(EnrolmentRequest, plain, "enrolment")
    read_request(bytes.fromhex(request.csr))
    if not _holds(request.device_key, request.sig, _signed(request)):
        raise KnownError("enrol.bad_signature")
    return request


def number_fits(request: EnrolmentRequest, public: str) -> bool:
    """Whether the request was signed with the number whose public key (hex) the centre kept."""
    return _holds(public, request.proof, _proven(request))


def activation_hash(number: str, salt: str) -> str:
    """The hash by which a roster names a person's one-time code. `number`: digits; `salt`: 32 hex."""
    return hashlib.scrypt(number.encode(), salt=_ACTIVATION_SALT + bytes.fromhex(salt), **SCRYPT).hex()


@dataclass(frozen=True, kw_only=True)
class Slip:
    """What is printed for the technician: the number, the code of the CA, where the centre is."""

    number: str
    code: str
    address: Address

    @property
    def text(self) -> str:
        """What the QR holds: four words."""
        return f"{_SLIP_MARK} {self.number} {self.code} {self.address}"


def read_slip(text: str) -> Slip:
    """Read the QR of a slip. Raises KnownError `enrol.not_a_slip` or `number.*`."""
    words = text.strip().split()
    if len(words) != 4 or words[0] != _SLIP_MARK:
        raise KnownError("enrol.not_a_slip")
    _, number, code, address = words
    where = read_record(_Where, {"address": address}, "slip")
    return Slip(number=read_number(number), code=read_ca_code(code), address=where.address)


@dataclass(frozen=True, kw_only=True)
class _Where:
    address: Address


def _holds(public: str, signature: str, data: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), data)
    except InvalidSignature:
        return False
    return True


def _signed(request: EnrolmentRequest) -> bytes:
    plain = dump(request)
    del plain["sig"], plain["proof"]
    return _DOMAIN + canonical(plain)


def _proven(request: EnrolmentRequest) -> bytes:
    plain = dump(request)
    del plain["proof"]
    return _PROOF + canonical(plain)
