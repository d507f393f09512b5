"""Counted cash on the command line: `--count 200=3 --count coin-1=12`."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money, parse_money
from kiosk.core.policy import Policy
from kiosk.desk.session import Session

Function = TypeVar("Function", bound=Callable[..., Any])
_PIECES = re.compile(r"[0-9]{1,7}")


def count_option(function: Function) -> Function:
    """Give a command `--count DENOMINATION=PIECES`, any number of times, passed as `count`."""
    return click.option(
        "--count",
        multiple=True,
        metavar="200=3",
        help="فئة=عدد القطع، بالقيمة أو بالكود · denomination=pieces, by value or code",
    )(function)


def today_policy(session: Session) -> Policy:
    """The policy in force today."""
    return session.reference.policy(session.today())


def read_counts(typed: Sequence[str], policy: Policy) -> dict[str, int]:
    """Read `value=pieces` or `code=pieces` words; digits may be Arabic.

    Raises KnownError `cash.count_form`, `cash.which_denomination`, `cash.unknown_denomination`, `money.*`.
    """
    pieces: dict[str, int] = {}
    for word in typed:
        name, sign, number = ascii_digits(strip_marks(word)).partition("=")
        if not sign or not _PIECES.fullmatch(number):
            raise KnownError("cash.count_form", text=excerpt(word))
        code = _code(name, policy)
        if code in pieces:
            raise KnownError("cash.count_form", text=excerpt(word))
        pieces[code] = int(number)
    return pieces


def _code(name: str, policy: Policy) -> str:
    if any(one.code == name for one in policy.denominations):
        return name
    enabled = [one for one in policy.denominations if one.enabled]
    if not name[:1].isdigit():
        raise KnownError(
            "cash.unknown_denomination",
            denomination=excerpt(name),
            known=", ".join(one.code for one in enabled),
        )
    value = parse_money(name)
    codes = [one.code for one in enabled if one.value == value]
    if len(codes) > 1:
        raise KnownError("cash.which_denomination", value=format_money(value), codes=", ".join(codes))
    if not codes:
        raise KnownError(
            "cash.unknown_denomination",
            denomination=excerpt(name),
            known=", ".join(one.code for one in enabled),
        )
    return codes[0]
