"""Draws the random numbers of the centre: one-time numbers, device codes, ids."""

import secrets

from kiosk.core.wire.numbers import RANDOM_DIGITS, with_check

_DEVICE_DIGITS = 8


def one_time_number() -> str:
    """Sixteen digits: 14 random, two to check."""
    return with_check("".join(str(secrets.randbelow(10)) for _ in range(RANDOM_DIGITS)))


def device_code() -> str:
    """A device code at random: a restored server never gives a forgotten device's code again.

    D00000000 belongs to trials.
    """
    return f"D{1 + secrets.randbelow(10**_DEVICE_DIGITS - 1):08d}"


def token_hex() -> str:
    """128 random bits, hex."""
    return secrets.token_hex(16)
