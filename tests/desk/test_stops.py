"""What may stop and what goes on: every cause of the table against every act, through the real desk."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.stops import NEVER_STOPPED, TABLE, Act, Cause
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.reference import STAFF, Roster, StaffMember, roster_plain
from kiosk.desk.collect import Collection, Identity, collect, prepare_collection
from kiosk.desk.custody import new_transfer
from kiosk.desk.datasets import dataset_body
from kiosk.desk.drawer import Moving, move_cash
from kiosk.desk.paper_book import PaperTyped, enter_paper, propose_paper
from kiosk.desk.pay import Offer, take_payment
from kiosk.desk.receiving import Receiving, Stated, count_received
from kiosk.desk.reference import FEES
from kiosk.desk.serve import pay_request
from kiosk.desk.session import Session
from kiosk.desk.stops import stops
from kiosk.store.datasets import current_dataset
from kiosk.store.debts.search import By
from kiosk.store.disk_reserve import MB, DiskWatch
from kiosk.store.incidents import note_incident
from kiosk.store.journal import Journal, Signer
from kiosk.store.sync_state import CentreRecord, keep_centre
from tests.acts import ask, begin, finish, hand, in_drawer, owe, pay_for, read_x, tally, void
from tests.desk.conftest import SECRETS, Trial
from tests.desk.debts import follow
from tests.desk.forms import NUMBER
from tests.desk.money import pieces
from tests.desk.till import bill, paper_form, typed_slip

DAY_MS = 86_400_000


@dataclass
class Shift:
    """A teller's shift with a receipt and two requests that are due, and the device it is on."""

    trial: Trial
    session: Session
    receipt: str
    due: list[str]
    slips: int = 0

    def slip(self, piastres: int) -> Offer:
        """The whole amount by card."""
        self.slips += 1
        return Offer(slips=(typed_slip(piastres, f"S-{self.slips}"),))


@pytest.fixture
def shift(trial: Trial) -> Shift:
    session = trial.unlock("TEL-1")
    owe(session)
    begin(session)
    receipt = pay_for(session, ask(session)).number
    return Shift(trial, session, receipt, [ask(session), ask(session)])


def policy(shift: Shift, **changes: int) -> None:
    """Let these settings hold from now on."""
    session = shift.session
    follow(session, replace(session.reference.policy(session.today()), **changes))  # type: ignore[arg-type]


# ---- the causes


def _incident(shift: Shift) -> None:
    note_incident(shift.session.store, "rollback", "tpm.counter", shift.session.moment())


def _disk(shift: Shift) -> None:
    shift.session.disk = DiskWatch(shift.trial.root, free=lambda _folder: 50 * MB)


def _staff(shift: Shift) -> None:
    """By the roster in use the teller's time is over; the device is one that a centre enrolled."""
    _roster(shift, valid_until=datetime(2026, 1, 1, tzinfo=UTC))


def _revoked(shift: Shift) -> None:
    _roster(shift, revoked=datetime(2026, 1, 1, tzinfo=UTC))


def _roster(shift: Shift, *, revoked: datetime | None = None, valid_until: datetime | None = None) -> None:
    teller = StaffMember(
        code="TEL-1", roles=("teller",), activation=None, revoked=revoked, valid_until=valid_until
    )
    everyone = tuple(
        StaffMember(code=code, roles=("supervisor",), activation=None, revoked=None, valid_until=None)
        for code in SECRETS
        if code != "TEL-1"
    )
    roster = canonical(roster_plain(Roster(unit="U-0101", members=(teller, *everyone))))
    with shift.session.act() as act:
        keep_centre(act.db, CENTRE)
        act.append(dataset_body(act.db, STAFF, 1, roster, act.moment.at))


ROOT = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
CENTRE = CentreRecord(
    address="https://localhost:1", ca="00", root=ROOT, delegations=(), intake="00" * 32, unit="U-0101",
    unit_name="x", vehicle=None, collector=None, epoch=1, certificate="00", tls_key="00",
)  # fmt: skip


def _ceiling(shift: Shift) -> None:
    policy(shift, cash_ceiling=in_drawer(shift.session))


def _hours(shift: Shift) -> None:
    policy(shift, hours_since_handover=5)
    shift.trial.clocks.pass_time(timedelta(hours=6))


def _fees(shift: Shift) -> None:
    policy(shift, fee_data_max_age_days=-1)


def _debts(shift: Shift) -> None:
    policy(shift, debt_data_max_age_days=-1, stale_debt_cap=100_00)


def _clock_back(shift: Shift) -> None:
    shift.trial.clocks.utc_ms -= DAY_MS // 24


def _clock_1970(shift: Shift) -> None:
    shift.trial.clocks.utc_ms = 0


def _clock_ahead(shift: Shift) -> None:
    shift.trial.clocks.utc_ms += 400 * DAY_MS


CAUSES: Mapping[Callable[[Shift], None], Cause] = {
    _incident: Cause.INCIDENT,
    _disk: Cause.DISK_RESERVE,
    _revoked: Cause.REVOKED,
    _staff: Cause.STAFF_VALIDITY,
    _ceiling: Cause.CASH_CEILING,
    _hours: Cause.HOURS_SINCE_HANDOVER,
    _fees: Cause.FEE_DATA_OLD,
    _debts: Cause.DEBT_DATA_OLD,
    _clock_back: Cause.CLOCK_STEP,
    _clock_1970: Cause.CLOCK_STEP,
    _clock_ahead: Cause.CLOCK_STEP,
}
OWN_CODES = {
    Cause.CASH_CEILING: "cash.ceiling",
    Cause.HOURS_SINCE_HANDOVER: "cash.handover_overdue",
    Cause.DEBT_DATA_OLD: "debts.above_stale_cap",
}
"""Limits that depend on the amount are refused by the act's own sentence, with the amount in it."""


# ---- the acts, in an order in which each finds what it needs


def _debt(shift: Shift, piastres: int, offer: Offer) -> None:
    session = shift.session
    wanted = Collection("DBT-7", piastres, identity=Identity(By.NUMBER, NUMBER))
    collect(session, prepare_collection(session, wanted), offer)


def _cash_in(shift: Shift) -> None:
    move_cash(shift.session, Moving("in", 10_00, "float"))


def _paper(shift: Shift) -> None:
    session = shift.session
    typed = PaperTyped(bill(session, 10_00), Offer(cash=10_00), paper_form(), "device_down", "SUP-1")
    with session.approver(
        propose_paper(session, typed), "SUP-1", SECRETS["SUP-1"][0], Right.PAPER_APPROVE
    ) as approval:
        enter_paper(session, typed, approval)


def _receive(shift: Shift) -> None:
    count_received(shift.session, Receiving(new_transfer(), "TEL-2"), pieces(50_00)).finish(Stated(50_00))


def _close(shift: Shift) -> None:
    tally(shift.session)
    finish(shift.session)


def _allowed(act: Act) -> Callable[[Shift], object]:
    """An act that has no desk of its own yet: what it will ask before it begins."""
    return lambda shift: shift.session.allow(act)


ACTS: tuple[tuple[Act, Callable[[Shift], object]], ...] = (
    (Act.REQUEST, lambda shift: ask(shift.session)),
    (Act.FEE, lambda shift: pay_request(shift.session, shift.due[0], shift.slip(_fee_of(shift)))),
    (Act.DEBT, lambda shift: _debt(shift, 50_00, shift.slip(50_00))),
    (Act.CARD, lambda shift: _debt(shift, 60_00, shift.slip(60_00))),
    (Act.DEBT_ABOVE_CAP, lambda shift: _debt(shift, 5_000_00, shift.slip(5_000_00))),
    (Act.NEW_CASH, lambda shift: _debt(shift, 50_00, Offer(cash=50_00))),
    (Act.NEW_CASH, _cash_in),
    (Act.PAPER_RECEIPT, _paper),
    (Act.SCAN, _allowed(Act.SCAN)),
    (Act.VOID, lambda shift: void(shift.session, shift.receipt)),
    (Act.RECEIVE, _receive),
    (Act.RESOLVE_UNKNOWN, _allowed(Act.RESOLVE_UNKNOWN)),
    (Act.HANDOVER, lambda shift: hand(shift.session, 20_00)),
    (Act.REPORT, lambda shift: read_x(shift.session)),
    (Act.EXPORT, _allowed(Act.EXPORT)),
    (Act.SYNC, _allowed(Act.SYNC)),
    (Act.CLOSE, _close),
    (Act.NEW_SHIFT, lambda shift: begin(shift.session, 0)),
)


def _fee_of(shift: Shift) -> int:
    query = "SELECT due - paid FROM request WHERE tracking = ?"
    due: int = shift.session.store.db.conn.execute(query, (shift.due[0],)).fetchone()[0]
    return due


def code_of(act: Callable[[Shift], object], shift: Shift) -> str:
    try:
        act(shift)
    except KnownError as error:
        return error.code
    return "done"


def test_the_walk_knows_every_cause_and_every_act() -> None:
    assert set(CAUSES.values()) == set(Cause) == set(TABLE)
    assert {act for act, _ in ACTS} == set(Act)


def test_draining_and_correcting_are_never_stopped() -> None:
    for cause, rule in TABLE.items():
        assert not rule.stops & NEVER_STOPPED, cause
        assert rule.lifted_by, cause
    assert not TABLE[Cause.CLOCK_STEP].stops


@pytest.mark.parametrize("happens", CAUSES, ids=lambda happens: happens.__name__.strip("_"))
def test_a_cause_stops_what_the_table_says_and_nothing_else(
    shift: Shift, happens: Callable[[Shift], None]
) -> None:
    cause = CAUSES[happens]
    happens(shift)
    present = [stop.cause for stop in stops(shift.session)]
    assert present == [cause]
    refused = OWN_CODES.get(cause, f"stop.{cause}")
    before = shift.session.store.journal.state().totals
    found = [(act, code_of(do, shift)) for act, do in ACTS]
    assert found == [(act, refused if act in TABLE[cause].stops else "done") for act, _ in ACTS]
    if cause is Cause.INCIDENT:
        after = shift.session.store.journal.state().totals
        assert (after.cash, after.slip) == (before.cash, before.slip), "no new money at all"


@pytest.mark.parametrize("happens", CAUSES, ids=lambda happens: happens.__name__.strip("_"))
def test_each_stop_says_why_and_what_to_do_in_both_languages(
    shift: Shift, happens: Callable[[Shift], None]
) -> None:
    happens(shift)
    (stop,) = stops(shift.session)
    error = stop.error()
    for language in ("ar", "en"):
        assert error.sentence(language)
        assert error.remedy(language)
    assert stop.goes_on >= NEVER_STOPPED


def told(session: Session) -> list[tuple[str, bool]]:
    entries = (parse_entry(record.data) for record in session.store.journal.records())
    return [(one.body["cause"], one.body["stands"]) for one in entries if one.type == "technical.stop"]


class TestTheJournalTells:
    def test_a_stop_is_told_once_by_the_next_act_and_so_is_its_end(self, shift: Shift) -> None:
        _disk(shift)
        for _ in range(2):
            assert code_of(_cash_in, shift) == "stop.disk_reserve"
        assert told(shift.session) == []
        read_x(shift.session)
        assert code_of(_cash_in, shift) == "stop.disk_reserve"
        read_x(shift.session)
        assert told(shift.session) == [("disk_reserve", True)]
        shift.session.disk = DiskWatch(shift.trial.root)
        assert code_of(_cash_in, shift) == "done"
        read_x(shift.session)
        assert told(shift.session) == [("disk_reserve", True), ("disk_reserve", False)]

    def test_it_is_known_after_the_next_unlock(self, shift: Shift) -> None:
        _incident(shift)
        assert code_of(_cash_in, shift) == "stop.incident"
        read_x(shift.session)
        shift.session = shift.trial.unlock("TEL-1")
        assert code_of(_cash_in, shift) == "stop.incident"
        read_x(shift.session)
        assert told(shift.session) == [("incident", True)]


def test_an_incident_that_another_connection_noted_stops_the_next_payment(shift: Shift) -> None:
    """Sync works beside the desk, on a connection of its own."""
    store = shift.session.store
    beside = Beside(store.connect(), store.device_signer)
    note_incident(beside, "fork", "sync.fork", shift.session.moment(), at=3)
    beside.db.close()
    assert code_of(_cash_in, shift) == "stop.incident"


class Beside:
    """Database and journal of another thread."""

    def __init__(self, db: Database, signer: Signer) -> None:
        self.db, self.journal = db, Journal(db, signer)


def test_a_payment_that_was_made_is_answered_also_when_new_money_has_stopped(shift: Shift) -> None:
    """The act in hand: a second press of a form whose payment was taken gets that payment."""
    wanted, intent = bill(shift.session, 40_00), "ab" * 16
    first = take_payment(shift.session, wanted, Offer(cash=40_00), intent=intent)
    _incident(shift)
    assert code_of(_cash_in, shift) == "stop.incident"
    again = take_payment(shift.session, wanted, Offer(cash=40_00), intent=intent)
    assert again.number == first.number


def test_fee_tables_that_came_meanwhile_lift_the_stop_at_once(shift: Shift) -> None:
    """Sync brought them while somebody works: he need not unlock again."""
    shift.trial.clocks.pass_time(timedelta(days=400))
    offer = shift.slip(_fee_of(shift))
    assert code_of(lambda one: pay_request(one.session, one.due[0], offer), shift) == "stop.fee_data_old"
    content = current_dataset(shift.session.store.db, FEES).content
    with shift.session.act() as act:
        act.append(dataset_body(act.db, FEES, 2, content, act.moment.at))
    assert code_of(lambda one: pay_request(one.session, one.due[0], offer), shift) == "done"


def test_asking_costs_a_payment_next_to_nothing(shift: Shift) -> None:
    """One statement, and a look at the disk every few seconds: a payment's commit has 1 ms."""
    shift.session.allow(Act.FEE, Act.NEW_CASH)
    looks: list[Path] = []

    def free(folder: Path) -> int:
        looks.append(folder)
        return sys.maxsize

    shift.session.disk = DiskWatch(shift.trial.root, free=free)
    statements: list[str] = []
    shift.session.store.db.conn.set_trace_callback(statements.append)
    for _ in range(20):
        shift.session.allow(Act.DEBT, Act.NEW_CASH)
    shift.session.store.db.conn.set_trace_callback(None)
    assert len(looks) == 1
    assert len(statements) <= 21
