"""Shown balance = snapshot − own entries not yet applied: in any history each entry counts exactly once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.entries.payment import (
    Allocation,
    Cash,
    Credit,
    DebtsFor,
    Part,
    PaymentTaken,
    ReceiptVoided,
)
from kiosk.core.wire.debt_files import read_delta, read_index
from kiosk.core.wire.entry import Link
from kiosk.core.wire.manifest import DatasetRef
from kiosk.core.wire.totals import Totals
from kiosk.store.debts.delta import DebtChange
from kiosk.store.debts.load import DebtLoad
from kiosk.store.debts.read import data_version, shown_debts, undivided
from kiosk.store.debts.version import Version
from tests.core.entries.samples import DEBTS_PAID, STREAM, SUPERVISOR, line
from tests.store.snapshots import AS_OF, Device, charge, debt, debtor, device
from tests.sync.canned_debts import CannedDebts, Debtors, numbered

Key = tuple[str, str]
"""Account and charge."""
OWED: dict[Key, int] = {("D1", "a"): 50_000, ("D1", "b"): 20_000, ("D2", "a"): 30_000}


def rows_of(owed: dict[Key, int]) -> list[DebtorRow]:
    accounts = sorted({account for account, _ in owed})
    debts = [
        debt(account, *(charge(name, owed[one, name]) for one, name in sorted(owed) if one == account))
        for account in accounts
    ]
    return [debtor("DB-1", "علي حسن", *debts)]


def payment(parts: dict[Key, int], advance: int = 0, loose: int = 0) -> PaymentTaken:
    """A cash payment on these charges, with an advance on D1 and money on account of no debt."""
    kept = [
        Credit(kind="advance", debt="D1", reason="kind_allows", piastres=advance),
        Credit(kind="on_account", debt=None, reason="not_leased", piastres=loose),
    ]
    waiting = tuple(one for one in kept if one.piastres)
    lines = [line("debt", sum(parts.values())), line("advance", advance), line("on_account", loose)]
    total = sum(one.piastres for one in lines)
    divided = tuple(
        Part(debt=account, charge=name, component="principal", piastres=amount, was_due=True)
        for (account, name), amount in parts.items()
    )
    return replace(
        DEBTS_PAID,
        what_for=DebtsFor(debtor="DB-1", found_by="number", confirmed_by=None),
        lines=tuple(one for one in lines if one.piastres),
        total=total,
        tenders=(Cash(tendered=total, change=0, applied=total, left=0),),
        allocation=Allocation(chosen_by="debtor", parts=divided, credits=waiting),
        outage=None,
    )


def void_of(seq: int, paid: int) -> ReceiptVoided:
    return ReceiptVoided(
        number=f"D42-E1-{seq:06d}",
        receipt=Link(STREAM, seq),
        payment=Link(STREAM, seq),
        reason="mistake",
        remark=None,
        copies_printed=1,
        copies_recovered=1,
        cash_returned=paid,
        slips=(),
        card_returned=0,
        replacement=None,
        approver=SUPERVISOR,
        totals=Totals(),
    )


@dataclass
class Effect:
    """What one entry of ours did: to charges, to the advance on D1, to money of no debt. In piastres."""

    parts: dict[Key, int]
    advance: int
    loose: int

    def reversed(self) -> "Effect":
        return Effect({key: -amount for key, amount in self.parts.items()}, -self.advance, -self.loose)


@dataclass
class Model:
    """The reference: what is owed when every own entry counts exactly once, whatever snapshots contain."""

    device: Device
    effects: dict[int, Effect] = field(default_factory=dict)
    open: list[int] = field(default_factory=list)
    contained: set[int] = field(default_factory=set)
    version: int = 0
    canned: CannedDebts = field(default_factory=CannedDebts)
    ref: DatasetRef | None = None
    rows: Debtors = field(default_factory=dict)

    def owed(self, without: set[int] | None = None) -> dict[Key, int]:
        counted = [effect for seq, effect in self.effects.items() if seq not in (without or set())]
        return {key: OWED[key] - sum(one.parts.get(key, 0) for one in counted) for key in OWED}

    def pay(self, shares: dict[Key, int], advance: int, loose: int) -> None:
        owed = self.owed()
        parts = {key: owed[key] * share // 100 for key, share in shares.items() if owed[key] * share >= 100}
        if not parts and not advance and not loose:
            return
        with self.device.acting() as act:
            seq = act.append(payment(parts, advance, loose)).seq
        self.effects[seq] = Effect(parts, advance, loose)
        self.open.append(seq)

    def void(self, which: int) -> None:
        if not self.open:
            return
        paid = self.open.pop(which % len(self.open))
        effect = self.effects[paid]
        with self.device.acting() as act:
            total = sum(effect.parts.values()) + effect.advance + effect.loose
            seq = act.append(void_of(paid, total)).seq
        self.effects[seq] = effect.reversed()

    def snapshot(self, back: int, held: list[int], *, whole: bool = True) -> None:
        """A version that has counted our entries up to one of the last, but for those held back; it comes as
        a `whole` snapshot or as what changed.
        """
        through = max(1, self.device.journal.state().seq - back)
        not_applied = sorted({1 + one % (through - 1) for one in held}) if through > 1 else []
        lacks = {seq for seq in self.effects if seq > through or seq in not_applied}
        if min(self.owed(lacks).values()) < 0:  # more paid than owed: a case for the centre, not for this sum
            not_applied, lacks = [], {seq for seq in self.effects if seq > through}
        self.contained = set(self.effects) - lacks
        self.version += 1
        rows = numbered(rows_of(self.owed(lacks)))
        self._bring(rows, Link(STREAM, through), tuple(not_applied), whole=whole or self.ref is None)
        self.rows = rows

    def _bring(self, rows: Debtors, through: Link, not_applied: tuple[int, ...], *, whole: bool) -> None:
        said = Version(
            version=self.version, as_of=AS_OF, rows=1, applied_through=through, not_applied=not_applied
        )
        if whole or self.ref is None:
            self.ref = self.canned.snapshot(rows)
            index = read_index(self.canned.file(self.ref))
            load = DebtLoad(self.device.db)
            load.load(lambda held: self.canned.pieces(index, held, lambda: None))
            with self.device.acting() as act:
                load.switch(act, said)
            return
        self.ref = self.canned.changed(self.ref, self.rows, rows)
        with DebtChange(self.device.db) as change:
            change.prepare([read_delta(self.canned.file(self.ref.deltas[-1]))])
            with self.device.acting() as act:
                change.apply(act, said)

    def check(self) -> None:
        shown = shown_debts(self.device.db, STREAM, "DB-1")
        now = {(one.debt.id, row.id): row.owed for one in shown for row in one.debt.charges}
        assert now == self.owed()
        assert all((one.over, one.reopened) == (0, 0) for one in shown)
        lacking = [effect for seq, effect in self.effects.items() if seq not in self.contained]
        assert [one.waiting for one in shown] == [sum(one.advance for one in lacking), 0]
        assert undivided(self.device.db, STREAM, "DB-1") == sum(one.loose for one in lacking)


SHARES = st.dictionaries(st.sampled_from(sorted(OWED)), st.integers(1, 100), max_size=3)
KEPT = st.sampled_from((0, 0, 700))
ACTS: st.SearchStrategy[Callable[[Model], None]] = st.one_of(
    st.builds(lambda s, a, k: lambda model: model.pay(s, a, k), SHARES, KEPT, KEPT),
    st.builds(lambda which: lambda model: model.void(which), st.integers(0, 5)),
    st.builds(
        lambda back, held, whole: lambda model: model.snapshot(back, held, whole=whole),
        st.integers(0, 4),
        st.lists(st.integers(0, 9), max_size=2),
        st.booleans(),
    ),
)


@settings(max_examples=18)
@given(acts=st.lists(ACTS, max_size=10))
def test_over_any_history_each_entry_counts_once(acts: list[Callable[[Model], None]]) -> None:
    with TemporaryDirectory() as folder, device(Path(folder)) as here:
        model = Model(here)
        model.snapshot(0, [])
        for act in acts:
            act(model)
            model.check()


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Model]:
    with device(tmp_path) as here:
        made = Model(here)
        made.snapshot(0, [])
        yield made


@pytest.mark.parametrize("whole", [True, False])
def test_a_payment_counts_before_and_after_the_version_that_has_it(model: Model, whole: bool) -> None:
    model.pay({("D1", "a"): 50}, 0, 0)
    assert shown_debts(model.device.db, STREAM, "DB-1")[0].balance == 45_000
    model.snapshot(0, [], whole=whole)
    assert shown_debts(model.device.db, STREAM, "DB-1")[0].balance == 45_000


def test_a_quarantined_payment_below_the_line_still_counts(model: Model) -> None:
    model.pay({("D1", "a"): 50}, 0, 0)
    paid = model.device.journal.state().seq
    model.pay({("D2", "a"): 10}, 0, 0)
    model.snapshot(0, [paid - 1])
    assert data_version(model.device.db).not_applied == (paid,)
    assert [one.balance for one in shown_debts(model.device.db, STREAM, "DB-1")] == [45_000, 27_000]


def test_a_void_after_the_snapshot_gives_back_what_the_snapshot_took(model: Model) -> None:
    model.pay({("D1", "a"): 50}, 700, 300)
    model.snapshot(0, [])
    model.void(0)
    shown = shown_debts(model.device.db, STREAM, "DB-1")[0]
    assert (shown.balance, shown.waiting) == (70_000, -700)
    assert undivided(model.device.db, STREAM, "DB-1") == -300


def test_what_another_debtor_paid_on_account_is_not_shown_here(model: Model) -> None:
    model.pay({}, 0, 5_000)
    assert undivided(model.device.db, STREAM, "DB-1") == 5_000
    assert undivided(model.device.db, STREAM, "DB-2") == 0
