"""The desk and the centre work the same shifts out: no day that the desk can take is an incident there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from central.recount import Found, Recount, Standing
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from tests.acts import new_trial
from tests.auditor.audited import work
from tests.desk.conftest import Trial, make_trial
from tests.desk.money import pieces
from tests.desk.test_random_day import Ledger, days, do, end, fresh


def recounted(session: Session) -> tuple[Recount, list[Found]]:
    """The walk of the centre along the journal of this device."""
    walk = Recount(Standing(), None)
    for record in session.store.journal.records():
        entry = parse_entry(record.data)
        walk.take(record.seq, entry, REGISTRY.decode(entry.type, entry.tv, entry.body))
    return walk, walk.walk.found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    trial = make_trial(tmp_path_factory.mktemp("template") / "device")
    yield trial
    trial.close()


def test_a_day_with_every_act_of_money_has_nothing_to_find(tmp_path: Path) -> None:
    trial = new_trial(tmp_path / "device")
    session = trial.unlock("TEL-1")
    work(session)
    walk, found = recounted(session)
    assert found == []
    closed = [row for row in walk.walk.shifts.values() if "z" in row]
    assert [(row["z"], row["expected"], row["differences"]) for row in closed] == [
        (1, closed[0]["our_expected"], 0)
    ]
    trial.close()


@settings(max_examples=12, deadline=None)
@given(first=days, second=days)
def test_random_days_of_the_desk_have_nothing_to_find(template: Trial, first: Any, second: Any) -> None:
    with fresh(template) as session:
        ledger, kept = Ledger(), 10_000
        for planned, off, keep, miscount in (first, second):
            start = max(0, kept + miscount)
            open_shift(session, pieces(start))
            ledger.open(start)
            for act in planned:
                do(session, ledger, act)
            z = end(session, ledger, off, keep)
            assert z.close is not None
            kept = z.close.kept
        walk, found = recounted(session)
        assert found == []
        assert [row["z"] for row in walk.walk.shifts.values()] == [1, 2]
