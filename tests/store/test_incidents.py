"""Incidents are entries, stand until they are lifted, and stop even where the journal cannot be written."""

import contextlib

import pytest

from kiosk.core.entries.technical import IncidentLifted
from kiosk.core.errors import BugError
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.session import Session
from kiosk.store.incidents import (
    StandingIncident,
    incident_stands,
    lift,
    liftable,
    note_incident,
    standing_incidents,
)
from kiosk.store.verify import verify


def entries(session: Session) -> int:
    return session.store.journal.state().seq


def note(session: Session, at: int | None = 3) -> StandingIncident:
    return note_incident(session.store, "rollback", "tpm.counter", session.moment(), at=at)


def test_an_incident_is_an_entry_and_stands(session: Session) -> None:
    assert not incident_stands(session.store.db)
    found = note(session)
    assert found == StandingIncident(entries(session), "rollback", 3, "tpm.counter")
    (record,) = session.store.journal.records(entries(session))
    assert parse_entry(record.data).type == "technical.incident"
    assert incident_stands(session.store.db)
    assert standing_incidents(session.store.db) == (found,)
    assert verify(session.store).clean


def test_the_same_is_noted_once_and_another_beside_it(session: Session) -> None:
    found, before = note(session), entries(session)
    assert (note(session), entries(session)) == (found, before)
    note(session, at=None)
    assert len(standing_incidents(session.store.db)) == 2


def test_it_joins_the_transaction_that_is_open(session: Session) -> None:
    before = entries(session)
    with contextlib.suppress(LookupError), session.store.transaction():
        note(session)
        raise LookupError
    assert (entries(session), incident_stands(session.store.db)) == (before, False)


def test_what_is_lifted_stands_no_more_and_is_not_noted_again(session: Session) -> None:
    found = note(session)
    with session.act() as act:
        link = session.link(found.seq or 0)
        act.append(IncidentLifted(incident=link, by="order", order="ab" * 32, challenge=None))
    assert not incident_stands(session.store.db)
    assert note(session) == found
    assert not incident_stands(session.store.db)


def test_it_stops_also_where_the_journal_cannot_be_written(session: Session) -> None:
    session.store.db.conn.execute("UPDATE stream SET seq = seq - 1")
    found = note(session)
    assert found == StandingIncident(None, "rollback", 3, "tpm.counter")
    assert note(session) == found
    assert standing_incidents(session.store.db) == (found,)
    assert incident_stands(session.store.db)
    assert liftable(session.store.db, 0) == (found,)
    with session.store.transaction():
        assert lift(session.store, lambda _body: None, 0, order="ab" * 32) == (found,)
    assert not incident_stands(session.store.db)


def test_what_came_later_than_the_order_is_not_lifted_by_it(session: Session) -> None:
    first = note(session)
    note(session, at=None)
    assert first.seq is not None
    assert liftable(session.store.db, first.seq) == (first,)


def test_a_kind_that_nobody_knows_is_a_bug(session: Session) -> None:
    with pytest.raises(BugError):
        note_incident(session.store, "odd", "x", session.moment())  # type: ignore[arg-type]
