"""Turns the rows of one debtor in a file of debts into a debtor, naming each mistake with line and column."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from kiosk.core.arabic import ascii_digits
from kiosk.core.bidi import excerpt, strip_marks
from kiosk.core.debts.csv_columns import COLUMNS, OF_ACCOUNT, OF_DEBTOR
from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.errors import KnownError
from kiosk.core.identity import mask
from kiosk.core.identity.mobile import read_mobile
from kiosk.core.identity.national_number import Governorate, read_national_number
from kiosk.core.money import parse_money
from kiosk.core.policy import Component

MOST_ROWS = 10_000
"""Rows of one debtor that are read: more mean one code for many people."""
_LONGEST_TEXT = 200
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}", re.ASCII)
_NATIONAL = re.compile(r"[23]\d{13}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PERSONAL_DIGITS = 10
_YES_NO = {"yes": True, "no": False, "نعم": True, "لا": False}
T = TypeVar("T")


@dataclass
class Reading:
    """What the cells are read against: places of birth, today, and the debt kinds of the policy.

    Where the tables are None (the centre hands debts on; devices judge them), only the form is read:
    fourteen digits for a national number, a code for a kind.
    """

    governorates: Mapping[str, Governorate] | None
    today: date | None
    kinds: Collection[str] | None
    doubtful: int = 0
    """National numbers so far whose check digit does not match: read all the same, never refused."""


@dataclass(frozen=True)
class Line:
    """One row: the line on which it begins, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass
class Group:
    """The rows of one debtor that follow each other."""

    code: str
    lines: list[Line]
    too_long: bool = False


class Mistakes:
    """Collects mistakes of one file up to a limit."""

    def __init__(self, file: str, limit: int) -> None:
        self.found: list[KnownError] = []
        self.limit = limit
        self.file = file

    @property
    def room(self) -> int:
        """How many more may be collected."""
        return self.limit - len(self.found)

    def add(self, line: int, situation: str, **params: object) -> None:
        """Note a mistake on a line; beyond the limit it is not kept."""
        if self.room > 0:
            self.found.append(KnownError(situation, file=self.file, line=line, **params))

    def at(self, line: Line, situation: str, **params: object) -> None:
        """Note a mistake of a row."""
        self.add(line.number, situation, **params)

    def whole(self, situation: str, **params: object) -> None:
        """Note a mistake of the file as a whole."""
        if self.room > 0:
            self.found.append(KnownError(situation, file=self.file, **params))


def read_group(group: Group, reading: Reading, mistakes: Mistakes) -> DebtorRow | None:
    """Read one debtor; None when something is wrong with him, which is then among the mistakes."""
    before = mistakes.room
    first = _Cells(group.lines[0], mistakes)
    code = first.code("debtor_code")
    name = first.text("debtor_name", needed=True)
    father, address = first.text("father_name"), first.text("address")
    number = first.national_number(reading)
    phone = first.read("phone", read_mobile)
    debts = _debts(group, reading, mistakes)
    if mistakes.room < before or code is None or name is None:
        return None
    return DebtorRow(code, name, debts, father or "", address or "", number, phone)


def _debts(group: Group, reading: Reading, mistakes: Mistakes) -> tuple[DebtRow, ...]:
    begun: dict[str, tuple[Line, DebtRow | None]] = {}
    charges: dict[str, dict[str, tuple[int, ChargeRow]]] = {}
    for line in group.lines:
        cells = _Cells(line, mistakes)
        _same(group.lines[0], line, OF_DEBTOR, group.code, mistakes)
        account = cells.code("account")
        charge = _charge(cells)
        if account is None:
            continue
        if account in begun:
            _same(begun[account][0], line, OF_ACCOUNT, account, mistakes)
        else:
            begun[account] = line, _account(account, cells, reading)
        if charge is None:
            continue
        earlier = charges.setdefault(account, {}).setdefault(charge.charge.id, (line.number, charge))
        if earlier[0] != line.number:
            mistakes.at(line, "debt_file.charge_twice", which=charge.charge.id, first=earlier[0])
    return tuple(
        replace(debt, charges=tuple(row for _, row in charges.get(account, {}).values()))
        for account, (_, debt) in begun.items()
        if debt is not None
    )


def _account(account: str, cells: "_Cells", reading: Reading) -> DebtRow | None:
    kinds = reading.kinds
    kind = cells.code("kind") if kinds is None else cells.choice("kind", {one: one for one in kinds})
    body, fund = cells.code("body"), cells.code("fund")
    deposit = cells.choice("deposit", _YES_NO)
    to = cells.choice("lease_to", {one.value: one for one in LeasedTo})
    holder = cells.code("lease_holder", needed=False)
    until = cells.read("lease_until", _day)
    contract = cells.text("contract") or None
    if to is not None and (to is LeasedTo.NONE) == bool(cells.bare("lease_holder")):
        cells.wrong("debt_file.lease")
    if kind is None or body is None or fund is None or deposit is None or to is None:
        return None
    return DebtRow(
        account, kind, Purse(body, fund, deposit), (), Lease(to, holder or "", until), None, contract
    )


def _charge(cells: "_Cells") -> ChargeRow | None:
    number = cells.code("charge_id")
    component = cells.choice("component", {one.value: one for one in Component})
    due = cells.read("due", _day, needed=True)
    owed = cells.read("amount", parse_money, needed=True)
    label = cells.text("label", needed=True)
    if number is None or component is None or due is None or owed is None or label is None:
        return None
    return ChargeRow(Charge(number, component, due, owed), label)


def _same(first: Line, line: Line, columns: Collection[str], which: str, mistakes: Mistakes) -> None:
    for column in columns:
        if line.cells.get(column, "").strip() != first.cells.get(column, "").strip():
            mistakes.at(line, "debt_file.differs", column=column, which=which, first=first.number)


class _WrongDateError(Exception):
    """A cell that is no date."""


class _Cells:
    """Reads the cells of one row; each reader returns None for what is wrong or not there."""

    def __init__(self, line: Line, mistakes: Mistakes) -> None:
        self._line = line
        self._mistakes = mistakes

    def wrong(self, situation: str, **params: object) -> None:
        """Note a mistake of this row."""
        self._mistakes.at(self._line, situation, **params)

    def bare(self, column: str) -> str:
        """The cell in NFC without spaces around it."""
        return unicodedata.normalize("NFC", self._line.cells.get(column, "").strip())

    def read(self, column: str, reader: Callable[[str], T], *, needed: bool = False) -> T | None:
        """Read a cell with a reader that raises KnownError."""
        text = self.bare(column)
        if not text:
            if needed:
                self.wrong(
                    "debt_file.blank",
                    column=column,
                    meaning_ar=COLUMNS[column],
                    meaning_en=column.replace("_", " "),
                )
            return None
        try:
            return reader(text)
        except _WrongDateError:
            self.wrong("debt_file.date", column=column, value=_quoted(text))
        except KnownError as error:
            self.wrong(
                "debt_file.cell",
                column=column,
                problem_ar=error.sentence("ar"),
                problem_en=error.sentence("en"),
                mend_ar=error.remedy("ar"),
                mend_en=error.remedy("en"),
            )
        return None

    def code(self, column: str, *, needed: bool = True) -> str | None:
        """Read a code."""
        text = strip_marks(self.bare(column))
        if not text:
            return self.read(column, str, needed=needed)
        if not _CODE.fullmatch(text):
            self.wrong("debt_file.code", column=column, value=_quoted(text))
            return None
        return text

    def national_number(self, reading: Reading) -> str | None:
        """Read a national number against the tables; without them, its form alone."""
        places, today = reading.governorates, reading.today
        if places is None or today is None:
            digits = ascii_digits(strip_marks(self.bare("national_number"))).replace(" ", "")
            if digits and not _NATIONAL.fullmatch(digits):
                self.wrong("debt_file.code", column="national_number", value=mask(digits[:40]))
            return digits or None
        number = self.read(
            "national_number", lambda text: read_national_number(text, governorates=places, today=today)
        )
        if number is None:
            return None
        reading.doubtful += number.check == "mismatch"
        return number.number

    def text(self, column: str, *, needed: bool = False) -> str | None:
        """Read a text as typed: one line without control characters."""
        text = self.bare(column)
        hidden = any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in text)
        if hidden or len(text) > _LONGEST_TEXT:
            self.wrong("debt_file.text", column=column, limit=_LONGEST_TEXT)
            return None
        return self.read(column, str, needed=needed)

    def choice(self, column: str, known: Mapping[str, T]) -> T | None:
        """Read one of several words."""
        text = strip_marks(self.bare(column))
        if not text:
            return self.read(column, known.__getitem__, needed=True)
        if text not in known:
            self.wrong("debt_file.choice", column=column, value=_quoted(text), known=", ".join(known))
            return None
        return known[text]


def _day(text: str) -> date:
    digits = ascii_digits(strip_marks(text))
    if not _DATE.fullmatch(digits):
        raise _WrongDateError
    try:
        return date.fromisoformat(digits)
    except ValueError as error:
        raise _WrongDateError from error


def _quoted(text: str) -> str:
    """A cell as a sentence may show it: without a number that could be a citizen's."""
    digits = sum(letter.isdigit() for letter in text)
    return mask(text[:40]) if digits >= _PERSONAL_DIGITS else excerpt(text)
