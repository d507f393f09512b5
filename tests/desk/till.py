"""A till for tests: policies by editing the shipped text, an open shift, and proof that nothing changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.core.entries.parts import Line, PaperForm
from kiosk.core.entries.payment import RequestFor
from kiosk.core.errors import KnownError
from kiosk.desk.pay import Bill, Offer, SlipTyped
from kiosk.desk.session import Session
from kiosk.desk.setup import TrialData
from kiosk.desk.shift_open import open_shift
from kiosk.store.queries.shift import books
from tests.desk.conftest import Trial, trial_data
from tests.desk.money import PERSON, fee, in_drawer, pieces, take_request

TODAY = date(2026, 11, 24)


def policy_with(*changes: tuple[str, str]) -> TrialData:
    """The trial's data with parts of the policy's text replaced, each exactly once."""
    text = trial_data().policy.decode()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return replace(trial_data(), policy=text.encode())


def setting(name: str, value: str) -> tuple[str, str]:
    """Another value of one setting, whatever it is now."""
    text = trial_data().policy.decode()
    start = text.index("- value:", text.index(f"\n  {name}:\n"))
    section = text[text.index(f"\n  {name}:\n") : text.index("\n", start)]
    return section, section[: section.rindex("- value:")] + f"- value: {value}"


def open_till(trial: Trial, staff: str = "TEL-1", piastres: int = 100_000) -> Session:
    """A person's shift, opened with a float in small notes that can make any change."""
    session = trial.unlock(staff)
    open_shift(session, pieces(piastres))
    return session


def bill(session: Session, piastres: int, *lines: Line) -> Bill:
    """A bill for a request that has just been taken."""
    chosen = lines or (fee(piastres),)
    tracking = take_request(session, *chosen)
    return Bill(what_for=RequestFor(tracking=tracking), lines=chosen, payer=PERSON, capacity="self")


def typed_slip(piastres: int, number: str = "000123", terminal: str = "T-77", **fields: Any) -> SlipTyped:
    values = {"approval": "A1B2C3", "printed_at": "2026-11-24T09:55"} | fields
    return SlipTyped(piastres, number, terminal, **values)


def cash(piastres: int) -> Offer:
    return Offer(cash=piastres)


def paper_form(number: str = "104233", series: str = "٣٣ ع.ح", written: date = TODAY) -> PaperForm:
    return PaperForm(series=series, number=number, written=written)


def stands(session: Session) -> dict[str, Any]:
    """Everything that a refused act must leave alone."""
    db = session.store.db
    count = {
        table: db.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("person", "intent", "tender", "payment", "receipt", "paper_form")
    }
    state = session.store.journal.state()
    numbers = [book.next for book in books(db)]
    paid = db.conn.execute("SELECT coalesce(sum(paid), 0) FROM request").fetchone()[0]
    drawer = in_drawer(session) if session.shift() else None
    return {
        **count,
        "seq": state.seq,
        "totals": state.totals,
        "books": numbers,
        "cash": drawer,
        "paid": paid,
    }


@contextmanager
def refused(session: Session, code: str, **params: Any) -> Iterator[None]:
    """Expect a known error with these parameters, and journal, book, drawer and records as they were."""
    before = stands(session)
    with pytest.raises(KnownError) as caught:
        yield
    assert caught.value.code == code, caught.value
    for name, value in params.items():
        assert caught.value.params[name] == value, name
    assert stands(session) == before
