"""Reads a file of texts: the plain part of YAML that they need, without the YAML library. No Qt.

    title: a text
    waiting:            # a plural, its classes two spaces in
      one: one entry
      other: "{count} entries"

The library costs as much at the start as all else that is read; a test holds that both read the same.
"""

import re

from kiosk.core.errors import BugError

Entry = str | dict[str, str]
_LINE = re.compile(
    r"""( {0,2})("?)([a-z][a-z0-9_]*)\2:"""
    r"""(?:[ ]+(?:"((?:[^"\\]|\\")*)"|([^\s"'#{\[&*!|>%@`-].*?)))?[ ]*"""
)
"""Indent, key (in quotes where YAML takes it for more than a word, as "on"), text in quotes or not."""


def read_text_file(text: str, name: str) -> dict[str, Entry]:
    """The texts by key. Raises BugError for a line that is not of this form or has a key again."""
    entries: dict[str, Entry] = {}
    plural: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            raise BugError(f"{name}:{number}: neither a text nor a plural")
        indent, _, key, quoted, bare = found.groups()
        value = bare if quoted is None else quoted.replace('\\"', '"')
        if indent:
            _add(plural, key, value, f"{name}:{number}")
        elif value is None:
            plural = {}
            _add(entries, key, plural, f"{name}:{number}")
        else:
            _add(entries, key, value, f"{name}:{number}")
    hollow = [key for key, entry in entries.items() if not entry]
    if hollow:
        raise BugError(f"{name}:1: {hollow[0]} has no text")
    return entries


def _add(to: dict[str, Entry] | dict[str, str], key: str, value: Entry | None, where: str) -> None:
    if value is None or key in to:
        raise BugError(f"{where}: {key} is empty or there already")
    to[key] = value  # type: ignore[assignment]
