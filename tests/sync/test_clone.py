"""A copy of a device, or an older disk, is found at its first contact although no entry contradicts yet."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from central.books import grant_book
from central.incident_answers import write_order
from central.schema import branch, incident
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.link.centre import CentreClient
from kiosk.store.incidents import incident_stands, standing_incidents
from kiosk.store.queries.shift import books
from kiosk.store.sync_state import acknowledged, device_side
from kiosk.store.verify import verify
from kiosk.sync.beat import beat
from kiosk.sync.outcomes import Outcome
from kiosk.sync.place import Place
from kiosk.sync.uplink import compare
from tests.acts import ask, begin, pay_for
from tests.sync.enrolled import EnrolledDevice, rounds, sync


def incidents(device: EnrolledDevice, session: Session) -> list[str]:
    with device.server.centre.storage.read() as db:
        mine = incident.c.stream == session.store.unlocked.stream
        return list(db.execute(select(incident.c.kind).where(mine).order_by(incident.c.id)).scalars())


@pytest.fixture
def copied(device: EnrolledDevice, tmp_path: Path) -> Iterator[tuple[Session, EnrolledDevice]]:
    """A device at work that has met the centre, and a copy of its folder; then it meets the centre again."""
    session = device.unlock("TEL-1")
    sync(session)
    shutil.copytree(device.root, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
    copy = EnrolledDevice(tmp_path / "copy", device.server, device.secrets)
    assert sync(session).error is None
    yield session, copy
    copy.close()


def test_the_second_of_two_copies_is_told_before_any_entry_differs(
    device: EnrolledDevice, copied: tuple[Session, EnrolledDevice]
) -> None:
    session, copy = copied
    other = copy.unlock("TEL-1")
    result = sync(other)
    assert result.error is not None
    assert (result.outcome, result.error.code) == (Outcome.REFUSED, "sync.clone")
    assert [one.kind for one in standing_incidents(other.store.db)] == ["clone"]
    with pytest.raises(KnownError) as caught:
        begin(other)
    assert caught.value.code == "stop.incident"
    assert incidents(device, other) == ["clone", "series_retired"]
    assert not incident_stands(session.store.db)
    begin(session)


def test_both_drain_and_what_contradicts_goes_to_a_branch(
    device: EnrolledDevice, copied: tuple[Session, EnrolledDevice]
) -> None:
    session, copy = copied
    other = copy.unlock("TEL-1")
    told = sync(other)
    assert (told.waiting, told.attention) == (0, 1)
    again = sync(other)
    assert again.error is not None
    assert len(standing_incidents(other.store.db)) == 1
    begin(session)
    pay_for(session, ask(session))
    forked = sync(session)
    assert forked.error is not None
    assert forked.error.code == "sync.fork"
    with device.server.centre.storage.read() as db:
        kept = db.execute(select(branch.c.last).where(branch.c.stream == session.store.unlocked.stream))
        assert max(kept.scalars()) == session.store.journal.state().seq
    assert verify(session.store).clean


def test_a_person_at_the_centre_lifts_it_and_the_next_contact_is_believed(
    device: EnrolledDevice, copied: tuple[Session, EnrolledDevice]
) -> None:
    _, copy = copied
    other = copy.unlock("TEL-1")
    sync(other)
    device.close()
    code = other.store.device_signer.by
    sync(other)
    with device.server.centre.storage.write() as db:
        granted = grant_book(device.server.centre, db, code).series
    write_order(device.server.centre, other.store.device_signer.by, other.store.journal.state().seq)
    assert sync(other).error is None
    assert not incident_stands(other.store.db)
    assert [one.series for one in books(other.store.db) if not one.retired] == [granted]
    begin(other)
    for _ in range(2):
        assert sync(other).error is None


def test_an_older_disk_shows_by_what_the_centre_says_it_holds(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    sync(session)
    place = Place.of(session.store)
    kept = acknowledged(place.db)
    assert kept is not None
    head = place.hash_at(kept.stored_through)
    assert head is not None
    compare(place, kept.stored_through, head.hex())
    with pytest.raises(KnownError) as caught:
        compare(place, place.seq() + 3, "ab" * 32)
    assert caught.value.code == "sync.ahead"
    assert [one.kind for one in standing_incidents(place.db)] == ["ahead"]


def test_an_answer_that_was_lost_is_no_copy(device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    session = device.unlock("TEL-1")
    sync(session)
    real = CentreClient.heartbeat

    def eaten(client: CentreClient, signed: bytes, nonce: str) -> object:
        real(client, signed, nonce)
        raise KnownError("sync.timeout")

    late: list[tuple[bytes, str]] = []

    def heard(client: CentreClient, signed: bytes, nonce: str) -> object:
        late.append((signed, nonce))
        return real(client, signed, nonce)

    for _ in range(2):
        with monkeypatch.context() as patch:
            patch.setattr(CentreClient, "heartbeat", eaten)
            assert sync(session).outcome is Outcome.TIMEOUT
        assert device_side(session.store.db).pending is not None
    with monkeypatch.context() as patch:
        patch.setattr(CentreClient, "heartbeat", heard)
        assert sync(session).error is None
    with rounds(session) as one:
        assert beat(one.place, one.client).contact == "known"
        assert real(one.client, *late[0]).contact == "behind"
        assert beat(one.place, one.client).contact == "known"
    assert incidents(device, session) == []
    assert not incident_stands(session.store.db)
