"""Helpers of the readers of fee files: every mistake is collected with its file and line."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.fees.inputs import Condition, FeeInput, InputType
from kiosk.core.fees.label import Label
from kiosk.core.marked import Marked

Result = TypeVar("Result")


class Problems:
    """The mistakes found so far, each a KnownError with file and line."""

    def __init__(self) -> None:
        self.found: list[KnownError] = []

    def add(self, code: str, at: Marked, **params: object) -> None:
        """Note a mistake at a place."""
        shown = {
            name: excerpt(value, 300) if isinstance(value, str) else value for name, value in params.items()
        }
        self.found.append(KnownError(code, file=at.file, line=at.line, **shown))

    def map(
        self, at: Marked, required: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> dict[str, Marked]:
        """Return a map with its required keys checked; what is wrong is noted and left out."""
        if at.map is None:
            self.add("fees.value_kind", at, text=at.text or "[ ]", expected="key: value")
            return {}
        known = (*required, *optional)
        for key, value in at.map.items():
            if key not in known:
                self.add("fees.key_unknown", value, key=key, known=listed(known))
        for key in required:
            if key not in at.map:
                self.add("fees.key_missing", at, key=key)
        return {key: value for key, value in at.map.items() if key in known}

    def entries(self, at: Marked | None) -> Mapping[str, Marked]:
        """Return a map with free keys; empty when it is absent or is none."""
        return {} if at is None else self._free(at)

    def items(self, at: Marked | None) -> list[Marked]:
        """Return a list; empty when it is absent, noted when it is none."""
        if at is None:
            return []
        if at.items is None:
            self.add("fees.value_kind", at, text=at.text or "{ }", expected="a list (- …)")
        return at.items or []

    def text(self, at: Marked | None, default: str = "") -> str:
        """Return a text that is not empty; the default when it is absent."""
        if at is None:
            return default
        if not at.text or not at.text.strip():
            self.add("fees.value_kind", at, text=at.text or "?", expected="text")
            return default
        return at.text.strip()

    def read(self, at: Marked | None, reader: Callable[[str], Result], expected: str) -> Result | None:
        """Read a scalar with `reader` (which raises ValueError or KnownError); None when absent or wrong."""
        if at is None:
            return None
        if at.text is not None:
            try:
                return reader(at.text)
            except (ValueError, KnownError):
                self.add("fees.value_kind", at, text=at.text or "?", expected=expected)
                return None
        self.add("fees.value_kind", at, text="?", expected=expected)
        return None

    def day(self, at: Marked | None) -> date | None:
        """Read a date written as 2026-07-01."""
        return self.read(at, _day, "2026-07-01")

    def flag(self, at: Marked | None) -> bool:
        """Read yes or no; no when it is absent."""
        return bool(self.read(at, _yes_no, "yes / no"))

    def label(self, fields: Mapping[str, Marked]) -> Label:
        """Read `ar` and `en` of a map."""
        return Label(self.text(fields.get("ar")), self.text(fields.get("en")))

    def condition(
        self, at: Marked, name: str, option: str | None, inputs: Mapping[str, FeeInput]
    ) -> Condition | None:
        """Check a condition against its input: a choice has the option, a yes/no has none."""
        definition = inputs.get(name)
        if definition is None:
            self.add("fees.input_name_unknown", at, name=name)
            return None
        wanted = InputType.YES_NO if option is None else InputType.CHOICE
        if definition.type is not wanted:
            self.add(
                "fees.input_kind",
                at,
                name=name,
                type=definition.type.value,
                argument="when",
                expected=wanted.value,
            )
            return None
        if option is not None and option not in definition.codes:
            self.add("fees.option_unknown", at, option=option, name=name, known=listed(definition.codes))
            return None
        return Condition(name, option)

    def _free(self, at: Marked) -> Mapping[str, Marked]:
        if at.map is None:
            self.add("fees.value_kind", at, text=at.text or "[ ]", expected="name: …")
        return at.map or {}


def listed(names: Iterable[str]) -> str:
    """Names for an error, one after the other."""
    return " ".join(names) or "-"


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def _yes_no(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"
