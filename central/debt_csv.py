"""Reads a file of debts (CSV), one row a charge: every mistake is named with line and column.

The columns are those of the kiosk's own debt files. The rows of one debtor stand together.
"""

import csv
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from central.folder import read_text
from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.errors import KnownError
from kiosk.core.identity.mobile import read_mobile
from kiosk.core.money import parse_money
from kiosk.core.policy import Component

LIMIT = 50
"""Mistakes that are collected before the reading stops."""
OF_DEBTOR = ("debtor_name", "father_name", "national_number", "phone", "address")
OF_ACCOUNT = ("contract", "kind", "body", "fund", "deposit", "lease_to", "lease_holder", "lease_until")
COLUMNS = (
    "debtor_code",
    *OF_DEBTOR,
    "account",
    *OF_ACCOUNT,
    "charge_id",
    "component",
    "due",
    "amount",
    "label",
)
OPTIONAL = frozenset({"contract"})
_LONGEST_TEXT = 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NATIONAL = re.compile(r"[23]\d{13}", re.ASCII)
_YES_NO = {"yes": True, "no": False, "نعم": True, "لا": False}
T = TypeVar("T")


class DebtFileError(KnownError):
    """`debt_file.not_clean` with everything that was found, in the order of the file."""

    def __init__(self, file: str, problems: list[KnownError]) -> None:
        first = problems[0]
        super().__init__(
            "debt_file.not_clean",
            file=file,
            count=len(problems),
            first_ar=first.sentence("ar"),
            first_en=first.sentence("en"),
        )
        self.problems = problems


def read_debts(path: Path) -> list[DebtorRow]:
    """Read a file whole.

    Raises DebtFileError for any mistake in it, KnownError `file.*`, `debt_file.empty`.
    """
    mistakes = _Mistakes(path.name)
    lines = _lines(read_text(path), mistakes)
    groups = [list(group) for _, group in groupby(lines, key=lambda line: line.get("debtor_code"))]
    debtors = [_debtor(group) for group in groups]
    _check_once(groups)
    if mistakes.found:
        raise DebtFileError(path.name, mistakes.found)
    if not debtors:
        raise KnownError("debt_file.empty", file=path.name)
    return [one for one in debtors if one is not None]


@dataclass
class _Mistakes:
    file: str

    def __post_init__(self) -> None:
        self.found: list[KnownError] = []

    def add(self, code: str, **params: object) -> None:
        if len(self.found) < LIMIT:
            self.found.append(KnownError(code, file=self.file, **params))


@dataclass(frozen=True)
class _Line:
    """One row; its readers return None for what is wrong, which they note, and for what is not there."""

    number: int
    cells: Mapping[str, str]
    mistakes: _Mistakes

    def get(self, column: str) -> str:
        return unicodedata.normalize("NFC", self.cells.get(column, "").strip())

    def wrong(self, code: str, **params: object) -> None:
        self.mistakes.add(code, line=self.number, **params)

    def read(self, column: str, reader: Callable[[str], T | None], *, needed: bool = True) -> T | None:
        text = self.get(column)
        if not text:
            if needed:
                self.wrong("debt_file.blank", column=column, meaning=column)
            return None
        try:
            return reader(text)
        except KnownError as error:
            self.wrong(
                "debt_file.cell", column=column,
                problem_ar=error.sentence("ar"), problem_en=error.sentence("en"),
                mend_ar=error.remedy("ar"), mend_en=error.remedy("en"),
            )  # fmt: skip
        return None

    def code(self, column: str, *, needed: bool = True) -> str | None:
        return self.read(column, lambda text: self._code(column, text), needed=needed)

    def text(self, column: str, *, needed: bool = False) -> str:
        return self.read(column, lambda text: self._text(column, text), needed=needed) or ""

    def choice(self, column: str, known: Mapping[str, T]) -> T | None:
        return self.read(column, lambda text: self._choice(column, text, known))

    def day(self, column: str, *, needed: bool) -> date | None:
        return self.read(column, lambda text: self._day(column, text), needed=needed)

    def number14(self, column: str) -> str | None:
        return self.read(column, lambda text: self._national(column, text), needed=False)

    def _code(self, column: str, text: str) -> str | None:
        bare = strip_marks(text)
        if _CODE.fullmatch(bare):
            return bare
        self.wrong("debt_file.code", column=column, value=excerpt(text))
        return None

    def _text(self, column: str, text: str) -> str | None:
        hidden = any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text)
        if not hidden and len(text) <= _LONGEST_TEXT:
            return text
        self.wrong("debt_file.text", column=column, limit=_LONGEST_TEXT)
        return None

    def _choice(self, column: str, text: str, known: Mapping[str, T]) -> T | None:
        bare = strip_marks(text)
        if bare not in known:
            self.wrong("debt_file.choice", column=column, value=excerpt(text), known=", ".join(known))
        return known.get(bare)

    def _day(self, column: str, text: str) -> date | None:
        digits = ascii_digits(strip_marks(text))
        try:
            if _DATE.fullmatch(digits):
                return date.fromisoformat(digits)
        except ValueError:
            digits = text
        self.wrong("debt_file.date", column=column, value=excerpt(text))
        return None

    def _national(self, column: str, text: str) -> str | None:
        """Fourteen digits; more is the kiosk's to judge. The number itself is never quoted."""
        digits = ascii_digits(strip_marks(text)).replace(" ", "")
        if _NATIONAL.fullmatch(digits):
            return digits
        self.wrong("debt_file.code", column=column, value="*" * min(len(digits), 14))
        return None


def _lines(text: str, mistakes: _Mistakes) -> list[_Line]:
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    lines: list[_Line] = []
    try:
        names = [cell.strip() for cell in next(rows, [])]
        if not _header_fits(names, mistakes):
            return []
        before = rows.line_num
        for cells in rows:
            number, before = before + 1, rows.line_num
            if len(cells) == len(names):
                lines.append(_Line(number, dict(zip(names, cells, strict=True)), mistakes))
            elif cells:
                mistakes.add("debt_file.cells", line=number, found=len(cells), expected=len(names))
    except csv.Error as error:
        mistakes.add("debt_file.quotes", line=rows.line_num, detail=str(error))
    return lines


def _header_fits(names: list[str], mistakes: _Mistakes) -> bool:
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        mistakes.add("debt_file.separator")
        return False
    for name in names:
        if name not in COLUMNS:
            mistakes.add("debt_file.column_unknown", column=excerpt(name), known=", ".join(COLUMNS))
        elif names.count(name) > 1:
            mistakes.add("debt_file.column_twice", column=name)
    for name in COLUMNS:
        if name not in names and name not in OPTIONAL:
            mistakes.add("debt_file.column_missing", column=name, meaning=name)
    return not mistakes.found


def _debtor(lines: list[_Line]) -> DebtorRow | None:
    first = lines[0]
    _same(first, lines, OF_DEBTOR, first.get("debtor_code"))
    code, name = first.code("debtor_code"), first.text("debtor_name", needed=True)
    accounts: dict[str, list[_Line]] = {}
    for line in lines:
        accounts.setdefault(line.code("account") or "", []).append(line)
    debts = tuple(debt for account, rows in accounts.items() if (debt := _debt(account, rows)))
    if code is None:
        return None
    return DebtorRow(
        code,
        name,
        debts,
        first.text("father_name"),
        first.text("address"),
        first.number14("national_number"),
        first.read("phone", read_mobile, needed=False),
    )


def _debt(account: str, lines: list[_Line]) -> DebtRow | None:
    first = lines[0]
    _same(first, lines, OF_ACCOUNT, account)
    kind, body, fund = first.code("kind"), first.code("body"), first.code("fund")
    deposit = first.choice("deposit", _YES_NO)
    to = first.choice("lease_to", {one.value: one for one in LeasedTo})
    holder = first.code("lease_holder", needed=False) or ""
    if to is not None and (to is LeasedTo.NONE) == bool(first.get("lease_holder")):
        first.wrong("debt_file.lease")
    until, contract = first.day("lease_until", needed=False), first.text("contract") or None
    charges = [charge for line in lines if (charge := _charge(line))]
    seen: dict[str, int] = {}
    for line in lines:
        id_ = line.get("charge_id")
        if seen.setdefault(id_, line.number) != line.number:
            line.wrong("debt_file.charge_twice", which=excerpt(id_), first=seen[id_])
    if kind is None or body is None or fund is None or deposit is None or to is None or first.mistakes.found:
        return None
    return DebtRow(
        account, kind, Purse(body, fund, deposit), tuple(charges), Lease(to, holder, until), None, contract
    )


def _charge(line: _Line) -> ChargeRow | None:
    id_, due = line.code("charge_id"), line.day("due", needed=True)
    component = line.choice("component", {one.value: one for one in Component})
    owed, label = line.read("amount", parse_money), line.text("label", needed=True)
    if id_ is None or component is None or due is None or owed is None:
        return None
    return ChargeRow(Charge(id_, component, due, owed), label)


def _same(first: _Line, lines: list[_Line], columns: tuple[str, ...], which: str) -> None:
    for line in lines:
        for column in columns:
            if line.get(column) != first.get(column):
                line.wrong("debt_file.differs", column=column, which=excerpt(which), first=first.number)


def _check_once(groups: list[list[_Line]]) -> None:
    """A debtor's rows stand together, and an account has one debtor."""
    debtors: dict[str, int] = {}
    owners: dict[str, tuple[str, int]] = {}
    for group in groups:
        code = group[0].get("debtor_code")
        if debtors.setdefault(code, group[0].number) != group[0].number:
            group[0].wrong("debt_file.scattered", which=excerpt(code), first=debtors[code])
        for line in group:
            owner, number = owners.setdefault(line.get("account"), (code, line.number))
            if owner != code:
                line.wrong("debt_file.account_twice", which=excerpt(line.get("account")), first=number)
