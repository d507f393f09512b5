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
    """Parse YAML text; `file` is the name shown in errors. An empty text is an empty map.

    Raises KnownError `yaml.syntax` or `yaml.duplicate_key` with file and line. Aliases, anchors, tags, a
    second document and nesting beyond 50 levels are refused: a short file must not become a huge value.
    """
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        return _document(yaml.parse(text, Loader=loader), file)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise KnownError("yaml.syntax", file=file, line=line, detail=error.problem or "?") from error
    except yaml.YAMLError as error:
        raise KnownError("yaml.syntax", file=file, line=1, detail=str(error).splitlines()[0]) from error


_DEEPEST = 50
_Events = Iterator[yaml.Event]


def _document(events: _Events, file: str) -> Marked:
    """Read the one document of a stream. Events, not nodes: PyYAML composes nodes by recursion in C, which a
    deeply nested file turns into a crash of the process.
    """
    next(events)  # the stream starts
    if isinstance(next(events), yaml.StreamEndEvent):
        return Marked({}, file, 1)
    root = _value(next(events), events, file, 1)
    next(events)  # the document ends
    after = next(events)
    if not isinstance(after, yaml.StreamEndEvent):
        raise _refused(after, file, "a second document (---)")
    return root


def _value(event: yaml.Event, events: _Events, file: str, depth: int) -> Marked:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _refused(event, file, "an anchor or alias (& *)")
    if getattr(event, "tag", None):
        raise _refused(event, file, "a tag (!)")
    if depth > _DEEPEST:
        raise _refused(event, file, "nested too deeply")
    line = _line(event)
    if isinstance(event, yaml.SequenceStartEvent):
        return Marked(list(_items(events, file, depth + 1)), file, line)
    if isinstance(event, yaml.MappingStartEvent):
        return Marked(_entries(events, file, depth + 1), file, line)
    assert isinstance(event, yaml.ScalarEvent), event
    return Marked(str(event.value), file, line)


def _items(events: _Events, file: str, depth: int) -> Iterator[Marked]:
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        yield _value(event, events, file, depth)


def _entries(events: _Events, file: str, depth: int) -> dict[str, Marked]:
    entries: dict[str, Marked] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        key = _value(event, events, file, depth)
        if key.text is None:
            raise _refused(event, file, "a key that is not a word")
        if key.text in entries:
            raise KnownError("yaml.duplicate_key", file=file, line=key.line, key=key.text)
        entries[key.text] = _value(next(events), events, file, depth)
    return entries


def _refused(event: yaml.Event, file: str, what: str) -> KnownError:
    return KnownError("yaml.syntax", file=file, line=_line(event), detail=what)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
