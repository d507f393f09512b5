"""The drawer's expected cash follows from the movements, against figures worked out by hand and random days.

The second half reproduces known mistakes of other cash desks: each wrong way gives another figure than ours,
and ours is what the drawer holds.
"""

from dataclasses import dataclass, field, fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.shift_movements import (
    Approved,
    CardOpen,
    CardResolved,
    CardState,
    CashMove,
    Line,
    Move,
    Movement,
    Payment,
    Purpose,
    Receipt,
    Spoiled,
    Void,
    check_voidable,
    within,
)
from kiosk.core.shifts import Book, Opening, Perpetual, ShiftFigures, Sums, TenderFigures, figures


def receipt(serial: int) -> Receipt:
    return Receipt("D00000007A", serial)


def fee(amount: int, account: str = "BLD-01") -> tuple[Line, ...]:
    return (Line(Purpose.FEE, account, amount),)


def cash(seq: int, serial: int, amount: int, change: int = 0) -> Payment:
    return Payment(seq, receipt(serial), amount, fee(amount), tendered=amount + change, change=change)


DAY: tuple[Movement, ...] = (
    cash(11, 1, 171_25, change=28_75),
    Payment(
        12,
        receipt(2),
        total=1_200_00,
        lines=(Line(Purpose.DEBT, "rent", 1_100_00), Line(Purpose.ADVANCE, "rent", 100_00)),
        tendered=600_00,
        change=100_00,
        others=(Approved("gpos", 700_00),),
    ),
    Payment(
        13,
        receipt(3),
        total=100_00,
        lines=(Line(Purpose.FEE, "BLD-01", 99_90), Line(Purpose.CHANGE_LEFT, "owed", 10)),
        tendered=100_00,
    ),
    CashMove(14, Move.CASH_IN, 50_00),
    Spoiled(15, receipt(4)),
    Payment(16, receipt(5), 80_00, fee(80_00, "waste"), others=(Approved("gpos", 80_00),)),
    CardOpen(17, "x1", "gpos", 40_00, CardState.UNKNOWN),
    CardOpen(18, "x2", "gpos", 30_00, CardState.PENDING),
    CardOpen(19, "x3", "gpos", 25_00, CardState.PENDING),
    CardResolved(20, "x3"),
    Void(21, receipt(1)),
    Void(22, receipt(5)),
    CashMove(23, Move.HANDED_OVER, 300_00),
    CashMove(24, Move.TRANSFER_IN, 20_00),
    CashMove(25, Move.TRANSFER_OUT, 5_00),
    CashMove(26, Move.CASH_OUT, 7_50),
)
OPENING = Opening(counted=200_00, previous_kept=210_00, perpetual=Perpetual(taken=9_000_00, voided=100_00))


def test_a_day_by_hand() -> None:
    """200 + (171.25 + 500 + 100) - 171.25 + 50 - 7.50 - 300 + 20 - 5 = 557.50."""
    day = figures(OPENING, DAY)
    assert day.breaches == ()
    assert day.expected == 557_50
    assert (day.tendered, day.change) == (900_00, 128_75)
    assert day.cash == Sums(taken=771_25, voided=171_25)
    assert day.tenders == {
        "gpos": TenderFigures(780_00, 80_00, pending=30_00, unknown=40_00, open_payments=2)
    }
    assert day.tenders["gpos"].expected == 700_00
    assert day.receipts == Sums(taken=1_551_25, voided=251_25)
    assert day.receipts.net == 1_300_00
    assert day.accounts == {
        "BLD-01": Sums(271_15, 171_25),
        "rent": Sums(1_200_00, 0),
        "owed": Sums(10, 0),
        "waste": Sums(80_00, 80_00),
    }
    assert day.purposes[Purpose.DEBT] == Sums(1_100_00, 0)
    assert day.purposes[Purpose.ADVANCE] == Sums(100_00, 0)
    assert day.purposes[Purpose.CHANGE_LEFT] == Sums(10, 0)
    assert day.books == (Book("D00000007A", first=1, last=5, used=5),)
    assert (day.payments, day.voids) == (4, 2)
    assert day.perpetual == Perpetual(taken=10_551_25, voided=351_25)


def test_the_opening_variance_belongs_to_the_handover() -> None:
    assert OPENING.variance == -10_00
    assert Opening(counted=200_00).variance == 0
    expected = figures(OPENING, DAY).expected
    assert expected == figures(Opening(counted=200_00, previous_kept=200_00), DAY).expected


def test_a_shift_without_movements_holds_its_float() -> None:
    day = figures(OPENING, ())
    assert day.expected == 200_00
    assert day.perpetual == OPENING.perpetual
    assert day.books == ()


def test_an_x_report_resets_nothing() -> None:
    for end in range(len(DAY)):
        assert figures(OPENING, DAY[:end]) == figures(OPENING, DAY[:end])
    assert figures(OPENING, DAY).perpetual == Perpetual(10_551_25, 351_25)


def test_a_new_book_in_the_middle_of_a_shift_has_its_own_numbers() -> None:
    rows = (cash(1, 50, 1_00), Payment(2, Receipt("D00000007B", 1), 2_00, fee(2_00), tendered=2_00))
    day = figures(Opening(0), rows)
    assert day.breaches == ()
    assert day.books == (Book("D00000007A", 50, 50, 1), Book("D00000007B", 1, 1, 1))


def test_a_paper_book_that_several_hands_use_may_skip_numbers() -> None:
    rows = tuple(
        Payment(seq, Receipt("33-771", serial, paper=True), 1_00, fee(1_00), tendered=1_00)
        for seq, serial in ((1, 12), (2, 19))
    )
    assert figures(Opening(0), rows).breaches == ()


@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("receipt_numbers_with_gap", (cash(1, 1, 5_00), cash(2, 3, 5_00))),
        ("receipt_number_twice", (cash(1, 1, 5_00), cash(2, 1, 6_00))),
        ("entry_twice_or_out_of_order", (cash(1, 1, 5_00), cash(1, 1, 5_00))),
        ("entry_twice_or_out_of_order", (cash(2, 1, 5_00), cash(1, 2, 5_00))),
        ("void_without_open_receipt", (Void(1, receipt(1)), cash(2, 1, 5_00))),
        ("void_without_open_receipt", (cash(1, 1, 5_00), Void(2, receipt(1)), Void(3, receipt(1)))),
        ("move_not_positive", (CashMove(1, Move.CASH_IN, 0),)),
        ("move_not_positive", (CashMove(1, Move.CASH_OUT, -5),)),
        ("nothing_to_resolve", (CardResolved(1, "x"),)),
        ("tenders_differ_from_total", (Payment(1, receipt(1), 5_00, fee(5_00), tendered=6_00),)),
        ("lines_differ_from_total", (Payment(1, receipt(1), 5_00, fee(4_99), tendered=5_00),)),
        ("change_outside_tendered", (Payment(1, receipt(1), 0, (), tendered=5_00, change=5_01),)),
        ("change_outside_tendered", (Payment(1, receipt(1), 6_00, fee(6_00), tendered=5_00, change=-1_00),)),
        (
            "amount_not_positive",
            (Payment(1, receipt(1), 5_00, fee(-1_00) + fee(6_00, "x"), tendered=5_00),),
        ),
    ],
)
def test_what_does_not_add_up_is_named_and_never_stops_a_close(rule: str, rows: tuple[Movement, ...]) -> None:
    assert rule in [breach.rule for breach in figures(Opening(0), rows).breaches]


def test_a_rounding_line_may_be_negative() -> None:
    lines = (*fee(99_85), Line(Purpose.ROUNDING, "rounding", -10))
    rows = (Payment(1, receipt(1), 99_75, lines, tendered=100_00, change=25),)
    assert figures(Opening(0), rows).breaches == ()


def test_only_a_receipt_of_this_shift_is_void_and_only_once() -> None:
    check_voidable(DAY, receipt(2))
    for serial, code in ((99, "receipt_not_here"), (4, "receipt_not_here"), (1, "already_void")):
        with pytest.raises(KnownError) as error:
            check_voidable(DAY, receipt(serial))
        assert error.value.code == f"shifts.{code}"


# ---- random days: a drawer of real money beside the arithmetic


@dataclass
class Drawer:
    """Moves the money itself, one act at a time, and knows no formula."""

    held: int
    movements: list[Movement] = field(default_factory=list)
    serial: int = 0
    by_receipt: dict[Receipt, Payment] = field(default_factory=dict)
    card: int = 0

    @property
    def seq(self) -> int:
        return len(self.movements) + 1

    def pay(self, fee_part: int, debt_part: int, by_card: int, extra: int) -> None:
        total = fee_part + debt_part
        by_card = min(by_card, total)
        change = extra if total > by_card else 0
        self.serial += 1
        lines = [Line(Purpose.FEE, "fees", fee_part)] if fee_part else []
        lines += [Line(Purpose.DEBT, "rent", debt_part)] if debt_part else []
        payment = Payment(
            self.seq,
            receipt(self.serial),
            total,
            tuple(lines),
            tendered=total - by_card + change,
            change=change,
            others=(Approved("gpos", by_card),) if by_card else (),
        )
        self.held += payment.tendered
        self.held -= change
        self.card += by_card
        self.by_receipt[payment.receipt] = payment
        self.movements.append(payment)

    def void(self, which: int) -> None:
        if not self.by_receipt:
            return
        found = list(self.by_receipt)[which % len(self.by_receipt)]
        payment = self.by_receipt.pop(found)
        self.held -= payment.total - sum(other.amount for other in payment.others)
        self.card -= sum(other.amount for other in payment.others)
        self.movements.append(Void(self.seq, found))

    def move(self, move: Move, amount: int) -> None:
        comes_in = move in (Move.CASH_IN, Move.TRANSFER_IN)
        self.held += amount if comes_in else -amount
        self.movements.append(CashMove(self.seq, move, amount))

    def spoil(self) -> None:
        self.serial += 1
        self.movements.append(Spoiled(self.seq, receipt(self.serial)))


money = st.integers(0, 900_00)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), money, money, money, st.integers(0, 199_75)),
        st.tuples(st.just("void"), st.integers(0, 50)),
        st.tuples(st.just("move"), st.sampled_from(Move), st.integers(1, 500_00)),
        st.tuples(st.just("spoil")),
    ),
    max_size=25,
)


@st.composite
def days(draw: st.DrawFn) -> tuple[Opening, Drawer]:
    before = Perpetual(draw(money) * 100, draw(money))
    opening = Opening(draw(money), draw(st.none() | money), before)
    drawer = Drawer(opening.counted)
    for name, *arguments in draw(acts):
        if name == "pay" and not any(arguments[:2]):
            continue
        getattr(drawer, name)(*arguments)
    return opening, drawer


@given(days())
@settings(max_examples=200)
def test_whatever_a_day_brings_the_drawer_holds_what_is_expected(day: tuple[Opening, Drawer]) -> None:
    opening, drawer = day
    found = figures(opening, drawer.movements)
    assert found.breaches == ()
    assert found.expected == drawer.held


def summed(sums: "list[Sums]") -> Sums:
    return Sums(sum(row.taken for row in sums), sum(row.voided for row in sums))


@given(days())
@settings(max_examples=150)
def test_tenders_accounts_receipts_and_purposes_all_make_the_same_sum(day: tuple[Opening, Drawer]) -> None:
    opening, drawer = day
    found = figures(opening, drawer.movements)
    by_tender = summed([found.cash, *(Sums(row.approved, row.reversed) for row in found.tenders.values())])
    by_account = summed(list(found.accounts.values()))
    by_purpose = summed(list(found.purposes.values()))
    assert by_tender == by_account == by_purpose == found.receipts
    assert found.receipts.net == sum(payment.total for payment in drawer.by_receipt.values())
    assert sum(row.expected for row in found.tenders.values()) == drawer.card
    assert found.perpetual.taken == opening.perpetual.taken + found.receipts.taken
    assert found.perpetual.voided == opening.perpetual.voided + found.receipts.voided
    for book in found.books:
        assert book.used == book.last - book.first + 1
        assert book.used == drawer.serial


@given(days(), st.integers(0, 25))
@settings(max_examples=100)
def test_two_shifts_in_a_row_add_up_to_one(day: tuple[Opening, Drawer], cut: int) -> None:
    """Voids stay within their shift, so the cut falls after the last of them."""
    opening, drawer = day
    rows = drawer.movements
    last_void = max((index for index, row in enumerate(rows) if isinstance(row, Void)), default=-1) + 1
    cut = max(cut, last_void)
    first = figures(opening, rows[:cut])
    second = figures(Opening(first.expected, first.expected, first.perpetual), rows[cut:])
    whole = figures(opening, rows)
    assert second.expected == whole.expected
    assert second.perpetual == whole.perpetual


# ---- known mistakes


def test_mistake_change_ignored() -> None:
    day = figures(OPENING, DAY)
    ignoring_change = day.expected + day.change
    assert ignoring_change == 686_25
    assert day.expected == 557_50


def test_mistake_change_subtracted_twice() -> None:
    """Tendered less change is applied already; some tills take the change off once more."""
    day = figures(OPENING, DAY)
    twice = day.expected - day.change
    assert twice == 428_75
    assert day.expected == 557_50


def test_mistake_previous_end_used_instead_of_the_counted_start() -> None:
    day = figures(OPENING, DAY)
    assert OPENING.previous_kept is not None
    from_previous_end = day.expected - OPENING.counted + OPENING.previous_kept
    assert from_previous_end == 567_50
    assert day.expected == 557_50


def test_mistake_a_payment_in_the_minute_of_the_close_is_lost() -> None:
    """Entries 30 to 33 carry the same minute: two payments, the close, and the first of the next shift."""
    minutes = {29: "16:58", 30: "16:59", 31: "16:59", 32: "16:59", 33: "16:59"}
    rows = [cash(29, 1, 10_00), cash(30, 2, 20_00), cash(31, 3, 40_00), cash(33, 4, 80_00)]
    closed_at = 32
    by_the_clock = [row for row in rows if minutes[row.seq] < minutes[closed_at]]
    assert figures(Opening(0), by_the_clock).expected == 10_00
    mine = within(rows, opened=28, closed=closed_at)
    assert figures(Opening(0), mine).expected == 70_00
    next_shift = within(rows, opened=closed_at)
    assert figures(Opening(0), next_shift).expected == 80_00


def test_the_opening_and_closing_entries_are_the_borders_and_not_inside() -> None:
    rows = [cash(seq, seq, 1_00) for seq in (29, 30, 31)]
    assert [row.seq for row in within(rows, opened=29, closed=31)] == [30]


def test_no_movement_and_no_figure_knows_a_time() -> None:
    for kind in (Payment, Void, Spoiled, CashMove, CardOpen, CardResolved, Opening, ShiftFigures):
        assert not {"at", "time", "minute", "date"} & {row.name for row in fields(kind)}


def test_mistake_gross_and_net_confused() -> None:
    day = figures(OPENING, DAY)
    assert day.receipts.taken == 1_551_25
    assert day.receipts.net == 1_300_00
    perpetual_by_net = OPENING.perpetual.taken + day.receipts.net
    assert perpetual_by_net == 10_300_00
    assert day.perpetual.taken == 10_551_25
    cash_by_gross = day.expected + day.cash.voided
    assert cash_by_gross == 728_75
    assert day.expected == 557_50


def test_mistake_the_same_entry_counted_twice() -> None:
    twice = (*DAY[:1], *DAY)
    assert figures(OPENING, twice).expected == figures(OPENING, DAY).expected
    assert [breach.rule for breach in figures(OPENING, twice).breaches] != []


def test_mistake_a_second_payment_under_a_used_number_is_dropped() -> None:
    """Keyed by receipt number one of them would vanish; the drawer holds both."""
    rows = (cash(1, 1, 5_00), cash(2, 1, 6_00))
    keyed_by_number = {row.receipt: row for row in rows}
    assert sum(row.cash for row in keyed_by_number.values()) == 6_00
    assert figures(Opening(0), rows).expected == 11_00


def test_mistake_an_open_card_payment_counted_as_approved() -> None:
    tender = figures(OPENING, DAY).tenders["gpos"]
    assert tender.expected + tender.pending + tender.unknown == 770_00
    assert tender.expected == 700_00


def test_mistake_a_handover_in_mid_shift_forgotten() -> None:
    day = figures(OPENING, DAY)
    assert day.expected + day.moves[Move.HANDED_OVER] == 857_50
    assert day.expected == 557_50
