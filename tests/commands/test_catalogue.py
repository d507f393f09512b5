"""`kiosk catalogue`: check, build, show, search and list, as an analyst and a clerk use them."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.catalogue_files import catalogue_folder
from kiosk.core.catalogue.dataset import open_dataset
from kiosk.core.catalogue.plain import from_plain
from kiosk.core.wire.signed import kid_of
from tests.conftest import CommandLine

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped catalogue that a test may edit."""
    return Path(shutil.copytree(catalogue_folder(), tmp_path / "catalogue"))


def pem(path: Path, key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey = KEY) -> str:
    encryption = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    )
    return str(path)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_catalogue_checks_clean(command_line: CommandLine) -> None:
    result = command_line("catalogue", "check", "--english")
    assert (result.code, result.err) == (0, "")
    assert result.out.strip() == "Services: 94, without mistakes: 94. Mistakes: 0."


def test_mistakes_are_listed_with_file_and_line_and_end_with_code_2(
    command_line: CommandLine, folder: Path
) -> None:
    edit(folder / "services" / "BLD-03.yaml", "family: building", "family: bilding")
    (folder / "services" / "BLD-04.yaml").write_text("code: [", encoding="utf-8")
    (folder / "gates.yaml").unlink()
    (folder / "services" / "BLD-05.yaml").write_bytes(b"\xff\xfe")
    result = command_line("catalogue", "check", str(folder), "--json", "--no-fees")
    assert result.code == 2
    problems = result.json["problems"]
    by_code = {one["code"]: one for one in problems}
    assert by_code["catalogue.unknown_family"]["file"] == "services/BLD-03.yaml"
    assert by_code["catalogue.unknown_family"]["line"] == 2
    assert by_code["catalogue.unknown_family"]["params"]["nearest"] == "building"
    assert by_code["yaml.syntax"]["file"] == "services/BLD-04.yaml"
    assert by_code["file.missing"]["file"].endswith("gates.yaml")
    assert by_code["file.not_utf8"]["file"].endswith("BLD-05.yaml")
    assert result.json["services"] == 92
    assert 0 < result.json["clean_services"] < 92


def test_a_mistake_is_said_in_arabic_with_its_remedy(command_line: CommandLine, folder: Path) -> None:
    edit(folder / "services" / "SAF-04.yaml", "  - kind: urgent", "  - kind: loud")
    result = command_line("catalogue", "check", str(folder), "--no-fees")
    assert result.code == 2
    assert "سطر" in result.out
    assert "اكتب واحدة من" in result.out
    assert "السليمة منها" in result.out


def test_a_new_service_needs_a_fee_unless_fees_are_left_out(command_line: CommandLine, folder: Path) -> None:
    new = folder / "services" / "BLD-90.yaml"
    shutil.copy(folder / "services" / "BLD-01.yaml", new)
    edit(new, "code: BLD-01", "code: BLD-90")
    result = command_line("catalogue", "check", str(folder), "--json")
    assert [one["code"] for one in result.json["problems"]] == ["catalogue.fee_missing"]
    assert command_line("catalogue", "check", str(folder), "--no-fees").code == 0


def test_a_folder_that_is_not_there_is_told(command_line: CommandLine, tmp_path: Path) -> None:
    result = command_line("catalogue", "check", str(tmp_path / "nothing"), "--json")
    assert result.code == 4
    assert result.json["error"]["code"] == "file.missing"


def test_build_signs_both_datasets_and_the_device_can_read_them(
    command_line: CommandLine, tmp_path: Path
) -> None:
    out = tmp_path / "catalogue.signed"
    fees = str(catalogue_folder().parent / "fees")
    key = pem(tmp_path / "key.pem")
    result = command_line("catalogue", "build", "--key", key, "--out", str(out), "--fees", fees, "--json")
    assert result.code == 0, result.err
    built = {one["dataset"]: one for one in result.json["datasets"]}
    assert set(built) == {"catalogue", "fees"}
    keys = {kid_of(KEY.public_key()): KEY.public_key()}
    now = datetime.now(UTC)
    opened = open_dataset(out.read_bytes(), "catalogue", keys=keys, now=now)
    assert opened.hash == built["catalogue"]["sha256"]
    assert opened.version == built["catalogue"]["version"]
    assert len(from_plain(opened.data).services) == built["catalogue"]["services"] == 94
    beside = Path(built["fees"]["file"])
    assert beside == tmp_path / "catalogue-fees.signed"
    assert open_dataset(beside.read_bytes(), "fees", keys=keys, now=now).hash == built["fees"]["sha256"]


def test_building_twice_gives_the_same_hash_and_at_one_time_the_same_bytes(
    command_line: CommandLine, tmp_path: Path
) -> None:
    key = pem(tmp_path / "key.pem")
    at = ("--issued", "2026-11-24T08:00:00.000Z")
    made = []
    for name, more in (("a", at), ("b", at), ("c", ())):
        out = tmp_path / name
        result = command_line("catalogue", "build", "--key", key, "--out", str(out), "--json", *more)
        made.append((result.json["datasets"][0]["sha256"], out.read_bytes()))
    assert made[0] == made[1]
    assert made[0][0] == made[2][0]
    assert made[0][1] != made[2][1]
    assert not (tmp_path / "a-fees").exists()


def test_a_catalogue_with_a_mistake_is_not_built(
    command_line: CommandLine, folder: Path, tmp_path: Path
) -> None:
    edit(folder / "services" / "BLD-03.yaml", "family: building", "family: bilding")
    out = tmp_path / "out"
    key = pem(tmp_path / "key.pem")
    result = command_line("catalogue", "build", str(folder), "--key", key, "--out", str(out), "--json")
    assert result.code == 2
    assert result.json["error"]["code"] == "catalogue.not_clean"
    assert not out.exists()


@pytest.mark.parametrize("kind", ["text", "other curve"])
def test_a_file_that_is_no_signing_key_is_refused(
    command_line: CommandLine, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "key.pem"
    if kind == "text":
        path.write_text("not a key", encoding="utf-8")
    else:
        pem(path, ec.generate_private_key(ec.SECP256R1()))
    result = command_line("catalogue", "build", "--key", str(path), "--out", str(tmp_path / "o"), "--json")
    assert result.code == 2
    assert result.json["error"]["code"] == "catalogue.key_file"


def test_a_validity_out_of_bounds_is_refused(command_line: CommandLine, tmp_path: Path) -> None:
    key = pem(tmp_path / "key.pem")
    out = str(tmp_path / "o")
    result = command_line("catalogue", "build", "--key", key, "--out", out, "--days", "0", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "catalogue.valid_days")


def test_show_gives_the_whole_service(command_line: CommandLine) -> None:
    shown = command_line("catalogue", "show", "saf-04", "--json").json
    assert shown["code"] == "SAF-04"
    assert shown["time_limits"][0]["days"] == 15
    assert shown["papers"][1]["any_of"][0]["code"] == "national_id"
    assert {one["name"]: one["personal"] for one in shown["fields"]}["applicant_name"] is True


def test_show_says_what_must_not_be_promised(command_line: CommandLine) -> None:
    arabic = command_line("catalogue", "show", "LND-09").out
    english = command_line("catalogue", "show", "LND-09", "--english").out
    assert "المخالصة لا تصدر إلا" in arabic
    assert "Never issue a clearance from old data" in english
    assert "(optional, personal)" in english


def test_a_service_that_is_not_there_is_told(command_line: CommandLine) -> None:
    result = command_line("catalogue", "show", "XYZ-99", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "catalogue.no_service")


def test_search_takes_words_as_people_type_them(command_line: CommandLine) -> None:
    found = command_line("catalogue", "search", "رخصه", "محل", "--limit", "3", "--json").json["found"]
    assert found[0]["code"] == "SHP-01"
    assert len(found) == 3
    result = command_line("catalogue", "search", "زززززز", "--json")
    assert (result.code, result.json["error"]["code"]) == (2, "catalogue.nothing_found")


def test_list_names_all_services_under_their_families(command_line: CommandLine) -> None:
    listed = command_line("catalogue", "list", "--json").json
    assert len(listed["services"]) == 94
    page = command_line("catalogue", "list").out
    assert page.index("المباني والتراخيص") < page.index("ترخيص بناء جديد")
