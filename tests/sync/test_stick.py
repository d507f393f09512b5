"""What the centre writes onto a stick does what the line does, once, and on that device alone."""

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.orders import give_order, given_orders
from central.reference_data import load_text
from central.usb import import_sticks
from central.usb_out import export_stick
from kiosk.core.errors import KnownError
from kiosk.core.wire.order import FREEZE, LOGS
from kiosk.core.wire.stick import PART_BYTES, stick_folder
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.store.datasets import current_dataset
from kiosk.store.debts.read import check_debts, data_version
from kiosk.store.incidents import standing_incidents
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.sync_state import confirmed_at, kept_anchor, last_contact, manifest_digest, quarantined
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.place import Place
from kiosk.sync.stick_take import Brought, take_stick
from kiosk.trial_data import shipped_trial_data
from tests.acts import begin, collection, pay_debt
from tests.central.server import TestServer
from tests.sync.enrolled import EnrolledDevice, add_centre_debts, sync
from tests.sync.test_downlink import owed

POLICY = shipped_trial_data().policy.decode()


def code_of(session: Session) -> str:
    return session.store.device_signer.by


def write(device: EnrolledDevice, session: Session, root: Path) -> Path:
    """Let the centre write a stick for this device."""
    root.mkdir(exist_ok=True)
    return export_stick(device.server.centre, code_of(session), root).path


def take(session: Session, root: Path, *, accept_smaller: bool = False) -> Brought:
    return take_stick(Place.of(session.store), root, accept_smaller=accept_smaller)


def kept(session: Session) -> list[object]:
    """All that the device keeps of the centre."""
    db = session.store.db.conn
    tables = ("snapshot_applied", "acknowledgement", "quarantined")
    rows: list[object] = [db.execute(f"SELECT * FROM {one} ORDER BY 1").fetchall() for one in tables]
    return [*rows, db.execute("SELECT count(*) FROM journal").fetchone()]


@pytest.fixture(autouse=True)
def policy_as_before(server: TestServer) -> Iterator[None]:
    yield
    load_text(server.centre, "policy", POLICY)


def at_work(device: EnrolledDevice) -> Session:
    opened = device.unlock("TEL-1")
    begin(opened)
    return opened


def test_both_directions_by_stick_do_what_the_line_does_and_the_line_finds_nothing_left(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session, stick, centre = at_work(device), tmp_path / "stick", device.server.centre
    stick.mkdir()
    db, before = session.store.db, owed(session)
    collect(session, collection(session), Offer(cash=150_00))
    pay_debt(session)
    anchor, contact, last = kept_anchor(db), last_contact(db), Place.of(session.store).seq()
    export_sealed(Source.of(Place.of(session.store)), stick)
    import_sticks(centre, stick)
    load_text(centre, "policy", POLICY + "\n# by stick\n")
    write(device, session, stick)

    brought = take(session, stick)
    assert brought.faults == []
    assert {"policy", "debts"} <= set(brought.applied)
    assert acknowledged_through(db) == brought.acknowledged == last
    assert [one.code for one in quarantined(db)] == ["apply.unknown_debt"]
    assert current_dataset(db, "policy").content.endswith(b"# by stick\n")
    assert owed(session) == before - 150_00
    check_debts(db)
    assert (kept_anchor(db), last_contact(db)) == (anchor, contact), "a stick is no clock and no contact"
    assert confirmed_at(db) == brought.made

    rows = kept(session)
    assert not take(session, stick).changed
    assert kept(session) == rows
    result = sync(session)
    assert (result.error, result.faults, result.applied, result.waiting) == (None, [], [], 0)
    assert kept(session)[0] == rows[0]
    assert kept(session)[2] == rows[2]
    write(device, session, stick)
    assert not {"policy", "debts"} & set(take(session, stick).applied)
    assert owed(session) == before - 150_00
    an_older_stick_changes_nothing(device, session, tmp_path / "old")


def an_older_stick_changes_nothing(device: EnrolledDevice, session: Session, old: Path) -> None:
    write(device, session, old)
    load_text(device.server.centre, "policy", POLICY + "\n# newer\n")
    pay_debt(session)
    sync(session)
    device.server.settle()
    assert sync(session).attention == 2
    rows, confirmed, digest = kept(session), confirmed_at(session.store.db), manifest_digest(session.store.db)
    brought = take(session, old)
    assert (brought.older, brought.changed, brought.faults) == (True, False, [])
    assert kept(session) == rows
    assert confirmed_at(session.store.db) == confirmed
    assert manifest_digest(session.store.db) == digest
    assert len(quarantined(session.store.db)) == 2


def test_whatever_was_cut_or_altered_is_refused_and_the_rest_comes_into_use(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session = device.unlock("TEL-1")
    load_text(device.server.centre, "policy", POLICY + "\n# torn\n")
    add_centre_debts(device.server)
    good = write(device, session, tmp_path / "good")
    faults = 0
    for n, path in enumerate(sorted(good.iterdir(), reverse=True)):
        bad, rows = tmp_path / f"bad-{n}", kept(session)
        shutil.copytree(tmp_path / "good", bad)
        found, data = bad.joinpath(good.name, path.name), path.read_bytes()
        found.write_bytes((data[: len(data) // 2], data[:-1] + bytes([data[-1] ^ 1]), b"")[n % 3])
        if path.name.startswith("letter"):
            with pytest.raises(KnownError) as caught:
                take(session, bad)
            assert caught.value.code == "stick.altered"
            assert kept(session) == rows
            continue
        if n % 4 == 3:
            found.unlink()
        said = [one.code for one in take(session, bad).faults]
        assert set(said) <= {"stick.altered", "stick.incomplete"}
        faults += len(said)
        check_debts(session.store.db)
    assert faults > 3
    brought = take(session, tmp_path / "good")
    assert brought.faults == []
    assert current_dataset(session.store.db, "policy").content.endswith(b"# torn\n")
    assert confirmed_at(session.store.db) == brought.made


def tells_nothing(folder: Path) -> None:
    """A lost stick shows for which device it is, and nothing else."""
    for path in folder.glob("*.sealed"):
        label, _, sealed = path.read_bytes().partition(b"\n")
        assert set(json.loads(label)) == {"device", "name", "stream", "v"}
        for secret in ("حسن", "DBT-7", "REV-9", "manifest", "policy"):
            assert secret.encode() not in sealed, path.name
        with pytest.raises((OSError, EOFError)):
            gzip.decompress(sealed)


def the_stick_of_another_device_is_refused_also_under_this_ones_name(
    device: EnrolledDevice, session: Session, other: Session, tmp_path: Path
) -> None:
    written = write(device, other, tmp_path / "others")
    rows = kept(session)
    with pytest.raises(KnownError) as caught:
        take(session, tmp_path / "others")
    assert caught.value.code == "stick.other_device"
    assert code_of(other) in caught.value.sentence("en")
    ours = stick_folder(code_of(session), session.store.unlocked.stream)
    written.rename(written.with_name(ours))
    with pytest.raises(KnownError) as caught:
        take(session, tmp_path / "others")
    assert caught.value.code == "stick.other_device"
    with pytest.raises(KnownError) as caught:
        take(session, tmp_path / "nowhere")
    assert caught.value.code == "export.missing"
    (tmp_path / "empty").mkdir()
    with pytest.raises(KnownError) as caught:
        take(session, tmp_path / "empty")
    assert caught.value.code == "stick.nothing"
    assert kept(session) == rows


def test_an_order_on_a_stick_works_once_and_a_great_loss_of_debts_waits_for_a_person(
    device: EnrolledDevice, copy: EnrolledDevice, tmp_path: Path
) -> None:
    session = at_work(device)
    sync(session)
    the_stick_of_another_device_is_refused_also_under_this_ones_name(
        device, session, copy.unlock("TEL-1"), tmp_path
    )
    centre, code = device.server.centre, code_of(session)
    give_order(centre, code, FREEZE)
    give_order(centre, code, LOGS)
    write(device, session, tmp_path / "stick")
    assert take(session, tmp_path / "stick").orders == 1
    assert [one.kind for one in standing_incidents(session.store.db)] == ["frozen"]
    assert take(session, tmp_path / "stick").orders == 0
    sync(session)
    assert [(one.kind, one.done is not None) for one in given_orders(centre, code)] == [
        ("freeze", True),
        ("logs", True),
    ]
    assert len(standing_incidents(session.store.db)) == 1

    add_centre_debts(device.server)
    write(device, session, tmp_path / "stick")
    db, version = session.store.db, data_version(session.store.db).version
    db.conn.execute("UPDATE snapshot_applied SET rows = 100000 WHERE dataset = 'debts'")
    held = take(session, tmp_path / "stick")
    assert [one.code for one in held.faults] == ["sync.debts_shrunk"]
    assert data_version(db).version == version
    assert take(session, tmp_path / "stick", accept_smaller=True).faults == []
    assert data_version(db).version > version


def test_a_stick_is_written_whole_over_the_one_before_and_a_lost_one_tells_nobody_who_owes(
    device: EnrolledDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = device.unlock("TEL-1")
    stick = tmp_path / "stick"
    folder = write(device, session, stick)
    before = {path.name for path in folder.iterdir()}
    tells_nothing(folder)
    load_text(device.server.centre, "policy", POLICY + "\n# whole\n")
    with monkeypatch.context() as patch:
        patch.setattr("central.usb_out._read_back", lambda _path: b"other")
        with pytest.raises(KnownError) as caught:
            write(device, session, stick)
    assert caught.value.code == "usb.not_read_back"
    assert before <= {path.name for path in folder.iterdir()}, "the letter before still finds its files"
    assert take(session, stick).faults == []
    (folder / "a letter of somebody.txt").write_text("x")
    write(device, session, stick)
    after = {path.name for path in folder.iterdir()}
    assert "a letter of somebody.txt" in after
    assert before - after, "what is no longer listed is gone"
    assert not any(one.startswith(".") for one in after)
    assert max(path.stat().st_size for path in folder.iterdir()) < PART_BYTES + 2048
    elsewhere = tmp_path / "linked" / folder.name
    elsewhere.parent.mkdir()
    elsewhere.symlink_to(tmp_path)
    with pytest.raises(KnownError) as caught:
        write(device, session, elsewhere.parent)
    assert caught.value.code == "central.cannot_write"
    for bad, code in ((tmp_path / "none", "usb.no_stick"), (stick, "central.unknown_device")):
        with pytest.raises(KnownError) as caught:
            export_stick(device.server.centre, "D99999999" if bad == stick else code_of(session), bad)
        assert caught.value.code == code
