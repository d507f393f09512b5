"""The two kinds of error: one that people can mend (KnownError) and one that is ours (BugError)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from string import Formatter
from typing import Any, Literal

from kiosk.core.bidi import ltr, strip_marks

Language = Literal["ar", "en"]


class Kind(IntEnum):
    """What a situation is about; the value is the exit code of the command line."""

    INPUT = 2
    """What was typed or imported is wrong; nothing was written."""
    REFUSED = 3
    """A rule of money, rights or state forbids the act now."""
    ENVIRONMENT = 4
    """Disk, device, file or network is in the way."""
    DAMAGED = 5
    """Data is not what it must be: broken chain, wrong signature, altered file."""


@dataclass(frozen=True)
class Situation:
    """One thing that can go wrong: its sentence and what to do about it, in both languages.

    Sentences are format strings; the same placeholders may appear in any of the four texts.
    """

    kind: Kind
    ar: str
    remedy_ar: str
    en: str
    remedy_en: str

    def placeholders(self, *texts: str) -> set[str]:
        """Return the names of the parameters used in these texts (default: in all four)."""
        chosen = texts or (self.ar, self.remedy_ar, self.en, self.remedy_en)
        return {name for text in chosen for _, name, _, _ in Formatter().parse(text) if name}


@dataclass(frozen=True)
class InBoth:
    """A parameter that is told in both languages: the label of a field, the sentence of another error."""

    ar: str
    en: str

    def __str__(self) -> str:
        return f"{self.ar} / {self.en}"


_ARABIC = re.compile("[\u0620-\u064a]")


def _shown(value: object, language: Language) -> str:
    if isinstance(value, InBoth):
        return value.ar if language == "ar" else value.en
    text = str(value)
    return text if language == "en" or _ARABIC.search(text) else ltr(text)


class KnownError(Exception):
    """A situation with an Arabic sentence and a remedy; shown to people as it is.

    `code` is a key of the situations table, `params` fill its placeholders.
    Raises BugError when the code is not in the table or a parameter is missing.
    """

    def __init__(self, code: str, **params: object) -> None:
        from kiosk.core.situations import SITUATIONS

        situation = SITUATIONS.get(code)
        if situation is None:
            raise BugError(f"no such situation: {code}")
        missing = situation.placeholders() - set(params)
        if missing:
            raise BugError(f"{code} lacks parameters: {', '.join(sorted(missing))}")
        super().__init__(code, params)
        self.code = code
        self.params: Mapping[str, object] = params
        self.situation = situation

    def sentence(self, language: Language = "ar") -> str:
        """Say what happened, without the remedy."""
        return self._fill(self.situation.ar if language == "ar" else self.situation.en, language)

    def remedy(self, language: Language = "ar") -> str:
        """Say what to do about it."""
        return self._fill(
            self.situation.remedy_ar if language == "ar" else self.situation.remedy_en, language
        )

    @property
    def exit_code(self) -> int:
        """Exit code of a command that ends with this error."""
        return int(self.situation.kind)

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence('en')} {self.remedy('en')}"

    def _fill(self, text: str, language: Language) -> str:
        return text.format(**{name: _shown(value, language) for name, value in self.params.items()})


def error_payload(error: KnownError) -> dict[str, Any]:
    """The JSON form that docs/commands.md documents: code, parameters, sentences in both languages."""
    return {
        "code": error.code,
        "params": {name: str(value) for name, value in error.params.items()},
        **{
            f"{part}_{language}": strip_marks(getattr(error, part)(language))
            for part in ("sentence", "remedy")
            for language in ("ar", "en")
        },
    }


class BugError(Exception):
    """A state that the program must never reach: ours to mend, never a user's mistake."""
