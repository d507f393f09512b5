"""Recording an outage without a window: what it needs, once, and its end."""

import pytest

from kiosk.core.errors import KnownError
from kiosk.ui.screens.home_presenter import HomePresenter
from kiosk.ui.screens.outage_presenter import OutagePresenter, OutageTyped, hour_of
from tests.ui.counter import Counter, KeptView, plain


@pytest.fixture
def view() -> KeptView:
    return KeptView()


@pytest.fixture
def presenter(counter: Counter, view: KeptView) -> OutagePresenter:
    made = OutagePresenter(counter.context, view)
    made.arrive()
    return made


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("", None), ("9:30", (9, 30)), ("09.05", (9, 5)), ("0930", (9, 30)), ("23:59", (23, 59))],
)
def test_an_hour_is_read_as_people_write_it(typed: str, hour: tuple[int, int] | None) -> None:
    assert hour_of(typed) == hour


@pytest.mark.parametrize("typed", ["24:00", "9:60", "9", "abc", "12345", "-9:30"])
def test_a_wrong_hour_is_a_mistake(typed: str) -> None:
    with pytest.raises(KnownError) as caught:
        hour_of(typed)
    assert caught.value.code == "pick.hour"


def test_all_that_is_missing_is_said_at_once(presenter: OutagePresenter, view: KeptView) -> None:
    presenter.choose_kind("memo")
    presenter.report(OutageTyped(started="26:10"))
    assert view.wrong == ["cause", "number", "approver", "started"]
    assert view.last.open is None


def test_two_fast_taps_record_one_outage(
    counter: Counter, presenter: OutagePresenter, view: KeptView
) -> None:
    presenter.choose_cause("no_network")
    counter.tasks.hold = True
    presenter.report(OutageTyped("INC-1"))
    presenter.report(OutageTyped("INC-1"))
    counter.tasks.run_held()
    assert counter.entries("outage.opened") == 1
    assert view.last.open.number == "INC-1"


def test_an_outage_that_begins_later_is_a_mistake_of_its_hour(
    presenter: OutagePresenter, view: KeptView
) -> None:
    presenter.choose_cause("no_network")
    presenter.report(OutageTyped("INC-1", started="23:50"))
    assert view.wrong == ["started"]


def test_an_hour_is_of_the_clock_of_the_office(presenter: OutagePresenter, view: KeptView) -> None:
    presenter.choose_cause("no_network")
    presenter.report(OutageTyped("INC-1", started="8:15"))
    assert view.last.open.since == "2026/11/24 08:15"


def test_the_first_screen_says_that_it_goes_on_until_it_ends(
    counter: Counter, presenter: OutagePresenter, view: KeptView
) -> None:
    presenter.choose_cause("no_network")
    presenter.report(OutageTyped("INC-77"))
    home = KeptView()
    HomePresenter(counter.context, home, ()).arrive()
    assert "INC-77" in plain(home.last.attention)
    presenter.end()
    assert (view.last.open, view.last.said) == (None, "ended")
    HomePresenter(counter.context, home, ()).arrive()
    assert home.last.attention == ()
