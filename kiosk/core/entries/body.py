"""What all entry bodies share: their type, their form, their effect on the perpetual totals."""

from typing import Any, ClassVar, TypeVar

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.codec import FieldError, dump_checked, load
from kiosk.core.wire.totals import NOTHING, Totals


class Body:
    """The facts of one entry type and version; the subclasses are frozen dataclasses.

    A field that may be absent holds None: every body of a version has the same keys.
    """

    TYPE: ClassVar[str]
    TV: ClassVar[int] = 1
    MONEY: ClassVar[bool] = False
    """Money entries carry the totals after them (`totals`), a business date, a person and a shift."""

    def check(self) -> None:
        """Raise FieldError when fields contradict each other."""

    def effect(self) -> Totals:
        """What this entry adds to the perpetual totals; never negative."""
        return NOTHING


Some = TypeVar("Some", bound=Body)


def body_map(body: Body) -> dict[str, Any]:
    """The body as plain JSON in NFC, every rule checked: what is out of form is never written.

    Raises BugError for what the program got wrong and KnownError `entry.personal_text` for a remark that
    holds a citizen's number.
    """
    try:
        return dump_checked(body)
    except FieldError as error:
        raise BugError(f"{body.TYPE}.{body.TV}: {error.path} {error.problem}") from error


def read_body(cls: type[Some], plain: object) -> Some:
    """Read a body from plain JSON, every rule checked. Raises KnownError `entry.bad_body`."""
    try:
        return load(cls, plain)
    except FieldError as error:
        raise KnownError("entry.bad_body", type=cls.TYPE, field=error.path, problem=error.problem) from error


def with_totals(body: Some, before: Totals) -> tuple[Some, Totals]:
    """Give a body the perpetual totals after it, if it has the field; return it and them."""
    after = before + body.effect()
    if "totals" in vars(body):
        # As `dataclasses.replace`, which runs a constructor of every field again; a payment waits for it.
        given = object.__new__(type(body))
        vars(given).update(vars(body), totals=after)
        body = given
    return body, after
