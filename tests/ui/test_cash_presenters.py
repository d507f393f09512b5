"""Cash from hand to hand, the drawer, voids: counts come before figures, and each act is written once."""

from typing import Any

import pytest

from kiosk.core.errors import KnownError
from kiosk.desk.drawer import open_drawer
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.ui.screens.approval_presenter import ApprovalPresenter
from kiosk.ui.screens.cash_presenter import CashPresenter, GiveTyped
from kiosk.ui.screens.drawer_presenter import DrawerPresenter
from kiosk.ui.screens.receive_presenter import OTHER, ReceivePresenter, ReceiveTyped
from kiosk.ui.screens.void_presenter import VoidPresenter, VoidTyped
from tests.desk.conftest import SECRETS
from tests.desk.money import in_drawer, pay, pieces
from tests.ui.counter import Counter, KeptView, plain

FLOAT = 100_000


@pytest.fixture
def at_desk(counter: Counter) -> Counter:
    counter.do(lambda session: open_shift(session, pieces(FLOAT)))
    return counter


def giving(counter: Counter, piastres: int, mode: str = "give") -> tuple[CashPresenter, KeptView]:
    view = KeptView()
    presenter = CashPresenter(counter.context, view)
    presenter.arrive(mode)
    presenter.counted(piastres)
    presenter.count(pieces(piastres))
    return presenter, view


def signing(counter: Counter) -> tuple[ApprovalPresenter, KeptView, dict[str, Any]]:
    name, arguments = counter.shell.went[-1]
    assert name == "approval"
    view = KeptView()
    presenter = ApprovalPresenter(counter.context, view)
    presenter.arrive(**arguments)
    return presenter, view, arguments


# --- giving


def test_cash_is_given_on_paper_once(at_desk: Counter) -> None:
    presenter, view = giving(at_desk, 40_000)
    presenter.choose_signs("paper")
    at_desk.tasks.hold = True
    presenter.give(GiveTyped("TEL-2"))
    presenter.give(GiveTyped("TEL-2"))
    at_desk.tasks.run_held()
    assert view.last.step == "done"
    assert at_desk.entries("handover.given") == 1
    assert at_desk.do(in_drawer) == 60_000


def test_what_is_missing_is_said_beside_each_field(at_desk: Counter) -> None:
    presenter, view = giving(at_desk, 40_000)
    presenter.give(GiveTyped())
    assert view.wrong == ["counterpart", "signs"]
    presenter.choose_signs("elsewhere")
    presenter.give(GiveTyped("TEL-2"))
    assert view.wrong == ["device"]
    assert at_desk.entries("handover.given") == 0


def test_more_than_the_drawer_holds_leads_back_to_the_count_without_a_figure(at_desk: Counter) -> None:
    presenter, view = giving(at_desk, 150_000)
    presenter.choose_signs("paper")
    presenter.give(GiveTyped("TEL-2"))
    assert (view.last.step, view.wrong) == ("count", ["count"])
    assert "1,000" not in plain(view.mistakes)


def test_a_receiver_who_is_here_counts_first_and_counts_must_agree(at_desk: Counter) -> None:
    presenter, view = giving(at_desk, 40_000)
    presenter.choose_signs("here")
    presenter.give(GiveTyped("SUP-1"))
    assert view.last.step == "theirs"
    presenter.sign(pieces(39_000))
    assert view.wrong == ["theirs"]
    assert "400" not in plain(view.mistakes)
    presenter.sign(pieces(40_000))
    approval, _, arguments = signing(at_desk)
    assert arguments["task"].only == "SUP-1"
    approval.sign(SECRETS["SUP-1"][0])
    assert view.last.step == "done"
    assert at_desk.entries("handover.given") == 1


def test_a_bag_leaves_whole(at_desk: Counter) -> None:
    at_desk.do(lambda session: count(session, pieces(FLOAT)))
    at_desk.do(lambda session: close(session, Closing(kept=20_000, seal="S-1")))
    presenter, view = giving(at_desk, 70_000, "bag")
    presenter.choose_signs("paper")
    presenter.give(GiveTyped("SUP-1"))
    assert view.wrong == ["count"]
    presenter.counted(80_000)
    presenter.count(pieces(80_000))
    presenter.give(GiveTyped("SUP-1"))
    assert view.last.step == "done"


# --- receiving


def receiving(counter: Counter) -> tuple[ReceivePresenter, KeptView]:
    view = KeptView()
    presenter = ReceivePresenter(counter.context, view)
    presenter.arrive(anew=True)
    return presenter, view


def given_to(counter: Counter, code: str) -> None:
    presenter, _ = giving(counter, 40_000)
    presenter.choose_signs("paper")
    presenter.give(GiveTyped(code))


def test_what_waits_is_listed_without_its_amount_and_compared_after_the_count(at_desk: Counter) -> None:
    given_to(at_desk, "TEL-2")
    at_desk.unlock("TEL-2")
    presenter, view = receiving(at_desk)
    (waiting,) = view.last.waiting
    assert "400" not in plain(view.last)
    presenter.choose(waiting.transfer)
    presenter.begin(ReceiveTyped())
    assert "400" not in plain(view.last)
    presenter.count(pieces(39_500))
    assert "عجز 5.00" in plain(view.last.facts)
    assert at_desk.entries("handover.received") == 1


def test_cash_of_another_device_is_counted_before_it_is_stated(counter: Counter) -> None:
    presenter, view = receiving(counter)
    assert view.last.chosen == OTHER
    presenter.begin(ReceiveTyped("ab" * 16, "TEL-2"))
    presenter.count(pieces(30_000))
    assert view.last.step == "stated"
    presenter.state_amount("")
    assert view.wrong == ["stated"]
    presenter.state_amount("300")
    assert view.last.step == "done"
    assert "لا يوجد فرق" in plain(view.last.facts)


def test_a_seal_needs_its_state(counter: Counter) -> None:
    presenter, view = receiving(counter)
    presenter.begin(ReceiveTyped("ab" * 16, "TEL-2", seal="S-9"))
    assert view.wrong == ["intact"]


# --- the drawer


def test_the_drawer_is_opened_once_for_a_cause(at_desk: Counter) -> None:
    view = KeptView()
    presenter = DrawerPresenter(at_desk.context, view)
    presenter.arrive()
    presenter.open()
    assert view.wrong == ["cause"]
    presenter.choose("change")
    at_desk.tasks.hold = True
    presenter.open()
    presenter.open()
    at_desk.tasks.run_held()
    assert at_desk.entries("drawer.opened") == 1


@pytest.mark.parametrize(
    ("said", "tone", "key"),
    [
        (True, "success", "drawer.confirmed"),
        (False, "success", "drawer.sent"),
        (KnownError("drawer.no_printer"), "warning", ""),
    ],
)
def test_it_is_said_what_became_of_the_pulse(
    at_desk: Counter, said: KnownError | bool, tone: str, key: str
) -> None:
    presenter = DrawerPresenter(at_desk.context, KeptView())
    presenter.arrive()
    presenter.choose("change")
    presenter.open()
    texts = at_desk.context.texts
    assert (presenter.state.opened, presenter.state.tone) == (True, "info")
    assert presenter.state.said == texts("drawer.opened"), "recorded is not opened"
    assert at_desk.context.desk.drawer.tell(said)
    assert presenter.state.tone == tone
    assert presenter.state.said == (texts.error(said) if isinstance(said, KnownError) else texts(key))
    assert not at_desk.context.desk.drawer.tell(said), "a later sale is not this opening"


# --- voids


def voiding(counter: Counter) -> tuple[VoidPresenter, KeptView]:
    view = KeptView()
    presenter = VoidPresenter(counter.context, view)
    presenter.arrive()
    return presenter, view


def test_a_receipt_is_found_by_the_end_of_its_number(at_desk: Counter) -> None:
    number = at_desk.do(lambda session: pay(session, 10_000)).number
    presenter, view = voiding(at_desk)
    presenter.find("77")
    assert view.wrong == ["number"]
    presenter.find(number.rpartition("-")[2])
    assert (view.last.step, view.last.chosen) == ("why", number)


def test_reason_and_recovered_prints_are_asked_for_together(at_desk: Counter) -> None:
    number = at_desk.do(lambda session: pay(session, 10_000)).number
    presenter, view = voiding(at_desk)
    presenter.choose(number)
    presenter.ask(VoidTyped())
    assert view.wrong == ["reason", "recovered"]
    presenter.choose_reason("taken_twice")
    presenter.ask(VoidTyped("2"))
    assert view.wrong == ["recovered"]
    assert [name for name, _ in at_desk.shell.went] == []


def test_a_signed_void_says_what_to_give_back_and_leaves_the_list(at_desk: Counter) -> None:
    number = at_desk.do(lambda session: pay(session, 10_000)).number
    presenter, view = voiding(at_desk)
    presenter.choose(number)
    presenter.choose_reason("taken_twice")
    presenter.ask(VoidTyped("1"))
    approval, seen, _ = signing(at_desk)
    approval.choose("SUP-1")
    assert "100.00" in plain(seen.last.facts)
    at_desk.tasks.hold = True
    approval.sign(SECRETS["SUP-1"][0])
    approval.sign(SECRETS["SUP-1"][0])
    at_desk.tasks.run_held()
    assert view.last.step == "done"
    assert "100.00" in plain(view.last.facts)
    assert at_desk.entries("receipt.voided") == 1
    assert voiding(at_desk)[1].last.listed == ()


def test_a_void_that_met_another_entry_is_read_again(at_desk: Counter) -> None:
    number = at_desk.do(lambda session: pay(session, 10_000)).number
    presenter, _ = voiding(at_desk)
    presenter.choose(number)
    presenter.choose_reason("taken_twice")
    presenter.ask(VoidTyped("1"))
    approval, seen, _ = signing(at_desk)
    approval.choose("SUP-1")
    at_desk.do(lambda session: open_drawer(session, "count"))
    approval.sign(SECRETS["SUP-1"][0])
    assert [error.code for error in seen.errors] == ["approval.changed"]
    assert seen.last.facts
