"""Journal and centre that contradict each other: noted, told, and never papered over."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from central.schema import branch
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import Acknowledgement
from kiosk.core.wire.batch import unpack_batch
from kiosk.store.sync_state import acknowledged, incident_of, keep_acknowledgement, persons_through
from kiosk.sync.outcomes import Outcome
from kiosk.sync.place import Place
from kiosk.sync.uplink import settle
from tests.acts import ask, begin, pay_for
from tests.central.unguarded import unguarded
from tests.sync.enrolled import EnrolledDevice, rounds, sync


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


def ack_of(place: Place, through: int, epoch: int = 1, **changes: object) -> Acknowledgement:
    """What a centre says that holds this journal through an entry."""
    head = place.hash_at(through)
    assert head is not None
    made = Acknowledgement(
        device=place.me.device, stream=place.me.stream, stored_through=through, safe_through=0,
        head=head.hex(), epoch=epoch, server_time=datetime.now(UTC), nonce="ab" * 16, outcome="stored",
        fork_at=None,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def branch_of(device: EnrolledDevice, stream: str) -> tuple[list[bytes], int]:
    """The entries of the branch that the centre keeps, in the order in which they came; and its batches."""
    with device.server.centre.storage.read() as db:
        query = select(branch.c.batch).where(branch.c.stream == stream).order_by(branch.c.first)
        batches = [unpack_batch(data) for data in db.execute(query).scalars()]
    return [line.data for one in batches for line in one.lines], len(batches)


def missing_here(copy: EnrolledDevice, entries: list[bytes]) -> list[bytes]:
    """The entries of a copy that are neither in the centre's journal nor, in their order, at its branch."""
    here, stands = [data for data, _ in copy.here()], [data for data, _ in copy.at_centre()]
    shared = len(here) - len(entries)
    assert here[:shared] == stands[:shared]
    return [one for one, other in zip(here[shared:], entries, strict=True) if one != other]


@pytest.fixture
def forked(device: EnrolledDevice, tmp_path: Path) -> Iterator[EnrolledDevice]:
    """A copy of a device, each of which began a day of its own; the centre has heard the other one."""
    device.close()
    copy = EnrolledDevice(tmp_path / "copy", device.server, device.secrets)
    shutil.copytree(device.root, copy.root)
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    device.close()
    begin(copy.unlock("TEL-1"))
    yield copy
    copy.close()


def test_all_of_a_branch_drains_in_order_and_once(forked: EnrolledDevice) -> None:
    session = forked._open
    assert session is not None
    pay_for(session, ask(session))
    with rounds(session) as few:
        few.most = 2
        assert few.run().outcome is Outcome.REFUSED
        before = branch_of(forked, session.store.unlocked.stream)
        assert before[1] > 2
        assert missing_here(forked, before[0]) == []
        few.run()
        assert branch_of(forked, session.store.unlocked.stream) == before
        ask(session)
        few.run()
    assert missing_here(forked, branch_of(forked, session.store.unlocked.stream)[0]) == []


def test_a_centre_that_forgot_the_branch_is_sent_it_again(forked: EnrolledDevice) -> None:
    session = forked._open
    assert session is not None
    sync(session)
    storage = forked.server.centre.storage
    with unguarded(storage), storage.write() as db:
        db.execute(branch.delete().where(branch.c.stream == session.store.unlocked.stream))
    ask(session)
    sync(session)
    entries, _ = branch_of(forked, session.store.unlocked.stream)
    assert missing_here(forked, entries) == []


@pytest.mark.parametrize("knew", [True, False], ids=["as a branch", "as the journal"])
def test_a_centre_that_forgot_what_it_held_while_the_other_one_went_on_is_sent_it_again(
    forked: EnrolledDevice, device: EnrolledDevice, *, knew: bool
) -> None:
    session = forked._open
    assert session is not None
    if knew:
        sync(session)
    else:
        keep_acknowledgement(
            session.store.db, ack_of(Place.of(session.store), session.store.journal.state().seq), b"a"
        )
    forked.close()
    original = device.unlock("TEL-1")
    for _ in range(6):
        pay_for(original, ask(original))
    sync(original)
    device.close()
    storage = forked.server.centre.storage
    with unguarded(storage), storage.write() as db:
        db.execute(branch.delete().where(branch.c.stream == original.store.unlocked.stream))
    session = forked.unlock("TEL-1")
    ask(session)
    sync(session)
    entries, _ = branch_of(forked, session.store.unlocked.stream)
    assert missing_here(forked, entries) == []


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
    def test_within_an_epoch_they_only_rise(self, device: EnrolledDevice) -> None:
        place = Place.of(device.unlock("TEL-1").store)
        assert keep_acknowledgement(place.db, ack_of(place, 5), b"a")
        assert not keep_acknowledgement(place.db, ack_of(place, 4), b"b")
        kept = acknowledged(place.db)
        assert kept is not None
        assert kept.stored_through == 5

    def test_a_restored_centre_is_sent_the_rest_again(self, device: EnrolledDevice) -> None:
        session = device.unlock("TEL-1")
        sync(session)
        place = Place.of(session.store)
        assert keep_acknowledgement(place.db, ack_of(place, 4, epoch=2), b"b")
        kept = acknowledged(place.db)
        assert kept is not None
        assert kept.stored_through == 4
        assert persons_through(place.db) == 0
        assert not keep_acknowledgement(place.db, ack_of(place, 6, epoch=1), b"c")

    def test_a_head_that_is_not_ours_counts_for_nothing(self, device: EnrolledDevice) -> None:
        place = Place.of(device.unlock("TEL-1").store)
        with pytest.raises(KnownError) as caught:
            settle(place, ack_of(place, 5, head="cd" * 32), b"a")
        assert caught.value.code == "sync.fork"
        assert acknowledged(place.db) is None
