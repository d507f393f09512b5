"""What the collecting screen asks of the desk: functions of the Session that give plain values. No Qt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kiosk.core.errors import KnownError, Language

if TYPE_CHECKING:
    from kiosk.desk.collect import Collection, Identity, Preview
    from kiosk.desk.session import Session


@dataclass(frozen=True)
class DebtorRow:
    """A debtor as a list shows him; `why` is the code of why he is in it."""

    code: str
    name: str
    father: str
    address: str
    number: str
    phone: str
    sure: bool


@dataclass(frozen=True)
class DebtRowView:
    """One debt; amounts are piastres. Not `held`: its money goes on account."""

    account: str
    kind: str
    balance: int
    due: int
    held: bool
    needs_mandate: bool


@dataclass(frozen=True)
class DebtorPage:
    """A debtor and his debts by data of the day `as_of`, so many days old."""

    code: str
    name: str
    father: str
    address: str
    number: str
    phone: str
    debts: tuple[DebtRowView, ...]
    balance: int
    due: int
    undivided: int
    as_of: date
    days: int
    stale: bool


@dataclass(frozen=True)
class Searched:
    """What a search gave: the identity that was shown (None for a name), and who fits."""

    identity: "Identity | None"
    rows: tuple[DebtorRow, ...]


def identity_of(typed: str) -> "Identity":
    """What was typed, told by its shape: 14 digits, a mobile, letters of a name, or else an account."""
    from kiosk.core.arabic import ascii_digits
    from kiosk.core.bidi import strip_marks
    from kiosk.desk.collect import Identity
    from kiosk.store.debts.search import By

    text = ascii_digits(strip_marks(typed)).strip()
    bare = "".join(letter for letter in text if letter not in " -+")
    if bare.isdigit() and len(bare) == _NATIONAL:
        return Identity(By.NUMBER, text)
    if bare.isdigit() and bare.startswith(("01", "201")) and len(bare) >= _MOBILE:
        return Identity(By.PHONE, text)
    if any("\u0620" <= letter <= "\u064a" for letter in text):
        return Identity(By.NAME, text)
    return Identity(By.ACCOUNT, text)


_NATIONAL, _MOBILE = 14, 11


def search(typed: str) -> "Callable[[Session], Searched]":
    """Find debtors. `failed` gets what `find_debtors` raises."""

    def work(session: "Session") -> Searched:
        from kiosk.desk.collect import find_debtors
        from kiosk.store.debts.search import By

        identity = identity_of(typed)
        found = find_debtors(session, identity.typed, identity.by)
        rows = tuple(
            DebtorRow(
                one.debtor, one.name, one.father, one.address, one.number, one.phone, one.found_by != "name"
            )
            for one in found
        )
        return Searched(None if identity.by is By.NAME else identity, rows)

    return work


def open_debtor(code: str, language: Language) -> "Callable[[Session], DebtorPage]":
    """His debts, with the age of what we know."""

    def work(session: "Session") -> DebtorPage:
        from kiosk.desk.collect import show_debtor

        shown = show_debtor(session, code)
        return DebtorPage(
            code=code,
            name=shown.debtor.name,
            father=shown.debtor.father,
            address=shown.debtor.address,
            number=shown.number,
            phone=shown.phone,
            debts=tuple(
                DebtRowView(
                    one.account,
                    one.rule.name_ar if language == "ar" else one.rule.name_en,
                    one.balance,
                    one.due,
                    one.held,
                    one.rule.needs_mandate,
                )
                for one in shown.debts
            ),
            balance=shown.balance,
            due=shown.due,
            undivided=shown.undivided,
            as_of=shown.age.as_of,
            days=shown.age.days,
            stale=shown.age.stale,
        )

    return work


def preview(collection: "Collection") -> "Callable[[Session], tuple[Preview, bool]]":
    """How the amount would be divided, and whether a second person must confirm who the debtor is."""

    def work(session: "Session") -> "tuple[Preview, bool]":
        from kiosk.desk.collect import prepare_collection, preview_collection

        divided = preview_collection(session, collection)
        try:
            prepare_collection(session, collection)
        except KnownError as error:
            if error.code != "collect.needs_second":
                raise
            return divided, True
        return divided, False

    return work
