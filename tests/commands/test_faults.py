"""A fault of the program: a number and a report, and nothing that was typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.commands.faults import FAULT, guarded, report_folder
from kiosk.report_files import CRASH_KIND, files_of

TYPED = "29001011234567"


def failing(arguments: list[str]) -> int:
    typed = {"number": arguments[0]}
    raise RuntimeError(f"could not take {typed}")


def said_by(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = guarded(failing, [TYPED, *arguments])
    said = capsys.readouterr()
    assert said.out == ""
    return code, said.err


def test_a_fault_is_a_number_in_both_languages_and_a_report_about_nobody(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, said = said_by(capsys, "--store", str(tmp_path))
    (file,) = files_of(tmp_path)[CRASH_KIND]
    number = file.stem[-8:]
    assert code == FAULT
    arabic, english = said.splitlines()
    assert number in arabic
    assert "خلل في البرنامج" in arabic
    assert f"the number of this fault is {number}" in english
    report = file.read_text()
    assert "builtins.RuntimeError" in report
    for text in (said, report):
        assert TYPED not in text
        assert "Traceback" not in text


def test_scripts_get_an_object(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, said = said_by(capsys, f"--store={tmp_path}", "--json")
    assert '"code": "command.fault"' in said
    assert TYPED not in said


def test_a_developer_may_see_the_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_TRACEBACK", "1")
    _, said = said_by(capsys, "--store", str(tmp_path))
    assert "Traceback" in said


def test_a_command_without_a_device_reports_in_the_persons_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    monkeypatch.delenv("KIOSK_STORE", raising=False)
    own = tmp_path / "kiosk"
    assert report_folder(["words", "2"]) == own
    assert report_folder(["run", "--store", str(tmp_path / "nowhere")]) == own
    assert report_folder(["run", "--store"]) == own
    monkeypatch.setenv("KIOSK_STORE", str(tmp_path))
    assert report_folder(["words", "2"]) == tmp_path


def test_a_report_that_cannot_be_written_hides_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "reports").write_text("in the way")
    code, said = said_by(capsys, "--store", str(tmp_path))
    assert code == FAULT
    assert "RuntimeError" in said
    assert "could not take" not in said


def test_the_real_command_ends_so(tmp_path: Path) -> None:
    broken = (
        "import sys, kiosk.commands.base as base, kiosk.__main__ as main\n"
        "def fail(*_): raise ValueError(sys.argv[1:])\n"
        "main.run = fail\n"
        "main.main()\n"
    )
    environment = {**os.environ, "KIOSK_STORE": str(tmp_path)}
    environment.pop("KIOSK_TRACEBACK", None)
    ran = subprocess.run(
        [sys.executable, "-c", broken, "words", TYPED], env=environment, capture_output=True, check=False
    )
    assert ran.returncode == FAULT
    assert TYPED not in ran.stderr.decode()
    assert len(files_of(tmp_path)[CRASH_KIND]) == 1


def test_who_reads_no_further_is_no_fault(tmp_path: Path) -> None:
    many = (
        "import sys\n"
        "from kiosk.commands.faults import guarded\n"
        "def say(_):\n"
        "    for _ in range(100_000): print('x' * 80)\n"
        "    return 0\n"
        "sys.exit(guarded(say, []))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", many],
        env={**os.environ, "KIOSK_STORE": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as ran:
        assert ran.stdout is not None
        assert ran.stderr is not None
        ran.stdout.readline()
        ran.stdout.close()
        assert ran.stderr.read() == b""
    assert files_of(tmp_path)[CRASH_KIND] == []
