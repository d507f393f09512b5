"""The close: blind counts that are kept, differences that stay, one Z for good, and no way to be stuck."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.core.entries.custody import CashMoved
from kiosk.core.entries.parts import Line
from kiosk.core.entries.payment import Cash, PaymentTaken, RequestFor
from kiosk.core.entries.shift import ShiftClosed
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.shift_close import Step
from kiosk.core.wire.totals import Totals
from kiosk.desk.pay import Bill, Offer, take_payment
from kiosk.desk.reports import read_z
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count, propose_close
from kiosk.desk.shift_open import open_shift
from kiosk.store.queries.shift import entries_of
from kiosk.store.rows import insert
from tests.desk.conftest import SECRETS, Trial
from tests.desk.money import PERSON, fee, in_drawer, pay, pieces, take_request, void

Unlock = Callable[[str], Session]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def opened(unlock: Unlock, staff: str = "TEL-1", total: int = 10000) -> Session:
    session = unlock(staff)
    open_shift(session, pieces(total))
    return session


def signed_close(session: Session, closing: Closing, by: str) -> object:
    proposal = propose_close(session, closing, by)
    with session.approver(proposal, by, SECRETS[by][0], Right.DIFFERENCE_APPROVE) as approval:
        return close(session, closing, approval=approval)


def entries(session: Session) -> int:
    return session.store.journal.state().seq


def test_a_shift_that_is_right_closes_with_every_term(unlock: Unlock) -> None:
    session = opened(unlock)
    pay(session, 4325, cash=5000)
    pay(session, 30000, slips=20000)
    voided = pay(session, 1000)
    void(session, voided, cash=1000)
    expected = in_drawer(session)
    assert expected == 10000 + 4325 + 10000
    counted = count(session, pieces(expected))
    assert (counted.next, counted.over_short) == (Step.FINAL, 0)
    z = close(session, Closing(kept=10000, seal="ختم 7"))
    assert z.terms is not None
    assert z.close is not None
    assert (z.number, z.expected, z.terms.tendered, z.terms.change) == (1, 24325, 5000 + 10000 + 1000, 675)
    assert (z.terms.applied, z.terms.voided) == (15325, 1000)
    assert (z.close.counted, z.close.over_short, z.close.limit) == (24325, 0, "within")
    assert (z.close.kept, z.close.handed, z.close.seal) == (10000, 14325, "ختم 7")
    assert [(one.kind, one.taken, one.reversed) for one in z.figures.tenders] == [
        ("cash", 15325, 1000),
        ("slip", 20000, 0),
    ]
    assert [(one.first, one.last, one.count, one.voided) for one in z.figures.receipts] == [(1, 3, 3, 1)]
    assert [(one.staff, one.count, one.piastres) for one in z.figures.voids] == [("TEL-1", 1, 1000)]
    assert z.figures.breaches == ()


def test_the_close_lists_what_the_centre_has_not_acknowledged(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    before = entries(session)
    z = close(session, Closing(kept=10000))
    assert z.close is not None
    assert (z.close.unsent.count, z.close.unsent.first) == (before, 1)


def test_what_the_centre_has_acknowledged_is_not_listed_at_the_close(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    before = entries(session)
    insert(
        session.store.db,
        "acknowledgement",
        one=1,
        epoch=1,
        stored_through=before - 2,
        safe_through=0,
        head=bytes(32),
        server_time="2026-11-24T07:00:00.000Z",
        bytes=b"",
    )
    z = close(session, Closing(kept=10000))
    assert z.close is not None
    assert (z.close.unsent.count, z.close.unsent.first) == (2, before - 1)


def test_the_close_leaves_a_checkpoint_of_itself_in_the_same_transaction(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    z = close(session, Closing(kept=10000))
    row = session.store.db.execute("SELECT seq FROM checkpoint ORDER BY seq DESC").fetchone()
    assert row == (z.entry,)
    assert z.head == session.store.journal.state().head.hex()


def test_the_closer_signs_with_his_own_key(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    z = close(session, Closing(kept=10000))
    assert [one.by for one in next(session.store.journal.records(z.entry)).sigs] == ["TEL-1"]


def test_asked_again_the_same_z_comes_back_whatever_is_given(unlock: Unlock) -> None:
    session = opened(unlock)
    pay(session, 2500)
    count(session, pieces(12500))
    z = close(session, Closing(kept=12500))
    before = entries(session)
    assert close(session, Closing(kept=5)) == z
    assert read_z(session, 1) == z
    assert read_z(session) == z
    assert entries(session) == before


def test_a_shift_named_by_its_opening_is_not_closed_twice_after_another_has_opened(unlock: Unlock) -> None:
    session = opened(unlock)
    first = session.own_shift().seq
    count(session, pieces(10000))
    z = close(session, Closing(kept=10000))
    open_shift(session, pieces(10000))
    assert close(session, Closing(kept=0), shift=first) == z
    assert session.own_shift().state == "open"


def test_the_expected_cash_is_hidden_until_the_count_is_final(unlock: Unlock) -> None:
    session = opened(unlock)
    first = count(session, pieces(30000))
    assert (first.next, first.expected, first.over_short) == (Step.RECOUNT, None, None)
    second = count(session, pieces(10500))
    assert (second.next, second.expected, second.over_short) == (Step.FINAL, 10000, 500)


def test_a_small_difference_is_not_counted_again(unlock: Unlock) -> None:
    session = opened(unlock)
    assert count(session, pieces(10500)).next is Step.FINAL
    assert refused(lambda: count(session, pieces(10000))) == "shifts.one_recount_only"


def test_a_third_count_is_refused_and_both_counts_are_kept(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(5000))
    count(session, pieces(9000))
    assert refused(lambda: count(session, pieces(10000))) == "shifts.one_recount_only"
    z = close(session, Closing(kept=9000, reason="wrong_change"))
    assert [one.total for one in z.counts] == [5000, 9000]
    assert z.close is not None
    assert (z.close.attempts, z.close.counted, z.close.over_short) == (2, 9000, -1000)


def test_nothing_is_pre_filled(unlock: Unlock) -> None:
    """The known mistakes: counts filled with what is expected, and counted forced equal to expected."""
    session = opened(unlock)
    assert refused(lambda: close(session, Closing(kept=10000))) == "shifts.no_count"
    assert refused(lambda: count(session, {})) == "cash.count_empty"
    assert count(session, {"note-200": 0}).total == 0


def test_a_difference_stays_a_difference(unlock: Unlock) -> None:
    """The known mistake: a difference is erased by posting it."""
    session = opened(unlock)
    count(session, pieces(9600))
    assert refused(lambda: close(session, Closing(kept=9600))) == "shifts.short_without_reason"
    assert refused(lambda: close(session, Closing(kept=9600, reason="because"))) == (
        "shifts.short_without_reason"
    )
    z = close(session, Closing(kept=9600, reason="wrong_change", remark="باقي"))
    assert z.close is not None
    assert (z.expected, z.close.counted, z.close.over_short) == (10000, 9600, -400)
    assert (z.totals["short"], z.totals["over"]) == (400, 0)
    assert open_shift(session, pieces(9600)).variance == 0


def test_beyond_the_hard_limit_another_supervisor_signs(unlock: Unlock) -> None:
    session = opened(unlock)
    for total in (1000, 1000):
        count(session, pieces(total))
    closing = Closing(kept=1000, reason="unknown")
    assert refused(lambda: close(session, closing)) == "shifts.supervisor_needed"
    signed_close(session, closing, "SUP-1")
    z = read_z(session)
    assert z.close is not None
    assert (z.close.limit, z.close.approver) == ("hard", "SUP-1")
    assert [one.by for one in next(session.store.journal.records(z.entry)).sigs] == ["TEL-1", "SUP-1"]


def test_maker_and_checker_of_a_difference_are_two_persons(unlock: Unlock) -> None:
    session = opened(unlock, "SUP-1")
    for total in (1000, 1000):
        count(session, pieces(total))
    closing = Closing(kept=1000, reason="unknown")
    assert refused(lambda: signed_close(session, closing, "SUP-1")) == "entry.same_person"
    assert refused(lambda: signed_close(session, closing, "TEL-1")) == "roles.supervisor_only"
    assert session.own_shift(closing=True).state == "closing"
    signed_close(session, closing, "SUP-2")


def test_with_no_supervisor_at_hand_the_shift_closes_and_the_missing_signature_stays_visible(
    unlock: Unlock,
) -> None:
    session = opened(unlock)
    for total in (1000, 1000):
        count(session, pieces(total))
    z = close(session, Closing(kept=1000, reason="unknown", no_approver=True))
    assert z.close is not None
    assert (z.close.limit, z.close.approver, z.close.unapproved) == ("hard", None, "no_approver")
    assert [one.by for one in next(session.store.journal.records(z.entry)).sigs] == ["TEL-1"]
    assert session.shift() is None
    again = read_z(session)
    assert again.close is not None
    assert again.close.unapproved == "no_approver"


def test_nobody_at_hand_is_no_excuse_from_a_reason_nor_from_a_signature_that_was_given(
    unlock: Unlock,
) -> None:
    session = opened(unlock)
    for total in (1000, 1000):
        count(session, pieces(total))
    alone = Closing(kept=1000, no_approver=True)
    assert refused(lambda: close(session, alone)) == "shifts.short_without_reason"
    signed_close(session, replace(alone, reason="unknown"), "SUP-1")
    z = read_z(session)
    assert z.close is not None
    assert (z.close.approver, z.close.unapproved) == ("SUP-1", None)


def test_where_the_policy_asks_for_a_signature_the_count_waits_for_one(
    unlock: Unlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(unlock)
    for total in (1000, 1000):
        count(session, pieces(total))
    strict = replace(session.reference.policy(session.today()), close_without_approver=False)
    monkeypatch.setattr(session.reference, "policy", lambda _day: strict)
    closing = Closing(kept=1000, reason="unknown", no_approver=True)
    assert refused(lambda: close(session, closing)) == "shifts.approver_required"
    assert session.own_shift(closing=True).state == "closing"


def test_a_supervisor_alone_closes_for_an_absent_supervisor_and_does_not_approve_himself(
    unlock: Unlock,
) -> None:
    opened(unlock, "SUP-2")
    supervisor = unlock("SUP-1")
    for total in (1000, 1000):
        count(supervisor, pieces(total))
    z = close(supervisor, Closing(kept=1000, reason="unknown", no_approver=True))
    assert z.close is not None
    assert (z.holder, z.made_by, z.close.unapproved) == ("SUP-2", "SUP-1", "no_approver")


def test_an_approval_holds_for_what_was_shown_and_nothing_else(unlock: Unlock) -> None:
    session = opened(unlock)
    for total in (1000, 1000):
        count(session, pieces(total))
    closing = Closing(kept=1000, reason="unknown")
    proposal = propose_close(session, closing, "SUP-1")
    before = entries(session)
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.DIFFERENCE_APPROVE) as approval:
        other = replace(closing, kept=500)
        assert refused(lambda: close(session, other, approval=approval)) == "approval.changed"
        assert entries(session) == before
        close(session, closing, approval=approval)


def test_a_supervisor_closes_for_who_is_absent_and_never_signs_for_his_own_drawer(unlock: Unlock) -> None:
    opened(unlock, "SUP-2")
    supervisor = unlock("SUP-1")
    for total in (1000, 1000):
        count(supervisor, pieces(total))
    closing = Closing(kept=1000, reason="unknown")
    assert refused(lambda: propose_close(supervisor, closing, "SUP-2")) == "entry.same_person"
    assert refused(lambda: count(unlock("TEL-2"), pieces(1000))) == "shift.of_another"


def test_a_supervisor_closes_the_shift_of_an_absent_teller(unlock: Unlock) -> None:
    opened(unlock)
    supervisor = unlock("SUP-1")
    count(supervisor, pieces(10000))
    z = close(supervisor, Closing(kept=0))
    assert (z.holder, z.made_by) == ("TEL-1", "SUP-1")
    assert refused(lambda: close(supervisor, Closing(kept=0))) == "shift.none_open"
    assert close(unlock("TEL-1"), Closing(kept=0)) == z


def test_what_is_kept_and_handed_over_is_exactly_what_was_counted(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    assert refused(lambda: close(session, Closing(kept=10001))) == "shifts.kept_and_handed"
    z = close(session, Closing(kept=2500))
    assert z.close is not None
    assert (z.close.kept, z.close.handed, z.totals["bagged"]) == (2500, 7500, 7500)


def test_a_count_that_began_goes_on_after_a_restart(trial: Trial) -> None:
    opened(trial.unlock)
    count(trial.unlock("TEL-1"), pieces(1000))
    session = trial.unlock("TEL-1")
    assert refused(lambda: pay(session, 100)) == "shift.closing"
    assert count(session, pieces(10000)).next is Step.FINAL
    close(trial.unlock("TEL-1"), Closing(kept=10000))
    assert trial.unlock("TEL-1").shift() is None


def test_an_expired_person_counts_and_closes(trial: Trial) -> None:
    opened(trial.unlock)
    trial.clocks.pass_time(timedelta(days=36_600))
    session = trial.unlock("TEL-1")
    assert refused(lambda: pay(session, 100)) == "session.expired"
    count(session, pieces(10000))
    assert close(session, Closing(kept=0)).number == 1


def test_a_payment_in_the_minute_of_the_close_is_not_lost(trial: Trial) -> None:
    """The known mistake: payments are chosen by the clock and not by their place."""
    session = opened(trial.unlock)
    pay(session, 2500)
    trial.clocks.utc_ms -= 180_000
    counted = count(session, pieces(12500))
    assert counted.over_short == 0
    assert refused(lambda: pay(session, 100)) == "shift.closing"
    z = close(session, Closing(kept=12500))
    assert z.terms is not None
    assert z.terms.applied == 2500


def test_money_that_slipped_in_after_the_count_is_in_the_close_all_the_same(unlock: Unlock) -> None:
    session = opened(unlock)
    stale = session.own_shift()
    count(session, pieces(10000))
    with session.act(stale) as act:
        act.append(
            CashMoved(
                direction="in", piastres=400, reason="late", remark=None, approver=None, totals=Totals()
            )
        )
    z = close(session, Closing(kept=10000, reason="unknown"))
    assert z.close is not None
    assert (z.expected, z.close.over_short) == (10400, -400)


def test_limits_that_change_between_count_and_close_do_not_lock_the_shift(
    unlock: Unlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = opened(unlock)
    count(session, pieces(10800))
    count(session, pieces(10900))
    policy = session.reference.policy(session.today())
    later = replace(policy, soft_difference=100_00, hard_difference=1000_00)
    monkeypatch.setattr(type(session.reference), "policy", lambda *_: later)
    z = close(session, Closing(kept=10900, reason="unknown"))
    assert z.close is not None
    assert (z.close.attempts, z.close.over_short, z.close.limit) == (2, 900, "within")


def test_wrong_movements_are_named_on_the_z_and_keep_no_shift_from_closing(unlock: Unlock) -> None:
    """A payment whose receipt is missing can only come from a damaged or foreign journal."""
    session = opened(unlock)
    line = Line(kind="base", account="A", label="fee", piastres=700, refundable=False, sample=True)
    with session.act(session.own_shift()) as act:
        orphan = act.append(
            PaymentTaken(
                what_for=RequestFor(tracking="D00000000-2026-000001"),
                lines=(line,),
                total=700,
                tenders=(Cash(tendered=700, change=0, applied=700, left=0),),
                payer=PERSON,
                capacity="self",
                allocation=None,
                snapshot=None,
                outage=None,
                mandate=None,
                order_no=None,
                period=None,
                totals=Totals(),
            )
        )
    count(session, pieces(10700))
    z = close(session, Closing(kept=10700))
    assert ("payment_without_receipt", orphan.seq) in {(one.rule, one.seq) for one in z.figures.breaches}
    assert z.expected == 10700


def test_a_void_that_returned_other_money_is_named_and_closes(unlock: Unlock) -> None:
    session = opened(unlock)
    taken = pay(session, 1000)
    void(session, taken, cash=900)
    count(session, pieces(10000))
    z = close(session, Closing(kept=10000))
    assert "figures_do_not_cross_foot" in {one.rule for one in z.figures.breaches}


def test_a_discount_is_no_breach(unlock: Unlock) -> None:
    session = opened(unlock)
    lines = (
        fee(5000),
        Line(kind="discount", account="REV-9", label="off", piastres=-500, refundable=False, sample=True),
        Line(kind="exemption", account="REV-8", label="free", piastres=0, refundable=False, sample=True),
    )
    bill = Bill(RequestFor(tracking=take_request(session, *lines)), lines, PERSON, "self")
    take_payment(session, bill, Offer(cash=4500))
    count(session, pieces(14500))
    z = close(session, Closing(kept=14500))
    assert z.figures.breaches == ()
    assert {one.account: one.taken for one in z.figures.accounts}["REV-9"] == -500


def test_a_fee_of_nothing_is_no_breach(unlock: Unlock) -> None:
    session = opened(unlock)
    lines = (fee(5000), fee(0, "REV-7"))
    bill = Bill(RequestFor(tracking=take_request(session, *lines)), lines, PERSON, "self")
    take_payment(session, bill, Offer(cash=5000))
    count(session, pieces(15000))
    assert close(session, Closing(kept=15000)).figures.breaches == ()


def test_totals_that_the_entries_do_not_explain_are_named_and_close(
    unlock: Unlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a later release added to the totals what this one does not count."""
    session = opened(unlock)
    pay(session, 1000)
    count(session, pieces(11000))
    monkeypatch.setattr("kiosk.core.shift_gathering._gather_tally", lambda *_: None)
    z = close(session, Closing(kept=11000))
    assert [one.rule for one in z.figures.breaches] == ["figures_do_not_cross_foot"]


def test_a_fault_within_the_close_leaves_nothing(unlock: Unlock, monkeypatch: pytest.MonkeyPatch) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    before = session.store.journal.state()
    journal = session.store.journal

    def broken(*_: object) -> None:
        raise OSError("the plug was pulled")

    monkeypatch.setattr(journal, "checkpoint", broken)
    with pytest.raises(OSError, match="plug"):
        close(session, Closing(kept=10000))
    assert journal.state() == before
    assert session.own_shift(closing=True).state == "closing"
    monkeypatch.undo()
    assert close(session, Closing(kept=10000)).number == 1


def test_numbers_of_citizens_do_not_enter_a_remark(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(9600))
    closing = Closing(kept=9600, reason="unknown", remark="01012345678")
    assert refused(lambda: close(session, closing)) == "entry.personal_text"
    assert refused(lambda: close(session, replace(closing, remark="x" * 300))) == "typed.remark"
    assert refused(lambda: close(session, replace(closing, remark=None, seal="#!"))) == "typed.seal"


def test_the_perpetual_totals_after_are_before_plus_this_shift(unlock: Unlock) -> None:
    session = opened(unlock)
    pay(session, 2500)
    count(session, pieces(12500))
    z = close(session, Closing(kept=0))
    _, body = next(entries_of(session.store.db, z.entry, z.entry))
    assert isinstance(body, ShiftClosed)
    grown = body.totals - body.totals_before
    assert (grown.cash, grown.receipts, grown.shifts, grown.bagged) == (2500, 1, 1, 12500)
