"""Whatever is paid and voided in any order: drawer, numbers, requests and slips add up to the piastre."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.desk.paper_book import PaperTyped
from kiosk.desk.pay import Bill, Offer, take_payment
from kiosk.desk.session import Session
from kiosk.desk.void import VoidTyped
from kiosk.store.queries.receipts import receipts_of_shift
from kiosk.store.rebuild import derived_rows, rebuild
from tests.desk.conftest import make_trial
from tests.desk.money import in_drawer
from tests.desk.test_paper_book import enter
from tests.desk.test_void import void
from tests.desk.till import bill, open_till, paper_form, policy_with, setting, stands, typed_slip

FLOAT = 50_000
QUARTERS = st.integers(1, 2_400).map(lambda quarters: quarters * 25)


@dataclass
class Till:
    """The till and what must be true of it, worked out by hand beside it."""

    session: Session
    cash: int = FLOAT
    slips: int = 0
    serial: int = 0
    paid: dict[str, int] = field(default_factory=dict)
    receipts: list[tuple[str, str, int, int]] = field(default_factory=list)
    """Number, tracking, total, cash of each receipt that stands."""

    def pay(self, total: int, by_slip: int, over: int) -> None:
        due = bill(self.session, total)
        by_slip = min(by_slip, total)
        self.serial += 1
        slips = (typed_slip(by_slip, f"S{self.serial}"),) if by_slip else ()
        offer = Offer(cash=total - by_slip + over if total > by_slip else 0, slips=slips)
        before = stands(self.session)
        try:
            taken = take_payment(self.session, due, offer)
        except KnownError:
            assert stands(self.session) == before
            return
        tracking = self._book(due, total, by_slip)
        self.receipts.append((taken.number, tracking, total, total - by_slip))

    def enter_paper(self, total: int) -> None:
        due = bill(self.session, total)
        self.serial += 1
        typed = PaperTyped(due, Offer(cash=total), paper_form(str(self.serial)), "no_power", "SUP-1")
        with suppress(KnownError):
            enter(self.session, typed)
            self._book(due, total, 0)

    def void(self, which: int) -> None:
        if not self.receipts:
            return
        number, tracking, total, cash = self.receipts.pop(which % len(self.receipts))
        void(self.session, VoidTyped(number, "wrong_amount", 1, "SUP-1"))
        self.cash -= cash
        self.paid[tracking] -= total

    def _book(self, due: Bill, total: int, by_slip: int) -> str:
        tracking = str(due.what_for.tracking)  # type: ignore[union-attr]
        self.cash += total - by_slip
        self.slips += by_slip
        self.paid[tracking] = total
        return tracking


Act = Callable[[Till], None]
ACTS = st.one_of(
    st.builds(
        lambda total, slip, over: lambda till: till.pay(total, slip, over),
        QUARTERS,
        st.one_of(st.just(0), QUARTERS),
        st.integers(0, 400).map(lambda quarters: quarters * 25),
    ),
    st.builds(lambda which: lambda till: till.void(which), st.integers(0, 99)),
    st.builds(lambda total: lambda till: till.enter_paper(total), QUARTERS),
)


@pytest.fixture(scope="module")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    root: Path = tmp_path_factory.mktemp("till") / "device"
    trial = make_trial(root, policy_with(setting("cash_ceiling", '"900000.00"')))
    yield Till(open_till(trial, piastres=FLOAT))
    trial.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=1, max_size=8))
def test_money_adds_up_after_any_acts(till: Till, acts: list[Act]) -> None:
    session = till.session
    for act in acts:
        act(till)
    db = session.store.db
    shift = session.own_shift()
    rows = receipts_of_shift(db, shift.seq)
    assert in_drawer(session) == till.cash
    assert [row.number for row in rows if not row.voided] == [one[0] for one in sorted(till.receipts)]
    serials = [serial for (serial,) in db.conn.execute("SELECT serial FROM receipt ORDER BY seq")]
    assert serials == list(range(1, len(serials) + 1)), "a gap or a number twice"
    owed = dict(db.conn.execute("SELECT tracking, paid FROM request WHERE paid <> 0"))
    assert owed == {tracking: paid for tracking, paid in till.paid.items() if paid}
    totals = session.store.journal.state().totals
    assert FLOAT + totals.cash - totals.cash_voided == till.cash
    assert (totals.receipts, totals.slip) == (len(rows), till.slips)
    assert totals.voids == sum(row.voided for row in rows)
    assert all(row.total == row.cash + row.slips for row in rows)


def test_the_tables_of_that_day_come_again_from_the_journal(till: Till) -> None:
    db = till.session.store.db
    before = dict(derived_rows(db))
    with till.session.store.transaction():
        rebuild(db, till.session.store.journal)
    assert dict(derived_rows(db)) == before
