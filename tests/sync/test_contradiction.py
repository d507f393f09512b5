"""Journal and centre that contradict each other: noted, told, and never papered over."""

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.store.sync_state import acknowledged, incident_of, keep_acknowledgement, persons_through
from kiosk.sync.outcomes import Outcome
from kiosk.sync.place import Place
from kiosk.sync.uplink import settle
from tests.acts import ask, begin, pay_for
from tests.sync.enrolled import EnrolledDevice, sync


def test_a_copy_of_a_device_that_went_its_own_way_is_a_fork(device: EnrolledDevice, tmp_path: Path) -> None:
    device.close()
    copy = EnrolledDevice(tmp_path / "copy", device.server, device.secrets)
    shutil.copytree(device.root, copy.root)
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    device.close()
    session = copy.unlock("TEL-1")
    begin(session)
    result = sync(session)
    assert result.error is not None
    assert (result.outcome, result.error.code) == (Outcome.REFUSED, "sync.fork")
    assert incident_of(session.store.db) is not None
    assert result.attention == 1
    again = sync(session)
    assert again.error is not None
    assert (again.error.code, again.batches) == ("sync.fork", 0)
    copy.close()


def test_a_device_put_back_to_an_older_disk_finds_out(device: EnrolledDevice, tmp_path: Path) -> None:
    session = device.unlock("TEL-1")
    sync(session)
    device.close()
    older = EnrolledDevice(tmp_path / "older", device.server, device.secrets)
    shutil.copytree(device.root, older.root)
    session = device.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    sync(session)
    device.close()
    result = sync(older.unlock("TEL-1"))
    assert result.error is not None
    assert result.error.code in ("sync.fork", "sync.ahead")
    older.close()


class TestAcknowledgements:
    def ack(self, place: Place, through: int, epoch: int = 1, **changes: object) -> Acknowledgement:
        head = place.hash_at(through)
        assert head is not None
        made = Acknowledgement(
            device=place.me.device, stream=place.me.stream, stored_through=through, safe_through=0,
            head=head.hex(), epoch=epoch, server_time=datetime.now(UTC), nonce="ab" * 16, outcome="stored",
            fork_at=None,
        )  # fmt: skip
        return replace(made, **changes)  # type: ignore[arg-type]

    def test_within_an_epoch_they_only_rise(self, device: EnrolledDevice) -> None:
        place = Place.of(device.unlock("TEL-1").store)
        assert keep_acknowledgement(place.db, self.ack(place, 5), b"a")
        assert not keep_acknowledgement(place.db, self.ack(place, 4), b"b")
        kept = acknowledged(place.db)
        assert kept is not None
        assert kept.stored_through == 5

    def test_a_restored_centre_is_sent_the_rest_again(self, device: EnrolledDevice) -> None:
        session = device.unlock("TEL-1")
        sync(session)
        place = Place.of(session.store)
        assert keep_acknowledgement(place.db, self.ack(place, 4, epoch=2), b"b")
        kept = acknowledged(place.db)
        assert kept is not None
        assert kept.stored_through == 4
        assert persons_through(place.db) <= 4
        assert not keep_acknowledgement(place.db, self.ack(place, 6, epoch=1), b"c")

    def test_a_head_that_is_not_ours_counts_for_nothing(self, device: EnrolledDevice) -> None:
        place = Place.of(device.unlock("TEL-1").store)
        with pytest.raises(KnownError) as caught:
            settle(place, self.ack(place, 5, head="cd" * 32), b"a")
        assert caught.value.code == "sync.fork"
        assert acknowledged(place.db) is None
