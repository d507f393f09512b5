"""Reads form fields: one field with its keys, and the list of a form with its groups spread out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.core.catalogue.condition import Comparison, Condition
from kiosk.core.catalogue.model import (
    ALWAYS_PERSONAL,
    CONTEXT_NAMES,
    DateLimit,
    Field,
    FieldType,
    Option,
)
from kiosk.core.catalogue.reading import Problems, Reader, nearest, text_of, word_of
from kiosk.core.marked import Marked

FIELD_KEYS = (
    *("name", "ar", "en", "type", "required", "personal", "visible_if", "options", "unit", "hint"),
    *("min", "max", "places", "max_length", "dates"),
)
_KEYS_OF_TYPE: Mapping[str, frozenset[FieldType]] = {
    "options": frozenset({FieldType.CHOICE}),
    "unit": frozenset({FieldType.WHOLE, FieldType.DECIMAL}),
    "min": frozenset({FieldType.WHOLE, FieldType.DECIMAL}),
    "max": frozenset({FieldType.WHOLE, FieldType.DECIMAL}),
    "places": frozenset({FieldType.DECIMAL}),
    "max_length": frozenset({FieldType.TEXT, FieldType.LONG_TEXT}),
    "dates": frozenset({FieldType.DATE}),
}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


@dataclass(frozen=True)
class Placed:
    """A field of a form with the places to point at: where it is listed, and each condition's own line."""

    field: Field
    at: Marked
    conditions: tuple[tuple[Condition, Marked], ...] = ()


def read_field(at: Marked, problems: Problems, name: str | None = None) -> Placed | None:
    """Read one field; `name` is given where the file writes it as the key above."""
    keys = FIELD_KEYS if name is None else FIELD_KEYS[1:]
    reader = Reader(at, keys, problems)
    if at.map is None:
        return None
    name = reader.word("name") if name is None else name
    if name is None:
        return None
    if not _NAME.fullmatch(name):
        problems.add("field_name", reader.place("name"), name=name)
    kind = reader.one_of("type", FieldType)
    label = reader.label()
    if kind is None:
        return Placed(Field(name, label, FieldType.TEXT), at)
    _check_keys(reader, kind)
    condition = reader.condition("visible_if")
    field = Field(
        name=name,
        label=label,
        type=kind,
        required=reader.yes_no("required", default=True),
        personal=_personal(reader, kind),
        visible_if=condition,
        options=_options(reader, kind),
        unit=reader.both("unit", needed=False),
        hint=reader.both("hint", needed=False),
        minimum=reader.whole("min"),
        maximum=reader.whole("max"),
        places=reader.whole("places", least=1),
        max_length=reader.whole("max_length", least=1),
        dates=reader.one_of("dates", DateLimit, needed=False) or DateLimit.ANY,
    )
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        problems.add("limits_crossed", reader.place("min"), low=field.minimum, high=field.maximum)
    return Placed(field, at, ((condition, reader.place("visible_if")),) if condition else ())


def _personal(reader: Reader, kind: FieldType) -> bool:
    always = kind in ALWAYS_PERSONAL
    personal = reader.yes_no("personal", default=always)
    if always and not personal:
        reader.problems.add("always_personal", reader.place("personal"), type=kind)
    return personal or always


def _check_keys(reader: Reader, kind: FieldType) -> None:
    for key, kinds in _KEYS_OF_TYPE.items():
        if reader.has(key) and kind not in kinds:
            types = ", ".join(sorted(kinds))
            reader.problems.add("key_of_other_type", reader.place(key), key=key, type=kind, types=types)


def _options(reader: Reader, kind: FieldType) -> tuple[Option, ...]:
    value = reader.map.get("options")
    if value is None or value.map is None or not value.map:
        if kind is FieldType.CHOICE:
            reader.problems.add("choice_without_options", reader.place("options"))
        return ()
    found = []
    for code, at in value.map.items():
        text = text_of(at, reader.problems)
        if not re.fullmatch(r"[a-z0-9][a-z0-9_\-]*", code):
            reader.problems.add("option_code", at, name=code)
        if text is not None:
            found.append(Option(code, text))
    return tuple(found)


class FormReader:
    """Spreads out a list of form items with the shared fields and groups."""

    def __init__(
        self, fields: Mapping[str, Placed], groups: Mapping[str, Sequence[Placed]], problems: Problems
    ) -> None:
        self._fields = fields
        self._groups = groups
        self._problems = problems
        self.used: set[tuple[str, str]] = set()

    def read(self, items: Sequence[Marked]) -> list[Placed]:
        """Return the fields in order, with the marks of this list; unknown names are noted."""
        return [placed for item in items for placed in self._item(item)]

    def _item(self, item: Marked) -> list[Placed]:
        if item.map is None:
            name = word_of(item, self._problems, "fields")
            return [] if name is None else self._shared(name, item)
        if "group" in item.map:
            return self._group(item)
        if "field" in item.map:
            return self._changed(item)
        placed = read_field(item, self._problems)
        return [placed] if placed else []

    def _shared(self, name: str, at: Marked) -> list[Placed]:
        if name not in self._fields:
            self._problems.add("unknown_field", at, name=name, nearest=nearest(name, self._fields))
            return []
        self.used.add(("field", name))
        return [replace(self._fields[name], at=at)]

    def _changed(self, item: Marked) -> list[Placed]:
        """A shared field with a label, hint, condition or requirement of its own here."""
        reader = Reader(item, ("field", "ar", "en", "hint", "required", "visible_if"), self._problems)
        found = self._shared(reader.known("field", self._fields, "unknown_field"), reader.place("field"))
        if not found:
            return []
        field = found[0].field
        condition = reader.condition("visible_if")
        if reader.has("ar") or reader.has("en"):
            field = replace(field, label=reader.label())
        field = replace(
            field,
            hint=reader.both("hint", needed=False) or field.hint,
            required=reader.yes_no("required", default=field.required),
        )
        return [_with(Placed(field, item, found[0].conditions), condition, reader.place("visible_if"))]

    def _group(self, item: Marked) -> list[Placed]:
        reader = Reader(item, ("group", "visible_if"), self._problems)
        name = reader.known("group", self._groups, "unknown_group")
        self.used.add(("group", name))
        condition = reader.condition("visible_if")
        return [
            _with(replace(one, at=reader.place("group")), condition, reader.place("visible_if"))
            for one in self._groups.get(name, ())
        ]


def _with(placed: Placed, condition: Condition | None, at: Marked) -> Placed:
    if condition is None:
        return placed
    joined = condition.and_also(placed.field.visible_if)
    conditions = (*placed.conditions, (condition, at))
    return Placed(replace(placed.field, visible_if=joined), placed.at, conditions)


def check_form(form: Sequence[Placed], problems: Problems) -> None:
    """Note fields that are there twice, and conditions on fields that are absent, later or not a choice."""
    order = {placed.field.name: number for number, placed in reversed(list(enumerate(form)))}
    for number, placed in enumerate(form):
        if order[placed.field.name] != number:
            problems.add("duplicate_field", placed.at, name=placed.field.name)
        for condition, at in placed.conditions:
            check_condition(condition, at, form[:number], form, problems)


def check_condition(
    condition: Condition,
    at: Marked,
    before: Sequence[Placed],
    form: Sequence[Placed],
    problems: Problems,
) -> None:
    """Note every comparison of a condition that can never be decided from the fields `before` it."""
    known = {placed.field.name: placed.field for placed in before}
    everywhere = {placed.field.name for placed in form}
    for comparison in condition.comparisons():
        name = comparison.name
        if name in CONTEXT_NAMES:
            _check_governorate(comparison, at, problems)
        elif name in known:
            _check_values(comparison, known[name], at, problems)
        elif name in everywhere:
            problems.add("condition_later_field", at, name=name)
        else:
            names = [*everywhere, *CONTEXT_NAMES]
            problems.add("condition_unknown_field", at, name=name, nearest=nearest(name, names))


def _check_governorate(comparison: Comparison, at: Marked, problems: Problems) -> None:
    for value in comparison.values:
        if not re.fullmatch(r"\d{2}", value, re.ASCII):
            problems.add("condition_governorate", at, value=value)


def _check_values(comparison: Comparison, field: Field, at: Marked, problems: Problems) -> None:
    allowed = {FieldType.CHOICE: [one.code for one in field.options], FieldType.YES_NO: ["yes", "no"]}
    options = allowed.get(field.type)
    if options is None:
        problems.add("condition_field_type", at, name=field.name, type=field.type)
        return
    for value in comparison.values:
        if value not in options:
            problems.add(
                "condition_value", at, name=field.name, value=value, options=", ".join(options) or "-"
            )
