"""What happens around the acts: reference data, receipt books, outages, printing, the clock."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import fail
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import (
    Code,
    Count,
    Hex32,
    Hex64,
    Number,
    PrintedNumber,
    Remark,
    Series,
    Signed,
)
from kiosk.core.wire.totals import Totals


@dataclass(frozen=True, kw_only=True)
class SnapshotApplied(Body):
    """A version of reference data came into use.

    `applied_through`: the last entry of this stream that the centre had counted in it; `not_applied`: earlier
    ones that it had not (quarantined). Shown balance = snapshot − own entries not counted in it.
    """

    TYPE: ClassVar[str] = "snapshot.applied"

    dataset: Code
    version: Number
    hash: Hex64
    as_of: datetime
    rows: Count
    applied_through: Link | None
    not_applied: tuple[Number, ...]

    def check(self) -> None:
        """Exceptions are ascending, once each, and lie below `applied_through`."""
        through = self.applied_through.seq if self.applied_through else 0
        if list(self.not_applied) != sorted(set(self.not_applied)):
            fail("not_applied", "not ascending")
        if self.not_applied and self.not_applied[-1] >= through:
            fail("not_applied", "not below applied_through")


@dataclass(frozen=True, kw_only=True)
class BookTaken(Body):
    """A receipt book came to this device: serials `first` to `last`. `grant`: hash of its order."""

    TYPE: ClassVar[str] = "book.taken"

    series: Series
    first: Number
    last: Number
    grant: Hex64 | None

    def check(self) -> None:
        """A book holds at least one receipt."""
        if self.last < self.first:
            fail("last", "before the first")


@dataclass(frozen=True, kw_only=True)
class OutageReference:
    """What makes cash lawful in an outage: a support ticket, or a memo and who approved it."""

    kind: Literal["ticket", "memo"]
    number: PrintedNumber
    approver: Code | None

    def check(self) -> None:
        """A memo names its approver (code of an office or a staff code)."""
        if (self.kind == "memo") != (self.approver is not None):
            fail("approver", "for a memo, and only for one")


@dataclass(frozen=True, kw_only=True)
class OutageOpened(Body):
    """Electronic collection is down: cash above the limit is lawful while this is open."""

    TYPE: ClassVar[str] = "outage.opened"

    cause: Code
    remark: Remark | None
    reference: OutageReference
    started_at: datetime


@dataclass(frozen=True, kw_only=True)
class OutageClosed(Body):
    """Electronic collection works again."""

    TYPE: ClassVar[str] = "outage.closed"

    opened: Link
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class PrintDone(Body):
    """The first and only unmarked print of what `entry` records, confirmed by the printer."""

    TYPE: ClassVar[str] = "print.done"

    job: Hex32
    document: Code
    entry: Link
    printer: Code


@dataclass(frozen=True, kw_only=True)
class PrintCopied(Body):
    """A print marked COPY `copy`, counted from one."""

    TYPE: ClassVar[str] = "print.copied"

    job: Hex32
    document: Code
    entry: Link
    printer: Code
    copy: Number
    reason: Code

    def effect(self) -> Totals:
        """One copy."""
        return Totals(copies=1)


@dataclass(frozen=True, kw_only=True)
class PrintFailed(Body):
    """A print that failed, or whose outcome is not known; `copy` 0 is the original.

    `sent`: a byte of the job itself reached the printer, so the next attempt is a marked copy.
    """

    TYPE: ClassVar[str] = "print.failed"

    job: Hex32
    document: Code
    entry: Link
    printer: Code
    copy: Count
    outcome: Literal["failed", "uncertain"]
    sent: bool
    fault: Code

    def check(self) -> None:
        """Nothing is uncertain about a job of which no byte was sent."""
        if self.outcome == "uncertain" and not self.sent:
            fail("sent", "does not fit an uncertain outcome")


@dataclass(frozen=True, kw_only=True)
class ClockStep(Body):
    """The wall clock did not go with the time since boot, or went back across a start. Times in ms."""

    TYPE: ClassVar[str] = "technical.clock_step"

    cause: Literal["step", "rollback", "jump", "off_anchor"]
    before: datetime
    after: datetime
    off_by_ms: Signed
    adopted: bool
