"""What the slot file says, as values: slots that secrets open, recovery slots, and the header over them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.times import utc_text

FORMAT = "kiosk-slots"
VERSION = 1
ENVELOPE_CODE = "ENVELOPE"
Kind = Literal["staff", "technician", "envelope"]
CODE = re.compile(r"[0-9A-Z](?:[0-9A-Z-]{0,14}[0-9A-Z])?", re.ASCII)


@dataclass(frozen=True)
class KdfParameters:
    """Cost of one Argon2id run: memory in KiB, passes, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def meets(self, floor: "KdfParameters") -> bool:
        """Is it at least as dear as `floor` in memory and in passes, with no more lanes?"""
        return (
            self.memory_kib >= floor.memory_kib and self.passes >= floor.passes and self.lanes <= floor.lanes
        )


@dataclass(frozen=True)
class Wrapped:
    """AES-256-GCM: nonce of 12 bytes, ciphertext with its tag of 16."""

    nonce: bytes
    sealed: bytes


@dataclass(frozen=True)
class Maker:
    """Who made a slot: his code, his public key (32 bytes), his signature over the new person's key."""

    code: str
    public: bytes
    signed: str


@dataclass(frozen=True)
class Escrow:
    """What a forgotten secret is replaced with: `key` (32 bytes) under the slot key, and under that key
    `keys`: data key, salt and seed (80 bytes).
    """

    key: Wrapped
    keys: Wrapped


@dataclass(frozen=True)
class SecretSlot:
    """A slot that a secret number opens. Codes, never names.

    `rekeyed`: data keys that came after the one in `data_key`, oldest first, each sealed to this person and
    bound to the one before; his next unlock wraps the last of them in the place of `data_key`.
    """

    slot_id: str
    kind: Kind
    code: str
    roles: tuple[str, ...]
    made: datetime
    expires: datetime
    backend: str
    kdf: KdfParameters
    salt: bytes
    data_key: Wrapped
    staff_key: Wrapped
    public: bytes
    sealing: bytes
    maker: Maker
    held: bytes = b""
    """What the backend keeps in the slot: a chip's sealed object; nothing for a file."""
    rekeyed: tuple[Wrapped, ...] = ()
    escrow: Escrow | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def metadata(self, stream: str) -> bytes:
        """What the key derivation and the wraps are bound to: change any of it and the slot does not open."""
        bound = ("id", "kind", "code", "roles", "expires", "backend", "kdf")
        fields = slot_fields(self)
        return canonical({"format": FORMAT, "stream": stream, **{name: fields[name] for name in bound}})


@dataclass(frozen=True)
class RecoverySlot:
    """The data key sealed by HPKE to the authority's public key (32 bytes), named by `authority`."""

    slot_id: str
    made: datetime
    authority: str
    public: bytes
    sealed: bytes
    extra: Mapping[str, Any] = field(default_factory=dict)

    def info(self, stream: str) -> bytes:
        """The HPKE info: binds the sealed key to this slot of this stream."""
        return canonical(
            {"format": FORMAT, "stream": stream, "id": self.slot_id, "authority": self.authority}
        )


@dataclass(frozen=True)
class UnknownSlot:
    """A slot of a kind that a later version made."""

    fields: Mapping[str, Any]


Slot = SecretSlot | RecoverySlot | UnknownSlot


@dataclass(frozen=True)
class SlotHeader:
    """All slots of one store. `device` is None until enrolment names it; `stream` is 32 hex digits.

    `pending`: a rekey is under way; each slot holds the data key before it and the one after it.
    """

    generation: int
    device: str | None
    stream: str
    slots: tuple[Slot, ...]
    pending: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def secret_slots(self) -> tuple[SecretSlot, ...]:
        """The slots that people open."""
        return tuple(slot for slot in self.slots if isinstance(slot, SecretSlot))

    def recovery_slots(self) -> tuple[RecoverySlot, ...]:
        """The slots that the authority opens."""
        return tuple(slot for slot in self.slots if isinstance(slot, RecoverySlot))

    def find(self, code: str) -> SecretSlot | None:
        """The slot of a staff code, or None."""
        return next((slot for slot in self.secret_slots() if slot.code == code), None)

    def fields(self) -> dict[str, Any]:
        """The header as the file holds it; its canonical bytes are what the MAC covers."""
        return {
            **self.extra,
            **({"rekey": "pending"} if self.pending else {}),
            "format": FORMAT,
            "v": VERSION,
            "generation": self.generation,
            "device": self.device,
            "stream": self.stream,
            "slots": [slot_fields(slot) for slot in self.slots],
        }


def slot_fields(slot: Slot) -> dict[str, Any]:
    """One slot as the file holds it."""
    if isinstance(slot, UnknownSlot):
        return dict(slot.fields)
    if isinstance(slot, RecoverySlot):
        return {
            **slot.extra,
            "kind": "recovery",
            "id": slot.slot_id,
            "made": utc_text(slot.made),
            "authority": slot.authority,
            "public": slot.public.hex(),
            "sealed": slot.sealed.hex(),
        }
    return {
        **slot.extra,
        "kind": slot.kind,
        "id": slot.slot_id,
        "code": slot.code,
        "roles": list(slot.roles),
        "made": utc_text(slot.made),
        "expires": utc_text(slot.expires),
        "backend": slot.backend,
        "kdf": {
            "name": "argon2id",
            "memory_kib": slot.kdf.memory_kib,
            "passes": slot.kdf.passes,
            "lanes": slot.kdf.lanes,
            "salt": slot.salt.hex(),
        },
        "data_key": _wrapped_fields(slot.data_key),
        "staff_key": _wrapped_fields(slot.staff_key),
        "public": slot.public.hex(),
        "sealing": slot.sealing.hex(),
        "maker": {
            "code": slot.maker.code,
            "public": slot.maker.public.hex(),
            "signed": slot.maker.signed,
        },
        **({"held": slot.held.hex()} if slot.held else {}),
        **({"escrow": _escrow_fields(slot.escrow)} if slot.escrow else {}),
        **({"rekeyed": [_wrapped_fields(one) for one in slot.rekeyed]} if slot.rekeyed else {}),
    }


def _escrow_fields(escrow: Escrow) -> dict[str, Any]:
    return {"key": _wrapped_fields(escrow.key), "keys": _wrapped_fields(escrow.keys)}


def _wrapped_fields(wrapped: Wrapped) -> dict[str, str]:
    return {"nonce": wrapped.nonce.hex(), "sealed": wrapped.sealed.hex()}
