"""What acts leave in the tables that are read: the same sums as the entries, each number once."""

import json
from dataclasses import replace

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.session import Session
from kiosk.store.queries.drawer import book_of
from tests.acts import ask, finish, hand, in_drawer, outage, pay_debt, pay_for, read_x, tally, void


def rows(session: Session, query: str) -> list[tuple[object, ...]]:
    return session.store.db.conn.execute(query).fetchall()


def amount(session: Session, query: str) -> int:
    value: int = session.store.db.conn.execute(query).fetchone()[0]
    return value


def test_a_payment_moves_request_receipt_book_and_drawer_together(session: Session) -> None:
    tracking = ask(session)
    before = in_drawer(session)
    taken = pay_for(session, tracking)
    assert in_drawer(session) == before + taken.total
    assert rows(session, "SELECT due - paid FROM request") == [(0,)]
    assert rows(session, "SELECT number, payment, total, voided FROM receipt") == [
        (taken.number, taken.payment.seq, taken.total, None)
    ]
    assert rows(session, "SELECT next FROM book") == [(2,)]
    assert amount(session, "SELECT sum(piastres) FROM payment_line") == taken.total
    assert amount(session, "SELECT sum(piastres) FROM tender") == taken.total


def test_change_is_in_the_tender_and_not_in_the_drawer(session: Session) -> None:
    taken = pay_for(session, ask(session), cash=100_00)
    (detail,) = rows(session, "SELECT detail FROM tender")[0]
    cash = json.loads(str(detail))
    assert (cash["tendered"], cash["change"], cash["applied"]) == (100_00, taken.change, taken.total)
    assert amount(session, "SELECT piastres FROM tender") == taken.total


def test_a_void_gives_back_what_the_payment_moved(session: Session) -> None:
    tracking = ask(session)
    before = in_drawer(session)
    debt = pay_debt(session)
    void(session, pay_for(session, tracking).number)
    void(session, debt.number)
    assert in_drawer(session) == before
    assert rows(session, "SELECT paid FROM request") == [(0,)]
    assert amount(session, "SELECT sum(piastres) FROM allocation") == 0
    assert rows(session, "SELECT count(*) FROM receipt WHERE voided IS NULL") == [(0,)]
    assert rows(session, "SELECT next FROM book") == [(3,)]


def test_numbers_of_a_book_are_used_once_and_without_a_gap(session: Session) -> None:
    for _ in range(3):
        void(session, pay_debt(session).number)
    pay_debt(session)
    assert rows(session, "SELECT serial FROM receipt ORDER BY seq") == [(1,), (2,), (3,), (4,)]


def test_the_drawer_is_the_sum_of_its_movements_and_of_the_entries(session: Session) -> None:
    pay_debt(session)
    hand(session, 100_00)
    void(session, pay_debt(session).number)
    totals = session.store.journal.state().totals
    assert in_drawer(session) == 200_00 + totals.cash - totals.cash_voided - totals.handed_over


def test_an_outage_is_open_until_it_is_closed(session: Session) -> None:
    outage(session)
    assert rows(session, "SELECT kind, number, closed FROM outage") == [("ticket", "TKT-4471", None)]


def test_reports_are_numbered_by_kind_and_a_closed_shift_says_what_it_kept(session: Session) -> None:
    read_x(session)
    read_x(session)
    tally(session)
    assert rows(session, "SELECT state FROM shift") == [("closing",)]
    finish(session, kept=50_00)
    assert rows(session, "SELECT kind, number FROM report ORDER BY seq") == [("x", 1), ("x", 2), ("z", 1)]
    assert rows(session, "SELECT state, z, kept, handed FROM shift") == [("closed", 1, 50_00, 150_00)]


def test_people_are_known_with_the_key_of_their_entry(session: Session) -> None:
    for record in session.store.journal.records():
        entry = parse_entry(record.data)
        if entry.type == "staff.added":
            query = f"SELECT public_key, seq, removed FROM staff_known WHERE staff = '{entry.body['member']}'"
            assert rows(session, query) == [(entry.body["public_key"], entry.seq, None)]


def test_a_number_that_is_not_the_next_of_its_book_is_issued_to_nobody(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracking = ask(session)
    before = (session.store.journal.state(), rows(session, "SELECT * FROM payment"))
    monkeypatch.setattr("kiosk.desk.pay.book_of", lambda db, series: replace(book_of(db, series), next=3))
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "verify.contradiction"
    assert (session.store.journal.state(), rows(session, "SELECT * FROM payment")) == before
