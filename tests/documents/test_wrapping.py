"""Lines break at spaces, never overflow, and always come to an end."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.documents.wrapping import ELLIPSIS, wrap


def texts(text: str, width: int, most: int = 99) -> list[str]:
    return [line.text for line in wrap(text, "medium", 22, width, most)]


def test_a_line_breaks_between_words() -> None:
    assert texts("محافظة الجيزة مركز البدرشين", 150) == ["محافظة الجيزة", "مركز البدرشين"]


def test_a_text_that_fits_is_one_line() -> None:
    assert texts("محافظة الجيزة", 200) == ["محافظة الجيزة"]


def test_no_text_gives_no_line() -> None:
    assert texts("", 200) == []


def test_a_non_breaking_space_holds_an_amount_with_its_currency() -> None:
    assert texts("المبلغ 500.00\u00a0ج.م", 130) == ["المبلغ", "500.00\u00a0ج.م"]


def test_a_word_that_is_too_long_alone_is_broken_inside() -> None:
    lines = texts("D00000123-2026-00418", 100)
    assert len(lines) > 1
    assert "".join(lines) == "D00000123-2026-00418"


def test_what_exceeds_the_allowed_lines_ends_with_an_ellipsis() -> None:
    lines = texts("كلمة " * 100, 150, 2)
    assert len(lines) == 2
    assert lines[-1].endswith(ELLIPSIS)


def test_nothing_is_lost_without_an_ellipsis() -> None:
    text = "ورثة حسن إبراهيم عبد الرحمن الشناوي (14) 2026/11/24"
    assert " ".join(texts(text, 150)) == text


@settings(max_examples=150)
@given(
    st.text("ابتلا abc12 ()\u2066\u2069\u064b-\u00a0", max_size=60), st.integers(40, 300), st.integers(1, 4)
)
def test_no_line_is_wider_than_its_column(text: str, width: int, most: int) -> None:
    lines = wrap(text, "bold", 22, width, most)
    assert len(lines) <= most
    assert all(line.width_at(22) <= width for line in lines)


@pytest.mark.parametrize("text", ["اب" * 50_000, "a " * 50_000, "\u2066" * 100_000, "ا" + "\u064b" * 5000])
def test_a_monstrous_text_is_cut_quickly(text: str) -> None:
    started = time.perf_counter()
    assert len(wrap(text, "medium", 22, 300, 3)) <= 3
    assert time.perf_counter() - started < 10
