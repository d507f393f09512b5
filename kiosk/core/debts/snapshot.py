"""Rows of a debt snapshot: what the centre says of one debtor, and the bytes over which its hash is taken.

The hash of a snapshot is SHA-256 over "kiosk-debts-1" and the canonical JSON (RFC 8785) of the list of its
debtors in the order of the snapshot, each debtor as the list that `DebtorRow.plain` gives.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kiosk.core.debts.model import Charge, Debt, Lease, Purse
from kiosk.core.errors import BugError

_DOMAIN = b"kiosk-debts-1"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
"""Lists of text, whole numbers and null, without maps: the encoder's bytes are those of RFC 8785."""


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


class SnapshotHash:
    """Takes in the debtors of a snapshot in pieces; how they are cut makes no difference."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256(_DOMAIN + b"[")
        self._begun = False

    def add(self, debtors: Iterable[DebtorRow]) -> None:
        """Take in the next debtors. Raises BugError for text that is not NFC or not Unicode."""
        text = _ENCODER.encode([row.plain() for row in debtors])[1:-1]
        if not text:
            return
        if not unicodedata.is_normalized("NFC", text):
            raise BugError("a debtor whose text is not NFC")
        try:
            self._hash.update((("," if self._begun else "") + text).encode())
        except UnicodeEncodeError as error:
            raise BugError("a debtor whose text is not Unicode") from error
        self._begun = True

    def hexdigest(self) -> str:
        """The hash of what was taken in so far, as a whole snapshot."""
        whole = self._hash.copy()
        whole.update(b"]")
        return whole.hexdigest()
