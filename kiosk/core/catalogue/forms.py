"""Evaluates a form while it is filled: which fields show, what is missing or wrong, and what is personal."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.core.catalogue.answers import Surroundings, Value, read_answer
from kiosk.core.catalogue.model import Field, FieldType, Service
from kiosk.core.errors import BugError, KnownError

_DECIDING: Final = frozenset({FieldType.CHOICE, FieldType.YES_NO, FieldType.DATE})
"""Types whose answers conditions, gates and periods read, in memory only."""


@dataclass(frozen=True)
class FormState:
    """A form as far as it is filled.

    `fields` are the visible ones in order; `missing` names required fields without an answer; `errors` says
    what is wrong with an answer; `facts` and `personal` are the values kept, apart: only personal data may be
    erased later. `type_again` names answers that count once they are typed the same a second time.
    """

    fields: tuple[Field, ...]
    missing: tuple[str, ...]
    errors: Mapping[str, KnownError]
    facts: Mapping[str, Value]
    personal: Mapping[str, Value]
    type_again: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Answers of choices and dates, and `governorate`, as conditions, gates and periods read them."""

    @property
    def complete(self) -> bool:
        """Nothing missing and nothing wrong."""
        return not self.missing and not self.errors

    def typed(self, names: Collection[str]) -> dict[str, str]:
        """Return the facts of these names as a person types them: how the fee tables read their inputs."""
        kinds = {one.name: one.type for one in self.fields}
        return {name: _typed(kinds[name], value) for name, value in self.facts.items() if name in names}

    def problems(self) -> dict[str, KnownError]:
        """Return one error for each visible field that needs attention, in the order of the form."""
        missing = set(self.missing)
        return {
            one.name: KnownError("form.missing") if one.name in missing else self.errors[one.name]
            for one in self.fields
            if one.name in missing or one.name in self.errors
        }


def _typed(kind: FieldType, value: Value) -> str:
    if kind is FieldType.MONEY and isinstance(value, int):
        return f"{value // 100}.{value % 100:02d}"
    return str(value)


def evaluate(service: Service, answers: Mapping[str, str], around: Surroundings) -> FormState:
    """Read the answers typed so far (field name → text; an option by its code, yes or no).

    Answers to fields that do not show are left out, whatever was typed before they were hidden.
    Raises BugError for an answer to a field that the service does not have.
    """
    strange = set(answers) - {one.name for one in service.fields}
    if strange:
        raise BugError(f"{service.code} has no fields {sorted(strange)}")
    known = {"governorate": around.governorate} if around.governorate else {}
    visible: list[Field] = []
    missing: list[str] = []
    again: list[str] = []
    errors: dict[str, KnownError] = {}
    kept: dict[bool, dict[str, Value]] = {True: {}, False: {}}
    for one in service.fields:
        if one.visible_if is not None and not one.visible_if.holds(known):
            continue
        visible.append(one)
        typed = answers.get(one.name, "")
        if not typed.strip():
            if one.required:
                missing.append(one.name)
            continue
        try:
            answer = read_answer(one, typed, around)
        except KnownError as error:
            errors[one.name] = error
            continue
        kept[one.personal][one.name] = answer.value
        if answer.type_again:
            again.append(one.name)
        if one.type in _DECIDING:
            known[one.name] = str(answer.value)
    return FormState(tuple(visible), tuple(missing), errors, kept[False], kept[True], tuple(again), known)
