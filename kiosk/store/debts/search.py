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
from kiosk.core.errors import KnownError
from kiosk.core.identity import mask
from kiosk.core.identity.mobile import local_mobile, read_mobile
from kiosk.store.debts.keys import code_key
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
    look = _LOOK[By(by)]
    found: dict[str, Found] = {}
    with one_moment(db):
        which = set_in_use(db)
        for why, where, values in look(which, query):
            room = limit - len(found)
            if room <= 0:
                break
            # The debtors found before may be found again: ask for so many more.
            rows = db.execute(f"{_SELECT.format(s=which)} {where} LIMIT ?", (*values, limit + len(found)))
            for row in rows.fetchall():
                if len(found) < limit:
                    found.setdefault(row[0], _found(row, why))
    return list(found.values())


_SELECT = "SELECT d.code, d.name, d.father, d.address, d.national, d.phone FROM debtor_{s} d"
_Step = tuple[Why, str, tuple[str, ...]]
"""Why its rows match, what follows the SELECT, and the values of that."""


def _by_number(_which: str, query: str) -> Iterator[_Step]:
    number = ascii_digits("".join(strip_marks(query).split()))
    for letter in number:
        if letter not in "0123456789":
            raise KnownError("identity.number_character", character=letter if letter.isprintable() else "?")
    if len(number) != _NATIONAL_LENGTH:
        raise KnownError("identity.number_length", count=len(number))
    yield Why.NUMBER, "WHERE d.national = ?", (number,)


_NATIONAL_LENGTH = 14


def _by_phone(_which: str, query: str) -> Iterator[_Step]:
    yield Why.PHONE, "WHERE d.phone = ?", (read_mobile(query),)


def _by_account(which: str, query: str) -> Iterator[_Step]:
    key = code_key(query)
    if key:
        debt = f"JOIN debt_{which} a ON a.debtor = d.id WHERE a"
        yield Why.ACCOUNT, f"{debt}.account_key = ?", (key,)
        yield Why.CONTRACT, f"{debt}.contract_key = ?", (key,)


def _by_code(_which: str, query: str) -> Iterator[_Step]:
    code = ascii_digits(strip_marks(query)).strip()
    if code.isascii():
        yield Why.CODE, "WHERE d.code IN (?, ?, ?)", (code, code.upper(), code.lower())


def _by_name(which: str, query: str) -> Iterator[_Step]:
    words = query_tokens(query)[:_MOST_WORDS]
    if not words:
        raise KnownError("debt_data.query_empty")
    loose = " ".join(words)
    yield Why.SAME_NAME, "WHERE d.loose = ? AND d.exact = ?", (loose, exact_key(query))
    yield Why.NAME_SPELT_DIFFERENTLY, "WHERE d.loose = ?", (loose,)
    yield Why.NAME_BEGINS, "WHERE d.loose > ? AND d.loose < ?", (loose, loose + _LAST_LETTER)
    names = f"debtor_search_{which}"
    yield (
        Why.NAME_HAS_WORDS,
        f"JOIN {names} ON {names}.rowid = d.id WHERE {names} MATCH ?",
        (match(words),),
    )


_LOOK: dict[By, Callable[[str, str], Iterator[_Step]]] = {
    By.NUMBER: _by_number,
    By.NAME: _by_name,
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


def _found(row: tuple[Any, ...], why: Why) -> Found:
    code, name, father, address, national, phone = row
    return Found(
        debtor=code,
        name=name,
        father=father,
        address=address,
        number=mask(national) if national else "",
        phone=mask(local_mobile(phone)) if phone else "",
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
