"""A centre that was lost and put back from a back-up: devices give it back what it forgot, and nothing twice."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from central.apply import apply_all
from central.backup import make_backup
from central.books import grant_book
from central.folder import Folder
from central.people import revoke_staff
from central.restore import restore
from central.schema import book, device, incident, journal, staff, stream, tombstone
from central.storage import epoch_of
from central.tombstones import entomb
from kiosk.desk.session import Session
from kiosk.store.incidents import incident_stands
from kiosk.store.sync_state import acknowledged
from kiosk.sync.outcomes import Outcome
from tests.acts import ask, begin, pay_for
from tests.central.server import Clock, TestServer, running
from tests.sync.enrolled import EnrolledDevice, load_centre_debts, make_enrolled, new_person, sync
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
