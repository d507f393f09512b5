"""`kiosk words` spells an amount, or says in Arabic what is wrong with it."""

import pytest

from kiosk.core.bidi import strip_marks
from tests.conftest import CommandLine


def test_an_amount_is_spelt_bare(command_line: CommandLine) -> None:
    said = command_line("words", "1234.50")
    assert (said.code, said.out, said.err) == (0, "ألف ومائتان وأربعة وثلاثون جنيهًا وخمسون قرشًا\n", "")


def test_a_receipt_wraps_the_words(command_line: CommandLine) -> None:
    assert command_line("words", "٥٠٠", "--receipt").out == "فقط وقدره خمسمائة جنيه لا غير\n"


def test_english_labels_arabic_words(command_line: CommandLine) -> None:
    assert command_line("words", "1,234.5", "--english").out == (
        "EGP 1,234.50 in words: ألف ومائتان وأربعة وثلاثون جنيهًا وخمسون قرشًا\n"
    )


def test_json_has_piastres_amount_and_words(command_line: CommandLine) -> None:
    assert command_line("words", "2", "--json").json == {
        "piastres": 200,
        "amount": "2.00",
        "words_ar": "جنيهان",
    }


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("-5", "المبلغ يُكتب بلا علامة زائد أو ناقص."),
        ("-.5", "المبلغ يُكتب بلا علامة زائد أو ناقص."),
        ("-٥", "المبلغ يُكتب بلا علامة زائد أو ناقص."),
        ("-55.20", "المبلغ يُكتب بلا علامة زائد أو ناقص."),
        ("1,5", "الفاصلة في 1,5 للآلاف فقط، ولا تفصل القروش."),
        ("1 234", "في المبلغ 1 234 مسافة."),
        ("1.234", "بعد النقطة في 1.234 أرقام عددها 3، والقروش رقمان على الأكثر."),
        ("12,34.5", "الفواصل في 12,34.5 ليست بعد كل ثلاثة أرقام."),
        ("خمسة", "في المبلغ خمسة علامة لا تُكتب في المبالغ: خ"),
        ("", "المبلغ لم يُكتب."),
    ],
)
def test_a_wrong_amount_is_explained_in_arabic(command_line: CommandLine, amount: str, sentence: str) -> None:
    said = command_line("words", amount)
    assert (said.code, said.out) == (2, "")
    assert strip_marks(said.err).splitlines()[0] == sentence


def test_a_negative_amount_after_two_dashes_is_explained_too(command_line: CommandLine) -> None:
    assert "علامة زائد أو ناقص" in command_line("words", "--", "-5").err


def test_a_wrong_amount_is_an_object_in_json(command_line: CommandLine) -> None:
    said = command_line("words", "-5", "--json")
    assert said.code == 2
    assert said.json["error"]["code"] == "money.sign"
    assert said.json["error"]["sentence_en"] == "An amount is typed without a plus or minus sign."


def test_a_mistyped_option_is_no_amount(command_line: CommandLine) -> None:
    said = command_line("words", "--recipt", "5")
    assert said.code == 2
    assert "خيار" in said.err


def test_no_receipt_is_written_for_zero(command_line: CommandLine) -> None:
    assert command_line("words", "0").out == "صفر جنيه\n"
    assert command_line("words", "0", "--receipt").code == 2


def test_bytes_that_are_no_text_are_answered_in_words(command_line: CommandLine) -> None:
    said = command_line("words", "\udcff\udcfe")
    assert said.code == 2
    assert "علامة" in said.err
