"""A device after a morning of work, made once in a process; each test damages a copy of its own."""

import shutil
from pathlib import Path

import pytest

from kiosk.core.entries.staff import UnlockDone
from kiosk.store.journal import CHECKPOINT_EVERY
from tests.acts import ask, begin, finish, in_drawer, new_trial, pay_debt, pay_for, tally, void


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shift that was closed and one that is open, with checkpoints between and entries after the last."""
    trial = new_trial(tmp_path_factory.mktemp("worked") / "device")
    session = trial.unlock("TEL-1")
    begin(session)
    taken = pay_for(session, ask(session))
    pay_debt(session)
    void(session, taken.number)
    with session.act() as act:
        while act.state().seq <= CHECKPOINT_EVERY:
            act.append(UnlockDone(slot=session.store.unlocked.slot_id, method="cold"))
    tally(session)
    finish(session, in_drawer(session))
    begin(session, 327_00)
    pay_for(session, ask(session))
    trial.close()
    return trial.root


@pytest.fixture
def root(worked: Path, tmp_path: Path) -> Path:
    """A copy of that device's folder, closed."""
    return shutil.copytree(worked, tmp_path / "device")
