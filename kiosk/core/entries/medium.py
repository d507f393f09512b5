"""What left the device other than by sync: batches on its second medium, exports that a person took."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Count, Hex32, Hex64, Number

MediumFault = Literal["missing", "other", "full", "read_only", "damaged", "failing", "contradicts"]
"""Why a medium took nothing: not there, another one, no room, write-protected, unlike what was written, an
error of the medium itself, or it knows another history than the journal."""


@dataclass(frozen=True, kw_only=True)
class MediumRegistered(Body):
    """A card or stick became the second medium of this device, perhaps in place of another."""

    TYPE: ClassVar[str] = "medium.registered"

    medium: Hex32
    replaces: Hex32 | None

    def check(self) -> None:
        """A medium does not replace itself."""
        if self.medium == self.replaces:
            fail("replaces", "the same medium")


@dataclass(frozen=True, kw_only=True)
class MediumWritten(Body):
    """Entries up to `last`, whose hash is `head`, are on the medium, sealed; they were read back.

    `first` is the first of those written this time; `cause` says why now.
    """

    TYPE: ClassVar[str] = "medium.written"

    medium: Hex32
    first: Number
    last: Number
    head: Hex64
    cause: Literal["close", "count", "age", "asked"]

    def check(self) -> None:
        """At least one entry was written."""
        if self.last < self.first:
            fail("last", "before the first")


@dataclass(frozen=True, kw_only=True)
class MediumFailed(Body):
    """The medium took nothing more, and why; `through` is the last entry on it. Said once, until it works."""

    TYPE: ClassVar[str] = "medium.failed"

    medium: Hex32
    fault: MediumFault
    through: Count


@dataclass(frozen=True, kw_only=True)
class JournalExported(Body):
    """The person took a copy of entries `first` to `last` (its hash: `head`) out of the device.

    `form`: `sealed` opens at the centre only; `plain` is an auditor's, with amounts anyone can read.
    """

    TYPE: ClassVar[str] = "journal.exported"

    form: Literal["sealed", "plain"]
    first: Number
    last: Number
    head: Hex64

    def check(self) -> None:
        """At least one entry was taken."""
        if self.last < self.first:
            fail("last", "before the first")
