"""Histories on SQLite."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine.clocks import movable
from tests.sync.machine.rules import Histories
from tests.sync.machine.served import Lines, lines
from tests.sync.machine.template import template
from tests.sync.machine.world import World, new_world

STEPS = 12


@pytest.fixture(scope="module")
def ways() -> Iterator[Lines]:
    with movable(), lines(template()) as made:
        gc.freeze()
        yield made
        gc.unfreeze()


def run(ways: Lines, count: int) -> None:
    class Machine(Histories):
        def begin(self) -> World:
            return new_world(ways)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=count,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )


def test_histories(ways: Lines) -> None:
    run(ways, 25)
