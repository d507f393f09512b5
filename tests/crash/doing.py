"""The acts of the crash suite: what stands before each, the act itself, and what a second try must find."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.core.entries.operations import BookTaken
from kiosk.core.entries.parts import PaperForm
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.collect import collect
from kiosk.desk.custody import Handing, hand_over
from kiosk.desk.drawer import Moving, move_cash, open_drawer
from kiosk.desk.outage import OutageTyped, end_outage, report_outage
from kiosk.desk.paper_book import PaperTyped, enter_paper, propose_paper
from kiosk.desk.pay import Offer
from kiosk.desk.privacy import Decision, erase_person, propose_erasure
from kiosk.desk.receiving import Receiving, count_received
from kiosk.desk.serve import pay_request, request_bill, take_request
from kiosk.desk.session import Session
from kiosk.desk.staff import add_person, remove_person, renew_secret
from kiosk.desk.void import VoidTyped, propose_void, void_receipt
from tests.acts import SERVICE, ask, begin, collection, finish, outage, owe, pay_for, read_x, tally
from tests.desk.conftest import SECRETS
from tests.desk.forms import NUMBER, request
from tests.desk.money import pieces
from tests.desk.till import TODAY

INTENT, TRANSFER = "5a" * 16, "6b" * 16
BAG, GONE = 227_00, "slots.no_such_code"
RECEIPT, REQUEST = "TRIAL-D00000000-E0-{:06d}", "D00000000-2026-{:06d}"

Act = Callable[[], str]
"""Does the act; returns the number that was given out: what a person would have been told."""


@dataclass(frozen=True)
class Doing:
    """`stand` makes what is there before; `prepared` reads what it needs and returns the act.

    `entries`: how many entries the act writes. `number`: what it gives out on the prepared device.
    `again`: what a second try says when the first one had been committed: the same number, or the next.
    `by`: who does it, and what stands before is made by `stood_by`. `mended`: what a second try says when the
    first was cut between slot file and journal, which the product then mends first.
    """

    stand: Callable[[Session], None]
    prepared: Callable[[Session], Act]
    entries: int
    number: str
    again: str
    by: str = "TEL-1"
    stood_by: str = "TEL-1"
    mended: str | None = None


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


def _said(act: Callable[[], str]) -> str:
    """What an act gives out, or the code of why it does not."""
    try:
        return act()
    except KnownError as error:
        return error.code


def _nothing(_session: Session) -> None:
    """What is there before is a device that was just set up."""


def _open(session: Session) -> Act:
    return lambda: _said(lambda: f"shift at {begin(session).shift.seq}")


def _hand(session: Session) -> Act:
    handing = Handing(TRANSFER, "TRS-9", pieces(50_00))
    return lambda: _said(lambda: hand_over(session, handing).transfer)


def _until_bagged(session: Session) -> None:
    _until_counted(session)
    finish(session)
    hand_over(session, Handing(TRANSFER, "SUP-1", pieces(BAG), bag_of=1))


def _receive(session: Session) -> Act:
    def act() -> str:
        counted = count_received(session, Receiving(TRANSFER, "TEL-1"), pieces(BAG))
        return str(counted.finish().total)

    return lambda: _said(act)


def _move(session: Session) -> Act:
    return lambda: str(move_cash(session, Moving("in", 25_00, "change_fund")).piastres)


def _drawer(session: Session) -> Act:
    def act() -> str:
        open_drawer(session, "change")
        return "opened"

    return act


def _outage(session: Session) -> Act:
    return lambda: _said(lambda: str(report_outage(session, OutageTyped("no_network", "TKT-4471")).number))


def _until_out(session: Session) -> None:
    begin(session)
    outage(session)


def _over(session: Session) -> Act:
    return lambda: _said(lambda: end_outage(session).number)


def _x(session: Session) -> Act:
    return lambda: f"X {read_x(session).number}"


def _paper(session: Session) -> Act:
    offer = Offer(cash=100_00)
    form = PaperForm(series="٣٣ ع.ح", number="104233", written=TODAY)

    def act() -> str:
        due = request_bill(session, REQUEST.format(2), offer)
        typed = PaperTyped(due, offer, form, "device_down", "SUP-1")
        proposal = propose_paper(session, typed)
        with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.PAPER_APPROVE) as approval:
            return enter_paper(session, typed, approval).paper.number

    return lambda: _said(act)


def _add(session: Session) -> Act:
    return lambda: _said(lambda: add_person(session, "TEL-9", ["teller"]).code)


def _renew(session: Session) -> Act:
    return lambda: _said(lambda: renew_secret(session, "COL-1").code)


def _remove(session: Session) -> Act:
    def act() -> str:
        remove_person(session, "INS-1", "left")
        return "INS-1"

    return lambda: _said(act)


def _erase(session: Session) -> Act:
    decision = Decision(NUMBER, "12/2026", "SUP-2")

    def act() -> str:
        proposal = propose_erasure(session, decision)
        secret = SECRETS["SUP-2"][0]
        with session.approver(proposal, "SUP-2", secret, Right.PERSON_ERASE_APPROVE) as approval:
            return f"{erase_person(session, decision, approval).records} erased"

    return lambda: _said(act)


def _load(session: Session) -> Act:
    def act() -> str:
        owe(session)
        return "debts 1"

    return lambda: _said(act)


DOING: dict[str, Doing] = {
    "request": Doing(_until_asked, _request, 1, REQUEST.format(3), REQUEST.format(4)),
    "pay": Doing(_until_asked, _pay, 2, RECEIPT.format(2), RECEIPT.format(2)),
    "debt": Doing(_until_owed, _debt, 2, RECEIPT.format(2), RECEIPT.format(2)),
    "void": Doing(_until_paid, _void, 1, RECEIPT.format(1), "shifts.already_void"),
    "close": Doing(_until_counted, _close, 1, "Z 1", "Z 1"),
    "open": Doing(_nothing, _open, 1, "shift at 14", "shift.already_open"),
    "hand": Doing(_until_paid, _hand, 1, TRANSFER, "custody.given_already"),
    "receive": Doing(_until_bagged, _receive, 1, str(BAG), "custody.received_already", by="SUP-1"),
    "move": Doing(_until_paid, _move, 1, "2500", "2500"),
    "drawer": Doing(_until_paid, _drawer, 1, "opened", "opened"),
    "outage": Doing(_until_paid, _outage, 1, "TKT-4471", "outage.already_open"),
    "over": Doing(_until_out, _over, 1, "TKT-4471", "outage.none_open"),
    "x": Doing(_until_paid, _x, 1, "X 1", "X 2"),
    "paper": Doing(_until_asked, _paper, 1, "104233", "paper.used"),
    "add": Doing(_nothing, _add, 1, "TEL-9", "slots.code_taken", by="SUP-1"),
    "renew": Doing(_nothing, _renew, 1, "COL-1", "COL-1", by="SUP-1", mended=GONE),
    "remove": Doing(
        _nothing, _remove, 1, "INS-1", "slots.no_such_code", by="SUP-1", mended="slots.no_such_code"
    ),
    "erase": Doing(_until_paid, _erase, 1, "1 erased", "privacy.nobody", by="SUP-1"),
    "load": Doing(_nothing, _load, 1, "debts 1", "debt_data.not_newer"),
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
