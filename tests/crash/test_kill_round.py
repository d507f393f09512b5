"""kill -9 at every step of a round of sync: after the next one the centre has every entry, once."""

from collections.abc import Iterator

import pytest

from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.store.queries.queue import queue
from kiosk.store.verify import verify
from tests.acts import ask, begin, collection, hand, in_drawer, pay_for
from tests.central.server import TestServer
from tests.crash.conftest import Asked
from tests.sync.conftest import cheap_numbers, device, server
from tests.sync.enrolled import EnrolledDevice, load_centre_debts, sync
from tests.sync.test_cut import money_once

__all__ = ["cheap_numbers", "device", "server"]

ENOUGH = 10_000_00
"""Piastres in the drawer at which they are handed over: a ceiling is not what is tried here."""


@pytest.fixture(scope="module")
def dying() -> Iterator[Asked]:
    process = Asked("tests.crash.round_steps")
    yield process
    process.close()


def killed_at(device: EnrolledDevice, server: TestServer, dying: Asked, die_at: int) -> bool:
    """Work, kill the round after it at a step, do another round, and compare both sides byte for byte."""
    session = device.unlock("TEL-1")
    if in_drawer(session) > ENOUGH:
        hand(session, in_drawer(session))
    pay_for(session, ask(session))
    collect(session, collection(session), Offer(cash=150_00))
    device.close()
    load_centre_debts(server, count=3 + die_at % 2)  # so that something comes down as well
    said = dying(root=str(device.root), secret=device.secrets["TEL-1"], die_at=die_at)
    session = device.unlock("TEL-1")
    result = sync(session)
    assert result.error is None
    assert queue(session.store.db).waiting == 0
    assert device.at_centre() == device.here()
    return bool(said["killed"])


def kill_everywhere(device: EnrolledDevice, server: TestServer, dying: Asked, stride: int) -> None:
    begin(device.unlock("TEL-1"))
    kills = 0
    for die_at in range(1, 10_000, stride):
        if not killed_at(device, server, dying, die_at):
            break
        kills += 1
    assert kills >= 6
    session = device.unlock("TEL-1")
    assert verify(session.store).clean
    money_once(device, session)


def test_killed_at_steps_of_a_round_everything_arrives_once(
    device: EnrolledDevice, server: TestServer, dying: Asked
) -> None:
    kill_everywhere(device, server, dying, stride=37)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_at_any_step_of_a_round_everything_arrives_once(
    device: EnrolledDevice, server: TestServer, dying: Asked
) -> None:
    kill_everywhere(device, server, dying, stride=1)
