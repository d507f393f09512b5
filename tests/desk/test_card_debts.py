"""Debts paid by card: confirmed by a second person before the card, and paid twice with nothing lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.core.cards import State
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.card import prepare_card, propose_card
from kiosk.desk.card_complete import complete_card
from kiosk.desk.card_converse import card_sent
from kiosk.desk.card_resolve import resolve_by_terminal
from kiosk.desk.collect import Collection, Identity, collect, prepare_collection, show_debtor
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.store.debts.search import By
from tests.desk.cards import cut_off
from tests.desk.conftest import SECRETS, Trial
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.desk.prepared import at_work, copy_of_trial
from tests.desk.test_card_resolve import IDLE, TERMINAL, said

NUMBER = "28501012100017"


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    with copy_of_trial(tmp_path) as made:
        yield made


@pytest.fixture
def till(trial: Trial) -> Session:
    session = at_work(trial, "TEL-1")
    open_shift(session, {"note-10": 20})
    load_debts(session, [debtor("D1", debt("L-1", charge("c1", 120)), national=NUMBER)])
    return session


def balance(session: Session) -> list[int]:
    return [one.balance for one in show_debtor(session, "D1").debts]


def test_a_debt_paid_by_cash_while_the_card_was_in_doubt_is_paid_twice_and_shows(till: Session) -> None:
    wanted = Collection("D1", 120_00, identity=Identity(By.ACCOUNT, "L-1"))
    prepared = prepare_collection(till, wanted)
    attempt = prepare_card(till, prepared.bill, TERMINAL, IDLE, intent="0c" * 16)
    card_sent(till, attempt)
    doubt = cut_off(till, attempt)
    collect(till, prepare_collection(till, wanted), Offer(cash=120_00))
    adopted = resolve_by_terminal(till, doubt, said())
    assert adopted.state is State.APPROVED
    complete_card(till, adopted)
    totals = till.store.journal.state().totals
    assert (totals.cash, totals.card, totals.receipts) == (120_00, 120_00, 2)
    assert sum(balance(till)) <= 0


def test_a_debtor_found_by_name_is_confirmed_before_the_card_is_presented(till: Session) -> None:
    prepared = prepare_collection(till, Collection("D1", 120_00), confirmed_by="SUP-1")
    with pytest.raises(KnownError, match=r"entry\.unsigned"):
        prepare_card(till, prepared.bill, TERMINAL, IDLE, intent="0c" * 16)
    proposal = propose_card(till, prepared.bill, TERMINAL, IDLE, intent="0c" * 16)
    with till.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.DEBTOR_CONFIRM) as approval:
        attempt = prepare_card(till, prepared.bill, TERMINAL, IDLE, intent="0c" * 16, approvals=[approval])
    card_sent(till, attempt)
    doubt = cut_off(till, attempt)
    assert complete_card(till, resolve_by_terminal(till, doubt, said())).total == 120_00
    assert sum(balance(till)) == 0
