"""`kiosk run` loads nothing of the desk or the store on its way to the first picture."""

import subprocess
import sys

LOADED = "import sys, kiosk.commands.run; print(*sorted(sys.modules))"


def test_the_command_itself_loads_nothing_of_the_desk() -> None:
    ran = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    loaded = ran.stdout.split()
    assert "kiosk.commands.run" in loaded
    assert not [
        name for name in loaded if name.startswith(("kiosk.desk", "kiosk.store", "cryptography", "PySide6"))
    ]
