"""Secret numbers of staff: made by the program where no hardware limits the tries, chosen where it does.

Digits, because an Arabic keyboard cannot type Latin letters and the unlock screen is a number pad.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import NoReturn

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import strip_marks
from kiosk.core.errors import BugError, InBoth, KnownError
from kiosk.core.weak_numbers import Chosen, WeakRule, weakness

GENERATED_DIGITS = 14
"""10^14 numbers at Argon2id 64 MiB, t=3 cost a fast graphics card 1,900 years (1,667 tries a second)."""
PIN_DIGITS = 6
LONGEST_PIN = 12
DRAWN_PIN_DIGITS = 8
"""Length of a number that the program draws for somebody where a chip counts the tries."""
_SPACERS = str.maketrans("", "", " \t\u00a0\u202f-\u2010\u2013")


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


def generate_secret(policy: SecretPolicy = GENERATED) -> NewSecret:
    """Draw a number, each equally likely: 14 digits, or 8 where a chip counts tries.

    One that the rules for chosen numbers refuse is drawn again: who receives it could not keep it.
    """
    if policy.generated:
        return NewSecret(_drawn(GENERATED_DIGITS))
    while _weakness(Chosen(digits := _drawn(DRAWN_PIN_DIGITS))):
        continue
    return NewSecret(digits)


def _weakness(chosen: Chosen) -> WeakRule | None:
    """The shipped rule that a number breaks. Read where a number is made: unlocking needs none of them."""
    from kiosk.secret_number_files import shipped_weak_rules

    return weakness(chosen, shipped_weak_rules())


def _drawn(length: int) -> str:
    return f"{secrets.randbelow(10**length):0{length}d}"


def choose_secret(
    typed: str, policy: SecretPolicy, personal: Collection[str] = (), staff: str = ""
) -> NewSecret:
    """Accept a number that a person chose; `personal` are his phone, national number and the like, `staff`
    his code. What is refused, and the reason shown, is data (`resources/policy/secret_numbers.yaml`).

    Raises KnownError `secret.generated_only`, `secret.not_digits`, `secret.length` or `secret.weak`.
    """
    if policy.generated:
        raise KnownError("secret.generated_only")
    digits = _digits_of(typed, policy)
    broken = _weakness(Chosen(digits, staff, [_plain(one) for one in personal]))
    if broken is not None:
        raise KnownError("secret.weak", reason=InBoth(broken.ar, broken.en))
    return NewSecret(digits)


def read_secret(typed: str, policy: SecretPolicy) -> Secret:
    """Read what somebody typed to unlock: Western or Arabic digits, with or without spaces and hyphens.

    Raises KnownError `secret.not_digits` or `secret.length`, before any key is tried.
    """
    return Secret(_digits_of(typed, policy))


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
