"""What a stopped or cut export left on a stick the centre takes; a stopped take goes on later."""

from pathlib import Path

import pytest

from central.reference_data import load_text
from central.usb import import_sticks
from central.usb_out import export_stick
from kiosk.core.errors import KnownError
from kiosk.core.wire.export_manifest import MANIFEST, folder_name
from kiosk.core.wire.manifest import MAX_MANIFEST_BYTES, open_manifest
from kiosk.desk.session import Session
from kiosk.store.queries.queue import acknowledged_through, queue, taken_out
from kiosk.sync.downlink import apply
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.place import Place, now
from kiosk.sync.stick_give import give_stick
from kiosk.sync.stick_plan import plan_export
from kiosk.sync.stick_source import StickSource
from kiosk.sync.stick_take import take_stick
from kiosk.trial_data import shipped_trial_data
from tests.acts import begin, pay_debt
from tests.sync.enrolled import EnrolledDevice


class Told:
    """Keeps what progress said, and stops or fails when it has said it so often."""

    def __init__(self, stop_after: int = 99, fail_after: int = 99) -> None:
        self.said: list[tuple[int, int]] = []
        self._stop_after, self._fail_after = stop_after, fail_after

    def __call__(self, done: int, of: int) -> None:
        self.said.append((done, of))
        if len(self.said) == self._fail_after:
            raise OSError("pulled out")

    def stop(self) -> bool:
        return len(self.said) >= self._stop_after


def give(session: Session, stick: Path, told: Told) -> tuple[int, int]:
    place = Place.of(session.store)
    done = give_stick(
        place, session.staff, session.roles, stick, progress=told, scanning=told, stop=told.stop
    ).manifest
    assert done is not None
    return done.first, done.last


def test_what_is_stopped_or_cut_is_taken_by_the_centre_as_far_as_it_came(
    device: EnrolledDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.export.MAX_ENTRIES", 5)
    session, stick = device.unlock("TEL-1"), tmp_path / "stick"
    stick.mkdir()
    begin(session)
    pay_debt(session)
    db = session.store.db
    plan = plan_export(db)
    assert plan is not None
    assert (plan.first, plan.last) == (1, Place.of(session.store).seq())
    assert plan.size > queue(db).bytes
    assert taken_out(db) is None

    whole = give(session, stick, Told())
    assert whole == (plan.first, plan.last)
    out = taken_out(db)
    assert out is not None
    assert out.through == plan.last
    folder = stick.joinpath(
        folder_name(session.store.device_signer.by, session.store.unlocked.stream, export=True)
    )
    with pytest.raises(OSError, match="pulled out"):
        give(session, stick, Told(fail_after=2))
    assert not folder.joinpath(MANIFEST).exists(), "the list before would call new files altered"
    cut = import_sticks(device.server.centre, stick)[0]
    assert [one.code for one in cut.faults] == ["usb.manifest_unreadable"]
    assert cut.last == plan.last

    told = Told(stop_after=1)
    assert give(session, stick, told) == (1, 5)
    assert len([one for one in told.said if one[0] == 5]) >= 1
    stopped = import_sticks(device.server.centre, stick)[0]
    assert (stopped.manifest, stopped.last, stopped.faults) == (True, 5, [])
    take_stick(Place.of(session.store), stick)
    assert acknowledged_through(db) == plan.last
    assert taken_out(db) is None, "what the centre has confirmed is not on its way"


def test_a_take_that_is_stopped_keeps_what_came_and_goes_on_later(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session, stick = device.unlock("TEL-1"), tmp_path / "stick"
    stick.mkdir()
    policy = shipped_trial_data().policy.decode()
    load_text(device.server.centre, "policy", policy + "\n# stopped\n")
    export_stick(device.server.centre, session.store.device_signer.by, stick)
    told, place = Told(stop_after=4), Place.of(session.store)
    with pytest.raises(KnownError) as caught:
        take_stick(place, stick, reading=told, stop=told.stop)
    assert caught.value.code == "stick.stopped"
    assert told.said[0][0] == 0
    assert len({of for _, of in told.said}) == 1
    told = Told()
    assert take_stick(place, stick, reading=told).faults == []
    assert told.said[-1][0] < told.said[-1][1]
    assert not take_stick(place, stick).changed

    source = StickSource(place.me, stick)
    signed = source.whole("manifest", MAX_MANIFEST_BYTES)
    assert signed is not None
    manifest = open_manifest(signed, place.me.authority, device=place.me.device, now=now())
    entries = place.seq()
    for ref in manifest.datasets:
        if ref.name in ("policy", "books"):
            apply(place, ref, source.file(ref))
    assert place.seq() == entries, "the line brought the same version meanwhile: it is not applied twice"
    load_text(device.server.centre, "policy", policy)


def test_nothing_is_written_when_nothing_waits_or_without_the_right(
    copy: EnrolledDevice, tmp_path: Path
) -> None:
    session = copy.unlock("TEL-1")
    place = Place.of(session.store)
    with pytest.raises(KnownError) as caught:
        give_stick(place, "INS-1", (), tmp_path, progress=Told(), scanning=Told(), stop=lambda: False)
    assert caught.value.code == "roles.no_right"
    with pytest.raises(KnownError) as caught:
        export_sealed(Source.of(place), tmp_path, place.seq() + 1)
    assert caught.value.code == "export.nothing"
    assert list(tmp_path.glob("D*")) == []
