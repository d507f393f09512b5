"""Opening and closing a shift without a window: blind counts, what is told when, acts that happen once."""

import pytest

from kiosk.desk.shift_open import open_shift
from kiosk.ui.screens.approval_presenter import ApprovalPresenter
from kiosk.ui.screens.report_presenter import ReportPresenter
from kiosk.ui.screens.shift_close_presenter import Parted, ShiftClosePresenter
from kiosk.ui.screens.shift_open_presenter import ShiftOpenPresenter
from kiosk.ui.screens.shift_presenter import ShiftPresenter
from tests.desk.conftest import SECRETS
from tests.desk.money import pay, pieces
from tests.ui.counter import Counter, KeptView, plain

FLOAT = 100_000


def opened(counter: Counter, float_: int = FLOAT) -> None:
    counter.do(lambda session: open_shift(session, pieces(float_)))


def closing(counter: Counter) -> tuple[ShiftClosePresenter, KeptView]:
    view = KeptView()
    presenter = ShiftClosePresenter(counter.context, view)
    presenter.arrive()
    return presenter, view


def closed(counter: Counter, kept: str) -> None:
    presenter, _ = closing(counter)
    presenter.count(pieces(FLOAT))
    presenter.go_on()
    presenter.close(Parted(kept))


# --- opening


def test_a_count_opens_empty_and_nothing_counted_is_a_mistake(counter: Counter) -> None:
    view = KeptView()
    presenter = ShiftOpenPresenter(counter.context, view)
    presenter.arrive()
    presenter.open({})
    assert view.wrong == ["count"]
    assert not view.last.busy
    assert counter.entries("shift.opened") == 0


def test_two_fast_taps_open_one_shift(counter: Counter) -> None:
    view = KeptView()
    presenter = ShiftOpenPresenter(counter.context, view)
    presenter.arrive()
    counter.tasks.hold = True
    presenter.open(pieces(FLOAT))
    presenter.open(pieces(FLOAT))
    counter.tasks.run_held()
    assert counter.entries("shift.opened") == 1
    assert view.errors == []


def test_what_was_kept_is_told_only_after_the_count(counter: Counter) -> None:
    opened(counter)
    closed(counter, "200")
    view = KeptView()
    presenter = ShiftOpenPresenter(counter.context, view)
    presenter.arrive()
    assert "200.00" not in plain(view.states)
    presenter.open(pieces(19_500))
    assert "200.00" in plain(view.last.facts)
    assert "عجز 5.00" in plain(view.last.facts)


# --- the hub


def test_the_shift_says_no_amount_of_cash(counter: Counter) -> None:
    opened(counter)
    counter.do(lambda session: pay(session, 31_700))
    view = KeptView()
    ShiftPresenter(counter.context, view).arrive()
    assert "1,317" not in plain(view.last)
    assert "317" not in plain(view.last)
    assert view.last.main == "close"


def test_two_fast_taps_make_one_x(counter: Counter) -> None:
    opened(counter)
    view = KeptView()
    presenter = ShiftPresenter(counter.context, view)
    presenter.arrive()
    counter.tasks.hold = True
    presenter.do("x")
    presenter.do("x")
    counter.tasks.run_held()
    assert counter.entries("report.x") == 1


def test_an_x_withholds_the_cash_while_the_count_is_blind(counter: Counter) -> None:
    opened(counter)
    counter.do(lambda session: pay(session, 31_700))
    hub = ShiftPresenter(counter.context, KeptView())
    hub.arrive()
    hub.do("x")
    name, arguments = counter.shell.went[-1]
    view = KeptView()
    ReportPresenter(counter.context, view).arrive(**arguments)
    assert name == "report"
    assert "محجوبة" in plain(view.last.parts)
    assert "317" not in plain(view.last)


def test_another_persons_shift_is_closed_by_a_supervisor_only(counter: Counter) -> None:
    opened(counter)
    for code, main in (("TEL-2", ""), ("SUP-1", "close")):
        counter.unlock(code)
        view = KeptView()
        ShiftPresenter(counter.context, view).arrive()
        assert view.last.main == main


# --- closing


def test_a_recount_is_asked_for_without_saying_by_how_much(counter: Counter) -> None:
    opened(counter)
    presenter, view = closing(counter)
    presenter.count(pieces(97_300))
    assert view.last.step == "recount"
    for amount in ("1,000", "27.00", "973"):
        assert amount not in plain(view.last)


def test_both_counts_are_kept_and_the_difference_is_said_in_words(counter: Counter) -> None:
    opened(counter)
    presenter, view = closing(counter)
    presenter.count(pieces(97_300))
    presenter.count(pieces(98_000))
    assert view.last.step == "result"
    assert "عجز 20.00" in plain(view.last.facts)
    assert "-" not in plain([fact.value for fact in view.last.facts])
    assert counter.entries("shift.counted") == 2


def test_a_close_goes_on_where_a_crash_stopped_it(counter: Counter) -> None:
    opened(counter)
    closing(counter)[0].count(pieces(97_300))
    counter.unlock()
    presenter, view = closing(counter)
    assert view.last.step == "recount"
    presenter.count(pieces(FLOAT))
    counter.unlock()
    assert closing(counter)[1].last.step == "result"


def test_two_fast_taps_write_one_count_and_one_z(counter: Counter) -> None:
    opened(counter)
    presenter, view = closing(counter)
    counter.tasks.hold = True
    presenter.count(pieces(FLOAT))
    presenter.count(pieces(FLOAT))
    counter.tasks.run_held()
    assert counter.entries("shift.counted") == 1
    presenter.go_on()
    counter.tasks.hold = True
    presenter.close(Parted("0"))
    presenter.close(Parted("0"))
    counter.tasks.run_held()
    assert counter.entries("shift.closed") == 1
    assert counter.shell.went[-1][0] == "report"
    assert view.errors == []


def test_a_difference_needs_a_reason_before_the_parting(counter: Counter) -> None:
    opened(counter)
    presenter, view = closing(counter)
    presenter.count(pieces(FLOAT + 200))
    presenter.go_on()
    assert (view.last.step, view.wrong) == ("result", ["reason"])
    presenter.choose_reason("wrong_change")
    presenter.go_on()
    assert (view.last.step, view.wrong) == ("part", [])


@pytest.mark.parametrize("kept", ["", "abc", "1000.25"])
def test_what_stays_is_an_amount_within_the_count(counter: Counter, kept: str) -> None:
    opened(counter)
    presenter, view = closing(counter)
    presenter.count(pieces(FLOAT))
    presenter.go_on()
    presenter.close(Parted(kept))
    assert view.wrong == ["kept"]
    assert counter.entries("shift.closed") == 0


def test_the_bag_is_what_does_not_stay(counter: Counter) -> None:
    opened(counter)
    presenter, view = closing(counter)
    presenter.count(pieces(FLOAT))
    presenter.go_on()
    presenter.parting("150.5")
    assert "849.50" in plain(view.last.handed)
    presenter.parting("2000")
    assert view.last.handed == ""


# --- the supervisor's signature


def far_off(counter: Counter) -> tuple[ApprovalPresenter, KeptView]:
    """A difference beyond the hard limit, and the screen that asks for its signature."""
    opened(counter)
    presenter, _ = closing(counter)
    presenter.count(pieces(80_000))
    presenter.count(pieces(80_000))
    presenter.choose_reason("wrong_change")
    presenter.go_on()
    presenter.close(Parted("200"))
    name, arguments = counter.shell.went[-1]
    assert name == "approval"
    view = KeptView()
    approval = ApprovalPresenter(counter.context, view)
    approval.arrive(**arguments)
    return approval, view


def test_only_others_with_the_right_may_sign(counter: Counter) -> None:
    _, view = far_off(counter)
    assert [one.code for one in view.last.people] == ["SUP-1", "SUP-2"]


def test_the_signer_reads_exactly_what_he_signs(counter: Counter) -> None:
    approval, view = far_off(counter)
    assert view.last.facts == ()
    approval.choose("SUP-1")
    said = plain(view.last.facts)
    for words in ("1,000.00", "800.00", "عجز 200.00", "خطأ في رد الباقي", "600.00"):
        assert words in said


def test_a_signature_closes_the_shift_once(counter: Counter) -> None:
    approval, view = far_off(counter)
    approval.choose("SUP-1")
    counter.tasks.hold = True
    approval.sign(SECRETS["SUP-1"][0])
    approval.sign(SECRETS["SUP-1"][0])
    counter.tasks.run_held()
    assert view.errors == []
    assert counter.entries("shift.closed") == 1


def test_with_no_supervisor_at_hand_it_closes_at_the_second_press_once(counter: Counter) -> None:
    far_off(counter)
    presenter, view = closing(counter)
    presenter.choose_reason("wrong_change")
    presenter.go_on()
    assert view.last.alone
    before = view.last.alone
    presenter.close_alone(Parted("200"))
    assert view.last.alone != before
    assert "بلا اعتماد" in view.last.means
    assert counter.entries("shift.closed") == 0
    counter.tasks.hold = True
    presenter.close_alone(Parted("200"))
    presenter.close_alone(Parted("200"))
    counter.tasks.run_held()
    assert counter.entries("shift.closed") == 1
    assert view.errors == []


def test_a_wrong_secret_is_refused_and_nothing_is_written(counter: Counter) -> None:
    approval, view = far_off(counter)
    approval.choose("SUP-1")
    approval.sign("99988877766655")
    assert len(view.errors) == 1
    assert not view.last.busy
    assert view.last.people[0].tries
    assert counter.entries("shift.closed") == 0


def test_what_changed_meanwhile_is_read_again_before_it_is_signed(counter: Counter) -> None:
    from kiosk.desk.drawer import open_drawer

    approval, view = far_off(counter)
    approval.choose("SUP-1")
    counter.do(lambda session: open_drawer(session, "count"))
    approval.sign(SECRETS["SUP-1"][0])
    assert [error.code for error in view.errors] == ["approval.changed"]
    approval.sign(SECRETS["SUP-1"][0])
    assert counter.entries("shift.closed") == 1
