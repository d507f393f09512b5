"""Whatever the order in which journals arrive, the books end the same, but for who was first.

Who was first is who was applied first: which of two payments is in part a credit depends on it. What is owed,
and how much of each charge and debt is credit, does not.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.apply import apply_all
from central.check_books import conservation
from central.schema import case
from central.schema_books import credit
from kiosk.core.wire.entry import Link
from tests.central.books import CHARGE, Books, Desk

ACCOUNTS, OWED = 2, 10_000
DESKS = 3


@dataclass(frozen=True)
class Step:
    """A payment of a desk for a debt or on its account, and whether it is voided later."""

    desk: int
    account: int
    piastres: int
    kind: str
    void: bool


STEPS = st.lists(
    st.builds(
        Step,
        desk=st.integers(0, DESKS - 1),
        account=st.integers(0, ACCOUNTS - 1),
        piastres=st.integers(1, 12_000),
        kind=st.sampled_from(["debt", "debt", "debt", "on_account", "unknown"]),
        void=st.booleans(),
    ),
    min_size=1,
    max_size=14,
)


@dataclass(frozen=True)
class Order:
    """In which order journals arrive."""

    pieces: list[tuple[int, int]]
    desks: list[int]
    voids_last: bool


@dataclass
class World:
    """Accounts of one history; the journals of the desks go on from one to the next."""

    books: Books
    desks: list[Desk]
    accounts: list[str] = field(init=False)
    paid: list[int] = field(default_factory=list)
    """Entries of each desk before its voids."""

    def __post_init__(self) -> None:
        self.accounts = [self.books.account(owed=OWED) for _ in range(ACCOUNTS)]

    def write(self, steps: list[Step]) -> None:
        """Let the desks work; voids come last, so that others may have paid meanwhile."""
        voids: list[tuple[Desk, Link, int]] = []
        for step in steps:
            desk, account = self.desks[step.desk], self.accounts[step.account]
            if step.kind == "on_account":
                paid = desk.on_account(account, step.piastres)
            else:
                paid = desk.collect(account if step.kind == "debt" else "NONE", CHARGE, step.piastres)
            if step.void:
                voids.append((desk, paid, step.piastres))
        self.paid = [len(desk.records) for desk in self.desks]
        for desk, paid, piastres in voids:
            desk.void(paid, piastres)

    def arrive(self, order: Order) -> None:
        """Let journals come: in pieces, then desk after desk, their voids at once or after all payments."""
        for number, count in order.pieces:
            self._send(number, self.desks[number].sent + count)
        if order.voids_last:
            for number in order.desks:
                self._send(number, self.paid[number])
        for number in order.desks:
            self.desks[number].deliver()

    def _send(self, number: int, last: int) -> None:
        desk = self.desks[number]
        last = min(len(desk.records), last)
        if last > desk.sent:
            assert desk.send(desk.sent + 1, last).outcome == "stored"
            desk.sent = last
            apply_all(self.books.centre)

    def ends(self) -> dict[str, Any]:
        """What does not depend on who was first."""
        over: Counter[tuple[str, str]] = Counter()
        open_cases: Counter[tuple[str, str]] = Counter()
        rows = self.books.rows(credit, credit.c.debt.in_(self.accounts))
        for row in rows:
            over[row.debt, row.charge] += row.left
        left = {(row.stream, row.seq, row.debt, row.charge): row.left for row in rows}
        for row in self.books.rows(case, case.c.debt.in_(self.accounts), case.c.state == "open"):
            open_cases[row.debt, row.charge] += left[row.stream, row.seq, row.debt, row.charge]
        owed = [self.books.owed(account) for account in self.accounts]
        return {"owed": owed, "credits": dict(over), "cases": dict(open_cases)}


def expected(steps: list[Step]) -> tuple[list[int], list[int]]:
    """What must be owed and in credit on each charge, by arithmetic alone."""
    taken = Counter[int]()
    for step in steps:
        if step.kind == "debt" and not step.void:
            taken[step.account] += step.piastres
    owed = [max(0, OWED - taken[one]) for one in range(ACCOUNTS)]
    return owed, [max(0, taken[one] - OWED) for one in range(ACCOUNTS)]


ORDERS = st.builds(
    Order,
    pieces=st.lists(st.tuples(st.integers(0, DESKS - 1), st.integers(1, 9)), max_size=3),
    desks=st.permutations(range(DESKS)),
    voids_last=st.booleans(),
)
HISTORIES = {"sqlite": 12, "postgresql": 4}


@pytest.fixture
def desks(books: Books) -> list[Desk]:
    return [books.desk() for _ in range(DESKS)]


def test_books_end_the_same_in_whatever_order_journals_arrive(books: Books, desks: list[Desk]) -> None:
    histories = HISTORIES["postgresql" if books.centre.storage.is_postgres else "sqlite"]

    @settings(max_examples=histories, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS, first=ORDERS, second=ORDERS)
    def a_history(steps: list[Step], first: Order, second: Order) -> None:
        ends = []
        for order in (first, second):
            world = World(books, desks)
            world.write(steps)
            world.arrive(order)
            ends.append(world.ends())
            owed, over = expected(steps)
            assert ends[-1]["owed"] == owed
            assert [ends[-1]["credits"].get((name, CHARGE), 0) for name in world.accounts] == over
        assert sorted(ends[0]["cases"].values()) == sorted(ends[1]["cases"].values())

    a_history()
    with books.centre.storage.read() as db:
        assert list(conservation(db)) == []
