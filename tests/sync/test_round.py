"""A device takes requests and money without a line, and a round brings the centre every byte of it."""

from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.store.queries.queue import queue
from kiosk.store.verify import verify
from kiosk.sync.outcomes import Outcome
from tests.acts import ask, begin, collection, pay_for
from tests.sync.enrolled import EnrolledDevice, sync


def test_a_day_of_work_reaches_the_centre_byte_for_byte(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    collect(session, collection(session), Offer(cash=150_00))
    result = sync(session)
    assert result.error is None
    assert result.outcome is Outcome.DELIVERED
    assert result.waiting == 0
    assert device.at_centre() == device.here()
    assert queue(session.store.db).waiting == 0
    assert verify(session.store).clean


def test_a_second_round_has_nothing_to_send(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    collect(session, collection(session), Offer(cash=150_00))
    sync(session)
    device.server.settle()
    sync(session)
    device.server.settle()
    again = sync(session)
    assert (again.outcome, again.batches, again.applied) == (Outcome.NOTHING_TO_SEND, 0, [])
