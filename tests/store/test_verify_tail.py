"""The quick look at each unlock: what it must see, what it leaves to a whole verification, what it costs."""

import shutil
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.desk.session import Session
from kiosk.store.journal import CHECKPOINT_EVERY
from kiosk.store.verify_tail import verify_tail
from tests.acts import begin, finish, in_drawer, new_trial, pay_debt, tally
from tests.desk.conftest import Trial
from tests.store.damage import forge
from tests.store.test_journal import act, entries


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A device that closed a shift, passed a checkpoint and is at work again."""
    trial = new_trial(tmp_path_factory.mktemp("closed") / "device")
    session = trial.unlock("TEL-1")
    begin(session)
    pay_debt(session)
    kept = in_drawer(session)
    tally(session)
    finish(session, kept)
    begin(session, kept)
    act(session, CHECKPOINT_EVERY - entries(session) + 3)
    trial.close()
    return trial.root


@pytest.fixture
def busy(closed: Path, tmp_path: Path) -> Iterator[Session]:
    shutil.copytree(closed, tmp_path / "busy")
    trial = Trial(tmp_path / "busy")
    yield trial.unlock("TEL-1")
    trial.close()


def codes(session: Session, at_least: int = 200) -> set[str]:
    return {error.code for error in verify_tail(session.store, at_least=at_least)}


def test_a_sound_tail_is_sound_from_any_length_on(busy: Session) -> None:
    for length in (0, 1, CHECKPOINT_EVERY, 10_000):
        assert verify_tail(busy.store, at_least=length) == ()


def test_a_device_without_a_close_or_a_checkpoint_is_sound(session: Session) -> None:
    assert verify_tail(session.store) == ()


LAST = "seq = (SELECT max(seq) FROM journal_1)"
CLOSE = "type = 'shift.closed'"
SEALED = f"seq = {CHECKPOINT_EVERY}"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (f"DELETE FROM journal_1 WHERE {LAST}", "journal.torn"),
        (f"UPDATE journal_1 SET bytes = x'00' WHERE {LAST}", "chain.altered"),
        (f"UPDATE journal_1 SET hash = zeroblob(32) WHERE {LAST}", "journal.torn"),
        ("UPDATE stream SET seq = seq - 1", "journal.torn"),
        ("UPDATE stream SET totals = replace(totals, '\"receipts\":1', '\"receipts\":0')", "journal.torn"),
        ("UPDATE stream SET totals = 'x'", "journal.torn"),
        ("DELETE FROM stream", "journal.torn"),
        (f"DELETE FROM journal_1 WHERE seq >= {CHECKPOINT_EVERY}", "chain.cut"),
        (f"DELETE FROM checkpoint WHERE {SEALED}", "verify.checkpoint_missing"),
        (f"UPDATE checkpoint SET bytes = x'00' WHERE {SEALED}", "verify.checkpoint_unreadable"),
        ("UPDATE journal_1 SET sigs = '?' WHERE seq > 40", "chain.bad_signature"),
        ("UPDATE shift SET z = 7 WHERE state = 'closed'", "verify.close_differs"),
        ("DELETE FROM checkpoint WHERE seq = (SELECT max(closed) FROM shift)", "verify.close_differs"),
        (f"UPDATE journal_1 SET bytes = x'7b7d' WHERE {CLOSE}", "verify.close_differs"),
        (f"UPDATE journal_1 SET hash = zeroblob(32) WHERE {CLOSE}", "verify.close_differs"),
    ],
)  # fmt: skip
def test_damage_near_the_end_is_named(busy: Session, damage: str, code: str) -> None:
    forge(busy.store, damage)
    assert code in codes(busy)
    assert codes(busy, at_least=0)


def test_what_lies_before_the_last_checkpoint_is_left_to_the_whole_verification(busy: Session) -> None:
    forge(busy.store, "UPDATE journal_1 SET bytes = x'00' WHERE seq = 9")
    assert codes(busy, at_least=0) == set()
    assert "chain.altered" in codes(busy)


def test_two_hundred_entries_take_milliseconds(busy: Session) -> None:
    act(busy, 250 - entries(busy))
    taken = []
    for _ in range(5):
        start = time.thread_time_ns()
        assert verify_tail(busy.store, at_least=200) == ()
        taken.append(time.thread_time_ns() - start)
    assert statistics.median(taken) < 100_000_000
