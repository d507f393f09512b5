"""kill -9 at every step of a print: what is on paper is in the journal, and one paper alone is unmarked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.store.verify import verify
from tests.acts import new_trial
from tests.crash.conftest import Asked
from tests.devices.test_printing_of_acts import Device


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    with PtyPrinter(link=tmp_path / "printer") as line:
        made = Device(new_trial(tmp_path / "device"), line, tmp_path / "printer")
        yield made
        made.stop()


@pytest.fixture(scope="module")
def dying() -> Iterator[Asked]:
    process = Asked("tests.crash.print_steps")
    yield process
    process.close()


def killed_at(device: Device, dying: Asked, die_at: int) -> tuple[bool, str]:
    """Kill a print at a step, print on after a restart, and judge tray and journal.

    Returns whether it was killed, and how the first print ended.
    """
    entry, before = device.act(), len(device.papers())
    device.stop()
    said = dying(root=str(device.trial.root), link=str(device.link), die_at=die_at)
    assert said["killed"] or said["ended"] == 0
    device.start()
    device.print_all()
    device.again(entry)
    device.print_all()
    whole = [mark for mark in device.papers()[before:] if mark is not None]
    journalled = device.journalled(entry)
    marks = [copy for copy, _, _ in journalled]
    assert whole.count(0) <= 1, "two papers without a mark"
    assert len(set(whole)) == len(whole), "two papers of one mark"
    assert set(whole) <= set(marks), "a paper that the journal does not know"
    assert marks == list(range(len(marks)))
    assert whole[-1] == marks[-1] >= 1
    assert verify(device.session.store).clean
    return said["killed"], journalled[0][1]


def kill_everywhere(device: Device, dying: Asked, stride: int) -> None:
    ended: list[str] = []
    for die_at in range(1, 10_000, stride):
        killed, first = killed_at(device, dying, die_at)
        if not killed:
            break
        ended.append(first)
    assert {"done", "uncertain"} == set(ended), "killed before it began, in the middle, and after its end"


def test_killed_at_steps_of_a_print_one_paper_alone_is_unmarked(device: Device, dying: Asked) -> None:
    kill_everywhere(device, dying, stride=7)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_at_any_step_of_a_print_one_paper_alone_is_unmarked(device: Device, dying: Asked) -> None:
    kill_everywhere(device, dying, stride=1)
