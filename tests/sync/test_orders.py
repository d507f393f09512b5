"""Orders of the centre: carried out once, told in the journal, seen to be done; and what follows a lift."""

import pytest
from sqlalchemy import select

from central.device_logs import read_log
from central.incident_answers import write_order
from central.orders import give_order, given_orders
from central.schema import order_log
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.manifest import Manifest
from kiosk.core.wire.order import FREEZE, LOGS, REFRESH
from kiosk.desk.lifting import lift_by_order
from kiosk.desk.session import Session
from kiosk.link.centre import CentreClient
from kiosk.report_files import Reporting
from kiosk.store.incidents import incident_stands, standing_incidents
from kiosk.sync.outcomes import Outcome
from kiosk.sync.place import Place
from tests.acts import ask, begin, pay_for
from tests.sync.enrolled import EnrolledDevice, rounds, sync
from tests.sync.test_contradiction import forked

__all__ = ["forked"]


def code_of(session: Session) -> str:
    return session.store.device_signer.by


def done(device: EnrolledDevice, session: Session) -> list[tuple[str, bool]]:
    return [(one.kind, one.done is not None) for one in given_orders(device.server.centre, code_of(session))]


def types(session: Session) -> list[str]:
    return [parse_entry(one.data).type for one in session.store.journal.records()]


@pytest.fixture
def session(device: EnrolledDevice) -> Session:
    opened = device.unlock("TEL-1")
    sync(opened)
    return opened


def test_a_frozen_device_takes_no_new_money_and_drains_until_that_is_lifted(
    device: EnrolledDevice, session: Session
) -> None:
    begin(session)
    tracking = ask(session)
    give_order(device.server.centre, code_of(session), FREEZE)
    assert done(device, session) == [("freeze", False)]
    result = sync(session)
    assert (result.error, result.waiting) == (None, 0)
    assert done(device, session) == [("freeze", True)]
    assert [one.kind for one in standing_incidents(session.store.db)] == ["frozen"]
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "stop.incident"
    ask(session)
    assert sync(session).error is None
    write_order(device.server.centre, code_of(session), session.store.journal.state().seq)
    assert sync(session).error is None
    assert not incident_stands(session.store.db)
    pay_for(session, tracking)
    assert types(session).count("technical.order_done") == 2


def test_an_order_to_freeze_counts_from_a_stick_and_once(device: EnrolledDevice, session: Session) -> None:
    _, data = give_order(device.server.centre, code_of(session), FREEZE)
    assert lift_by_order(session, data).incidents == ()
    with pytest.raises(KnownError) as caught:
        lift_by_order(session, data)
    assert caught.value.code == "lift.order_done"
    sync(session)
    assert len(standing_incidents(session.store.db)) == 1


def test_a_refresh_asks_for_all_data_anew(
    device: EnrolledDevice, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = CentreClient.manifest

    def counted(client: CentreClient) -> Manifest:
        asked.append(1)
        return real(client)

    monkeypatch.setattr(CentreClient, "manifest", counted)
    sync(session)
    before = len(asked)
    give_order(device.server.centre, code_of(session), REFRESH)
    sync(session)
    assert len(asked) == before + 1
    assert done(device, session) == [("refresh", True)]


def test_logs_go_up_sealed_once_and_name_nobody(
    device: EnrolledDevice, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporting = Reporting(Place.of(session.store).root)
    reporting.open_log()
    reporting.note("sync", KnownError("sync.offline"), "حسن علي", 29_901_011_234_567)
    reporting.stop()
    give_order(device.server.centre, code_of(session), LOGS)
    with monkeypatch.context() as patch:
        patch.setattr(CentreClient, "log", _cut)
        assert sync(session).outcome is Outcome.TIMEOUT
    assert done(device, session) == [("logs", False)]
    assert sync(session).error is None
    assert done(device, session) == [("logs", True)]
    _, text = read_log(device.server.centre, code_of(session))
    assert "sync.offline" in text
    assert "2990" not in text
    assert "حسن" not in text
    with device.server.centre.storage.read() as db:
        sealed = db.execute(select(order_log.c.sealed)).scalars().all()
    assert all(b"sync.offline" not in one for one in sealed)
    with pytest.raises(KnownError) as caught:
        read_log(device.server.centre, "D99999999")
    assert caught.value.code == "central.unknown_device"


def _cut(_client: CentreClient, _sealed: bytes) -> None:
    raise KnownError("sync.timeout")


def test_an_order_is_seen_by_the_small_question_of_an_idle_device(
    device: EnrolledDevice, session: Session
) -> None:
    with rounds(session) as one:
        for _ in range(3):
            one.run()
        assert one.idle()
        give_order(device.server.centre, code_of(session), FREEZE)
        assert not one.idle()
        one.run()
        for _ in range(2):
            one.run()
        assert one.idle()


def test_once_a_contradiction_was_lifted_rounds_end_well_and_what_is_new_still_drains(
    forked: EnrolledDevice,
) -> None:
    session = forked._open
    assert session is not None
    assert sync(session).outcome is Outcome.REFUSED
    assert sync(session).outcome is Outcome.REFUSED
    write_order(forked.server.centre, code_of(session), session.store.journal.state().seq)
    sync(session)
    assert not incident_stands(session.store.db)
    ask(session)
    result = sync(session)
    assert (result.error, result.outcome) == (None, Outcome.DELIVERED)
    with rounds(session) as one:
        for _ in range(3):
            assert one.run().error is None
        assert one.idle()
    assert not incident_stands(session.store.db), "what was lifted is not noted again"
