"""The small language of conditions: `place = city and (kind in (shop, kiosk) or by_agent = yes)`.

An answer that is not known makes every comparison with it false, `!=` too: nothing is asked for on a guess.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(r"\s*(?:(?P<sign>!=|=|\(|\)|,)|(?P<word>[A-Za-z0-9_.\-]+))")
_KEYWORDS = frozenset({"and", "or", "in"})


class ConditionError(ValueError):
    """A condition that cannot be read; `rest` is the text from the point where it went wrong."""

    def __init__(self, rest: str) -> None:
        super().__init__(rest)
        self.rest = rest


@dataclass(frozen=True)
class Comparison:
    """`name = value`, `name != value` or `name in (a, b)`."""

    name: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Compare with what is known; an unknown name is false."""
        known = facts.get(self.name)
        return known is not None and (known in self.values) is not self.negated


@dataclass(frozen=True)
class Combination:
    """Several conditions joined by one word."""

    word: Literal["and", "or"]
    parts: "tuple[Node, ...]"

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Combine the parts."""
        found = (part.holds(facts) for part in self.parts)
        return all(found) if self.word == "and" else any(found)


Node = Comparison | Combination


@dataclass(frozen=True)
class Condition:
    """A condition as written and as read; two are equal when they are written alike."""

    text: str
    root: Node

    def holds(self, facts: Mapping[str, str]) -> bool:
        """Tell whether it holds for these answers (name → canonical text: option code, yes or no)."""
        return self.root.holds(facts)

    def comparisons(self) -> Iterator[Comparison]:
        """Yield every comparison in it, in reading order."""
        waiting: list[Node] = [self.root]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, Comparison):
                yield node
            else:
                waiting[:0] = node.parts

    def and_also(self, other: "Condition | None") -> "Condition":
        """Join with another condition: both must hold."""
        if other is None:
            return self
        return read_condition(f"({self.text}) and ({other.text})")


def read_condition(text: str) -> Condition:
    """Read a condition. Raises ConditionError with the part that is not understood."""
    parser = _Parser(text)
    root = parser.either()
    if parser.now is not None:
        raise ConditionError(parser.rest())
    return Condition(" ".join(text.split()), root)


class _Parser:
    """One pass over the words of a condition."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next = 0
        self._here = 0
        self._depth = 0
        self.now: str | None = None
        self._advance()

    def rest(self) -> str:
        return self._text[self._here :].strip() or self._text.strip()

    def either(self) -> Node:
        return self._joined("or")

    def _joined(self, word: Literal["and", "or"]) -> Node:
        below = self._single if word == "and" else self._both
        parts = [below()]
        while self.now == word:
            self._advance()
            parts.append(below())
        return parts[0] if len(parts) == 1 else Combination(word, tuple(parts))

    def _both(self) -> Node:
        return self._joined("and")

    def _single(self) -> Node:
        if self.now != "(":
            return self._comparison()
        self._depth += 1
        if self._depth > 20:
            raise ConditionError(self.rest())
        self._advance()
        inside = self.either()
        self._expect(")")
        self._depth -= 1
        return inside

    def _comparison(self) -> Node:
        name = self._word()
        sign = self.now
        if sign in ("=", "!="):
            self._advance()
            return Comparison(name, (self._word(),), negated=sign == "!=")
        self._expect("in")
        self._expect("(")
        values = [self._word()]
        while self.now == ",":
            self._advance()
            values.append(self._word())
        self._expect(")")
        return Comparison(name, tuple(values))

    def _word(self) -> str:
        word = self.now
        if word is None or word in _KEYWORDS or not (word[0].isalnum() or word[0] == "_"):
            raise ConditionError(self.rest())
        self._advance()
        return word

    def _expect(self, token: str) -> None:
        if self.now != token:
            raise ConditionError(self.rest())
        self._advance()

    def _advance(self) -> None:
        self._here = self._next
        match = _TOKEN.match(self._text, self._next)
        if match is None:
            if self._text[self._next :].strip():
                raise ConditionError(self.rest())
            self.now = None
            return
        self._next = match.end()
        self.now = match["sign"] or match["word"]
