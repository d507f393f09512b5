"""Small helpers for tests that need money in the drawer: a request, its payment, a void, and counts."""

from datetime import date

from kiosk.core.entries.parts import Line, PaperForm, PersonRef, VersionRef
from kiosk.core.entries.payment import ReceiptVoided, RequestFor, SlipReversal
from kiosk.core.entries.request import Papers, RequestTaken
from kiosk.core.policy import Form33Mode
from kiosk.core.roles import Right
from kiosk.core.wire.totals import Totals
from kiosk.desk.pay import Bill, Offer, SlipTyped, Taken, take_payment
from kiosk.desk.session import Session
from kiosk.store.queries.drawer import cash_in_hand

DETAILS = {"name": "منى"}
PERSON = PersonRef(person="ab" * 16, commitment="cd" * 32)
"""A reference to a record that is not there."""
PAPER = PaperForm(series="٣٣ أ", number="1", written=date(2026, 11, 24))
ACCOUNT, OTHER_ACCOUNT = "REV-1", "REV-2"


def fee(piastres: int, account: str = ACCOUNT) -> Line:
    return Line(kind="base", account=account, label="fee", piastres=piastres, refundable=False, sample=True)


def take_request(session: Session, *lines: Line) -> str:
    """A request as the journal holds one; returns its tracking number."""
    total = sum(line.piastres for line in lines)
    with session.act(session.own_shift()) as act:
        state = act.state()
        tracking = f"{state.device}-2026-{state.totals.requests + 1:06d}"
        act.append(
            RequestTaken(
                tracking=tracking,
                service="S-1",
                catalogue=VersionRef(version=1, hash="00" * 32),
                fees=VersionRef(version=1, hash="00" * 32),
                person=act.persons.seal(DETAILS),
                capacity="self",
                answers={},
                papers=Papers(given=(), missing=()),
                conditional_until=None,
                fee_lines=lines,
                total=total,
                due=total,
            )
        )
    return tracking


def slip(piastres: int, number: str = "S-1") -> SlipTyped:
    return SlipTyped(piastres, number, "T-1", "A-1", "2026-11-24T10:00")


def pay(session: Session, piastres: int, *, cash: int | None = None, slips: int = 0, tag: str = "1") -> Taken:
    """Take a payment for a new request; without `cash` what the slip leaves is tendered exactly."""
    line = fee(piastres)
    tracking = take_request(session, line)
    bill = Bill(
        what_for=RequestFor(tracking=tracking),
        lines=(line,),
        payer=session.store.persons.prepare(DETAILS),
        capacity="self",
    )
    tendered = piastres - slips if cash is None else cash
    offer = Offer(cash=tendered, slips=(slip(slips, f"S-{tag}"),) if slips else ())
    wanted = session.reference.policy(session.today()).form33_mode is not Form33Mode.DEVICE
    return take_payment(session, bill, offer, paper=PAPER if wanted else None)


def void(session: Session, taken: Taken, *, cash: int, slips: int = 0, tag: str = "1") -> None:
    """Void a receipt with a supervisor's signature, as the journal holds it."""
    body = ReceiptVoided(
        number=taken.number,
        receipt=taken.receipt,
        payment=taken.payment,
        reason="wrong_service",
        remark=None,
        copies_printed=1,
        copies_recovered=1,
        cash_returned=cash,
        slips=(SlipReversal(terminal="T-1", slip_no=f"S-{tag}", piastres=slips),) if slips else (),
        card_returned=0,
        replacement=None,
        approver="SUP-1",
        totals=Totals(),
    )
    proposal = session.propose(body)
    with (
        session.approver(proposal, "SUP-1", "11122233344455", Right.VOID_APPROVE) as approval,
        session.act(session.own_shift()) as act,
    ):
        act.append(body, sign=True, approvals=[approval])


def pieces(piastres: int) -> dict[str, int]:
    """Notes and coins of this amount, large ones first (whole quarters of a pound)."""
    values = {"note-200": 20000, "note-100": 10000, "note-50": 5000, "note-20": 2000, "note-10": 1000}
    values |= {"note-5": 500, "note-1": 100, "coin-0.50": 50, "coin-0.25": 25}
    counted: dict[str, int] = {}
    for code, value in values.items():
        counted[code], piastres = divmod(piastres, value)
    assert piastres == 0
    return counted


def in_drawer(session: Session) -> int:
    shift = session.shift()
    assert shift is not None
    return cash_in_hand(session.store.db, shift.seq)
