"""The words of the screens: keyed catalogues in Arabic and English, with placeholders and plurals. No Qt.

`resources/texts/<language>/<area>.yaml` holds the texts of one area; the text `title` of `home.yaml` has the
key `home.title`. An area is read when its first text is asked for, so that the start stays light.
"""

import re
from collections.abc import Mapping
from functools import cache

from kiosk.core.bidi import RLM, ltr, rtl, strip_marks
from kiosk.core.errors import BugError, KnownError, Language
from kiosk.resources import read_resource
from kiosk.ui.text_file import Entry, read_text_file

PLURALS: dict[Language, tuple[str, ...]] = {
    "ar": ("zero", "one", "two", "few", "many", "other"),
    "en": ("one", "other"),
}
"""The plural classes of each language (Unicode CLDR); a plural text has them all."""

_ARABIC_LETTER = re.compile("[\u0620-\u064a]")


def plural_class(language: Language, count: int) -> str:
    """The plural class of a whole number, 0 or more (Unicode CLDR)."""
    if language == "en":
        return "one" if count == 1 else "other"
    if count in (0, 1, 2):
        return ("zero", "one", "two")[count]
    rest = count % 100
    return "few" if 3 <= rest <= 10 else "many" if rest >= 11 else "other"


def starting_rtl(text: str) -> str:
    """A line of an Arabic screen: whatever it starts with must not turn it around."""
    return text if not text or _ARABIC_LETTER.match(text) or text.startswith(RLM) else rtl(text)


class Texts:
    """Texts of one language: `texts("queue.waiting", count=3)`.

    `stretch` makes each text so many percent longer: the tests show that screens have room for it.
    """

    def __init__(self, language: Language, stretch: int = 0) -> None:
        self.language: Language = language
        self._stretch = stretch

    def __call__(self, key: str, **params: object) -> str:
        """The text of a key; `count` also chooses the plural. Raises BugError for an unknown key."""
        area, _, name = key.partition(".")
        entry = catalogue(self.language, area).get(name)
        if entry is None:
            raise BugError(f"no text {key} in {self.language}")
        if isinstance(entry, dict):
            count = params["count"]
            if not isinstance(count, int):
                raise BugError(f"{key} counts {count!r}")
            entry = entry[plural_class(self.language, count)]
        text = entry.format(**{name: self.shown(value) for name, value in params.items()})
        return self._line(self._stretched(text))

    def data(self, text: object) -> str:
        """A text that is not ours (a name, a code, a date, an amount) as a line of its own."""
        return self._line(self.shown(text))

    def shown(self, value: object) -> str:
        """A value inside a sentence: what has no Arabic letter is isolated left to right."""
        text = str(value)
        if self.language == "en" or _ARABIC_LETTER.search(text) or not text:
            return text
        return ltr(strip_marks(text))

    def error(self, error: KnownError) -> str:
        """What is wrong and what to do, as one text: summary and field say the same."""
        return self._line(f"{error.sentence(self.language)} {error.remedy(self.language)}")

    def _line(self, text: str) -> str:
        return starting_rtl(text) if self.language == "ar" else text

    def _stretched(self, text: str) -> str:
        if not self._stretch:
            return text
        letters = re.sub(r"[^\w ]|\d", "", strip_marks(text))
        extra = -(-len(letters) * self._stretch // 100)
        return f"{text} {letters[:extra]}" if extra else text


@cache
def catalogue(language: Language, area: str) -> Mapping[str, Entry]:
    """The texts of one area, as its file has them. Raises BugError when the file is not of that form."""
    return read_text_file(read_resource("texts", language, f"{area}.yaml"), f"texts/{language}/{area}.yaml")
