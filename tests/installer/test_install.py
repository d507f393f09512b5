"""installer/install.sh and uninstall.sh: what they put where, again, and what they leave."""

import re
import subprocess
import sys
from importlib.metadata import requires
from pathlib import Path

import pytest

from tests.installer.conftest import INSTALLER, PREFIX, Machine
from tests.quality.tree import ROOT

DATA = "var/lib/mobile-centre-kiosk"
ROLES = "etc/udev/rules.d/71-mobile-centre-kiosk-roles.rules"
SCRIPTS = sorted([*INSTALLER.glob("*.sh"), *(INSTALLER / "files").glob("*.sh")])


def test_the_shell_scripts_have_no_finding() -> None:
    found = subprocess.run(
        ["shellcheck", "-x", "-P", "SCRIPTDIR", *SCRIPTS], capture_output=True, text=True, check=False
    )
    assert found.stdout + found.stderr == ""


def test_a_kiosk_gets_its_command_service_entry_and_rules_and_no_server(machine: Machine) -> None:
    assert machine.install("--without-program").returncode == 0
    files = machine.files()
    assert "KIOSK_STORE:=/var/lib/mobile-centre-kiosk/store" in files["usr/local/bin/kiosk"]
    assert "usr/local/lib/systemd/user/mobile-centre-kiosk.service" in files
    assert "usr/local/share/applications/mobile-centre-kiosk.desktop" in files
    assert "etc/udev/rules.d/70-mobile-centre-kiosk.rules" in files
    assert not [name for name in files if "central" in name]


def test_a_server_gets_no_kiosk_session(machine: Machine) -> None:
    assert machine.install("--without-program", "--central").returncode == 0
    names = set(machine.files())
    assert {"usr/local/bin/kiosk-central", "usr/local/bin/kiosk", "etc/default/kiosk-central"} <= names
    assert not [name for name in names if "udev" in name or "desktop" in name or "systemd/user" in name]


def test_no_placeholder_is_left_and_every_choice_arrives(machine: Machine) -> None:
    chosen = ("--prefix=/srv/kiosk", "--bindir=/srv/bin", "--data=/srv/data", "--user=counter")
    options = [part for option in chosen for part in option.split("=")]
    assert machine.install("--without-program", "--kiosk", "--central", *options).returncode == 0
    files = machine.files()
    assert not [name for name, text in files.items() if "@PREFIX@" in text or "@BINDIR@" in text]
    assert not [
        name for name, text in files.items() if "@DATA@" in text or "@USER@" in text or "@CENTRAL" in text
    ]
    service = files["usr/local/lib/systemd/user/mobile-centre-kiosk.service"]
    assert "ConditionUser=counter" in service
    assert "ExecStart=/srv/bin/kiosk run" in service
    assert "/srv/kiosk/current" in files["srv/bin/kiosk"]
    assert "/srv/data/store" in files["srv/bin/kiosk"]


def test_data_folders_are_closed_to_all_others(machine: Machine) -> None:
    machine.install("--without-program", "--kiosk", "--central")
    for folder in (DATA, "var/lib/mobile-centre-central"):
        assert (machine.root / folder).stat().st_mode & 0o777 == 0o700


def test_libraries_are_locked_by_hash_and_the_package_asks_for_nothing_more(machine: Machine) -> None:
    assert machine.install().returncode == 0
    libraries, tools, wheel, package = machine.log
    assert f"--require-hashes -r {ROOT / 'requirements.lock'}" in libraries
    assert "--require-hashes -r" in tools
    assert "--no-deps --no-build-isolation" in wheel
    assert "--no-deps --no-index" in package
    assert (machine.root / PREFIX / "current" / "bin" / "python").exists()


def test_a_server_gets_the_libraries_of_a_server(machine: Machine) -> None:
    machine.install("--central")
    assert str(ROOT / "requirements-central.lock") in machine.log[0]


def test_from_a_folder_of_wheels_no_network_is_asked(machine: Machine, tmp_path: Path) -> None:
    machine.install("--wheels", str(tmp_path))
    assert all("--no-index" in asked for asked in machine.log)
    assert f"-f {tmp_path}" in machine.log[0]


def test_installing_again_builds_nothing_and_changes_nothing(machine: Machine) -> None:
    machine.install("--kiosk", "--central")
    files, asked = machine.files(), machine.log
    assert machine.install("--kiosk", "--central").returncode == 0
    assert machine.files() == files
    assert machine.log == asked


def test_what_a_technician_wrote_stays_at_an_upgrade(machine: Machine) -> None:
    machine.install("--without-program")
    (machine.root / ROLES).write_text('KERNELS=="1-1", SYMLINK+="kiosk-printer"\n')
    machine.install("--without-program")
    assert machine.files()[ROLES] == 'KERNELS=="1-1", SYMLINK+="kiosk-printer"\n'


def test_a_version_that_does_not_start_leaves_the_old_one_in_use(machine: Machine) -> None:
    machine.install("--kiosk")
    before = (machine.root / PREFIX / "current").readlink()
    (machine.folder / "broken").touch()
    failed = machine.install("--kiosk", "--central")
    assert failed.returncode == 1
    assert "the old one stays" in failed.stderr
    assert (machine.root / PREFIX / "current").readlink() == before


def test_the_release_before_stays_to_go_back_to_and_older_ones_go(machine: Machine) -> None:
    releases = machine.root / PREFIX / "releases"
    machine.install("--kiosk")
    old, older = releases.joinpath("0" * 16), releases.joinpath("1" * 16)
    for folder in (old, older):
        folder.mkdir()
    machine.install("--kiosk", "--central")
    assert len(list(releases.iterdir())) == 2
    assert (machine.root / PREFIX / "current").resolve() in releases.iterdir()


def test_a_dry_run_says_what_it_would_do_and_does_nothing(machine: Machine) -> None:
    said = machine.install("--dry-run", "--kiosk", "--central")
    assert said.returncode == 0
    assert f"would: write {machine.root}/usr/local/bin/kiosk-central" in said.stdout
    assert said.stdout.endswith("Nothing was changed.\n")
    assert not machine.root.exists()
    assert machine.log == []


def test_a_folder_that_holds_something_else_is_refused(machine: Machine) -> None:
    other = machine.root / "opt" / "mobile-centre-kiosk" / "letter.txt"
    other.parent.mkdir(parents=True)
    other.write_text("not ours")
    refused = machine.install("--without-program")
    assert refused.returncode == 1
    assert "holds something else" in refused.stderr
    assert machine.files() == {"opt/mobile-centre-kiosk/letter.txt": "not ours"}


@pytest.mark.parametrize(
    "options",
    [
        ("--prefix", "/usr"),
        ("--prefix", "/"),
        ("--prefix", "relative"),
        ("--prefix", "/opt/a/../.."),
        ("--data", "/var/lib/"),
        ("--bindir", "/usr/local/bin|x"),
        ("--data", "/var/lib/with space"),
        ("--user", "root"),
        ("--user", "a;b"),
        ("--wheels", "/no/such/folder"),
        ("--prefix",),
        ("--unknown",),
    ],
)
def test_a_choice_that_could_harm_the_machine_is_refused(machine: Machine, options: tuple[str, ...]) -> None:
    assert machine.install("--without-program", *options).returncode == 1
    assert not machine.root.exists()


def test_uninstalling_leaves_the_data_alone_and_says_so(machine: Machine) -> None:
    machine.install("--kiosk", "--central")
    kept = machine.root / DATA / "store" / "journal"
    kept.parent.mkdir()
    kept.write_text("money")
    gone = machine.uninstall()
    assert gone.returncode == 0, gone.stderr
    assert f"The data stays in {machine.root}/{DATA}." in gone.stdout
    assert machine.files() == {f"{DATA}/store/journal": "money"}
    assert not (machine.root / PREFIX).exists()


def test_uninstalling_takes_nothing_that_it_did_not_bring(machine: Machine) -> None:
    machine.install("--without-program")
    other = machine.root / "usr" / "local" / "bin" / "other"
    other.write_text("not ours")
    machine.uninstall("--dry-run")
    assert (machine.root / "usr/local/bin/kiosk").exists()
    machine.uninstall()
    assert machine.files() == {"usr/local/bin/other": "not ours"}


def test_what_builds_the_package_is_locked_with_all_that_it_needs() -> None:
    named = re.search('^build_tools="(.*)"$', (INSTALLER / "install.sh").read_text(), re.MULTILINE)
    assert named
    wanted, found = {"hatchling"}, set[str]()
    while wanted - found:
        one = (wanted - found).pop()
        found.add(one)
        lines = [
            line for line in requires(one) or [] if "extra ==" not in line and "python_version <" not in line
        ]
        wanted |= {re.split("[^A-Za-z0-9_-]", line)[0] for line in lines}
    assert set(named[1].split()) == wanted


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_installed_program_runs_without_the_checkout(machine: Machine) -> None:
    script, root = str(INSTALLER / "install.sh"), str(machine.root)
    command = [script, "--destdir", root, "--kiosk", "--central", "--python", sys.executable]
    installed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert installed.returncode == 0, installed.stderr
    python = machine.root / PREFIX / "current" / "bin" / "python"
    for arguments in (("kiosk", "words", "12.50"), ("kiosk", "catalogue", "check"), ("central", "--help")):
        ran = subprocess.run(
            [python, "-I", "-m", *arguments], cwd="/", capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
