"""Pieces of a debt snapshot: some hundred debtors each, as bytes, with what they are found by.

The same code makes them at the centre, and on a trial device that reads a file. A debtor has a whole number
that stays his, and the pieces cut the numbers into ranges: the rows of a piece can be hashed by themselves,
and a change of a few debtors touches few pieces.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson

from kiosk.core.debts.keys import code_key, name_keys
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.errors import BugError, KnownError

PIECE_DEBTORS = 250
"""Debtors that a new piece has. Fewer are cut loose for a change, more pack a little better."""
_ROWS, _VERSION = b"kiosk-debts-2\x00rows", b"kiosk-debts-2\x00version"

Plain = list[Any]
"""What the centre says of one debtor: his number, then the list that `DebtorRow.plain` gives."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The debtors whose numbers are `first` or above, and below the `first` of the next piece.

    `lines`: canonical JSON of their lines (`line_of`), by number. `rows_hash`: of `rows_hash`.
    """

    first: int
    debtors: int
    lines: bytes
    rows_hash: str


@dataclass(frozen=True, slots=True)
class Totals:
    """Rows of each kind, and everything owed in piastres."""

    debtors: int = 0
    debts: int = 0
    charges: int = 0
    owed: int = 0

    @property
    def rows(self) -> int:
        """Rows of all kinds."""
        return self.debtors + self.debts + self.charges

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.debtors + other.debtors,
            self.debts + other.debts,
            self.charges + other.charges,
            self.owed + other.owed,
        )


def totals_of(rows: Sequence[Plain]) -> Totals:
    """Count what some debtors have."""
    charges = [charge for row in rows for debt in row[7] for charge in debt[10]]
    debts = sum(len(row[7]) for row in rows)
    return Totals(len(rows), debts, len(charges), sum(charge[3] for charge in charges))


def make_piece(first: int, rows: Sequence[Plain]) -> Piece:
    """Make the piece of these debtors, which are in the order of their numbers.

    Raises BugError for text that is not NFC, not Unicode, or holds NUL.
    """
    return Piece(first, len(rows), lines_of(rows), rows_hash(rows_bytes(rows)))


def lines_of(rows: Sequence[Plain]) -> bytes:
    """Write the lines of debtors as canonical JSON. Raises BugError as `make_piece` does."""
    return _encoded([line_of(row) for row in rows])


def rows_bytes(rows: Sequence[Plain]) -> bytes:
    """Write debtors as canonical JSON (RFC 8785), without what they are found by: what is hashed."""
    return _encoded(list(rows))


def line_of(row: Plain) -> list[Any]:
    """One debtor as he travels and as he is stored: the row with what he is found by in its places.

    Number, code, name, exact key, loose key, father, address, national number, phone, debts, keys of the
    accounts: for each debt a list of the key of its account, and of its contract if it has one. A key that
    is equal to the text before it travels as null.
    """
    number, code, name, father, address, national, phone, debts = row
    exact, loose = name_keys(name)
    return [
        number,
        code,
        name,
        None if exact == name else exact,
        None if loose == exact else loose,
        father,
        address,
        national,
        phone,
        debts,
        account_keys(debts),
    ]


def account_keys(debts: Sequence[Sequence[Any]]) -> list[list[str]]:
    """For each debt the key of its account, and of its contract if it has one."""
    return [[code_key(debt[0]), code_key(debt[9])] if debt[9] else [code_key(debt[0])] for debt in debts]


def rows_hash(rows: bytes) -> str:
    """The hash of the rows of one piece, as `rows_bytes` writes them."""
    return hashlib.sha256(_ROWS + rows).hexdigest()


def version_hash(pieces: Iterable[tuple[int, str]]) -> str:
    """The hash of a version: over the canonical list of [first, hash of the rows] of all its pieces."""
    return hashlib.sha256(_VERSION + orjson.dumps([[first, hash_] for first, hash_ in pieces])).hexdigest()


def pieces_of(debtors: Iterable[DebtorRow], size: int = PIECE_DEBTORS) -> Iterator[tuple[Piece, Totals]]:
    """Cut debtors, who are numbered as they come, into pieces; at least one, which may be empty.

    Raises KnownError `debt_data.twice` for a charge that its account has twice.
    """
    first = 0
    numbered = enumerate(debtors, 1)
    while batch := list(islice(numbered, size)):
        rows: list[Plain] = []
        for number, debtor in batch:
            _refuse_charges_twice(debtor)
            rows.append([number, *debtor.plain()])
        yield make_piece(first, rows), totals_of(rows)
        first = rows[-1][0] + 1
    if first == 0:
        yield make_piece(0, []), Totals()


def _refuse_charges_twice(debtor: DebtorRow) -> None:
    for debt in debtor.debts:
        if len({one.charge.id for one in debt.charges}) != len(debt.charges):
            raise KnownError("debt_data.twice", which=debt.account)


def _encoded(rows: list[Any]) -> bytes:
    try:
        data = orjson.dumps(rows)
    except orjson.JSONEncodeError as error:
        raise BugError("a debtor whose text is not Unicode") from error
    if not unicodedata.is_normalized("NFC", data.decode()):
        raise BugError("a debtor whose text is not NFC")
    if b"\\u0000" in data and _has_nul(rows):
        raise BugError("a debtor whose text holds NUL")
    return data


def _has_nul(value: Any) -> bool:
    """Whether any text in nested lists holds NUL, at which SQLite would cut it."""
    return any(map(_has_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value
