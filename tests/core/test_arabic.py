"""Names that people spell differently meet under one key, and different names do not."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core.arabic import ascii_digits, exact_key, loose_key, query_tokens

SAME_EXACTLY = [
    ("أحمد", "احمد"),
    ("إبراهيم", "ابراهيم"),
    ("آمال", "امال"),
    ("ٱلرحمن", "الرحمن"),
    ("مصطفى", "مصطفي"),
    ("مصطفی", "مصطفى"),
    ("فاطمة", "فاطمه"),
    ("کریم", "كريم"),
    ("ھالة", "هاله"),
    ("مُحَمَّد", "محمد"),
    ("محـــمد", "محمد"),
    ("قنــا", "قنا"),
    ("ﺍﻟﺴﻼﻡ", "السلام"),
    ("ﻻشين", "لاشين"),
    ("ﷲ", "الله"),
    ("هٰذا", "هذا"),
    ("٢٩٠٠١", "29001"),
    ("۲۹۰۰۱", "29001"),
    ("١٢٫٥", "12.5"),
    ("١٬٢٣٤", "1234"),
    ("علي،حسن", "علي,حسن"),
    ("\u2067محمد\u2069 \u200fعلي", "محمد علي"),
    ("محمد\u200c علي\ufeff", "محمد علي"),
    ("  محمد   علي ", "محمد علي"),
    ("محمد\u00a0علي", "محمد علي"),
    ("محمد-علي", "محمد علي"),
    ("محمد – علي", "محمد علي"),
    ("محمد − علي", "محمد علي"),
    ("ي\u0654", "ئ"),
    ("و\u064e\u0654", "ؤ"),
    ("ا\u0653", "آ"),
    ("AHMED", "ahmed"),
    ("\u0627\ufe7e", "ا"),
]
SAME_LOOSELY = [
    ("عبد الله", "عبدالله"),
    ("عبد  الرحمن محمد", "عبدالرحمن محمد"),
    ("عَبْدُ اللّٰه", "عبدالله"),
    ("عبد المسيح", "عبدالمسيح"),
    ("محمد عبد العزيز عبد الله", "محمد عبدالعزيز عبدالله"),
    ("أبو بكر", "ابوبكر"),
    ("أبو العلا", "أبوالعلا"),
    ("نور الدين", "نورالدين"),
    ("علاء الدين", "علا الدين"),
    ("جاد الله", "جادالله"),
    ("محمد بن علي", "محمد علي"),
    ("محمد ابن علي", "محمد علي"),
    ("محمد إبن بن علي", "محمد علي"),
    ("مؤمن", "مومن"),
    ("رائد", "رايد"),
    ("هناء", "هنا"),
    ("لؤي", "لوي"),
    ("ڤيكتور", "فيكتور"),
    ("عبد الله بن أبو بكر نور الدين", "عبدالله ابوبكر نورالدين"),
]
DIFFERENT = [
    ("محمد", "محمود"),
    ("أحمد", "حمد"),
    ("علي", "علا"),
    ("حسن", "حسين"),
    ("عبد الله", "عبد اللطيف"),
    ("نور", "نور الدين"),
    ("السيد", "سيد"),
    ("الألفي", "ألفي"),
    ("بن لادن", "لادن"),
    ("سمير", "سمر"),
    ("كريم", "كرم"),
    ("12.5", "125"),
    ("محمد علي", "علي محمد"),
]
ONLY_LOOSELY = [("مؤمن", "مومن"), ("رائد", "رايد"), ("عبد الله", "عبدالله"), ("محمد بن علي", "محمد علي")]

ANY_TEXT = st.text(
    st.characters(min_codepoint=0x600, max_codepoint=0x6FF)
    | st.sampled_from(" ءاأبدعنهوي\u064e\u0654-\u200f"),
    max_size=25,
) | st.text(max_size=25)
PARTS = [
    "عبد",
    "أبو",
    "بن",
    "ابن",
    "الله",
    "الدين",
    "محمد",
    "نور",
    "ء",
    "إبن",
    "أ",
    "بو",
    "ا",
    "بكر",
    "ـ",
    "(",
    "-",
]
NAMES = st.lists(st.sampled_from(PARTS), max_size=8).map(" ".join)


@pytest.mark.parametrize(("one", "other"), SAME_EXACTLY)
def test_ways_of_typing_a_name_share_the_exact_key(one: str, other: str) -> None:
    assert exact_key(one) == exact_key(other) != ""
    assert loose_key(one) == loose_key(other)


@pytest.mark.parametrize(("one", "other"), SAME_LOOSELY)
def test_ways_of_spelling_a_name_share_the_loose_key(one: str, other: str) -> None:
    assert loose_key(one) == loose_key(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names_keep_different_keys(one: str, other: str) -> None:
    assert loose_key(one) != loose_key(other)


@pytest.mark.parametrize(("one", "other"), ONLY_LOOSELY)
def test_the_exact_key_keeps_the_spelling(one: str, other: str) -> None:
    assert exact_key(one) != exact_key(other)


@given(ANY_TEXT | NAMES)
@settings(max_examples=600)
@example("عبد بن عبد الله الدين")
@example("ء عبد ء الله")
@example("و\u200c\u0654")
@example("a٬\u0301")
@example("aء\u0301")
@example("ـ\u0654ي")
@example("ﷺ")
def test_a_key_is_its_own_key_and_loose_follows_from_exact(text: str) -> None:
    exact, loose = exact_key(text), loose_key(text)
    assert exact_key(exact) == exact
    assert loose_key(loose) == loose
    assert loose_key(exact) == loose


def test_every_single_character_has_a_stable_key_that_can_be_stored() -> None:
    letters = map(chr, [*range(0x3000), *range(0xD7F0, 0xE010), *range(0xF900, 0x10000)])
    for letter in letters:
        key = exact_key(letter)
        assert exact_key(key) == key
        key.encode()


def test_digits_of_both_arabic_families_become_ascii() -> None:
    assert ascii_digits("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹ 5 أ") == "0123456789 0123456789 5 أ"


def test_a_query_is_words_without_punctuation() -> None:
    assert query_tokens('"عبد الله" (نور-الدين) * ٢٩٠:01') == ["عبدالله", "نورالدين", "290", "01"]
    assert query_tokens(" -\u200f'\"* ") == []
