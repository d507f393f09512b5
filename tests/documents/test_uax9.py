"""Our order of Arabic and Latin text agrees with an implementation from other hands."""

import pytest
from bidi import get_display
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core.bidi import ltr
from kiosk.documents.uax9 import REMOVED, paragraph, visual_order

LETTERS = "ابتلاج٣٥٠۴12 ab()[]{}<>:/.-,%+#*$£«»_\u200f\u200e\u2066\u2067\u2068\u2069\u064b\u00a0"
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))


def shown(text: str, base: int = 1) -> str:
    levels = paragraph(text, base).line_levels(0, len(text))
    return "".join(text[at] for at in visual_order(levels)).translate(MARKS)


def judged(text: str, base: int = 1) -> str:
    found = get_display(text, base_dir="R" if base else "L")
    assert isinstance(found, str)
    return found.translate(MARKS)


@settings(max_examples=1500)
@given(st.text(LETTERS, min_size=1, max_size=24), st.sampled_from([0, 1]))
@example("ا(ب)1", 1)
@example("a(ب)ا[1]", 0)
@example("\u2066" * 130 + "ا1", 1)
@example("\u2068ab\u2069 ا \u2068ا1\u2069", 1)
@example("12٣\u064b%", 1)
def test_the_order_is_that_of_an_independent_implementation(text: str, base: int) -> None:
    assert shown(text, base) == judged(text, base)


@settings(max_examples=300)
@given(st.text(max_size=40), st.sampled_from([0, 1]))
def test_any_text_keeps_all_its_characters(text: str, base: int) -> None:
    levels = paragraph(text, base).line_levels(0, len(text))
    order = visual_order(levels)
    assert sorted(order) == [at for at, level in enumerate(levels) if level != REMOVED]


@pytest.mark.parametrize(
    ("logical", "visual"),
    [
        ("المبلغ 500.00 ج.م", "م.ج 500.00 غلبملا"),
        (f"بتاريخ {ltr('2026/11/21 14:35')}", "2026/11/21 14:35 خيراتب"),
        (f"الرقم {ltr('298*******4567')}", "298*******4567 مقرلا"),
        ("قطعة (14) حوض", "ضوح )14( ةعطق"),
        ("رقم ٢٩٨٠١", "٢٩٨٠١ مقر"),
        (f"دقة {ltr('203 dpi')} نقطة", "ةطقن 203 dpi ةقد"),
    ],
)
def test_lines_of_a_receipt_read_in_the_right_order(logical: str, visual: str) -> None:
    assert shown(logical) == visual


def test_an_override_cannot_leave_its_isolate() -> None:
    text = "\u2068\u202e123\u2069 500"
    levels = paragraph(text, 1).levels
    assert levels[-3:] == (2, 2, 2)
    assert REMOVED in levels


def test_embeddings_and_overrides_nest_and_close() -> None:
    levels = paragraph("\u202aا1\u202cab\u202b1\u202e2\u202c\u202cا", 0).levels
    assert levels == (REMOVED, 3, 4, REMOVED, 0, 0, REMOVED, 2, REMOVED, 3, REMOVED, REMOVED, 1)


def test_deep_nesting_ends_at_the_limit_of_the_standard() -> None:
    levels = paragraph("\u202b" * 200 + "ا", 1).levels
    assert levels[-1] == 125
