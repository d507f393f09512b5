"""A period stays on a device until a back-up holds its people too; an older back-up ends in the stop."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from central.apply import apply_all
from central.schema import person, stream
from kiosk.core.entries.privacy import PersonErased
from kiosk.core.errors import KnownError
from kiosk.desk.journal_periods import begin_period, drop_period
from kiosk.desk.session import Session
from kiosk.store.periods import first_kept
from kiosk.store.retention import held_records
from kiosk.store.sync_state import persons_delivered, persons_safe, persons_through
from kiosk.store.verify import verify
from kiosk.sync.uplink import send_journal
from tests.store.turning import close_shift
from tests.sync.enrolled import EnrolledDevice, rounds, sync
from tests.sync.test_restored import Centre, centre, synced, vehicle, work

__all__ = ["centre", "vehicle"]


def send_entries(session: Session) -> None:
    """Only the journal, as when the line breaks after it."""
    with rounds(session) as one:
        send_journal(one.place, one.client)


def erase_people(session: Session) -> None:
    records = tuple(sorted(one.record for one in held_records(session.store.db)))
    with session.act() as act:
        for record in records:
            act.persons.erase(record)
        body = PersonErased(
            persons=records, basis="retention", rule="request_person", case=None, approver=None
        )
        act.append(body, sign=True)


def refusal(session: Session) -> str:
    with pytest.raises(KnownError) as caught:
        drop_period(session)
    return caught.value.code


def test_a_period_waits_for_a_back_up_of_its_people_and_an_older_back_up_stops_the_device(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    synced(vehicle, centre)
    before_all = centre.backup()
    work(session)
    close_shift(session)
    session = vehicle.unlock("SUP-1")
    begin_period(session)
    send_entries(session)
    apply_all(centre.server.centre)
    centre.backup()
    sync(session)
    assert persons_through(session.store.db) == persons_delivered(session.store.db) > 0
    erase_people(session)
    centre.server.clock.pass_time(timedelta(days=181))
    sync(session)
    assert persons_safe(session.store.db) == 0
    assert refusal(session) == "journal.persons_not_safe"
    centre.backup()
    session = vehicle.unlock("SUP-1")
    sync(session)
    gone = drop_period(session)
    assert first_kept(session.store.db) == gone.last + 1
    assert verify(session.store).clean
    centre.restored(before_all)
    vehicle.server = centre.server
    result = sync(session)
    assert result.error is not None
    assert result.error.code == "journal.dropped"
    assert len(vehicle.at_centre()) < gone.last
    assert verify(session.store).clean


def test_records_that_the_centre_lost_without_a_word_are_sent_again(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    work(session)
    synced(vehicle, centre)
    code, through = session.store.device_signer.by, persons_delivered(session.store.db)
    theirs = person.c.device == code
    with centre.server.centre.storage.write() as db:
        count = db.execute(select(func.count()).select_from(person).where(theirs)).scalar_one()
        db.execute(delete(person).where(theirs))
        db.execute(update(stream).where(stream.c.device == code).values(persons=0))
    assert count > 0
    result = sync(session)
    assert (result.error, result.persons) == (None, count)
    with centre.server.centre.storage.read() as db:
        assert db.execute(select(func.count()).select_from(person).where(theirs)).scalar_one() == count
        assert db.execute(select(stream.c.persons).where(stream.c.device == code)).scalar_one() >= through
    assert sync(session).persons == 0
