"""A machine dies with unsent money on it: its card brings all of it to the centre, once, and work goes on."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from central.__main__ import central
from central.commands.base import run as run_central
from central.open_shifts import open_shifts
from central.persons import read_person
from central.schema import device as device_table
from central.schema import incident, journal, payment, quarantine, receipt
from central.usb import Imported, import_sticks
from kiosk.core.errors import KnownError
from kiosk.core.wire.export_manifest import ACKNOWLEDGEMENT, MANIFEST, sign_manifest
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.store.queries.queue import queue
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.place import Place
from kiosk.sync.recovery import carry, look_at
from kiosk.sync.stick_answer import take_answer
from tests.acts import ask, begin, collection, in_drawer, pay_for
from tests.auditor.audited import audit
from tests.central.server import TestServer
from tests.conftest import CommandLine
from tests.sync.enrolled import EnrolledDevice, make_enrolled, sync
from tests.sync.media import Card, look


def at_centre(server: TestServer, stream: str) -> dict[str, int]:
    """How much of a stream the centre holds: entries, payments, their piastres, receipts."""
    with server.centre.storage.read() as db:
        return {
            "entries": db.execute(
                select(func.count()).select_from(journal).where(journal.c.stream == stream)
            ).scalar_one(),
            "payments": db.execute(
                select(func.count()).select_from(payment).where(payment.c.stream == stream)
            ).scalar_one(),
            "piastres": db.execute(
                select(func.coalesce(func.sum(payment.c.total), 0)).where(payment.c.stream == stream)
            ).scalar_one(),
            "receipts": db.execute(
                select(func.count()).select_from(receipt).where(receipt.c.stream == stream)
            ).scalar_one(),
        }


def export_of(session: Session, root: Path, first: int | None = None) -> Source:
    source = Source.of(Place.of(session.store))
    root.mkdir(exist_ok=True)
    export_sealed(source, root, first)
    return source


def only(done: list[Imported]) -> Imported:
    assert len(done) == 1
    return done[0]


def test_a_dead_machine_loses_nothing_and_counts_nothing_twice(
    device: EnrolledDevice, server: TestServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def centre(*words: str) -> Any:
        capsys.readouterr()
        root = str(server.centre.folder.root)
        assert run_central(central, [*words, "--folder", root, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    session = device.unlock("TEL-1")
    card, stream, code = Card(tmp_path / "card"), session.store.unlocked.stream, device_code(session)
    card.put_in(session)
    begin(session)
    pay_for(session, ask(session))
    sync(session)
    for _ in range(2):
        collect(session, collection(session), Offer(cash=150_00))
        look(session)
    expected, here = in_drawer(session), device.here()
    paid = sum(row[0] for row in session.store.db.conn.execute("SELECT total FROM payment"))
    persons = [row[0] for row in session.store.db.conn.execute("SELECT id FROM person")]
    device.close()
    shutil.rmtree(device.root)

    done = only(import_sticks(server.centre, card.root))
    assert done.faults == []
    assert done.acknowledgement is not None
    assert done.acknowledgement.stored_through == done.last
    known = at_centre(server, stream)
    assert known == {"entries": len(here) - 1, "payments": 3, "piastres": paid, "receipts": 3}
    for record in persons:
        assert read_person(server.centre, record)[0]
    again = centre("usb", "import", str(card.root))["folders"]
    assert [set(one["outcomes"]) for one in again] == [{"repeat"}]
    assert at_centre(server, stream) == known

    with server.centre.storage.read() as db:
        left = next(one for one in open_shifts(db) if one.device == code)
        held = (quarantine.c.stream == stream) & (quarantine.c.debts == 1)
        assert db.execute(select(quarantine.c.code).where(held)).all() == []
        assert db.execute(select(incident.c.kind).where(incident.c.stream == stream)).all() == []
    assert (left.staff, left.expected, left.receipts) == ("TEL-1", expected, 3)
    assert [one["expected"] for one in centre("shifts")["shifts"] if one["device"] == code] == [expected]
    retired = centre("device", "retire", code)
    assert [one["expected"] for one in retired["shifts"]] == [expected]
    with server.centre.storage.read() as db:
        state = db.execute(select(device_table.c.state).where(device_table.c.code == code)).scalar_one()
    assert state == "retired"

    fresh = make_enrolled(tmp_path / "fresh", server)
    fresh.add("TEL-1", "teller")
    session = fresh.unlock("TEL-1")
    assert device_code(session) != code
    begin(session)
    number = pay_for(session, ask(session)).number
    assert number.startswith(device_code(session)), "a series of its own"
    sync(session)
    assert fresh.at_centre() == fresh.here()
    fresh.close()


def device_code(session: Session) -> str:
    return session.store.unlocked.device or ""


def test_the_answer_travels_back_on_the_stick_and_counts_as_delivered(
    device: EnrolledDevice, server: TestServer, tmp_path: Path
) -> None:
    session, stick = device.unlock("TEL-1"), tmp_path / "stick"
    begin(session)
    collect(session, collection(session), Offer(cash=150_00))
    source = export_of(session, stick)
    assert queue(session.store.db).acknowledged == 0, "an export is not an upload"
    with pytest.raises(KnownError, match=r"export\.no_acknowledgement"):
        take_answer(Place.of(session.store), stick)
    done = only(import_sticks(server.centre, stick))
    answer = done.path / ACKNOWLEDGEMENT
    genuine = answer.read_bytes()
    answer.write_bytes(genuine.replace(b'"stored_through":', b'"stored_through":1'))
    with pytest.raises(KnownError, match=r"signed\.bad_signature|wire\."):
        take_answer(Place.of(session.store), stick)
    answer.write_bytes(genuine)
    ack = take_answer(Place.of(session.store), stick)
    assert ack.stored_through == source.last()[0]
    assert queue(session.store.db).waiting == 0
    with pytest.raises(KnownError, match=r"export\.nothing"):
        export_of(session, stick)
    assert export_of(session, stick, 1).last()[0] == ack.stored_through


def test_what_is_damaged_on_a_stick_is_named_and_the_rest_is_taken(
    device: EnrolledDevice, server: TestServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.sync.export.MAX_ENTRIES", 5)
    session, stick = device.unlock("TEL-1"), tmp_path / "stick"
    begin(session)
    collect(session, collection(session), Offer(cash=150_00))
    source = export_of(session, stick)
    folder = look_at(stick)[0].path
    batches = sorted(folder.glob("batch-*.sealed"))
    damaged = batches[1]
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:])
    assert [one.code for one in look_at(stick)[0].faults] == ["export.file_altered"]
    done = only(import_sticks(server.centre, stick))
    assert [one.code for one in done.faults] == ["export.file_altered"]
    assert done.outcomes == ["stored", *["gap"] * (len(batches) - 2)]
    forged = replace(look_at(stick)[0].manifest, device="D99999999")
    (folder / MANIFEST).write_bytes(sign_manifest(forged, session.store.unlocked.staff_key.private))
    done = only(import_sticks(server.centre, stick))
    assert [one.code for one in done.faults] == ["usb.manifest_unreadable", "sealed_batch.cannot_open"]
    damaged.write_bytes(whole)
    done = only(import_sticks(server.centre, stick))
    assert done.acknowledgement is not None
    assert done.acknowledgement.stored_through == source.last()[0]


def test_whatever_else_lies_on_a_stick_is_named_and_never_followed(
    server: TestServer, tmp_path: Path
) -> None:
    folder = tmp_path / "stick" / "D00000001-00000000"
    folder.mkdir(parents=True)
    (folder / "batch-0000000001-0000000002.sealed").symlink_to("/dev/zero")
    (folder / "batch-0000000003-0000000004.sealed").write_bytes(b"{}\n" + bytes(4 << 20))
    (folder / "batch-0000000005-0000000006.sealed").write_bytes(b"hello")
    (folder / "persons-0000000001-0000000002-00.json").write_bytes(b"[]")
    done = only(import_sticks(server.centre, folder.parent))
    assert [one.code for one in done.faults] == [
        "usb.manifest_unreadable",
        "file.missing",
        "wire.too_large",
        "sealed_batch.malformed",
        "signed.malformed",
    ]
    assert done.acknowledgement is None
    assert not (folder / ACKNOWLEDGEMENT).exists()
    with pytest.raises(KnownError, match=r"usb\.nothing"):
        import_sticks(server.centre, tmp_path / "nowhere")


def test_a_new_machine_carries_the_card_on_without_any_key(
    copy: EnrolledDevice, tmp_path: Path, command_line: CommandLine
) -> None:
    session = copy.unlock("TEL-1")
    card, other = Card(tmp_path / "card"), tmp_path / "other"
    through = card.put_in(session).through
    code = device_code(session)
    copy.close()
    other.mkdir()
    said = command_line("recover", str(card.root), "--to", str(other), "--json")
    assert said.code == 0
    assert [(one["device"], one["last"]) for one in said.json["found"]] == [(code, through)]
    carried = look_at(other)[0]
    assert (carried.manifest.last, carried.faults) == (through, [])
    for empty in (tmp_path / "nothing", other / "deeper"):
        assert command_line("recover", str(empty), "--json").code == 4
    (tmp_path / "nothing").mkdir()
    assert command_line("recover", str(tmp_path / "nothing"), "--json").code == 3
    assert carry(carried, tmp_path / "nothing").is_dir()


def test_the_disk_of_a_broken_machine_reaches_the_centre_by_the_recovery_key_alone(
    device: EnrolledDevice, server: TestServer, tmp_path: Path, command_line: CommandLine
) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    stream, here = session.store.unlocked.stream, device.here()
    device.close()
    disk, stick = tmp_path / "disk", tmp_path / "stick"
    device.root.rename(disk)
    stick.mkdir()
    key = server.carried / "recovery.pem"
    words = ("keys", "recover", "--recovery-key", str(key), "--to", str(stick))
    said = command_line(*words, "--folder", str(disk), "--json")
    assert said.code == 0, said.err
    done = only(import_sticks(server.centre, stick))
    assert done.faults == []
    assert at_centre(server, stream)["entries"] == len(here)
    said = command_line(*words, "--folder", str(disk), "--plain", "--json")
    verifier, _ = audit(Path(said.json["path"]).read_bytes())
    assert (verifier.findings, verifier.entries) == ([], len(here))


def test_a_stick_of_two_devices_is_taken_whole(
    device: EnrolledDevice, copy: EnrolledDevice, server: TestServer, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    for one in (device, copy):
        export_of(one.unlock("SUP-1"), stick)
    done = import_sticks(server.centre, stick)
    assert len({one.device for one in done}) == 2
    assert all(one.acknowledgement for one in done)
