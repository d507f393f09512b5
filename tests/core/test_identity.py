"""Numbers of people and bodies are read, checked and hidden as the rules say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.bidi import LRI, PDI, RLM, ltr
from kiosk.core.errors import BugError, KnownError
from kiosk.core.identity import mask
from kiosk.core.identity.mobile import local_mobile, mask_mobile, read_mobile
from kiosk.core.identity.national_number import (
    Governorate,
    NationalNumber,
    Typing,
    read_national_number,
    take_typing,
)
from kiosk.core.identity.organisation import format_tax_number, read_commercial_register, read_tax_number
from kiosk.core.identity.passport import Passport, read_passport
from kiosk.governorates import governorates

TODAY = date(2026, 1, 5)
TABLE = governorates()
GOOD = "29001011234564"
"""1 January 1990, Dakahlia, fourth digit of the serial even; its check digit follows the rule."""


def read(text: str) -> NationalNumber:
    return read_national_number(text, governorates=TABLE, today=TODAY)


def type_in(text: str, previous: Typing | None = None) -> Typing:
    return take_typing(text, previous, governorates=TABLE, today=TODAY)


def with_check(first_thirteen: str, kind: str) -> str:
    """Complete 13 digits with the first digit that gives this kind of check."""
    return next(n for d in "0123456789" if read(n := first_thirteen + d).check == kind)


def expect(code: str, reader: object, *arguments: object, **options: object) -> KnownError:
    with pytest.raises(KnownError) as caught:
        reader(*arguments, **options)  # type: ignore[operator]
    assert caught.value.code == f"identity.{code}"
    assert caught.value.exit_code == 2
    return caught.value


class TestNationalNumber:
    def test_it_says_birth_place_and_sex(self) -> None:
        number = read(GOOD)
        assert number.number == GOOD
        assert number.birth_date == date(1990, 1, 1)
        assert number.governorate == Governorate("12", "الدقهلية", "Dakahlia")
        assert number.sex == "female"
        assert number.check == "matches"

    def test_an_odd_serial_is_a_man_and_century_3_is_two_thousand(self) -> None:
        number = read("30512318800011")
        assert number.sex == "male"
        assert number.birth_date == date(2005, 12, 31)
        assert number.governorate.name_en == "Born outside Egypt"

    @pytest.mark.parametrize(
        "text",
        [
            GOOD.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
            GOOD.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
            ltr(GOOD),
            RLM + GOOD + "\n",
            "2 900101 12 3456 4",
        ],
    )
    def test_digits_marks_and_spaces_of_any_kind_give_the_same_number(self, text: str) -> None:
        assert read(text) == read(GOOD)

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "number_length"),
            (GOOD[:13], "number_length"),
            (GOOD + "0", "number_length"),
            ("2900101123456x", "number_character"),
            ("2900101-123456", "number_character"),
            ("2900101123456²", "number_character"),
            ("1" + GOOD[1:], "century"),
            ("4" + GOOD[1:], "century"),
            ("29002301234564", "birth_date"),
            ("29013011234564", "birth_date"),
            ("29000001234564", "birth_date"),
            ("29102291234564", "birth_date"),
            ("32601061234564", "birth_in_future"),
            ("29001010534564", "governorate"),
            ("29001019934564", "governorate"),
        ],
    )
    def test_a_hard_mistake_is_refused_with_its_own_sentence(self, text: str, code: str) -> None:
        error = expect(code, read, text)
        assert GOOD[-6:] not in str(error)

    def test_a_birth_today_is_no_future(self) -> None:
        assert read("32601051234564").age(TODAY) == 0

    @pytest.mark.parametrize(
        ("born", "today", "age"),
        [
            ("110105", date(2026, 1, 4), 14),
            ("110105", date(2026, 1, 5), 15),
            ("120229", date(2026, 2, 28), 13),
            ("120229", date(2026, 3, 1), 14),
        ],
    )
    def test_age_turns_on_the_birthday(self, born: str, today: date, age: int) -> None:
        number = read_national_number(f"3{born}1234560", governorates=TABLE, today=today)
        assert number.age(today) == age
        assert number.under_15(today) == (age < 15)

    def test_its_repr_hides_the_person(self) -> None:
        assert repr(read(GOOD)) == "NationalNumber(check='matches')"

    @given(st.integers(0, 9999))
    def test_nine_or_ten_digits_of_each_number_ask_for_a_second_typing(self, serial: int) -> None:
        first = f"290010112{serial:04d}"
        kinds = [read(f"{first}{digit}").check for digit in range(10)]
        if "open" in kinds:
            assert kinds == ["open"] * 2 + ["mismatch"] * 8
        else:
            assert sorted(kinds) == ["matches"] + ["mismatch"] * 9

    def test_the_check_digit_is_worked_out_by_the_published_weights(self) -> None:
        weights = [2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
        for serial in range(0, 9999, 7):
            first = f"290010112{serial:04d}"
            remainder = sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11
            expected = (11 - remainder) % 10
            assert read(f"{first}{expected}").check == ("open" if remainder in (0, 1) else "matches")

    @given(st.text(max_size=20) | st.text("0123456789٢٣ ", min_size=13, max_size=15))
    def test_any_text_is_read_or_refused_in_words(self, text: str) -> None:
        try:
            number = read(text)
        except KnownError:
            return
        assert read(number.number) == number


class TestSecondTyping:
    first = "290010112345"
    bad = with_check(first + "6", "mismatch")
    other_bad = with_check(first + "7", "mismatch")

    def test_a_matching_or_open_number_is_accepted_at_once(self) -> None:
        assert type_in(GOOD) == Typing(read(GOOD), ask=None)
        open_first = next(
            f"290010112{n:04d}" for n in range(99) if read(f"290010112{n:04d}1").check == "open"
        )
        assert type_in(open_first + "0").ask is None

    def test_a_mismatch_asks_for_a_second_typing(self) -> None:
        typing = type_in(self.bad)
        assert typing.ask == "check_mismatch"
        question = typing.question()
        assert question is not None
        assert "رقم التحقق لا يطابق" in question.sentence()

    def test_two_equal_typings_are_accepted_and_flagged(self) -> None:
        typing = type_in(self.bad, type_in(self.bad))
        assert typing.ask is None
        assert typing.check_confirmed_by_second_typing
        assert typing.question() is None

    def test_different_typings_ask_again_and_are_never_refused(self) -> None:
        typing = type_in(self.bad)
        for text in [self.other_bad, self.bad] * 5:
            typing = type_in(text, typing)
            assert typing.ask == "typings_differ"
            assert typing.question() is not None
        typing = type_in(self.bad, typing)
        assert (typing.ask, typing.check_confirmed_by_second_typing) == (None, True)

    def test_a_second_typing_that_corrects_the_first_needs_no_third(self) -> None:
        assert type_in(GOOD, type_in(self.bad)) == Typing(read(GOOD), ask=None)

    def test_a_matching_number_is_doubted_by_one_that_differs(self) -> None:
        other_good = with_check(self.first + "7", "matches")
        for second in (other_good, self.bad):
            assert type_in(second, type_in(GOOD)).ask == "typings_differ"
        assert type_in(GOOD, type_in(GOOD)) == Typing(read(GOOD), ask=None)


class TestMask:
    def test_only_the_last_four_show_left_to_right(self) -> None:
        assert mask(GOOD) == f"{LRI}**********4564{PDI}"
        assert mask(ltr(GOOD)) == mask(GOOD)

    def test_a_short_number_is_hidden_whole(self) -> None:
        assert mask("4564") == ltr("****")


class TestMobile:
    @pytest.mark.parametrize(
        "text",
        [
            "01012345678",
            "010 1234 5678",
            "010-1234-5678",
            "+201012345678",
            "+20 10 1234 5678",
            "+2 01012345678",
            "(+20) 010 12345678",
            "00201012345678",
            "002 01012345678",
            "201012345678",
            "٠١٠١٢٣٤٥٦٧٨",
            "+٢٠١٠١٢٣٤٥٦٧٨",
            ltr("01012345678"),
        ],
    )
    def test_every_usual_way_gives_one_number(self, text: str) -> None:
        assert read_mobile(text) == "+201012345678"
        assert local_mobile(read_mobile(text)) == "01012345678"
        assert mask_mobile(read_mobile(text)) == ltr("*******5678")

    @pytest.mark.parametrize("prefix", ["010", "011", "012", "015"])
    def test_the_four_prefixes_are_taken(self, prefix: str) -> None:
        assert read_mobile(f"{prefix}12345678") == f"+2{prefix}12345678"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "mobile_length"),
            ("0101234567", "mobile_length"),
            ("010123456789", "mobile_length"),
            ("+20101234567", "mobile_length"),
            ("20101234567", "mobile_length"),
            ("+20", "mobile_length"),
            ("01", "mobile_length"),
            ("01312345678", "mobile_prefix"),
            ("0227961234", "mobile_prefix"),
            ("1012345678", "mobile_prefix"),
            ("+966512345678", "mobile_foreign"),
            ("00966512345678", "mobile_foreign"),
            ("0101234567a", "mobile_character"),
            ("01+012345678", "mobile_character"),
            ("0101234567²", "mobile_character"),
        ],
    )
    def test_a_wrong_number_says_what_is_wrong(self, text: str, code: str) -> None:
        expect(code, read_mobile, text)

    @given(st.text(max_size=16) | st.text("+0123456789 -", max_size=16))
    def test_any_text_is_read_or_refused_in_words(self, text: str) -> None:
        try:
            number = read_mobile(text)
        except KnownError:
            return
        assert len(number) == 13
        assert read_mobile(number) == read_mobile(local_mobile(number)) == number


class TestPassport:
    def test_country_and_number_are_kept_in_one_form(self) -> None:
        assert read_passport("  السودان ", "p 0123٤٥٦") == Passport("السودان", "P0123456")
        assert read_passport("Côte d’Ivoire", "12AB34567").country == "Côte d’Ivoire"

    @pytest.mark.parametrize("country", ["", " ", "12", "A1", "x" * 61, "\x00سودان"])
    def test_a_country_is_a_name(self, country: str) -> None:
        expect("passport_country", read_passport, country, "P0123456")

    @pytest.mark.parametrize("number", ["", "1234", "ABCDEFG", "P0123-456", "م0123456", "1" * 16])
    def test_a_passport_number_is_letters_and_digits(self, number: str) -> None:
        expect("passport_number", read_passport, "السودان", number)

    def test_its_repr_hides_the_number(self) -> None:
        assert "P0123456" not in repr(read_passport("السودان", "P0123456"))


class TestBodies:
    @pytest.mark.parametrize(
        "text", ["123456789", "123-456-789", "١٢٣-٤٥٦-٧٨٩", " 123 456 789 ", ltr("123-456-789")]
    )
    def test_a_tax_number_is_nine_digits_shown_in_threes(self, text: str) -> None:
        assert read_tax_number(text) == "123456789"
        assert format_tax_number(read_tax_number(text)) == "123-456-789"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", "tax_number_length"),
            (" \u200f", "tax_number_length"),
            ("12345678", "tax_number_length"),
            ("1234567890", "tax_number_length"),
            ("12345678a", "tax_number_character"),
            ("12345678²", "tax_number_character"),
            ("\ud800", "tax_number_character"),
        ],
    )
    def test_a_wrong_tax_number_says_what_is_wrong(self, text: str, code: str) -> None:
        expect(code, read_tax_number, text)

    @given(st.text(max_size=14))
    def test_any_text_is_a_tax_number_or_refused_in_words(self, text: str) -> None:
        try:
            number = read_tax_number(text)
        except KnownError:
            return
        assert number.isascii()
        assert len(number) == 9

    def test_a_commercial_register_is_office_number_and_year(self) -> None:
        entry = read_commercial_register(" سجل  طنطا", "٠١٢٣", "٢٠١٩", this_year=2026)
        assert (entry.office, entry.number, entry.year) == ("سجل طنطا", "0123", "2019")

    @pytest.mark.parametrize(
        ("office", "number", "year", "code"),
        [
            ("", "123", "2019", "register_office"),
            ("12", "123", "2019", "register_office"),
            ("طنطا", "", "2019", "register_number"),
            ("طنطا", "12a", "2019", "register_number"),
            ("طنطا", "1" * 11, "2019", "register_number"),
            ("طنطا", "123", "19", "register_year"),
            ("طنطا", "123", "1899", "register_year"),
            ("طنطا", "123", "2027", "register_year"),
        ],
    )
    def test_a_wrong_register_says_what_is_wrong(
        self, office: str, number: str, year: str, code: str
    ) -> None:
        expect(code, read_commercial_register, office, number, year, this_year=2026)


class TestGovernorates:
    def test_the_shipped_table_has_28_places_by_two_digit_codes(self) -> None:
        assert len(TABLE) == 28
        assert (TABLE["01"].name_ar, TABLE["21"].name_ar, TABLE["88"].name_ar) == (
            "القاهرة",
            "الجيزة",
            "خارج الجمهورية",
        )

    def test_a_table_with_a_code_twice_is_a_bug(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(
            "kiosk.governorates.read_resource", lambda *_: "code,name_ar,name_en\n01,a,b\n01,a,b\n"
        )
        with pytest.raises(BugError, match="line 3"):
            governorates.__wrapped__()
