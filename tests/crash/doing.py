"""The acts of the crash suite: what stands before each, the act itself, and what a second try must find."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.core.entries.operations import BookTaken
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.serve import pay_request, take_request
from kiosk.desk.session import Session
from kiosk.desk.void import VoidTyped, propose_void, void_receipt
from tests.acts import SERVICE, ask, begin, collection, finish, owe, pay_for, tally
from tests.desk.conftest import SECRETS
from tests.desk.forms import request

INTENT = "5a" * 16
RECEIPT, REQUEST = "TRIAL-D00000000-E0-{:06d}", "D00000000-2026-{:06d}"

Act = Callable[[], str]
"""Does the act; returns the number that was given out: what a person would have been told."""


@dataclass(frozen=True)
class Doing:
    """`stand` makes what is there before; `prepared` reads what it needs and returns the act.

    `entries`: how many entries the act writes. `number`: what it gives out on the prepared device.
    `again`: what a second try says when the first one had been committed: the same number, or the next.
    """

    stand: Callable[[Session], None]
    prepared: Callable[[Session], Act]
    entries: int
    number: str
    again: str


def _until_asked(session: Session) -> None:
    begin(session)
    pay_for(session, ask(session))
    ask(session)


def _until_owed(session: Session) -> None:
    owe(session)
    _until_asked(session)


def _until_paid(session: Session) -> None:
    begin(session)
    pay_for(session, ask(session))


def _until_counted(session: Session) -> None:
    _until_asked(session)
    tally(session)


def _request(session: Session) -> Act:
    typed = request(session, SERVICE)
    return lambda: take_request(session, typed).tracking


def _pay(session: Session) -> Act:
    return lambda: pay_request(session, REQUEST.format(2), Offer(cash=100_00), intent=INTENT).number


def _debt(session: Session) -> Act:
    prepared = collection(session)
    return lambda: collect(session, prepared, Offer(cash=200_00), intent=INTENT).taken.number


def _void(session: Session) -> Act:
    typed = VoidTyped(number=RECEIPT.format(1), reason="wrong_amount", recovered=1, approver="SUP-1")

    def act() -> str:
        try:
            proposal = propose_void(session, typed)
        except KnownError as error:
            return error.code
        secret = SECRETS["SUP-1"][0]
        with session.approver(proposal, "SUP-1", secret, Right.VOID_APPROVE) as approval:
            return void_receipt(session, typed, approval).number

    return act


def _close(session: Session) -> Act:
    return lambda: f"Z {finish(session).number}"


DOING: dict[str, Doing] = {
    "request": Doing(_until_asked, _request, 1, REQUEST.format(3), REQUEST.format(4)),
    "pay": Doing(_until_asked, _pay, 2, RECEIPT.format(2), RECEIPT.format(2)),
    "debt": Doing(_until_owed, _debt, 2, RECEIPT.format(2), RECEIPT.format(2)),
    "void": Doing(_until_paid, _void, 1, RECEIPT.format(1), "shifts.already_void"),
    "close": Doing(_until_counted, _close, 1, "Z 1", "Z 1"),
}


def _split(session: Session) -> Act:
    """What the product must never do: an act in two transactions."""

    def act() -> str:
        for series in ("HALF-1", "HALF-2"):
            with session.act() as one:
                one.append(BookTaken(series=series, first=1, last=9, grant=None))
        return "split"

    return act


CONTROLS: dict[str, Doing] = {"split": Doing(_until_paid, _split, 2, "split", "split")}
"""Acts that are wrong on purpose: the suite must notice."""
