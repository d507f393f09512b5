"""Amounts in Arabic words (تفقيط) as receipts carry them: nominative, both nouns masculine.

The rules are those of classical grammar in the spelling of Egyptian treasuries (مائة, ثلاثمائة in one word,
tanween before the alef); each is stated where it is applied. The libraries tried get them wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import Piastres


@dataclass(frozen=True)
class _Noun:
    """A thing that is counted: a coin, or a power of a thousand."""

    one: str
    two: str
    two_before_noun: str
    """The dual without its nun, as it stands right before another noun (ألفا جنيه)."""
    few: str
    """Plural, after 3-10."""
    many: str
    """Singular accusative, after 11-99."""
    bare: str
    """Singular genitive, after whole hundreds, and after 11-99 when another noun follows."""


_POUND = _Noun("جنيه واحد", "جنيهان", "جنيها", "جنيهات", "جنيهًا", "جنيه")
_PIASTRE = _Noun("قرش واحد", "قرشان", "قرشا", "قروش", "قرشًا", "قرش")
_SCALES = (
    _Noun("ألف", "ألفان", "ألفا", "آلاف", "ألفًا", "ألف"),
    _Noun("مليون", "مليونان", "مليونا", "ملايين", "مليونًا", "مليون"),
    _Noun("مليار", "ملياران", "مليارا", "مليارات", "مليارًا", "مليار"),
    _Noun("تريليون", "تريليونان", "تريليونا", "تريليونات", "تريليونًا", "تريليون"),
)
_LIMIT = 100 * 1000 ** (len(_SCALES) + 1)

_UNITS = ("", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة")
_TEENS = ("أحد عشر", "اثنا عشر", *(f"{unit} عشر" for unit in _UNITS[3:10]))
_TENS = ("", "", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون")
_HUNDREDS = (
    *("", "مائة", "مائتان", "ثلاثمائة", "أربعمائة"),
    *("خمسمائة", "ستمائة", "سبعمائة", "ثمانمائة", "تسعمائة"),
)
_AND = " و"


def amount_in_words(piastres: Piastres) -> str:
    """Write an amount of piastres in Arabic words; zero is صفر جنيه (reports show it, receipts never do).

    Raises BugError for a negative amount or one of 10^15 pounds and more, which nothing here reaches.
    """
    if type(piastres) is not int or not 0 <= piastres < _LIMIT:
        raise BugError(f"no words for this amount: {piastres!r}")
    if piastres == 0:
        return f"صفر {_POUND.bare}"
    pounds, rest = divmod(piastres, 100)
    return _AND.join([*_pounds(pounds), *(_count(rest, _PIASTRE) if rest else ())])


def receipt_words(piastres: Piastres) -> str:
    """Write the amount line of a receipt: فقط وقدره … لا غير.

    Raises KnownError `money.zero_receipt`; BugError like `amount_in_words`.
    """
    if piastres == 0:
        raise KnownError("money.zero_receipt")
    return f"فقط وقدره {amount_in_words(piastres)} لا غير"


def _pounds(pounds: int) -> Iterator[str]:
    """Yield the phrases that و joins. The noun follows the last scale when the units are 0, 1 or 2.

    1 and 2 are noun phrases of their own, so that 1,001 is ألف جنيه وجنيه واحد; any other count takes the
    noun itself, and the scales before it stand absolute: مائتان, مليونان, ألفًا.
    """
    above, units = divmod(pounds, 1000)
    noun_follows = units <= 2
    scales = [(count, scale) for count, scale in zip(_thousands(above), _SCALES, strict=False) if count]
    for position, (count, scale) in enumerate(scales[::-1], start=1):
        last = position == len(scales)
        phrases = [*_count(count, scale, before_noun=last and noun_follows)]
        if last and noun_follows:
            phrases[-1] += f" {_POUND.bare}"
        yield from phrases
    if units:
        yield from _count(units, _POUND)


def _thousands(number: int) -> Iterator[int]:
    while number:
        number, group = divmod(number, 1000)
        yield group


def _count(number: int, noun: _Noun, *, before_noun: bool = False) -> Iterator[str]:
    """Yield the phrases of 1-999 of a noun; `before_noun` when another noun comes right after them."""
    hundreds, rest = divmod(number, 100)
    if rest in (1, 2):
        if hundreds:
            yield f"{_before_noun(_HUNDREDS[hundreds])} {noun.bare}"
        yield noun.one if rest == 1 else (noun.two_before_noun if before_noun else noun.two)
    elif rest == 0:
        yield f"{_before_noun(_HUNDREDS[hundreds])} {noun.bare}"
    else:
        if hundreds:
            yield _HUNDREDS[hundreds]
        counted = noun.few if rest <= 10 else (noun.bare if before_noun else noun.many)
        yield f"{_below_hundred(rest)} {counted}"


def _before_noun(hundred: str) -> str:
    """مائتان loses its nun right before the noun it counts."""
    return hundred.removesuffix("ن")


def _below_hundred(number: int) -> str:
    if number <= 10:
        return _UNITS[number]
    if number < 20:
        return _TEENS[number - 11]
    tens, units = divmod(number, 10)
    return _AND.join(filter(None, (_UNITS[units], _TENS[tens])))
