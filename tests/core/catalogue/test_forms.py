"""Forms: which fields show, what is missing or wrong, and what is kept apart as personal."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.catalogue_files import shipped_catalogue
from kiosk.core.catalogue.answers import read_answer
from kiosk.core.catalogue.forms import evaluate
from kiosk.core.catalogue.model import DateLimit, Field, FieldType, Option, Text
from kiosk.core.errors import BugError, KnownError
from tests.core.catalogue.shipped import NATIONAL_NUMBER, TODAY, around, filled

LABEL = Text("سؤال", "Question")


def field(kind: FieldType, **keys: Any) -> Field:
    return Field("asked", LABEL, kind, **keys)


def read(typed: str, kind: FieldType, **keys: Any) -> object:
    return read_answer(field(kind, **keys), typed, around()).value


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldType.TEXT, "  بيت \u200f جديد ", "بيت جديد"),
        (FieldType.LONG_TEXT, "سطر\nسطر", "سطر\nسطر"),
        (FieldType.NAME, " محمد  عبد الله ", "محمد عبد الله"),
        (FieldType.NAME, "Anna Maria O'Neil-Smith", "Anna Maria O'Neil-Smith"),
        (FieldType.NATIONAL_NUMBER, "٢٩٩٠١٠١١٢٠٠٠١٦", NATIONAL_NUMBER),
        (FieldType.PASSPORT, "a 1234567", "A1234567"),
        (FieldType.MOBILE, "٠١٠١٢٣٤٥٦٧٨", "+201012345678"),
        (FieldType.WHOLE, "٠١٢", 12),
        (FieldType.DECIMAL, "١٢٠٫٥٠", "120.5"),
        (FieldType.DECIMAL, "007", "7"),
        (FieldType.DECIMAL, "0.00", "0"),
        (FieldType.MONEY, "١٬٢٣٤٫٥", 123450),
        (FieldType.DATE, "٢٤/١١/٢٠٢٦", "2026-11-24"),
        (FieldType.DATE, "2026-11-24", "2026-11-24"),
        (FieldType.DATE, "1-2-2026", "2026-02-01"),
        (FieldType.YES_NO, "no", "no"),
        (FieldType.ACCOUNT, " د/١١٤/2019 ", "د/114/2019"),
        (FieldType.TAX_NUMBER, "100-200-300", "100200300"),
        (FieldType.COORDINATES, "30.0444 ، 31.2357", "30.0444,31.2357"),
        (FieldType.COORDINATES, "30.0444 31.2357", "30.0444,31.2357"),
    ],
)
def test_an_answer_is_kept_in_one_form(kind: FieldType, typed: str, kept: object) -> None:
    assert read(typed, kind) == kept


@pytest.mark.parametrize(
    ("typed", "field_", "code"),
    [
        ("س" * 201, field(FieldType.TEXT), "form.too_long"),
        ("س" * 11, field(FieldType.TEXT, max_length=10), "form.too_long"),
        ("محمد", field(FieldType.NAME), "form.name_short"),
        ("محمد علي 3", field(FieldType.NAME), "form.name_character"),
        ("1.5", field(FieldType.WHOLE), "form.not_whole"),
        ("1,000", field(FieldType.WHOLE), "form.not_whole"),
        ("-1", field(FieldType.WHOLE), "form.not_whole"),
        ("0", field(FieldType.WHOLE, minimum=1), "form.too_small"),
        ("61", field(FieldType.WHOLE, maximum=60), "form.too_large"),
        ("1,5", field(FieldType.DECIMAL), "form.not_decimal"),
        ("1e3", field(FieldType.DECIMAL), "form.not_decimal"),
        ("1.234", field(FieldType.DECIMAL), "form.too_many_places"),
        ("0.99", field(FieldType.DECIMAL, minimum=1), "form.too_small"),
        ("60.01", field(FieldType.DECIMAL, maximum=60), "form.too_large"),
        ("1,5", field(FieldType.MONEY), "money.comma_as_point"),
        ("24/11/26", field(FieldType.DATE), "form.not_a_date"),
        ("31/2/2026", field(FieldType.DATE), "form.no_such_day"),
        ("25/11/2026", field(FieldType.DATE, dates=DateLimit.PAST), "form.date_ahead"),
        ("23/11/2026", field(FieldType.DATE, dates=DateLimit.FUTURE), "form.date_gone"),
        ("village", field(FieldType.CHOICE, options=(Option("city", LABEL),)), "form.not_an_option"),
        ("نعم", field(FieldType.YES_NO), "form.not_yes_no"),
        ("رقم", field(FieldType.ACCOUNT), "form.account"),
        ("12;34", field(FieldType.ACCOUNT), "form.account"),
        ("91,31", field(FieldType.COORDINATES), "form.coordinates"),
        ("30.1", field(FieldType.COORDINATES), "form.coordinates"),
        ("12345", field(FieldType.NATIONAL_NUMBER), "identity.number_length"),
        ("0221234567", field(FieldType.MOBILE), "identity.mobile_prefix"),
        ("12", field(FieldType.TAX_NUMBER), "identity.tax_number_length"),
        ("A;1", field(FieldType.PASSPORT), "identity.passport_number"),
    ],
)
def test_a_wrong_answer_says_what_is_wrong(typed: str, field_: Field, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        read_answer(field_, typed, around())
    assert caught.value.code == code


def test_today_passes_for_past_and_future_dates() -> None:
    for limit in (DateLimit.PAST, DateLimit.FUTURE):
        assert read("24/11/2026", FieldType.DATE, dates=limit) == "2026-11-24"


@given(st.sampled_from(sorted(FieldType)), st.text(max_size=30))
@settings(max_examples=200)
def test_any_typing_is_kept_or_refused_with_a_sentence(kind: FieldType, typed: str) -> None:
    with suppress(KnownError):
        assert isinstance(read(typed, kind, options=(Option("city", LABEL),)), str | int)


def test_a_field_hides_and_its_answer_is_left_out_when_its_condition_no_longer_holds() -> None:
    service = shipped_catalogue().service("SHP-06")
    answers = {"change_kind": "holder", "new_holder_name": "سعيد محمود", "new_activity": "بقالة"}
    state = evaluate(service, answers, around())
    assert "new_holder_name" in {one.name for one in state.fields}
    assert state.personal["new_holder_name"] == "سعيد محمود"
    assert "new_activity" not in state.facts
    changed = evaluate(service, {**answers, "change_kind": "activity"}, around())
    assert "new_holder_name" not in changed.personal
    assert changed.facts["new_activity"] == "بقالة"


def test_a_field_that_hangs_on_a_hidden_field_is_hidden_too() -> None:
    service = shipped_catalogue().service("CMP-02")
    answers = {"withhold_identity": "yes", "identity_kind": "passport", "passport_number": "A1234567"}
    state = evaluate(service, answers, around())
    assert not {"identity_kind", "passport_number"} & {one.name for one in state.fields}
    assert state.personal == {}


def test_the_question_about_a_shop_is_asked_in_one_governorate_only() -> None:
    service = shipped_catalogue().service("BLD-01")
    asked = {one.name for one in evaluate(service, {}, around("02")).fields}
    elsewhere = {one.name for one in evaluate(service, {}, around("13")).fields}
    nowhere = {one.name for one in evaluate(service, {}, around(None)).fields}
    assert asked - elsewhere == {"shop_owner"}
    assert elsewhere == nowhere


def test_missing_and_wrong_answers_are_told_in_the_order_of_the_form() -> None:
    service = shipped_catalogue().service("OCC-06")
    state = evaluate(service, {"length_m": "طويل", "applicant_name": "محمد أحمد"}, around())
    problems = state.problems()
    assert problems["identity_kind"].code == "form.missing"
    assert problems["length_m"].code == "form.not_decimal"
    assert "applicant_name" not in problems
    assert "mobile" not in problems
    order = [one.name for one in state.fields if one.name in problems]
    assert list(problems) == order
    assert not state.complete


def test_blank_answers_are_no_answers() -> None:
    service = shipped_catalogue().service("REC-06")
    assert "file_number" in evaluate(service, {"file_number": "  \n"}, around()).missing


def test_a_doubtful_national_number_asks_to_be_typed_again_and_is_kept() -> None:
    service = shipped_catalogue().service("REC-06")
    doubtful = NATIONAL_NUMBER[:-1] + "8"
    answers = {"identity_kind": "national_number", "national_number": doubtful}
    state = evaluate(service, answers, around())
    assert state.type_again == ("national_number",)
    assert state.personal["national_number"] == doubtful
    sure = evaluate(service, {**answers, "national_number": NATIONAL_NUMBER}, around())
    assert sure.type_again == ()


def test_an_answer_to_a_field_that_is_not_there_is_a_bug() -> None:
    with pytest.raises(BugError, match="colour"):
        evaluate(shipped_catalogue().service("REC-06"), {"colour": "red"}, around())


def test_facts_go_to_the_fee_tables_as_they_are_typed() -> None:
    state = filled(shipped_catalogue().service("BLD-03"), {"construction_cost": "1,500,000.05"})
    assert state.facts["construction_cost"] == 150000005
    assert state.typed(["construction_cost", "floors"]) == {
        "construction_cost": "1500000.05",
        "floors": "3",
    }


def test_a_record_of_the_form_shows_no_answers_in_its_known_part() -> None:
    state = filled(shipped_catalogue().service("VIT-06"))
    assert state.known["birth_date"] == TODAY.isoformat()
    assert "known" not in repr(state)
    assert date.fromisoformat(state.known["birth_date"])
