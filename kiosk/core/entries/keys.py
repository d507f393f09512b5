"""The life of keys: data key, recovery slot, escrow of a secret, an older slot file, refused orders, wipe."""

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import Text
from kiosk.core.wire.fields import Code, Hex32, Hex64, Kid, Number, StaffCode

SealedKey = Annotated[str, Text(re.compile(r"[0-9a-f]{192}", re.ASCII))]
"""HPKE of a data key with its salt (48 bytes), as lower-case hex: 32 encapsulated, 48 + 16 sealed."""
SealedEscrow = Annotated[str, Text(re.compile(r"[0-9a-f]{128}", re.ASCII))]
"""HPKE of 16 bytes as lower-case hex: 32 encapsulated, 16 + 16 sealed."""


@dataclass(frozen=True, kw_only=True)
class RecoveryPart:
    """The data key sealed to the recovery key that `authority` names; `slot`: the slot of the file."""

    slot: Hex32
    authority: Kid
    sealed: SealedKey


@dataclass(frozen=True, kw_only=True)
class KeysMade(Body):
    """The database has a data key, its first or a new one; the recovery slot is lodged at the centre with it.

    `recovery` is None on a trial device, which nobody will recover.
    """

    TYPE: ClassVar[str] = "keys.made"

    cause: Literal["enrolment", "rekey", "leaver"]
    recovery: RecoveryPart | None


@dataclass(frozen=True, kw_only=True)
class KeysPutBack(Body):
    """A slot file older than one seen before was found; slots in it that are out of date open nothing."""

    TYPE: ClassVar[str] = "keys.put_back"

    found: Number
    expected: Number


@dataclass(frozen=True, kw_only=True)
class KeysOrderRefused(Body):
    """A file that claims to be an order about keys was not believed, and changed nothing."""

    TYPE: ClassVar[str] = "keys.order_refused"

    digest: Hex64
    reason: Code


@dataclass(frozen=True, kw_only=True)
class KeysEscrowed(Body):
    """128 bits that open a person's slot once, if he forgets his secret, sealed to an intake key."""

    TYPE: ClassVar[str] = "keys.escrowed"

    member: StaffCode
    slot: Hex32
    sealed_to: Kid
    sealed: SealedEscrow


@dataclass(frozen=True, kw_only=True)
class KeysWiped(Body):
    """The last entry of a device whose keys are destroyed by an order; `order`: SHA-256 of its bytes."""

    TYPE: ClassVar[str] = "keys.wiped"

    order: Hex64
    number: Number
