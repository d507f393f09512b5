"""Both catalogues say the same things, in whole plurals, in the words of the office."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from kiosk.core.bidi import RLM, ltr, strip_marks
from kiosk.core.errors import BugError, KnownError, Language
from kiosk.resources import resources_folder
from kiosk.ui.text_file import Entry, read_text_file
from kiosk.ui.texts import PLURALS, Texts, catalogue, plural_class, starting_rtl

FOLDER = resources_folder() / "texts"
AREAS = sorted(path.stem for path in (FOLDER / "ar").glob("*.yaml"))
ENGLISH_ALLOWED = {"English"}
SHY_WORDS = ("من فضلك", "برجاء", "عذرًا", "عذرا", "غير صالح")
ARABIC_LETTER = re.compile("[\u0620-\u064a]")
BIDI_MARK = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


def forms(entry: Entry) -> list[str]:
    return [entry] if isinstance(entry, str) else list(entry.values())


def placeholders(entry: Entry) -> set[str]:
    return {name for text in forms(entry) for _, name, _, _ in Formatter().parse(text) if name}


def every_text(language: Language) -> list[tuple[str, str]]:
    return [
        (f"{area}.{key}", text)
        for area in AREAS
        for key, entry in catalogue(language, area).items()
        for text in forms(entry)
    ]


def test_both_languages_have_the_same_areas() -> None:
    assert sorted(path.stem for path in Path(FOLDER / "en").glob("*.yaml")) == AREAS


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("*/*.yaml")), ids=lambda path: path.parent.name + path.stem
)
def test_a_file_reads_as_the_yaml_that_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read_text_file(text, path.name) == yaml.load(text, Loader=yaml.BaseLoader)


@pytest.mark.parametrize(
    "text",
    [
        "title",
        "title: ",
        "title: [a]",
        "title: {count} entries",
        "title: 'a'",
        'title: "a',
        "title: a\ntitle: b",
        "waiting:\n  one: a\n  one: b",
        "waiting:\n  one:\n",
        "waiting:\n    one: a",
        "Title: a",
        "- a",
        "\ttitle: a",
    ],
)
def test_a_line_of_another_form_is_a_bug(text: str) -> None:
    with pytest.raises(BugError, match=r"x\.yaml:\d"):
        read_text_file(text, "x.yaml")


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_keys_and_placeholders(area: str) -> None:
    arabic, english = catalogue("ar", area), catalogue("en", area)
    assert set(arabic) == set(english)
    for key in arabic:
        assert placeholders(arabic[key]) == placeholders(english[key]), key
        assert isinstance(arabic[key], str) == isinstance(english[key], str), key


@pytest.mark.parametrize("language", PLURALS)
@pytest.mark.parametrize("area", AREAS)
def test_plurals_have_every_class_of_their_language(area: str, language: Language) -> None:
    for key, entry in catalogue(language, area).items():
        if isinstance(entry, dict):
            assert set(entry) == set(PLURALS[language]), key


def test_arabic_texts_are_arabic_and_english_ones_english() -> None:
    for key, text in every_text("ar"):
        words = set(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", text)))
        assert not words - ENGLISH_ALLOWED, key
        bare = re.sub(r"\{\w+\}", "", text).strip(" .·")
        assert ARABIC_LETTER.search(bare) or words or not bare, key
    for key, text in every_text("en"):
        if text != "عربي":
            assert not ARABIC_LETTER.search(text), key


@pytest.mark.parametrize("language", PLURALS)
def test_texts_are_plain(language: Language) -> None:
    for key, text in every_text(language):
        assert text, key
        assert text == text.strip(), key
        assert not BIDI_MARK.search(text), f"{key}: marks are set by the program"
        assert not any(word in text for word in SHY_WORDS), key
        assert not re.search("[٠-٩۰-۹]", text), key


@pytest.mark.parametrize(
    ("count", "wanted"),
    [
        (0, "zero"),
        (1, "one"),
        (2, "two"),
        (3, "few"),
        (10, "few"),
        (11, "many"),
        (99, "many"),
        (100, "other"),
        (102, "other"),
        (103, "few"),
        (110, "few"),
        (111, "many"),
        (1000, "other"),
        (1003, "few"),
    ],
)
def test_arabic_has_six_plurals(count: int, wanted: str) -> None:
    assert plural_class("ar", count) == wanted


def test_english_has_two_plurals() -> None:
    assert [plural_class("en", count) for count in (0, 1, 2, 11)] == ["other", "one", "other", "other"]


def test_a_count_chooses_its_plural_and_is_isolated() -> None:
    texts = Texts("ar")
    assert texts("sync.waiting", count=2) == "قيدان ينتظران"
    assert strip_marks(texts("sync.waiting", count=3)) == "3 قيود تنتظر"
    assert ltr("3") in texts("sync.waiting", count=3)
    assert Texts("en")("sync.waiting", count=1) == "1 entry waiting"


def test_values_without_arabic_are_isolated_in_arabic_only() -> None:
    assert ltr("2026/11/24 09:05") in Texts("ar")("sync.offline", since="2026/11/24 09:05")
    assert Texts("ar").shown("ليلى") == "ليلى"
    assert Texts("ar").shown(ltr("5")) == ltr("5")
    assert Texts("en").shown("TEL-1") == "TEL-1"


def test_a_line_starts_from_the_right_whatever_comes_first() -> None:
    assert starting_rtl("iPhone 13 مع شاحن").startswith(RLM)
    assert starting_rtl("ليلى") == "ليلى"
    assert Texts("ar").data("TEL-1") == RLM + ltr("TEL-1")
    assert Texts("en").data("TEL-1") == "TEL-1"


def test_an_error_is_one_text_that_says_what_to_do() -> None:
    error = KnownError("ui.nobody_chosen")
    assert Texts("en").error(error) == f"{error.sentence('en')} {error.remedy('en')}"


def test_a_missing_text_and_a_miscounted_plural_are_bugs() -> None:
    with pytest.raises(BugError, match=r"home\.nothing"):
        Texts("ar")("home.nothing")
    with pytest.raises(BugError, match="counts"):
        Texts("ar")("sync.waiting", count="3")


def test_longer_texts_are_made_of_the_same_letters() -> None:
    short, long = Texts("ar")("home.no_shift"), Texts("ar", stretch=30)("home.no_shift")
    assert long.startswith(short)
    assert len(long) >= len(short) * 13 // 10
