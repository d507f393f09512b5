"""A debt snapshot on a trial device: debtors with one number each, and short ways to write debts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.policy import Component, Policy
from kiosk.desk.session import Session
from kiosk.store.debts.load import DebtLoad
from kiosk.store.debts.version import Version
from tests.desk.conftest import START
from tests.store.snapshots import source

UNIT = "U-0101"
HERE, ELSEWHERE = Lease(LeasedTo.UNIT, UNIT), Lease(LeasedTo.COLLECTOR, "COL-9")


def charge(
    name: str, pounds: int, due: str = "2026-01-01", part: Component = Component.PRINCIPAL
) -> ChargeRow:
    return ChargeRow(Charge(name, part, date.fromisoformat(due), pounds * 100), f"بند {name}")


def debt(account: str, *charges: ChargeRow, kind: str = "land_rent", lease: Lease = HERE) -> DebtRow:
    return DebtRow(account, kind, Purse("unit", kind), charges, lease)


def debtor(
    code: str, *debts: DebtRow, name: str = "حسن علي إبراهيم", national: str | None = None
) -> DebtorRow:
    return DebtorRow(code, name, debts, father="علي", address="نجع الشيخ", national=national)


def load_debts(
    session: Session,
    rows: Iterable[DebtorRow],
    *,
    version: int = 1,
    as_of: datetime = START,
    through: int = 0,
) -> None:
    """Bring a snapshot into use that contains our entries up to `through`."""
    load = DebtLoad(session.store.db)
    loaded = load.load(source(rows))
    applied = session.link(through) if through else None
    with session.act() as act:
        load.switch(act, Version(version=version, as_of=as_of, rows=loaded.debtors, applied_through=applied))


class OnePolicy:
    """A policy book with one policy for every day."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def on(self, day: date) -> Policy:
        return replace(self._policy, day=day)


def follow(session: Session, policy: Policy) -> None:
    """Let a session follow another policy than the one of its device."""
    session.reference.__dict__["policy_book"] = OnePolicy(policy)
    session.reference._policies.clear()
