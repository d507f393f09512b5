"""The journal in periods: a baseline begins one, and an old one goes only when nothing is lost with it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.desk.bill import Offer
from kiosk.desk.custody import Handing, hand_over, new_transfer
from kiosk.desk.serve import pay_request
from kiosk.desk.session import Session
from kiosk.store.debts.version import Version, check_version
from kiosk.store.driver import transaction
from kiosk.store.drop import border_of, drop_oldest
from kiosk.store.incidents import note_incident
from kiosk.store.periods import first_kept, hash_at
from kiosk.store.queries.custody import bags_left
from kiosk.store.queries.receipts import find_receipt, slip_used_in
from kiosk.store.queries.shift import entries_of
from kiosk.store.rebuild import derived_rows, rebuild
from kiosk.store.rows import insert
from kiosk.store.sync_state import keep_persons_safe, keep_persons_through
from kiosk.store.verify import verify
from kiosk.store.verify_journal import verify_journal
from kiosk.store.verify_tail import verify_tail
from tests.acts import ACTS, Day, ask, begin, finish, new_trial, outage, owe, pay_for, tally, void
from tests.desk.cards import desk, reverse
from tests.desk.cards import void as void_card
from tests.desk.conftest import Trial
from tests.desk.money import pieces, slip
from tests.store.damage import forge
from tests.store.turning import (
    close_shift,
    copy_of,
    drop_now,
    droppable_device,
    made_droppable,
    safe,
    tables,
    turn_now,
    turned_device,
)


@settings(max_examples=4)
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
            for acts in (before, after):
                begin(session, in_last(session))
                day = Day(session, [], [])
                for act in acts:
                    day.do(act)
                close_shift(session)
                if acts is before:
                    turn_now(session)
            kept = dict(derived_rows(session.store.db))
            with session.store.transaction() as db:
                rebuild(db, session.store.journal)
            assert dict(derived_rows(session.store.db)) == kept
            session = made_droppable(trial)
            drop_now(session)
            assert tables(session) == [f"journal_{round_ + 2}"]
            sound(session)
        trial.close()


def in_last(session: Session) -> int:
    """What the last shift left in the drawer."""
    row = session.store.db.conn.execute("SELECT kept FROM shift ORDER BY seq DESC LIMIT 1").fetchone()
    return int(row[0]) if row else 200_00


def sound(session: Session) -> None:
    """Every verification of the device finds nothing."""
    report = verify(session.store)
    assert [str(error) for error in report.errors()] == []
    assert verify_journal(session.store).clean
    assert verify_tail(session.store) == ()


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    """A device whose second period has begun."""
    made = copy_of(turned_device(), tmp_path / "device")
    yield made
    made.close()


@pytest.fixture
def turned(trial: Trial) -> Session:
    return trial.unlock("TEL-1")


@pytest.fixture
def ready(tmp_path: Path) -> Iterator[Trial]:
    """The same device, after the people of the first period were erased and the centre got everything."""
    made = copy_of(droppable_device(), tmp_path / "ready")
    yield made
    made.close()


def test_bags_slips_and_cards_are_still_known_after_a_drop(tmp_path: Path) -> None:
    trial = new_trial(tmp_path / "device")
    session = trial.unlock("TEL-1")
    begin(session)
    tracking = ask(session)
    pay_request(session, tracking, Offer(slips=(slip(due_of(session)),)))
    with desk() as made:
        kept, back = made.pay(session), made.pay(session)
        assert kept.taken
        assert back.taken
        reverse(session, made, back.taken.number)
        void_card(session, back.taken.number)
    outage(session)
    pay_for(session, ask(session))
    tally(session)
    finish(session, 0)
    bag = bags_left(session.store.db)
    turn_now(session)
    session = made_droppable(trial)
    attempts = session.store.db.conn.execute("SELECT * FROM card_attempt").fetchall()
    drop_now(session)
    assert len(attempts) == 3
    assert session.store.db.conn.execute("SELECT * FROM card_attempt").fetchall() == attempts
    assert verify(session.store).tables == ()
    assert verify_journal(session.store).clean
    assert bags_left(session.store.db) == bag
    assert slip_used_in(session.store.db, "T-1", "S-1")
    begin(session, 0)
    hand_over(session, Handing(new_transfer(), "TRS-9", pieces(bag[0].handed), bag_of=bag[0].z))
    assert bags_left(session.store.db) == ()
    close_shift(session)
    turn_now(session)
    session = made_droppable(trial)
    drop_now(session)
    assert verify(session.store).tables == ()
    assert bags_left(session.store.db) == ()
    trial.close()


def due_of(session: Session) -> int:
    """What the last request costs."""
    row = session.store.db.conn.execute("SELECT due FROM request ORDER BY seq DESC LIMIT 1").fetchone()
    return int(row[0])


class TestTurning:
    def test_the_chain_goes_on_over_the_border_and_the_old_period_takes_nothing_more(
        self, turned: Session
    ) -> None:
        sound(turned)
        begin(turned, in_last(turned))
        assert tables(turned) == ["journal_1", "journal_2"]
        assert turned.store.journal.state().period == 2
        sound(turned)
        last = turned.store.journal.state().seq
        with pytest.raises(Exception, match="closed"):
            turned.store.db.conn.execute(
                f"INSERT INTO journal_1 VALUES ({last + 1}, 'a.b', x'00', zeroblob(32), '[]')"
            )
        for act in ("UPDATE journal_2 SET type = 'x'", "DELETE FROM journal_2"):
            with pytest.raises(Exception, match="append-only"):
                turned.store.db.conn.execute(act)

    def test_not_while_a_shift_is_open(self, turned: Session) -> None:
        begin(turned, in_last(turned))
        assert refused(lambda: turn_now(turned)) == "journal.shift_open"
        assert tables(turned) == ["journal_1", "journal_2"]

    def test_not_while_the_end_of_a_card_payment_is_not_known(self, turned: Session) -> None:
        db = turned.store.db
        columns = [row[1] for row in db.conn.execute("PRAGMA table_info(card_attempt)") if row[3]]
        values: dict[str, str | int | None] = dict.fromkeys(columns, "1")
        with turned.store.transaction():
            insert(db, "card_attempt", **{**values, "seq": 9, "state": "unknown"})
        assert refused(lambda: turn_now(turned)) == "journal.card_open"

    def test_not_twice_with_nothing_between(self, turned: Session) -> None:
        assert refused(lambda: turn_now(turned)) == "journal.just_begun"

    def test_not_while_an_incident_stands(self, turned: Session) -> None:
        note_incident(turned.store, "fork", "sync.fork", turned.moment(), at=3)
        assert refused(lambda: turn_now(turned)) == "journal.incident_stands"


class TestDropping:
    def test_payments_and_voids_go_on_and_open_requests_can_still_be_paid(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        unpaid = session.store.db.conn.execute("SELECT tracking FROM request WHERE paid < due").fetchall()
        old = session.store.db.conn.execute("SELECT number FROM receipt ORDER BY seq").fetchall()
        first = drop_now(session).first
        assert first_kept(session.store.db) == first
        begin(session, in_last(session))
        paid = pay_for(session, unpaid[0][0])
        assert int(paid.number[-6:]) == len(old) + 1
        assert int(ask(session)[-6:]) == 4
        void(session, paid.number)
        assert find_receipt(session.store.db, old[0][0]) is None
        assert find_receipt(session.store.db, old[-1][0]) is not None, "the debt payment is not counted yet"
        close_shift(session)
        sound(session)
        assert turn_now(session).period == 3
        sound(session)

    def test_what_was_dropped_is_said_and_not_guessed(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        hashes = {record.seq: record.hash for record in session.store.journal.records()}
        border = drop_now(session)
        assert hash_at(session.store.db, border.first - 1) == hashes[border.first - 1]
        assert hash_at(session.store.db, 1) == hashes[1], "carried"
        unknown = [seq for seq in hashes if hash_at(session.store.db, seq) is None]
        assert unknown
        assert not any(border.stays(seq) for seq in unknown)
        assert refused(lambda: list(entries_of(session.store.db, border.period.last))) == "journal.dropped"

    def test_a_snapshot_of_debts_that_counts_less_is_refused(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        drop_now(session)
        forge(
            session.store,
            "UPDATE carried SET bytes = CAST(json_set(CAST(bytes AS TEXT), '$.body.applied_through',"
            " json('{\"seq\": 20}')) AS BLOB) WHERE type = 'snapshot.applied'"
            " AND CAST(bytes AS TEXT) ->> '$.body.dataset' = 'debts'",
        )
        version = Version(version=9, as_of=session.moment().at, rows=1)
        assert refused(lambda: check_version(session.store.db, version)) == "debt_data.counts_less"

    def test_it_is_all_or_nothing(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        before = dict(derived_rows(session.store.db))
        with pytest.raises(ZeroDivisionError):
            dropped_and_failed(session)
        assert tables(session) == ["journal_1", "journal_2"]
        assert dict(derived_rows(session.store.db)) == before
        sound(session)
        with pytest.raises(BugError, match="outside a transaction"):
            drop_oldest(session.store.db, session.store.journal, 30)

    def test_a_kill_in_the_middle_leaves_everything(self, ready: Trial) -> None:
        done = subprocess.run([sys.executable, "-c", KILLED, str(ready.root)], check=False, timeout=60)
        assert done.returncode == -9
        session = ready.unlock("TEL-1")
        assert tables(session) == ["journal_1", "journal_2"]
        sound(session)
        drop_now(session)
        sound(session)

    def test_tables_that_would_differ_take_it_back(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        forge(session.store, "UPDATE request_taken SET due = due + 1")
        assert refused(lambda: drop_now(session)) == "journal.drop_differs"
        assert tables(session) == ["journal_1", "journal_2"]


def dropped_and_failed(session: Session) -> None:
    with transaction(session.store.db):
        drop_oldest(session.store.db, session.store.journal, 30)
        assert tables(session) == ["journal_2"]
        raise ZeroDivisionError


KILLED = """
import os, signal, sys
from pathlib import Path
from kiosk.store import drop
from kiosk.store.store import Store
from tests.desk.conftest import CHEAP, SECRETS

store = Store.open(Path(sys.argv[1]), "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
drop._compare = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with store.transaction():
    drop.drop_oldest(store.db, store.journal, 30)
"""


def refused(act: Callable[[], object]) -> str:
    """Do what must fail with a known error; its code."""
    with pytest.raises(KnownError) as caught:
        act()
    assert caught.value.sentence("ar")
    return caught.value.code


class TestWhatKeepsAPeriod:
    def test_the_only_period_stays(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        drop_now(session)
        assert refused(lambda: drop_now(session)) == "journal.only_period"

    def test_what_the_centre_does_not_hold_safely(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        session.store.db.conn.execute("DELETE FROM acknowledgement")
        assert refused(lambda: drop_now(session)) == "journal.not_safe"
        safe(session, through=first_kept_of(session, 2) - 1)
        assert refused(lambda: drop_now(session)) == "journal.not_safe"

    def test_personal_records_that_were_not_sent(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        keep_persons_through(session.store.db, 5)
        assert refused(lambda: drop_now(session)) == "journal.persons_waiting"

    def test_personal_records_that_no_back_up_is_known_to_hold(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        db, end = session.store.db, border_of(session.store.db, session.store.journal).last_part
        keep_persons_through(db, end, delivered=True)
        keep_persons_safe(db, end - 1)
        assert refused(lambda: drop_now(session)) == "journal.persons_not_safe"
        keep_persons_safe(db, end)
        drop_now(session)

    def test_an_entry_that_is_held_back(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        insert(session.store.db, "quarantined", seq=5, code="a.b", ar="ا", en="a")
        assert refused(lambda: drop_now(session)) == "journal.held_back"

    @pytest.mark.parametrize(("after", "days"), [(29, 0), (30, 31), (99, 180)])
    def test_a_time_that_is_not_over(self, ready: Trial, after: int, days: int) -> None:
        session = ready.unlock("TEL-1")
        safe(session, after=timedelta(days=after))
        assert refused(lambda: drop_now(session, days)) == "journal.too_young"

    def test_a_person_whose_record_still_opens(self, turned: Session) -> None:
        safe(turned)
        assert refused(lambda: drop_now(turned)) == "journal.persons_held"

    def test_a_paper_that_waits_for_its_printer(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        paid = session.store.db.conn.execute("SELECT min(seq) FROM receipt").fetchone()[0]
        forge(
            session.store,
            f"UPDATE print_job SET entry = {paid}, state = 'queued'",
            "INSERT INTO print_job (job, document, entry, reason, state)"
            f" SELECT '{'a' * 32}', 'receipt', {paid}, 'first', 'queued' WHERE NOT EXISTS"
            " (SELECT 1 FROM print_job)",
        )
        assert refused(lambda: drop_now(session)) == "journal.prints_wait"

    def test_an_incident(self, ready: Trial) -> None:
        session = ready.unlock("TEL-1")
        note_incident(session.store, "fork", "sync.fork", session.moment(), at=3)
        assert refused(lambda: drop_now(session)) == "journal.incident_stands"


def first_kept_of(session: Session, period: int) -> int:
    """The first entry of a period."""
    query = f"SELECT min(seq) FROM journal_{period}"
    return int(session.store.db.conn.execute(query).fetchone()[0])


OTHER = "CAST(replace(CAST(bytes AS TEXT), 'TEL-1', 'TEL-2') AS BLOB)"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (f"UPDATE journal_2 SET bytes = {OTHER} WHERE type = 'journal.baseline'", "chain.altered"),
        ("UPDATE journal_2 SET sigs = '[]' WHERE type = 'journal.baseline'", "chain.unsigned"),
        ("UPDATE carried SET bytes = x'7b7d' WHERE seq = 1", "verify.table_differs"),
        ("UPDATE book_taken SET used = used - 1", "verify.table_differs"),
        ("DELETE FROM journal_2 WHERE type = 'journal.baseline'", "chain.gap"),
    ],
)  # fmt: skip
def test_a_baseline_that_was_tampered_with_is_found(ready: Trial, damage: str, code: str) -> None:
    session = ready.unlock("TEL-1")
    drop_now(session)
    forge(session.store, damage)
    assert code in {error.code for error in verify(session.store).errors()}
    if code.startswith("chain."):
        assert code in {error.code for error in verify_journal(session.store).errors()}


def test_a_guard_of_a_later_period_that_is_gone_is_named(turned: Session) -> None:
    turned.store.db.conn.execute("DROP TRIGGER journal_2_no_delete")
    turned.store.db.conn.execute("DROP TRIGGER journal_1_closed")
    found = {str(error.params["guard"]) for error in verify(turned.store).errors()}
    assert found == {"journal_2_no_delete", "journal_1_closed"}
