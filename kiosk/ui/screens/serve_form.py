"""The form of a service as pages that fit a screen: which fields stand where, and what is wrong. No Qt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.core.catalogue.answers import Surroundings
from kiosk.core.catalogue.forms import FormState, evaluate
from kiosk.core.catalogue.model import Field, FieldType, Service
from kiosk.core.errors import KnownError, Language

USUAL: Mapping[str, str] = {"identity_kind": "national_number", "by_agent": "no", "payer_is_debtor": "yes"}
"""What is so for most people: shown as answered, and changed by a touch."""
ROWS = 3
"""Lines of fields on a page; two short fields stand side by side in one."""
FEW_OPTIONS = 2
"""So many options of a choice stand in half a line."""
OPTIONS_IN_LINE = 4
AGAIN = "__again"
"""Ends the name of the field for a second typing."""


@dataclass(frozen=True)
class FieldView:
    """One field to draw. `options` are (code, words); `again`: a second typing of a number in doubt."""

    name: str
    label: str
    kind: FieldType
    value: str
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()
    again: bool = False
    second: str = ""

    @property
    def wide(self) -> bool:
        """Whether it takes a whole line."""
        return self.kind is FieldType.LONG_TEXT or len(self.options) > FEW_OPTIONS

    @property
    def lines(self) -> int:
        """How many lines it takes."""
        return max(1, -(-len(self.options) // OPTIONS_IN_LINE)) if self.options else 1 + self.again


def usual_answers(service: Service) -> dict[str, str]:
    """The answers that a new form begins with."""
    return {name: value for name, value in USUAL.items() if service.field(name) is not None}


def pages_of(fields: Sequence[Field]) -> tuple[tuple[Field, ...], ...]:
    """Fields in their order, page by page."""
    pages: list[tuple[Field, ...]] = []
    page: list[Field] = []
    for field in fields:
        if page and _lines((*page, field)) > ROWS:
            pages.append(tuple(page))
            page = []
        page.append(field)
    return (*pages, tuple(page)) if page else tuple(pages)


def _lines(fields: Sequence[Field]) -> int:
    lines, half = 0, False
    for field in fields:
        view = field_view(field, {}, "ar")
        if view.wide:
            lines, half = lines + view.lines, False
        else:
            lines, half = lines + (0 if half else 1), not half
    return lines


def field_view(
    field: Field,
    answers: Mapping[str, str],
    language: Language,
    *,
    yes_no: tuple[str, str] = ("", ""),
    optional: str = "",
    again: bool = False,
    second: str = "",
) -> FieldView:
    """A field with what is typed in it; `yes_no` and `optional` are words."""
    label = field.label.of(language)
    if field.unit is not None:
        label = f"{label} ({field.unit.of(language)})"
    if not field.required and optional:
        label = f"{label} ({optional})"
    options = tuple((one.code, one.label.of(language)) for one in field.options)
    if field.type is FieldType.YES_NO:
        options = (("yes", yes_no[0]), ("no", yes_no[1]))
    return FieldView(
        name=field.name,
        label=label,
        kind=field.type,
        value=answers.get(field.name, ""),
        hint=field.hint.of(language) if field.hint else "",
        options=options,
        again=again,
        second=second,
    )


@dataclass(frozen=True)
class Filling:
    """A form as far as it is filled: typed answers, and second typings of numbers in doubt."""

    service: Service
    around: Surroundings
    answers: Mapping[str, str]
    confirmed: Mapping[str, str]

    def state(self) -> FormState:
        """What the answers amount to."""
        return evaluate(self.service, self.answers, self.around)

    def with_answer(self, name: str, typed: str) -> "Filling":
        """The form with one more answer; a number typed anew is in doubt anew."""
        confirmed = {one: text for one, text in self.confirmed.items() if one != name}
        return replace(self, answers={**self.answers, name: typed}, confirmed=confirmed)

    def with_second(self, name: str, typed: str) -> "Filling":
        """The form with a second typing of a number."""
        return replace(self, confirmed={**self.confirmed, name: typed})

    def problems(self) -> dict[str, KnownError]:
        """What is wrong, by field, in the order of the form; open questions about numbers among it."""
        from kiosk.desk.serve_answers import second_typings

        given = {name: text for name, text in self.confirmed.items() if text.strip()}
        answers, doubts, _ = second_typings(self.service, self.answers, given, self.around)
        state = evaluate(self.service, answers, self.around)
        found = {**state.problems(), **doubts}
        return {one.name: found[one.name] for one in state.fields if one.name in found}

    def in_doubt(self) -> tuple[str, ...]:
        """Numbers that must be typed a second time."""
        again = self.state().type_again
        return tuple(name for name in self.answers if name in again or name in self.confirmed)
