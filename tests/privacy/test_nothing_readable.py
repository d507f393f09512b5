"""After a day of work no file of the device shows a name, a number or an amount, nor a secret or a key."""

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

from kiosk.core.entries.payment import PaymentTaken
from kiosk.core.money import format_money
from kiosk.core.wire.entry import parse_entry
from kiosk.store.store import Store
from tests.desk.conftest import CHEAP, SECRETS
from tests.privacy import day
from tests.quality.tree import ROOT

ARABIC = str.maketrans("0123456789.", "٠١٢٣٤٥٦٧٨٩٫")
TEXTS = {
    name: getattr(day, name)
    for name in (
        *("NAME", "PAYER", "DEBTOR", "NUMBER", "DEBTORS_NUMBER", "MOBILE", "DEBTORS_MOBILE", "ADDRESS"),
        *("REMARK", "ACCOUNT", "TICKET", "SLIP", "SEAL"),
    )
}
AMOUNTS = {
    "AMOUNT in piastres": str(day.AMOUNT),
    "AMOUNT": format_money(day.AMOUNT),
    "AMOUNT without commas": format_money(day.AMOUNT).replace(",", ""),
}
PARTS = {f"word of {name}": word for name in ("NAME", "PAYER", "DEBTOR") for word in TEXTS[name].split()}
STAFF_SECRETS = {f"secret of {code}": secret for code, (secret, _) in SECRETS.items()}
WHERE_CODES_STAND = {"slots-a.json", "slots-b.json", "attempts.log"}


def disguises(text: str) -> Iterator[bytes]:
    """A text as some program might have written it."""
    for form in {text, text[::-1], text.translate(ARABIC), text.translate(ARABIC)[::-1]}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1256"):
            yield form.encode(encoding, "ignore")
        yield json.dumps(form)[1:-1].encode()
        yield json.dumps(form)[1:-1].upper().encode()
        yield form.encode().hex().encode()
        # In base64 the bytes around shift the letters: the middle of each of the three ways is fixed.
        for shift in range(3):
            yield base64.b64encode(bytes(shift) + form.encode())[4:-4]


def key_disguises(key: bytes) -> Iterator[bytes]:
    """A key as raw bytes, hex in either case, or base64."""
    yield from (key, key.hex().encode(), key.hex().upper().encode())
    for shift in range(3):
        yield base64.b64encode(bytes(shift) + key)[4:-4]
        yield base64.urlsafe_b64encode(bytes(shift) + key)[4:-4]


@dataclass(frozen=True)
class Needles:
    """What must not be found: byte strings by what they are."""

    by_name: dict[str, tuple[bytes, ...]]

    def found_in(self, *folders: Path) -> list[str]:
        """Name every secret that stands in a file below the folders, or in the name of one."""
        found = []
        for folder in folders:
            for path in sorted(folder.rglob("*")):
                data = os.fsencode(path.name) + b"\n" + (path.read_bytes() if path.is_file() else b"")
                found += [
                    f"{name} in {path.name}"
                    for name, forms in self.by_name.items()
                    if any(form in data for form in forms)
                ]
        return found


def needles(keys: dict[str, bytes]) -> Needles:
    texts = {**TEXTS, **AMOUNTS, **PARTS, **STAFF_SECRETS}
    by_name = {
        name: tuple({form for form in disguises(text) if len(form) >= 6}) for name, text in texts.items()
    }
    return Needles(by_name | {name: tuple(key_disguises(key)) for name, key in keys.items()})


@dataclass
class Device:
    """A device after its day: the process that worked, its folders and the keys that it told."""

    process: "subprocess.Popen[str]"
    root: Path
    around: tuple[Path, ...]
    keys: dict[str, bytes]

    @cached_property
    def secrets(self) -> Needles:
        return needles(self.keys)

    @property
    def files(self) -> list[Path]:
        return [path for path in self.root.rglob("*") if path.is_file()]

    def kill(self) -> None:
        """End it as a power cut would; asking twice does no harm."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.communicate()


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Device]:
    """The day's process, waiting with its store open; its home, temporary and working folder are its own."""
    base = tmp_path_factory.mktemp("private")
    around = tuple(base.joinpath(name) for name in ("home", "tmp", "work"))
    for folder in around:
        folder.mkdir()
    home, temporary, working = map(str, around)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KIOSK", "PYTEST"))},
        "HOME": home,
        "TMPDIR": temporary,
        "SQLITE_TMPDIR": temporary,
        "XDG_CACHE_HOME": home,
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with (around[2] / "stderr").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.privacy.day", str(base / "device")],
            cwd=working,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())
    made = Device(process, base / "device", around, {name: bytes.fromhex(key) for name, key in told.items()})
    yield made
    made.kill()


def test_the_day_really_wrote_all_of_it(device: Device) -> None:
    """Opened with the key everything is there: else finding nothing would prove nothing."""
    copy = device.root.with_name("copy")
    shutil.copytree(device.root, copy)
    with Store.open(copy, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP) as store:
        ids = [row[0] for row in store.db.conn.execute("SELECT id FROM person")]
        sealed = " ".join(str(store.persons.open(one)) for one in ids)
        entries = b"".join(record.data for record in store.journal.records()).decode()
        debts = str(store.db.conn.execute("SELECT * FROM debtor_a").fetchall()) + str(
            store.db.conn.execute("SELECT * FROM debtor_b").fetchall()
        )
        kinds = [parse_entry(record.data).type for record in store.journal.records()]
    for name in ("NAME", "PAYER", "DEBTOR", "NUMBER", "DEBTORS_NUMBER", "ADDRESS"):
        assert TEXTS[name] in sealed, name
    assert "1098765432" in sealed
    assert TEXTS["DEBTORS_MOBILE"] in debts
    for name in ("REMARK", "ACCOUNT", "TICKET", "SLIP", "SEAL"):
        assert TEXTS[name] in entries, name
    assert f'"piastres":{day.AMOUNT}' in entries
    assert kinds.count(PaymentTaken.TYPE) == 3


def test_an_entry_itself_names_nobody(device: Device) -> None:
    """Law 8 within the database: personal details are in sealed records only."""
    copy = device.root.with_name("named")
    shutil.copytree(device.root, copy)
    with Store.open(copy, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP) as store:
        entries = b"".join(record.data for record in store.journal.records()).decode()
    for name in (
        "NAME",
        "PAYER",
        "DEBTOR",
        "NUMBER",
        "DEBTORS_NUMBER",
        "MOBILE",
        "DEBTORS_MOBILE",
        "ADDRESS",
    ):
        assert TEXTS[name] not in entries, name


def test_no_file_of_a_device_at_work_shows_anything(device: Device) -> None:
    names = {path.name for path in device.files}
    assert names >= {"kiosk.db", "kiosk.db-wal", "kiosk.db-shm", "store.lock", "attempts.log", "backup.db"}
    assert device.secrets.found_in(device.root, *device.around) == []


def test_it_writes_nowhere_else(device: Device) -> None:
    """No other file is open for writing, and its home and temporary folder hold nothing."""
    descriptors = Path(f"/proc/{device.process.pid}/fd")
    opened = {Path(os.readlink(one)) for one in descriptors.iterdir() if os.readlink(one).startswith("/")}
    regular = {path for path in opened if not str(path).startswith(("/dev", "/proc"))}
    outside = {path for path in regular if device.root not in path.parents}
    assert {path.name for path in outside} <= {"stderr"}
    home, temporary, working = device.around
    assert list(home.rglob("*")) == []
    assert [path.name for path in working.iterdir()] == ["stderr"]
    assert (working / "stderr").read_text() == ""
    assert {path.name for path in temporary.rglob("*") if path.suffix == ".db"} <= {"kiosk.db"}


def test_no_file_is_a_plain_database(device: Device) -> None:
    assert len(device.files) >= 9
    for path in device.files:
        with path.open("rb") as file:
            assert not file.read(16).startswith(b"SQLite format 3"), path.name


def test_staff_codes_stand_only_where_the_law_excepts_them(device: Device) -> None:
    for path in device.files:
        shown = {code for code in SECRETS if code.encode() in path.read_bytes()}
        assert not shown or path.name in WHERE_CODES_STAND, path.name


def test_a_secret_typed_as_a_code_is_written_nowhere(device: Device) -> None:
    log = (device.root / "attempts.log").read_text()
    assert '"code":"?"' in log
    assert SECRETS["TEL-2"][0] not in log


def test_only_the_owner_may_read_the_files(device: Device) -> None:
    assert device.root.stat().st_mode & 0o077 == 0
    for path in device.files:
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_what_a_killed_process_leaves_shows_nothing_either(device: Device) -> None:
    device.kill()
    assert (device.root / "kiosk.db-wal").stat().st_size > 0
    assert device.secrets.found_in(device.root, *device.around) == []


@pytest.mark.parametrize("name", ["NAME", "MOBILE", "word of PAYER", "AMOUNT", "secret of SUP-1", "data key"])
def test_the_search_finds_what_is_there(device: Device, tmp_path: Path, name: str) -> None:
    """The control: each way of writing it is found, in a file of any name and in the name of a file."""
    for number, form in enumerate(device.secrets.by_name[name]):
        (tmp_path / f"{number}.tmp").write_bytes(b"\x00" * number + form + b"\xff")
    found = device.secrets.found_in(tmp_path)
    for number in range(len(device.secrets.by_name[name])):
        assert f"{name} in {number}.tmp" in found


def test_the_search_reads_names_of_files(tmp_path: Path) -> None:
    (tmp_path / f"scan of {day.NUMBER}.bin").write_bytes(b"")
    assert any("NUMBER in" in one for one in needles({}).found_in(tmp_path))
