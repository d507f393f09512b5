"""Collecting debts: who pays what, how it is divided, and the payment, by balances looked at again inside it.

A debtor is identified by a number, telephone or account that his papers show. Found by name alone, a second
person compares father, address and last digits with the papers and signs the payment itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kiosk.core.debts import allocation as division
from kiosk.core.debts.age import DataAge, check_data_age
from kiosk.core.debts.allocation import Balance, Choice, NoChoice, Rules, allocate
from kiosk.core.entries.parts import PaperForm
from kiosk.core.entries.payment import DebtsFor
from kiosk.core.errors import InBoth, KnownError
from kiosk.core.roles import Right
from kiosk.desk.approvals import Approval, Proposal
from kiosk.desk.collect_lines import entry_allocation, entry_lines
from kiosk.desk.collect_show import DebtorShown, find_debtors, read_debtor, show_debtor
from kiosk.desk.pay import Bill, Offer, Taken, propose_payment, take_payment
from kiosk.desk.payer import SELF, Payer, check_capacity, payer_details
from kiosk.desk.session import Act, Session
from kiosk.store.debts.search import By, FoundBy, find
from kiosk.store.moments import Moment
from kiosk.store.queries.debtors import Debtor, collecting_desk

__all__ = [
    "Collection",
    "Identity",
    "collect",
    "find_debtors",
    "prepare_collection",
    "preview_collection",
    "propose_collection",
    "show_debtor",
    "unchanged",
]


@dataclass(frozen=True)
class Identity:
    """What shows who the debtor is: a number, telephone or account, as typed from his papers."""

    by: By
    typed: str = field(repr=False)


@dataclass(frozen=True)
class Collection:
    """What is to be paid, as typed: `amount` in piastres, `choice` what the debtor said when he was asked.

    Without `identity` the debtor was found by name. `payer` is set when somebody else pays.
    """

    debtor: str
    amount: int
    choice: Choice = field(default_factory=NoChoice)
    identity: Identity | None = field(default=None, repr=False)
    payer: Payer | None = field(default=None, repr=False)
    mandate: str | None = None
    order_no: str | None = None
    period: str | None = None


@dataclass(frozen=True)
class Preview:
    """How an amount would be divided now, by data of some age."""

    shown: DebtorShown
    divided: division.Allocation

    @property
    def balances(self) -> tuple[Balance, ...]:
        """What was and would be owed on each debt it touches, in piastres, by the data at hand."""
        return self.divided.balances


@dataclass(frozen=True)
class Prepared:
    """A collection ready to be shown, confirmed and carried out: its bill is the one that is written."""

    collection: Collection
    preview: Preview
    bill: Bill
    found_by: FoundBy


@dataclass(frozen=True)
class Collected:
    """A collection that was carried out; `balances` before and after are by the data of `age`."""

    taken: Taken
    debtor: Debtor
    divided: division.Allocation
    age: DataAge

    @property
    def balances(self) -> tuple[Balance, ...]:
        """What was and is owed on each debt it touched, in piastres."""
        return self.divided.balances


def preview_collection(session: Session, collection: Collection) -> Preview:
    """Divide the amount as it would be divided now; nothing is written.

    Raises KnownError `roles.*`, `collect.no_debtor`, `collect.mandate`, `debts.*`.
    """
    session.require(Right.DEBT_FIND)
    return _divide(session, collection, session.moment())


def prepare_collection(
    session: Session, collection: Collection, *, confirmed_by: str | None = None
) -> Prepared:
    """Make the bill of a collection. `confirmed_by` is the second person of a match by name.

    Raises what `preview_collection` raises, and KnownError `collect.not_him`, `collect.needs_second`,
    `collect.second_not_needed`, `payer.*`, `identity.*`.
    """
    preview = preview_collection(session, collection)
    found_by = _found_by(session, collection)
    if found_by == "name" and confirmed_by is None:
        raise KnownError("collect.needs_second")
    if found_by != "name" and confirmed_by is not None:
        raise KnownError("collect.second_not_needed")
    payer = collection.payer
    if payer is not None:
        check_capacity(payer.capacity)
    debts = [one.shown.debt for one in preview.shown.debts]
    bill = Bill(
        what_for=DebtsFor(debtor=collection.debtor, found_by=found_by, confirmed_by=confirmed_by),
        lines=entry_lines(preview.divided, debts),
        payer=session.store.persons.prepare(_persons(session, preview.shown.debtor, payer)),
        capacity=payer.capacity if payer else SELF,
        allocation=entry_allocation(preview.divided, debts, preview.shown.day),
        snapshot=preview.shown.version.reference,
        mandate=collection.mandate,
        order_no=collection.order_no,
        period=collection.period,
    )
    return Prepared(collection, preview, bill, found_by)


def propose_collection(session: Session, prepared: Prepared, offer: Offer) -> Proposal:
    """The payment that the second person is shown and signs. Raises what `propose_payment` raises."""
    return propose_payment(session, prepared.bill, offer)


def collect(
    session: Session,
    prepared: Prepared,
    offer: Offer,
    *,
    paper: PaperForm | None = None,
    approvals: Sequence[Approval] = (),
    intent: str | None = None,
    printed: bool = False,
) -> Collected:
    """Carry out a collection: payment, receipt and division in one transaction, with `printed` its print too.

    The balances are looked at again inside it: when they, the data or the day have changed, nothing is
    written. Raises KnownError `approval.changed` (with a second person) or `collect.changed`, and what
    `take_payment` raises.
    """
    session.require(Right.DEBT_FIND)
    taken = take_payment(
        session,
        prepared.bill,
        offer,
        paper=paper,
        recheck=unchanged(session, prepared, approvals),
        approvals=approvals,
        intent=intent,
        printed=printed,
    )
    shown = prepared.preview.shown
    return Collected(taken, shown.debtor, prepared.preview.divided, shown.age)


def unchanged(
    session: Session, prepared: Prepared, approvals: Sequence[Approval] = ()
) -> Callable[[Act], None]:
    """A look at the balances inside the act that pays: what changed since they were shown stops it.

    It raises KnownError `approval.changed` (with a second person) or `collect.changed`.
    """

    def recheck(act: Act) -> None:
        try:
            same = _same(_divide(session, prepared.collection, act.moment), prepared.preview)
        except KnownError:
            if not approvals:
                raise
            same = False
        if not same:
            changed = KnownError("collect.changed")
            raise KnownError("approval.changed", staff=approvals[0].staff) if approvals else changed

    return recheck


def _same(again: Preview, before: Preview) -> bool:
    now, then = again.shown, before.shown
    return (now.version, now.day, again.divided) == (then.version, then.day, before.divided)


def _divide(session: Session, collection: Collection, moment: Moment) -> Preview:
    # A clock put back must not make data from yesterday seem to come from the future.
    day = max(session.date_of(moment), session.reference.zone.local_date(session.believed_ms()))
    policy = session.reference.policy(day)
    shown = read_debtor(session, collection.debtor, day, policy)
    rules = Rules(policy, day, collecting_desk(session.store.db, session.staff))
    divided = allocate(collection.amount, [one.shown.debt for one in shown.debts], collection.choice, rules)
    divided_here = divided.paid - sum(kept.amount for kept in divided.on_account)
    check_data_age(divided_here, shown.age, policy)
    if not (collection.mandate or "").strip():
        _check_mandate(shown, divided)
    return Preview(shown, divided)


def _check_mandate(shown: DebtorShown, divided: division.Allocation) -> None:
    """Refuse money for a kind that is collected only under a mandate. Raises KnownError `collect.mandate`."""
    touched = {part.debt for part in divided.parts}
    touched |= {kept.debt for kept in (*divided.advances, *divided.on_account) if kept.debt is not None}
    purses = {kept.purse for kept in divided.on_account if kept.debt is None}
    for one in shown.debts:
        reached = one.account in touched or one.row.purse in purses
        if reached and one.rule.needs_mandate:
            raise KnownError(
                "collect.mandate", debt=one.account, kind=InBoth(one.rule.name_ar, one.rule.name_en)
            )


def _found_by(session: Session, collection: Collection) -> FoundBy:
    """How the debtor was identified. What several debtors share, and his code in our lists, decide nothing.

    Raises KnownError `collect.not_him`, and what `find` raises.
    """
    identity = collection.identity
    if identity is None or identity.by in (By.NAME, By.CODE):
        return "name"
    found = {one.debtor: one.found_by for one in find(session.store.db, identity.typed, identity.by)}
    if collection.debtor not in found:
        raise KnownError("collect.not_him", debtor=collection.debtor)
    return found[collection.debtor] if len(found) == 1 else "name"


def _persons(session: Session, debtor: Debtor, payer: Payer | None) -> dict[str, str]:
    """What is sealed with the payment: who paid, and for whom, as the data names him today."""
    if payer is not None:
        details = payer_details(session, payer)
    else:
        details = {"payer_name": debtor.name}
        if debtor.national:
            details["national_number"] = debtor.national
    details["debtor_name"] = debtor.name
    if debtor.national:
        details["debtor_national_number"] = debtor.national
    return details
