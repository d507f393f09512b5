"""The commands make a centre from an empty folder, work beside the running server, and say what is wrong."""

import json
import re
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import insert

from central.__main__ import central
from central.centre import open_centre
from central.commands.base import CARRY_VARIABLE, run
from central.ingest import report
from central.keys import RECOVERY, ROOT
from central.schema import incident
from kiosk.core.wire.enrolment import read_slip
from kiosk.core.wire.pki import read_certificate
from kiosk.core.wire.times import utc_text
from tests.auditor.audited import audit, checks
from tests.central.device import Device
from tests.central.server import TestServer
from tests.documents.reading import QR_CODE
from tests.quality.commands import walk
from tests.quality.tree import ROOT as PROJECT

SAMPLE = PROJECT / "tests" / "data" / "debts_sample.csv"


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out or self.err)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    def call(*arguments: object) -> Said:
        capsys.readouterr()
        code = run(central, [str(one) for one in arguments])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


Command = Callable[..., Said]


@pytest.fixture
def folder(command: Command, tmp_path: Path) -> Path:
    """A centre made by commands: keys, a unit, a vehicle, a supervisor."""
    made = tmp_path / "centre"
    assert command("keys", "init", "--carry-away", tmp_path / "away", "--folder", made).code == 0
    for arguments in (
        ("unit", "add", "U-0101", "--name", "وحدة الزاوية"),
        ("vehicle", "add", "V-07", "--unit", "U-0101", "--name", "سيارة ٧"),
        ("staff", "add", "SUP-1", "--unit", "U-0101", "--role", "supervisor", "--until", "2030-12-31"),
    ):
        assert command(*arguments, "--folder", made).code == 0
    return made


def test_private_keys_are_for_their_owner_only_and_two_are_carried_away(folder: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    assert {path.name for path in away.iterdir()} == {ROOT, RECOVERY}
    for path in (*away.iterdir(), *(folder / "keys").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert not (folder / "keys" / ROOT).exists()
    assert not (folder / "keys" / RECOVERY).exists()


def test_keys_are_never_made_over_others(command: Command, folder: Path, tmp_path: Path) -> None:
    before = (folder / "keys" / "ack.pem").read_bytes()
    said = command("keys", "init", "--carry-away", tmp_path / "away2", "--folder", folder, "--json")
    assert (said.code, said.json["error"]["code"]) == (3, "keys.exist")
    said = command("keys", "init", "--carry-away", tmp_path / "away", "--folder", tmp_path / "b", "--json")
    assert (said.code, said.json["error"]["code"]) == (3, "keys.exist")
    assert (folder / "keys" / "ack.pem").read_bytes() == before


def test_the_carried_keys_take_a_passphrase(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CARRY_VARIABLE, "long words of two people")
    said = command("keys", "init", "--carry-away", tmp_path / "g", "--folder", tmp_path / "f", "--json")
    assert said.json["encrypted"] is True
    assert b"ENCRYPTED" in (tmp_path / "g" / ROOT).read_bytes()


def test_a_server_without_keys_says_how_to_make_them(command: Command, tmp_path: Path) -> None:
    said = command("run", "--folder", tmp_path / "none", "--english")
    assert said.code == 4
    assert "kiosk-central keys init" in said.err


def test_an_enrolment_is_prepared_with_number_address_and_a_code_that_scans(
    command: Command, folder: Path, tmp_path: Path
) -> None:
    picture = tmp_path / "slip.png"
    said = command(
        "enrol", "prepare", "--unit", "U-0101", "--vehicle", "V-07", "--address", "https://centre.example.eg:8443",
        "--qr", picture, "--folder", folder, "--json",
    )  # fmt: skip
    assert said.code == 0, said.err
    slip = read_slip(said.json["qr_text"])
    assert (slip.number, slip.code) == (said.json["number"], said.json["ca_code"])
    found = zxingcpp.read_barcodes(Image.open(picture), formats=QR_CODE)
    assert [one.text for one in found] == [slip.text]
    shown = command("enrol", "prepare", "--unit", "U-0101", "--folder", folder).out
    assert "█" in shown
    assert "72" in shown


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (("unit", "add", "U-0101", "--name", "x"), 3, "central.exists"),
        (("unit", "add", "bad code", "--name", "x"), 2, "central.typed_wrong"),
        (("unit", "add", "U-7", "--name", "x", "--governorate", "١"), 2, "central.typed_wrong"),
        (("vehicle", "add", "V-9", "--unit", "U-9", "--name", "x"), 2, "central.unknown_unit"),
        (("staff", "add", "X", "--unit", "U-0101", "--role", "teller"), 2, "central.typed_wrong"),
        (("staff", "add", "T-1", "--unit", "U-0101", "--role", "king"), 2, "command.value"),
        (("staff", "revoke", "NOBODY"), 2, "central.unknown_staff"),
        (("enrol", "prepare", "--unit", "U-9"), 2, "central.unknown_unit"),
        (("enrol", "prepare", "--unit", "U-0101", "--vehicle", "V-9"), 2, "central.unknown_vehicle"),
        (("enrol", "prepare", "--unit", "U-0101", "--address", "http://x"), 2, "central.bad_address"),
        (("book", "grant", "D00000001"), 3, "central.unknown_device"),
        (("policy", "load", "no-such-file"), 4, "file.missing"),
        (("catalogue", "load", str(SAMPLE)), 5, "wire.not_json"),
        (("debts", "import", "no-such-file"), 4, "file.missing"),
        (("journal", "export", "D00000001", "--out", "x"), 3, "central.unknown_device"),
        (("unit", "add"), 2, "command.missing"),
        (("nonsense",), 2, "command.usage"),
        (("status", "--loud"), 2, "command.no_such_option"),
    ],
)
def test_what_is_wrong_is_said(
    command: Command, folder: Path, arguments: tuple[str, ...], code: int, error: str
) -> None:
    tail = ("--folder", str(folder)) if arguments[0] not in ("nonsense",) else ()
    said = command(*arguments, *tail, "--json")
    assert (said.code, said.json["error"]["code"]) == (code, error)


def test_debts_are_imported_whole_or_not_at_all(command: Command, folder: Path, tmp_path: Path) -> None:
    said = command("debts", "import", SAMPLE, "--folder", folder, "--json")
    assert said.json == {
        "debtors": 40,
        "debts": 48,
        "charges": 115,
        "owed_piastres": said.json["owed_piastres"],
        "over_paid_charges": 0,
        "unknown_holders": ["collector:COL-1"],
    }
    said = command("debts", "import", SAMPLE, "--folder", folder, "--english")
    assert "holders that are not here, so no device gets them: collector:COL-1" in said.out
    rows = SAMPLE.read_text(encoding="utf-8").splitlines()
    broken = tmp_path / "broken.csv"
    broken.write_text("\n".join([rows[0], rows[1].replace("257.25", "257.2.5"), *rows[2:]]), encoding="utf-8")
    said = command("debts", "import", broken, "--folder", folder, "--json")
    assert (said.code, said.json["error"]["code"]) == (2, "debt_file.not_clean")
    assert "2" in said.json["error"]["sentence_ar"]
    broken.write_text("\n".join([rows[0], rows[1] + ",", rows[2].replace("307.25", "-1")]), encoding="utf-8")
    assert [one["params"]["line"] for one in command(
        "debts", "import", broken, "--folder", folder, "--json"
    ).json["problems"]] == ["2", "3"]  # fmt: skip
    told = command("debts", "import", broken, "--folder", folder, "--english").err
    assert "line 2: it has 21 cells" in told
    assert "line 3: column amount" in told


def test_an_address_that_the_certificate_does_not_name_is_told_before_a_device_meets_it(
    command: Command, folder: Path
) -> None:
    prepare = ("enrol", "prepare", "--unit", "U-0101", "--folder", folder, "--english", "--address")
    assert "keys tls --host centre.example.eg" in command(*prepare, "https://centre.example.eg:8443").out
    assert "keys tls" not in command(*prepare, "https://localhost:8443").out
    assert command("keys", "tls", "--host", "centre.example.eg", "--folder", folder).code == 0
    assert "keys tls" not in command(*prepare, "https://centre.example.eg:8443").out


def test_incidents_are_listed_with_what_to_do(command: Command, folder: Path) -> None:
    assert command("incident", "list", "--folder", folder, "--english").out == "No incidents.\n"
    with closing(open_centre(folder)) as centre, centre.storage.write() as db:
        for kind, detail in (("series_retired", {"series": "D00000001-E1B1"}), ("roster_to_sign", {})):
            at, whole = "2026-07-01T00:00:00.000Z", dict[str, object](detail)
            report(db, kind, at, device="D00000001", stream="0" * 32, seq=7, detail=whole)
        words = {"at": "2026-07-03T00:00:00.000Z", "kind": "shift_differs", "detail": "cash: 5 / 7"}
        db.execute(insert(incident).values(**words, device="D00000001", stream="0" * 32, seq=8))
    said = command("incident", "list", "--folder", folder, "--english").out.splitlines()
    assert said.pop(0).endswith("D00000001:8  figures of a shift differ from its entries  what=cash: 5 / 7")
    assert [line.partition("D00000001:7  ")[2] for line in said] == [
        "a roster to be signed: staff renew", "a series was retired: book grant  series=D00000001-E1B1"
    ]  # fmt: skip
    only = command("incident", "list", "--folder", folder, "--kind", "series_retired", "--json").json
    assert [one["detail"] for one in only["incidents"]] == [{"series": "D00000001-E1B1"}]
    assert command("incident", "list", "--folder", folder, "--device", "D9", "--json").json == {
        "incidents": []
    }


def test_people_are_listed_with_their_roles(command: Command, folder: Path) -> None:
    listed = command("staff", "list", "--folder", folder, "--json").json["staff"]
    assert [one["roles"] for one in listed] == [["supervisor"]]
    assert "مشرف" in command("staff", "list", "--folder", folder).out


def test_policy_comes_from_a_file_and_is_signed(command: Command, folder: Path) -> None:
    policy = PROJECT / "resources" / "policy" / "default.yaml"
    assert command("policy", "load", policy, "--folder", folder, "--json").json["version"] == 1
    assert command("policy", "load", policy, "--folder", folder, "--json").json["version"] == 1


def test_commands_work_while_the_server_runs(
    command: Command, server: TestServer, device: Device, tmp_path: Path
) -> None:
    root = server.centre.folder.root
    device.pay()
    device.send()
    server.settle()
    listed = command("status", "--folder", root, "--json").json
    mine = next(one for one in listed["devices"] if one["device"] == device.code)
    assert (mine["stored"], mine["applied"]) == (len(device.records), len(device.records))
    own = read_certificate(bytes.fromhex(device.bundle.certificate))
    assert mine["certificate_until"] == utc_text(own.not_valid_after_utc)
    granted = command("book", "grant", device.code, "--serials", "50", "--folder", root, "--json").json
    assert (granted["series"], granted["last"]) == (f"{device.code}-E1B2", 50)
    assert device.manifest().find("books").rows == 2  # type: ignore[union-attr]
    out = tmp_path / "journal.ndjson"
    assert command("journal", "export", device.code, "--out", out, "--folder", root, "--json").json["entries"]
    verifier, outside = audit(out.read_bytes())
    assert (verifier.findings, verifier.entries) == ([], len(device.records))
    assert outside.confirmed_to == verifier.seq
    ack = tmp_path / "ack.json"
    said = command("journal", "acknowledge", device.code, "--out", ack, "--folder", root, "--json").json
    assert said["stored_through"] == verifier.seq
    kept = out.read_bytes().splitlines(keepends=True)[:-2]
    cut = b"".join([*kept, b'{"end":{"confirmed":null,"entries":%d}}\n' % (len(kept) - 1)])
    assert checks(cut, acks=(ack.read_text(),)) == ["ack.cut"]
    assert device.code in command("status", "--folder", root).out


def test_every_command_and_option_is_in_the_servers_page() -> None:
    page = (PROJECT / "docs" / "central.md").read_text(encoding="utf-8")
    missing, unexplained = [], []
    for name, one in walk(central, "kiosk-central"):
        missing += [] if f"`{name}" in page else [name]
        for option in (each for each in one.params if isinstance(each, click.Option)):
            flags = [flag for flag in (*option.opts, *option.secondary_opts) if flag != "--help"]
            missing += [f"{name} {flag}" for flag in flags if not re.search(rf"{flag}(?![\w-])", page)]
            unexplained += [] if " · " in (option.help or "") else [f"{name} {option.name}"]
    assert missing == []
    assert unexplained == []


def test_a_stick_carries_request_and_answer(
    command: Command, server: TestServer, device: Device, tmp_path: Path
) -> None:
    root = server.centre.folder.root
    fresh = Device(server, device.http)
    request = tmp_path / "request.json"
    request.write_bytes(fresh.request(server.prepare()))
    out = tmp_path / "stick"
    said = command("enrol", "answer", request, "--out", out, "--folder", root, "--json").json
    assert (out / "bundle.json").exists()
    assert len(list((out / "files").iterdir())) == said["files"] >= 6
