"""Search keys of a million names: what `kiosk.core.arabic` gives, worked out once for each word.

The centre works them out and sends them with the debts; the device takes them as they are if both do it by
the same `KEYS_VERSION`, and works them out itself if not.
"""

import re
from functools import lru_cache

from kiosk.core.arabic import exact_key, loose_key

KEYS_VERSION = 1
"""Raised with every change that gives any text another key; a test holds the keys of this version. A device
that is brought on to another one loads all debts anew with the next version of them.
"""
_PLAIN_NAME = re.compile("[\u0621-\u063a\u0641-\u064a]+(?: [\u0621-\u063a\u0641-\u064a]+)*")
"""Arabic letters without marks, in words: their keys do not depend on the letters of other words."""
_NOT_IN_CODES = re.compile("[^0-9a-z]+")
_KEPT = 1 << 16


def name_keys(name: str) -> tuple[str, str]:
    """Return (exact key, loose key) of a name as typed."""
    if not _PLAIN_NAME.fullmatch(name):
        return exact_key(name), loose_key(name)
    words = name.split()
    return " ".join(map(_exact, words)), _joined(words)


def code_key(text: str) -> str:
    """Return the key of an account or contract number: its letters and digits, however they are set apart."""
    if text.isascii():
        return _NOT_IN_CODES.sub("", text.lower())
    return "".join(letter for letter in exact_key(text) if letter.isalnum())


def _joined(words: list[str]) -> str:
    """The loose key, word by word; one that joins its neighbours or goes between them is keyed with them."""
    keys: list[str] = []
    at, last = 0, len(words) - 1
    while at <= last:
        end = at
        while end < last and not (_stands_alone(words[end]) and _stands_alone(words[end + 1])):
            end += 1
        keys.append(_loose(" ".join(words[at : end + 1])))
        at = end + 1
    return " ".join(filter(None, keys))


@lru_cache(_KEPT)
def _exact(word: str) -> str:
    return exact_key(word)


@lru_cache(_KEPT)
def _loose(words: str) -> str:
    return loose_key(words)


@lru_cache(_KEPT)
def _stands_alone(word: str) -> bool:
    """Whether a word keeps to itself between two others."""
    return loose_key(f"س {word} س") == f"س {loose_key(word)} س"
