"""Finds debtors: by the numbers that decide who somebody is, or by a name, which only finds.

A name is looked for under its loose key: first the very name, then the same name spelt differently, then
names that begin so, then names that have all its words (each word may be cut short; their order is free).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from sqlite_utils import Database

from kiosk.core.arabic import ascii_digits, exact_key, query_tokens
from kiosk.core.bidi import strip_marks
from kiosk.core.debts.keys import code_key
from kiosk.core.errors import KnownError
from kiosk.core.identity import mask
from kiosk.core.identity.mobile import mask_mobile, read_mobile
from kiosk.store.debts.read import one_moment, set_in_use
from kiosk.store.debts.tables import LONGEST_PREFIX

FoundBy = Literal["number", "phone", "account", "name"]
"""As a payment states it: a name finds, it does not decide."""
LIMIT = 20
_MOST_WORDS = 8
_LAST_LETTER = "\U0010ffff"


class By(StrEnum):
    """What was typed."""

    NUMBER = "number"
    NAME = "name"
    PHONE = "phone"
    ACCOUNT = "account"
    CODE = "code"


class Why(StrEnum):
    """Why a debtor is in the list, the surest first."""

    NUMBER = "number"
    PHONE = "phone"
    ACCOUNT = "account"
    CONTRACT = "contract"
    CODE = "code"
    SAME_NAME = "same_name"
    NAME_SPELT_DIFFERENTLY = "name_spelt_differently"
    NAME_BEGINS = "name_begins"
    NAME_HAS_WORDS = "name_has_words"


@dataclass(frozen=True)
class Found:
    """One debtor as a list shows him; numbers are masked but for their last digits. The repr hides him."""

    debtor: str
    name: str = field(repr=False)
    father: str = field(repr=False)
    address: str = field(repr=False)
    number: str = field(repr=False)
    phone: str = field(repr=False)
    found_by: FoundBy
    why: Why


def find(db: Database, query: str, by: By, limit: int = LIMIT) -> list[Found]:
    """Return at most `limit` debtors, the surest matches first.

    National numbers and mobiles are typed whole, in any usual way; an account number matches however its
    parts are set apart. Of a name the first eight words count; a single letter is looked for as a word.
    Raises KnownError `debt_data.query_empty`, `dataset.missing`, `identity.mobile_*`,
    `identity.number_character` or `identity.number_length`.
    """
    if not strip_marks(query).strip():
        raise KnownError("debt_data.query_empty")
    with one_moment(db):
        which = set_in_use(db)
        if by is By.NAME:
            return _find_name(db, which, query, limit)
        found: dict[str, Found] = {}
        for why, key, where, values in _STEPS[by](query):
            for row in _rows(db, which, key, where, values, limit):
                found.setdefault(row[0], _found(row, why))
        return list(found.values())[:limit]


_SELECT = (
    "SELECT d.code, d.name, d.father, d.address, d.national, d.phone, d.loose, d.exact"
    " FROM {key}_{s} k CROSS JOIN debtor_{s} d ON d.id = k.{id}"
)
"""What a debtor is found by comes first: CROSS JOIN keeps the planner from going through all debtors."""
_Row = tuple[Any, ...]
_Step = tuple[Why, str, str, tuple[str, ...]]
"""Why its rows match, the table of their keys, the condition on that (`k`), and its values."""


def _rows(db: Database, which: str, key: str, where: str, values: tuple[str, ...], limit: int) -> list[_Row]:
    identity = "rowid" if key == "debtor_search" else "id"
    select = _SELECT.format(key=key, s=which, id=identity)
    rows: list[_Row] = db.execute(f"{select} WHERE {where} LIMIT ?", (*values, limit)).fetchall()
    return rows


def _find_name(db: Database, which: str, query: str, limit: int) -> list[Found]:
    words = query_tokens(query)[:_MOST_WORDS]
    if not words:
        raise KnownError("debt_data.query_empty")
    loose, exact = " ".join(words), exact_key(query)
    # In the order of the index the names that are equal come before those that only begin so.
    begins = "k.loose >= ? AND k.loose < ? ORDER BY k.loose"
    rows = _rows(db, which, "debtor_loose", begins, (loose, loose + _LAST_LETTER), limit)
    if len(rows) == limit and rows[-1][6] == loose:
        same = _rows(db, which, "debtor_loose", "k.loose = ? AND d.exact = ?", (loose, exact), limit)
        rows = [*same, *rows]
    found = {row[0]: _found(row, _likeness(row, loose, exact)) for row in rows}
    if len(found) < limit:
        where = f"debtor_search_{which} MATCH ?"
        # Those found before may come again: ask for so many more.
        for row in _rows(db, which, "debtor_search", where, (match(words),), limit + len(found)):
            found.setdefault(row[0], _found(row, Why.NAME_HAS_WORDS))
    return sorted(found.values(), key=lambda one: _SUREST.index(one.why))[:limit]


_SUREST = list(Why)


def _likeness(row: _Row, loose: str, exact: str) -> Why:
    """How a name that begins with the query's key is like the query."""
    if row[7] == exact:
        return Why.SAME_NAME
    return Why.NAME_SPELT_DIFFERENTLY if row[6] == loose else Why.NAME_BEGINS


def _by_number(query: str) -> Iterator[_Step]:
    number = ascii_digits("".join(strip_marks(query).split()))
    for letter in number:
        if letter not in "0123456789":
            raise KnownError("identity.number_character", character=letter if letter.isprintable() else "?")
    if len(number) != _NATIONAL_LENGTH:
        raise KnownError("identity.number_length", count=len(number))
    yield Why.NUMBER, "debtor_national", "k.national = ?", (number,)


_NATIONAL_LENGTH = 14


def _by_phone(query: str) -> Iterator[_Step]:
    yield Why.PHONE, "debtor_phone", "k.phone = ?", (read_mobile(query),)


def _by_account(query: str) -> Iterator[_Step]:
    key = code_key(query)
    if key:
        yield Why.ACCOUNT, "debt_account", "k.account_key = ?", (key,)
        yield Why.CONTRACT, "debt_contract", "k.contract_key = ?", (key,)


def _by_code(query: str) -> Iterator[_Step]:
    code = ascii_digits(strip_marks(query)).strip()
    if code.isascii():
        yield Why.CODE, "debtor_code", "k.code IN (?, ?, ?)", (code, code.upper(), code.lower())


_STEPS: dict[By, Callable[[str], Iterator[_Step]]] = {
    By.NUMBER: _by_number,
    By.PHONE: _by_phone,
    By.ACCOUNT: _by_account,
    By.CODE: _by_code,
}


def match(words: list[str]) -> str:
    """Write the FTS5 query that asks for all words, each as a beginning; a single letter as a whole word.

    The words are quoted, so nothing in them is an operator. A word is cut at the longest indexed prefix.
    """
    quoted = (f'"{word[:LONGEST_PREFIX]}"' + ("*" if len(word) > 1 else "") for word in words)
    return " AND ".join(quoted)


def _found(row: _Row, why: Why) -> Found:
    code, name, father, address, national, phone, *_ = row
    return Found(
        debtor=code,
        name=name,
        father=father,
        address=address,
        number=mask(national) if national else "",
        phone=mask_mobile(phone) if phone else "",
        found_by=_FOUND_BY.get(why, "name"),
        why=why,
    )


_FOUND_BY: dict[Why, FoundBy] = {
    Why.NUMBER: "number",
    Why.PHONE: "phone",
    Why.ACCOUNT: "account",
    Why.CONTRACT: "account",
    Why.CODE: "account",
}
