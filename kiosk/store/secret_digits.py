"""Secret numbers of staff: made by the program where no hardware limits the tries, chosen where it does.

Digits, because an Arabic keyboard cannot type Latin letters and the unlock screen is a number pad.
"""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NoReturn

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.errors import BugError, KnownError

GENERATED_DIGITS = 14
"""10^14 numbers at Argon2id 64 MiB, t=3 cost a fast graphics card 1,900 years (1,667 tries a second)."""
PIN_DIGITS = 6
LONGEST_PIN = 12
_SPACERS = str.maketrans("", "", " \t\u00a0\u202f-\u2010\u2013")
_FAVOURITES = {"112358", "314159", "147258", "159753", "258456", "147852", "789456", "456123", "102030"}
"""Pad patterns and famous numbers that the rules of `is_weak` do not cover."""


@dataclass(frozen=True)
class SecretPolicy:
    """What secrets a device-secret backend allows, and why (shown on the screen that makes one)."""

    name: str
    generated: bool
    shortest: int
    longest: int


GENERATED = SecretPolicy("generated", generated=True, shortest=GENERATED_DIGITS, longest=GENERATED_DIGITS)
"""Nothing limits the tries: the program chooses 14 digits."""
HARDWARE_PIN = SecretPolicy("hardware_pin", generated=False, shortest=PIN_DIGITS, longest=LONGEST_PIN)
"""A chip limits the tries: the person chooses 6 digits or more that are not easy to guess."""


class Secret:
    """A secret number; never shown by `repr`, wiped as far as Python allows by `wipe`."""

    def __init__(self, digits: str) -> None:
        self._digits = bytearray(digits.encode("ascii"))

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> NoReturn:
        raise BugError("a secret is not copied out of memory")

    @property
    def digits(self) -> bytes:
        """The ASCII digits, as the key derivation takes them. Raises BugError after `wipe`."""
        if not self._digits:
            raise BugError("a secret used after it was wiped")
        return bytes(self._digits)

    def wipe(self) -> None:
        """Overwrite the digits."""
        self._digits[:] = bytes(len(self._digits))
        self._digits.clear()


class NewSecret(Secret):
    """A secret that may protect a slot: it came from `generate_secret` or passed `choose_secret`."""

    def grouped(self) -> str:
        """The digits in groups for screen and slip: 4-5-5 for fourteen, pairs of three otherwise."""
        text = self.digits.decode("ascii")
        if len(text) == GENERATED_DIGITS:
            return f"{text[:4]}-{text[4:9]}-{text[9:]}"
        return "-".join(text[at : at + 3] for at in range(0, len(text), 3))


def generate_secret() -> NewSecret:
    """Draw a number of 14 digits, each equally likely, from the system's generator."""
    return NewSecret(f"{secrets.randbelow(10**GENERATED_DIGITS):0{GENERATED_DIGITS}d}")


def choose_secret(typed: str, policy: SecretPolicy, personal: Collection[str] = ()) -> NewSecret:
    """Accept a number that a person chose; `personal` are his phone, national number and the like.

    Raises KnownError `secret.generated_only`, `secret.not_digits`, `secret.length` or `secret.weak`.
    """
    if policy.generated:
        raise KnownError("secret.generated_only")
    digits = _digits_of(typed, policy)
    if is_weak(digits, personal):
        raise KnownError("secret.weak")
    return NewSecret(digits)


def read_secret(typed: str, policy: SecretPolicy) -> Secret:
    """Read what somebody typed to unlock: Western or Arabic digits, with or without spaces and hyphens.

    Raises KnownError `secret.not_digits` or `secret.length`, before any key is tried.
    """
    return Secret(_digits_of(typed, policy))


def is_weak(digits: str, personal: Collection[str] = ()) -> bool:
    """Is a number easy to guess: a run, repeats, a date, a pad pattern, part of the person's own numbers?"""
    if digits in _FAVOURITES or len(set(digits)) < 3:
        return True
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(digits)}
    if len(steps) == 1 or re.fullmatch(r"(\d{1,6}?)\1+", digits) or re.fullmatch(r"(?:(\d)\1)+", digits):
        return True
    if digits == digits[::-1] or _looks_like_a_date(digits):
        return True
    return any(digits in _plain(number) for number in personal)


def _looks_like_a_date(digits: str) -> bool:
    """Six digits as day-month-year or year-month-day, eight with the whole year."""
    if len(digits) == 6:
        forms = [(digits[4:], digits[2:4], digits[:2]), (digits[:2], digits[2:4], digits[4:])]
        return any(_is_date(f"20{year}", month, day) for year, month, day in forms)
    if len(digits) == 8:
        forms = [(digits[4:], digits[2:4], digits[:2]), (digits[:4], digits[4:6], digits[6:])]
        return any(_is_date(*form) for form in forms if form[0][:2] in ("19", "20"))
    return False


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _plain(typed: str) -> str:
    return ascii_digits(strip_marks(typed).translate(_SPACERS))


def _digits_of(typed: str, policy: SecretPolicy) -> str:
    digits = _plain(typed)
    if not (digits.isascii() and digits.isdigit()):
        raise KnownError("secret.not_digits")
    if not policy.shortest <= len(digits) <= policy.longest:
        span = f"{policy.shortest}" if policy.generated else f"{policy.shortest}–{policy.longest}"
        raise KnownError("secret.length", found=len(digits), wanted=span)
    return digits
