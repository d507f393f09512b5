"""One central server for the tests of this folder, and new devices at it; a few tests start their own."""

from collections.abc import Callable, Iterator

import pytest
import requests

from central.check import check_all
from kiosk.core.wire import enrolment
from tests.central.books import Books, books_in
from tests.central.device import Device
from tests.central.s3 import FaultyStore, S3Server, s3_server
from tests.central.server import TestServer, running


@pytest.fixture(autouse=True)
def cheap_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One-time numbers that cost nothing to derive a key from; tests/core/wire holds the real cost."""
    monkeypatch.setitem(enrolment.SCRYPT, "n", 2)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    """The centre, once on each database."""
    on_postgres = request.param == "postgresql"
    database = request.getfixturevalue("postgres").new_database() if on_postgres else None
    with running(tmp_path_factory.mktemp("central"), database=database) as started:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(enrolment.SCRYPT, "n", 2)
            started.add_people()
        started.add_data()
        yield started


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """A centre without a server, once on each database; all of it is checked from zero at the end."""
    on_postgres = request.param == "postgresql"
    database = request.getfixturevalue("postgres").new_database() if on_postgres else None
    with books_in(tmp_path_factory.mktemp("books"), database) as made:
        yield made
        assert check_all(made.centre).disagreements == []


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    """A real S3 server over TLS."""
    with s3_server(tmp_path_factory.mktemp("s3")) as started:
        yield started


@pytest.fixture(scope="session")
def faulty() -> Iterator[FaultyStore]:
    """A store of scans that fails as it is told."""
    store = FaultyStore()
    yield store
    store.close()


@pytest.fixture
def http(server: TestServer) -> Iterator[requests.Session]:
    with server.session() as session:
        yield session


@pytest.fixture
def new_device(server: TestServer, http: requests.Session) -> Callable[[], Device]:
    """Makes devices that are not enrolled yet."""
    return lambda: Device(server, http)


@pytest.fixture
def device(new_device: Callable[[], Device]) -> Device:
    """A device that is enrolled, with an open shift."""
    return new_device().enrol().begin()
