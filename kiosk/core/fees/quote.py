"""A worked-out fee: its printed lines and what they rest on; the total is nothing but their sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kiosk.core.errors import Language
from kiosk.core.fees.basis import Basis, weakest
from kiosk.core.fees.label import Label
from kiosk.core.fees.plans import Instalment
from kiosk.core.fees.rules import Phase

EXPIRED = Label("جدول منتهي", "expired table")
EXEMPTED = Label("معفى", "exempt")
REFUNDABLE = Label("تأمين مسترد", "refundable")


@dataclass(frozen=True)
class Source:
    """One value used: the parameter, the value as typed, its dates, what it rests on and where it was
    found.
    """

    parameter: str
    label: Label
    value: str
    unit: str
    valid_from: date
    valid_to: date | None
    basis: Basis
    source: str
    note: str = ""

    def to_plain(self) -> dict[str, str]:
        """The same as texts; an open end is empty."""
        return {
            "parameter": self.parameter,
            "ar": self.label.ar,
            "en": self.label.en,
            "value": self.value,
            "unit": self.unit,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else "",
            "basis": self.basis.value,
            "source": self.source,
            "note": self.note,
        }


@dataclass(frozen=True)
class QuoteLine:
    """One printed line, in piastres; discounts and amounts paid before are negative and name the line they
    belong to.

    `basis` is the weakest of the rule and of every value used; None for an amount that its own document
    fixes. `plan` is how the line may be paid in instalments; their amounts add up to the line and what
    belongs to it.
    """

    id: str
    phase: Phase
    label: Label
    account: str
    amount: int
    basis: Basis | None
    expired: bool = False
    exempt: bool = False
    belongs_to: str = ""
    reference: str = ""
    note: Label | None = None
    plan: tuple[Instalment, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def refundable(self) -> bool:
        """True for a deposit: trust money, never revenue."""
        return self.phase is Phase.DEPOSIT

    @property
    def sample(self) -> bool:
        """True when any part of it is a sample value."""
        return self.basis is Basis.SAMPLE

    def marks(self, language: Language) -> tuple[str, ...]:
        """What every output must show beside the line."""
        return _marks(language, self.basis, expired=self.expired) + tuple(
            label.of(language)
            for holds, label in ((self.exempt, EXEMPTED), (self.refundable, REFUNDABLE))
            if holds
        )

    def to_plain(self) -> dict[str, Any]:
        """The same as texts, integers and flags, for the journal and `--json`."""
        return {
            "id": self.id,
            "kind": self.phase.name.lower(),
            "ar": self.label.ar,
            "en": self.label.en,
            "account": self.account,
            "piastres": self.amount,
            "basis": self.basis.value if self.basis else "document",
            "sample": self.sample,
            "expired": self.expired,
            "exempt": self.exempt,
            "refundable": self.refundable,
            "belongs_to": self.belongs_to,
            "reference": self.reference,
            "note_ar": self.note.ar if self.note else "",
            "note_en": self.note.en if self.note else "",
            "plan": [instalment.to_plain() for instalment in self.plan],
            "sources": [source.to_plain() for source in self.sources],
        }


@dataclass(frozen=True)
class LedgerItem:
    """An amount that the ledger holds, not the fee table: the collecting desk takes over with this account
    number.

    `every` is the period of its charges (empty when there is none). `late` and `discounts` are the values
    that may apply, as typed; `late_cap` is `principal`, an amount or empty. `plan` is a proposal on the
    stated balance.
    """

    id: str
    label: Label
    account: str
    debt: str
    basis: Basis
    expired: bool = False
    every: str = ""
    late: str = ""
    late_every: str = ""
    late_cap: str = ""
    discounts: tuple[str, ...] = ()
    note: Label | None = None
    plan: tuple[Instalment, ...] = ()
    sources: tuple[Source, ...] = ()

    def marks(self, language: Language) -> tuple[str, ...]:
        """What every output must show beside it."""
        return _marks(language, self.basis, expired=self.expired)

    def to_plain(self) -> dict[str, Any]:
        """The same as texts and flags."""
        return {
            "id": self.id,
            "ar": self.label.ar,
            "en": self.label.en,
            "account": self.account,
            "debt": self.debt,
            "basis": self.basis.value,
            "sample": self.basis is Basis.SAMPLE,
            "expired": self.expired,
            "every": self.every,
            "late": self.late,
            "late_every": self.late_every,
            "late_cap": self.late_cap,
            "discounts": list(self.discounts),
            "note_ar": self.note.ar if self.note else "",
            "note_en": self.note.en if self.note else "",
            "plan": [instalment.to_plain() for instalment in self.plan],
            "sources": [source.to_plain() for source in self.sources],
        }


@dataclass(frozen=True)
class Quote:
    """The fee of one service on one date, from one version of the tables. Amounts in piastres."""

    service: str
    on: date
    version: str
    table_expired: bool
    lines: tuple[QuoteLine, ...]
    ledger: tuple[LedgerItem, ...] = ()

    @property
    def total(self) -> int:
        """The sum of the printed lines, always."""
        return sum(line.amount for line in self.lines)

    @property
    def deposits(self) -> int:
        """Refundable part of the total."""
        return sum(line.amount for line in self.lines if line.refundable)

    @property
    def revenue(self) -> int:
        """Everything that is not refundable."""
        return sum(line.amount for line in self.lines if not line.refundable)

    @property
    def due_today(self) -> int:
        """The total without the instalments that fall due later."""
        return self.total - sum(
            part.amount for line in self.lines for part in line.plan if part.due > self.on
        )

    @property
    def basis(self) -> Basis | None:
        """The weakest basis of all lines and ledger items."""
        known = [line.basis for line in self.lines if line.basis is not None]
        return weakest([*known, *(item.basis for item in self.ledger)])

    @property
    def sample(self) -> bool:
        """True when any sample value was used; every output must then say so."""
        return self.basis is Basis.SAMPLE

    @property
    def expired(self) -> bool:
        """True when the table, or any value used, had ended before the date; policy decides what follows."""
        parts = [*(line.expired for line in self.lines), *(item.expired for item in self.ledger)]
        return self.table_expired or any(parts)

    def marks(self, language: Language) -> tuple[str, ...]:
        """What every output must show beside the total."""
        return _marks(language, self.basis, expired=self.expired)

    def to_plain(self) -> dict[str, Any]:
        """The same as texts, integers and flags, for the journal and `--json`."""
        return {
            "service": self.service,
            "on": self.on.isoformat(),
            "fee_version": self.version,
            "lines": [line.to_plain() for line in self.lines],
            "ledger": [item.to_plain() for item in self.ledger],
            "revenue": self.revenue,
            "deposits": self.deposits,
            "total": self.total,
            "due_today": self.due_today,
            "basis": self.basis.value if self.basis else "document",
            "sample": self.sample,
            "expired": self.expired,
        }


def _marks(language: Language, basis: Basis | None, *, expired: bool) -> tuple[str, ...]:
    mark = "" if basis is None else basis.mark_ar if language == "ar" else basis.mark_en
    return tuple(part for part in (mark, EXPIRED.of(language) if expired else "") if part)


def in_order(lines: Iterable[QuoteLine]) -> tuple[QuoteLine, ...]:
    """Lines in the order of evaluation, otherwise as written."""
    return tuple(sorted(lines, key=lambda line: line.phase))
