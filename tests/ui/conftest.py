"""What tests of screens share: one trial device for the whole run, copied for each stage."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui.counter import Counter
from tests.ui.stage import Stage, copied, make_template


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trial device that nobody has unlocked yet."""
    folder = tmp_path_factory.mktemp("template") / "device"
    make_template(folder)
    return folder


@pytest.fixture
def make_stage(qapp: Any, template: Path, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes stages with the options of `Stage`; they are closed after the test."""
    made: list[Stage] = []

    def make(**options: Any) -> Stage:
        folder = copied(template, tmp_path / f"device-{len(made)}")
        made.append(Stage(folder, **options))
        return made[-1]

    yield make
    for stage in made:
        stage.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A locked kiosk in Arabic, 1024×768."""
    return make_stage()


@pytest.fixture
def at_work(stage: Stage) -> Stage:
    """A kiosk that the teller has unlocked."""
    stage.unlock()
    return stage


@pytest.fixture
def counter(template: Path, tmp_path: Path) -> Iterator[Counter]:
    """A teller at work over a real store, without a window."""
    made = Counter(copied(template, tmp_path / "counter"))
    made.unlock()
    yield made
    made.desk.lock(lambda _waits: None, lambda _error: None)
