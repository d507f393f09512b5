"""A period that the centre holds leaves the device, and sync, medium and exports go on without it."""

from pathlib import Path

import pytest

from kiosk.core.entries.privacy import PersonErased
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import parse_utc, utc_text
from kiosk.desk.session import Session
from kiosk.store.drop import border_of
from kiosk.store.periods import first_kept, hash_at
from kiosk.store.retention import held_records
from kiosk.store.sync_state import keep_persons_safe, persons_through
from kiosk.store.verify import verify
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.place import Place
from kiosk.sync.second_medium import verify_medium, write_medium
from tests.acts import ask, begin, pay_for
from tests.store.turning import LATER, close_shift, drop_now, turn_now
from tests.sync.enrolled import EnrolledDevice, sync
from tests.sync.media import Card, look


def a_day(device: EnrolledDevice) -> Session:
    """A teller's day with a payment."""
    session = device.unlock("TEL-1")
    row = session.store.db.conn.execute("SELECT kept FROM shift ORDER BY seq DESC LIMIT 1").fetchone()
    begin(session, row[0] if row else 200_00)
    pay_for(session, ask(session))
    close_shift(session)
    return session


def without_the_first_period(device: EnrolledDevice) -> Session:
    """Erase its people, let the centre hold it and call it safe, let its time pass, and drop it."""
    session = device.unlock("SUP-1")
    sync(session)
    border = border_of(session.store.db, session.store.journal)
    records = tuple(sorted(one.record for one in held_records(session.store.db) if not border.stays(one.seq)))
    if records:
        body = PersonErased(
            persons=records, basis="retention", rule="request_person", case=None, approver=None
        )
        with session.act() as act:
            for record in records:
                act.persons.erase(record)
            act.append(body, sign=True)
    sync(session)
    at = session.store.db.conn.execute("SELECT server_time FROM acknowledgement").fetchone()[0]
    session.store.db.conn.execute(
        "UPDATE acknowledgement SET server_time = ?, safe_through = stored_through",
        (utc_text(parse_utc(at) + LATER),),
    )
    keep_persons_safe(session.store.db, persons_through(session.store.db))
    drop_now(session)
    return session


def test_sync_medium_and_exports_go_on_after_a_drop(device: EnrolledDevice, tmp_path: Path) -> None:
    session = a_day(device)
    card = Card(tmp_path / "card")
    card.put_in(session)
    turn_now(session)
    session = without_the_first_period(device)
    first = first_kept(session.store.db)
    assert first > 1
    session = a_day(device)
    done = sync(session)
    assert done.waiting == 0
    assert not done.attention
    here, there = device.here(), device.at_centre()
    assert there[first - 1 :] == here
    assert verify(session.store).clean
    assert look(session).fault is None
    manifest = card.manifest(session)
    assert (manifest.first, manifest.last) == (first, session.store.journal.state().seq - 1)
    assert verify_medium(Place.of(session.store)) is not None
    source = Source.of(Place.of(session.store))
    with pytest.raises(KnownError) as caught:
        export_sealed(source, tmp_path, first - 1)
    assert caught.value.code == "journal.dropped"
    assert export_sealed(source, tmp_path, first).first == first


def test_a_card_that_lay_in_a_drawer_since_before_the_drop_is_no_contradiction(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session = a_day(device)
    card = Card(tmp_path / "card")
    card.put_in(session)
    before = card.manifest(session)
    session = a_day(device)
    turn_now(session)
    session = without_the_first_period(device)
    assert before.last < first_kept(session.store.db)
    assert hash_at(session.store.db, before.last) is None
    assert look(session).fault is None
    write_medium(Place.of(session.store), "asked")
    assert card.manifest(session).first == first_kept(session.store.db)
    assert session.store.db.conn.execute("SELECT count(*) FROM incident").fetchone() == (0,)
