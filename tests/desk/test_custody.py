"""Cash changes hands with two signatures or two entries, and the receiver counts before he sees a figure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.core.entries.custody import GivenRef, HandoverGiven, HandoverReceived
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.wire.entry import Link
from kiosk.desk.custody import Handed, Handing, hand_over, new_transfer, propose_handover
from kiosk.desk.drawer import Moving, move_cash, open_drawer, propose_move
from kiosk.desk.receiving import Receiving, Stated, count_received
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.store.queries.shift import entries_of
from tests.desk.conftest import SECRETS, Trial
from tests.desk.money import in_drawer, pay, pieces

Unlock = Callable[[str], Session]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def opened(unlock: Unlock, staff: str = "TEL-1", total: int = 10000) -> Session:
    session = unlock(staff)
    open_shift(session, pieces(total))
    return session


def closed(unlock: Unlock, *, handed: int = 7500) -> Session:
    session = opened(unlock)
    count(session, pieces(10000))
    close(session, Closing(kept=10000 - handed, seal="7"))
    return session


def to(counterpart: str, piastres: int, **more: object) -> Handing:
    handing = Handing(transfer=new_transfer(), counterpart=counterpart, pieces=pieces(piastres))
    return replace(handing, **more)  # type: ignore[arg-type]


def signed_here(session: Session, handing: Handing, received: int) -> Handed:
    proposal = propose_handover(session, handing, pieces(received))
    code = handing.counterpart
    with session.approver(proposal, code, SECRETS[code][0], Right.HANDOVER_RECEIVE) as approval:
        return hand_over(session, handing, approval)


def test_cash_handed_to_the_treasury_leaves_the_drawer(unlock: Unlock) -> None:
    session = opened(unlock)
    handed = hand_over(session, to("TRS-1", 6000, seal="12/أ"))
    assert in_drawer(session) == 4000
    _, body = next(entries_of(session.store.db, handed.entry.seq))
    assert isinstance(body, HandoverGiven)
    assert (body.total, body.source, body.to, body.signs, body.seal) == (
        6000,
        "drawer",
        "treasury",
        "paper",
        "12/أ",
    )
    assert (body.totals.handed_over, body.totals.transfers_out) == (6000, 0)
    assert (
        handed.hash
        == next(iter(session.store.journal.records(handed.entry.seq, handed.entry.seq))).hash.hex()
    )


def test_cash_handed_to_another_custodian_is_a_transfer(unlock: Unlock) -> None:
    session = opened(unlock)
    hand_over(session, to("COL-9", 2500, to="custodian", signs="elsewhere", device="D00000007"))
    z_totals = session.store.journal.state().totals
    assert (z_totals.handed_over, z_totals.transfers_out) == (0, 2500)
    count(session, pieces(7500))
    terms = close(session, Closing(kept=7500)).terms
    assert terms is not None
    assert (terms.handed_over, terms.transfers_out, terms.expected) == (0, 2500, 7500)


def test_more_than_the_drawer_must_hold_does_not_leave_it(unlock: Unlock) -> None:
    session = opened(unlock)
    assert refused(lambda: hand_over(session, to("TRS-1", 10025))) == "custody.more_than_drawer"
    assert refused(lambda: hand_over(session, to("TRS-1", 0))) == "custody.nothing"
    hand_over(session, to("TRS-1", 10000))
    assert in_drawer(session) == 0


def test_the_refusal_names_no_figure(unlock: Unlock) -> None:
    session = opened(unlock)
    with pytest.raises(KnownError) as caught:
        hand_over(session, to("TRS-1", 12500))
    assert not caught.value.params


def test_a_counterpart_who_is_present_signs_the_entry_himself(unlock: Unlock) -> None:
    session = opened(unlock)
    handed = signed_here(session, to("SUP-1", 2500, to="custodian", signs="here"), 2500)
    record = next(session.store.journal.records(handed.entry.seq))
    assert [one.by for one in record.sigs] == ["TEL-1", "SUP-1"]


def test_he_counts_first_and_a_count_that_differs_shows_him_nothing(unlock: Unlock) -> None:
    session = opened(unlock)
    handing = to("SUP-1", 2500, signs="here")
    with pytest.raises(KnownError) as caught:
        propose_handover(session, handing, pieces(2000))
    assert (caught.value.code, dict(caught.value.params)) == ("custody.counts_differ", {})


def test_his_signature_is_needed_and_holds_for_that_handover_only(unlock: Unlock) -> None:
    session = opened(unlock)
    handing = to("SUP-1", 2500, signs="here")
    before = session.store.journal.state()
    assert refused(lambda: hand_over(session, handing)) == "entry.unsigned"
    proposal = propose_handover(session, handing, pieces(2500))
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.HANDOVER_RECEIVE) as approval:
        other = replace(handing, pieces=pieces(5000))
        assert refused(lambda: hand_over(session, other, approval)) == "approval.changed"
    assert session.store.journal.state() == before
    assert in_drawer(session) == 10000


def test_nobody_hands_over_to_himself(unlock: Unlock) -> None:
    session = opened(unlock)
    assert refused(lambda: hand_over(session, to("TEL-1", 2500))) == "entry.same_person"


def test_a_device_is_named_for_a_counterpart_elsewhere_and_only_for_one(unlock: Unlock) -> None:
    session = opened(unlock)
    assert refused(lambda: hand_over(session, to("SUP-9", 2500, signs="elsewhere"))) == (
        "custody.device_of_counterpart"
    )
    assert refused(lambda: hand_over(session, to("SUP-9", 2500, device="D00000007"))) == (
        "custody.device_of_counterpart"
    )


def test_an_expired_person_still_hands_over(trial: Trial) -> None:
    opened(trial.unlock)
    trial.clocks.pass_time(timedelta(days=36_600))
    session = trial.unlock("TEL-1")
    hand_over(session, to("TRS-1", 10000))
    assert in_drawer(session) == 0


def test_nothing_leaves_a_drawer_that_is_being_counted(unlock: Unlock) -> None:
    session = opened(unlock)
    count(session, pieces(10000))
    assert refused(lambda: hand_over(session, to("TRS-1", 2500))) == "shift.closing"
    assert refused(lambda: move_cash(session, Moving("in", 2500, "fund"))) == "shift.closing"


def test_a_bag_is_given_whole_and_once(unlock: Unlock) -> None:
    session = closed(unlock)
    assert refused(lambda: hand_over(session, to("TRS-1", 7000, bag_of=1))) == "custody.bag_not_whole"
    hand_over(session, to("TRS-1", 7500, bag_of=1, seal="7"))
    assert refused(lambda: hand_over(session, to("TRS-1", 7500, bag_of=1))) == "custody.bag_given"
    totals = session.store.journal.state().totals
    assert (totals.bagged, totals.bags_out, totals.handed_over) == (7500, 7500, 0)


def test_a_bag_leaves_no_open_drawer(unlock: Unlock) -> None:
    session = closed(unlock)
    open_shift(session, pieces(2500))
    handed = hand_over(session, to("TRS-1", 7500, bag_of=1))
    entry, _ = next(entries_of(session.store.db, handed.entry.seq))
    assert entry.shift is None
    assert in_drawer(session) == 2500
    assert count(session, pieces(2500)).over_short == 0


def test_bags_are_given_by_who_holds_them(unlock: Unlock) -> None:
    closed(unlock)
    assert (
        refused(lambda: hand_over(unlock("TEL-2"), to("TRS-1", 7500, bag_of=1))) == "custody.bag_of_another"
    )
    assert refused(lambda: hand_over(unlock("TEL-1"), to("TRS-1", 7500, bag_of=2))) == "z.unknown"
    hand_over(unlock("SUP-1"), to("TRS-1", 7500, bag_of=1))


def test_a_close_that_set_nothing_aside_has_no_bag(unlock: Unlock) -> None:
    session = closed(unlock, handed=0)
    assert refused(lambda: hand_over(session, to("TRS-1", 7500, bag_of=1))) == "custody.no_bag"


def test_the_receiver_of_a_bag_counts_and_the_difference_is_of_this_hop(unlock: Unlock) -> None:
    """What the giver's own entry states counts, whatever is typed."""
    handed = hand_over(closed(unlock), to("SUP-1", 7500, bag_of=1, seal="7"))
    session = unlock("SUP-1")
    receiving = Receiving(handed.transfer, "TEL-1", seal="7", seal_intact=True)
    received = count_received(session, receiving, pieces(7000)).finish(Stated(7000))
    assert (received.total, received.stated, received.difference) == (7000, 7500, -500)
    _, body = next(entries_of(session.store.db, received.entry.seq))
    assert isinstance(body, HandoverReceived)
    assert body.given == GivenRef(entry=handed.entry, hash=handed.hash)
    assert (body.seal, body.seal_intact, body.into) == ("7", True, "bag")
    assert session.store.journal.state().totals.bags_in == 7000


def test_a_transfer_is_given_once(unlock: Unlock) -> None:
    session = opened(unlock)
    handing = to("TRS-1", 2500)
    hand_over(session, handing)
    assert refused(lambda: hand_over(session, handing)) == "custody.given_already"
    assert in_drawer(session) == 7500


def test_a_transfer_is_received_once_by_whom_it_is_meant_for(unlock: Unlock) -> None:
    handed = hand_over(closed(unlock), to("SUP-1", 7500, bag_of=1))
    receiving = Receiving(handed.transfer, "TEL-1")
    assert refused(lambda: count_received(unlock("SUP-2"), receiving, pieces(7500))) == "custody.not_for_you"
    session = unlock("SUP-1")
    wrong = replace(receiving, counterpart="TEL-2")
    assert refused(lambda: count_received(session, wrong, pieces(7500))) == "custody.other_giver"
    again = count_received(session, receiving, pieces(7500))
    count_received(session, receiving, pieces(7500)).finish()
    assert refused(again.finish) == "custody.received_already"
    assert refused(lambda: count_received(session, receiving, pieces(7500))) == "custody.received_already"


def test_what_was_signed_here_is_not_received_here_again(unlock: Unlock) -> None:
    session = opened(unlock)
    handed = signed_here(session, to("SUP-1", 2500, signs="here"), 2500)
    receiving = Receiving(handed.transfer, "TEL-1")
    assert (
        refused(lambda: count_received(unlock("SUP-1"), receiving, pieces(2500))) == "custody.signed_already"
    )


def test_cash_from_another_device_goes_into_the_receivers_drawer(unlock: Unlock) -> None:
    session = opened(unlock)
    receiving = Receiving(new_transfer(), "COL-9", signs="elsewhere", device="D00000009", into="drawer")
    counted = count_received(session, receiving, pieces(5000))
    assert counted.known is None
    assert refused(counted.finish) == "custody.not_stated"
    theirs = GivenRef(entry=Link("ab" * 16, 77), hash="cd" * 32)
    received = counted.finish(Stated(5100, theirs))
    assert (received.difference, in_drawer(session)) == (-100, 15000)
    assert count(session, pieces(15000)).over_short == 0


def test_a_giver_who_is_present_signs_what_was_counted(unlock: Unlock) -> None:
    session = opened(unlock)
    receiving = Receiving(new_transfer(), "SUP-1", signs="here", into="drawer")
    counted = count_received(session, receiving, pieces(5000))
    assert refused(lambda: counted.finish(Stated(5000))) == "entry.unsigned"
    proposal = counted.propose(Stated(5000))
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.HANDOVER_GIVE) as approval:
        assert refused(lambda: counted.finish(Stated(5100), approval)) == "approval.changed"
        received = counted.finish(Stated(5000), approval)
    record = next(session.store.journal.records(received.entry.seq))
    assert [one.by for one in record.sigs] == ["TEL-1", "SUP-1"]


def test_received_cash_keeps_to_the_ceiling_of_one_person(unlock: Unlock) -> None:
    session = opened(unlock)
    receiving = Receiving(new_transfer(), "COL-9", into="drawer")
    counted = count_received(session, receiving, pieces(20000_00))
    assert refused(lambda: counted.finish(Stated(20000_00))) == "cash.ceiling"


def test_a_seal_and_its_state_go_together(unlock: Unlock) -> None:
    session = unlock("SUP-1")
    receiving = Receiving(new_transfer(), "COL-9", seal="7")
    assert refused(lambda: count_received(session, receiving, pieces(0))) == "custody.seal_state"
    assert refused(lambda: count_received(session, Receiving("7", "COL-9"), pieces(0))) == "typed.transfer"


def test_cash_goes_into_the_drawer_with_a_reason(unlock: Unlock) -> None:
    session = opened(unlock)
    move_cash(session, Moving("in", 2500, "change_fund", "فكة"))
    assert in_drawer(session) == 12500
    assert count(session, pieces(12500)).over_short == 0


def test_cash_leaves_the_drawer_only_with_a_supervisors_signature(unlock: Unlock) -> None:
    session = opened(unlock)
    moving = Moving("out", 2500, "expense")
    assert refused(lambda: move_cash(session, moving)) == "cash.out_needs_approver"
    proposal = propose_move(session, moving, "SUP-1")
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.OVERRIDE_GRANT) as approval:
        assert refused(lambda: move_cash(session, replace(moving, piastres=5000), approval)) == (
            "approval.changed"
        )
        moved = move_cash(session, moving, approval)
    assert in_drawer(session) == 7500
    assert {one.by for one in next(session.store.journal.records(moved.entry.seq)).sigs} == {"SUP-1"}


def test_cash_moves_keep_to_what_drawer_person_and_coins_allow(unlock: Unlock) -> None:
    session = opened(unlock)
    assert refused(lambda: move_cash(session, Moving("in", 20000_00, "fund"))) == "cash.ceiling"
    assert refused(lambda: move_cash(session, Moving("in", 101, "fund"))) == "tenders.no_such_cash"
    assert refused(lambda: move_cash(session, Moving("in", 0, "fund"))) == "custody.nothing"
    assert refused(lambda: move_cash(session, Moving("in", 100, "لا"))) == "typed.reason"
    moving = Moving("out", 10025, "expense")
    proposal = propose_move(session, moving, "SUP-1")
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.OVERRIDE_GRANT) as approval:
        assert refused(lambda: move_cash(session, moving, approval)) == "custody.more_than_drawer"


def test_openings_of_the_drawer_without_a_sale_are_counted(unlock: Unlock) -> None:
    session = opened(unlock)
    open_drawer(session, "change")
    open_drawer(session, "other", "coins_stuck")
    assert refused(lambda: open_drawer(session, "other")) == "custody.reason_needed"
    count(session, pieces(10000))
    z = close(session, Closing(kept=10000))
    assert (z.figures.drawer_openings, z.totals["drawer_openings"]) == (2, 2)


def test_a_handover_lets_a_person_at_his_ceiling_go_on(unlock: Unlock) -> None:
    session = opened(unlock, total=19900_00)
    assert refused(lambda: pay(session, 20000)) == "cash.ceiling"
    hand_over(session, to("TRS-1", 10000_00))
    pay(session, 20000)
