"""`kiosk receipt verify`: one sentence and one exit code for each finding, without a connection."""

import io
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.core.seal import seal_receipt
from tests.conftest import CommandLine
from tests.core.seal_samples import (
    DEVICE,
    ENTRY,
    FACTS,
    HOST,
    KID,
    LIST_KEY,
    NOON,
    key_list,
    sealed,
)


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    file = tmp_path / "keys.json"
    file.write_bytes(key_list({"host": HOST, "keys": [ENTRY], "voids": []}))
    return ["--keys", str(file), "--trust", LIST_KEY.public_key().public_bytes_raw().hex()]


def test_a_genuine_receipt_ends_with_0(command_line: CommandLine, options: list[str]) -> None:
    said = command_line("receipt", "verify", sealed().url, *options)
    assert (said.code, said.err) == (0, "")
    assert "الإيصال صحيح" in said.out
    assert "1,285.50" in said.out


def test_json_gives_the_facts(command_line: CommandLine, options: list[str]) -> None:
    said = command_line("receipt", "verify", sealed().url, "--json", *options).json
    assert said["outcome"] == "genuine"
    assert said["genuine"] is True
    assert said["piastres"] == 128550
    assert said["number"] == "D42-E1-004508"
    assert said["check_code"] == sealed().check


def test_a_file_may_hold_the_code(command_line: CommandLine, options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "code.txt"
    file.write_text(sealed().url + "\n", encoding="utf-8")
    assert command_line("receipt", "verify", str(file), *options).code == 0


def test_standard_input_may_hold_the_code(
    command_line: CommandLine, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(sealed().url + "\n"))
    assert command_line("receipt", "verify", "-", *options).code == 0


def test_an_altered_code_ends_with_5(command_line: CommandLine, options: list[str]) -> None:
    forged = seal_receipt(FACTS, host=HOST, kid=KID, sign=lambda _message: bytes(64))
    said = command_line("receipt", "verify", forged.url, "--english", *options)
    assert said.code == 5
    assert "altered" in said.out


def test_an_unknown_key_ends_with_3(command_line: CommandLine, options: list[str]) -> None:
    unknown = seal_receipt(FACTS, host=HOST, kid="00000000", sign=DEVICE.sign)
    assert command_line("receipt", "verify", unknown.url, *options).code == 3


def test_what_is_not_a_code_ends_with_2(command_line: CommandLine, options: list[str]) -> None:
    said = command_line("receipt", "verify", "https://example.com/", "--json", *options)
    assert said.code == 2
    assert said.json["error"]["code"] == "seal.not_a_code"


def test_a_malformed_trusted_key_is_named(command_line: CommandLine, options: list[str]) -> None:
    said = command_line("receipt", "verify", sealed().url, *options[:2], "--trust", "xyz", "--json")
    assert said.code == 2
    assert said.json["error"]["code"] == "seal.trusted_key"


def test_a_key_list_past_its_date_still_answers_and_says_so(
    command_line: CommandLine, options: list[str], tmp_path: Path
) -> None:
    old = key_list({"host": HOST, "keys": [ENTRY], "voids": []}, NOON - timedelta(days=900))
    (tmp_path / "keys.json").write_bytes(old)
    assert "انتهت مدتها" in command_line("receipt", "verify", sealed().url, *options).out
    said = command_line("receipt", "verify", sealed().url, "--json", *options).json
    assert (said["outcome"], said["keys_expired"]) == ("genuine", True)
