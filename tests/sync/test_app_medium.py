"""The running kiosk tends the second medium beside the sync, and home and queue say when it takes nothing."""

from pathlib import Path
from threading import Event

from kiosk.app_sync import Syncing
from tests.acts import begin, finish, in_drawer, tally
from tests.sync.enrolled import EnrolledDevice
from tests.sync.media import Card, state_of


def test_a_card_that_is_out_calls_for_attention_until_it_is_back(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session = device.unlock("TEL-1")
    card, away = Card(tmp_path / "card"), tmp_path / "away"
    card.put_in(session)
    begin(session)
    tally(session)
    finish(session, in_drawer(session))
    card.root.rename(away)
    changed, bugs = Event(), list[Exception]()
    syncing = Syncing(changed.set, bugs.append)
    syncing.begin(session)
    try:
        while "medium" not in [one.kind for one in syncing.attention(session)]:
            assert changed.wait(20)
            changed.clear()
        away.rename(card.root)
        syncing.waits(1_000)
        while "medium" in [one.kind for one in syncing.attention(session)]:
            assert changed.wait(20)
            changed.clear()
    finally:
        syncing.end()
    assert bugs == []
    assert card.manifest(session).last == state_of(session).through
