"""Values reach paper in one form, and hostile text cannot disturb what stands beside it."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.bidi import ltr, strip_marks
from kiosk.core.errors import BugError
from kiosk.documents.values import FORMS, LONGEST, harmless


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("", "أحمد", "\u2068أحمد\u2069"),
        ("", "", ""),
        ("", 12, ltr("12")),
        ("money", 128550, ltr("1,285.50")),
        ("money", -100, f"خصم\u00a0{ltr('1.00')}"),
        ("pounds", 5, f"{ltr('0.05')}\u00a0ج.م"),
        ("code", "BAG 118", ltr("BAG\u00a0118")),
        ("code", "", ""),
        ("text", "قرية  أبو\nرجوان", "قرية أبو رجوان"),
        ("date", date(2026, 11, 24), "24\u00a0نوفمبر\u00a02026"),
        ("date", datetime(2026, 11, 24, 23, 59), "24\u00a0نوفمبر\u00a02026"),  # noqa: DTZ001
        ("digits", date(2026, 1, 5), ltr("05/01/2026")),
        ("weekday", date(2026, 11, 24), "الثلاثاء"),
        ("time", datetime(2026, 11, 24, 9, 5), ltr("09:05")),  # noqa: DTZ001
    ],
)
def test_a_value_has_one_form(form: str, value: object, shown: str) -> None:
    assert FORMS[form](value) == shown


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("money", "5"),
        ("money", True),
        ("date", "2026"),
        ("time", date(2026, 1, 1)),
    ],
)
def test_a_value_of_another_kind_is_a_bug(form: str, value: object) -> None:
    with pytest.raises(BugError):
        FORMS[form](value)


def test_a_value_without_a_form_that_needs_one_is_a_bug() -> None:
    for value in (date(2026, 1, 1), True, None, 1.5):
        with pytest.raises(BugError):
            FORMS[""](value)


def test_a_name_cannot_turn_the_figures_beside_it_around() -> None:
    assert harmless("\u202eأحمد\u202c\u2066\u200f 500") == "أحمد 500"


def test_presentation_forms_from_old_files_become_letters() -> None:
    assert harmless("ﺃﺣﻤﺪ ﻻ") == "أحمد لا"


def test_controls_and_unassigned_characters_become_the_replacement_mark() -> None:
    assert harmless("a\x1bb\ue000") == "a\ufffdb\ufffd"


@settings(max_examples=200)
@given(st.text(max_size=3000))
def test_any_text_is_made_harmless(text: str) -> None:
    clean = harmless(text)
    assert len(clean) <= LONGEST
    assert clean == strip_marks(clean) == harmless(clean)
    assert all(letter.isprintable() or letter == "\u00a0" or not letter.isspace() for letter in clean)
