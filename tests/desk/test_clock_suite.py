"""Whatever the clock does, money is recorded and marked where due, and no limit of time is relaxed by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.core.clock import TrustedTime
from kiosk.core.errors import KnownError
from kiosk.core.stops import Cause
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.desk.collect import Collection, Identity, collect, prepare_collection
from kiosk.desk.pay import Offer
from kiosk.desk.reference import Reference
from kiosk.desk.session import Session
from kiosk.desk.stops import stops
from kiosk.store.debts.search import By
from kiosk.store.moments import DeviceClock
from kiosk.store.sync_state import keep_anchor
from tests.acts import ask, begin, owe, pay_for, read_x
from tests.desk.conftest import FakeClocks, Trial
from tests.desk.debts import follow
from tests.desk.forms import NUMBER
from tests.desk.till import typed_slip

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def last(session: Session) -> Entry:
    state = session.store.journal.state()
    (record,) = session.store.journal.records(state.seq)
    return parse_entry(record.data)


def told(session: Session) -> list[str]:
    entries = (parse_entry(record.data) for record in session.store.journal.records())
    return [str(one.body["cause"]) for one in entries if one.type == "technical.clock_step"]


def anchored(trial: Trial, session: Session) -> None:
    """The centre says what the time is: what the wall clock says now."""
    clocks = trial.clocks
    with session.store.transaction() as db:
        keep_anchor(db, TrustedTime(clocks.utc_ms, clocks.boot, clocks.mono_ms))


@pytest.fixture
def session(trial: Trial) -> Session:
    """A teller's shift; one debtor owes 90,000.00."""
    opened = trial.unlock("TEL-1")
    owe(opened)
    begin(opened)
    return opened


def _back_hour(clocks: FakeClocks) -> None:
    clocks.utc_ms -= HOUR


def _dead_battery(clocks: FakeClocks) -> None:
    clocks.utc_ms = 0


def _dead_battery_at_boot(clocks: FakeClocks) -> None:
    clocks.utc_ms, clocks.mono_ms, clocks.boot = 0, 9_000, "cd" * 16


def _ahead_10_minutes(clocks: FakeClocks) -> None:
    clocks.utc_ms += 10 * MINUTE


def _ahead_3_days(clocks: FakeClocks) -> None:
    clocks.utc_ms += 3 * DAY


MOVES: list[tuple[Callable[[FakeClocks], None], str]] = [
    (_back_hour, "step"),
    (_dead_battery, "step"),
    (_dead_battery_at_boot, "rollback"),
    (_ahead_10_minutes, "step"),
    (_ahead_3_days, "jump"),
]


@pytest.mark.parametrize(("move", "cause"), MOVES, ids=lambda one: getattr(one, "__name__", one))
class TestAMovedClock:
    def test_stops_no_money_and_marks_it(
        self, trial: Trial, session: Session, move: Callable[[FakeClocks], None], cause: str
    ) -> None:
        """Cash, card, a large debt by data of some days' age, a handover that is nearly due."""
        policy = replace(session.reference.policy(session.today()), debt_data_max_age_days=2)
        follow(session, replace(policy, hours_since_handover=2, stale_debt_cap=100_00))
        move(trial.clocks)
        pay_for(session, ask(session))
        assert (last(session).clock.suspect, told(session)) == (True, [cause])
        wanted = Collection("DBT-7", 5_000_00, identity=Identity(By.NUMBER, NUMBER))
        collect(session, prepare_collection(session, wanted), Offer(slips=(typed_slip(5_000_00),)))
        assert last(session).clock.suspect
        assert [stop.cause for stop in stops(session)] == [Cause.CLOCK_STEP]

    def test_moves_no_limit(
        self, trial: Trial, session: Session, move: Callable[[FakeClocks], None], cause: str
    ) -> None:
        """The time by which limits go runs on with the boot clock, and never back."""
        before = session.believed_ms()
        move(trial.clocks)
        read_x(session)
        assert before <= session.believed_ms() <= before + MINUTE
        assert told(session) == [cause]

    def test_is_right_again_once_the_centre_says_so(
        self, trial: Trial, session: Session, move: Callable[[FakeClocks], None], cause: str
    ) -> None:
        """While somebody works: sync brings the time, and the next entry is marked no more."""
        move(trial.clocks)
        read_x(session)
        assert last(session).clock.suspect, cause
        anchored(trial, session)
        read_x(session)
        entry = last(session)
        assert not entry.clock.suspect
        assert entry.clock.anchor is not None
        assert entry.clock.anchor.age_ms < MINUTE
        assert stops(session) == ()


def test_three_days_that_the_centre_confirms_are_adopted_and_limits_hold(
    trial: Trial, session: Session
) -> None:
    pay_for(session, ask(session))
    tracking = ask(session)
    _ahead_3_days(trial.clocks)
    trial.clocks.mono_ms += 3 * DAY
    anchored(trial, session)
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "cash.handover_overdue"
    assert told(session) == []


def test_a_night_asleep_is_no_step_and_counts(trial: Trial, session: Session) -> None:
    """The boot clock runs through sleep: thirty hours with the lid closed are thirty hours."""
    pay_for(session, ask(session))
    tracking = ask(session)
    trial.clocks.pass_time(timedelta(hours=30))
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "cash.handover_overdue"
    read_x(session)
    assert (told(session), last(session).clock.suspect) == ([], False)


def test_a_clock_put_back_makes_no_old_data_young(trial: Trial, session: Session) -> None:
    policy = session.reference.policy(session.today())
    follow(session, replace(policy, fee_data_max_age_days=3, hours_since_handover=10_000))
    tracking = ask(session)
    trial.clocks.pass_time(timedelta(days=5))
    session.moment()
    trial.clocks.utc_ms -= 5 * DAY
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "stop.fee_data_old"
    assert caught.value.params["days"] == 5


class TestTheZone:
    """The business date goes by the zone's own rules, which are data; the system's zone has no part in it."""

    def at(self, trial: Trial, moment: datetime) -> Session:
        trial.clocks.utc_ms = int(moment.timestamp()) * 1000
        session = trial.unlock("TEL-1")
        begin(session)
        return session

    @pytest.mark.parametrize(
        ("moment", "day", "offset"),
        [
            # The last minute of summer time, and the same hour again an hour later: one business date.
            (datetime(2026, 10, 29, 20, 58, tzinfo=UTC), "2026-10-29", 180),
            (datetime(2026, 10, 29, 21, 0, tzinfo=UTC), "2026-10-29", 120),
            (datetime(2026, 10, 29, 22, 0, tzinfo=UTC), "2026-10-30", 120),
            # The hour that does not exist in spring: midnight is one o'clock, and already the next day.
            (datetime(2026, 4, 23, 21, 58, tzinfo=UTC), "2026-04-23", 120),
            (datetime(2026, 4, 23, 22, 0, tzinfo=UTC), "2026-04-24", 180),
        ],
    )
    def test_at_the_edges_of_summer_time_each_payment_has_its_day(
        self, trial: Trial, moment: datetime, day: str, offset: int
    ) -> None:
        session = self.at(trial, moment)
        pay_for(session, ask(session))
        local = last(session).local
        assert local.business_date is not None
        assert (local.business_date.isoformat(), local.offset) == (day, offset)

    def test_other_rules_hold_from_the_next_unlock_and_change_nothing_written(self, trial: Trial) -> None:
        session = self.at(trial, datetime(2026, 11, 24, 21, 30, tzinfo=UTC))
        pay_for(session, ask(session))
        before = last(session)
        assert before.local.business_date is not None
        assert before.local.business_date.isoformat() == "2026-11-24"
        seq = session.store.journal.state().seq
        reference = Reference(session.store.db)
        reference.__dict__["zone"] = replace(reference.zone, changes=[(0, 180)])
        again = Session(session.store, reference, DeviceClock(reference.zone, read=trial.clocks.read))
        pay_for(again, ask(again))
        after = last(again)
        assert after.local.business_date is not None
        assert after.local.business_date.isoformat() == "2026-11-25"
        (kept,) = session.store.journal.records(seq, seq)
        assert parse_entry(kept.data).local == before.local
