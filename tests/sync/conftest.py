"""One central server for the tests of sync, and devices enrolled at it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.core.wire import enrolment
from tests.central.server import TestServer, running
from tests.sync.enrolled import EnrolledDevice, load_centre_debts, make_enrolled


@pytest.fixture(autouse=True)
def cheap_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """One-time numbers that cost nothing to derive a key from; tests/core/wire holds the real cost."""
    monkeypatch.setitem(enrolment.SCRYPT, "n", 2)


ON_BOTH = {
    "test_round": "",
    "test_downlink": "",
    "test_renewal": "test_at_two_thirds",
    "test_contradiction": "",
    "test_standing": "",
    "test_cut": "test_a_batch_cut_at_many_offsets",
}
"""Modules whose tests (those that begin like this) run with a centre on SQLite and one on PostgreSQL; the
others, with one on SQLite. What they share of the centre is proved on both by tests/central.
"""


ON_POSTGRES = ("test_database_away",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server" not in metafunc.fixturenames:
        return
    module = metafunc.module.__name__.rpartition(".")[2]
    begins = ON_BOTH.get(module)
    both = begins is not None and metafunc.function.__name__.startswith(begins)
    databases = ["postgresql"] if module in ON_POSTGRES else ["sqlite", "postgresql"] if both else ["sqlite"]
    metafunc.parametrize("server", databases, indirect=True, scope="session")


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    on_postgres = getattr(request, "param", "sqlite") == "postgresql"
    database = request.getfixturevalue("postgres").new_database() if on_postgres else None
    with running(tmp_path_factory.mktemp("central"), database=database) as started:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(enrolment.SCRYPT, "n", 2)
            started.add_people()
        started.add_data()
        load_centre_debts(started)
        yield started


@pytest.fixture
def device(server: TestServer, tmp_path: Path) -> Iterator[EnrolledDevice]:
    """A device of one's own with a supervisor and a teller."""
    made = make_enrolled(tmp_path / "device", server)
    made.add("TEL-1", "teller")
    yield made
    made.close()


@pytest.fixture(scope="session")
def enrolled_once(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> EnrolledDevice:
    """A device enrolled once in a process, to be copied by tests that send nothing: they share its code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        made = make_enrolled(tmp_path_factory.mktemp("once") / "device", server)
        made.add("TEL-1", "teller")
    made.close()
    return made


@pytest.fixture
def copy(enrolled_once: EnrolledDevice, tmp_path: Path) -> Iterator[EnrolledDevice]:
    """A copy of that device."""
    shutil.copytree(enrolled_once.root, tmp_path / "copy")
    made = EnrolledDevice(tmp_path / "copy", enrolled_once.server, dict(enrolled_once.secrets))
    yield made
    made.close()
