"""Letters join, ligatures form, no glyph is missing; Qt's own layout is the second opinion."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontDatabase, QRawFont, Qt, QTextLayout, QTextOption

from kiosk.core.bidi import ltr
from kiosk.documents.shaping import EM, ShapedLine, Weight, font, font_path, ink, shape
from kiosk.documents.uax9 import paragraph

PLEX = "IBMPlexSansArabic-Medium.ttf"


def line(text: str, weight: Weight = "medium") -> ShapedLine:
    return shape(paragraph(text, 1), 0, len(text), weight)


def names(text: str) -> list[str]:
    shaped = line(text)
    return [font(run.font).hb_font.glyph_to_string(g.index) for run in shaped.runs for g in run.glyphs]


def test_lam_and_alef_become_one_glyph_that_stands_for_both() -> None:
    glyphs = [glyph for run in line("لا").runs for glyph in run.glyphs]
    assert [glyph.text for glyph in glyphs] == ["لا"]
    assert names("لا") == ["uniFEFB"]


def test_letters_take_the_form_of_their_place() -> None:
    assert names("ههه") == ["uniFEEA", "uniFEEC", "uniFEEB"]
    assert names("ه") == ["uni0647"]


def test_a_letter_with_marks_says_its_text_once() -> None:
    glyphs = [glyph for run in line("جنيهًا").runs for glyph in run.glyphs]
    assert "".join(glyph.text for glyph in reversed(glyphs)) == "جنيهًا"
    assert [glyph.text for glyph in glyphs if glyph.advance == 0] == [""]


def test_a_character_of_another_font_is_drawn_by_the_fallback() -> None:
    fonts = {run.font for run in line("ورقة □ 1").runs}
    assert fonts == {PLEX, "DejaVuSans.ttf"}


def test_a_character_that_no_font_has_becomes_the_replacement_mark() -> None:
    texts = [glyph.text for run in line("أحمد 𒐫").runs for glyph in run.glyphs]
    assert "\ufffd" in texts
    assert all(glyph.index for run in line("أحمد 𒐫").runs for glyph in run.glyphs)


@settings(max_examples=150)
@given(st.text(max_size=30))
def test_no_text_draws_a_missing_glyph_or_loses_its_width(text: str) -> None:
    shaped = line(text)
    assert shaped.width == sum(glyph.advance for run in shaped.runs for glyph in run.glyphs)
    assert all(glyph.index for run in shaped.runs for glyph in run.glyphs)


@pytest.mark.parametrize("text", ["\ufe0f", "\u034f", "\u180e", "\ufe0f\ufe0f", "علي\ufe0f"])
def test_characters_that_leave_no_mark_take_no_room(text: str) -> None:
    bare = text.strip("\ufe0f\u034f\u180e")
    assert line(text).width == (line(bare).width if bare else 0)


def test_the_ink_of_a_body_line_fits_a_strip_of_24_rows() -> None:
    _, _, top, bottom = ink(line("إيصال تحصيل لصالح الوحدة المحلية (123) – بند 1/2/5"))
    assert (top - bottom) * 22 <= 24 * EM


@pytest.mark.parametrize("name", [PLEX, "IBMPlexSansArabic-Regular.ttf", "IBMPlexSansArabic-Bold.ttf"])
def test_qt_agrees_that_the_font_has_the_alphabet(qapp: object, name: str) -> None:
    raw = QRawFont(str(font_path(name)), 22)
    alphabet = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ،؛؟«»–…0123456789٠١٢٣٤٥٦٧٨٩✓()[]*/:.%"
    assert [letter for letter in alphabet if not raw.supportsCharacter(ord(letter))] == []


@pytest.mark.parametrize(
    "text",
    [
        "إيصال تحصيل رسوم الأراضي والآلات",
        "فقط وقدره ألف ومائتان وخمسة وثمانون جنيهًا وخمسون قرشًا لا غير",
        f"المبلغ {ltr('1,285.50')} ج.م (شاملًا الضريبة)",
        f"من {ltr('24/11/2026 12:40')} إلى TID 20113345",
        "قطعة (14) «حوض الرمال» – 50%",
    ],
)
def test_qt_chooses_the_same_glyphs_at_the_same_places(qapp: object, text: str) -> None:
    theirs = _qts(text)
    shaped = line(text)
    ours = sorted((glyph.x * 22 // EM, glyph.index) for run in shaped.runs for glyph in run.glyphs)
    ours, theirs = ([place for place in places if place[1] != SPACE] for places in (ours, theirs))
    assert [_name(index) for _, index in ours] == [_name(index) for _, index in theirs]
    assert all(abs(one - two) <= 3 for (one, _), (two, _) in zip(ours, theirs, strict=True))


def _name(index: int) -> str:
    """Name of a glyph; Qt takes the font's smaller digits for Arabic lines, we the taller ones on purpose."""
    return str(font(PLEX).hb_font.glyph_to_string(index)).removesuffix(".loclARAB")


def test_digits_on_paper_are_the_tall_ones() -> None:
    assert "five" in names(f"المبلغ {ltr('5')}")


SPACE = font(PLEX).hb_font.get_nominal_glyph(0x20)
"""Left out of the comparison: Qt draws isolates as spaces without width."""


def _qts(text: str) -> list[tuple[int, int]]:
    """Place from the left and index of each glyph as Qt lays the line out, in its own bidi and shaping."""
    family = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font_path(PLEX))))[0]
    face = QFont(family)
    face.setPixelSize(22)
    face.setWeight(QFont.Weight.Medium)
    face.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    layout = QTextLayout(text, face)
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.RightToLeft)
    option.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
    layout.setTextOption(option)
    layout.beginLayout()
    layout.createLine().setLineWidth(740)
    layout.endLayout()
    return sorted(
        (int(position.x()), index)
        for run in layout.glyphRuns()
        for index, position in zip(run.glyphIndexes(), run.positions(), strict=True)
    )
