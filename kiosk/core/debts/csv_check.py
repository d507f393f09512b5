"""Reads a text of debts (CSV): every mistake is named with line and column, and nothing is guessed.

One row per charge, read as a stream; the columns are `kiosk.core.debts.csv_columns.COLUMNS`.
"""

import csv
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from kiosk.core.debts.csv_columns import COLUMNS, OPTIONAL
from kiosk.core.debts.csv_rows import MOST_ROWS, Group, Line, Mistakes, Reading, read_group
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import KnownError

LIMIT = 50
"""Mistakes that are collected before the reading stops."""
Texts: TypeAlias = Callable[[], Iterator[str]]
"""Begins the text anew, line by line with the line ends as they are (`newline=""`): it is read up to twice.

It may raise KnownError, which passes, and UnicodeDecodeError, which is one of the mistakes.
"""


@dataclass
class DebtFileCheck:
    """What a file holds: `problems` in the order of the file, `complete` unless reading stopped at one.

    `owed` is in piastres; `doubtful_numbers` counts national numbers whose check digit does not match.
    """

    problems: list[KnownError] = field(default_factory=list)
    complete: bool = True
    debtors: int = 0
    debts: int = 0
    charges: int = 0
    owed: int = 0
    doubtful_numbers: int = 0

    def count(self, row: DebtorRow) -> None:
        """Add a debtor to the sums."""
        self.debtors += 1
        self.debts += len(row.debts)
        self.charges += sum(len(debt.charges) for debt in row.debts)
        self.owed += sum(one.charge.owed for debt in row.debts for one in debt.charges)


class DebtFileNotCleanError(KnownError):
    """`debt_file.not_clean` with everything that the check found."""

    def __init__(self, file: str, check: DebtFileCheck) -> None:
        first = check.problems[0]
        super().__init__(
            "debt_file.not_clean",
            file=file,
            count=len(check.problems),
            first_ar=first.sentence("ar"),
            first_en=first.sentence("en"),
        )
        self.check = check


def check_debts(file: str, texts: Texts, reading: Reading, limit: int = LIMIT) -> DebtFileCheck:
    """Read the whole text of `file` and return what it holds and what is wrong with it.

    Raises what `texts` raises; every other mistake is in the result.
    """
    return _check(file, texts, reading, limit, [])


def read_clean_debts(file: str, texts: Texts, reading: Reading) -> list[DebtorRow]:
    """Read the whole text into memory, or not at all.

    Raises DebtFileNotCleanError with every mistake, and what `texts` raises.
    """
    rows: list[DebtorRow] = []
    check = _check(file, texts, reading, LIMIT, [rows.append])
    if check.problems:
        raise DebtFileNotCleanError(file, check)
    return rows


def stream_debts(file: str, texts: Texts, reading: Reading) -> Iterator[DebtorRow]:
    """Yield the debtors of a text that was checked, one by one.

    Raises KnownError `debt_file.changed` when a mistake turns up after all, and what `texts` raises.
    """
    mistakes = Mistakes(file, 1)
    try:
        for group in _groups(texts, mistakes):
            row = read_group(group, reading, mistakes)
            if row is None:
                raise KnownError("debt_file.changed", file=file)
            yield row
    except _StoppedError as error:
        raise KnownError("debt_file.changed", file=file) from error


def _check(
    file: str, texts: Texts, reading: Reading, limit: int, takers: list[Callable[[DebtorRow], None]]
) -> DebtFileCheck:
    check = DebtFileCheck()
    mistakes = Mistakes(file, limit)
    debtors, accounts = array("q"), array("q")
    try:
        for group in _groups(texts, mistakes):
            row = read_group(group, reading, mistakes)
            debtors.append(hash(group.code))
            accounts.extend({hash(line.cells["account"]) for line in group.lines})
            if row is not None:
                for take in (check.count, *takers):
                    take(row)
        if not debtors and not mistakes.found:
            mistakes.whole("debt_file.empty")
        _find_repeated(texts, mistakes, _repeated(debtors), _repeated(accounts))
    except _StoppedError:
        check.complete = False
    check.complete = check.complete and mistakes.room > 0
    check.problems = sorted(mistakes.found, key=_line_of)
    check.doubtful_numbers = reading.doubtful
    return check


class _StoppedError(Exception):
    """The file cannot be read on: its mistake is among those found."""


def _groups(texts: Texts, mistakes: Mistakes) -> Iterator[Group]:
    """Yield the rows of each debtor; rows of one debtor that are apart come as several groups."""
    group: Group | None = None
    for line in _lines(texts, mistakes):
        code = line.cells["debtor_code"]
        if group is None or code != group.code or not code:
            if group is not None:
                yield group
            group = Group(code, [])
        if len(group.lines) < MOST_ROWS:
            group.lines.append(line)
        elif len(group.lines) == MOST_ROWS and not group.too_long:
            group.too_long = True
            mistakes.at(line, "debt_file.too_many", which=code, limit=MOST_ROWS)
        if mistakes.room <= 0:
            raise _StoppedError
    if group is not None:
        yield group


def _lines(texts: Texts, mistakes: Mistakes) -> Iterator[Line]:
    """Yield each row with its line and its cells by column; empty rows are passed over."""
    rows = csv.reader(texts(), strict=True)
    try:
        names = _header(next(rows, []), mistakes)
        before = rows.line_num
        for cells in rows:
            number, before = before + 1, rows.line_num
            if len(cells) == len(names):
                yield Line(number, dict(zip(names, cells, strict=True)))
            elif cells:
                mistakes.add(number, "debt_file.cells", found=len(cells), expected=len(names))
    except csv.Error as error:
        mistakes.add(rows.line_num, "debt_file.quotes", detail=str(error))
        raise _StoppedError from error
    except UnicodeDecodeError as error:
        mistakes.found.append(KnownError("file.not_utf8", path=mistakes.file))
        raise _StoppedError from error


def _header(cells: list[str], mistakes: Mistakes) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        mistakes.whole("debt_file.separator")
        raise _StoppedError
    if not any(names):
        mistakes.whole("debt_file.empty")
        raise _StoppedError
    for number, name in enumerate(names, start=1):
        if not name:
            mistakes.whole("debt_file.column_blank", number=number)
        elif name not in COLUMNS:
            mistakes.whole("debt_file.column_unknown", column=name[:40], known=", ".join(COLUMNS))
    for name in sorted({name for name in names if names.count(name) > 1 and name in COLUMNS}):
        mistakes.whole("debt_file.column_twice", column=name)
    for name in COLUMNS:
        if name not in names and name not in OPTIONAL:
            mistakes.whole(
                "debt_file.column_missing",
                column=name,
                meaning_ar=COLUMNS[name],
                meaning_en=name.replace("_", " "),
            )
    if mistakes.found:
        raise _StoppedError
    return names


def _line_of(problem: KnownError) -> int:
    line = problem.params.get("line", 0)
    return line if isinstance(line, int) else 0


def _repeated(hashes: "array[int]") -> set[int]:
    """The hashes that are there twice. Eight bytes a code: a million codes are not kept as texts."""
    ordered = sorted(hashes)
    return {one for one, after in pairwise(ordered) if one == after}


def _find_repeated(texts: Texts, mistakes: Mistakes, debtors: set[int], accounts: set[int]) -> None:
    """Name the debtors whose rows are apart and the accounts of two debtors, in a second reading."""
    if not debtors and not accounts:
        return
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for group in _groups(texts, Mistakes(mistakes.file, mistakes.limit)):
        if hash(group.code) in debtors and group.code:
            line, _ = first.setdefault(("debtor", group.code), (group.lines[0].number, group.code))
            if line != group.lines[0].number:
                mistakes.at(group.lines[0], "debt_file.scattered", which=group.code, first=line)
        for one in group.lines:
            account = one.cells["account"]
            if not account or hash(account) not in accounts:
                continue
            line, owner = first.setdefault(("account", account), (one.number, group.code))
            if owner != group.code:
                mistakes.at(one, "debt_file.account_twice", which=account, first=line)
        if mistakes.room <= 0:
            return
