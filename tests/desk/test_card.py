"""Paying by card: each arrow durable, one receipt for one charge, and what a stop between them leaves."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.core.card_terminal import End, Outcome, TerminalRecord
from kiosk.core.cards import State
from kiosk.core.entries.payment import PaymentTaken
from kiosk.core.errors import KnownError
from kiosk.desk.card import check_not_in_doubt, pay_by_card, prepare_card
from kiosk.desk.card_complete import complete_card, open_cards, resume_cards
from kiosk.desk.card_converse import card_ended, card_sent, keep_answer
from kiosk.desk.card_resolve import resolve_by_terminal
from kiosk.desk.pay import take_payment
from kiosk.desk.reports import report_x
from kiosk.desk.session import Session
from kiosk.store.journal import Journal
from kiosk.store.print_jobs import waiting_prints
from kiosk.store.queries.cards import Attempt, attempt_at
from kiosk.store.queries.receipts import find_receipt
from kiosk.store.queries.shift import entries_of
from kiosk.store.rebuild import derived_rows, rebuild
from tests.desk.cards import Desk, bill, desk
from tests.desk.conftest import Trial
from tests.desk.till import cash, open_till, refused


@pytest.fixture
def till(trial: Trial) -> Session:
    return open_till(trial)


@pytest.fixture
def made() -> Iterator[Desk]:
    with desk() as one:
        yield one


def types_of(session: Session, first: int) -> list[str]:
    return [entry.type for entry, _ in entries_of(session.store.db, first)]


def receipts(session: Session) -> int:
    return session.store.journal.state().totals.receipts


def approved(attempt: Attempt, trace: int = 1) -> TerminalRecord:
    return TerminalRecord(
        approved=True,
        code="00",
        terminal=attempt.terminal,
        trace=trace,
        receipt_no=trace,
        piastres=attempt.piastres,
        currency=818,
        approval="A1B2C3",
        last4="1111",
    )


class TestWell:
    def test_each_arrow_is_an_entry_and_payment_and_receipt_are_one_act(
        self, till: Session, made: Desk
    ) -> None:
        paid = made.pay(till)
        assert types_of(till, paid.attempt.seq) == [
            "card.prepared",
            "card.sent",
            "card.approved",
            "payment.taken",
            "receipt.issued",
            "card.completed",
        ]
        assert paid.attempt.state is State.COMPLETED
        assert paid.taken is not None
        record = find_receipt(till.store.db, paid.taken.number)
        assert record is not None
        assert record.card is not None
        assert (record.card.trace, record.card.last4, record.card.piastres) == (1, "1111", 120_00)
        totals = till.store.journal.state().totals
        assert (totals.card, totals.cash, totals.receipts) == (120_00, 0, 1)

    def test_the_order_leaves_only_after_it_is_journalled(self, till: Session, made: Desk) -> None:
        asked: list[str] = []
        pay = made.zvt.pay

        def watched(*args: Any) -> Outcome:
            asked.extend(types_of(till, till.store.journal.state().seq))
            return pay(*args)

        made.zvt.pay = watched  # type: ignore[assignment,method-assign]
        made.pay(till)
        assert asked == ["card.sent"]

    def test_a_second_press_answers_with_the_first_payment(self, till: Session, made: Desk) -> None:
        intent, what = secrets.token_hex(16), bill(till, 120_00)
        first = pay_by_card(till, made.zvt, what, intent=intent)
        again = pay_by_card(till, made.zvt, what, intent=intent)
        assert again == first
        assert (made.orders(), receipts(till)) == (1, 1)

    def test_the_x_report_names_cards_apart_and_its_totals_hold(self, till: Session, made: Desk) -> None:
        made.pay(till)
        take_payment(till, bill(till, 50_00), cash(50_00))
        figures = report_x(till).figures
        card = figures.tenders[-1]
        assert (card.kind, card.count, card.taken, card.reversed) == ("card", 1, 120_00, 0)
        assert (figures.pending.count, figures.unknown.count, figures.breaches) == (0, 0, ())

    def test_the_derived_tables_follow_from_the_journal(self, till: Session, made: Desk) -> None:
        made.pay(till)
        made.behave("takes-back")
        made.pay(till)
        db = till.store.db
        before = list(derived_rows(db))
        with till.store.transaction():
            rebuild(db, till.store.journal)
        assert list(derived_rows(db)) == before
        assert isinstance(till.store.journal, Journal)


ENDS = {
    "well": State.COMPLETED,
    "declines": State.DECLINED,
    "gives-up": State.NOT_DONE,
    "forgets": State.NOT_DONE,
    "silent-after-charge": State.COMPLETED,
    "silent-after-result": State.COMPLETED,
    "stale-result": State.NOT_DONE,
    "wrong-amount": State.COMPLETED,
    "wrong-currency": State.COMPLETED,
    "wrong-terminal": State.COMPLETED,
    "result-twice": State.COMPLETED,
    "takes-back": State.PERSON,
    "uncounted-refusal": State.NOT_DONE,
    "leaks": State.COMPLETED,
    "late-result": State.UNKNOWN,
}
"""A wrong echo is unknown at first; the terminal's own record, asked again, then tells the truth of it."""


class TestMisbehavingTerminals:
    @pytest.mark.parametrize("word", ENDS)
    def test_each_ends_in_its_state_and_charged_is_recorded(
        self, till: Session, made: Desk, word: str
    ) -> None:
        made.pay(till, 75_00)
        made.behave(word)
        paid = made.pay(till)
        assert paid.attempt.state is ENDS[word]
        assert made.orders() == 2
        recorded = 2 if paid.taken else 1
        assert receipts(till) == recorded
        if paid.attempt.state is not State.UNKNOWN:
            assert len(made.charged()) == recorded
        assert bool(open_cards(till)) == (paid.taken is None and ENDS[word] in (State.UNKNOWN, State.PERSON))

    def test_power_lost_after_the_charge_is_adopted_once_it_is_back(self, till: Session, made: Desk) -> None:
        made.behave("power-loss")
        paid = made.pay(till)
        if paid.taken is None:
            made.well()
            assert paid.attempt.state is State.UNKNOWN
            adopted = resolve_by_terminal(till, paid.attempt, made.zvt.last())
            assert adopted.state is State.APPROVED
            complete_card(till, adopted)
        assert (receipts(till), list(made.charged().values())) == (1, [120_00])

    def test_a_terminal_that_is_not_there_was_sent_nothing(self, till: Session, made: Desk) -> None:
        last = made.zvt.last()
        attempt = prepare_card(till, bill(till, 10_00), made.zvt.terminal_id, last, intent="0a" * 16)
        card_sent(till, attempt)
        ended = card_ended(till, attempt, Outcome(End.NOT_SENT, "device.missing"))
        assert (ended.state, ended.why) == (State.NOT_DONE, "device.missing")


class TestLock:
    def test_a_terminal_with_an_open_attempt_takes_no_other_payment(self, till: Session, made: Desk) -> None:
        made.behave("late-result")
        made.pay(till)
        made.well()
        last = made.zvt.last
        with pytest.raises(KnownError, match=r"card\.terminal_locked"):
            prepare_card(till, bill(till, 10_00), made.zvt.terminal_id, _idle(), intent="0b" * 16)
        assert last is not None
        take_payment(till, bill(till, 50_00), cash(50_00))

    def test_cash_for_the_same_bill_warns_and_another_card_is_refused(
        self, till: Session, made: Desk
    ) -> None:
        what = bill(till, 120_00)
        made.behave("late-result")
        pay_by_card(till, made.zvt, what, intent="0a" * 16)
        with pytest.raises(KnownError, match=r"card\.in_doubt"):
            check_not_in_doubt(till, what)
        with pytest.raises(KnownError, match=r"card\.in_doubt"):
            prepare_card(till, what, "31000099", _idle("31000099"), intent="0b" * 16)
        check_not_in_doubt(till, bill(till, 10_00))

    @pytest.mark.parametrize(
        ("last", "code"),
        [("busy", "terminal.busy"), ("other", "terminal.other")],
    )
    def test_a_terminal_that_is_busy_or_another_one_is_refused(
        self, till: Session, last: str, code: str
    ) -> None:
        said = _idle("31000099") if last == "other" else _idle(idle=False)
        what = bill(till, 10_00)
        with refused(till, code):
            prepare_card(till, what, "31000017", said, intent="0a" * 16)


class TestStops:
    """What a stop between two arrows leaves, and what a start makes of it."""

    def prepared(self, session: Session) -> Attempt:
        return prepare_card(session, bill(session, 120_00), "31000017", _idle(), intent="0c" * 16)

    def test_prepared_and_not_sent_is_not_done(self, till: Session) -> None:
        attempt = self.prepared(till)
        assert resume_cards(till) == ()
        assert attempt_at(till.store.db, attempt.seq).why == "nothing_sent"

    def test_sent_and_no_end_is_unknown_and_the_counter_tells(self, till: Session) -> None:
        attempt = self.prepared(till)
        card_sent(till, attempt)
        (left,) = resume_cards(till)
        assert (left.state, left.why) == (State.UNKNOWN, "stopped")
        assert receipts(till) == 0
        done = resolve_by_terminal(till, left, _idle())
        assert (done.state, done.why) == (State.NOT_DONE, "counter_unchanged")

    def test_approved_and_no_receipt_completes_itself_once(self, trial: Trial) -> None:
        session = open_till(trial)
        attempt = self.prepared(session)
        card_sent(session, attempt)
        keep_answer(session, attempt, approved(attempt, 10))
        again = trial.unlock("TEL-1")
        assert resume_cards(again) == ()
        assert resume_cards(again) == ()
        assert receipts(again) == 1
        assert attempt_at(again.store.db, attempt.seq).state is State.COMPLETED
        (job,) = waiting_prints(again.store.db)
        assert (job.document, job.reason) == ("receipt", "first"), "the citizen gets its paper all the same"

    def test_approved_in_anothers_shift_waits_for_its_holder(self, trial: Trial) -> None:
        session = open_till(trial)
        attempt = self.prepared(session)
        card_sent(session, attempt)
        keep_answer(session, attempt, approved(attempt, 10))
        other = trial.unlock("TEL-2")
        (left,) = resume_cards(other)
        assert left.state is State.APPROVED
        with pytest.raises(KnownError, match=r"shift\.of_another"):
            complete_card(other, left)

    def test_what_is_under_way_is_left_alone(self, till: Session) -> None:
        attempt = self.prepared(till)
        card_sent(till, attempt)
        assert resume_cards(till, under_way=[attempt.id])[0].state is State.SENT

    def test_an_answer_after_the_doubt_changes_nothing(self, till: Session) -> None:
        attempt = self.prepared(till)
        card_sent(till, attempt)
        resume_cards(till)
        assert keep_answer(till, attempt, approved(attempt, 10)).state is State.UNKNOWN

    def test_the_same_answer_told_twice_is_kept_once(self, till: Session) -> None:
        attempt = self.prepared(till)
        card_sent(till, attempt)
        for _ in range(2):
            assert keep_answer(till, attempt, approved(attempt, 10)).state is State.APPROVED
        assert types_of(till, attempt.seq).count("card.approved") == 1

    def test_open_ones_are_in_the_x_report_apart(self, till: Session) -> None:
        attempt = self.prepared(till)
        assert report_x(till).figures.pending.piastres == 120_00
        card_sent(till, attempt)
        resume_cards(till)
        figures = report_x(till).figures
        assert (figures.pending.count, figures.unknown.count, figures.unknown.piastres) == (0, 1, 120_00)

    def test_no_receipt_comes_of_what_is_not_approved(self, till: Session) -> None:
        attempt = self.prepared(till)
        with pytest.raises(KnownError, match=r"card\.not_approved"):
            complete_card(till, attempt)
        assert receipts(till) == 0


def test_a_stop_of_cash_does_not_stop_cards(till: Session, made: Desk) -> None:
    body = made.pay(till).taken
    assert body is not None
    _, payment = next(entries_of(till.store.db, body.payment.seq, body.payment.seq))
    assert isinstance(payment, PaymentTaken)
    assert (payment.cards, payment.cash, payment.outage) == (120_00, 0, None)


def _idle(terminal: str = "31000017", *, idle: bool = True) -> Any:
    from kiosk.core.card_terminal import LastResult

    before = TerminalRecord(
        approved=True, code="00", terminal=terminal, trace=9, receipt_no=9, piastres=120_00, currency=818
    )
    return LastResult(idle, before)
