"""The worker beside the screens: one thread, answers in order on the thread of the screens, faults told."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.core.errors import KnownError
from kiosk.ui.qt_tasks import WorkerTasks
from kiosk.ui.tasks import SynchronousTasks


@pytest.fixture
def tasks(qapp: Any) -> Iterator[WorkerTasks]:
    made = WorkerTasks()
    made.start()
    yield made
    made.close()


def refuse() -> None:
    raise KnownError("ui.locked")


def unexpected(error: KnownError) -> None:
    pytest.fail(str(error))


def test_work_runs_in_one_other_thread_and_answers_in_order_on_this_one(
    tasks: WorkerTasks, qtbot: Any
) -> None:
    workers, answers, here = [], [], []

    def work(number: int) -> int:
        workers.append(threading.current_thread())
        return number

    def done(number: int) -> None:
        answers.append(number)
        here.append(threading.current_thread())

    for number in range(20):
        tasks.run(lambda number=number: work(number), done, unexpected)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(answers) == 20)
    assert answers == list(range(20))
    assert len(set(workers)) == 1
    assert workers[0] is not threading.current_thread()
    assert set(here) == {threading.current_thread()}


def test_a_known_error_reaches_the_screen(tasks: WorkerTasks, qtbot: Any) -> None:
    failures: list[KnownError] = []
    tasks.run(refuse, lambda _: pytest.fail("done"), failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert failures[0].code == "ui.locked"


def test_a_fault_of_the_program_is_told_to_the_screen_and_raised(tasks: WorkerTasks, qtbot: Any) -> None:
    failures: list[KnownError] = []
    with qtbot.capture_exceptions() as raised:
        tasks.run(lambda: 1 // 0, lambda _: pytest.fail("done"), failures.append)
        qtbot.waitUntil(lambda: bool(raised))
    assert failures[0].code == "ui.fault"
    assert raised[0][0] is ZeroDivisionError


def test_it_says_how_much_is_under_way(tasks: WorkerTasks, qtbot: Any) -> None:
    seen: list[int] = []
    tasks.busy.connect(seen.append)
    answers: list[int] = []
    for number in range(3):
        tasks.run(lambda: 0, answers.append, unexpected)
        assert seen[number] == number + 1
    qtbot.waitUntil(lambda: len(seen) == 6)
    assert seen[-1] == 0


def test_nothing_runs_before_the_start(qapp: Any) -> None:
    tasks = WorkerTasks()
    done: list[str] = []
    tasks.run(lambda: done.append("read"), lambda _: None, unexpected)
    assert tasks._executor is None
    tasks.start()
    tasks.close()
    assert done == ["read"]


def test_closing_finishes_what_was_begun(qapp: Any) -> None:
    tasks = WorkerTasks()
    done: list[str] = []
    tasks.run(lambda: done.append("written"), lambda _: None, unexpected)
    tasks.close()
    assert done == ["written"]


def test_the_twin_of_tests_answers_before_it_returns() -> None:
    answers: list[int] = []
    failures: list[KnownError] = []
    SynchronousTasks().run(lambda: 5, answers.append, unexpected)
    SynchronousTasks().run(refuse, lambda _: pytest.fail("done"), failures.append)
    assert answers == [5]
    assert failures[0].code == "ui.locked"
    with pytest.raises(ZeroDivisionError):
        SynchronousTasks().run(lambda: 1 // 0, answers.append, failures.append)
