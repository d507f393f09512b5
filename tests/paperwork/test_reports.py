"""The papers of a shift say what its entries say, and a blind X stays blind on paper."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.core.errors import BugError
from kiosk.desk.reports import report_x
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.documents.plain import plain_lines
from kiosk.documents.templates import document
from kiosk.paperwork.reports import handover_of, x_of, z_of
from kiosk.store.queries.shift import closed_by_z
from tests.desk.money import pay, pieces
from tests.desk.prepared import at_work, copy_of_trial

FLOAT, TAKEN = 100_000, 25_000


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Session]:
    with copy_of_trial(tmp_path) as trial:
        session = at_work(trial, "TEL-1")
        open_shift(session, pieces(FLOAT))
        pay(session, TAKEN)
        yield session


def closed_entry(session: Session) -> int:
    count(session, pieces(FLOAT + TAKEN))
    close(session, Closing(kept=20_000, seal="S-100"))
    shift = closed_by_z(session.store.db, 1)
    assert shift is not None
    return shift.closed


def test_an_x_before_the_count_tells_no_cash_on_paper_either_also_after_the_close(desk: Session) -> None:
    entry = report_x(desk).entry
    closed_entry(desk)
    paper = x_of(desk, entry)
    assert paper.hidden
    assert paper.total is None
    assert (paper.cash_terms, paper.accounts, paper.perpetual) == ((), (), ())


def test_a_z_says_what_was_counted_kept_and_handed_over(desk: Session) -> None:
    paper = z_of(desk, closed_entry(desk), copy=2)
    assert (paper.counted_total, paper.expected) == (FLOAT + TAKEN, FLOAT + TAKEN)
    assert sum(one.amount for one in paper.counted) == paper.counted_total
    assert (paper.float_kept, paper.handed_over) == (20_000, FLOAT + TAKEN - 20_000)
    assert (paper.total, paper.difference.label, paper.copy) == (TAKEN, "مطابق", 2)
    assert plain_lines(document(paper))


def test_a_z_that_nobody_approved_says_so_on_paper_and_another_does_not(desk: Session) -> None:
    for _ in range(2):
        count(desk, pieces(1_000))
    z = close(desk, Closing(kept=0, reason="unknown", no_approver=True))
    said = "بلا اعتماد"
    assert said in "\n".join(map(str, plain_lines(document(z_of(desk, z.entry)))))
    open_shift(desk, pieces(0))
    count(desk, pieces(0))
    other = close(desk, Closing(kept=0))
    assert said not in "\n".join(map(str, plain_lines(document(z_of(desk, other.entry)))))


def test_nothing_is_handed_over_by_another_entry(desk: Session) -> None:
    with pytest.raises(BugError, match="hands nothing over"):
        handover_of(desk, 1)
