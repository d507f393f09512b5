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
