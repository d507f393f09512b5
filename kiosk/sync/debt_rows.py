"""Reads a debt snapshot as it travels: one debtor a line, the list that `DebtorRow.plain` gives."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import orjson

from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.errors import BugError, KnownError
from kiosk.core.policy import Component


def read_debt_rows(lines: Iterable[bytes]) -> Iterator[DebtorRow]:
    """Yield the debtors. Raises KnownError `manifest.altered` at a line that is not one.

    Whether a line is canonical is not asked here, a million times: the load works the hash of the snapshot
    out of what was read, and nothing else than what the centre signed comes into use.
    """
    for line in lines:
        if line:
            try:
                yield _debtor(orjson.loads(line))
            except (TypeError, ValueError, BugError) as error:
                raise KnownError("manifest.altered", name="debts") from error


def _debtor(row: Any) -> DebtorRow:
    code, name, father, address, national, phone, debts = row
    return DebtorRow(
        code=_text(code),
        name=_text(name),
        debts=tuple(map(_debt, debts)),
        father=_text(father),
        address=_text(address),
        national=_text_or_none(national),
        phone=_text_or_none(phone),
    )


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
        contract=_text_or_none(contract),
    )


def _charge(row: Any) -> ChargeRow:
    name, component, due, owed, label = row
    return ChargeRow(Charge(_text(name), Component(component), date.fromisoformat(due), owed), _text(label))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)
