"""kill -9 at every step of an act: it is then done or not begun, and no number is lost or doubled."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.desk.session import Session
from kiosk.store.driver import check_pages
from kiosk.store.verify import verify
from tests.crash.conftest import Copy, Ended, Steps
from tests.crash.doing import CONTROLS, DOING, Doing
from tests.desk.conftest import Trial
from tests.desk.prepared import at_work
from tests.store.test_journal import Rows, everything

FRAME = 24 + 4096
"""Bytes of one page in the write-ahead log, with its header; the log's own header is 32."""


POINTS = 12
"""Steps of an act at which it is killed in `make test`, spread over all; `make test-long` takes each."""
LAST = 3
"""And as many of the last, where it is decided."""


def reopened(root: Path, doing: Doing) -> tuple[Trial, Session]:
    trial = Trial(root)
    return trial, at_work(trial, doing.by)


def stands(root: Path, doing: Doing) -> Rows:
    trial, session = reopened(root, doing)
    rows = everything(session.store.db)
    trial.close()
    return rows


def facts_of(rows: Rows) -> Rows:
    """Everything but what unlocking notes of the slot file, which may be a change ahead of the journal."""
    return {**rows, "setting": [one for one in rows["setting"] if one[0] != "slots_seen"]}


def settle(root: Path, doing: Doing, before: Rows, ended: Ended) -> bool:
    """Open the device again, judge it, try the act again; whether the killed one had been committed."""
    trial, session = reopened(root, doing)
    check_pages(session.store.db)
    now = everything(session.store.db)
    done = len(now["journal_1"]) - len(before["journal_1"])
    assert done in (0, doing.entries), "half an act"
    if done:
        assert verify(session.store).clean
    else:
        assert facts_of(now) == facts_of(before)
        assert ended.said is None, "somebody was told of an act that is not in the journal"
    said = doing.prepared(session)()
    assert said in ((doing.again,) if done else (doing.number, doing.mended))
    receipts = session.store.db.conn.execute("SELECT serial FROM receipt ORDER BY seq").fetchall()
    assert receipts == [(serial,) for serial in range(1, len(receipts) + 1)]
    assert session.store.journal.state().seq == len(everything(session.store.db)["journal_1"])
    trial.close()
    return bool(done)


def killed(act: str, steps: Steps, copies: Callable[[str], Copy], points: int | None = None) -> None:
    """Kill an act at each of its steps, or at so many of them, and once before it tells what was done."""
    doing, copy = DOING[act], copies(act)
    before = stands(copy(), doing)
    root = copy()
    whole = steps(root, act)
    assert (whole.signal, whole.said) == (0, doing.number)
    assert settle(root, doing, before, whole)
    told_at = whole.steps + 1
    stride = max(1, told_at // points) if points else 1
    places = sorted({*range(1, told_at + 1, stride), *range(told_at - LAST, told_at + 1)})
    outcomes: list[bool] = []
    for place in places:
        root = copy()
        ended = steps(root, act, die_at=place)
        assert ended.signal == signal.SIGKILL
        outcomes.append(settle(root, doing, before, ended))
    assert outcomes == sorted(outcomes), "once done, done at every later step"
    assert outcomes[-1], "killed between the commit and the telling, it is done"
    assert not outcomes[0]
    assert outcomes.count(False) >= min(points or 10, 10)


@pytest.mark.parametrize("act", DOING)
def test_killed_at_steps_of_an_act_it_is_done_or_not_begun(
    act: str, steps: Steps, copies: Callable[[str], Copy]
) -> None:
    killed(act, steps, copies, POINTS)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("act", DOING)
def test_killed_at_any_step_of_an_act_it_is_done_or_not_begun(
    act: str, steps: Steps, copies: Callable[[str], Copy]
) -> None:
    killed(act, steps, copies)


MONEY = ("pay", "debt", "void", "close")
"""Acts that are also ended within their commit."""


@pytest.mark.parametrize("act", MONEY)
def test_ended_at_any_byte_that_is_written_an_act_is_done_or_not_begun(
    act: str, steps: Steps, copies: Callable[[str], Copy]
) -> None:
    doing, copy = DOING[act], copies(act)
    root = copy()
    before = stands(root, doing)
    whole = steps(root, act)
    frames = (whole.wal - 32) // FRAME
    places = [0, 1, 31, 32, 33, whole.wal - 1]
    inner = [32 + frame * FRAME + inside for frame in range(1, frames) for inside in (0, 24, 2000)]
    places += inner[:: max(1, frames // 4)]
    for room in sorted(places):
        root = copy()
        ended = steps(root, act, room=room)
        assert ended.signal == signal.SIGXFSZ
        assert not settle(root, doing, before, ended)
    root = copy()
    ended = steps(root, act, room=whole.wal)
    assert (ended.signal, ended.said) == (0, doing.number)
    assert settle(root, doing, before, ended)


def test_an_act_in_two_transactions_would_be_noticed(steps: Steps, copies: Callable[[str], Copy]) -> None:
    doing, copy = CONTROLS["split"], copies("split")
    before = stands(copy(), doing)

    def every_step() -> None:
        for die_at in range(1, 60):
            root = copy()
            settle(root, doing, before, steps(root, "split", die_at=die_at))

    with pytest.raises(AssertionError, match="half an act"):
        every_step()
