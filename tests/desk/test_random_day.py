"""Random days through the acts themselves, compared with a ledger that this file keeps on its own."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.entries.staff import OverrideGranted
from kiosk.core.roles import Right
from kiosk.desk.custody import Handing, hand_over, new_transfer
from kiosk.desk.drawer import Moving, move_cash, open_drawer, propose_move
from kiosk.desk.pay import Taken
from kiosk.desk.receiving import Receiving, Stated, count_received
from kiosk.desk.reports import Report, read_z, report_x
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count, propose_close
from kiosk.desk.shift_open import open_shift
from kiosk.store.rebuild import derived_rows, rebuild
from kiosk.store.verify import verify
from tests.desk.conftest import SECRETS, Trial, copied
from tests.desk.money import in_drawer, pay, pieces, void

quarters = st.integers(1, 1600).map(lambda n: n * 25)
acts = st.one_of(
    st.tuples(st.just("pay"), quarters, st.integers(0, 40).map(lambda n: n * 25), st.integers(0, 4)),
    st.tuples(st.just("pay"), quarters, st.integers(0, 40).map(lambda n: n * 25), st.integers(0, 4)),
    st.tuples(st.just("void"), st.integers(0, 9)),
    st.tuples(st.just("in"), quarters),
    st.tuples(st.just("out"), quarters),
    st.tuples(st.just("hand"), st.integers(1, 4), st.sampled_from(["treasury", "custodian"])),
    st.tuples(st.just("receive"), quarters, st.sampled_from([-25, 0, 50])),
    st.sampled_from([("drawer",), ("x",), ("override",)]),
)
days = st.tuples(
    st.lists(acts, max_size=12),
    st.sampled_from([0, 0, 25, -100, 475, -700, 5100]),
    st.integers(0, 4),
    st.sampled_from([0, 0, 25, -500]),
)


@dataclass
class Ledger:
    """What a careful clerk would write down: no code of the product is used to add it up."""

    drawer: int = 0
    opening: int = 0
    sums: Counter[str] = field(default_factory=Counter)
    paid: list[tuple[Taken, int, int, str]] = field(default_factory=list)
    ever: Counter[str] = field(default_factory=Counter)

    def move(self, name: str, piastres: int, sign: int) -> None:
        self.sums[name] += piastres
        self.ever[name] += piastres
        self.drawer += sign * piastres

    def note(self, name: str, number: int = 1) -> None:
        self.sums[name] += number
        self.ever[name] += number

    def open(self, counted: int) -> None:
        self.sums, self.paid = Counter(), []
        self.drawer = self.opening = counted


@contextmanager
def fresh(template: Trial) -> Iterator[Session]:
    with TemporaryDirectory() as folder:
        trial = copied(template, Path(folder) / "device")
        try:
            yield trial.unlock("TEL-1")
        finally:
            trial.close()


def do(session: Session, ledger: Ledger, act: tuple[Any, ...]) -> None:
    name, *values = act
    if name == "pay":
        do_pay(session, ledger, *values)
    elif name == "void":
        do_void(session, ledger, values[0])
    elif name == "in":
        move_cash(session, Moving("in", values[0], "fund"))
        ledger.move("cash_in", values[0], 1)
    elif name == "out" and values[0] <= ledger.drawer:
        moving = Moving("out", values[0], "expense")
        proposal = propose_move(session, moving, "SUP-1")
        with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.OVERRIDE_GRANT) as approval:
            move_cash(session, moving, approval)
        ledger.move("cash_out", values[0], -1)
    elif name == "hand":
        do_hand(session, ledger, *values)
    elif name == "receive":
        stated = values[0] - values[1]
        receiving = Receiving(new_transfer(), "COL-9", into="drawer")
        if stated > 0:
            count_received(session, receiving, pieces(values[0])).finish(Stated(stated))
            ledger.move("transfers_in", values[0], 1)
    elif name == "drawer":
        open_drawer(session, "change")
        ledger.note("drawer_openings")
    elif name == "x":
        assert report_x(session).number == ledger.ever["reports"] + 1
        ledger.note("reports")
    elif name == "override":
        do_override(session, ledger)


def do_pay(session: Session, ledger: Ledger, amount: int, extra: int, part: int) -> None:
    slips = amount * part // 4 // 25 * 25
    cash = amount - slips
    tag = str(ledger.ever["receipts"] + 1)
    taken = pay(session, amount, cash=cash + extra if cash else 0, slips=slips, tag=tag)
    assert taken.change == (extra if cash else 0)
    assert taken.number.endswith(f"-{int(tag):06d}")
    ledger.move("cash", cash, 1)
    ledger.note("tendered", cash + taken.change)
    ledger.note("slip", slips)
    ledger.note("receipts")
    ledger.note("requests")
    ledger.paid.append((taken, cash, slips, tag))


def do_void(session: Session, ledger: Ledger, nth: int) -> None:
    if not ledger.paid or ledger.paid[nth % len(ledger.paid)][1] > ledger.drawer:
        return
    taken, cash, slips, tag = ledger.paid.pop(nth % len(ledger.paid))
    void(session, taken, cash=cash, slips=slips, tag=tag)
    ledger.move("cash_voided", cash, -1)
    ledger.note("slip_voided", slips)
    ledger.note("voids")


def do_hand(session: Session, ledger: Ledger, part: int, to: Any) -> None:
    amount = ledger.drawer * part // 4 // 25 * 25
    if amount:
        hand_over(session, Handing(new_transfer(), "TRS-1", pieces(amount), to=to))
        ledger.move("handed_over" if to == "treasury" else "transfers_out", amount, -1)


def do_override(session: Session, ledger: Ledger) -> None:
    body = OverrideGranted(
        what="stale_fee",
        entry_type="payment.taken",
        digest="00" * 32,
        reason="test",
        remark=None,
        approver="SUP-1",
    )
    proposal = session.propose(body)
    with (
        session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.OVERRIDE_GRANT) as approval,
        session.act(session.own_shift()) as act,
    ):
        act.append(body, sign=True, approvals=[approval])
    ledger.note("overrides")


def end(session: Session, ledger: Ledger, off: int, keep: int) -> Report:
    """Count, count again when asked, and close, with a supervisor where the difference is large."""
    total = max(0, ledger.drawer + off)
    difference = total - ledger.drawer
    if count(session, pieces(total)).next != "final":
        count(session, pieces(total))
    kept = total * keep // 4 // 25 * 25
    closing = Closing(kept=kept, reason="unknown" if difference else None)
    if abs(difference) > 5000:
        proposal = propose_close(session, closing, "SUP-1")
        with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.DIFFERENCE_APPROVE) as approval:
            z = close(session, closing, approval=approval)
    else:
        z = close(session, closing)
    assert z.close is not None
    assert (z.close.counted, z.close.over_short, z.close.kept) == (total, difference, kept)
    ledger.note("shifts")
    ledger.note("bagged", total - kept)
    ledger.note("over" if difference > 0 else "short", abs(difference))
    return z


def compare(z: Report, ledger: Ledger) -> None:
    sums, figures = ledger.sums, z.figures
    assert z.terms is not None
    assert z.expected == ledger.drawer
    assert (z.terms.opening_float, z.terms.tendered) == (ledger.opening, sums["tendered"])
    assert (z.terms.applied, z.terms.voided) == (sums["cash"], sums["cash_voided"])
    assert (z.terms.cash_in, z.terms.cash_out) == (sums["cash_in"], sums["cash_out"])
    assert z.terms.handed_over == sums["handed_over"]
    assert (z.terms.transfers_in, z.terms.transfers_out) == (sums["transfers_in"], sums["transfers_out"])
    by_tender = {one.kind: (one.taken, one.reversed) for one in figures.tenders}
    assert by_tender.get("cash", (0, 0)) == (sums["cash"], sums["cash_voided"])
    assert by_tender.get("slip", (0, 0)) == (sums["slip"], sums["slip_voided"])
    assert sum(one.taken for one in figures.accounts) == sums["cash"] + sums["slip"]
    assert sum(one.reversed for one in figures.accounts) == sums["cash_voided"] + sums["slip_voided"]
    assert sum(one.count for one in figures.receipts) == sums["receipts"]
    assert all(one.count == one.last - one.first + 1 for one in figures.receipts)
    assert sum(one.voided for one in figures.receipts) == sums["voids"]
    assert sum(one.count for one in figures.voids) == sums["voids"]
    for name in ("requests", "drawer_openings", "overrides"):
        assert getattr(figures, name) == sums[name]
    assert figures.breaches == ()
    assert {name: value for name, value in z.totals.items() if value} == {
        name: value for name, value in ledger.ever.items() if value and name != "tendered"
    }


@settings(max_examples=25)
@given(first=days, second=days)
def test_days_end_as_the_ledger_says(template: Trial, first: Any, second: Any) -> None:
    with fresh(template) as session:
        ledger, kept = Ledger(), 10000
        for planned, off, keep, miscount in (first, second):
            start = max(0, kept + miscount)
            opened = open_shift(session, pieces(start))
            assert opened.variance == (start - kept if opened.previous_kept is not None else 0)
            ledger.open(start)
            for act in planned:
                do(session, ledger, act)
                assert in_drawer(session) == ledger.drawer
            z = end(session, ledger, off, keep)
            compare(z, ledger)
            assert z.close is not None
            kept = z.close.kept
        assert [read_z(session, 1).number, read_z(session, 2)] == [1, z]
        before = list(derived_rows(session.store.db))
        with session.store.transaction():
            rebuild(session.store.db, session.store.journal)
        assert list(derived_rows(session.store.db)) == before
        assert verify(session.store).clean
