"""Typed amounts become piastres, or a sentence that says what is wrong with them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.core.bidi import LRI, PDI, RLM, ltr, strip_marks
from kiosk.core.errors import BugError, KnownError
from kiosk.core.money import MAX_PIASTRES, format_money, format_pounds, parse_money

AMOUNTS = st.integers(0, MAX_PIASTRES)
RIGHT = {
    "0": 0,
    "0.00": 0,
    "0.5": 50,
    "5": 500,
    "1234.5": 123450,
    "1234.50": 123450,
    "1,234.5": 123450,
    "1,234,567.89": 123456789,
    "1234567.89": 123456789,
    "١٢٣٤٫٥": 123450,
    "١٬٢٣٤٫٥٠": 123450,
    "١٢٣٤.٥": 123450,
    "١,٢٣٤.٥": 123450,
    "۱۲۳۴٫۵": 123450,
    "۱٬۲۳۴": 123400,
    "1٬234.50": 123450,
    "1234٫50": 123450,
    "100,000,000,000": MAX_PIASTRES,
}
WRONG = {
    "": "empty",
    "   ": "empty",
    "\u200f": "empty",
    "-5": "sign",
    "+5": "sign",
    "5-": "sign",
    "−5": "sign",
    "–5.00": "sign",
    "- 5": "sign",
    "1 234": "space",
    " 12": "space",
    "12 ": "space",
    "12\n": "space",
    "1\u00a0234": "space",
    "5 ج.م": "character",
    "5ج": "character",
    "EGP5": "character",
    "1e3": "character",
    "0x10": "character",
    "1_000": "character",
    "(5)": "character",
    "1،5": "character",
    "²": "character",
    "１２": "character",
    "५": "character",
    "5\u200b": "character",
    "5\x00": "character",
    "5\ud800": "character",
    "nan": "character",
    "١٢3": "mixed_digits",
    "1٫٢": "mixed_digits",
    "١۲": "mixed_digits",
    "1.2.3": "two_points",
    "1..5": "two_points",
    "1٫2.3": "two_points",
    "1.234.567": "two_points",
    "1,5": "comma_as_point",
    "1,50": "comma_as_point",
    "١٬٥": "comma_as_point",
    "1234,5": "comma_as_point",
    "12,34.5": "grouping",
    "1234,567": "grouping",
    "1,2345": "grouping",
    "1,23,456": "grouping",
    ",5": "grouping",
    "1,": "grouping",
    "1,,234": "grouping",
    ",": "grouping",
    "1,5.00": "grouping",
    "1,234,": "grouping",
    ".5": "nothing_before_point",
    ".": "nothing_before_point",
    "5.": "nothing_after_point",
    "1.234": "third_decimal",
    "0.005": "third_decimal",
    "1.234,5": "comma_after_point",
    "1.234,567": "comma_after_point",
    "01012345678": "leading_zero",
    "00": "leading_zero",
    "05.00": "leading_zero",
    "0,123": "leading_zero",
    "100000000000.01": "too_large",
    "9" * 5000: "too_large",
}


@pytest.mark.parametrize("text", RIGHT)
def test_a_rightly_written_amount_is_read(text: str) -> None:
    assert parse_money(text) == RIGHT[text]


@pytest.mark.parametrize("text", WRONG)
def test_a_wrongly_written_amount_says_which_mistake_it_is(text: str) -> None:
    with pytest.raises(KnownError) as caught:
        parse_money(text)
    assert caught.value.code == f"money.{WRONG[text]}"
    assert caught.value.exit_code == 2
    assert len(caught.value.sentence()) < 160


def test_every_mistake_of_the_table_is_met() -> None:
    from kiosk.core.situations.money import SITUATIONS

    assert {f"money.{code}" for code in WRONG.values()} | {"money.zero_receipt"} == set(SITUATIONS)


def test_a_comma_for_piastres_is_answered_with_the_right_spelling() -> None:
    with pytest.raises(KnownError) as caught:
        parse_money("1,5")
    assert strip_marks(caught.value.sentence()) == "الفاصلة في 1,5 للآلاف فقط، ولا تفصل القروش."
    assert strip_marks(caught.value.remedy()) == "اكتب القروش بعد نقطة: 1.50"


def test_an_invisible_character_is_named_by_its_number() -> None:
    with pytest.raises(KnownError) as caught:
        parse_money("5\u200b")
    assert "U+200B" in caught.value.sentence()


@pytest.mark.parametrize("text", [ltr("12.50"), RLM + "12.50", f"{LRI}12{PDI}.50\u202c"])
def test_direction_marks_around_an_amount_are_dropped(text: str) -> None:
    assert parse_money(text) == 1250


def test_an_amount_is_shown_with_latin_digits_groups_and_two_decimals() -> None:
    shown = {0: "0.00", 5: "0.05", 100: "1.00", 123450: "1,234.50", 10**11: "1,000,000,000.00"}
    assert {piastres: format_money(piastres) for piastres in shown} == shown


def test_an_amount_in_a_sentence_has_its_currency_and_stays_in_order() -> None:
    assert format_pounds(123450) == f"{LRI}1,234.50{PDI} ج.م"
    assert format_pounds(123450, "en") == "EGP 1,234.50"


@pytest.mark.parametrize("value", [-1, -100, True, "5", None])
def test_what_is_no_amount_is_never_shown_as_one(value: object) -> None:
    with pytest.raises(BugError):
        format_money(value)  # type: ignore[arg-type]


@given(AMOUNTS)
def test_what_is_shown_reads_back(piastres: int) -> None:
    assert parse_money(format_money(piastres)) == piastres
    assert parse_money(format_money(piastres).replace(",", "")) == piastres
    arabic = format_money(piastres).translate(str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬"))
    assert parse_money(arabic) == piastres


@given(st.text("0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹.,٫٬ -\u200f", max_size=16) | st.text(max_size=30))
@example("9" * 10_000)
@example("1" + ",000" * 2000)
def test_any_text_is_read_the_same_way_twice_or_refused_in_words(text: str) -> None:
    try:
        piastres = parse_money(text)
    except KnownError as error:
        error.sentence().encode()
        return
    assert 0 <= piastres <= MAX_PIASTRES
    assert parse_money(format_money(piastres)) == piastres
