"""Amounts in words agree with the hand-written table, a second generator, and num2words where it is right.

`second_generator` shares nothing with the product: it writes each amount as terms over the letters B M K P
(milliard, million, thousand, pound), rewrites them by patterns, and spells what is left.
"""

import csv
import re
from pathlib import Path

import num2words
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import MAX_PIASTRES, parse_money
from kiosk.core.words import amount_in_words, receipt_words

TABLE = Path(__file__).parent.parent / "data" / "tafqeet_cases.csv"
ROWS = csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines())
CASES = [(row["amount_egp"], row["words_ar"]) for row in ROWS]
PROMISED = 3_000_000_000_99

SMALL = [
    *["واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة", "عشرة"],
    *["أحد عشر", "اثنا عشر", "ثلاثة عشر", "أربعة عشر", "خمسة عشر"],
    *["ستة عشر", "سبعة عشر", "ثمانية عشر", "تسعة عشر"],
]
ROUND = ["عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
HUNDRED = [
    *["مائة", "مائتان", "ثلاثمائة", "أربعمائة", "خمسمائة"],
    *["ستمائة", "سبعمائة", "ثمانمائة", "تسعمائة"],
]
FORMS = {
    "P": ("جنيه", "جنيهات"),
    "Q": ("قرش", "قروش"),
    "K": ("ألف", "آلاف"),
    "M": ("مليون", "ملايين"),
    "B": ("مليار", "مليارات"),
    "T": ("تريليون", "تريليونات"),
}


def spell(number: int) -> str:
    if number >= 100:
        rest = number % 100
        return HUNDRED[number // 100 - 1] + (f" و{spell(rest)}" if rest else "")
    if number < 20:
        return SMALL[number - 1]
    unit = f"{SMALL[number % 10 - 1]} و" if number % 10 else ""
    return unit + ROUND[number // 10 - 2]


def second_generator(piastres: int) -> str:
    triples = f"{piastres // 100:018,d}".split(",")
    letters = "TBMKP"[-len(triples) :]
    terms = [f"{int(triple)}{letter}" for triple, letter in zip(triples, letters, strict=True) if int(triple)]
    formula = "+".join(terms)
    # A count that ends in 01 or 02 is two terms, for every noun: 101K is 100K+1K.
    formula = re.sub(r"([1-9])(0[12])([A-Z])", lambda m: f"{m[1]}00{m[3]}+{int(m[2])}{m[3]}", formula)
    if formula and not formula.endswith("P"):
        formula += "&P"  # the noun right after a scale
    # One or two pounds after anything are phrases of their own, so the noun is said before them too.
    formula = re.sub(r"([TBMK])\+([12]P)$", r"\1&P+\2", formula)
    if piastres % 100:
        formula += f"+{piastres % 100}Q" if formula else f"{piastres % 100}Q"
    return " و".join(_term(term) for term in formula.split("+"))


def _term(term: str) -> str:
    count, letter, before = re.fullmatch(r"(\d+)([A-Z])(&P)?", term).groups()  # type: ignore[union-attr]
    noun, plural = FORMS[letter]
    tail = f" {FORMS['P'][0]}" if before else ""
    number = int(count)
    if number == 1:
        return noun + (tail or ("" if letter in "TBMK" else " واحد"))
    if number == 2:
        return f"{noun}ا{tail}" if before else f"{noun}ان"
    if number % 100 == 0:
        return f"{spell(number)}#".replace("ان#", "ا").replace("#", "") + f" {noun}{tail}"
    if number % 100 <= 10:
        return f"{spell(number)} {plural}{tail}"
    return f"{spell(number)} {noun}" + (tail or "\u064bا")


def structured_edges() -> list[int]:
    """Every count up to 1,120, at every scale, alone and with units, scales and piastres beside it."""
    counts = [*range(1, 126), *range(198, 214), 299, 300, 301, 302, 303, 310, 311, 899, 900, 999]
    beside = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 200, 201, 202, 203, 211, 1000, 2000, 101_000, 102_000)
    pounds = {
        count * scale + more for count in counts for scale in (1, 1000, 10**6, 10**9) for more in beside
    }
    return sorted(
        pound * 100 + piastres for pound in pounds if pound * 100 < MAX_PIASTRES for piastres in (0, 1, 2, 25)
    )


@pytest.mark.parametrize(("amount", "words"), CASES)
def test_a_hand_written_amount_is_spelt_as_written(amount: str, words: str) -> None:
    assert amount_in_words(parse_money(amount)) == words
    assert second_generator(parse_money(amount)) == words


def test_the_two_generators_agree_on_every_structured_edge() -> None:
    edges = structured_edges()
    assert len(edges) > 20_000
    assert [n for n in edges if amount_in_words(n) != second_generator(n)] == []


def test_the_two_generators_agree_on_every_piastre_and_every_pound_up_to_twelve_hundred() -> None:
    piastres = [*range(1, 500), *range(500, 120_100, 100)]
    assert [n for n in piastres if amount_in_words(n) != second_generator(n)] == []


@given(st.integers(1, PROMISED) | st.integers(1, 10**7) | st.integers(1, MAX_PIASTRES))
@settings(max_examples=1500)
def test_the_two_generators_agree_on_any_amount(piastres: int) -> None:
    assert amount_in_words(piastres) == second_generator(piastres)


@given(st.sets(st.integers(1, MAX_PIASTRES), min_size=2, max_size=40))
def test_two_amounts_never_share_their_words(amounts: set[int]) -> None:
    assert len({amount_in_words(piastres) for piastres in amounts}) == len(amounts)


def right_in_num2words(pounds: int) -> bool:
    """The amounts on which num2words 0.5.14 follows the grammar.

    It is wrong on every piastre, on 1 and 2, on …01 and …02 (no repeated noun), on round hundreds of
    thousands before more (it adds tanween), and on thousands after hundreds (مائة وثلاثة ألف).
    """
    thousands, units = divmod(pounds, 1000)
    return thousands < 100 and units % 100 not in (1, 2) and pounds > 2


def as_we_spell(text: str) -> str:
    """Bring num2words to the spelling of receipts: tanween before the alef, مائة, no space after و."""
    return text.replace("اً", "ًا").replace("مئة", "مائة").replace("مئتا", "مائتا").replace(" و ", " و")


def test_num2words_agrees_where_it_is_right() -> None:
    amounts = [n for n in [*range(3, 1500), *range(1500, 99_999, 37)] if right_in_num2words(n)]
    assert len(amounts) > 3000
    differing = [
        n
        for n in amounts
        if amount_in_words(n * 100)
        != as_we_spell(num2words.num2words(n, lang="ar", to="currency", currency="EGP"))
    ]
    assert differing == []


def test_the_bound_of_the_parser_has_words() -> None:
    assert amount_in_words(MAX_PIASTRES) == "مائة مليار جنيه"
    assert amount_in_words(2_002_000_000_000_00) == "تريليونان ومليارا جنيه"


def test_a_receipt_says_only_and_no_more() -> None:
    assert receipt_words(101_50) == "فقط وقدره مائة جنيه وجنيه واحد وخمسون قرشًا لا غير"


def test_zero_is_a_word_in_reports_and_no_receipt() -> None:
    assert amount_in_words(0) == "صفر جنيه"
    with pytest.raises(KnownError) as caught:
        receipt_words(0)
    assert caught.value.code == "money.zero_receipt"


@pytest.mark.parametrize("value", [-1, 10**17, True, "5"])
def test_what_is_no_amount_has_no_words(value: object) -> None:
    with pytest.raises(BugError):
        amount_in_words(value)  # type: ignore[arg-type]
