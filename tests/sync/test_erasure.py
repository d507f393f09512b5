"""What a device erases the centre erases too: its copy, one that is still to come, and no other device's."""

import pytest

from central.erased import erase_persons
from central.persons import read_person
from kiosk.core.entries.privacy import PersonErased
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from tests.acts import ask, begin
from tests.sync.enrolled import EnrolledDevice, sync


def asked(device: EnrolledDevice) -> str:
    """The record of a citizen who asked for a service."""
    session = device.unlock("TEL-1")
    begin(session)
    ask(session)
    (record,) = session.store.db.conn.execute("SELECT person FROM request").fetchone()
    return str(record)


def erase(session: Session, record: str) -> None:
    body = PersonErased(persons=(record,), basis="retention", rule="request_person", case=None, approver=None)
    with session.act() as act:
        act.persons.erase(record)
        act.append(body, sign=True)


def code_at_centre(device: EnrolledDevice, record: str) -> str:
    with pytest.raises(KnownError) as caught:
        read_person(device.server.centre, record)
    return caught.value.code


def test_the_centre_destroys_its_copy_when_the_entry_comes(device: EnrolledDevice) -> None:
    record = asked(device)
    sync(device.unlock("TEL-1"))
    assert read_person(device.server.centre, record)
    leader = device.unlock("SUP-1")
    erase(leader, record)
    sync(leader)
    device.server.settle()
    assert code_at_centre(device, record) == "person.erased"
    assert sync(leader).waiting == 0


def test_a_record_that_comes_after_its_erasure_is_not_kept(device: EnrolledDevice) -> None:
    record = asked(device)
    with device.server.centre.storage.write() as db:
        erase_persons(
            db, device.unlock("TEL-1").store.unlocked.device or "", [record], "2026-11-24T00:00:00Z"
        )
    sync(device.unlock("TEL-1"))
    assert code_at_centre(device, record) == "person.erased"


def test_another_device_erases_nothing_here(device: EnrolledDevice) -> None:
    record = asked(device)
    sync(device.unlock("TEL-1"))
    with device.server.centre.storage.write() as db:
        erase_persons(db, "D99999999", [record], "2026-11-24T00:00:00Z")
    assert read_person(device.server.centre, record)
