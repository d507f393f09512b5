"""Checkpoints: the device signs where its journal stands, so that a cut or replaced tail can be seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.codec import FieldError, dump, load
from kiosk.core.wire.fields import Hex32, Hex64, Kid, Number, Sig128
from kiosk.core.wire.totals import Totals

MAX_CHECKPOINT_BYTES = 4096
_DOMAIN = b"kiosk-checkpoint-1"


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The journal of `stream` had `seq` entries, the hash `head` and these totals at `time` (UTC)."""

    stream: Hex32
    seq: Number
    head: Hex64
    totals: Totals
    time: datetime
    kid: Kid
    alg: Literal["ed25519"]
    sig: Sig128


def sign_checkpoint(
    *,
    stream: str,
    seq: int,
    head: bytes,
    totals: Totals,
    time: datetime,
    key: Ed25519PrivateKey,
    kid: str,
) -> Checkpoint:
    """Sign a checkpoint with the device key: "kiosk-checkpoint-1" ‖ canonical JSON without `sig`.

    Raises BugError when a field is out of form.
    """
    bare = Checkpoint(
        stream=stream,
        seq=seq,
        head=head.hex(),
        totals=totals,
        time=time,
        kid=kid,
        alg="ed25519",
        sig="0" * 128,
    )
    try:
        return replace(bare, sig=key.sign(_signed_bytes(bare)).hex())
    except FieldError as error:
        raise BugError(f"checkpoint: {error.path} {error.problem}") from error


def checkpoint_bytes(checkpoint: Checkpoint) -> bytes:
    """The checkpoint as canonical JSON {alg, head, kid, seq, sig, stream, time, totals}."""
    return canonical(dump(checkpoint))


def parse_checkpoint(data: bytes) -> Checkpoint:
    """Read a checkpoint; its signature is not judged. Raises KnownError `entry.malformed` or `wire.*`."""
    plain = parse_canonical(data, max_bytes=MAX_CHECKPOINT_BYTES)
    try:
        return load(Checkpoint, plain)
    except FieldError as error:
        raise KnownError("entry.malformed", field=error.path, problem=error.problem) from error


def checkpoint_holds(checkpoint: Checkpoint, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether a trusted device key (by `kid`) made this checkpoint."""
    key = keys.get(checkpoint.kid)
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(checkpoint.sig), _signed_bytes(checkpoint))
    except InvalidSignature:
        return False
    return True


def glance(data: bytes, kid: str, own: Ed25519PrivateKey) -> Mapping[str, Any] | None:
    """The plain content of a checkpoint in its one byte form that this very device signed, or None.

    A twentieth of the cost of `parse_checkpoint` and `checkpoint_holds`, which say what is wrong: the forms
    of the fields are not judged, only compared by the caller with what they must be. An Ed25519 signature
    has one form for a key and a text (RFC 8032 §5.1.6), so whoever holds the key makes it again and compares,
    which takes a third of the time of judging it.
    """
    try:
        plain = orjson.loads(data)
        if orjson.dumps(plain, option=orjson.OPT_SORT_KEYS) != data or plain["kid"] != kid:
            return None
        bare = {name: value for name, value in plain.items() if name != "sig"}
        signed = _DOMAIN + orjson.dumps(bare, option=orjson.OPT_SORT_KEYS)
        if own.sign(signed).hex() != plain["sig"]:
            return None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return cast(Mapping[str, Any], plain)


def _signed_bytes(checkpoint: Checkpoint) -> bytes:
    plain = dump(checkpoint)
    del plain["sig"]
    return _DOMAIN + canonical(plain)
