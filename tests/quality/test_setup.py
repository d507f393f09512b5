"""tools/setup.sh, run with stand-ins of the system's commands: what it installs, asks for, leaves alone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.quality.tree import ROOT

INSTALLED = 'echo "install ok installed"'
PYTHON = """
case "$*" in
  "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip "*) echo "pip $*" >> "$LOG" ;;
esac
"""


class Machine:
    """A folder with the script and a PATH that begins with stand-ins; `log` is what they were asked."""

    def __init__(self, folder: Path) -> None:
        self.project, self._bin, self._log = folder / "project", folder / "bin", folder / "log"
        (self.project / "tools").mkdir(parents=True)
        self._bin.mkdir()
        shutil.copy2(ROOT / "tools" / "setup.sh", self.project / "tools")
        for name in ("requirements-dev.lock", "pyproject.toml"):
            (self.project / name).write_text("")
        self.command("dpkg-query", INSTALLED)
        self.command("apt-get", 'echo "apt-get $*" >> "$LOG"')
        self.command("id", "echo 0")
        for name in ("python3", "python3.11", "python3.12", "python3.13"):
            self.command(name, PYTHON)

    def command(self, name: str, body: str) -> None:
        file = self._bin / name
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    @property
    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def setup(self, **more: str) -> subprocess.CompletedProcess[str]:
        path = f"{self._bin}{os.pathsep}{os.environ['PATH']}"
        environment = {"PATH": path, "LOG": str(self._log), **more}
        script = self.project / "tools" / "setup.sh"
        return subprocess.run([script], env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_it_installs_what_is_locked_once(machine: Machine) -> None:
    assert machine.setup().returncode == 0
    pip = machine.log.splitlines()
    assert "--require-hashes -r requirements-dev.lock" in pip[0]
    assert "--no-deps --no-build-isolation -e ." in pip[1]
    assert machine.setup().returncode == 0
    assert machine.log.splitlines() == pip


def test_a_new_lock_is_installed_again(machine: Machine) -> None:
    machine.setup()
    (machine.project / "requirements-dev.lock").write_text("click==1\n")
    machine.setup()
    assert machine.log.count("requirements-dev.lock") == 2


def test_an_ordinary_user_is_told_one_line_to_copy(machine: Machine) -> None:
    machine.command("dpkg-query", 'case "$*" in *libegl1|*libgl1) exit 1 ;; *) ' + INSTALLED + " ;; esac")
    machine.command("id", "echo 1000")
    done = machine.setup()
    assert done.returncode == 1
    line = "  sudo apt-get update && sudo apt-get install --no-install-recommends libegl1 libgl1"
    assert done.stderr.splitlines()[1:] == [line]
    assert machine.log == ""


def test_root_installs_what_is_missing(machine: Machine) -> None:
    machine.command("dpkg-query", 'case "$*" in *libegl1) exit 1 ;; *) ' + INSTALLED + " ;; esac")
    assert machine.setup().returncode == 0
    assert "apt-get install -q -y --no-install-recommends libegl1\n" in machine.log


def test_a_proxy_that_is_installed_for_the_tests_is_not_started(machine: Machine) -> None:
    machine.command("dpkg-query", 'case "$*" in *nginx) exit 1 ;; *) ' + INSTALLED + " ;; esac")
    machine.command("systemctl", 'echo "systemctl $*" >> "$LOG"')
    assert machine.setup().returncode == 0
    asked = [line for line in machine.log.splitlines() if not line.startswith("pip")]
    masked, *_, installed = asked
    assert masked == "systemctl mask -q nginx.service"
    assert installed == "apt-get install -q -y --no-install-recommends nginx"
    assert "haproxy" not in machine.log


@pytest.mark.parametrize("display", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_a_window_needs_more_where_there_is_a_display(machine: Machine, display: dict[str, str]) -> None:
    machine.command("dpkg-query", 'case "$*" in *libxcb-cursor0) exit 1 ;; *) ' + INSTALLED + " ;; esac")
    assert machine.setup().returncode == 0
    assert "apt-get" not in machine.log
    assert machine.setup(**display).returncode == 0
    assert "apt-get install -q -y --no-install-recommends libxcb-cursor0\n" in machine.log


def test_a_python_without_venv_asks_for_its_package(machine: Machine) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        machine.command(name, 'case "$*" in *ensurepip*) exit 1 ;; esac')
    machine.command("dpkg-query", 'case "$*" in *python3-venv) exit 1 ;; *) ' + INSTALLED + " ;; esac")
    machine.command("id", "echo 1000")
    assert "install --no-install-recommends python3-venv" in machine.setup().stderr


def test_without_a_fitting_python_it_says_which_are_fit(machine: Machine) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        machine.command(name, "exit 1")
    done = machine.setup()
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr
