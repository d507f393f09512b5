"""A trial device for tests of commands: `device("TEL-1", "shift", "status")` runs one as that person."""

import shutil
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.acts import template
from tests.conftest import CommandLine, Result
from tests.desk.conftest import CHEAP, SECRETS


@dataclass
class Device:
    """One data folder and the command line; secrets go through the environment."""

    root: Path
    command_line: CommandLine
    monkeypatch: pytest.MonkeyPatch

    def __call__(self, staff: str, *words: str, secret: str | None = None, typed: str = "") -> Result:
        self.monkeypatch.setenv("KIOSK_STORE", str(self.root))
        self.monkeypatch.setenv("KIOSK_STAFF", staff)
        self.monkeypatch.setenv("KIOSK_SECRET", secret or SECRETS[staff][0])
        self.monkeypatch.setattr("sys.stdin", StringIO(typed))
        return self.command_line(*words)

    def json(self, staff: str, *words: str, **more: Any) -> Any:
        """Run a command that must succeed and return its JSON."""
        said = self(staff, *words, "--json", **more)
        assert said.code == 0, said.err
        return said.json

    def refused(self, staff: str, *words: str, **more: Any) -> str:
        """Run a command that must fail with a known error and return its code."""
        said = self(staff, *words, "--json", **more)
        assert said.code in (2, 3)
        code: str = said.json["error"]["code"]
        return code

    def approver(self, staff: str) -> None:
        """Let the next commands find this approver's secret."""
        self.monkeypatch.setenv("KIOSK_APPROVER_SECRET", SECRETS[staff][0])


def make_device(root: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    monkeypatch.setattr("kiosk.commands.desk_session.OPENING", CHEAP)
    shutil.copytree(template(), root)
    return Device(root, command_line, monkeypatch)
