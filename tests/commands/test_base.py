"""The command line itself: help, languages, and every way to type a command wrong."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kiosk.commands.base import NumberCommand, Output, output_options, run
from kiosk.core.bidi import strip_marks
from tests.conftest import CommandLine


@click.group(name="kiosk")
def toy() -> None:
    """A group with one command of every kind of parameter."""


@toy.command("all", cls=NumberCommand)
@click.argument("amount", required=False)
@click.option("--mode", type=click.Choice(["slow", "fast"]))
@click.option("--count", "-c", type=click.IntRange(1, 5))
@click.option("--folder", type=click.Path(exists=True, path_type=Path))
@click.option("--day", type=click.DateTime())
@click.option("--pair", nargs=2)
@click.option("--needed", required=True)
@output_options
def everything(**_: object) -> None:
    """All kinds."""


@toy.command("quit")
def give_up() -> None:
    """Ends like Ctrl-C."""
    raise click.Abort


def ends(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = run(toy, list(arguments))
    return code, strip_marks(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["all"], "الأمر ناقص: لم يُكتب --needed."),
        (["all", "--needed=1", "--mode=slower"], "القيمة المكتوبة في --mode ليست من الاختيارات."),
        (["all", "--needed=1", "-c", "six"], "القيمة المكتوبة في --count ليست رقمًا في الحدود المسموح بها."),
        (["all", "--needed=1", "-c", "6"], "القيمة المكتوبة في --count ليست رقمًا في الحدود المسموح بها."),
        (["all", "--folder=/nowhere"], "الملف أو المجلد المكتوب في --folder غير موجود أو لا يمكن استخدامه."),
        (["all", "--day=today"], "القيمة المكتوبة في --day ليست بالشكل المطلوب."),
        (["all", "--needed"], "الخيار --needed تنقصه قيمته."),
        (["all", "--pair", "1"], "الخيار --pair تنقصه قيمته."),
        (["all", "--json=1"], "الخيار --json يُكتب وحده بلا قيمة."),
        (["all", "--nothing"], "لا يوجد في هذا الأمر خيار بالاسم --nothing."),
        (["all", "-x"], "لا يوجد في هذا الأمر خيار بالاسم -x."),
        (["--pair", "all"], "لا يوجد في هذا الأمر خيار بالاسم --pair."),
        (["all", "--needed=1", "1", "2", "3"], "في الأمر كلام زائد: 2 3"),
        (["--"], "الأمر ناقص أو فيه كلمة زائدة."),
    ],
)
def test_each_mistake_of_typing_has_its_arabic_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    code, said = ends(capsys, *arguments)
    assert (code, said.splitlines()[0]) == (2, sentence)


def test_the_choices_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert "slow | fast" in ends(capsys, "all", "--mode=x")[1]


def test_the_same_mistake_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = ends(capsys, "all", "--english")
    assert (code, said.splitlines()[0]) == (2, "The command is incomplete: --needed is missing.")


def test_a_negative_number_is_no_option_but_a_letter_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(capsys, "all", "--needed=1", "-5") == (0, "")
    assert ends(capsys, "all", "--needed=1", "-z")[0] == 2


def test_an_interrupted_command_ends_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(capsys, "quit") == (130, "")


def test_a_file_name_that_is_no_text_does_not_break_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    Output("ar", as_json=False).emit({}, "\udcff.csv", "")
    Output("ar", as_json=True).emit({"file": "\udcff.csv"}, "", "")
    assert capsys.readouterr().out == '?.csv\n{\n  "file": "?.csv"\n}\n'


def test_an_unknown_command_is_named(command_line: CommandLine) -> None:
    said = command_line("fly")
    assert (said.code, said.out) == (2, "")
    assert strip_marks(said.err).startswith("لا يوجد أمر بالاسم fly.")
    assert command_line("fly", "--english", "--json").json["error"]["code"] == "command.unknown"


def test_a_long_unknown_command_is_cut_short(command_line: CommandLine) -> None:
    assert len(command_line("x" * 5000).err) < 200


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_help_lists_every_command_with_an_arabic_line(
    command_line: CommandLine, arguments: list[str]
) -> None:
    from kiosk.__main__ import COMMANDS

    said = command_line(*arguments)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    for name in COMMANDS:
        line = next(line for line in lines if line.split()[:1] == [name])
        assert any("\u0620" <= letter <= "\u064a" for letter in line), line


def test_help_of_a_command_is_in_both_languages(command_line: CommandLine) -> None:
    said = command_line("words", "--help")
    assert said.code == 0
    assert "اعرض هذه الصفحة · show this page" in said.out


def test_answers_are_utf_8_whatever_the_locale() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
    said = subprocess.run(
        [sys.executable, "-m", "kiosk", "words", "2"], env=environment, capture_output=True, check=True
    )
    assert said.stdout.decode().strip() == "جنيهان"


def test_the_version_is_bare(command_line: CommandLine) -> None:
    from kiosk import __version__

    assert command_line("--version").out == f"{__version__}\n"
