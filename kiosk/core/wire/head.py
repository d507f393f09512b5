"""The head: whether anything at the centre is new for a device, in one small signed answer.

`state` stands for all that a round of sync would ask for; the device compares it with the one before its last
whole round and learns nothing else from it. The signature is the key's that signs times, over "kiosk-head-1"
‖ canonical JSON {device, nonce, state}; only `sig` and `state` travel back.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import dump
from kiosk.core.wire.fields import Hex32, Sig128
from kiosk.core.wire.heartbeat import ANSWER as TIME
from kiosk.core.wire.payload import read_bytes

MAX_HEAD_BYTES = 512
_DOMAIN = b"kiosk-head-1"


@dataclass(frozen=True, kw_only=True)
class Head:
    """What travels back."""

    sig: Sig128
    state: Hex32


def state_of(parts: Iterable[object]) -> str:
    """32 hex digits that stand for these plain values; other values, other digits."""
    return hashlib.sha256(canonical(list(parts))).hexdigest()[:32]


def sign_head(device: str, nonce: str, state: str, *, key: Ed25519PrivateKey) -> bytes:
    """The answer to one device and nonce."""
    return canonical(dump(Head(sig=key.sign(_signed_bytes(device, nonce, state)).hex(), state=state)))


def open_head(data: bytes, authority: Authority, *, device: str, nonce: str) -> str:
    """The state, if a key that may tell the time says so to this device and nonce.

    Raises KnownError `ack.not_ours`, `protocol.malformed`, `wire.*`.
    """
    head = read_bytes(Head, data, "head", max_bytes=MAX_HEAD_BYTES)
    for key in authority.keys(TIME).values():
        try:
            key.verify(bytes.fromhex(head.sig), _signed_bytes(device, nonce, head.state))
        except InvalidSignature:
            continue
        return head.state
    raise KnownError("ack.not_ours")


def _signed_bytes(device: str, nonce: str, state: str) -> bytes:
    return _DOMAIN + canonical({"device": device, "nonce": nonce, "state": state})
