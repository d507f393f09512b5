"""Fields take digits of every keyboard, show 0-9 at once and leave judging to the one parser."""

from collections.abc import Callable

import pytest
from PySide6.QtGui import Qt

from kiosk.core.errors import KnownError
from kiosk.ui.display_settings import DisplaySettings
from tests.ui.sample_screen import WITH_SAMPLE, SampleScreen
from tests.ui.stage import Stage


@pytest.fixture
def sample(make_stage: Callable[..., Stage]) -> tuple[Stage, SampleScreen]:
    stage = make_stage(screens=WITH_SAMPLE, size=(1024, 900))
    stage.unlock()
    stage.go("sample")
    return stage, stage.screen


Sample = tuple[Stage, SampleScreen]


@pytest.mark.parametrize(
    ("typed", "piastres"), [("1234.5", 123450), ("1,234.5", 123450), ("١٢٣٤٫٥", 123450), ("۱۲۳۴٫۵۰", 123450)]
)
def test_an_amount_reads_the_same_from_every_keyboard(sample: Sample, typed: str, piastres: int) -> None:
    stage, screen = sample
    screen.amount.setFocus()
    stage.type(typed)
    assert screen.amount.piastres() == piastres
    assert screen.amount.text().isascii()


def test_a_comma_for_piastres_is_an_error_and_stays_as_typed(sample: Sample) -> None:
    stage, screen = sample
    screen.amount.setFocus()
    stage.type("1,5")
    with pytest.raises(KnownError) as caught:
        screen.amount.piastres()
    assert caught.value.code == "money.comma_as_point"
    assert screen.amount.text() == "1,5"


def test_digits_lose_what_is_not_a_digit(sample: Sample) -> None:
    stage, screen = sample
    screen.phone.setFocus()
    stage.type("٠١٠-1234 5678999")
    assert screen.phone.value() == "01012345678"


def test_the_cursor_stays_where_a_person_corrects(sample: Sample) -> None:
    stage, screen = sample
    screen.phone.setFocus()
    stage.type("0123")
    screen.phone.setCursorPosition(2)
    stage.type("٩")
    assert screen.phone.text() == "01923"
    assert screen.phone.cursorPosition() == 3


def test_codes_are_capitals(sample: Sample) -> None:
    stage, screen = sample
    screen.code.setFocus()
    stage.type("ab-١٢")
    assert screen.code.value() == "AB-12"


def test_arabic_is_typed_by_keys_and_by_the_letters_on_the_screen(sample: Sample) -> None:
    stage, screen = sample
    screen.name.setFocus()
    stage.type("محمد ")
    for letter in "علي":
        stage.tap(screen.letters.keys[letter])
    assert screen.name.value() == "محمد علي"
    stage.tap(screen.letters.keys["\b"])
    assert screen.name.value() == "محمد عل"


def test_the_pad_writes_at_the_cursor_and_leaves_the_focus(sample: Sample) -> None:
    stage, screen = sample
    screen.amount.setFocus()
    for key in "12.5":
        stage.tap(screen.keypad.keys[key])
    assert screen.amount.piastres() == 1250
    assert stage.has_focus(screen.amount)
    stage.tap(screen.keypad.keys["\b"])
    assert screen.amount.text() == "12."


def test_the_pad_is_left_to_right_in_arabic(sample: Sample) -> None:
    _, screen = sample
    keys = screen.keypad.keys
    assert keys["1"].x() < keys["2"].x() < keys["3"].x()
    assert keys["1"].y() < keys["4"].y() < keys["0"].y()


def test_number_fields_are_left_to_right_against_the_right_side(sample: Sample) -> None:
    _, screen = sample
    for edit in (screen.amount, screen.phone, screen.code):
        assert edit.layoutDirection() == Qt.LayoutDirection.LeftToRight
        assert edit.alignment() & Qt.AlignmentFlag.AlignRight
    assert screen.name.layoutDirection() == Qt.LayoutDirection.RightToLeft


def test_the_letters_stand_as_on_the_keyboard_in_both_languages(make_stage: Callable[..., Stage]) -> None:
    for language in ("ar", "en"):
        settings = DisplaySettings(language=language)
        stage = make_stage(screens=WITH_SAMPLE, settings=settings, size=(1024, 900))
        stage.unlock()
        stage.go("sample")
        keys = stage.screen.letters.keys
        assert keys["ض"].x() < keys["ص"].x() < keys["د"].x()
