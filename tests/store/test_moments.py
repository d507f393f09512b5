"""The device's clocks, and what a step of them does: money is recorded all the same, marked and told."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.core.clock import TrustedTime, Zone
from kiosk.core.entries.operations import ClockStep
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Entry, parse_entry
from kiosk.core.wire.times import from_ms
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer, SlipTyped
from kiosk.desk.payer import Payer
from kiosk.desk.serve import pay_request
from kiosk.desk.session import Session
from kiosk.desk.unlock import unlock
from kiosk.store.moments import DeviceClock, read_clocks
from kiosk.store.verify import verify
from tests.acts import ask, begin, collection, outage, owe, pay_debt, pay_for, read_x
from tests.desk.conftest import CHEAP, SECRETS, START, FakeClocks, Trial

CAIRO = Zone([(0, 120)])
HOUR, DAY = 3_600_000, 86_400_000


def written(session: Session) -> list[Entry]:
    return [parse_entry(record.data) for record in session.store.journal.records()]


def steps(session: Session) -> list[Entry]:
    return [entry for entry in written(session) if entry.type == ClockStep.TYPE]


class TestThisMachine:
    def test_the_clocks_are_those_of_this_machine(self) -> None:
        before, reading, after = time.time_ns(), read_clocks(), time.time_ns()
        assert before // 1_000_000 <= reading.utc_ms <= after // 1_000_000
        assert 0 < reading.mono_ms <= read_clocks().mono_ms

    def test_the_boot_has_one_name_until_the_next_start(self) -> None:
        boot = read_clocks().boot
        assert re.fullmatch(r"[0-9a-f]{32}", boot)
        assert read_clocks().boot == boot

    def test_a_moment_can_be_written_as_it_is(self) -> None:
        moment, judgement = DeviceClock(CAIRO).look()
        assert (judgement.cause, moment.clock.suspect, moment.clock.anchor) == ("first", False, None)
        assert moment.at.microsecond % 1000 == 0


class TestMoment:
    def test_money_carries_the_date_of_the_zone_and_other_entries_none(self) -> None:
        clocks = FakeClocks(utc_ms=23 * HOUR)
        moment, _ = DeviceClock(CAIRO, read=clocks.read).look()
        assert moment.local(money=True).business_date == from_ms(25 * HOUR).date()
        assert moment.local(money=True).offset == 120
        assert moment.local(money=False).business_date is None

    def test_an_anchor_of_this_boot_stands_in_the_entry_with_its_age(self) -> None:
        clocks = FakeClocks()
        anchor = TrustedTime(clocks.utc_ms, clocks.boot, clocks.mono_ms)
        clocks.pass_time(timedelta(minutes=5))
        moment, _ = DeviceClock(CAIRO, anchor=anchor, read=clocks.read).look()
        assert moment.clock.anchor is not None
        assert (moment.clock.anchor.time, moment.clock.anchor.age_ms) == (START, 301_000)

    def test_an_anchor_of_an_earlier_boot_has_no_age(self) -> None:
        clocks = FakeClocks()
        anchor = TrustedTime(clocks.utc_ms, "00" * 16, clocks.mono_ms)
        moment, _ = DeviceClock(CAIRO, anchor=anchor, read=clocks.read).look()
        assert moment.clock.anchor is None


def _back_an_hour(clocks: FakeClocks) -> None:
    clocks.utc_ms -= HOUR


def _to_1970(clocks: FakeClocks) -> None:
    clocks.utc_ms = 0


def _ahead_30_days(clocks: FakeClocks) -> None:
    clocks.utc_ms += 30 * DAY


STEPS: list[tuple[Callable[[FakeClocks], None], str]] = [
    (_back_an_hour, "step"),
    (_to_1970, "step"),
    (_ahead_30_days, "jump"),
]


@pytest.mark.parametrize(("move", "cause"), STEPS)
class TestAStep:
    def test_money_is_taken_all_the_same_marked_and_told(
        self, trial: Trial, move: Callable[[FakeClocks], None], cause: str
    ) -> None:
        session = trial.unlock("TEL-1")
        begin(session)
        tracking = ask(session)
        before = trial.clocks.utc_ms
        move(trial.clocks)
        off = trial.clocks.utc_ms - before
        taken = pay_for(session, tracking)
        told, payment, receipt = written(session)[-3:]
        assert (told.type, payment.link, receipt.link) == (ClockStep.TYPE, taken.payment, taken.receipt)
        assert (told.body["cause"], told.body["off_by_ms"], told.body["adopted"]) == (cause, off, False)
        assert payment.clock.suspect
        assert receipt.clock.suspect
        assert abs(payment.at - from_ms(trial.clocks.utc_ms)) < timedelta(minutes=1)
        assert verify(session.store).clean

    def test_it_is_told_once_whoever_saw_it_first(
        self, trial: Trial, move: Callable[[FakeClocks], None], cause: str
    ) -> None:
        session = trial.unlock("TEL-1")
        begin(session)
        move(trial.clocks)
        session.moment()
        session.today()
        outage(session)
        read_x(session)
        assert [entry.body["cause"] for entry in steps(session)] == [cause]

    def test_an_act_that_fails_leaves_it_to_the_next(
        self, trial: Trial, move: Callable[[FakeClocks], None], cause: str
    ) -> None:
        session = trial.unlock("TEL-1")
        begin(session)
        move(trial.clocks)
        with pytest.raises(KnownError):
            pay_for(session, "D00000000-2026-999999")
        assert steps(session) == []
        read_x(session)
        assert [entry.body["cause"] for entry in steps(session)] == [cause]

    def test_it_is_seen_at_the_next_start_too(
        self,
        trial: Trial,
        monkeypatch: pytest.MonkeyPatch,
        move: Callable[[FakeClocks], None],
        cause: str,
    ) -> None:
        """The clock was changed while the program was closed: the last look is kept in the store."""
        begin(trial.unlock("TEL-1"))
        trial.close()
        move(trial.clocks)
        monkeypatch.setattr("kiosk.desk.session.read_clocks", trial.clocks.read)
        session = unlock(trial.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
        assert [entry.type for entry in written(session)[-2:]] == [ClockStep.TYPE, "unlock.done"]
        assert steps(session)[0].body["cause"] == cause
        session.store.close()


def test_a_dead_battery_at_the_next_boot_is_told_and_suspect(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(trial.unlock("TEL-1"))
    trial.close()
    trial.clocks = FakeClocks(utc_ms=0, mono_ms=5_000, boot="cd" * 16)
    monkeypatch.setattr("kiosk.desk.session.read_clocks", trial.clocks.read)
    session = unlock(trial.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    taken = pay_debt(session)
    assert [entry.body["cause"] for entry in steps(session)] == ["rollback"]
    assert all(entry.clock.suspect for entry in written(session)[-3:])
    assert taken.number.endswith("000001")
    session.store.close()


@pytest.mark.parametrize(("move", "cause"), STEPS)
def test_a_request_is_taken_and_paid_by_somebody_else_all_the_same(
    trial: Trial, move: Callable[[FakeClocks], None], cause: str
) -> None:
    """A clock at 1970 makes nobody's birth date one that is still to come."""
    session = trial.unlock("TEL-1")
    begin(session)
    move(trial.clocks)
    payer = Payer("طوبيا عبد المسيح جرجس", "relative", number="29001011234564")
    tracking = ask(session)
    assert tracking.startswith("D00000000-2026-")
    taken = pay_request(session, tracking, Offer(cash=100_00), payer=payer)
    assert taken.number.endswith("000001")
    assert [entry.body["cause"] for entry in steps(session)] == [cause]


@pytest.mark.parametrize(("move", "cause"), STEPS)
def test_a_debt_is_collected_all_the_same(
    trial: Trial, move: Callable[[FakeClocks], None], cause: str
) -> None:
    session = trial.unlock("TEL-1")
    owe(session)
    begin(session)
    move(trial.clocks)
    done = collect(session, collection(session), Offer(cash=150_00))
    assert done.taken.total == 150_00
    assert [entry.body["cause"] for entry in steps(session)] == [cause]


def test_a_clock_put_back_makes_no_data_come_from_the_future(trial: Trial) -> None:
    """Data older than the clock count as stale, and stale data cap a payment; this clock is known wrong."""
    session = trial.unlock("TEL-1")
    owe(session)
    begin(session)
    _to_1970(trial.clocks)
    prepared = collection(session, 80_000_00)
    assert not prepared.preview.shown.age.stale
    slip = SlipTyped(80_000_00, "S-1", "T-1", "A-1", "2026-11-24T09:00")
    assert collect(session, prepared, Offer(slips=(slip,))).taken.total == 80_000_00


def test_two_steps_between_two_acts_are_both_told(trial: Trial) -> None:
    session = trial.unlock("TEL-1")
    begin(session)
    _back_an_hour(trial.clocks)
    session.moment()
    _ahead_30_days(trial.clocks)
    read_x(session)
    assert [entry.body["off_by_ms"] for entry in steps(session)] == [-HOUR, 30 * DAY]


class TestValidity:
    """Validity of 300 days is counted by time that surely passed."""

    @staticmethod
    def valid_for_300_days(trial: Trial) -> Session:
        session = trial.unlock("TEL-1")
        expires = session.moment().at + timedelta(days=300)
        session.store.unlocked = replace(session.store.unlocked, expires=expires)
        return session

    def test_a_clock_put_back_does_not_bring_it_back(self, trial: Trial) -> None:
        session = self.valid_for_300_days(trial)
        trial.clocks.pass_time(timedelta(days=301))
        trial.clocks.utc_ms -= 100 * DAY
        with pytest.raises(KnownError) as caught:
            begin(session)
        assert caught.value.code == "session.expired"

    def test_a_clock_that_jumps_ahead_ends_nobodys_work(self, trial: Trial) -> None:
        session = self.valid_for_300_days(trial)
        trial.clocks.utc_ms += 400 * DAY
        begin(session)
        assert pay_for(session, ask(session)).number.endswith("000001")
