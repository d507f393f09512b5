"""While the database of the centre is away a device hears that the centre is busy, and keeps everything."""

from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.store.queries.queue import queue
from kiosk.sync.outcomes import Outcome
from tests.acts import ask, begin, collection, pay_for
from tests.central.postgres import Cluster
from tests.sync.enrolled import EnrolledDevice, sync


def test_a_device_waits_for_the_database_and_loses_nothing(device: EnrolledDevice, postgres: Cluster) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    assert sync(session).outcome is Outcome.DELIVERED
    pay_for(session, ask(session))
    collect(session, collection(session), Offer(cash=150_00))
    acknowledged, written = queue(session.store.db).acknowledged, session.store.journal.state().seq
    with postgres.away(str(device.server.centre.storage.where)):
        away = sync(session)
        assert away.outcome is Outcome.BUSY
        assert away.error is not None
        assert away.error.sentence("ar")
        assert away.error.params["retry_after"]
        assert away.waiting == written - acknowledged
    assert sync(session).outcome is Outcome.DELIVERED
    assert device.at_centre() == device.here()
    assert queue(session.store.db).waiting == 0
