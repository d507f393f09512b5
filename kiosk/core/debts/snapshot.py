"""Rows of a debt snapshot: what the centre says of one debtor, as a record and as a plain list."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from kiosk.core.debts.model import Charge, Debt, Lease, LeasedTo, Purse
from kiosk.core.errors import BugError, KnownError
from kiosk.core.policy import Component


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One dated line of a debt and the words for it, as typed (NFC)."""

    charge: Charge
    label: str = ""


@dataclass(frozen=True, slots=True)
class DebtRow:
    """One account: `account` is its code, `contract` the number printed on the contract, if it differs."""

    account: str
    kind: str
    purse: Purse
    charges: tuple[ChargeRow, ...]
    lease: Lease
    burden_bp: int | None = None
    contract: str | None = None

    def debt(self, debtor: str) -> Debt:
        """The debt as the rules of payment see it."""
        return Debt(
            id=self.account,
            debtor=debtor,
            kind=self.kind,
            purse=self.purse,
            charges=tuple(row.charge for row in self.charges),
            lease=self.lease,
            burden_bp=self.burden_bp,
        )

    def plain(self) -> list[Any]:
        """The row as a list: account, kind, body, fund, deposit, lease, burden, contract, charges."""
        until = self.lease.until
        return [
            self.account,
            self.kind,
            self.purse.body,
            self.purse.fund,
            int(self.purse.deposit),
            self.lease.to.value,
            self.lease.holder,
            until.isoformat() if until else None,
            self.burden_bp,
            self.contract,
            [
                [
                    one.charge.id,
                    one.charge.component.value,
                    one.charge.due.isoformat(),
                    one.charge.owed,
                    one.label,
                ]
                for one in self.charges
            ],
        ]


@dataclass(frozen=True, slots=True)
class DebtorRow:
    """One debtor with all his debts. `code` is his code at the centre; texts are as typed (NFC).

    `national` is 14 digits, `phone` E.164; None where the centre does not know them. The repr hides him.
    """

    code: str
    name: str = field(repr=False)
    debts: tuple[DebtRow, ...]
    father: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    national: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)

    def plain(self) -> list[Any]:
        """The row as a list: code, name, father, address, national number, phone, debts."""
        debts = [debt.plain() for debt in self.debts]
        return [self.code, self.name, self.father, self.address, self.national, self.phone, debts]


def read_debts(text: str | bytes) -> tuple[DebtRow, ...]:
    """Read the list of a debtor's debts, each as `DebtRow.plain` gives it.

    Raises KnownError `debt_data.altered` for anything else.
    """
    try:
        return tuple(map(_debt, _list(orjson.loads(text))))
    except (TypeError, ValueError, BugError) as error:
        raise KnownError("debt_data.altered") from error


def _debt(row: Any) -> DebtRow:
    account, kind, body, fund, deposit, to, holder, until, burden, contract, charges = row
    if deposit not in (0, 1) or not (burden is None or type(burden) is int):
        raise TypeError("fields of a debt")
    return DebtRow(
        account=_text(account),
        kind=_text(kind),
        purse=Purse(_text(body), _text(fund), bool(deposit)),
        charges=tuple(map(_charge, charges)),
        lease=Lease(LeasedTo(to), _text(holder), date.fromisoformat(until) if until else None),
        burden_bp=burden,
        contract=None if contract is None else _text(contract),
    )


def _charge(row: Any) -> ChargeRow:
    name, component, due, owed, label = row
    return ChargeRow(Charge(_text(name), Component(component), date.fromisoformat(due), owed), _text(label))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("list expected")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value
