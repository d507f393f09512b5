"""At each unlock: how the program ended, whether the journal's end is whole, whether the zone changed."""

import shutil
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.desk.datasets import dataset_body
from kiosk.desk.reference import ZONE
from kiosk.desk.session import Session
from kiosk.desk.setup import TRIAL_SERIES
from kiosk.desk.shift_open import open_shift
from kiosk.desk.unlock import unlock
from kiosk.store.incidents import standing_incidents
from kiosk.store.layout import StoreFolder
from kiosk.store.start_check import LEAST_TAIL, check_tail, was_left_open
from kiosk.zone_files import shipped_zone_text
from tests.acts import ask, begin, finish, in_drawer, pay_for, tally
from tests.desk.conftest import CHEAP, SECRETS, Trial
from tests.desk.money import pieces
from tests.store.damage import forge
from tests.store.test_journal import act

CHANGED = 'CAST(replace(CAST(bytes AS TEXT), \'"staff":"TEL-1"\', \'"staff":"TEL-2"\') AS BLOB)'


def opened(root: Path, code: str = "TEL-1") -> Session:
    return unlock(root, code, SECRETS[code][0], opening=CHEAP)


def technical(session: Session) -> list[Entry]:
    """What the journal tells of the device itself, but for the clock: these tests run by the real one."""
    entries = (parse_entry(record.data) for record in session.store.journal.records())
    return [
        one for one in entries if one.type.startswith("technical.") and one.type != "technical.clock_step"
    ]


def test_a_store_that_was_closed_is_opened_without_a_word(trial: Trial) -> None:
    begin(trial.unlock("TEL-1"))
    trial.close()
    assert not was_left_open(StoreFolder(trial.root))
    session = opened(trial.root)
    assert technical(session) == []
    session.store.close()


def test_a_program_that_ended_without_closing_is_told_and_its_pages_are_checked(
    trial: Trial, tmp_path: Path
) -> None:
    begin(trial.unlock("TEL-1"))
    shutil.copytree(trial.root, tmp_path / "killed")
    assert was_left_open(StoreFolder(tmp_path / "killed"))
    session = opened(tmp_path / "killed")
    (told,) = technical(session)
    assert (told.type, told.body["pages"]) == ("technical.unclean_stop", "sound")
    session.store.close()
    session = opened(tmp_path / "killed")
    assert len(technical(session)) == 1
    session.store.close()


def damaged(trial: Trial, *statements: str) -> Session:
    """A shift with a payment whose journal somebody changed who holds the data key; opened again."""
    session = trial.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    ask(session)
    forge(session.store, *statements)
    trial.close()
    return opened(trial.root)


def test_an_altered_end_becomes_an_incident_and_the_work_in_hand_can_be_ended(trial: Trial) -> None:
    session = damaged(trial, f"UPDATE journal_1 SET bytes = {CHANGED} WHERE type = 'payment.taken'")
    (standing,) = standing_incidents(session.store.db)
    assert (standing.kind, standing.detail) == ("broken_chain", "chain.altered")
    seq = session.store.db.conn.execute("SELECT seq FROM journal_1 WHERE type = 'payment.taken'").fetchone()[
        0
    ]
    assert standing.at == seq
    tracking = ask(session)
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "stop.incident"
    assert str(seq) in caught.value.sentence("ar")
    tally(session)
    finish(session, in_drawer(session) if session.shift() else 0)
    with pytest.raises(KnownError) as caught:
        begin(session, 0)
    assert caught.value.code == "stop.incident"
    session.store.close()


def test_it_is_noted_once_however_often_the_store_is_opened(trial: Trial) -> None:
    damaged(trial, f"UPDATE journal_1 SET bytes = {CHANGED} WHERE type = 'payment.taken'").store.close()
    session = opened(trial.root)
    assert len(technical(session)) == 1
    session.store.close()


def test_a_close_whose_signed_checkpoint_is_gone_is_an_incident(trial: Trial) -> None:
    session = trial.unlock("TEL-1")
    begin(session)
    tally(session)
    finish(session, in_drawer(session))
    forge(session.store, "DELETE FROM checkpoint")
    trial.close()
    session = opened(trial.root)
    assert [one.detail for one in standing_incidents(session.store.db)] == ["verify.checkpoint_missing"]
    session.store.close()


def test_the_end_reaches_back_to_the_last_close_and_at_least_some_entries(trial: Trial) -> None:
    session = trial.unlock("TEL-1")
    begin(session)
    act(session, LEAST_TAIL)
    last = session.store.journal.state().seq
    assert (check_tail(session.store).first, check_tail(session.store).last) == (1, last)
    tally(session)
    finish(session, in_drawer(session))
    open_shift(session, pieces(0), TRIAL_SERIES)
    last = session.store.journal.state().seq
    assert check_tail(session.store).first == last - LEAST_TAIL + 1
    assert not check_tail(session.store).findings


def test_other_rules_of_the_zone_are_told_with_both_offsets(trial: Trial) -> None:
    opened(trial.root).store.close()
    session = trial.unlock("SUP-1")
    text = shipped_zone_text().replace("minutes: 120", "minutes: 60").replace("minutes: 180", "minutes: 90")
    assert text != shipped_zone_text()
    with session.act() as one:
        one.append(dataset_body(one.db, ZONE, 2, text.encode(), one.moment.at))
    trial.close()
    session = opened(trial.root)
    (told,) = technical(session)
    assert (told.type, told.body["version"]) == ("technical.zone_changed", 2)
    before, after = told.body["offset_before"], told.body["offset_after"]
    assert (before, after) in ((120, 60), (180, 90))
    assert told.local.offset == after
    session.store.close()
    session = opened(trial.root)
    assert len(technical(session)) == 1
    session.store.close()
