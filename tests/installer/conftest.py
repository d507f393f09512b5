"""A machine to install on: a folder that stands for its root, and stand-ins for what takes long."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.quality.tree import ROOT

INSTALLER = ROOT / "installer"
PREFIX = "opt/mobile-centre-kiosk"
PYTHON = """
case "$*" in
  "-I -m venv "*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
  *"-m pip wheel"*) echo "pip $*" >> "$LOG"; touch "${0%/venv/bin/python}/a.whl" ;;
  *"-m pip "*) echo "pip $*" >> "$LOG" ;;
  "-I -m kiosk --version") [ ! -e "$(dirname "$LOG")/broken" ] ;;
esac
"""
"""A Python whose environments are itself and whose pip only says what it was asked."""


class Machine:
    """`root` stands for the machine's root folder; commands run with stand-ins first in PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.root = folder, folder / "root"
        self._bin, self._log = folder / "bin", folder / "log"
        self._bin.mkdir(parents=True)
        self.command("python3", PYTHON)

    def command(self, name: str, body: str) -> None:
        """A stand-in for a command of the system."""
        file = self._bin.joinpath(name)
        file.write_text(f"#!/bin/sh\n{body}\n")
        file.chmod(0o755)

    @property
    def log(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []

    def run(self, script: Path, *options: str) -> subprocess.CompletedProcess[str]:
        path = f"{self._bin}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            [script, *options],
            env={"PATH": path, "LOG": str(self._log)},
            capture_output=True,
            text=True,
            check=False,
        )

    def install(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run(INSTALLER / "install.sh", "--destdir", str(self.root), *options)

    def uninstall(self, *options: str) -> subprocess.CompletedProcess[str]:
        return self.run(self.root / PREFIX / "uninstall.sh", "--destdir", str(self.root), *options)

    def files(self) -> dict[str, str]:
        """Every file and link below the root, with its text or target; no folders."""
        return {
            str(path.relative_to(self.root)): str(path.readlink()) if path.is_symlink() else path.read_text()
            for path in sorted(self.root.rglob("*"))
            if path.is_symlink() or path.is_file()
        }


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "machine")
