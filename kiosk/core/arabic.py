"""Arabic text for searching: keys under which spellings of one name meet, and digits brought to 0-9.

A key is for finding only. It is stored beside the text as typed and is never shown, printed or edited.
"""

import re
import unicodedata

ARABIC_INDIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
EASTERN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
"""Digits of the Persian and Urdu keyboards; they look like the Arabic-Indic ones but for ۴ ۵ ۶."""

_TO_ASCII = str.maketrans(ARABIC_INDIC_DIGITS + EASTERN_DIGITS, "0123456789" * 2)

_TATWEEL = "\u0640"
_ARABIC_MARK = re.compile(
    "[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)
"""Harakat (fathatan to sukun, dagger alef, maddah and hamza left over after composing) and Quranic marks."""

_EXACT = str.maketrans(
    {
        **dict.fromkeys("أإآٱٲٳ", "ا"),
        **dict.fromkeys("ىی", "ي"),
        "ک": "ك",
        **dict.fromkeys("ةھہەۀۂۃ", "ه"),
        "٫": ".",
        "٬": None,
        "،": ",",
        "\u2212": " ",
    }
)
_LOOSE = str.maketrans({"ؤ": "و", "ئ": "ي", "ء": None, "پ": "ب", "چ": "ج", "ڤ": "ف"})

_JOINS_NEXT = frozenset({"عبد", "ابو"})
_JOINS_PREVIOUS = frozenset({"الدين", "الله"})
_SON_OF = frozenset({"بن", "ابن"})

_BETWEEN_WORDS = re.compile(r"[\W_]+")


def ascii_digits(text: str) -> str:
    """Write Arabic-Indic and Eastern digits as 0-9; everything else stays."""
    return text.translate(_TO_ASCII)


def exact_key(text: str) -> str:
    """Return the key that ignores how a name was typed, not how it is spelt.

    Drops marks, tatweel and harakat; folds presentation forms (NFKC), the alefs, ى/ي, ة/ه, Farsi letters,
    digits and the case of Latin letters; runs of spaces and dashes become one space. Idempotent.
    """
    key, before = text, None
    while key != before:
        before, key = key, _fold(key)
    return key


def loose_key(text: str) -> str:
    """Return the key that also ignores common differences of spelling. Idempotent.

    Beyond the exact key: ؤ→و, ئ→ي, no ء, پ چ ڤ as ب ج ف; عبد and أبو join the next word, الدين and الله the
    one before; بن between names goes; punctuation separates words. A leading ال stays: dropping it would make
    one name of السيد and سيد, and never come to an end with الألفي.
    """
    return exact_key(" ".join(_join(_words(exact_key(text).translate(_LOOSE)))))


def query_tokens(text: str) -> list[str]:
    """Split what was typed into a search box into words of the loose key: letters and digits only."""
    return loose_key(text).split()


def _fold(text: str) -> str:
    spaced = " ".join(text.split())
    composed = unicodedata.normalize("NFKC", "".join(filter(_kept, spaced)))
    # NFKC can bring out new tatweel and spaces (ﹱ, ﷺ); marks go only after composing, so that ي + hamza is ئ.
    composed = unicodedata.normalize("NFKC", "".join(filter(_kept, composed)))
    bare = ascii_digits(_ARABIC_MARK.sub("", composed)).translate(_EXACT)
    dashes_apart = "".join(" " if unicodedata.category(letter) == "Pd" else letter for letter in bare)
    return " ".join(dashes_apart.casefold().split())


def _kept(letter: str) -> bool:
    """Whether a letter stays: not tatweel, nor a direction, zero-width, control or broken character."""
    return letter != _TATWEEL and unicodedata.category(letter) not in {"Cf", "Cc", "Cs"}


def _words(text: str) -> list[str]:
    return _BETWEEN_WORDS.sub(" ", text).split()


def _join(words: list[str]) -> list[str]:
    last = len(words) - 1
    kept = [word for at, word in enumerate(words) if word not in _SON_OF or at in (0, last)]
    joined: list[str] = []
    for word in kept:
        if joined and (word in _JOINS_PREVIOUS or joined[-1] in _JOINS_NEXT):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
