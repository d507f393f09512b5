"""Finding a debtor and showing what he owes, by data that says its age, less what was taken here since."""

from dataclasses import dataclass
from datetime import date

from kiosk.core.debts.age import BandTotal, DataAge, age_bands
from kiosk.core.debts.balance import Shown
from kiosk.core.debts.lease import held_here
from kiosk.core.debts.model import Charge
from kiosk.core.debts.snapshot import DebtRow
from kiosk.core.identity import mask
from kiosk.core.identity.mobile import mask_mobile
from kiosk.core.policy import KindRule, Policy
from kiosk.core.roles import Right
from kiosk.desk.session import Session
from kiosk.store.debts.read import DataVersion, data_version, debt_rows_of, one_moment, shown_debts, undivided
from kiosk.store.debts.search import By, Found, find
from kiosk.store.queries.debtors import Debtor, collecting_desk, debtor_of


@dataclass(frozen=True)
class DebtShown:
    """One debt as it is shown, in piastres. `bands` (ages of its due charges) only for supervisors who ask.

    `held`: this desk may divide its payments; else they are taken on account.
    """

    row: DebtRow
    shown: Shown
    rule: KindRule
    due: int
    held: bool
    bands: tuple[BandTotal, ...] | None

    @property
    def account(self) -> str:
        """The number of the account."""
        return self.row.account

    @property
    def balance(self) -> int:
        """Everything owed on it, due or not."""
        return self.shown.balance

    @property
    def charges(self) -> tuple[Charge, ...]:
        """Its lines with what is left of each."""
        return self.shown.debt.charges

    def label(self, charge: str) -> str:
        """The words for a line, as the centre writes them."""
        return next((one.label for one in self.row.charges if one.charge.id == charge), "")


@dataclass(frozen=True)
class DebtorShown:
    """A debtor and his debts, as of a day. `undivided`: taken on account of no debt in particular (piastres).

    Before posting compare `debtor`'s father, address and the last digits of his numbers with his papers.
    """

    debtor: Debtor
    debts: tuple[DebtShown, ...]
    version: DataVersion
    age: DataAge
    day: date
    undivided: int

    @property
    def balance(self) -> int:
        """Everything shown as owed."""
        return sum(one.balance for one in self.debts)

    @property
    def due(self) -> int:
        """What is payable today."""
        return sum(one.due for one in self.debts)

    @property
    def number(self) -> str:
        """His national number but for the last digits hidden; empty when the centre does not know it."""
        return mask(self.debtor.national) if self.debtor.national else ""

    @property
    def phone(self) -> str:
        """His mobile number, hidden likewise."""
        return mask_mobile(self.debtor.phone) if self.debtor.phone else ""


def find_debtors(session: Session, text: str, by: By) -> list[Found]:
    """Find debtors, the surest matches first; a name finds, it does not decide.

    Raises KnownError `roles.no_right`, `session.expired`, and what `kiosk.store.debts.search.find` raises.
    """
    session.require(Right.DEBT_FIND)
    return find(session.store.db, text, by)


def show_debtor(session: Session, code: str, *, ages: bool = False) -> DebtorShown:
    """Show the debts of a debtor by his code. `ages` adds the age bands, for supervisors only.

    Raises KnownError `roles.*`, `session.expired`, `collect.no_debtor`, `dataset.missing`.
    """
    session.require(Right.DEBT_FIND)
    if ages:
        session.require(Right.DEBT_AGE_BAND)
    day = session.latest_date()
    return read_debtor(session, code, day, session.reference.policy(day), ages=ages)


def read_debtor(session: Session, code: str, day: date, policy: Policy, *, ages: bool = False) -> DebtorShown:
    """The same without asking for rights, on a given day: what acts look at again in their transaction."""
    db, stream = session.store.db, session.store.unlocked.stream
    with one_moment(db):
        debtor = debtor_of(db, code)
        version = data_version(db)
        rows = {row.account: row for row in debt_rows_of(db, code)}
        shown = shown_debts(db, stream, code)
        waiting = undivided(db, stream, code)
        desk = collecting_desk(db, session.staff)
    debts = tuple(
        DebtShown(
            row=rows[one.debt.id],
            shown=one,
            rule=policy.kind(one.debt.kind),
            due=one.debt.due(day),
            held=held_here(one.debt, desk, day),
            bands=age_bands(one.debt, day, policy, supervisor=True) if ages else None,
        )
        for one in shown
    )
    # By the date surely reached: a clock that jumps ahead makes no data old, one put back makes none young.
    age = version.age(session.believed_date(), session.reference.zone, policy)
    return DebtorShown(debtor, debts, version, age, day, waiting)
