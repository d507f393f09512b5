"""The device's secret: private, mended from its second copy, named when it is gone."""

import hashlib
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.store.device_secret import FileDeviceSecret
from kiosk.store.machine import machine_id
from kiosk.store.secret_digits import GENERATED


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "device-secret-a", tmp_path / "device-secret-b"


@pytest.fixture
def secret(copies: tuple[Path, Path]) -> FileDeviceSecret:
    return FileDeviceSecret.create(copies)


def unsealed(copies: tuple[Path, Path]) -> bytes:
    return FileDeviceSecret(copies).unseal("slot", b"")


def code_when_unsealed(copies: tuple[Path, Path]) -> str:
    with pytest.raises(KnownError) as caught:
        unsealed(copies)
    return caught.value.code


def test_gives_each_slot_bytes_of_its_own_and_always_the_same(
    secret: FileDeviceSecret, copies: tuple[Path, Path]
) -> None:
    assert len(secret.unseal("one", b"")) == 32
    assert secret.unseal("one", b"") == FileDeviceSecret(copies).unseal("one", b"anything")
    assert secret.unseal("one", b"") != secret.unseal("two", b"")


def test_a_file_allows_generated_secrets_only(secret: FileDeviceSecret) -> None:
    assert secret.policy is GENERATED
    assert secret.name == "file"


def test_two_devices_never_share_one(tmp_path: Path, secret: FileDeviceSecret) -> None:
    other = FileDeviceSecret.create((tmp_path / "a", tmp_path / "b"))
    assert other.unseal("one", b"") != secret.unseal("one", b"")


def test_only_its_user_may_read_it(secret: FileDeviceSecret, copies: tuple[Path, Path]) -> None:
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in copies)
    copies[0].chmod(0o640)
    assert code_when_unsealed(copies) == "device_secret.exposed"
    copies[0].chmod(0o600)
    assert unsealed(copies)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("damage", ["missing", "torn", "flipped"])
def test_one_damaged_copy_is_mended(
    secret: FileDeviceSecret, copies: tuple[Path, Path], which: int, damage: str
) -> None:
    before, sound = unsealed(copies), copies[which].read_bytes()
    if damage == "missing":
        copies[which].unlink()
    else:
        torn = sound[:20] if damage == "torn" else bytes([sound[0] ^ 1]) + sound[1:]
        copies[which].write_bytes(torn)
    assert unsealed(copies) == before
    assert copies[which].read_bytes() == sound


def test_both_gone_and_both_damaged_are_told_apart(
    secret: FileDeviceSecret, copies: tuple[Path, Path]
) -> None:
    for path in copies:
        path.write_bytes(b"x" * 40)
    assert code_when_unsealed(copies) == "device_secret.damaged"
    for path in copies:
        path.unlink()
    assert code_when_unsealed(copies) == "device_secret.missing"


def test_creating_never_writes_over_one(secret: FileDeviceSecret, copies: tuple[Path, Path]) -> None:
    before = unsealed(copies)
    copies[0].unlink()
    with pytest.raises(KnownError) as caught:
        FileDeviceSecret.create(copies)
    assert caught.value.code == "store.exists"
    assert unsealed(copies) == before


def test_is_not_shown(secret: FileDeviceSecret, copies: tuple[Path, Path]) -> None:
    assert repr(secret) == "<FileDeviceSecret>"


def test_a_copied_folder_opens_for_nobody_on_another_machine(
    secret: FileDeviceSecret, copies: tuple[Path, Path]
) -> None:
    here = unsealed(copies)
    with pytest.raises(KnownError) as caught:
        FileDeviceSecret(copies, machine=lambda: b"another").unseal("slot", b"")
    assert caught.value.code == "device_secret.other_machine"
    assert unsealed(copies) == here


def test_who_strips_the_machine_from_the_file_gets_other_bytes(tmp_path: Path) -> None:
    copies = (tmp_path / "a", tmp_path / "b")
    here = FileDeviceSecret.create(copies, machine=lambda: b"here").unseal("slot", b"")
    alone = (tmp_path / "c", tmp_path / "d")
    raw = copies[0].read_bytes()[:32]
    for path in alone:
        path.write_bytes(raw + hashlib.sha256(b"kiosk-device-secret-1" + raw).digest()[:8])
        path.chmod(0o600)
    assert FileDeviceSecret(alone, machine=lambda: b"here").unseal("slot", b"") != here


def test_a_system_without_a_name_still_gets_a_secret(tmp_path: Path) -> None:
    copies = (tmp_path / "a", tmp_path / "b")
    made = FileDeviceSecret.create(copies, machine=lambda: b"").unseal("slot", b"")
    assert FileDeviceSecret(copies).unseal("slot", b"") == made


def test_this_system_names_itself_always_alike() -> None:
    assert machine_id() == machine_id()


def test_the_secret_is_torn_nowhere_into_one_that_counts(
    secret: FileDeviceSecret, copies: tuple[Path, Path]
) -> None:
    whole = copies[0].read_bytes()
    for end in range(len(whole)):
        for path in copies:
            path.write_bytes(whole[:end])
        assert code_when_unsealed(copies) == "device_secret.damaged"
