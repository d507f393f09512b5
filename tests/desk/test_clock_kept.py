"""What is kept of the clock: after any act, the next start knows what this one knew."""

import random
from datetime import timedelta

import pytest

from kiosk.desk.drawer import open_drawer
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.store.journal import CHECKPOINT_EVERY
from kiosk.store.sync_state import kept_clock
from tests.desk.conftest import FakeClocks, Trial

HOUR_MS = 3_600_000


def meddle(clocks: FakeClocks, chance: random.Random) -> None:
    """Let time pass, and now and then put the wall clock wrong or start the machine again."""
    clocks.pass_time(timedelta(seconds=chance.randrange(600)))
    what = chance.randrange(12)
    if what == 0:
        clocks.utc_ms += chance.choice((-30, -1, 2, 50)) * HOUR_MS
    elif what == 1:
        clocks.boot, clocks.mono_ms = f"{chance.getrandbits(128):032x}", 5_000


@pytest.mark.parametrize("seed", range(4))
def test_after_each_act_the_next_start_knows_what_the_clock_of_this_one_knew(trial: Trial, seed: int) -> None:
    chance = random.Random(seed)
    session = trial.unlock("TEL-1")
    open_shift(session, {"note-10": 1})
    for _ in range(60):
        meddle(trial.clocks, chance)
        open_drawer(session, "test")
        assert kept_clock(session.store.db) == session._clock.state


def test_the_state_itself_is_kept_every_so_many_entries_only(trial: Trial) -> None:
    session = trial.unlock("TEL-1")
    open_shift(session, {"note-10": 1})
    kept = set()
    for _ in range(2 * CHECKPOINT_EVERY):
        open_drawer(session, "test")
        kept |= kept_states(session)
    assert 1 < len(kept) <= 4


def kept_states(session: Session) -> set[str]:
    rows = session.store.db.conn.execute("SELECT value FROM setting WHERE name = 'clock'").fetchall()
    return {value for (value,) in rows}
