"""The sealed code of a receipt: COSE_Sign1 in a URL, signed by the device, checked with the key list.

`HTTPS://HOST/R#BASE32`: what follows `#` never reaches a server. docs/receipt-code.md holds the format and a
test vector. A code proves that these facts were signed by that device; it is not a legal signature.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import MAX_PIASTRES, Piastres
from kiosk.core.receipt_keys import EDDSA, ES256, KeyList, ReceiptKey
from kiosk.core.wire.times import from_ms, utc_ms

MAX_TEXT = 512
"""Longest text looked at, in characters; a real code has about 230."""
HOLDER_BYTES = 8
ENTRY_BYTES = 4

_HOST = re.compile(r"[A-Z0-9-]+(\.[A-Z0-9-]+)+", re.ASCII)
_NUMBER = re.compile(r"(?=.{1,32}\Z)[A-Z0-9][A-Z0-9-]{2,31}-[0-9]{6,12}", re.ASCII)
_SERVICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,31}", re.ASCII)
_URL = re.compile(r"HTTPS://([A-Z0-9.-]{1,80})/R#([A-Z2-7]{100,460})", re.ASCII)
_LAST_SECOND = 253402300799
_UNREADABLE = (cbor2.CBORDecodeError, ValueError, TypeError, KeyError, RecursionError, OverflowError)


@dataclass(frozen=True)
class Facts:
    """What a code says. `device` is the number in `D` + 8 digits; `at` is whole seconds UTC.

    `holder` is the first 8 bytes of a keyed hash of the payer's national number (`holder_hash`) or empty;
    `entry` is the first 4 bytes of the journal entry's hash.
    """

    device: int
    number: str
    at: datetime
    service: str
    amount: Piastres
    holder: bytes
    entry: bytes

    @property
    def device_name(self) -> str:
        """The device as people write it: `D00000012`."""
        return f"D{self.device:08d}"

    @property
    def series(self) -> str:
        """The series of the receipt's book."""
        return self.number.rpartition("-")[0]

    @property
    def serial(self) -> int:
        """The receipt's place in its series."""
        return int(self.number.rpartition("-")[2])


@dataclass(frozen=True)
class SealedCode:
    """A finished code: the URL in its three QR segments, the host in words, the short check code."""

    segments: tuple[str, str, str]
    check: str

    @property
    def url(self) -> str:
        """The whole text of the code."""
        return "".join(self.segments)

    @property
    def host(self) -> str:
        """The one right host, as it is printed for people."""
        return self.segments[0].removeprefix("HTTPS://").removesuffix("/R").lower()


class Outcome(Enum):
    """What checking a code can find; the value is the word of the JSON answer."""

    GENUINE = "genuine"
    VOID = "void"
    ALTERED = "altered"
    KEY_UNKNOWN = "key_unknown"
    KEY_REVOKED = "key_revoked"
    KEY_NOT_VALID_THEN = "key_not_valid_then"
    OTHER_HOST = "other_host"


@dataclass(frozen=True)
class Verified:
    """The answer about one code. `facts`, `key` and `check` are there only when the signature holds."""

    outcome: Outcome
    host: str
    kid: str = ""
    facts: Facts | None = None
    key: ReceiptKey | None = None
    check: str = ""


def holder_hash(key: bytes, number: str, national_number: str) -> bytes:
    """Hash a payer's number under the centre's key, salted with the receipt's number.

    The salt keeps one person's receipts from being linked by those who only see codes.
    """
    message = f"{number}\0{national_number}".encode()
    return hmac.new(key, message, hashlib.sha256).digest()[:HOLDER_BYTES]


def check_code(cose: bytes) -> str:
    """Six digits that people compare: drawn from the signed bytes, so that a forger cannot work them out."""
    digest = hashlib.sha256(b"kiosk-receipt-check-1" + cose).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def seal_receipt(
    facts: Facts, *, host: str, kid: str, sign: Callable[[bytes], bytes], alg: int = EDDSA
) -> SealedCode:
    """Sign the facts with the device key and write them as a URL.

    `sign` returns 64 bytes: an Ed25519 signature, or for ES256 (a key inside a TPM) r ‖ s.
    `kid` is 8 hex digits.
    Raises BugError for facts that have no form, a malformed host or `kid`, or a signature of another length.
    """
    upper = host.upper()
    if not _HOST.fullmatch(upper) or len(upper) > 80:
        raise BugError(f"not a host name: {host!r}")
    if alg not in (EDDSA, ES256) or not re.fullmatch("[0-9a-f]{8}", kid):
        raise BugError(f"malformed key: {alg} {kid!r}")
    protected = _encode({1: alg, 4: bytes.fromhex(kid)})
    payload = _encode(_payload(facts))
    signature = sign(_to_be_signed(protected, payload))
    if len(signature) != 64:
        raise BugError("a signature of a receipt has 64 bytes")
    cose = _encode([protected, {}, payload, signature])
    body = base64.b32encode(cose).decode().rstrip("=")
    return SealedCode((f"HTTPS://{upper}/R", "#", body), check_code(cose))


def open_seal(text: str, keys: KeyList) -> Verified:
    """Check a scanned or typed code against the signed key list.

    Raises KnownError `seal.not_a_code` for text that is not a code of this format; every other finding is an
    `Outcome`. A revoked key stays good up to the last serial of the series that the centre acknowledged.
    """
    host, cose = _split(text)
    if host != keys.host:
        return Verified(Outcome.OTHER_HOST, host)
    protected, kid, alg, payload, signature = _envelope(cose)
    key = keys.find(kid)
    if key is None:
        return Verified(Outcome.KEY_UNKNOWN, host, kid)
    if key.alg != alg or not _signature_holds(key, signature, _to_be_signed(protected, payload)):
        return Verified(Outcome.ALTERED, host, kid)
    facts = _facts(payload)
    if facts.device_name != key.device:
        return Verified(Outcome.ALTERED, host, kid)
    return Verified(_standing(facts, key, keys), host, kid, facts, key, check_code(cose))


def claimed_number(text: str) -> str:
    """The receipt number that a code says it is of; proves nothing, it only finds a receipt of one's own.

    Raises KnownError `seal.not_a_code`.
    """
    _, cose = _split(text)
    return _facts(_envelope(cose)[3]).number


def _standing(facts: Facts, key: ReceiptKey, keys: KeyList) -> Outcome:
    if facts.number in keys.voids:
        return Outcome.VOID
    if key.revoked is not None and facts.serial > key.acknowledged.get(facts.series, 0):
        return Outcome.KEY_REVOKED
    if not key.valid_from <= facts.at < key.valid_to:
        return Outcome.KEY_NOT_VALID_THEN
    return Outcome.GENUINE


def _encode(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Sig_structure of RFC 9052 §4.4, without external data."""
    return _encode(["Signature1", protected, b"", payload])


def _payload(facts: Facts) -> dict[int, object]:
    problem = _fault(facts)
    if problem:
        raise BugError(f"facts of a receipt that cannot be sealed: {problem}")
    return {
        1: facts.device,
        2: facts.number,
        3: utc_ms(facts.at) // 1000,
        4: facts.service,
        5: facts.amount,
        **({6: facts.holder} if facts.holder else {}),
        7: facts.entry,
    }


def _fault(facts: Facts) -> str:
    """Name the first fact that is out of its range, or return an empty text."""
    rules = {
        "device": type(facts.device) is int and 0 < facts.device < 10**8,
        "number": bool(_NUMBER.fullmatch(facts.number)),
        "at": 0 <= utc_ms(facts.at) // 1000 <= _LAST_SECOND,
        "service": bool(_SERVICE.fullmatch(facts.service)),
        "amount": type(facts.amount) is int and 0 < facts.amount <= MAX_PIASTRES,
        "holder": type(facts.holder) is bytes and len(facts.holder) in (0, HOLDER_BYTES),
        "entry": type(facts.entry) is bytes and len(facts.entry) == ENTRY_BYTES,
    }
    return next((name for name, holds in rules.items() if not holds), "")


def _split(text: str) -> tuple[str, bytes]:
    """Take the URL apart; phones hand hosts over in lower case, typists add spaces."""
    if len(text) > MAX_TEXT:
        raise KnownError("seal.not_a_code")
    bare = "".join(strip_marks(text).split())
    match = _URL.fullmatch(bare.upper()) if bare.isascii() else None
    if match is None:
        raise KnownError("seal.not_a_code")
    body = match[2]
    try:
        cose = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError) as error:
        raise KnownError("seal.not_a_code") from error
    if base64.b32encode(cose).decode().rstrip("=") != body:
        raise KnownError("seal.not_a_code")
    return match[1].lower(), cose


def _strict(data: bytes) -> object:
    """Read CBOR that must be in its one canonical form."""
    try:
        value = cbor2.loads(data)
        again = _encode(value)
    except _UNREADABLE as error:
        raise KnownError("seal.not_a_code") from error
    if again != data:
        raise KnownError("seal.not_a_code")
    return value


def _envelope(cose: bytes) -> tuple[bytes, str, int, bytes, bytes]:
    match _strict(cose):
        case [bytes() as protected, {**unprotected}, bytes() as payload, bytes() as signature]:
            if unprotected or len(signature) != 64:
                raise KnownError("seal.not_a_code")
        case _:
            raise KnownError("seal.not_a_code")
    match _strict(protected):
        case {1: int() as alg, 4: bytes() as kid, **other}:
            if other or len(kid) != 4:
                raise KnownError("seal.not_a_code")
        case _:
            raise KnownError("seal.not_a_code")
    return protected, kid.hex(), alg, payload, signature


def _facts(payload: bytes) -> Facts:
    """Read a payload whose signature holds; one that says impossible things is not of this format."""
    match _strict(payload):
        case {
            1: int() as device,
            2: str() as number,
            3: int() as seconds,
            4: str() as service,
            5: int() as amount,
            7: bytes() as entry,
            **rest,
        }:
            holder = rest.pop(6, b"")
            if rest or not isinstance(holder, bytes) or not 0 <= seconds <= _LAST_SECOND:
                raise KnownError("seal.not_a_code")
        case _:
            raise KnownError("seal.not_a_code")
    facts = Facts(device, number, from_ms(seconds * 1000), service, amount, holder, entry)
    if _fault(facts):
        raise KnownError("seal.not_a_code")
    return facts


def _signature_holds(key: ReceiptKey, signature: bytes, message: bytes) -> bool:
    try:
        if key.alg == EDDSA:
            Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
        else:
            half = len(signature) // 2
            r, s = (int.from_bytes(part, "big") for part in (signature[:half], signature[half:]))
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public)
            public.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True
