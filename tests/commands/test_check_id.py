"""`kiosk check-id` says what a national number holds and when it should be typed again."""

import pytest

from kiosk.core.bidi import strip_marks
from tests.conftest import CommandLine

GOOD = "29001011234564"
MISMATCH = "29001011234567"


def test_a_number_says_birth_place_sex_and_check(command_line: CommandLine) -> None:
    said = command_line("check-id", GOOD)
    assert said.code == 0
    lines = strip_marks(said.out).splitlines()
    assert lines[0] == "الرقم القومي: **********4564"
    assert lines[1].startswith("تاريخ الميلاد: 1 يناير 1990 (السن ")
    assert lines[2:] == ["محافظة الميلاد: الدقهلية", "النوع: أنثى", "رقم التحقق: مطابق"]


def test_the_whole_number_is_never_repeated(command_line: CommandLine) -> None:
    for arguments in ([GOOD], [GOOD, "--json"], [MISMATCH, "--english"], [MISMATCH + "1"]):
        said = command_line("check-id", *arguments)
        assert GOOD[4:12] not in said.out + said.err


def test_a_mismatch_warns_and_asks_but_is_no_error(command_line: CommandLine) -> None:
    said = command_line("check-id", MISMATCH)
    assert (said.code, said.err) == (0, "")
    assert strip_marks(said.out).splitlines()[-2:] == [
        "راجع الرقم القومي: رقم التحقق لا يطابق.",
        "اكتب الرقم مرة ثانية من البطاقة. إن تطابقت المرتان يُقبل.",
    ]


def test_a_second_equal_typing_is_accepted_and_flagged(command_line: CommandLine) -> None:
    said = command_line("check-id", MISMATCH, MISMATCH)
    assert "أُكد بالكتابة مرتين" in said.out
    answer = command_line("check-id", MISMATCH, MISMATCH, "--json").json
    assert (answer["accepted"], answer["ask"]) == (True, None)
    assert answer["check_confirmed_by_second_typing"] is True


def test_a_second_typing_that_differs_asks_again(command_line: CommandLine) -> None:
    answer = command_line("check-id", MISMATCH, "29001011234568", "--json")
    assert answer.code == 0
    assert (answer.json["accepted"], answer.json["ask"]) == (False, "typings_differ")


def test_a_matching_number_followed_by_another_asks_again(command_line: CommandLine) -> None:
    assert command_line("check-id", GOOD, MISMATCH, "--json").json["ask"] == "typings_differ"
    assert command_line("check-id", GOOD, GOOD, "--json").json["accepted"] is True


def test_json_holds_every_fact_once(command_line: CommandLine) -> None:
    answer = command_line("check-id", "٢٩٠٠١٠١٨٨٣٤٥٧٠", "--json").json
    assert isinstance(answer.pop("age"), int)
    assert answer == {
        "number_masked": "**********4570",
        "birth_date": "1990-01-01",
        "under_15": False,
        "governorate": {"code": "88", "name_ar": "خارج الجمهورية", "name_en": "Born outside Egypt"},
        "sex": "male",
        "check": answer["check"],
        "accepted": answer["check"] != "mismatch",
        "ask": None if answer["check"] != "mismatch" else "check_mismatch",
        "check_confirmed_by_second_typing": False,
    }


def test_english_says_the_same(command_line: CommandLine) -> None:
    lines = command_line("check-id", GOOD, "--english").out.splitlines()
    assert lines[0] == "Number: **********4564"
    assert lines[2:] == ["Registered in: Dakahlia", "Sex: female", "Check digit: matches"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("123", "14 رقمًا، وعدد الأرقام المكتوبة 3"),
        ("2900101123456x", "علامة ليست رقمًا: x"),
        ("-29001011234564", "علامة ليست رقمًا: -"),
        ("49001011234564", "2 أو 3، والمكتوب 4"),
        ("29013311234564", "لا وجود له: 31/13/1990"),
        ("39912311234564", "لم يأتِ بعد: 31/12/2099"),
        ("29001010534564", "محافظة ميلاد بالكود 05"),
    ],
)
def test_a_hard_mistake_is_explained_in_arabic(command_line: CommandLine, number: str, words: str) -> None:
    said = command_line("check-id", number)
    assert (said.code, said.out) == (2, "")
    assert words in strip_marks(said.err)
