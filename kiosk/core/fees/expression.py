"""Reads one rule as text, `SHAPE(name, key=name)`, into a call that remembers its line (docs/fees.md).

call  = NAME [ "(" [ arg { "," arg } ] ")" ]
arg   = [ WORD "=" ] value
value = WORD [ ":" WORD ] | [ WORD ] ".." WORD | "[" WORD { "," WORD } "]"
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.core.bidi import excerpt
from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked

_TOKEN = re.compile(r"\s*(?:(?P<word>[A-Za-z][A-Za-z0-9_-]*)|(?P<sign>\.\.|[(),=:\[\]]))")


@dataclass(frozen=True)
class Word:
    """A name, or a condition `name:option`."""

    name: str
    option: str | None = None

    def __str__(self) -> str:
        return f"{self.name}:{self.option}" if self.option else self.name


@dataclass(frozen=True)
class Range:
    """Limits `low..high`; `..high` has no lower one."""

    low: str | None
    high: str

    def __str__(self) -> str:
        return f"{self.low or ''}..{self.high}"


@dataclass(frozen=True)
class Names:
    """A list `[a, b]`."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return f"[{', '.join(self.names)}]"


Argument = Word | Range | Names


@dataclass(frozen=True)
class Call:
    """One rule as written: the name of its shape, values by place and values by key."""

    name: str
    values: tuple[Argument, ...]
    keys: Mapping[str, Argument]
    at: Marked


def parse_rule(at: Marked) -> Call:
    """Parse the text of one rule.

    Raises KnownError `fees.rule_syntax` with file and line, also when `at` is a list or a map.
    """
    if at.text is None:
        raise KnownError("fees.rule_syntax", file=at.file, line=at.line, rule="?", at="?")
    return _Reader(at, at.text).call()


class _Reader:
    """Walks over the tokens of one rule."""

    def __init__(self, at: Marked, text: str) -> None:
        self._at = at
        self._text = text
        self._tokens: list[tuple[str, bool]] = []
        self._next = 0
        place = 0
        while text[place:].strip():
            match = _TOKEN.match(text, place)
            if match is None:
                raise self._wrong(text[place:].strip())
            self._tokens.append((match["word"] or match["sign"], match["word"] is not None))
            place = match.end()

    def call(self) -> Call:
        name = self._word()
        values: list[Argument] = []
        keys: dict[str, Argument] = {}
        if self._take("(") and not self._take(")"):
            self._argument(values, keys)
            while self._take(","):
                self._argument(values, keys)
            self._need(")")
        if self._next < len(self._tokens):
            raise self._wrong(self._tokens[self._next][0])
        return Call(name, tuple(values), keys, self._at)

    def _argument(self, values: list[Argument], keys: dict[str, Argument]) -> None:
        following = self._tokens[self._next + 1][0] if self._next + 1 < len(self._tokens) else ""
        if following != "=":
            if keys:
                raise self._wrong(self._tokens[self._next][0] if self._next < len(self._tokens) else "")
            values.append(self._value())
            return
        key = self._word()
        self._need("=")
        if key in keys:
            raise self._wrong(key)
        keys[key] = self._value()

    def _value(self) -> Argument:
        if self._take("["):
            names = [self._word()]
            while self._take(","):
                names.append(self._word())
            self._need("]")
            return Names(tuple(names))
        if self._take(".."):
            return Range(None, self._word())
        name = self._word()
        if self._take(".."):
            return Range(name, self._word())
        return Word(name, self._word()) if self._take(":") else Word(name)

    def _word(self) -> str:
        if self._next < len(self._tokens) and self._tokens[self._next][1]:
            self._next += 1
            return self._tokens[self._next - 1][0]
        raise self._wrong(self._tokens[self._next][0] if self._next < len(self._tokens) else "")

    def _take(self, sign: str) -> bool:
        if self._next < len(self._tokens) and self._tokens[self._next] == (sign, False):
            self._next += 1
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise self._wrong(self._tokens[self._next][0] if self._next < len(self._tokens) else "")

    def _wrong(self, found: str) -> KnownError:
        shown = excerpt(found) or "…"
        return KnownError(
            "fees.rule_syntax", file=self._at.file, line=self._at.line, rule=excerpt(self._text), at=shown
        )
