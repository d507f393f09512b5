"""Units, desktop entry and device rules as the system's own checkers read them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.installer.conftest import INSTALLER, Machine

USER_UNIT = "usr/local/lib/systemd/user/mobile-centre-kiosk.service"
SYSTEM_UNIT = "usr/local/lib/systemd/system/kiosk-central.service"
PROXIED_UNIT = "usr/local/lib/systemd/system/kiosk-central@.service"
LIST_UNITS = tuple(f"usr/local/lib/systemd/system/kiosk-central-crl.{kind}" for kind in ("service", "timer"))
ASSIGNMENT = re.compile(r'([A-Z_]+)(?:\{([\w:.]+)\})?(==|!=|=|\+=)"([^"]*)"')
MATCHES = {"ACTION", "SUBSYSTEM", "SUBSYSTEMS", "KERNEL", "KERNELS", "ATTR", "ATTRS", "ENV"}
SETS = {"ENV", "GROUP", "MODE", "SYMLINK", "GOTO", "LABEL"}
NEEDS_RIGHTS = (
    "Protect",
    "Private",
    "Capability",
    "Ambient",
    "ReadOnly",
    "ReadWrite",
    "Inaccessible",
    "User=",
)
"""Lines that a user's own manager may not carry out: the unit would not start."""


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    machine = Machine(tmp_path_factory.mktemp("units") / "machine")
    assert machine.install("--without-program", "--kiosk", "--central").returncode == 0
    return machine


def checked(machine: Machine, unit: str, *command: str) -> subprocess.CompletedProcess[str]:
    """Give a unit to systemd-analyze, its paths set to where they are in the staging folder."""
    text = machine.files()[unit]
    for place in ("/usr/local/bin", "/etc/default"):
        text = text.replace(f"={place}/", f"={machine.root}{place}/")
    file = machine.folder / Path(unit).name
    file.write_text(text)
    return subprocess.run(
        ["systemd-analyze", *command, file],
        env=os.environ | {"XDG_RUNTIME_DIR": str(machine.folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def settings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and line[0] not in "#["]


@pytest.mark.parametrize(
    ("unit", "manager"),
    [(USER_UNIT, "--user"), *((one, "--system") for one in (SYSTEM_UNIT, PROXIED_UNIT, *LIST_UNITS))],
)
def test_systemd_finds_nothing_to_say_about_a_unit(staged: Machine, unit: str, manager: str) -> None:
    verified = checked(staged, unit, manager, "verify")
    assert verified.returncode == 0
    assert verified.stdout + verified.stderr == ""


@pytest.mark.parametrize("unit", [SYSTEM_UNIT, PROXIED_UNIT])
def test_the_server_is_exposed_to_little(staged: Machine, unit: str) -> None:
    rated = checked(staged, unit, "--system", "security", "--offline=true", "--threshold=20")
    assert rated.returncode == 0, rated.stdout


def test_the_kiosk_unit_asks_for_nothing_that_a_user_may_not_do(staged: Machine) -> None:
    for line in settings(staged.files()[USER_UNIT]):
        assert not line.startswith(NEEDS_RIGHTS), line


@pytest.mark.parametrize("unit", [USER_UNIT, SYSTEM_UNIT, PROXIED_UNIT])
def test_no_watchdog_kills_a_program_that_gives_no_signs_of_life(staged: Machine, unit: str) -> None:
    lines = settings(staged.files()[unit])
    assert not [line for line in lines if line.startswith(("WatchdogSec", "Type=notify"))]
    assert "Restart=on-failure" in lines
    assert "LimitCORE=0" in lines


def test_a_server_behind_a_proxy_differs_from_one_without_in_how_it_is_reached(staged: Machine) -> None:
    files = staged.files()
    alone, proxied = (set(settings(files[one])) for one in (SYSTEM_UNIT, PROXIED_UNIT))
    assert {line.partition("=")[0] for line in alone ^ proxied} == {
        "Description",
        "ExecStart",
        "RuntimeDirectory",
        "RuntimeDirectoryMode",
        "RuntimeDirectoryPreserve",
    }
    for name in ("nginx.conf", "haproxy.cfg"):
        assert "/run/kiosk-central/1.sock" in files[f"usr/local/share/kiosk-central/{name}"]


def test_the_kiosk_starts_with_the_session_through_a_link_to_its_unit(staged: Machine) -> None:
    link = "etc/systemd/user/graphical-session.target.wants/mobile-centre-kiosk.service"
    assert staged.files()[link] == f"/{USER_UNIT}"


def test_the_desktop_entry_is_valid_and_has_both_names(staged: Machine) -> None:
    entry = staged.root / "usr/local/share/applications/mobile-centre-kiosk.desktop"
    validated = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True, check=False)
    assert validated.stdout + validated.stderr == ""
    text = entry.read_text(encoding="utf-8")
    assert "Name[ar]=كشك المركز التكنولوجي المتنقل\n" in text
    assert "Name=Mobile centre kiosk\n" in text
    icon = re.search("^Icon=(.*)$", text, re.MULTILINE)
    assert icon
    assert f"usr/local/share/icons/hicolor/scalable/apps/{icon[1]}.svg" in staged.files()


def mistakes(rules: str) -> list[str]:
    """Lines that udev would not take: not `KEY op "value"` with keys that match or set."""
    wrong = []
    for number, line in enumerate(rules.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        for part in line.split(", "):
            found = ASSIGNMENT.fullmatch(part)
            if not found or found[1] not in (MATCHES if found[3] in ("==", "!=") else SETS):
                wrong.append(f"{number}: {part}")
    return wrong


def test_the_check_of_rules_finds_mistakes() -> None:
    assert mistakes('SUBSYSTEM="tty", MODE="0660"') == ['1: SUBSYSTEM="tty"']
    assert mistakes('MODE=="0660"\nMODE=0660') == ['1: MODE=="0660"', "2: MODE=0660"]


def test_device_rules_are_well_formed_also_those_to_be_filled_in(staged: Machine) -> None:
    for name, text in staged.files().items():
        if name.endswith(".rules"):
            assert mistakes(text) == [], name
            if name.endswith("roles.rules"):
                assert mistakes("\n".join(re.findall("^# (SUBSYSTEM.*)$", text, re.MULTILINE))) == []


def test_udev_takes_the_rules_where_it_can_be_asked(staged: Machine) -> None:
    """`udevadm verify` came with systemd 254: Debian 13 has it, 12 has the check above only."""
    verifies = (
        shutil.which("udevadm")
        and "verify"
        in subprocess.run(["udevadm", "--help"], capture_output=True, text=True, check=False).stdout
    )
    for rules in (staged.root / "etc/udev/rules.d").iterdir() if verifies else ():
        subprocess.run(["udevadm", "verify", rules], check=True)


def test_no_modem_program_probes_a_listed_device(staged: Machine) -> None:
    rules = staged.files()["etc/udev/rules.d/70-mobile-centre-kiosk.rules"]
    listed = [
        line.split("\t")
        for line in (INSTALLER / "serial-devices.tsv").read_text().splitlines()
        if line[0] != "#"
    ]
    assert len(listed) > 10
    for vendor, product, _ in listed:
        which = f'ATTRS{{idVendor}}=="{vendor}"' + (
            "" if product == "*" else f', ATTRS{{idProduct}}=="{product}"'
        )
        assert f'SUBSYSTEM=="tty", {which}, ENV{{ID_MM_DEVICE_IGNORE}}="1"' in rules


@pytest.mark.parametrize(
    "line", ["04B8\t*\tcapitals", "04b8 0202 spaces", "04b8\t*", '04b8\t"\tquote', "4b8\t*\tx"]
)
def test_a_mistake_in_the_list_of_devices_is_named_with_its_line(machine: Machine, line: str) -> None:
    file = machine.folder / "devices.tsv"
    file.write_text(f"# comment\n{line}\n")
    made = machine.run(INSTALLER / "serial-rules.sh", str(file))
    assert made.returncode == 1
    assert f"{file}:2: expected vendor" in made.stderr
