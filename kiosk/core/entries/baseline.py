"""The baseline: what begins a period of the journal, so that the periods before it may be dropped one day.

It says everything that the tables of the device need of what came before: totals, numbers that were used, and
the entries that somebody may still need, whole and with the proofs that belong to them.
"""

import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import Text, Whole, fail
from kiosk.core.wire.entry import EntrySignature
from kiosk.core.wire.fields import Hex64, Number, Series
from kiosk.core.wire.forms import SignedText
from kiosk.core.wire.totals import Totals

MOST_BYTES = 96 * 1024
"""Bytes of a part at which the next one begins: an entry holds 128 KB."""
LaterPeriod = Annotated[int, Whole(2)]
"""Number of a period that has one before it."""
FoldedNumber = Annotated[str, Text(re.compile(r"[^\x00-\x1f\x7f-\x9f]{0,120}"))]
"""A number of paper in the form in which it is known again (`kiosk.core.printed.paper_key`)."""


@dataclass(frozen=True, kw_only=True)
class CarriedEntry:
    """An earlier entry that must stay readable: its exact bytes as text, what proves them, and who signed."""

    previous: Hex64
    entry: SignedText
    hash: Hex64
    sigs: tuple[EntrySignature, ...]


@dataclass(frozen=True, kw_only=True)
class UsedBook:
    """The last number that was used of a receipt book."""

    series: Series
    serial: Number


@dataclass(frozen=True, kw_only=True)
class UsedSlip:
    """A slip of a payment terminal that paid something, by the entry `seq`."""

    terminal: FoldedNumber
    slip: FoldedNumber
    seq: Number


@dataclass(frozen=True, kw_only=True)
class UsedForm:
    """A paper form that was recorded, by the entry `seq`."""

    series: FoldedNumber
    number: FoldedNumber
    seq: Number


@dataclass(frozen=True, kw_only=True)
class JournalBaseline(Body):
    """Part `part` of `parts` of the beginning of period `period`; the parts follow each other without a gap.

    `previous` is the hash of the entry before this one. Books, used numbers and carried entries go through
    the parts in order; carried entries ascend.
    """

    TYPE: ClassVar[str] = "journal.baseline"

    period: LaterPeriod
    part: Number
    parts: Number
    previous: Hex64
    totals: Totals
    books: tuple[UsedBook, ...]
    slips: tuple[UsedSlip, ...]
    forms: tuple[UsedForm, ...]
    carried: tuple[CarriedEntry, ...]

    def check(self) -> None:
        """The parts are counted from one."""
        if self.part > self.parts:
            fail("part", "beyond the last part")


@dataclass(frozen=True, kw_only=True)
class PeriodDropped(Body):
    """Period `period`, entries `first` to `last`, left this device; the centre held it safely.

    `head`: the hash of its last entry.
    """

    TYPE: ClassVar[str] = "journal.period_dropped"

    period: Number
    first: Number
    last: Number
    head: Hex64

    def check(self) -> None:
        """The entries ascend."""
        if self.first > self.last:
            fail("first", "after the last")
