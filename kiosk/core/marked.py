"""Reads YAML text into values that remember their line, so that a checker can point at what is wrong.

Every scalar stays text as typed (no guessed numbers, dates or booleans); the reader of each file types it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from kiosk.core.errors import KnownError


@dataclass(frozen=True)
class Marked:
    """One value of a YAML file with the place it came from.

    `value` is a str, a list of Marked, or a dict of str to Marked; `line` counts from 1.
    """

    value: "str | list[Marked] | dict[str, Marked]"
    file: str
    line: int

    @property
    def text(self) -> str | None:
        """The scalar as typed, or None when this is a list or a map."""
        return self.value if isinstance(self.value, str) else None

    @property
    def items(self) -> "list[Marked] | None":
        """The list, or None when this is not one."""
        return self.value if isinstance(self.value, list) else None

    @property
    def map(self) -> "dict[str, Marked] | None":
        """The map, or None when this is not one."""
        return self.value if isinstance(self.value, dict) else None

    def walk(self) -> "Iterator[Marked]":
        """Yield this value and everything below it."""
        yield self
        below = self.items or (list(self.map.values()) if self.map else [])
        for child in below:
            yield from child.walk()


def read_marked(text: str, file: str) -> Marked:
    """Parse YAML text; `file` is the name shown in errors.

    Raises KnownError `yaml.syntax` or `yaml.duplicate_key` with file and line. Aliases and tags are refused.
    An empty text is an empty map.
    """
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise KnownError("yaml.syntax", file=file, line=line, detail=error.problem or "?") from error
    except yaml.YAMLError as error:
        raise KnownError("yaml.syntax", file=file, line=1, detail=str(error).splitlines()[0]) from error
    if node is None:
        return Marked({}, file, 1)
    return _convert(node, file, frozenset())


def _convert(node: yaml.Node, file: str, above: frozenset[int]) -> Marked:
    line = node.start_mark.line + 1
    if id(node) in above:
        raise KnownError("yaml.syntax", file=file, line=line, detail="a value that contains itself")
    above = above | {id(node)}
    if isinstance(node, yaml.ScalarNode):
        return Marked(str(node.value), file, line)
    if isinstance(node, yaml.SequenceNode):
        return Marked([_convert(child, file, above) for child in node.value], file, line)
    entries: dict[str, Marked] = {}
    for key, child in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise KnownError(
                "yaml.syntax", file=file, line=key.start_mark.line + 1, detail="a key that is not a word"
            )
        if key.value in entries:
            raise KnownError("yaml.duplicate_key", file=file, line=key.start_mark.line + 1, key=key.value)
        entries[key.value] = _convert(child, file, above)
    return Marked(entries, file, line)
