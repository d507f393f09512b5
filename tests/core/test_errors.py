"""Every situation that people can meet has whole sentences in both languages."""

import pytest

from kiosk.core.bidi import ltr, strip_marks
from kiosk.core.errors import BugError, KnownError, Situation
from kiosk.core.situations import SITUATIONS

ARABIC = range(0x0620, 0x064B)
SHY_WORDS = ("من فضلك", "برجاء", "عذرًا", "عذرا", "غير صالح")


@pytest.mark.parametrize("code", SITUATIONS)
def test_a_situation_has_sentence_and_remedy_in_both_languages(code: str) -> None:
    situation = SITUATIONS[code]
    for text in (situation.ar, situation.remedy_ar):
        assert any(ord(letter) in ARABIC for letter in text) or "_ar}" in text, text
        assert not any(word in text for word in SHY_WORDS), text
    for text in (situation.en, situation.remedy_en):
        assert text.strip()
        assert not any(ord(letter) in ARABIC for letter in text), text


@pytest.mark.parametrize("code", SITUATIONS)
def test_both_languages_tell_the_same_facts(code: str) -> None:
    """A fact that is itself a text comes in both languages: `reason_ar` in one, `reason_en` in the other."""
    situation = SITUATIONS[code]
    arabic = situation.placeholders(situation.ar, situation.remedy_ar)
    english = situation.placeholders(situation.en, situation.remedy_en)
    assert not any(name.endswith("_en") for name in arabic)
    assert not any(name.endswith("_ar") for name in english)
    assert {name.removesuffix("_ar") for name in arabic} == {name.removesuffix("_en") for name in english}


@pytest.mark.parametrize("code", SITUATIONS)
def test_an_error_fills_its_sentences(code: str) -> None:
    situation: Situation = SITUATIONS[code]
    error = KnownError(code, **{name: f"<{name}>" for name in situation.placeholders()})
    for language in ("ar", "en"):
        for said in (error.sentence(language), error.remedy(language)):
            assert "{" not in said
    assert error.exit_code in (2, 3, 4, 5)


def test_numbers_and_codes_are_isolated_in_arabic_only() -> None:
    error = KnownError("command.unknown", name="print --now")
    assert ltr("print --now") in error.sentence("ar")
    assert error.sentence("en") == strip_marks(error.sentence("en"))


def test_an_unknown_code_and_a_missing_parameter_are_bugs() -> None:
    with pytest.raises(BugError, match="no such situation"):
        KnownError("nothing.like.this")
    with pytest.raises(BugError, match="name"):
        KnownError("command.unknown")
