"""Pure rules that screens call on every keystroke, each beside the usual way to do the same."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from num2words import num2words

from benchmarks.frame import Figure, against_limit, against_peer, interleaved
from kiosk.core.arabic import loose_key
from kiosk.core.money import format_money, parse_money
from kiosk.core.words import amount_in_words

AMOUNTS = [(1_234_567 * number) % 9_999_999 + 1 for number in range(1, 401)]
"""400 amounts up to 100,000 pounds, in piastres, the same in every run."""

NAMES = [
    unicodedata.normalize("NFD", f"{first} {second} {third}")
    for first in ("أحمد", "فاطمة", "عبد الرحمن", "إيمان", "مُحَمَّد")
    for second in ("مصطفى", "عبد الله", "أبو زيد", "سلوى")
    for third in ("الشاذلى", "ابن سلامة", "نور الدين", "علي ١٢")
]
"""Decomposed, as names arrive from other systems: normalising whole letters costs nothing."""

MICRO = 1_000_000


def _each(function: Callable[[str], object], values: list[str]) -> Callable[[], object]:
    return lambda: [function(value) for value in values]


def _per_call(seconds: Iterable[float], calls: int) -> list[float]:
    return [one / calls * MICRO for one in seconds]


def words() -> Iterator[Figure]:
    """Amount in words, in µs per amount, against num2words (which gets every amount with piastres wrong)."""
    pounds = [Decimal(amount).scaleb(-2) for amount in AMOUNTS]
    own, peer = _per_call(
        interleaved(
            lambda: [amount_in_words(amount) for amount in AMOUNTS],
            lambda: [num2words(amount, lang="ar", to="currency", currency="EGP") for amount in pounds],
            rounds=15,
        ),
        len(AMOUNTS),
    )
    yield against_peer("core.words against num2words", own, peer, "µs", at_most=1)


def parse() -> Iterator[Figure]:
    """Reading a typed amount, in µs, against Decimal, which accepts nearly anything."""
    typed = [format_money(amount) for amount in AMOUNTS]
    bare = [text.replace(",", "") for text in typed]
    own, peer = _per_call(interleaved(_each(parse_money, typed), _each(Decimal, bare), rounds=25), len(typed))
    yield against_limit("core.parse_money", own, "µs", limit=200)
    yield against_peer("core.parse_money against Decimal", own, peer, "µs", at_most=80)


def search_key() -> Iterator[Figure]:
    """The loose search key of a name, in µs, against Unicode normalisation alone, which it contains."""
    own, peer = _per_call(
        interleaved(
            _each(loose_key, NAMES),
            _each(lambda name: unicodedata.normalize("NFKC", name), NAMES),
            rounds=25,
        ),
        len(NAMES),
    )
    yield against_limit("core.search_key", own, "µs", limit=200)
    yield against_peer("core.search_key against NFKC alone", own, peer, "µs", at_most=150)
