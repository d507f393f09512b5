"""Marks that keep numbers, codes and Latin text in order inside Arabic lines."""

import re

LRI, RLM, PDI = "\u2066", "\u200f", "\u2069"
_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def ltr(text: str) -> str:
    """Isolate a number, date, code or mask so that it reads left to right in an Arabic line."""
    return f"{LRI}{text}{PDI}"


def rtl(text: str) -> str:
    """Start a line right to left whatever its first strong character is."""
    return RLM + text


def strip_marks(text: str) -> str:
    """Remove every direction mark: before saving, searching or copying."""
    return _MARKS.sub("", text)


def excerpt(text: str, limit: int = 40) -> str:
    """Quote typed text inside a sentence: one line, at most `limit` characters, nothing invisible."""
    clean = strip_marks(text[: 4 * limit])
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in clean)
    return shown if len(shown) <= limit and len(text) <= 4 * limit else shown[: limit - 1] + "…"
