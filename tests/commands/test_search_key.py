"""`kiosk search-key` shows the keys under which a name is found."""

from tests.conftest import CommandLine


def test_both_keys_are_shown(command_line: CommandLine) -> None:
    said = command_line("search-key", "عبد اللّه بن أبو بكر")
    assert said.code == 0
    assert said.out == "دقيق: عبد الله بن ابو بكر\nواسع: عبدالله ابوبكر\n"


def test_words_without_quotation_marks_are_one_text(command_line: CommandLine) -> None:
    one = command_line("search-key", "نور", "الدين", "--english")
    assert one.out == "exact: نور الدين\nloose: نورالدين\n"


def test_json_has_the_keys_and_the_words_of_a_query(command_line: CommandLine) -> None:
    assert command_line("search-key", "٢٩٠ مؤمن", "--json").json == {
        "exact": "290 مؤمن",
        "loose": "290 مومن",
        "tokens": ["290", "مومن"],
    }


def test_text_without_a_letter_is_explained(command_line: CommandLine) -> None:
    for text in ("", " ", "\u200f", "?!"):
        said = command_line("search-key", text)
        assert (said.code, said.out) == (2, "")
        assert "حرف أو رقم" in said.err
