"""The journal in periods: a baseline begins one, and an old one goes only when nothing is lost with it."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.store.rebuild import derived_rows, rebuild
from kiosk.store.verify import verify
from kiosk.store.verify_journal import verify_journal
from kiosk.store.verify_tail import verify_tail
from tests.acts import ACTS, Day, begin, new_trial, owe
from tests.store.turning import close_shift, drop_now, erase_old, safe, tables, turn_now


@settings(max_examples=8)
@given(
    st.lists(st.sampled_from(ACTS), max_size=8),
    st.lists(st.sampled_from(ACTS), max_size=4),
    st.booleans(),
)
def test_whatever_was_done_the_tables_are_the_same_after_a_drop(
    before: list[str], after: list[str], again: bool
) -> None:
    with TemporaryDirectory() as folder:
        trial = new_trial(Path(folder) / "device")
        session = trial.unlock("TEL-1")
        owe(session)
        for round_ in range(2 if again else 1):
            begin(session)
            day = Day(session, [], [])
            for act in before:
                day.do(act)
            close_shift(session)
            turn_now(session)
            begin(session)
            day.receipts.clear()
            for act in after:
                day.do(act)
            close_shift(session)
            assert verify(session.store).clean
            kept = dict(derived_rows(session.store.db))
            with session.store.transaction() as db:
                rebuild(db, session.store.journal)
            assert dict(derived_rows(session.store.db)) == kept
            erase_old(trial.unlock("SUP-1"))
            session = trial.unlock("TEL-1")
            safe(session)
            drop_now(session)
            assert tables(session) == [f"journal_{round_ + 2}"]
            report = verify(session.store)
            assert report.clean, [str(one) for one in report.errors()]
            assert verify_journal(session.store).clean
            assert verify_tail(session.store) == ()
        trial.close()
