"""Who may work on this device: the start of a stream, staff and their keys, unlocking, overrides."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Code, DeviceCode, Hex64, Kid, Number, Remark, StaffCode, TypeName
from kiosk.core.wire.totals import Totals

RoleName = Literal["teller", "collector", "supervisor", "technician", "inspector"]


def check_kid(kid: str, public_key: str) -> None:
    """Refuse a `kid` that does not name the raw public key (hex). Raises FieldError."""
    if sha256(bytes.fromhex(public_key)).hexdigest()[:8] != kid:
        fail("kid", "does not name the key")


@dataclass(frozen=True, kw_only=True)
class StreamOpened(Body):
    """The first entry of a stream: the device, its place, its key. A trial says so for good."""

    TYPE: ClassVar[str] = "stream.opened"

    device: DeviceCode
    unit: Code
    vehicle: Code | None
    kid: Kid
    public_key: Hex64
    trial: bool

    def check(self) -> None:
        """The `kid` must name the key."""
        check_kid(self.kid, self.public_key)


@dataclass(frozen=True, kw_only=True)
class StaffAdded(Body):
    """A person got a slot and a key on this device. Signed by its maker, or by the device at enrolment."""

    TYPE: ClassVar[str] = "staff.added"

    member: StaffCode
    roles: tuple[RoleName, ...]
    slot: Code
    kid: Kid
    public_key: Hex64
    basis: Literal["enrolment", "activation", "trial"]

    def check(self) -> None:
        """The `kid` must name the key; roles are listed once, at least one."""
        check_kid(self.kid, self.public_key)
        if not self.roles or len(set(self.roles)) < len(self.roles):
            fail("roles", "none, or one twice")


@dataclass(frozen=True, kw_only=True)
class StaffRemoved(Body):
    """A person's slot was destroyed; his key signs nothing on this device after this entry."""

    TYPE: ClassVar[str] = "staff.removed"

    member: StaffCode
    slot: Code
    reason: Code


@dataclass(frozen=True, kw_only=True)
class StaffSecretChanged(Body):
    """A person has a new secret. When it was forgotten his key is new too, else it is as before."""

    TYPE: ClassVar[str] = "staff.secret_changed"

    member: StaffCode
    slot: Code
    cause: Literal["own_wish", "policy", "forgotten"]
    kid: Kid
    public_key: Hex64

    def check(self) -> None:
        """The `kid` must name the key."""
        check_kid(self.kid, self.public_key)


@dataclass(frozen=True, kw_only=True)
class UnlockDone(Body):
    """The store was unlocked: cold with a slot's secret, or the screen with the short one."""

    TYPE: ClassVar[str] = "unlock.done"

    slot: Code
    method: Literal["cold", "screen", "envelope", "recovery"]


@dataclass(frozen=True, kw_only=True)
class UnlockFailedTries(Body):
    """Wrong tries on one slot since the last unlock, logged outside the database and taken in here."""

    TYPE: ClassVar[str] = "unlock.failed_tries"

    slot: Code
    count: Number
    first: datetime
    last: datetime


@dataclass(frozen=True, kw_only=True)
class OverrideGranted(Body):
    """An approver signed an exception for exactly the body he was shown (`digest`: SHA-256 of its bytes)."""

    TYPE: ClassVar[str] = "override.granted"

    what: Code
    entry_type: TypeName
    digest: Hex64
    reason: Code
    remark: Remark | None
    approver: StaffCode

    def effect(self) -> Totals:
        """One override."""
        return Totals(overrides=1)
