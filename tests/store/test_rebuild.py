"""Every derived table can be made again from the journal, whatever was done before."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import BugError, KnownError
from kiosk.desk.session import Session
from kiosk.store.projections import PROJECTIONS
from kiosk.store.rebuild import derived_rows, rebuild
from kiosk.store.tables import Nature, tables_of
from kiosk.store.verify import verify
from tests.acts import ACTS, Day, ask, begin, new_trial, owe, pay_for
from tests.store.damage import forge


def rebuilt(session: Session) -> int:
    with session.store.transaction() as db:
        return rebuild(db, session.store.journal)


@settings(max_examples=12)
@given(st.lists(st.sampled_from(ACTS), min_size=1, max_size=12))
def test_a_rebuild_gives_the_tables_that_the_acts_left(acts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        trial = new_trial(Path(folder) / "device")
        session = trial.unlock("TEL-1")
        owe(session)
        begin(session)
        day = Day(session, [], [])
        for act in acts:
            day.do(act)
        before = dict(derived_rows(session.store.db))
        assert rebuilt(session) == session.store.journal.state().seq
        assert dict(derived_rows(session.store.db)) == before
        day.do("debt")
        assert verify(session.store).clean
        trial.close()


def test_tables_that_were_lost_come_back(session: Session) -> None:
    number = pay_for(session, ask(session)).number
    before = dict(derived_rows(session.store.db))
    for table in tables_of(Nature.DERIVED):
        session.store.db.conn.execute(f"DELETE FROM {table}")
    rebuilt(session)
    assert dict(derived_rows(session.store.db)) == before
    assert session.store.db.conn.execute("SELECT number FROM receipt").fetchall() == [(number,)]


def test_a_rebuild_outside_a_transaction_is_a_bug(session: Session) -> None:
    with pytest.raises(BugError, match="outside a transaction"):
        rebuild(session.store.db, session.store.journal)


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        ("DELETE FROM journal_1 WHERE seq = 5", "chain.gap"),
        ("DELETE FROM journal_1 WHERE seq = 1", "chain.gap"),
        ("UPDATE journal_1 SET bytes = x'7b' WHERE seq = 5", "wire.not_json"),
        ("UPDATE journal_1 SET sigs = '?' WHERE seq = 5", "chain.bad_signature"),
        ("UPDATE journal_1 SET bytes = (SELECT bytes FROM journal_1 WHERE seq = 6) WHERE seq = 5",
         "chain.altered"),
        ("UPDATE journal_1 SET bytes = (SELECT bytes FROM journal_1 WHERE seq = 5) WHERE seq = 1",
         "chain.altered"),
    ],
)  # fmt: skip
def test_a_journal_that_cannot_be_read_changes_no_table(session: Session, damage: str, code: str) -> None:
    forge(session.store, damage)
    before = dict(derived_rows(session.store.db))
    with pytest.raises(KnownError) as caught:
        rebuilt(session)
    assert caught.value.code == code
    assert dict(derived_rows(session.store.db)) == before


def test_every_entry_type_says_what_it_does_to_the_tables() -> None:
    assert {name for name, _ in REGISTRY.versions()} == set(PROJECTIONS)
