"""Voiding a receipt: in its shift, every print recovered, a second signature, cash as a term of its own."""

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.entries.body import Body
from kiosk.core.entries.operations import PrintCopied, PrintDone, PrintFailed
from kiosk.core.entries.payment import ReceiptVoided, SlipReversal
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.wire.entry import signature_holds
from kiosk.desk.custody import Handing, hand_over, new_transfer
from kiosk.desk.pay import Offer, Taken, take_payment
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.void import Voided, VoidTyped, propose_void, void_receipt
from kiosk.store.queries.receipts import find_receipt, receipts_of_shift
from kiosk.store.queries.shift import entries_of
from tests.desk.conftest import SECRETS, Trial
from tests.desk.money import in_drawer, pieces
from tests.desk.till import bill, cash, open_till, refused, stands, typed_slip


@pytest.fixture
def till(trial: Trial) -> Session:
    return open_till(trial)


@pytest.fixture
def taken(till: Session) -> Taken:
    return take_payment(till, bill(till, 120_00), cash(150_00))


def asked(taken: Taken, **changes: Any) -> VoidTyped:
    typed = VoidTyped(number=taken.number, reason="wrong_amount", recovered=1, approver="SUP-1")
    return replace(typed, **changes)


def void(session: Session, typed: VoidTyped, by: str = "SUP-1") -> Voided:
    """Propose, let the second person open his slot for it, and void."""
    proposal = propose_void(session, typed)
    with session.approver(proposal, by, SECRETS[by][0], Right.VOID_APPROVE) as approval:
        return void_receipt(session, typed, approval)


def printed(session: Session, taken: Taken, *outcomes: str) -> None:
    """Prints of the receipt as the journal will hold them: `done`, `copy`, `torn`, `unknown`, `unsent`."""
    for outcome in outcomes:
        with session.act(session.own_shift()) as act:
            act.append(_print(taken, outcome))


def _print(taken: Taken, outcome: str) -> Body:
    job: dict[str, Any] = {"job": "ab" * 16, "document": "receipt", "entry": taken.receipt, "printer": "P-1"}
    if outcome == "done":
        return PrintDone(**job)
    if outcome == "copy":
        return PrintCopied(**job, copy=1, reason="lost")
    sent, end = outcome != "unsent", "uncertain" if outcome == "unknown" else "failed"
    return PrintFailed(**job, copy=1, fault="paper_out", outcome=end, sent=sent)  # type: ignore[arg-type]


# ---- what a void does


def test_the_cash_goes_back_as_a_term_of_its_own(till: Session, taken: Taken) -> None:
    before = stands(till)
    done = void(till, asked(taken, remark="كتب 120 بدل 210"))
    assert (done.cash_returned, done.slips, done.copies, done.approver) == (120_00, (), 1, "SUP-1")
    after = stands(till)
    assert before["cash"] - after["cash"] == 120_00
    assert after["totals"].cash == before["totals"].cash, "taken is never netted"
    assert after["totals"].cash_voided - before["totals"].cash_voided == 120_00
    assert after["paid"] == before["paid"] - 120_00
    record = find_receipt(till.store.db, taken.number)
    assert record is not None
    assert record.void is not None
    assert (record.void.seq, record.void.approver, record.void.staff) == (done.entry.seq, "SUP-1", "TEL-1")
    assert (record.void.reason, record.void.cash_returned) == ("wrong_amount", 120_00)


def test_what_was_paid_is_owed_again_and_can_be_paid_anew(till: Session) -> None:
    due = bill(till, 80_00)
    first = take_payment(till, due, cash(80_00))
    with refused(till, "payment.request_paid"):
        take_payment(till, due, cash(80_00))
    void(till, asked(first))
    second = take_payment(till, due, cash(80_00))
    assert second.number > first.number, "a number is never used again"


def test_slips_are_listed_to_be_reversed_and_pay_nothing_again(till: Session) -> None:
    due = bill(till, 500_00)
    offer = Offer(cash=100_00, slips=(typed_slip(300_00, "1"), typed_slip(100_00, "2")))
    taken = take_payment(till, due, offer)
    done = void(till, asked(taken))
    assert done.cash_returned == 100_00
    assert done.slips == (
        SlipReversal(terminal="T-77", slip_no="1", piastres=300_00),
        SlipReversal(terminal="T-77", slip_no="2", piastres=100_00),
    )
    with refused(till, "slip.used"):
        take_payment(till, due, Offer(slips=(typed_slip(300_00, "1"), typed_slip(200_00, "3"))))


def test_change_left_goes_back_with_the_cash(till: Session) -> None:
    taken = take_payment(till, bill(till, 99_50), Offer(cash=100_00, left=50))
    before = in_drawer(till)
    assert void(till, asked(taken)).cash_returned == 100_00
    assert in_drawer(till) == before - 100_00


def test_the_entry_is_signed_by_both_with_their_own_keys(till: Session, taken: Taken) -> None:
    done = void(till, asked(taken))
    (record,) = till.store.journal.records(done.entry.seq, done.entry.seq)
    assert [one.by for one in record.sigs] == ["TEL-1", "SUP-1"]
    for one in record.sigs:
        row = till.store.db.conn.execute(
            "SELECT public_key FROM staff_known WHERE staff = ?", (one.by,)
        ).fetchone()
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(row[0]))
        assert signature_holds(one, record.hash, key)
        assert not signature_holds(replace(one, sig="00" * 64), record.hash, key)


def test_the_list_of_a_shift_shows_it_void(till: Session, taken: Taken) -> None:
    other = take_payment(till, bill(till, 10_00), cash(10_00))
    void(till, asked(taken, replacement=other.number))
    shift = till.own_shift()
    rows = receipts_of_shift(till.store.db, shift.seq)
    assert [(one.number, one.voided) for one in rows] == [(taken.number, True), (other.number, False)]


# ---- copies


@pytest.mark.parametrize(
    ("outcomes", "out"),
    [
        ((), 1),
        (("done",), 1),
        (("done", "copy", "copy"), 3),
        (("torn", "copy"), 2),
        (("unknown",), 1),
        (("unsent",), 0),
        (("unsent", "done"), 1),
    ],
)
def test_every_print_that_may_be_out_must_be_recovered(
    till: Session, taken: Taken, outcomes: tuple[str, ...], out: int
) -> None:
    printed(till, taken, *outcomes)
    for wrong in (out - 1, out + 1):
        with refused(till, "void.copies_differ", printed=out, recovered=wrong):
            void(till, asked(taken, recovered=wrong))
    assert void(till, asked(taken, recovered=out)).copies == out


# ---- refusals


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "because"}, "reason.unknown"),
        ({"remark": "29001011234567"}, "entry.personal_text"),
        ({"approver": "sup 1"}, "slots.bad_code"),
        ({"number": "TRIAL-D00000000-E0-000999"}, "receipt.unknown"),
        ({"number": "D00000042-E1-000001"}, "receipt.other_device"),
        ({"number": "؟"}, "receipt.other_device"),
        ({"replacement": "TRIAL-D00000000-E0-000999"}, "receipt.unknown"),
        ({"replacement": "TRIAL-D00000000-E0-000001"}, "receipt.unknown"),
    ],
)
def test_a_void_out_of_order_is_refused(
    till: Session, taken: Taken, changes: dict[str, str], code: str
) -> None:
    with refused(till, code):
        void(till, asked(taken, **changes))


def test_a_receipt_is_voided_once(till: Session, taken: Taken) -> None:
    void(till, asked(taken))
    with refused(till, "shifts.already_void"):
        void(till, asked(taken))


def test_nobody_approves_his_own_void(trial: Trial) -> None:
    session = open_till(trial, "SUP-1")
    taken = take_payment(session, bill(session, 10_00), cash(10_00))
    with refused(session, "entry.same_person"):
        void(session, asked(taken), by="SUP-1")
    typed = asked(taken)
    proposal = propose_void(session, asked(taken, approver="SUP-2"))
    with (
        session.approver(proposal, "SUP-2", SECRETS["SUP-2"][0], Right.VOID_APPROVE) as approval,
        refused(session, "approval.changed"),
    ):
        void_receipt(session, typed, approval)
    assert void(session, asked(taken, approver="SUP-2"), by="SUP-2").approver == "SUP-2"


@pytest.mark.parametrize("by", ["TEL-2", "COL-1", "INS-1"])
def test_only_a_supervisor_approves(till: Session, taken: Taken, by: str) -> None:
    with refused(till, "roles.supervisor_only"):
        void(till, asked(taken, approver=by), by=by)


def test_another_supervisor_than_the_one_named_does_not_do(till: Session, taken: Taken) -> None:
    with refused(till, "entry.unsigned", by="SUP-1"):
        void(till, asked(taken), by="SUP-2")


@pytest.mark.parametrize("between", ["payment", "print"])
def test_what_happens_after_he_was_shown_undoes_the_approval(
    till: Session, taken: Taken, between: str
) -> None:
    due, typed = bill(till, 10_00), asked(taken)
    proposal = propose_void(till, typed)
    with till.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.VOID_APPROVE) as approval:
        if between == "payment":
            take_payment(till, due, cash(10_00))
        else:
            printed(till, taken, "done", "copy")
            typed = asked(taken, recovered=2)
        with refused(till, "approval.changed", staff="SUP-1"):
            void_receipt(till, typed, approval)


def test_the_drawer_must_hold_what_goes_back(till: Session, taken: Taken) -> None:
    handing = Handing(transfer=new_transfer(), counterpart="SUP-2", pieces=pieces(in_drawer(till) - 119_75))
    hand_over(till, handing)
    with refused(till, "void.drawer_short", cash="120.00"):
        void(till, asked(taken))


def test_after_the_shift_or_in_another_one_it_is_form_50(trial: Trial, till: Session, taken: Taken) -> None:
    count(till, pieces(in_drawer(till)))
    with refused(till, "shift.closing"):
        void(till, asked(taken))
    close(till, Closing(kept=0))
    with pytest.raises(KnownError) as caught:
        void(till, asked(taken))
    assert caught.value.code == "shifts.receipt_not_here"
    assert "٥٠" in caught.value.remedy("ar")
    next_shift = open_till(trial, "TEL-2", piastres=0)
    with refused(next_shift, "shifts.receipt_not_here"):
        void(next_shift, asked(taken))


def test_a_colleague_does_not_void_in_an_open_shift(trial: Trial, taken: Taken) -> None:
    other = trial.unlock("TEL-2")
    with refused(other, "shift.of_another"):
        void(other, asked(taken))
    inspector = trial.unlock("INS-1")
    with refused(inspector, "roles.no_right"):
        void(inspector, asked(taken))


def test_the_number_may_be_typed_as_people_type(till: Session, taken: Taken) -> None:
    assert void(till, asked(taken, number=f" {taken.number.lower()} ")).number == taken.number
    _, body = next(entries_of(till.store.db, till.store.journal.state().seq))
    assert isinstance(body, ReceiptVoided)
