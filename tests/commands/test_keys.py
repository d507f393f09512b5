"""Keys by commands: a new data key, a tombstone on a locked device, a copy opened with the recovery key."""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from central.__main__ import central
from central.commands.base import run
from central.wiping import agree_to_wipe, request_wipe
from kiosk.desk.keys import change_data_key
from kiosk.desk.unlock import lock, unlock
from kiosk.store.layout import StoreFolder
from kiosk.store.secret_digits import NewSecret
from kiosk.store.slot_format import read_document
from tests.central.server import TestServer
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.sync.conftest import cheap_numbers, server
from tests.sync.enrolled import EnrolledDevice, make_enrolled, sync

__all__ = ["cheap_numbers", "server"]


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    return make_device(tmp_path / "device", command_line, monkeypatch)


def pem(key: X25519PrivateKey | Ed25519PrivateKey, passphrase: bytes | None = None) -> bytes:
    way = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, way)


def test_a_supervisor_changes_the_data_key_and_everyone_works_on(device: Device) -> None:
    assert device.json("SUP-1", "keys", "rekey") == {"changed": True, "waits_for_centre": False}
    assert device.json("TEL-1", "shift", "status") == {"open": False}
    assert device.refused("TEL-1", "keys", "rekey") == "slots.supervisor_needed"
    assert "100%" in device("SUP-1", "keys", "rekey", "--english").err


def test_who_may_have_copied_the_key_takes_it_with_him_in_vain(device: Device) -> None:
    before = StoreFolder(device.root).database.read_bytes()[:16]
    said = device.json("SUP-1", "staff", "remove", "TEL-2", "--reason", "left", "--may-have-copied")
    assert said == {"code": "TEL-2", "removed": True, "rekeyed": True}
    assert StoreFolder(device.root).database.read_bytes()[:16] != before
    assert device.refused("TEL-2", "shift", "status") == "slots.wrong_secret"


def test_a_tombstone_is_laid_without_a_secret_and_what_is_none_is_refused(
    device: Device, tmp_path: Path
) -> None:
    file = tmp_path / "order.json"
    file.write_bytes(b'{"purpose":"wipe"}')
    assert device.refused("TEL-1", "keys", "tombstone", str(file)) == "signed.other_purpose"
    file.write_bytes(b'{"purpose":"tombstone"}')
    assert device.json("TEL-1", "keys", "tombstone", str(file))["kept"].endswith(".json")
    assert device.json("TEL-1", "shift", "status") == {"open": False}
    missing = device("TEL-1", "keys", "tombstone", str(tmp_path / "none"), "--json")
    assert missing.json["error"]["code"] == "file.missing"


def test_a_file_that_is_no_recovery_key_is_named(device: Device, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    words = ("keys", "recover", "--folder", str(device.root), "--recovery-key", str(key))
    for data in (b"", pem(Ed25519PrivateKey.generate())):
        key.write_bytes(data)
        assert device.refused("TEL-1", *words) == "keys.bad_recovery_file"
    key.write_bytes(pem(X25519PrivateKey.generate(), b"right"))
    device.monkeypatch.setenv("KIOSK_RECOVERY_PASSPHRASE", "wrong")
    assert device.refused("TEL-1", *words) == "keys.bad_recovery_file"
    device.monkeypatch.setenv("KIOSK_RECOVERY_PASSPHRASE", "right")
    assert device.refused("TEL-1", *words) == "slots.no_recovery"


class TestEnrolled:
    """A real device, its centre, and the keys from the safe."""

    @pytest.fixture
    def enrolled(self, server: TestServer, tmp_path: Path) -> EnrolledDevice:
        return make_enrolled(tmp_path / "enrolled", server)

    def test_the_recovery_key_opens_a_copy_and_exports_it_sealed_or_plain(
        self, enrolled: EnrolledDevice, device: Device, tmp_path: Path
    ) -> None:
        session = enrolled.unlock("SUP-1")
        change_data_key(session)
        seq, head = session.store.journal.state().seq, session.store.journal.state().head.hex()
        enrolled.close()
        shutil.copytree(enrolled.root, tmp_path / "copy")
        key = enrolled.server.carried / "recovery.pem"
        words = ("keys", "recover", "--folder", str(tmp_path / "copy"), "--recovery-key", str(key))
        said = device.json("TEL-1", *words)
        assert (said["entries"], said["head"], said["path"]) == (seq, head, None)
        stick = tmp_path / "stick"
        stick.mkdir()
        assert device.json("TEL-1", *words, "--to", str(stick))["path"] == str(stick)
        plain = device.json("TEL-1", *words, "--to", str(stick), "--plain")["path"]
        assert Path(plain).is_file()

    def test_the_slot_that_the_centre_holds_opens_a_folder_without_slots(
        self, enrolled: EnrolledDevice, device: Device, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        session = enrolled.unlock("SUP-1")
        change_data_key(session)
        header = session.store.slots.header_of(session.store.unlocked)
        assert len(header.recovery_slots()) == 2
        sync(session)
        code = session.store.device_signer.by
        again = enrolled.unlock("SUP-1")
        assert len(again.store.slots.header_of(again.store.unlocked).recovery_slots()) == 1
        enrolled.close()
        folder = str(enrolled.server.centre.folder.root)
        capsys.readouterr()
        assert run(central, ["keys", "lodged", code, "--folder", folder]) == 0
        lodged = tmp_path / "lodged.json"
        lodged.write_text(capsys.readouterr().out.strip(), encoding="utf-8")
        shutil.copytree(enrolled.root, tmp_path / "copy")
        for path in StoreFolder(tmp_path / "copy").slots:
            path.unlink()
        key = enrolled.server.carried / "recovery.pem"
        words = ("keys", "recover", "--folder", str(tmp_path / "copy"), "--recovery-key", str(key))
        assert device("TEL-1", *words, "--json").json["error"]["code"] == "slots.missing"
        assert device.json("TEL-1", *words, "--lodged", str(lodged))["device"] == code

    def test_the_centre_writes_a_tombstone_for_a_stick(
        self, enrolled: EnrolledDevice, device: Device, tmp_path: Path
    ) -> None:
        enrolled.add("TEL-1", "teller")
        code = enrolled.unlock("SUP-1").store.device_signer.by
        enrolled.close()
        out, folder = tmp_path / "order.json", str(enrolled.server.centre.folder.root)
        words = ["staff", "tombstone", "TEL-1", "--reason", "left", "--out", str(out), "--folder", folder]
        assert run(central, [*words, "--device", code]) == 0
        device.root = enrolled.root
        assert device.json("TEL-1", "keys", "tombstone", str(out))["kept"]
        secret = enrolled.secrets["TEL-1"]
        assert device.refused("TEL-1", "shift", "status", secret=secret) == "slots.tombstoned"
        lock(unlock(enrolled.root, "SUP-1", enrolled.secrets["SUP-1"], opening=CHEAP))

    def test_the_centre_reads_out_a_code_for_who_forgot_his_secret(
        self, enrolled: EnrolledDevice, device: Device, capsys: pytest.CaptureFixture[str]
    ) -> None:
        enrolled.add("TEL-1", "teller")
        session = enrolled.unlock("SUP-1")
        sync(session)
        code = session.store.device_signer.by
        enrolled.close()
        capsys.readouterr()
        folder = str(enrolled.server.centre.folder.root)
        words = ["staff", "escrow", "TEL-1", "--device", code, "--folder", folder, "--json"]
        assert run(central, words) == 0
        device.monkeypatch.setenv("KIOSK_ESCROW", json.loads(capsys.readouterr().out)["code"])
        digits = "90817263544536"
        device.monkeypatch.setattr("kiosk.commands.staff.generate_secret", lambda: NewSecret(digits))
        device.root = enrolled.root
        assert device.json("TEL-1", "keys", "forgotten", typed="9081-72635-44536\n")["changed"]
        assert device.json("TEL-1", "shift", "status", secret=digits) == {"open": False}
        assert device.refused("TEL-1", "keys", "forgotten", typed=f"{digits}\n") == "escrow.wrong_code"

    def test_an_order_of_two_keys_wipes_the_device_after_it_has_sent_everything(
        self, enrolled: EnrolledDevice, device: Device, tmp_path: Path
    ) -> None:
        session = enrolled.unlock("SUP-1")
        code = session.store.device_signer.by
        enrolled.close()
        folder, secret = str(enrolled.server.centre.folder.root), enrolled.secrets["SUP-1"]
        request, order = tmp_path / "request.json", tmp_path / "order.json"
        words = ["keys", "wipe-request", code, "--reason", "lost", "--out", str(request), "--folder", folder]
        assert run(central, words) == 0
        root = str(enrolled.server.carried / "root.pem")
        words = ["keys", "wipe-agree", str(request), "--root-key", root, "--out", str(order)]
        assert run(central, words) == 0
        device.root = enrolled.root
        assert device.refused("SUP-1", "keys", "wipe", str(request), secret=secret) == "signed.other_purpose"
        said = device.json("SUP-1", "keys", "wipe", str(order), secret=secret)
        assert said == {"wiped": True, "number": said["number"], "waiting": 0}
        again = device("SUP-1", "shift", "status", "--json", secret=secret)
        assert again.json["error"]["code"] in ("device_secret.missing", "slots.wrong_secret")
        store = StoreFolder(enrolled.root)
        assert not any(path.exists() for path in store.device_secret)
        header = read_document(store.slots[0].read_bytes()).header
        assert (header.secret_slots(), len(header.recovery_slots())) == ((), 1)
        key = str(enrolled.server.carried / "recovery.pem")
        words = ["keys", "recover", "--folder", str(enrolled.root), "--recovery-key", key]
        assert device.json("SUP-1", *words)["device"] == code

    def test_an_order_for_another_device_or_by_one_key_alone_wipes_nothing(
        self, enrolled: EnrolledDevice, device: Device, tmp_path: Path
    ) -> None:
        session = enrolled.unlock("SUP-1")
        me, centre = session.store.device_signer.by, enrolled.server.centre
        enrolled.close()
        root = load_pem_private_key((enrolled.server.carried / "root.pem").read_bytes(), None)
        assert isinstance(root, Ed25519PrivateKey)
        other, order, now = make_enrolled(tmp_path / "other", enrolled.server), tmp_path / "o", centre.now()
        name = other.unlock("SUP-1").store.device_signer.by
        other.close()
        device.root, secret = enrolled.root, enrolled.secrets["SUP-1"]
        ours = request_wipe(centre, me, "lost")
        for data, code in (
            (agree_to_wipe(request_wipe(centre, name, "lost"), root, now), "wipe.not_ours"),
            (agree_to_wipe(ours, Ed25519PrivateKey.generate(), now), "signed.unknown_key"),
            (agree_to_wipe(ours, root, now - timedelta(days=31)), "signed.expired"),
        ):
            order.write_bytes(data)
            said = device("SUP-1", "keys", "wipe", str(order), "--json", secret=secret)
            assert said.json["error"]["code"] == code
        assert device.json("SUP-1", "shift", "status", secret=secret) == {"open": False}
