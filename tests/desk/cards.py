"""A till with a linked terminal: the real driver, on loopback TCP, to a terminal of software."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kiosk.core.card_terminal import End, Outcome
from kiosk.core.cards import State
from kiosk.core.entries.payment import RequestFor
from kiosk.core.roles import Right
from kiosk.desk.card import Paid, pay_by_card
from kiosk.desk.card_converse import card_ended, converse
from kiosk.desk.card_resolve import Finding, propose_finding, resolve_by_person
from kiosk.desk.card_reverse import prepare_reversal, propose_reversal
from kiosk.desk.pay import Bill
from kiosk.desk.session import Session
from kiosk.desk.void import Voided, VoidTyped, propose_void, void_receipt
from kiosk.devices.payment.zvt import ZvtTerminal
from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, Behaviour
from kiosk.store.queries.cards import Attempt
from tests.desk.conftest import SECRETS
from tests.desk.money import PERSON, fee, take_request
from tests.devices.payment.terminals import SerialLine, driver, terminal


@dataclass
class Desk:
    """A terminal, and what it charged by its own record. Each payment is for a request of its own."""

    line: SerialLine
    zvt: ZvtTerminal

    def behave(self, word: str) -> None:
        with self.line.change() as machine:
            machine.behaviour = BEHAVIOURS[word]

    def well(self) -> None:
        with self.line.change() as machine:
            machine.behaviour = Behaviour()

    def charged(self) -> dict[int, int]:
        with self.line.change() as machine:
            return machine.records.charged()

    def orders(self) -> int:
        with self.line.change() as machine:
            return machine.orders

    def pay(self, session: Session, piastres: int = 120_00, intent: str | None = None) -> Paid:
        self.set_clock(session)
        return pay_by_card(session, self.zvt, bill(session, piastres), intent=intent or secrets.token_hex(16))

    def set_clock(self, session: Session) -> None:
        """Let the terminal show the time of the office."""
        moment = session.moment()
        at = moment.at + timedelta(minutes=moment.local(money=False).offset)
        with self.line.change() as machine:
            machine.now = lambda: at


@contextmanager
def desk(records: Path | None = None) -> Iterator[Desk]:
    with terminal("tcp", records) as line:
        made = Desk(line, driver(line, "tcp"))
        yield made
        made.zvt.close()


def bill(session: Session, piastres: int) -> Bill:
    line = fee(piastres)
    return Bill(
        what_for=RequestFor(tracking=take_request(session, line)),
        lines=(line,),
        payer=PERSON,
        capacity="self",
    )


def cut_off(session: Session, attempt: Attempt) -> Attempt:
    """The line fails while the terminal, which took the order, is at work."""
    return card_ended(session, attempt, Outcome(End.UNKNOWN, "terminal.silent", silent_s=0))


def found(session: Session, attempt: Attempt, finding: Finding, by: str = "SUP-1") -> Attempt:
    """Two persons settle an attempt."""
    proposal = propose_finding(session, attempt, finding)
    with session.approver(proposal, by, SECRETS[by][0], Right.VOID_APPROVE) as approval:
        return resolve_by_person(session, attempt, finding, approval)


def reverse(session: Session, made: Desk, receipt: str) -> Attempt:
    """Prepare a reversal with a second person, and let the terminal do it."""
    made.set_clock(session)
    last, intent = made.zvt.last(), secrets.token_hex(16)
    proposal = propose_reversal(session, receipt, last, intent=intent, approver="SUP-1")
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.VOID_APPROVE) as approval:
        attempt = prepare_reversal(session, receipt, last, intent=intent, approver="SUP-1", approval=approval)
    assert attempt.state is State.PREPARED
    return converse(session, made.zvt, attempt)


def void(session: Session, receipt: str) -> Voided:
    typed = VoidTyped(number=receipt, reason="wrong_amount", recovered=1, approver="SUP-1")
    proposal = propose_void(session, typed)
    with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.VOID_APPROVE) as approval:
        return void_receipt(session, typed, approval)
