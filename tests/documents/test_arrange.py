"""Whatever the data, the layout stays inside the paper and pages break where they may."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError
from kiosk.core.money import MAX_PIASTRES
from kiosk.core.words import receipt_words
from kiosk.documents.arrange import arrange
from kiosk.documents.layout import Box, Item, Layout, Picture, Placed, Symbol
from kiosk.documents.model import Allocation, CashTender, Person, Place, Receipt, RevenueLine
from kiosk.documents.nodes import Code, Document
from kiosk.documents.qr import QUIET, symbol
from kiosk.documents.shaping import EM, ink
from kiosk.documents.style import A4, A5, ROLL_58, ROLLS, Style
from kiosk.documents.templates import document
from tests.documents.samples import DEBT, FEE, PAPERS, Z

STYLES = [*ROLLS.values(), A5, A4]
WORDS = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوىيأإآءؤئة ًُِّ٠١٢abcXYZ0123456789 -/().،«»", max_size=120)
NAMES = st.one_of(WORDS, st.text(max_size=80))
AMOUNTS = st.integers(1, MAX_PIASTRES)


@st.composite
def receipts(draw: st.DrawFn) -> Receipt:
    lines = draw(
        st.lists(st.builds(RevenueLine, NAMES, NAMES, AMOUNTS, st.booleans()), min_size=1, max_size=12)
    )
    total = sum(line.amount for line in lines)
    parts = draw(st.lists(st.builds(Allocation, NAMES, WORDS, AMOUNTS, AMOUNTS, AMOUNTS), max_size=6))
    return replace(
        DEBT,
        place=Place(*(draw(NAMES) for _ in range(4))),
        payer=Person(draw(NAMES), draw(NAMES), draw(WORDS), draw(NAMES)),
        debtor=draw(st.none() | st.builds(Person, NAMES, NAMES)),
        lines=tuple(lines),
        total=total,
        words=receipt_words(total),
        cash=CashTender(total, total + 5, 5),
        allocations=tuple(parts),
        order_number=draw(NAMES),
        mandate=draw(NAMES),
        copy=draw(st.integers(0, 99)),
    )


def assert_inside(layout: Layout) -> None:
    style = layout.style
    for page in layout.pages:
        for item in page.items:
            left, right, top, bottom = _extent(item)
            assert left >= 0, item
            assert right <= style.width, item
            assert top >= 0, item
            assert bottom <= page.height, item


def _extent(item: Item) -> tuple[int, int, int, int]:
    if isinstance(item, Box):
        return item.x, item.x + item.width, item.y, item.y + item.height
    if isinstance(item, Symbol):
        side, quiet = len(item.matrix) * item.dot, QUIET * item.dot
        return item.x - quiet, item.x + side + quiet, item.y, item.y + side
    if isinstance(item, Picture):
        return item.x, item.x + item.dots.width, item.y, item.y + item.dots.height
    left, right, _, _ = (value * item.size // EM for value in ink(item.line))
    return item.x + left, item.x + right, item.baseline - item.size, item.baseline


@settings(max_examples=40)
@given(receipts(), st.sampled_from(STYLES))
@example(replace(FEE, payer=Person("ابن " * 2500)), ROLL_58)
@example(replace(FEE, payer=Person("ا" * 10_000, "1" * 10_000)), ROLL_58)
@example(replace(FEE, payer=Person("W" * 10_000)), A5)
@example(replace(FEE, payer=Person("\ufdfd" * 500)), ROLL_58)
def test_any_receipt_stays_inside_its_paper(receipt: Receipt, style: Style) -> None:
    assert_inside(arrange(document(receipt), style))


@pytest.mark.parametrize("style", STYLES)
def test_a_name_of_10000_letters_takes_a_few_lines(style: Style) -> None:
    usual = arrange(document(FEE), style)
    monster = arrange(document(replace(FEE, payer=replace(FEE.payer, name="أحمد عبد الله " * 700))), style)
    more = sum(1 for _ in monster.lines()) - sum(1 for _ in usual.lines())
    assert 0 < more <= 9


def test_a_number_that_does_not_fit_its_column_is_not_broken() -> None:
    texts = [placed.line.text for placed in arrange(document(PAPERS), ROLL_58).lines()]
    assert any("D00000123-2026-00418" in text for text in texts)


def test_columns_fold_under_the_first_on_narrow_paper() -> None:
    texts = [placed.line.text for placed in arrange(document(DEBT), ROLL_58).lines()]
    assert any(text.startswith("قبل السداد: ") for text in texts)
    wide = [placed.line.text for placed in arrange(document(DEBT), A5).lines()]
    assert "قبل السداد" in wide


def test_a_table_over_two_pages_repeats_its_head() -> None:
    many = tuple(RevenueLine(f"بند رقم {number}", "1/2", 100) for number in range(60))
    layout = arrange(document(replace(FEE, lines=many, total=6000, words=receipt_words(6000))), A5)
    assert len(layout.pages) >= 2
    heads = [
        sum(isinstance(item, Placed) and item.line.text == "البيان" for item in page.items)
        for page in layout.pages[:2]
    ]
    assert heads == [1, 1]


def test_pages_are_numbered_only_when_there_are_several() -> None:
    def numbers(layout: Layout) -> list[str]:
        return [placed.line.text for placed in layout.lines() if "صفحة" in placed.line.text]

    assert numbers(arrange(document(FEE), A4)) == []
    assert len(numbers(arrange(document(Z), A5))) == 2


def test_a_total_never_stands_alone_at_the_top_of_a_page() -> None:
    for count in range(8, 40):
        lines = tuple(RevenueLine("بند", "1/2", 100) for _ in range(count))
        total = 100 * count
        receipt = replace(FEE, lines=lines, total=total, words=receipt_words(total))
        for page in arrange(document(receipt), A5).pages[1:]:
            first = min(page.items, key=lambda item: item.baseline if isinstance(item, Placed) else 9999)
            assert isinstance(first, Placed)
            assert first.line.text != "الإجمالي"


def test_a_code_too_dense_for_the_paper_is_a_bug_not_a_bad_print() -> None:
    dense = Code(("HTTPS://A.EG/R", "#", "A" * 420))
    assert len(symbol(dense.segments)) > 60
    with pytest.raises(BugError):
        arrange(Document("", (dense,)), ROLL_58)
    with pytest.raises(BugError):
        symbol(("x" * 5000,))


def test_an_unknown_period_or_date_prints_no_line() -> None:
    receipt = replace(DEBT, period=None, data_as_of=date(2026, 11, 21))
    texts = [placed.line.text for placed in arrange(document(receipt), ROLL_58).lines()]
    assert not any("عن الفترة" in text for text in texts)
