"""Taking a payment: limits, tenders, slips, paper forms, what is due, and one payment for one form."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.entries.parts import CHANGE_LEFT, ROUNDING, PaperForm
from kiosk.core.entries.payment import PaymentTaken, ReceiptIssued, RequestFor
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.outage import OutageTyped, end_outage, report_outage
from kiosk.desk.pay import Bill, Offer, Taken, propose_payment, take_payment
from kiosk.desk.session import Act, Session
from kiosk.desk.setup import TrialData
from kiosk.store.queries.receipts import find_receipt
from kiosk.store.queries.shift import entries_of
from tests.desk.conftest import Trial, make_trial
from tests.desk.money import PERSON, fee, in_drawer
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

Unlock = Callable[[str], Session]


@pytest.fixture
def till(trial: Trial) -> Session:
    return open_till(trial)


def trial_with(root: Path, data: TrialData) -> Trial:
    return make_trial(root / "variant", data)


def body_of(session: Session, taken: Taken) -> PaymentTaken:
    _, body = next(entries_of(session.store.db, taken.payment.seq, taken.payment.seq))
    assert isinstance(body, PaymentTaken)
    return body


def receipt_of(session: Session, taken: Taken) -> ReceiptIssued:
    _, body = next(entries_of(session.store.db, taken.receipt.seq, taken.receipt.seq))
    assert isinstance(body, ReceiptIssued)
    return body


# ---- one transaction: payment, receipt, cash


def test_a_payment_its_receipt_and_its_cash_are_written_together(till: Session) -> None:
    due = bill(till, 120_50)
    before = stands(till)
    taken = take_payment(till, due, cash(150_00))
    assert (taken.total, taken.change, taken.left, taken.outage_number) == (120_50, 29_50, 0, None)
    assert taken.receipt.seq == taken.payment.seq + 1
    after = stands(till)
    assert after["cash"] - before["cash"] == 120_50
    assert after["books"][0] - before["books"][0] == 1
    assert after["paid"] - before["paid"] == 120_50
    assert after["totals"].cash - before["totals"].cash == 120_50
    assert receipt_of(till, taken).number == taken.number
    assert receipt_of(till, taken).payment == taken.payment


def test_what_goes_wrong_after_the_payment_takes_the_payment_back(
    till: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = bill(till, 100_00)
    before = stands(till)

    def broken(*_: Any) -> None:
        raise OSError("no more disk")

    monkeypatch.setattr("kiosk.desk.pay.receipt_template", broken)
    with pytest.raises(OSError, match="no more disk"):
        take_payment(till, due, cash(100_00))
    assert stands(till) == before


# ---- the electronic limit


@pytest.mark.parametrize("inclusive", ["yes", "no"])
def test_cash_at_the_limit_goes_by_policy_and_outage(tmp_path: Path, inclusive: str) -> None:
    """To the piastre around 500.00, with coins of one piastre so that every amount can be paid in cash."""
    coin = 'en: "quarter pound coin"\n    value: "0.25"'
    data = policy_with(setting("limit_inclusive", f'"{inclusive}"'), (coin, coin.replace("0.25", "0.01")))
    trial = trial_with(tmp_path, data)
    till = open_till(trial, piastres=0)
    highest = 500_00 if inclusive == "yes" else 499_99
    for amount in (499_99, 500_00, 500_01):
        due = bill(till, amount)
        if amount <= highest:
            assert take_payment(till, due, cash(amount)).outage_number is None
        else:
            with refused(till, "tenders.cash_above_limit"):
                take_payment(till, due, cash(amount))
    outage = report_outage(till, OutageTyped("no_network", "TKT-9"))
    for amount in (499_99, 500_00, 500_01):
        taken = take_payment(till, bill(till, amount), cash(amount))
        above = amount > highest
        assert taken.outage_number == ("TKT-9" if above else None)
        assert body_of(till, taken).outage == (till.link(outage.seq) if above else None)
    end_outage(till)
    due = bill(till, 500_01)
    with refused(till, "tenders.cash_above_limit"):
        take_payment(till, due, cash(500_01))
    trial.close()


def test_only_the_cash_part_of_a_split_payment_meets_the_limit(till: Session) -> None:
    due = bill(till, 1_200_00)
    with refused(till, "tenders.cash_above_limit"):
        take_payment(till, due, Offer(cash=500_25, slips=(typed_slip(699_75),)))
    taken = take_payment(
        till, due, Offer(cash=600_00, slips=(typed_slip(400_00, "1"), typed_slip(300_00, "2")))
    )
    assert (taken.total, taken.change) == (1_200_00, 100_00)
    body = body_of(till, taken)
    assert (body.cash, body.slips) == (500_00, 700_00)


def test_a_card_pays_any_amount_and_moves_no_cash(till: Session) -> None:
    due, before = bill(till, 90_000_00), in_drawer(till)
    taken = take_payment(till, due, Offer(slips=(typed_slip(90_000_00),)))
    assert (taken.change, in_drawer(till)) == (0, before)
    due = bill(till, 100_00)
    with refused(till, "tenders.slips_above_total"):
        take_payment(till, due, Offer(slips=(typed_slip(100_25, "7"),)))


# ---- change, change left, rounding


def test_change_left_is_a_line_of_its_own(till: Session) -> None:
    taken = take_payment(till, bill(till, 99_50), Offer(cash=100_00, left=50))
    assert (taken.total, taken.change, taken.left) == (100_00, 0, 50)
    kinds = {line.kind: line.piastres for line in body_of(till, taken).lines}
    assert kinds[CHANGE_LEFT] == 50
    record = find_receipt(till.store.db, taken.number)
    assert record is not None
    assert record.row.cash == 100_00


def test_more_change_left_than_the_policy_allows_is_refused(till: Session) -> None:
    due = bill(till, 95_00)
    with refused(till, "tenders.left_too_much"):
        take_payment(till, due, Offer(cash=100_00, left=5_00))
    with refused(till, "tenders.short"):
        take_payment(till, due, cash(94_75))


def test_rounding_is_a_line_and_pays_nothing_of_the_request(tmp_path: Path) -> None:
    trial = trial_with(tmp_path, policy_with(setting("cash_rounding_step", '"0.25"')))
    till = open_till(trial)
    due = bill(till, 10_10)
    taken = take_payment(till, due, cash(10_00))
    assert taken.total == 10_00
    assert [one.piastres for one in body_of(till, taken).lines if one.kind == ROUNDING] == [-10]
    with refused(till, "payment.request_paid"):
        take_payment(till, due, cash(10_00))
    trial.close()


# ---- ceiling and hours since the handover


def test_cash_stops_at_the_ceiling_and_cards_go_on(tmp_path: Path) -> None:
    trial = trial_with(tmp_path, policy_with(setting("cash_ceiling", '"1300.00"')))
    till = open_till(trial, piastres=1_000_00)
    take_payment(till, bill(till, 299_75), cash(299_75))
    due = bill(till, 50)
    with refused(till, "cash.ceiling"):
        take_payment(till, due, cash(50))
    take_payment(till, due, Offer(slips=(typed_slip(50),)))
    take_payment(till, bill(till, 25), cash(25))
    trial.close()


def test_cash_waits_for_a_handover_after_so_many_hours(trial: Trial, till: Session) -> None:
    due = bill(till, 100_00)
    trial.clocks.pass_time(timedelta(hours=23, minutes=58))
    take_payment(till, due, cash(100_00))
    due = bill(till, 100_00)
    trial.clocks.pass_time(timedelta(minutes=2))
    with refused(till, "cash.handover_overdue", hours=24, limit=24):
        take_payment(till, due, cash(100_00))
    take_payment(till, due, Offer(slips=(typed_slip(100_00),)))


def test_a_jumping_clock_neither_stops_money_nor_gives_more_hours(trial: Trial, till: Session) -> None:
    due = bill(till, 100_00)
    trial.clocks.utc_ms += 40 * 24 * 3_600_000
    take_payment(till, due, cash(100_00))
    due = bill(till, 100_00)
    trial.clocks.utc_ms -= 80 * 24 * 3_600_000
    trial.clocks.mono_ms += 24 * 3_600_000
    with refused(till, "cash.handover_overdue"):
        take_payment(till, due, cash(100_00))


# ---- slips


def test_a_slip_out_of_form_pays_nothing(till: Session) -> None:
    due = bill(till, 100_00)
    for wrong, code in (
        (typed_slip(100_00, ""), "tenders.slip_incomplete"),
        (typed_slip(0), "tenders.slip_incomplete"),
        (typed_slip(100_00, "12#4"), "slip.number"),
        (typed_slip(100_00, last4="123"), "slip.last4"),
        (typed_slip(100_00, printed_at="10:05"), "slip.time"),
        (typed_slip(100_00, terminal="4111 1111 1111 1111"), "slip.card_number"),
    ):
        with refused(till, code):
            take_payment(till, due, Offer(slips=(wrong,)))


def test_a_card_number_is_not_even_in_the_error(till: Session) -> None:
    due = bill(till, 100_00)
    with pytest.raises(KnownError) as caught:
        take_payment(till, due, Offer(slips=(typed_slip(100_00, "4111111111111111"),)))
    assert "4111" not in str(caught.value) + repr(caught.value.params)


def test_a_slip_is_kept_in_one_form(till: Session) -> None:
    slip = typed_slip(100_00, "٠٠٠١٢٣", "T-٧٧ ", last4="٤٢٤٢", printed_at="2026-11-24 09:55")
    taken = take_payment(till, bill(till, 100_00), Offer(slips=(slip,)))
    record = find_receipt(till.store.db, taken.number)
    assert record is not None
    (kept,) = record.slips
    assert (kept.slip_no, kept.terminal, kept.last4) == ("000123", "T-77", "4242")
    assert (kept.slip_time, kept.state) == ("2026-11-24T09:55", "recorded")


@pytest.mark.parametrize("again", [("000123", "T-77"), ("123", "t77"), ("٠١٢٣", "T 77")])
def test_a_slip_pays_once_on_this_device_however_it_is_typed(till: Session, again: tuple[str, str]) -> None:
    first = take_payment(till, bill(till, 100_00), Offer(slips=(typed_slip(100_00),)))
    due = bill(till, 50_00)
    with refused(till, "slip.used", receipt=first.number):
        take_payment(till, due, Offer(slips=(typed_slip(50_00, *again),)))
    with refused(till, "tenders.slip_twice"):
        take_payment(till, due, Offer(slips=(typed_slip(25_00, "9"), typed_slip(25_00, "9"))))
    take_payment(till, due, Offer(slips=(typed_slip(50_00, "124"),)))


# ---- what is due


def test_no_more_is_taken_for_a_request_than_is_due(till: Session) -> None:
    due = bill(till, 100_00, fee(60_00), fee(40_00, "REV-2"))
    part = replace(due, lines=due.lines[:1])
    take_payment(till, part, cash(60_00))
    with refused(till, "payment.request_more", amount="100.00", owed="40.00"):
        take_payment(till, due, cash(100_00))
    take_payment(till, replace(due, lines=due.lines[1:]), cash(40_00))
    with refused(till, "payment.request_paid"):
        take_payment(till, part, cash(60_00))


def test_nothing_is_taken_for_nothing_and_for_unknown_requests(till: Session) -> None:
    due = bill(till, 100_00)
    with refused(till, "payment.nothing_due"):
        take_payment(till, replace(due, lines=(fee(0),)), Offer())
    missing = replace(due, what_for=RequestFor(tracking="D00000000-2026-999999"))
    with refused(till, "payment.request_unknown"):
        take_payment(till, missing, cash(100_00))
    with refused(till, "bill.number"):
        take_payment(till, replace(due, order_no="#1"), cash(100_00))


def test_a_recheck_that_refuses_leaves_everything(till: Session) -> None:
    due = bill(till, 100_00)

    def moved(_: Act) -> None:
        raise KnownError("payment.nothing_due")

    with refused(till, "payment.nothing_due"):
        take_payment(till, due, cash(100_00), recheck=moved)


def test_a_used_up_book_stops_payments(till: Session) -> None:
    due = bill(till, 100_00)
    till.store.db.conn.execute("UPDATE book_taken SET last = 0")
    with refused(till, "book.used_up"):
        take_payment(till, due, cash(100_00))


# ---- who may take money, and in which shift


@pytest.mark.parametrize(("staff", "code"), [("INS-1", "roles.no_right"), ("TEL-2", "shift.of_another")])
def test_another_person_takes_no_money_in_this_shift(trial: Trial, staff: str, code: str) -> None:
    due = bill(open_till(trial), 100_00)
    other = trial.unlock(staff)
    with refused(other, code):
        take_payment(other, due, cash(100_00))


def test_without_a_shift_or_past_his_validity_nobody_takes_money(trial: Trial) -> None:
    session = open_till(trial)
    due = bill(session, 100_00)
    trial.clocks.pass_time(timedelta(days=40_000))
    with refused(session, "session.expired"):
        take_payment(session, due, cash(100_00))


def test_before_a_shift_is_open_nothing_is_taken(trial: Trial) -> None:
    session = trial.unlock("TEL-1")
    line = fee(100)
    unasked = Bill(RequestFor(tracking="D00000000-2026-000001"), (line,), PERSON, "self")
    with refused(session, "shift.none_open"):
        take_payment(session, unasked, cash(100))


# ---- form 33


@pytest.mark.parametrize("mode", ["unknown", "paper_alongside", "paper_only"])
def test_the_paper_form_is_part_of_the_receipt_where_the_policy_wants_one(tmp_path: Path, mode: str) -> None:
    trial = trial_with(tmp_path, policy_with(setting("form33_mode", mode)))
    till = open_till(trial)
    due = bill(till, 100_00)
    with refused(till, "receipt.paper_needed"):
        take_payment(till, due, cash(100_00))
    with refused(till, "paper.later", written="2026-11-25"):
        take_payment(till, due, cash(100_00), paper=paper_form(written=date(2026, 11, 25)))
    with refused(till, "paper.number"):
        take_payment(till, due, cash(100_00), paper=paper_form("10#"))
    taken = take_payment(till, due, cash(100_00), paper=paper_form(" ١٠٤٢٣٣ "))
    form33 = receipt_of(till, taken).form33
    assert form33.mode == ("paper_alongside" if mode == "unknown" else mode)
    assert form33.paper == PaperForm(series="33 ع.ح", number="104233", written=TODAY)
    due = bill(till, 50_00)
    for again in (paper_form(), paper_form("0104233", "33 ع ح")):
        with refused(till, "paper.used"):
            take_payment(till, due, cash(50_00), paper=again)
    trial.close()


def test_a_paper_form_that_the_policy_does_not_use_is_refused(till: Session) -> None:
    due = bill(till, 100_00)
    with refused(till, "receipt.paper_not_used"):
        take_payment(till, due, cash(100_00), paper=paper_form())


# ---- one form, one payment


def test_two_fast_presses_make_one_payment(till: Session) -> None:
    due, intent = bill(till, 100_00), secrets.token_hex(16)
    offer = Offer(cash=60_00, left=0, slips=(typed_slip(50_00),))
    first = take_payment(till, due, offer, intent=intent)
    before = stands(till)
    assert take_payment(till, due, offer, intent=intent) == first
    assert stands(till) == before


def test_the_same_answer_comes_after_a_restart_and_without_a_shift(trial: Trial) -> None:
    till = open_till(trial)
    report_outage(till, OutageTyped("no_power", "TKT-1"))
    due, intent = bill(till, 700_00), secrets.token_hex(16)
    first = take_payment(till, due, cash(800_00), intent=intent)
    end_outage(till)
    again = trial.unlock("TEL-1")
    before = stands(again)
    assert take_payment(again, due, cash(800_00), intent=intent) == first
    assert first.outage_number == "TKT-1"
    assert stands(again) == before


def test_a_form_that_made_a_payment_makes_no_other(till: Session) -> None:
    due, intent = bill(till, 100_00), secrets.token_hex(16)
    first = take_payment(till, due, cash(100_00), intent=intent)
    other = bill(till, 100_00)
    for changed, offer in (
        (other, cash(100_00)),
        (due, cash(150_00)),
        (due, Offer(slips=(typed_slip(10000),))),
    ):
        with refused(till, "payment.intent_differs", number=first.number):
            take_payment(till, changed, offer, intent=intent)
    with pytest.raises(BugError, match="32 hex"):
        take_payment(till, other, cash(100_00), intent="1")


def test_a_refused_press_leaves_the_form_free(till: Session) -> None:
    due, intent = bill(till, 100_00), secrets.token_hex(16)
    with refused(till, "tenders.short"):
        take_payment(till, due, cash(50_00), intent=intent)
    assert take_payment(till, due, cash(100_00), intent=intent).total == 100_00


# ---- what a second person is shown


def test_a_proposal_is_the_payment_to_the_byte(till: Session) -> None:
    due = bill(till, 100_00)
    offer = Offer(cash=50_00, slips=(typed_slip(50_00, "٧"),))
    proposal = propose_payment(till, due, offer)
    taken = take_payment(till, due, offer)
    data = next(till.store.journal.records(taken.payment.seq, taken.payment.seq)).data
    assert parse_entry(data).body == proposal.plain


def test_a_line_of_the_bill_is_never_lost(till: Session) -> None:
    lines = (fee(60_00), replace(fee(5_50, "S-1"), kind="stamp"))
    taken = take_payment(till, bill(till, 65_50, *lines), cash(70_00))
    record = find_receipt(till.store.db, taken.number)
    assert record is not None
    assert [(one.account, one.piastres) for one in record.lines] == [("REV-1", 60_00), ("S-1", 5_50)]
    assert (record.row.total, record.row.cash, record.staff) == (65_50, 65_50, "TEL-1")
