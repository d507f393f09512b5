"""Outages: one at a time, with ticket or memo, and cash above the limit only while one is open."""

from datetime import timedelta

import pytest

from kiosk.core.entries.operations import OutageClosed, OutageOpened
from kiosk.desk.outage import OutageTyped, end_outage, outage_now, report_outage
from kiosk.desk.pay import take_payment
from kiosk.desk.session import Session
from kiosk.store.queries.shift import entries_of
from tests.desk.conftest import Trial
from tests.desk.till import bill, cash, open_till, refused

TICKET = OutageTyped("no_network", "TKT-2026/17")


@pytest.fixture
def session(trial: Trial) -> Session:
    return trial.unlock("TEL-1")


def body_at(session: Session, seq: int) -> object:
    return next(entries_of(session.store.db, seq, seq))[1]


def test_a_ticket_is_recorded_with_its_start(session: Session) -> None:
    began = session.moment().at - timedelta(hours=2)
    opened = report_outage(
        session, OutageTyped("payment_service", "بلاغ ١٧", started_at=began, remark="من 9 صباحًا")
    )
    assert (opened.kind, opened.number, opened.approver) == ("ticket", "بلاغ 17", None)
    assert outage_now(session) == opened
    body = body_at(session, opened.seq)
    assert isinstance(body, OutageOpened)
    assert (body.cause, body.remark, body.started_at) == ("payment_service", "من 9 صباحًا", began)


def test_a_memo_names_who_approved_it(session: Session) -> None:
    opened = report_outage(session, OutageTyped("no_power", "م/44", approver="OFFICE-12"))
    assert (opened.kind, opened.number, opened.approver) == ("memo", "م/44", "OFFICE-12")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (OutageTyped("bad weather", "1"), "reason.unknown"),
        (OutageTyped("no_power", ""), "outage.number"),
        (OutageTyped("no_power", "  "), "outage.number"),
        (OutageTyped("no_power", "1" * 41), "outage.number"),
        (OutageTyped("no_power", "1", approver=""), "outage.approver"),
        (OutageTyped("no_power", "1", approver="أحمد علي"), "outage.approver"),
        (OutageTyped("no_power", "1", remark="تليفون 01012345678"), "entry.personal_text"),
        (OutageTyped("no_power", "1", remark="سطر\nثانٍ"), "typed.remark"),
    ],
)
def test_an_incomplete_outage_is_refused(session: Session, typed: OutageTyped, code: str) -> None:
    with refused(session, code):
        report_outage(session, typed)


def test_an_outage_does_not_begin_later(session: Session) -> None:
    later = session.moment().at + timedelta(hours=1)
    with refused(session, "outage.starts_later"):
        report_outage(session, OutageTyped("no_power", "1", started_at=later))


def test_only_one_outage_is_open(session: Session) -> None:
    report_outage(session, TICKET)
    with refused(session, "outage.already_open", number="TKT-2026/17"):
        report_outage(session, OutageTyped("no_power", "TKT-2"))
    end_outage(session)
    assert report_outage(session, OutageTyped("no_power", "TKT-2")).number == "TKT-2"


def test_closing_needs_an_open_outage_and_a_time_within_it(session: Session) -> None:
    with refused(session, "outage.none_open"):
        end_outage(session)
    opened = report_outage(session, TICKET)
    for wrong in (opened.started_at - timedelta(minutes=1), session.moment().at + timedelta(hours=1)):
        with refused(session, "outage.ends_outside"):
            end_outage(session, wrong)
    ended = session.moment().at
    closed = end_outage(session, ended)
    assert (closed.number, closed.started_at, closed.ended_at) == ("TKT-2026/17", opened.started_at, ended)
    assert outage_now(session) is None
    assert body_at(session, closed.entry.seq) == OutageClosed(opened=session.link(opened.seq), ended_at=ended)
    with refused(session, "outage.none_open"):
        end_outage(session)


def test_cash_above_the_limit_stops_at_once_when_it_ends(trial: Trial) -> None:
    till = open_till(trial)
    before, during, after = (bill(till, 900_00) for _ in range(3))
    with refused(till, "tenders.cash_above_limit"):
        take_payment(till, before, cash(900_00))
    report_outage(till, TICKET)
    assert take_payment(till, during, cash(900_00)).outage_number == "TKT-2026/17"
    end_outage(till)
    with refused(till, "tenders.cash_above_limit"):
        take_payment(till, after, cash(900_00))


def test_an_outage_outlives_a_restart_and_is_the_devices(trial: Trial) -> None:
    report_outage(trial.unlock("TEL-1"), TICKET)
    other = trial.unlock("COL-1")
    found = outage_now(other)
    assert found is not None
    assert found.number == "TKT-2026/17"
    end_outage(other)


def test_a_clock_put_back_does_not_keep_an_outage_open(trial: Trial, session: Session) -> None:
    opened = report_outage(session, TICKET)
    trial.clocks.utc_ms -= 5 * 3_600_000
    closed = end_outage(session)
    assert closed.ended_at == opened.started_at
    assert outage_now(session) is None


def test_who_may_record_and_who_may_still_close(trial: Trial) -> None:
    inspector = trial.unlock("INS-1")
    with refused(inspector, "roles.no_right"):
        report_outage(inspector, TICKET)
    session = trial.unlock("TEL-1")
    report_outage(session, TICKET)
    trial.clocks.pass_time(timedelta(days=40_000))
    with refused(session, "session.expired"):
        report_outage(session, OutageTyped("no_power", "2"))
    assert end_outage(session).number == "TKT-2026/17"
