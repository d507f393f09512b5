"""Reads typed values out of marked YAML and collects every problem with its file and line."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, TypeVar

from kiosk.core.catalogue.condition import Condition, ConditionError, read_condition
from kiosk.core.catalogue.model import Text
from kiosk.core.errors import KnownError
from kiosk.core.marked import Marked

LATIN_ALLOWED: Final = frozenset({"QR"})
"""Latin words that people read in Arabic texts as they are."""

_LATIN = re.compile(r"[A-Za-z]+")
_EASTERN = re.compile("[\u0660-\u0669\u06f0-\u06f9]")
_ARABIC = re.compile("[\u0620-\u064a]")
_HIDDEN = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\u0640]")
_WHOLE = re.compile(r"\d{1,12}", re.ASCII)

Word = TypeVar("Word", bound=StrEnum)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that looks most like `word`; `-` when nothing is known."""
    found = get_close_matches(word, sorted(known), n=1, cutoff=0.0)
    return found[0] if found else "-"


class Problems:
    """Everything wrong that was found so far, each as a known error with `file` and `line`."""

    def __init__(self) -> None:
        self.found: list[KnownError] = []
        self._seen: set[str] = set()

    def add(self, code: str, at: Marked, **params: object) -> None:
        """Note a problem at the place of a value; the same problem at the same place is noted once."""
        error = KnownError(f"catalogue.{code}", file=at.file, line=at.line, **params)
        if str(error) not in self._seen:
            self._seen.add(str(error))
            self.found.append(error)

    def sorted(self) -> list[KnownError]:
        """Return the problems in the order of files and lines."""
        return sorted(self.found, key=place_of)


def place_of(problem: KnownError) -> tuple[str, int]:
    """Return the file and line of a problem; a file that could not be read has line 0."""
    name = problem.params.get("file", problem.params.get("path", ""))
    return str(name), int(str(problem.params.get("line", 0)))


class Reader:
    """Reads the keys of one map. What is wrong is noted, and a harmless value is returned in its place."""

    def __init__(self, at: Marked, keys: Collection[str], problems: Problems) -> None:
        self.at = at
        self.problems = problems
        self.map = at.map if at.map is not None else {}
        if at.map is None:
            problems.add("not_a_map", at)
        for key, value in self.map.items():
            if key not in keys:
                problems.add("unknown_key", value, key=key, nearest=nearest(key, keys))

    def has(self, key: str) -> bool:
        """Tell whether the key is written."""
        return key in self.map

    def place(self, key: str) -> Marked:
        """Return where a key is written, or the map when it is not."""
        return self.map.get(key, self.at)

    def need(self, key: str) -> Marked | None:
        """Return the value of a key that must be there."""
        value = self.map.get(key)
        if value is None and self.at.map is not None:
            self.problems.add("missing_key", self.at, key=key)
        return value

    def word(self, key: str, *, needed: bool = True) -> str | None:
        """Return a scalar that is not empty."""
        value = self.need(key) if needed else self.map.get(key)
        return None if value is None else word_of(value, self.problems, key)

    def both(self, key: str, *, needed: bool = True) -> Text | None:
        """Return a text in both languages: a map with `ar` and `en`."""
        value = self.need(key) if needed else self.map.get(key)
        return None if value is None else text_of(value, self.problems)

    def label(self) -> Text:
        """Return the text whose `ar` and `en` stand in this map itself."""
        arabic, english = (self.map[key].text if key in self.map else None for key in ("ar", "en"))
        if not (arabic or "").strip():
            self.problems.add("missing_arabic", self.place("ar"))
        elif arabic:
            check_arabic(arabic, self.map["ar"], self.problems)
        if not (english or "").strip():
            self.problems.add("missing_english", self.place("en"))
        elif english and _ARABIC.search(english):
            self.problems.add("english_in_arabic", self.map["en"], text=english)
        return Text((arabic or "").strip(), (english or "").strip())

    def whole(self, key: str, *, needed: bool = False, least: int = 0) -> int | None:
        """Return a whole number of at least `least`."""
        word = self.word(key, needed=needed)
        if word is None:
            return None
        if not _WHOLE.fullmatch(word) or int(word) < least:
            self.problems.add("not_whole", self.map[key], key=key, value=word, least=least)
            return None
        return int(word)

    def yes_no(self, key: str, *, default: bool) -> bool:
        """Return `yes` as True and `no` as False."""
        word = self.word(key, needed=False)
        if word in (None, "yes", "no"):
            return default if word is None else word == "yes"
        self.problems.add("not_yes_no", self.map[key], key=key, value=word)
        return default

    def one_of(self, key: str, kind: type[Word], *, needed: bool = True) -> Word | None:
        """Return a word of a closed list."""
        word = self.word(key, needed=needed)
        if word is None:
            return None
        return member_of(word, kind, self.map[key], self.problems, key)

    def known(self, key: str, table: Collection[str], unknown: str) -> str:
        """Return a code that must be in a table; `unknown` is the situation when it is not."""
        word = self.word(key)
        if word is not None and word not in table:
            self.problems.add(unknown, self.map[key], name=word, nearest=nearest(word, table))
        return word or ""

    def list_of(self, key: str, *, needed: bool = False) -> list[Marked]:
        """Return the items of a list."""
        value = self.need(key) if needed else self.map.get(key)
        if value is None:
            return []
        if value.items is None:
            self.problems.add("not_a_list", value, key=key)
            return []
        return value.items

    def condition(self, key: str) -> Condition | None:
        """Return a condition that can be read; whether its names exist is the caller's to check."""
        word = self.word(key, needed=False)
        if word is None:
            return None
        try:
            return read_condition(word)
        except ConditionError as error:
            self.problems.add("condition_syntax", self.map[key], text=word, rest=error.rest)
            return None


def word_of(value: Marked, problems: Problems, key: str) -> str | None:
    """Return a scalar that is not empty, else note the problem."""
    if value.text is None or not value.text.strip():
        problems.add("not_a_word", value, key=key)
        return None
    return value.text.strip()


def member_of(word: str, kind: type[Word], at: Marked, problems: Problems, key: str) -> Word | None:
    """Return the member of a closed list that a word names, else note the problem."""
    try:
        return kind(word)
    except ValueError:
        known = ", ".join(kind)
        problems.add("unknown_word", at, key=key, word=word, nearest=nearest(word, list(kind)), known=known)
        return None


def text_of(value: Marked, problems: Problems) -> Text | None:
    """Return a text in both languages; each must be written in its own letters."""
    reader = Reader(value, ("ar", "en"), problems)
    return None if value.map is None else reader.label()


def check_arabic(text: str, at: Marked, problems: Problems) -> None:
    """Note Latin words, Arabic-Indic digits and marks that cannot be seen in an Arabic text."""
    latin = [word for word in _LATIN.findall(text) if word not in LATIN_ALLOWED]
    if latin:
        problems.add("arabic_has_latin", at, text=text, found=latin[0])
    elif not _ARABIC.search(text):
        problems.add("arabic_in_latin", at, text=text)
    digits = _EASTERN.findall(text)
    if digits:
        problems.add("arabic_has_digits", at, text=text, found=digits[0])
    if _HIDDEN.search(text):
        problems.add("hidden_mark", at, text=text)
