"""Colours of every theme keep their contrast, and the style sheet keeps both directions alike."""

import re

import pytest

from kiosk.core.errors import BugError
from kiosk.resources import read_resource
from kiosk.ui.look import SCALES, Look
from kiosk.ui.theme import style_sheet
from kiosk.ui.tokens import SHAPE_PAIRS, TEXT_PAIRS, THEMES, ThemeName, contrast


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert round(contrast("#000000", "#FFFFFF"), 1) == 21
    assert round(contrast("#FFFFFF", "#777777"), 2) == 4.48
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_is_read_by_weak_eyes(theme: ThemeName, ink: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), SHAPE_PAIRS)
def test_borders_and_the_focus_ring_are_seen(theme: ThemeName, ink: str, ground: str) -> None:
    colours = THEMES[theme]
    assert contrast(getattr(colours, ink), getattr(colours, ground)) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("scale", SCALES)
def test_the_style_sheet_is_filled_for_every_look(theme: ThemeName, scale: int) -> None:
    sheet = style_sheet(Look(theme=THEMES[theme], scale=scale))  # type: ignore[arg-type]
    assert "$" not in sheet
    assert not re.search(r"\d(sp)\b", sheet)


def test_lengths_and_texts_grow_with_the_scale_and_the_theme() -> None:
    normal, large = style_sheet(Look()), style_sheet(Look(scale=150))
    assert "font-size: 18px" in normal
    assert "font-size: 27px" in large
    assert "font-size: 20px" in style_sheet(Look(theme=THEMES["sunlight"]))


def test_the_style_sheet_has_no_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt mirrors some one-sided rules and not others: none is used."""
    assert not re.search(r"-(left|right)\b", read_resource("qss", "kiosk.qss"))
    monkeypatch.setattr("kiosk.ui.theme.read_resource", lambda *_: "QLabel { color: $mauve; }")
    with pytest.raises(BugError, match="mauve"):
        style_sheet(Look())
