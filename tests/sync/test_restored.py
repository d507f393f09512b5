"""A centre that was lost and put back: devices give it back what it forgot, and nothing counts twice."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from central.apply import apply_all
from central.backup import copy_sqlite, make_backup
from central.books import grant_book
from central.folder import Folder
from central.people import revoke_staff
from central.readmission import confirm, readmit
from central.reference_data import load_text
from central.restore import EPOCHS, restore
from central.schema import book, device, incident, staff, tombstone
from central.storage import epoch_of
from central.tombstones import entomb
from kiosk.core.entries.privacy import PersonErased
from kiosk.core.errors import KnownError
from kiosk.desk.attach import attach
from kiosk.desk.journal_periods import begin_period, drop_period
from kiosk.desk.session import Session
from kiosk.store.attachments import State, attachments
from kiosk.store.datasets import current_dataset
from kiosk.store.incidents import incident_stands
from kiosk.store.periods import first_kept
from kiosk.store.queries.shift import books
from kiosk.store.retention import held_records
from kiosk.store.sync_state import acknowledged, enrolment_papers, keep_enrolment_papers
from kiosk.store.verify import verify
from kiosk.sync.beat import beat
from kiosk.sync.claims import readmission
from kiosk.sync.place import Place
from kiosk.sync.uplink import send_journal
from kiosk.trial_data import shipped_trial_data
from tests.acts import ask, begin, pay_for
from tests.central.server import Clock, TestServer, running
from tests.desk.scans import scan
from tests.store.turning import close_shift
from tests.sync.enrolled import EnrolledDevice, load_centre_debts, make_enrolled, new_person, rounds, sync
from tools.steady_port import steady_port


@dataclass
class Centre:
    """A centre that may be lost: it is started on the same port again, with what is in its folder then."""

    root: Path
    port: int = field(default_factory=steady_port)
    stack: ExitStack = field(default_factory=ExitStack)
    server: TestServer = field(init=False)
    activations: dict[str, str] = field(default_factory=dict)

    def start(self) -> TestServer:
        self.server = self.stack.enter_context(running(self.root, port=self.port))
        self.server.activations |= self.activations
        return self.server

    def stop(self) -> None:
        self.activations |= self.server.activations
        self.stack.close()

    def backup(self, *, off_machine: bool = True) -> Path:
        return make_backup(self.server.centre, self.root / "archive", off_machine=off_machine).folder

    def restored(self, source: Path) -> int:
        """Lose the server, put it back, and start it again; returns its epoch."""
        self.stop()
        done = restore(Folder(self.root / "centre"), source, now=Clock().now(), replace=True)
        self.start()
        return done.epoch

    def incidents(self) -> list[str]:
        with self.server.centre.storage.read() as db:
            return sorted(db.execute(select(incident.c.kind)).scalars())


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One centre for these tests: restored again and again, as no real one would be."""
    from kiosk.core.wire import enrolment

    made = Centre(tmp_path_factory.mktemp("lost"))
    server = made.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        server.add_people()
    server.add_data()
    load_centre_debts(server)
    yield made
    made.stop()


@pytest.fixture
def vehicle(centre: Centre, tmp_path: Path) -> Iterator[EnrolledDevice]:
    made = make_enrolled(tmp_path / "device", centre.server)
    made.add("TEL-1", "teller")
    yield made
    made.close()


def retired_at(centre: Centre, code: str) -> list[bool]:
    """Of each book that the centre knows of a device, whether it is retired."""
    with centre.server.centre.storage.read() as db:
        query = select(book.c.retired).where(book.c.device == code).order_by(book.c.series)
        return [at is not None for at in db.execute(query).scalars()]


def work(session: Session) -> None:
    if session.shift() is None:
        begin(session)
    pay_for(session, ask(session))


def synced(vehicle: EnrolledDevice, centre: Centre) -> None:
    """A round that leaves nothing undone and stops nothing; then the centre holds the very journal."""
    vehicle.server = centre.server
    session = vehicle._open
    assert session is not None
    result = sync(session)
    assert result.error is None
    assert result.faults == []
    assert result.waiting == 0
    assert not incident_stands(session.store.db)
    assert vehicle.at_centre() == vehicle.here()


def test_what_the_centre_forgot_comes_back_byte_for_byte_and_is_counted_once(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    work(session)
    synced(vehicle, centre)
    source = centre.backup()
    work(session)
    code = session.store.device_signer.by
    with centre.server.centre.storage.write() as db:
        grant_book(centre.server.centre, db, code, 50)
    new_person(centre.server, "TEL-7", "teller")
    new_person(centre.server, "TEL-8", "teller")
    revoke_staff(centre.server.centre, "TEL-8")
    entomb(centre.server.centre, "TEL-8", "left")
    synced(vehicle, centre)
    before = centre.server.centre
    with before.storage.read() as db:
        books, people = db.execute(select(book)).all(), db.execute(select(staff)).all()
        tombs = db.execute(select(tombstone)).all()
    work(session)
    epoch = centre.restored(source)
    with rounds(session) as one, pytest.raises(KnownError) as caught:
        one.client.manifest()
    assert caught.value.code == "central.reconcile_first"
    synced(vehicle, centre)
    kept = acknowledged(session.store.db)
    assert kept is not None
    assert kept.epoch == epoch
    apply_all(centre.server.centre)
    with centre.server.centre.storage.read() as db:
        assert epoch_of(db) == epoch
        assert set(db.execute(select(book)).all()) == set(books)
        assert set(db.execute(select(staff)).all()) == set(people)
        assert set(db.execute(select(tombstone)).all()) == set(tombs)
    assert not {"receipt_without_book", "unknown_book", "behind_device", "fork"} & set(centre.incidents())
    with centre.server.centre.storage.write() as db:
        after = grant_book(centre.server.centre, db, code, 50)
    assert after.series == f"{code}-E{epoch}B3"
    synced(vehicle, centre)
    work(session)
    synced(vehicle, centre)


def test_a_device_that_waits_with_nothing_new_sends_again_what_was_lost(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    synced(vehicle, centre)
    source = centre.backup()
    work(session)
    synced(vehicle, centre)
    centre.restored(source)
    synced(vehicle, centre)


def test_a_device_that_was_away_over_two_restores_and_one_to_the_same_state_goes_on(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    work(session)
    synced(vehicle, centre)
    first = centre.backup()
    work(session)
    synced(vehicle, centre)
    assert centre.restored(first) < centre.restored(first) < centre.restored(centre.backup())
    work(session)
    synced(vehicle, centre)
    centre.restored(centre.backup())
    synced(vehicle, centre)
    work(session)
    synced(vehicle, centre)


def test_a_restore_that_knows_nothing_of_another_one_is_told_by_the_first_device(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    synced(vehicle, centre)
    source = centre.backup()
    lost_life = centre.restored(source)
    work(session)
    synced(vehicle, centre)
    centre.stop()
    for known in (centre.root / "centre" / "keys" / EPOCHS, source.parent / EPOCHS):
        known.unlink()
    for old in (centre.root / "centre").glob("central.db*"):
        old.unlink()
    again = restore(Folder(centre.root / "centre"), source, now=Clock().now()).epoch
    assert again == lost_life
    centre.start()
    synced(vehicle, centre)
    assert "epoch_raised" in centre.incidents()
    with centre.server.centre.storage.read() as db:
        assert epoch_of(db) == lost_life + 1
    work(session)
    synced(vehicle, centre)


def test_a_device_that_was_enrolled_since_is_heard_at_once_and_used_again_when_a_person_says_so(
    centre: Centre, tmp_path: Path
) -> None:
    source = centre.backup()
    made = make_enrolled(tmp_path / "newer", centre.server)
    made.add("TEL-1", "teller")
    session = made.unlock("TEL-1")
    work(session)
    synced(made, centre)
    centre.restored(source)
    work(session)
    synced(made, centre)
    apply_all(centre.server.centre)
    code = session.store.device_signer.by
    with centre.server.centre.storage.read() as db:
        assert db.execute(select(device.c.state).where(device.c.code == code)).scalar() == "frozen"
    assert "readmitted" in centre.incidents()
    with rounds(session) as one:
        assert one.client.manifest().datasets == ()
    assert "receipt_without_book" not in centre.incidents()
    confirm(centre.server.centre, code)
    with centre.server.centre.storage.read() as db:
        assert db.execute(select(device.c.state).where(device.c.code == code)).scalar() == "active"
    with pytest.raises(KnownError):
        confirm(centre.server.centre, code)
    synced(made, centre)
    with rounds(session) as one:
        assert one.client.manifest().find("books") is not None
    made.close()


def test_a_device_that_was_enrolled_since_and_has_nothing_to_send_is_heard_too(
    centre: Centre, tmp_path: Path
) -> None:
    source = centre.backup()
    made = make_enrolled(tmp_path / "idle", centre.server)
    made.add("TEL-1", "teller")
    session = made.unlock("TEL-1")
    work(session)
    synced(made, centre)
    synced(made, centre)
    with rounds(session) as one:
        one.run()
        centre.restored(source)
        made.server = centre.server
        with pytest.raises(KnownError) as caught:
            one.idle()
        assert caught.value.code == "sync.unknown_device"
    synced(made, centre)
    assert "readmitted" in centre.incidents()
    made.close()


def test_a_scan_that_was_half_sent_before_the_back_up_begins_anew_without_a_word(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    """A back-up has whole scans; the pieces of others lie beside the database, and are lost with it."""
    session = vehicle.unlock("TEL-1")
    begin(session)
    attach(session, ask(session), next(iter(session.reference.catalogue.papers)), scan(21_000))
    with rounds(session) as one:
        real, asked = one.client.scan_piece, list[int]()

        def cut(name: str, offset: int, piece: bytes) -> int:
            asked.append(offset)
            if offset:
                raise KnownError("sync.offline")
            return real(name, offset, piece)

        one.client.scan_piece = cut  # type: ignore[method-assign]
        one.run()
    assert len(asked) > 1
    source = centre.backup()
    centre.stop()
    shutil.rmtree(centre.root / "centre" / "attachments")
    centre.start()
    centre.restored(source)
    synced(vehicle, centre)
    assert [one.state for one in attachments(session.store.db)] == [State.SENT]


def test_somebody_elses_papers_admit_nobody(centre: Centre, vehicle: EnrolledDevice) -> None:
    session = vehicle.unlock("TEL-1")
    place = Place.of(session.store)
    forged = replace(place, me=replace(place.me, key=Ed25519PrivateKey.generate()))
    shown = readmission(forged)
    assert shown is not None
    with pytest.raises(KnownError) as caught:
        readmit(centre.server.centre, shown)
    assert caught.value.code.startswith("signed.")
    papers = enrolment_papers(place.db)
    assert papers is not None
    with session.store.transaction() as db:
        keep_enrolment_papers(db, papers[0].encode(), papers[1].replace('"epoch":', '"epoch":1').encode())
    shown = readmission(place)
    assert shown is not None
    with pytest.raises(KnownError):
        readmit(centre.server.centre, shown)


def test_a_database_put_back_by_hand_is_sent_the_rest_and_everybody_is_told(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    synced(vehicle, centre)
    database = centre.root / "centre" / "central.db"
    copy_sqlite(database, centre.root / "by-hand.db")
    work(session)
    with rounds(session) as only_journal:
        send_journal(only_journal.place, only_journal.client)
    centre.stop()
    for old in (centre.root / "centre").glob("central.db*"):
        old.unlink()
    (centre.root / "by-hand.db").rename(database)
    centre.start()
    vehicle.server = centre.server
    result = sync(session)
    assert result.error is not None
    assert (result.error.code, result.waiting) == ("sync.denied", 0)
    assert vehicle.at_centre() == vehicle.here()
    synced(vehicle, centre)
    assert "behind_device" in centre.incidents()


def test_data_that_was_loaded_since_is_named_and_not_taken_back_to_an_older_version(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    synced(vehicle, centre)
    source = centre.backup()
    policy = shipped_trial_data().policy.decode()
    newer = policy + "\n# loaded after the back-up\n"
    load_text(centre.server.centre, "policy", newer)
    synced(vehicle, centre)
    centre.restored(source)
    synced(vehicle, centre)
    synced(vehicle, centre)
    assert current_dataset(session.store.db, "policy").content.decode() == newer
    assert "data_forgotten" in centre.incidents()
    load_text(centre.server.centre, "policy", policy)
    synced(vehicle, centre)
    assert current_dataset(session.store.db, "policy").content.decode() == policy


def test_a_period_leaves_a_device_once_a_back_up_holds_it_and_not_before(
    centre: Centre, vehicle: EnrolledDevice
) -> None:
    session = vehicle.unlock("TEL-1")
    work(session)
    close_shift(session)
    session = vehicle.unlock("SUP-1")
    begin_period(session)
    records = tuple(sorted(one.record for one in held_records(session.store.db)))
    with session.act() as act:
        for record in records:
            act.persons.erase(record)
        act.append(
            PersonErased(persons=records, basis="retention", rule="request_person", case=None, approver=None),
            sign=True,
        )
    centre.server.clock.pass_time(timedelta(days=181))
    sync(session)
    centre.server.settle()
    sync(session)
    with pytest.raises(KnownError) as caught:
        drop_period(session)
    assert caught.value.code == "journal.not_safe"
    centre.backup(off_machine=False)
    sync(vehicle.unlock("SUP-1"))
    with pytest.raises(KnownError):
        drop_period(vehicle.unlock("SUP-1"))
    source = centre.backup()
    session = vehicle.unlock("SUP-1")
    sync(session)
    gone = drop_period(session)
    assert first_kept(session.store.db) == gone.last + 1
    assert verify(session.store).clean
    session = vehicle.unlock("TEL-1")
    assert sync(session).waiting == 0
    assert vehicle.at_centre()[gone.last :] == vehicle.here()
    centre.restored(source)
    vehicle.server = centre.server
    assert sync(session).error is None
    assert vehicle.at_centre()[gone.last :] == vehicle.here()
    assert verify(session.store).clean
    assert not incident_stands(session.store.db)


def test_a_centre_that_forgot_a_fork_hears_of_it_at_the_first_contact(
    centre: Centre, vehicle: EnrolledDevice, tmp_path: Path
) -> None:
    session = vehicle.unlock("TEL-1")
    work(session)
    synced(vehicle, centre)
    source = centre.backup()
    shutil.copytree(vehicle.root, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
    copy = EnrolledDevice(tmp_path / "copy", centre.server, vehicle.secrets)
    other, code = copy.unlock("TEL-1"), session.store.device_signer.by
    work(session)
    synced(vehicle, centre)
    work(other)
    forked = sync(other)
    assert forked.error is not None
    assert retired_at(centre, code) == [True]
    centre.restored(source)
    assert retired_at(centre, code) == [False]
    copy.server = vehicle.server = centre.server
    with rounds(other) as one:
        beat(one.place, one.client)
    assert retired_at(centre, code) == [True]
    assert {"fork", "series_retired"} <= set(centre.incidents())
    sync(session)
    assert [one.retired for one in books(session.store.db)] == [True]
    with centre.server.centre.storage.write() as db:
        grant_book(centre.server.centre, db, code)
    for _ in range(2):
        sync(other)
        sync(session)
    assert retired_at(centre, code) == [True, False], "what a person granted since stays"
    copy.close()
