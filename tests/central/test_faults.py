"""A fault of the program in a command of the centre: a sentence and a place, and nothing that was typed."""

import json

import pytest

from central.commands.faults import FAULT, guarded

TYPED = "29001011234567"


def failing(arguments: list[str]) -> int:
    raise RuntimeError(f"could not take {arguments[0]}")


def said_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert guarded(failing, [TYPED, *arguments]) == FAULT
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_it_is_said_in_both_languages_with_its_place_and_about_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = said_by(capsys)
    arabic, english, kind, *places = said.splitlines()
    assert "خلل في البرنامج" in arabic
    assert "The program itself failed" in english
    assert kind == "builtins.RuntimeError"
    assert any(place.strip().startswith("tests/central/test_faults.py:") for place in places)
    assert TYPED not in said


def test_scripts_get_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(said_by(capsys, "--json"))
    assert said["error"]["code"] == "central.fault"
    assert said["where"][0] == "builtins.RuntimeError"


def test_a_developer_may_see_the_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TRACEBACK", "1")
    assert TYPED in said_by(capsys)
