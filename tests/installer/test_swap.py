"""installer/check-swap.sh: it warns when memory can reach the disk in the clear, and only then."""

import subprocess

import pytest

from tests.installer.conftest import INSTALLER, Machine

HEADER = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


def check(machine: Machine, *swaps: str) -> subprocess.CompletedProcess[str]:
    listed = machine.folder / "swaps"
    listed.write_text(HEADER + "".join(f"{one}\t8388604\t0\t-2\n" for one in swaps))
    return machine.run(INSTALLER / "check-swap.sh", str(listed))


@pytest.fixture
def disks(machine: Machine) -> Machine:
    """/dev/dm-1 and what is stored on /dev/mapper/root lie on dm-crypt, everything else on bare disks."""
    last = "for last; do :; done; case $last in"
    machine.command("lsblk", f"{last} /dev/dm-1|/dev/mapper/root) echo crypt ;; esac; echo disk")
    machine.command("findmnt", f"{last} /safe/*) echo /dev/mapper/root ;; *) echo /dev/sda1 ;; esac")
    return machine


def test_no_swap_is_well(disks: Machine) -> None:
    assert check(disks).returncode == 0


@pytest.mark.parametrize("swap", ["/dev/dm-1 partition", "/dev/zram0 partition", "/safe/swapfile file"])
def test_encrypted_swap_and_compressed_memory_are_well(disks: Machine, swap: str) -> None:
    checked = check(disks, swap)
    assert checked.returncode == 0
    assert checked.stderr == ""


@pytest.mark.parametrize("swap", ["/dev/sda2 partition", "/swapfile file"])
def test_swap_in_the_clear_is_named_with_what_to_do(disks: Machine, swap: str) -> None:
    checked = check(disks, "/dev/dm-1 partition", swap)
    assert checked.returncode == 1
    assert f"WARNING: swap is on and not encrypted: {swap.split()[0]}\n" in checked.stderr
    assert "swapoff -a" in checked.stderr
