"""A trial device with its people, data and receipt book, for the tests of the store as a whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.desk.session import Session
from tests.acts import begin, new_trial
from tests.desk.conftest import Trial


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    made = new_trial(tmp_path / "device")
    yield made
    made.close()


@pytest.fixture
def session(trial: Trial) -> Session:
    """A teller with an open shift."""
    opened = trial.unlock("TEL-1")
    begin(opened)
    return opened
