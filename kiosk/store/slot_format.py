"""The slot file as bytes (docs/slot-file.md). Reading refuses what is wrong; it never crashes.

Canonical JSON {header, mac, sum}: `mac` is keyed from the data key, as `age` does, and proves who wrote the
header; `sum` is a plain hash that tells a torn or flipped copy from a sound one before anyone unlocks.
Fields and kinds of slot that this version does not know are carried on untouched.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.times import parse_utc
from kiosk.store.slot_model import (
    CODE,
    ENVELOPE_CODE,
    FORMAT,
    VERSION,
    Escrow,
    KdfParameters,
    Kind,
    Maker,
    RecoverySlot,
    SecretSlot,
    Slot,
    SlotHeader,
    UnknownSlot,
    Wrapped,
)

MAX_BYTES = 1 << 18
KINDS = ("staff", "technician", "envelope")
MOST_REKEYED = 64
"""Rekeys that a person may be absent for before his slot must be made anew."""
_ROLE = re.compile(r"[a-z_]{2,32}", re.ASCII)
_WORD = re.compile(r"[a-z0-9_]{1,32}", re.ASCII)
_HEX = re.compile(r"(?:[0-9a-f]{2})*", re.ASCII)
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_DEVICE = re.compile(r"[A-Z][0-9]{8}", re.ASCII)
_SUM_DOMAIN = b"kiosk-slots-1/sum"


@dataclass(frozen=True)
class SlotDocument:
    """One copy of the slot file that is sound; whether it is genuine only the data key can tell."""

    header: SlotHeader
    mac: bytes
    data: bytes

    def genuine(self, mac_key: bytes) -> bool:
        """Was the header written by a holder of the data key?"""
        return hmac.compare_digest(_mac(canonical(self.header.fields()), mac_key), self.mac)


def write_document(header: SlotHeader, mac_key: bytes) -> SlotDocument:
    """Give a header its MAC and its bytes."""
    covered = canonical(header.fields())
    mac = _mac(covered, mac_key)
    fields = {"header": header.fields(), "mac": mac.hex(), "sum": _sum(covered, mac)}
    return SlotDocument(header, mac, canonical(fields))


@lru_cache(maxsize=4)
def read_document(data: bytes) -> SlotDocument:
    """Read one copy. Raises KnownError `slots.newer`, `slots.unreadable` or `wire.*`; nothing else.

    An unlock reads the file seven times; what the very same bytes say is worked out once. They hold no key
    that is not wrapped.
    """
    outer = _Fields(parse_canonical(data, max_bytes=MAX_BYTES), "")
    raw = outer.map("header")
    mac = outer.bytes("mac", 32)
    stated = outer.text("sum", _HEX)
    outer.nothing_more()
    if not hmac.compare_digest(_sum(canonical(raw), mac), stated):
        raise _fault("sum")
    return SlotDocument(_read_header(raw), mac, data)


def _mac(covered: bytes, mac_key: bytes) -> bytes:
    return hmac.digest(mac_key, covered, "sha256")


def _sum(covered: bytes, mac: bytes) -> str:
    return hashlib.sha256(_SUM_DOMAIN + covered + mac).hexdigest()


def _fault(detail: str) -> KnownError:
    return KnownError("slots.unreadable", detail=detail[:60])


class _Fields:
    """Takes the fields of one JSON object by name and kind; each fault names its place."""

    def __init__(self, raw: object, place: str) -> None:
        if not isinstance(raw, dict):
            raise _fault(place or "file")
        self._left = dict(raw)
        self._place = place

    def take(self, name: str) -> Any:
        if name not in self._left:
            raise self.fault(name)
        return self._left.pop(name)

    def fault(self, name: str) -> KnownError:
        return _fault(f"{self._place}.{name}".lstrip("."))

    def map(self, name: str) -> dict[str, Any]:
        value = self.take(name)
        if not isinstance(value, dict):
            raise self.fault(name)
        return value

    def list(self, name: str) -> Iterator[Any]:
        value = self.take(name)
        if not isinstance(value, list):
            raise self.fault(name)
        return iter(value)

    def text(self, name: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self.take(name)
        if not isinstance(value, str) or (pattern and not pattern.fullmatch(value)):
            raise self.fault(name)
        return value

    def bytes(self, name: str, length: int | None = None) -> bytes:
        value = bytes.fromhex(self.text(name, _HEX))
        if length is not None and len(value) != length:
            raise self.fault(name)
        return value

    def number(self, name: str, low: int, high: int) -> int:
        value = self.take(name)
        if type(value) is not int or not low <= value <= high:
            raise self.fault(name)
        return value

    def time(self, name: str) -> datetime:
        return parse_utc(self.take(name))

    def within(self, name: str) -> "_Fields":
        return _Fields(self.take(name), f"{self._place}.{name}".lstrip("."))

    def rest(self) -> dict[str, Any]:
        return self._left

    def nothing_more(self) -> None:
        for name in self._left:
            raise self.fault(name)


def _read_header(raw: Mapping[str, Any]) -> SlotHeader:
    fields = _Fields(raw, "header")
    if fields.text("format") != FORMAT:
        raise fields.fault("format")
    version = fields.number("v", 1, 1 << 16)
    if version > VERSION:
        raise KnownError("slots.newer", version=version)
    generation = fields.number("generation", 1, 1 << 50)
    device = fields.take("device")
    if device is not None and not (isinstance(device, str) and _DEVICE.fullmatch(device)):
        raise fields.fault("device")
    stream = fields.text("stream", _ID)
    slots = tuple(_read_slot(slot, f"slots.{at}") for at, slot in enumerate(fields.list("slots")))
    pending = "rekey" in fields.rest()
    if pending and fields.text("rekey") != "pending":
        raise fields.fault("rekey")
    header = SlotHeader(generation, device, stream, slots, pending, fields.rest())
    codes = [slot.code for slot in header.secret_slots()]
    ids = [slot.slot_id for slot in slots if not isinstance(slot, UnknownSlot)]
    if len(set(codes)) != len(codes) or len(set(ids)) != len(ids):
        raise _fault("header.slots")
    return header


def _read_slot(raw: object, place: str) -> Slot:
    fields = _Fields(raw, place)
    kind = fields.text("kind", _WORD)
    if kind == "recovery":
        return RecoverySlot(
            slot_id=fields.text("id", _ID),
            made=fields.time("made"),
            authority=fields.text("authority", _WORD),
            public=fields.bytes("public", 32),
            sealed=fields.bytes("sealed"),
            extra=fields.rest(),
        )
    if kind not in KINDS:
        return UnknownSlot(cast(dict[str, Any], raw))
    return _read_secret_slot(cast(Kind, kind), fields)


def _read_secret_slot(kind: Kind, fields: _Fields) -> SecretSlot:
    roles = tuple(fields.list("roles"))
    if not all(isinstance(role, str) and _ROLE.fullmatch(role) for role in roles):
        raise fields.fault("roles")
    parameters, salt = _read_kdf(fields.within("kdf"))
    code = fields.text("code", CODE)
    if (code == ENVELOPE_CODE) != (kind == "envelope"):
        raise fields.fault("code")
    return SecretSlot(
        slot_id=fields.text("id", _ID),
        kind=kind,
        code=code,
        roles=roles,
        made=fields.time("made"),
        expires=fields.time("expires"),
        backend=fields.text("backend", _WORD),
        kdf=parameters,
        salt=salt,
        data_key=_read_wrapped(fields.within("data_key"), 48),
        staff_key=_read_wrapped(fields.within("staff_key"), 32),
        public=fields.bytes("public", 32),
        sealing=fields.bytes("sealing", 32),
        maker=_read_maker(fields.within("maker")),
        held=fields.bytes("held") if "held" in fields.rest() else b"",
        escrow=_read_escrow(fields.within("escrow")) if "escrow" in fields.rest() else None,
        rekeyed=tuple(_read_rekeyed(fields)) if "rekeyed" in fields.rest() else (),
        extra=fields.rest(),
    )


def _read_kdf(fields: _Fields) -> tuple[KdfParameters, bytes]:
    """Bounds above as well: a hostile file must not make the tablet run out of memory."""
    if fields.text("name") != "argon2id":
        raise fields.fault("name")
    lanes = fields.number("lanes", 1, 4)
    memory = fields.number("memory_kib", 8 * lanes, 1 << 20)
    parameters = KdfParameters(memory, fields.number("passes", 1, 16), lanes)
    salt = fields.bytes("salt", 16)
    fields.nothing_more()
    return parameters, salt


def _read_wrapped(fields: _Fields, plain_bytes: int) -> Wrapped:
    wrapped = Wrapped(fields.bytes("nonce", 12), fields.bytes("sealed", plain_bytes + 16))
    fields.nothing_more()
    return wrapped


def _read_escrow(fields: _Fields) -> Escrow:
    escrow = Escrow(_read_wrapped(fields.within("key"), 32), _read_wrapped(fields.within("keys"), 80))
    fields.nothing_more()
    return escrow


def _read_rekeyed(fields: _Fields) -> Iterator[Wrapped]:
    """Data keys that came later: HPKE of 48 bytes, wrapped once more."""
    found = list(fields.list("rekeyed"))
    if not 0 < len(found) <= MOST_REKEYED:
        raise fields.fault("rekeyed")
    for raw in found:
        yield _read_wrapped(_Fields(raw, "rekeyed"), 32 + 48 + 16)


def _read_maker(fields: _Fields) -> Maker:
    maker = Maker(fields.text("code", CODE), fields.bytes("public", 32), fields.text("signed"))
    fields.nothing_more()
    return maker
