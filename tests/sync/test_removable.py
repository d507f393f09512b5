"""Sticks and cards are found by what the system says of them; the disk of the system is none."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.sync import removable
from kiosk.sync.removable import media_here
from kiosk.sync.removable_posix import mounted


class Machine:
    """What /proc and /sys say of a machine, as far as we ask."""

    def __init__(self, root: Path) -> None:
        self.devices, self.blocks, self.mounts = root / "devices", root / "block", root / "mountinfo"
        self.blocks.mkdir()
        self._lines: list[str] = []

    def disk(self, where: str, *parts: str, removable: str = "0", kind: str = "") -> None:
        """A disk at a place of the machine's buses, with its partitions."""
        folder = self.devices / where
        (folder / "device").mkdir(parents=True)
        (folder / "removable").write_text(f"{removable}\n")
        if kind:
            (folder / "device" / "type").write_text(f"{kind}\n")
        self.blocks.joinpath(folder.name).symlink_to(folder)
        for part in parts:
            (folder / part).mkdir()
            (folder / part / "partition").write_text("1\n")
            self.blocks.joinpath(part).symlink_to(folder.joinpath(part))

    def volume(self, name: str, on: str) -> None:
        """An encrypted volume on a partition."""
        folder = self.devices / "virtual" / name
        (folder / "slaves").mkdir(parents=True)
        folder.joinpath("slaves", on).symlink_to(self.blocks.joinpath(on).resolve())
        self.blocks.joinpath(name).symlink_to(folder)

    def mount(self, source: str, place: str, kind: str = "vfat", options: str = "rw,nosuid") -> None:
        escaped = place.replace(" ", "\\040")
        self._lines.append(f"40 27 8:17 / {escaped} {options} shared:9 - {kind} {source} rw,uid=1000")

    def found(self) -> list[tuple[str, str, bool]]:
        self.mounts.write_text("\n".join(["broken line", *self._lines]))
        return [(str(path), name, writable) for path, name, writable in mounted(self.mounts, self.blocks)]


def test_usb_sticks_sd_cards_and_encrypted_sticks_are_found_and_nothing_else(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.disk("pci0/nvme/nvme0n1", "nvme0n1p1")
    machine.disk("pci0/usb1/1-2/host6/sdb", "sdb1", "sdb2")
    machine.disk("pci0/usb2/2-1/host7/sdc", "sdc1", removable="1")
    machine.disk("platform/mmc0/mmcblk0", "mmcblk0p1", kind="SD")
    machine.disk("platform/mmc1/mmcblk1", "mmcblk1p1", kind="MMC")
    machine.disk("pci0/usb3/3-1/host8/sdd", "sdd1", "sdd2")
    machine.volume("dm-0", on="sdc1")
    machine.mount("/dev/nvme0n1p1", "/")
    machine.mount("/dev/sdb1", "/media/usb/CENTRE 7")
    machine.mount("/dev/sdb2", "/media/usb/LOCKED", options="ro,nosuid")
    machine.mount("/dev/dm-0", "/media/usb/SEALED", "ext4")
    machine.mount("/dev/mmcblk0p1", "/media/usb/CARD")
    machine.mount("/dev/mmcblk1p1", "/data")
    machine.mount("/dev/sdd1", "/boot")
    machine.mount("/dev/sdd2", "/media/usb/REST-OF-A-LIVE-STICK")
    machine.mount("tmpfs", "/run", "tmpfs")
    machine.mount("//server/share", "/media/share", "cifs")
    machine.mount("/dev/gone1", "/media/usb/GONE")
    assert machine.found() == [
        ("/media/usb/CENTRE 7", "CENTRE 7", True),
        ("/media/usb/LOCKED", "LOCKED", False),
        ("/media/usb/SEALED", "SEALED", True),
        ("/media/usb/CARD", "CARD", True),
    ]
    assert mounted(tmp_path / "no-such-list") == []


def test_a_medium_says_its_room_and_one_that_is_pulled_out_or_holds_the_data_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data", "stick", "locked"):
        (tmp_path / name).mkdir()
    found = [
        (tmp_path / "stick", "B", True),
        (tmp_path / "locked", "A", False),
        (tmp_path / "pulled", "C", True),
    ]
    assert media_here(tmp_path / "data", lambda: found) == [], "the disk that the data lie on is none"
    real = os.stat(tmp_path / "data").st_dev
    monkeypatch.setattr(Path, "stat", elsewhere(tmp_path / "data", real))
    seen = media_here(tmp_path / "data", lambda: found)
    assert [(one.name, one.writable) for one in seen] == [("A", False), ("B", True)]
    assert abs(seen[0].free - shutil.disk_usage(tmp_path).free) < 1 << 30
    assert isinstance(removable.media_here(tmp_path / "data"), list), "this machine can be asked"


def elsewhere(data: Path, real: int) -> Callable[..., os.stat_result]:
    """Let the data lie on another disk than everything else."""
    plain = Path.stat

    def stat(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        found = plain(self, follow_symlinks=follow_symlinks)
        if self == data:
            return os.stat_result((*found[:2], real + 1, *found[3:]))
        return found

    return stat
