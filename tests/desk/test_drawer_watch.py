"""When the drawer opens by itself: for cash just taken where the policy says so, and for an act; once."""

from pathlib import Path

from kiosk.core.entries.custody import DrawerOpened
from kiosk.desk.drawer import DrawerWatch, open_drawer
from kiosk.desk.pay import Offer, Taken, take_payment
from kiosk.desk.reports import report_x
from kiosk.desk.session import Session
from kiosk.paperwork.reading import entry_of
from tests.desk.conftest import Trial, make_trial
from tests.desk.till import bill, cash, open_till, policy_with, setting, typed_slip


def paid(session: Session, offer: Offer | None = None) -> Taken:
    return take_payment(session, bill(session, 10_000), offer or cash(10_000))


def last_opening(session: Session) -> DrawerOpened:
    return entry_of(session.store.db, session.store.journal.state().seq, DrawerOpened)[1]


def test_cash_that_is_taken_opens_it_once_and_is_no_opening_without_a_sale(trial: Trial) -> None:
    session = open_till(trial)
    watch = DrawerWatch(session)
    taken = paid(session)
    assert watch.due()
    watch.record_sales()
    assert last_opening(session) == DrawerOpened(cause="sale", payment=taken.payment, reason=None)
    assert not watch.due()
    assert session.store.journal.state().totals.drawer_openings == 0


def test_a_card_slip_opens_nothing(trial: Trial) -> None:
    session = open_till(trial)
    watch = DrawerWatch(session)
    paid(session, Offer(slips=(typed_slip(10_000),)))
    assert not watch.due()


def test_an_act_opens_it_once_and_is_counted(trial: Trial) -> None:
    session = open_till(trial)
    watch = DrawerWatch(session)
    open_drawer(session, "change")
    assert watch.due()
    before = session.store.journal.state().seq
    watch.record_sales()
    assert session.store.journal.state().seq == before, "the act was its entry"
    assert not watch.due()
    assert report_x(session).figures.drawer_openings == 1


def test_what_was_committed_before_a_start_opens_nothing(trial: Trial) -> None:
    session = open_till(trial)
    paid(session)
    open_drawer(session, "count")
    assert not DrawerWatch(session).due(), "a crash between commit and pulse is no surprise later"


def test_a_policy_may_leave_it_shut(tmp_path: Path) -> None:
    trial = make_trial(tmp_path / "variant", policy_with(setting("drawer_on_cash", '"no"')))
    session = open_till(trial)
    watch = DrawerWatch(session)
    paid(session)
    assert not watch.due()
    open_drawer(session, "test")
    assert watch.due()
    trial.close()
