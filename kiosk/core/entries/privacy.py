"""Erasing a person's details: keys of sealed records are destroyed, and the entry says why and by whom."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Code, Hex32, PrintedNumber, StaffCode

MOST_RECORDS = 200
"""Records that one entry names at the most."""


@dataclass(frozen=True, kw_only=True)
class PersonErased(Body):
    """The keys of these records were destroyed, here and wherever this entry is applied; facts stay.

    `basis`: `retention`, their time is over by the rule `rule` of the policy; `law`, a decision `case`
    obliges us, and a second person, `approver`, has seen it.
    """

    TYPE: ClassVar[str] = "person.erased"

    persons: tuple[Hex32, ...]
    basis: Literal["retention", "law"]
    rule: Code | None
    case: PrintedNumber | None
    approver: StaffCode | None

    def check(self) -> None:
        """Records are named once each, in order; each basis has what proves it."""
        if not 1 <= len(self.persons) <= MOST_RECORDS or list(self.persons) != sorted(set(self.persons)):
            fail("persons", "not ascending, or none, or too many")
        by_law = self.basis == "law"
        if (self.rule is not None) == by_law:
            fail("rule", "for retention, and only for it")
        if (self.case is not None) != by_law:
            fail("case", "for a decision, and only for one")
        if (self.approver is not None) != by_law:
            fail("approver", "for a decision, and only for one")
