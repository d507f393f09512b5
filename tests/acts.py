"""Real acts on a trial device, for tests of the store, of crashes and of privacy."""

import atexit
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from kiosk.core.entries.parts import Line
from kiosk.core.entries.payment import Allocation, DebtsFor, Part, SnapshotRef
from kiosk.core.roles import Right
from kiosk.desk.collect import Collection, Identity, Prepared, collect, prepare_collection
from kiosk.desk.custody import Handed, Handing, hand_over, new_transfer
from kiosk.desk.outage import OutageTyped, end_outage, outage_now, report_outage
from kiosk.desk.pay import Bill, Offer, Taken, take_payment
from kiosk.desk.reports import Report, report_x
from kiosk.desk.serve import pay_request, take_request
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import Opened, open_shift
from kiosk.desk.void import Voided, VoidTyped, propose_void, void_receipt
from kiosk.store.debts.search import By
from kiosk.store.queries.drawer import cash_in_hand
from kiosk.store.queries.receipts import find_receipt
from tests.desk.conftest import SECRETS, Trial, make_trial
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.desk.forms import NUMBER, request
from tests.desk.money import pieces

SERVICE = "CRT-01"
"""A service with a fee that its counter takes, in cash or by slip."""


@cache
def template() -> Path:
    """A trial device just set up; made once in a process, to be copied."""
    folder = mkdtemp(prefix="kiosk-template-")
    atexit.register(shutil.rmtree, folder)
    root = Path(folder) / "device"
    make_trial(root).close()
    return root


def new_trial(root: Path) -> Trial:
    """A trial device of one's own, in a folder that is not there yet."""
    shutil.copytree(template(), root)
    return Trial(root)


def begin(session: Session, counted: int = 200_00) -> Opened:
    """Open a shift with so many piastres in the drawer."""
    return open_shift(session, pieces(counted))


def ask(session: Session, **answers: str) -> str:
    """Take a request; its tracking number."""
    return take_request(session, request(session, SERVICE, **answers)).tracking


def pay_for(session: Session, tracking: str, cash: int = 100_00) -> Taken:
    """Take what is due of a request, in cash; the change is whatever it comes to."""
    return pay_request(session, tracking, Offer(cash=cash))


def debt_bill(session: Session, piastres: int = 150_00) -> Bill:
    """A bill for one charge of a debt of a debtor who pays himself."""
    payer = session.store.persons.prepare({"payer_name": "سعاد عبد الحميد البنا"})
    part = Part(debt="LND-2019-44", charge="1", component="principal", piastres=piastres, was_due=True)
    line = Line(
        kind="debt", account="REV-9", label="principal", piastres=piastres, refundable=False, sample=False
    )
    return Bill(
        what_for=DebtsFor(debtor="DBT-7", found_by="account", confirmed_by=None),
        lines=(line,),
        payer=payer,
        capacity="self",
        allocation=Allocation(chosen_by="debtor", parts=(part,), credits=()),
        snapshot=SnapshotRef(dataset="debts", version=1, as_of=session.moment().at),
    )


def pay_debt(session: Session, piastres: int = 150_00) -> Taken:
    """Take a payment of a debt in cash, exactly."""
    return take_payment(session, debt_bill(session, piastres), Offer(cash=piastres))


def owe(session: Session) -> None:
    """Bring a snapshot into use in which one debtor owes 90,000.00 to this unit."""
    load_debts(session, [debtor("DBT-7", debt("L-1", charge("rent", 90_000)), national=NUMBER)])


def collection(session: Session, piastres: int = 150_00) -> Prepared:
    """A collection from that debtor, who shows his number; ready to be carried out."""
    return prepare_collection(session, Collection("DBT-7", piastres, identity=Identity(By.NUMBER, NUMBER)))


def void(session: Session, number: str) -> Voided:
    """Void a receipt that was never printed again, with the supervisor's signature."""
    recovered = _prints(session, number)
    typed = VoidTyped(number=number, reason="wrong_amount", recovered=recovered, approver="SUP-1")
    with session.approver(
        propose_void(session, typed), "SUP-1", SECRETS["SUP-1"][0], Right.VOID_APPROVE
    ) as approval:
        return void_receipt(session, typed, approval)


def _prints(session: Session, number: str) -> int:
    """How many papers of a receipt are out, as the void wants it."""
    record = find_receipt(session.store.db, number)
    return record.copies_out if record else 0


def hand(session: Session, piastres: int) -> Handed:
    """Give cash out of the drawer to the treasury, against a paper slip."""
    return hand_over(session, Handing(new_transfer(), "TRS-9", pieces(piastres)))


def in_drawer(session: Session) -> int:
    """Piastres that the drawer must hold."""
    return cash_in_hand(session.store.db, session.own_shift(closing=True).seq)


def tally(session: Session) -> None:
    """Count the drawer, and find what must be there."""
    count(session, pieces(in_drawer(session)))


def finish(session: Session, kept: int = 0) -> Report:
    """Close the shift that was counted."""
    return close(session, Closing(kept=kept))


def read_x(session: Session) -> Report:
    """An X report."""
    return report_x(session)


def outage(session: Session) -> None:
    """Record an outage with a ticket."""
    report_outage(session, OutageTyped(cause="no_network", number="TKT-4471"))


@dataclass(frozen=True)
class Day:
    """A shift under way: the receipts that stand and the requests that are due."""

    session: Session
    receipts: list[str]
    due: list[str]

    def do(self, act: str) -> None:
        """Do one act by its name; one that has nothing to work on is left out."""
        acts: dict[str, Callable[[], object]] = {
            "ask": self._ask,
            "pay": self._pay,
            "debt": self._debt,
            "void": self._void,
            "hand": self._hand,
            "x": lambda: read_x(self.session),
            "outage": self._outage,
            "close": self._turn,
        }
        acts[act]()

    def _ask(self) -> None:
        self.due.append(ask(self.session))

    def _pay(self) -> None:
        if self.due:
            self.receipts.append(pay_for(self.session, self.due.pop(0)).number)

    def _debt(self) -> None:
        done = collect(self.session, collection(self.session), Offer(cash=150_00))
        self.receipts.append(done.taken.number)

    def _void(self) -> None:
        if self.receipts and in_drawer(self.session) >= 150_00:
            void(self.session, self.receipts.pop())

    def _hand(self) -> None:
        if in_drawer(self.session):
            hand(self.session, in_drawer(self.session))

    def _outage(self) -> None:
        if outage_now(self.session):
            end_outage(self.session)
        else:
            outage(self.session)

    def _turn(self) -> None:
        kept = in_drawer(self.session)
        tally(self.session)
        finish(self.session, kept)
        self.receipts.clear()
        begin(self.session, kept)


ACTS = ("ask", "pay", "debt", "void", "hand", "x", "outage", "close")
