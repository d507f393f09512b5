"""How far a stick or a load is stands on one line, for a person at a terminal alone."""

import sys

import click
import pytest

from kiosk.commands.base import output_options
from kiosk.commands.load_progress import LoadProgress
from kiosk.store.debts.load import SoFar


@click.command()
@output_options
def reads() -> None:
    """Reads a stick."""
    told = LoadProgress()
    for _ in range(2):
        told.reading(3, 12)
    told(SoFar(1_000), 2_000)
    told(SoFar(2_000, searchable=True), 2_000)
    told.end()


@pytest.mark.parametrize(
    ("options", "terminal", "said"),
    [
        (["--english"], True, ["Reading the stick: 3 / 12", "Loading debts: 1,000 / 2,000 debtors"]),
        (["--json"], True, []),
        (["--english"], False, []),
    ],
)
def test_each_step_is_written_over_the_one_before(
    options: list[str],
    terminal: bool,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    reads.main(list(options), obj=options, standalone_mode=False)
    shown = capsys.readouterr().err.split("\r\x1b[K")
    assert shown[0].strip() == ""
    assert [one.strip() for one in shown[1:]][: len(said)] == said
    assert len(shown) == (4 if said else 1)
