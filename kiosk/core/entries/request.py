"""A citizen's request as taken at the counter: service, answers, papers, fee, acceptance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar

from kiosk.core.entries.body import Body
from kiosk.core.entries.parts import Line, PersonRef, VersionRef, line_sum
from kiosk.core.wire.codec import FieldError, Free, coder, fail
from kiosk.core.wire.fields import Code, Piastres, Remark, Signed, Tracking, is_personal_key
from kiosk.core.wire.totals import Totals


def check_answers(answers: Mapping[str, Any]) -> None:
    """Answers are codes to one line of text or a whole number; personal ones belong to the person record.

    Raises FieldError, and KnownError `entry.personal_text` for text that holds a citizen's number.
    """
    for key, value in answers.items():
        try:
            coder(Code).load(key)
        except FieldError as error:
            raise error.below("key") from error
        if is_personal_key(key):
            fail(key, "personal details")
        try:
            coder(Signed if type(value) is int else Remark).load(value)
        except FieldError as error:
            raise error.below(key) from error


Answers = Annotated[Mapping[str, Any], Free(check_answers)]


@dataclass(frozen=True, kw_only=True)
class Papers:
    """Codes of the papers given, and of those still missing."""

    given: tuple[Code, ...]
    missing: tuple[Code, ...]

    def check(self) -> None:
        """A paper is listed once."""
        both = self.given + self.missing
        if len(set(both)) < len(both):
            fail("given", "a paper is listed twice")


@dataclass(frozen=True, kw_only=True)
class RequestTaken(Body):
    """A request was taken. `total` = Σ fee lines; `due` is what is to be paid now; both in piastres.

    `conditional_until`: accepted on condition that the missing papers come by that day; None means complete.
    """

    TYPE: ClassVar[str] = "request.taken"

    tracking: Tracking
    service: Code
    catalogue: VersionRef
    fees: VersionRef
    person: PersonRef
    capacity: Code
    answers: Answers
    papers: Papers
    conditional_until: date | None
    fee_lines: tuple[Line, ...]
    total: Piastres
    due: Piastres

    def check(self) -> None:
        """Refuse a total that is not the sum of the lines, and papers missing without a deadline."""
        if line_sum(self.fee_lines) != self.total:
            fail("total", "not the sum of the lines")
        if self.due > self.total:
            fail("due", "more than the total")
        if bool(self.papers.missing) != (self.conditional_until is not None):
            fail("conditional_until", "for missing papers, and only for them")

    def effect(self) -> Totals:
        """One request."""
        return Totals(requests=1)
