"""A paper receipt entered later: by two persons, once, into the shift's cash, and flagged for good."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.entries.payment import PaperReceiptEntered
from kiosk.core.roles import Right
from kiosk.core.wire.entry import signature_holds
from kiosk.desk.outage import OutageTyped, end_outage, report_outage
from kiosk.desk.paper_book import PaperEntered, PaperTyped, enter_paper, propose_paper
from kiosk.desk.pay import Offer, take_payment
from kiosk.desk.session import Session
from kiosk.store.queries.shift import entries_of
from tests.desk.conftest import SECRETS, Trial, make_trial
from tests.desk.till import (
    TODAY,
    bill,
    cash,
    open_till,
    paper_form,
    policy_with,
    refused,
    setting,
    stands,
    typed_slip,
)

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def till(trial: Trial) -> Session:
    return open_till(trial)


def asked(session: Session, piastres: int, offer: Offer | None = None, **changes: Any) -> PaperTyped:
    typed = PaperTyped(
        bill=bill(session, piastres),
        offer=offer or cash(piastres),
        paper=paper_form(written=YESTERDAY),
        reason="device_down",
        approver="SUP-1",
    )
    return replace(typed, **changes)


def enter(session: Session, typed: PaperTyped, by: str = "SUP-1") -> PaperEntered:
    """Propose, let the second person open his slot for it, and enter."""
    proposal = propose_paper(session, typed)
    with session.approver(proposal, by, SECRETS[by][0], Right.PAPER_APPROVE) as approval:
        return enter_paper(session, typed, approval)


def test_it_enters_the_shifts_cash_and_pays_the_request(till: Session) -> None:
    typed = asked(till, 100_00, Offer(cash=60_00, slips=(typed_slip(50_00),)))
    before = stands(till)
    done = enter(till, typed)
    assert (done.total, done.cash, done.paper.number, done.approver) == (100_00, 50_00, "104233", "SUP-1")
    after = stands(till)
    assert after["cash"] - before["cash"] == 50_00
    assert after["paid"] - before["paid"] == 100_00
    assert after["books"] == before["books"], "no number of the device's book is used"
    assert after["receipt"] == before["receipt"]
    assert after["totals"].paper_receipts - before["totals"].paper_receipts == 1
    _, body = next(entries_of(till.store.db, done.entry.seq, done.entry.seq))
    assert isinstance(body, PaperReceiptEntered)
    assert (body.paper.series, body.paper.number, body.paper.written) == ("33 ع.ح", "104233", YESTERDAY)
    assert (body.reason, body.approver) == ("device_down", "SUP-1")
    flagged = till.store.db.conn.execute("SELECT paper FROM payment WHERE seq = ?", (done.entry.seq,))
    assert flagged.fetchone() == (1,)


def test_it_is_signed_by_both_with_their_own_keys(till: Session) -> None:
    done = enter(till, asked(till, 10_00))
    (record,) = till.store.journal.records(done.entry.seq, done.entry.seq)
    assert [one.by for one in record.sigs] == ["TEL-1", "SUP-1"]
    for one in record.sigs:
        row = till.store.db.conn.execute(
            "SELECT public_key FROM staff_known WHERE staff = ?", (one.by,)
        ).fetchone()
        assert signature_holds(one, record.hash, Ed25519PublicKey.from_public_bytes(bytes.fromhex(row[0])))


@pytest.mark.parametrize(("number", "series"), [("104233", "٣٣ ع.ح"), ("٠١٠٤٢٣٣", "33 ع ح")])
def test_a_paper_form_is_entered_once_however_it_is_typed(till: Session, number: str, series: str) -> None:
    enter(till, asked(till, 10_00))
    again = asked(till, 10_00, paper=paper_form(number, series, YESTERDAY))
    with refused(till, "paper.used"):
        enter(till, again)
    assert enter(till, asked(till, 10_00, paper=paper_form("104234"))).paper.number == "104234"


def test_a_form_that_stood_beside_a_receipt_is_not_entered_again(tmp_path: Path) -> None:
    trial = make_trial(tmp_path / "variant", policy_with(setting("form33_mode", "paper_alongside")))
    till = open_till(trial)
    take_payment(till, bill(till, 10_00), cash(10_00), paper=paper_form())
    typed = asked(till, 10_00)
    with refused(till, "paper.used"):
        enter(till, typed)
    trial.close()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"paper": paper_form(written=date(2026, 11, 25))}, "paper.later"),
        ({"paper": paper_form("")}, "paper.number"),
        ({"paper": paper_form(series="!")}, "paper.number"),
        ({"reason": "forgot"}, "reason.unknown"),
        ({"approver": "?"}, "slots.bad_code"),
        ({"offer": cash(9_00)}, "tenders.short"),
        ({"offer": Offer(slips=(typed_slip(10_00, "4111111111111111"),))}, "slip.card_number"),
    ],
)
def test_a_paper_receipt_out_of_order_is_refused(till: Session, changes: dict[str, Any], code: str) -> None:
    typed = asked(till, 10_00, **changes)
    with refused(till, code):
        enter(till, typed)


def test_it_follows_the_same_rules_of_slips_and_dues(till: Session) -> None:
    by_slip = Offer(slips=(typed_slip(10_00),))
    first = asked(till, 10_00, by_slip)
    enter(till, first)
    with refused(till, "payment.request_paid"):
        enter(till, replace(first, offer=cash(10_00), paper=paper_form("7")))
    second = asked(till, 10_00, by_slip, paper=paper_form("8"))
    with refused(till, "slip.used", receipt="33 ع.ح / 104233"):
        enter(till, second)


def test_cash_above_the_limit_needs_the_outage_of_that_day(trial: Trial, till: Session) -> None:
    typed = asked(till, 900_00)
    with refused(till, "tenders.cash_above_limit"):
        enter(till, typed)
    report_outage(till, OutageTyped("no_power", "TKT-1"))
    with refused(till, "tenders.cash_above_limit"):
        enter(till, typed)
    end_outage(till)
    began = till.moment().at - timedelta(days=1)
    report_outage(till, OutageTyped("no_power", "M-2", approver="OFFICE-1", started_at=began))
    end_outage(till, began + timedelta(minutes=5))
    assert enter(till, typed).outage_number == "M-2"
    today = asked(till, 900_00, paper=paper_form("9", written=TODAY))
    assert enter(till, today).outage_number == "TKT-1"


def test_cash_that_was_taken_is_entered_past_the_ceiling_and_stops_the_next(tmp_path: Path) -> None:
    trial = make_trial(tmp_path / "variant", policy_with(setting("cash_ceiling", '"1000.00"')))
    till = open_till(trial)
    assert enter(till, asked(till, 100_00)).cash == 100_00
    due = bill(till, 10_00)
    with refused(till, "cash.ceiling"):
        take_payment(till, due, cash(10_00))
    trial.close()


def test_nobody_enters_it_alone(trial: Trial, till: Session) -> None:
    typed = asked(till, 10_00)
    with refused(till, "roles.supervisor_only"):
        enter(till, replace(typed, approver="TEL-2"), by="TEL-2")
    with refused(till, "entry.unsigned", by="SUP-1"):
        enter(till, typed, by="SUP-2")


def test_a_supervisor_does_not_approve_his_own_entry(trial: Trial) -> None:
    session = open_till(trial, "SUP-1")
    typed = asked(session, 10_00)
    with refused(session, "entry.same_person"):
        enter(session, typed, by="SUP-1")
    with refused(session, "approval.changed"):
        proposal = propose_paper(session, replace(typed, approver="SUP-2"))
        with session.approver(proposal, "SUP-2", SECRETS["SUP-2"][0], Right.PAPER_APPROVE) as approval:
            enter_paper(session, typed, approval)
    assert enter(session, replace(typed, approver="SUP-2"), by="SUP-2").approver == "SUP-2"


def test_what_happens_after_he_was_shown_undoes_the_approval(till: Session) -> None:
    typed, due = asked(till, 10_00), bill(till, 5_00)
    proposal = propose_paper(till, typed)
    with till.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.PAPER_APPROVE) as approval:
        take_payment(till, due, cash(5_00))
        with refused(till, "approval.changed"):
            enter_paper(till, typed, approval)


def test_it_needs_an_open_shift_of_ones_own(trial: Trial, till: Session) -> None:
    typed = asked(till, 10_00)
    other = trial.unlock("TEL-2")
    with refused(other, "shift.of_another"):
        enter(other, typed)
    inspector = trial.unlock("INS-1")
    with refused(inspector, "roles.no_right"):
        enter(inspector, typed)
