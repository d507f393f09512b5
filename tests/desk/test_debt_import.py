"""A file of debts comes into use on a trial device, by those who may, whole or not at all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.core.debts.csv_check import DebtFileNotCleanError
from kiosk.core.errors import KnownError
from kiosk.desk.debt_import import import_debts
from kiosk.desk.session import Session
from kiosk.store.debts.load import SoFar
from kiosk.store.debts.read import check_debts, data_version, shown_debts
from kiosk.store.debts.search import By, find
from tests.desk.conftest import START

SAMPLE = Path(__file__).parents[1] / "data" / "debts_sample.csv"
Unlock = Callable[[str], Session]


def test_a_supervisor_brings_the_sample_into_use(unlock: Unlock) -> None:
    session = unlock("SUP-1")
    done = import_debts(session, SAMPLE, START)
    assert (done.version, done.loaded.debtors, done.doubtful_numbers, done.emptied) == (1, 40, 0, True)
    version = data_version(session.store.db)
    assert (version.version, version.as_of, version.rows) == (1, START, done.loaded.rows)
    check_debts(session.store.db)
    people = find(session.store.db, "محمد احمد عبدالرحمن", By.NAME)
    assert {one.debtor for one in people} == {"DB-0001", "DB-0019"}
    stream = session.store.journal.state().stream
    assert sum(one.balance for one in shown_debts(session.store.db, stream, "DB-0001")) > 0


def test_the_next_file_becomes_the_next_version_and_the_same_file_has_the_same_hash(unlock: Unlock) -> None:
    session = unlock("SUP-1")
    first = import_debts(session, SAMPLE, START)
    hash_ = data_version(session.store.db).hash
    second = import_debts(session, SAMPLE, START + timedelta(seconds=1))
    assert (second.version, second.loaded, data_version(session.store.db).hash) == (2, first.loaded, hash_)
    entries = session.store.db.execute("SELECT count(*) FROM journal_1 WHERE type = 'snapshot.applied'")
    assert data_version(session.store.db).version == 2
    assert entries.fetchone()[0] == 5 + 2


def test_a_file_with_mistakes_changes_nothing_and_hands_over_all_of_them(
    unlock: Unlock, tmp_path: Path
) -> None:
    session = unlock("SUP-1")
    import_debts(session, SAMPLE, START)
    bad = tmp_path / "bad.csv"
    text = SAMPLE.read_text(encoding="utf-8").replace("2024-07-01", "1/7/2024")
    bad.write_text(text, encoding="utf-8")
    before = session.store.journal.state().seq
    with pytest.raises(DebtFileNotCleanError) as caught:
        import_debts(session, bad, START)
    assert caught.value.code == "debt_file.not_clean"
    assert caught.value.params["count"] == len(caught.value.check.problems) > 30
    assert "due" in caught.value.sentence("ar")
    assert data_version(session.store.db).version == 1
    assert session.store.journal.state().seq == before


@pytest.mark.parametrize("code", ["TEL-1", "COL-1", "INS-1"])
def test_others_may_not(unlock: Unlock, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        import_debts(unlock(code), SAMPLE, START)
    assert caught.value.code.startswith("roles.")


def test_a_real_device_takes_no_file(unlock: Unlock, monkeypatch: pytest.MonkeyPatch) -> None:
    session = unlock("SUP-1")
    state = replace(session.store.journal.state(), trial=False)
    monkeypatch.setattr(session.store.journal, "state", lambda: state)
    with pytest.raises(KnownError) as caught:
        import_debts(session, SAMPLE, START)
    assert caught.value.code == "debt_data.from_centre"


def test_debts_of_tomorrow_are_refused(unlock: Unlock) -> None:
    with pytest.raises(KnownError) as caught:
        import_debts(unlock("SUP-1"), SAMPLE, START + timedelta(days=1))
    assert caught.value.code == "debt_data.as_of_future"


def test_progress_is_told(unlock: Unlock) -> None:
    told: list[SoFar] = []
    import_debts(unlock("SUP-1"), SAMPLE, START, told.append)
    assert {one.debtors for one in told} == {40}
    assert [one.searchable for one in told[:2]] == [False, True]


def test_a_full_disk_while_emptying_does_not_deny_the_import(
    unlock: Unlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_db: object) -> None:
        raise KnownError("store.disk_full")

    monkeypatch.setattr("kiosk.desk.debt_import.empty_idle", full)
    session = unlock("SUP-1")
    assert not import_debts(session, SAMPLE, START).emptied
    assert data_version(session.store.db).version == 1
