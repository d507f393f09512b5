"""A standby takes over that was behind: devices give back what was lost, and what was safe was not lost."""

import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from central.apply import apply_all
from central.restore import begin_epoch
from central.safe import look, name_standby
from central.schema import incident, payment
from kiosk.link.transport import Timeouts
from kiosk.store.incidents import incident_stands
from kiosk.store.sync_state import acknowledged
from tests.acts import ask, begin, pay_for
from tests.central.postgres import Cluster, cluster
from tests.central.server import TestServer, running
from tests.central.standby import NAME, standby_of
from tests.sync.enrolled import load_centre_debts, make_enrolled, sync
from tools.steady_port import steady_port

BY = "SUP-1"
LOOKS, MARKS = 2000, 3


@pytest.fixture
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """A PostgreSQL and its standby, which does not make commits wait."""
    with cluster() as primary, standby_of(primary) as standby:
        yield primary, standby


def all_safe(server: TestServer) -> None:
    """Look until the standby has all, and also that it was noted: by the third mark that it has reached."""
    seen = set[datetime]()
    for _ in range(LOOKS):
        found = look(server.centre).sources[0].proved
        seen |= {found} if found is not None else set()
        if len(seen) == MARKS:
            return
    raise AssertionError("the standby does not follow")


def counted(server: TestServer) -> int:
    apply_all(server.centre)
    with server.centre.storage.read() as db:
        return int(db.execute(select(func.count()).select_from(payment)).scalar_one())


def test_a_standby_that_was_behind_takes_over_and_the_device_gives_back_the_rest(
    pair: tuple[Cluster, Cluster], tmp_path: Path
) -> None:
    (primary, standby), port, root = pair, steady_port(), tmp_path / "centre"
    address = primary.new_database()
    with running(root, port=port, database=address) as server:
        server.add_people()
        server.add_data()
        load_centre_debts(server)
        device = make_enrolled(tmp_path / "device", server)
        device.add("TEL-1", "teller")
        session = device.unlock("TEL-1")
        begin(session)
        assert sync(session, timeouts=Timeouts()).waiting == 0
        name_standby(server.centre, NAME, by=BY, off_machine=True)
        seq = len(device.here())
        all_safe(server)
        standby.stop()
        pay_for(session, ask(session))
        assert sync(session, timeouts=Timeouts()).waiting == 0
        told = acknowledged(session.store.db)
        assert told is not None
        assert told.safe_through == seq < told.stored_through
    primary.stop(signal.SIGQUIT)
    standby.start()
    standby.execute("SELECT pg_promote()")
    taken_over = address.replace(str(primary.root), str(standby.root))
    with running(root, port=port, database=taken_over) as server:
        device.server = server
        assert len(device.at_centre()) == told.safe_through
        epoch = begin_epoch(server.centre)
        result = sync(session, timeouts=Timeouts())
        assert (result.error, result.faults, result.waiting) == (None, [], 0)
        assert not incident_stands(session.store.db)
        assert device.at_centre() == device.here()
        kept = acknowledged(session.store.db)
        assert kept is not None
        assert (kept.epoch, kept.safe_through) == (epoch, told.safe_through)
        assert counted(server) == 1
        with server.centre.storage.read() as db:
            assert not {"fork", "behind_device"} & set(db.execute(select(incident.c.kind)).scalars())
        assert [one.problem for one in look(server.centre).sources] == ["safe.changed"]
        pay_for(session, ask(session))
        assert sync(session, timeouts=Timeouts()).waiting == 0
        assert counted(server) == 2
        device.close()
