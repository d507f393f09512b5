"""What every test shares: Qt without a screen, and the command line run in this process."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from kiosk.__main__ import kiosk
from kiosk.commands.base import run

if TYPE_CHECKING:
    from tests.central.postgres import Cluster

settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


@dataclass
class Result:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out or self.err)


class CommandLine:
    """Runs `kiosk …` in this process: `command_line("words", "12.50")`."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Result:
        self._capsys.readouterr()
        code = run(kiosk, list(arguments))
        said = self._capsys.readouterr()
        return Result(code, said.out, said.err)


@pytest.fixture
def command_line(capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(capsys)


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Cluster]":
    """A PostgreSQL server for this test process, started when the first test asks for it."""
    from tests.central.postgres import cluster

    with cluster() as started:
        yield started


@pytest.fixture
def new_database(postgres: "Cluster") -> Callable[[], str]:
    """Makes databases with all tables of the centre, each for one's own; returns their addresses."""
    return postgres.new_database
