"""Runs histories: so many from a seed, each on a copy of what stood before it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine.clocks import movable
from tests.sync.machine.rules import Histories
from tests.sync.machine.served import Lines, lines
from tests.sync.machine.tallies import counting
from tests.sync.machine.template import Template
from tests.sync.machine.world import World, new_world

STEPS = 11


@contextmanager
def ways_to(template: Template) -> Iterator[Lines]:
    """Everything that histories on this template share."""
    with movable(), lines(template) as made, counting(made.tally):
        gc.freeze()
        yield made
        gc.unfreeze()


def run(ways: Lines, count: int, start: int, steps: int = STEPS, rules: type[Histories] = Histories) -> None:
    """Run so many histories by these rules; the same `start` gives the same ones.

    A failure tells its script, and how to run it again. It is not made shorter: that takes a hundred runs.
    """

    class Machine(rules):  # type: ignore[valid-type, misc]
        def begin(self) -> World:
            return new_world(ways)

    with _naming(f"run(ways, {count}, {start}, {steps})"):
        _run(seed(start)(Machine), count, steps)


@contextmanager
def _naming(call: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        error.add_note(f"Again: {call}")
        raise


def _run(machine: type[Histories], count: int, steps: int) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=count,
            stateful_step_count=steps,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )
