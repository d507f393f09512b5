"""What two sides did without knowing of each other: money stands, debts are paid once, people get a case."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from central.conflicts import RULES, Kind
from central.schema import case, credit, part, quarantine
from kiosk.core.wire import enrolment
from tests.central.books import CHARGE, Books, Desk, books_in


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    with pytest.MonkeyPatch.context() as patch, books_in(tmp_path_factory.mktemp("books")) as made:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        yield made


def cases(books: Books, *desks: Desk) -> list[tuple[str, int, str]]:
    streams = [desk.stream for desk in desks]
    return [(one.kind, one.piastres, one.state) for one in books.rows(case, case.c.stream.in_(streams))]


def credits(books: Books, *desks: Desk) -> list[tuple[str, int, int]]:
    streams = [desk.stream for desk in desks]
    return [(one.kind, one.piastres, one.left) for one in books.rows(credit, credit.c.stream.in_(streams))]


def test_two_collectors_of_one_debt_keep_both_receipts_and_it_is_paid_once(books: Books) -> None:
    account, first, second = books.account(), books.desk(), books.desk()
    first.collect(account, CHARGE, 40_000)
    second.collect(account, CHARGE, 50_000)
    second.deliver()
    first.deliver()
    assert books.owed(account) == 0
    assert cases(books, first, second) == [("collected_twice", 40_000, "open")]
    assert credits(books, first, second) == [("collected_twice", 40_000, 40_000)]
    found = books.rows(case, case.c.stream == first.stream)[0]
    assert (found.with_stream, found.with_seq) == (second.stream, 6)
    assert books.rows(quarantine, quarantine.c.stream == first.stream) == []
