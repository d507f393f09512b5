"""Finds services by the words people use; spelling habits, unfinished words and one slip are forgiven."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.core.arabic import query_tokens
from kiosk.core.catalogue.model import Catalogue, Service

_WEIGHTS: Final = {"code": 12, "name": 8, "synonym": 7, "family": 3, "entity": 2, "paper": 1}
_WHOLE, _BEGINNING, _SLIP = 4, 2, 1
"""How much a word counts that matches whole, by its beginning, or but for one letter."""

_PREFIXES: Final = ("وال", "بال", "كال", "فال", "لل", "ال")
_EMPTY_WORDS: Final = frozenset(("من", "في", "علي", "عن", "او", "و", "الي", "the", "of", "for", "to", "or"))
_CODE: Final = re.compile(r"\b([A-Za-z]{3})[\s-]*(\d{2,3})\b", re.ASCII)
_SLIP_LETTERS: Final = 4
"""Shortest word in which one wrong letter is forgiven."""


@dataclass(frozen=True)
class Hit:
    """A service that was found; the higher the score, the better."""

    service: Service
    score: int


@dataclass
class Search:
    """An index over a catalogue; `looked_at` counts the entries that the last search touched."""

    catalogue: Catalogue
    looked_at: int = 0
    _weights: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    _words: list[str] = field(default_factory=list)
    _slips: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        read: dict[str, list[str]] = {}
        for code, service in self.catalogue.services.items():
            for kind, text in self._texts(service):
                if text not in read:
                    read[text] = words_of(text)
                for word in read[text]:
                    weights = self._weights[word]
                    weights[code] = max(weights.get(code, 0), _WEIGHTS[kind])
        self._words = sorted(self._weights)
        for word in self._words:
            for shorter in _one_less(word):
                self._slips[shorter].add(word)

    def find(self, text: str, limit: int = 10) -> list[Hit]:
        """Return at most `limit` services that have every word of `text`, best first; none for an empty text.

        When no service has all the words, those that have most of them are returned.
        """
        self.looked_at = 0
        words = list(dict.fromkeys(words_of(text)))
        scores: dict[str, list[int]] = defaultdict(list)
        for word in words:
            for code, score in self._word(word).items():
                scores[code].append(score)
        most = max(map(len, scores.values()), default=0)
        hits = [
            Hit(self.catalogue.services[code], sum(found))
            for code, found in scores.items()
            if len(found) == most
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.service.code))[:limit]

    def _word(self, word: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for candidate, closeness in self._candidates(word):
            for code, weight in self._weights[candidate].items():
                self.looked_at += 1
                found[code] = max(found.get(code, 0), weight * closeness)
        return found

    def _candidates(self, word: str) -> Iterator[tuple[str, int]]:
        """Yield indexed words like `word` with their closeness; slips only when nothing else is like it."""
        none = True
        for place in range(bisect_left(self._words, word), len(self._words)):
            candidate = self._words[place]
            if not candidate.startswith(word):
                break
            none = False
            yield candidate, _WHOLE if candidate == word else _BEGINNING
        if none and len(word) >= _SLIP_LETTERS:
            near = {other for shorter in _one_less(word) for other in self._slips.get(shorter, ())}
            yield from ((other, _SLIP) for other in sorted(near))

    def _texts(self, service: Service) -> Iterator[tuple[str, str]]:
        catalogue = self.catalogue
        yield "code", service.code
        for kind, text in (
            ("name", service.name),
            ("family", catalogue.families[service.family]),
            ("entity", catalogue.entities[service.entity]),
        ):
            yield kind, text.ar
            yield kind, text.en
        for synonym in service.synonyms:
            yield "synonym", synonym
        for line in service.papers:
            for code in line.any_of:
                yield "paper", catalogue.papers[code].name.ar


def words_of(text: str) -> list[str]:
    """Split a text into search words: loose keys without their article; a service code is one word."""
    joined = _CODE.sub(r"\1\2", text)
    return [_bare(word) for word in query_tokens(joined) if word not in _EMPTY_WORDS]


def _bare(word: str) -> str:
    for prefix in _PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= 3:
            return word[len(prefix) :]
    return word


def _one_less(word: str) -> set[str]:
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def by_family(catalogue: Catalogue) -> Mapping[str, list[Service]]:
    """Return the services of each family, both in the order of the catalogue's files."""
    found: dict[str, list[Service]] = {family: [] for family in catalogue.families}
    for service in catalogue.services.values():
        found[service.family].append(service)
    return found
