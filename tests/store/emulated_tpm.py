"""A TPM 2.0 for tests: swtpm, the emulator that virtual machines use, on a socket in a folder of its own."""

import atexit
import shutil
import struct
import subprocess
import tempfile
import time
from pathlib import Path

from kiosk.store.tpm.link import SocketLink, send
from kiosk.store.tpm.wire import Command, frame, no_password


class EmulatedTpm:
    """One chip. `stop` and `start` are the machine's power; its memory stays in the folder."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tpm"))
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.throw_away)  # also after a test that failed half-way
        self.start()

    @property
    def place(self) -> str:
        """How the kiosk is told where it is."""
        return f"unix:{self.folder}/data"

    def start(self) -> None:
        """Switch it on and wait until it answers."""
        command = [
            "swtpm", "socket", "--tpm2", "--flags", "not-need-init,startup-clear",
            "--tpmstate", f"dir={self.folder}",
            "--server", f"type=unixio,path={self.folder}/data",
            "--ctrl", f"type=unixio,path={self.folder}/control",
        ]  # fmt: skip
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("swtpm does not start")

    def _listens(self) -> bool:
        try:
            SocketLink(f"{self.folder}/data").close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Cut its power."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        for name in ("data", "control"):
            (self.folder / name).unlink(missing_ok=True)

    def throw_away(self) -> None:
        """Cut its power and lose its memory."""
        atexit.unregister(self.throw_away)
        self.stop()
        shutil.rmtree(self.folder)

    def allow_guessing(self, most: int, interval_s: int) -> None:
        """Set its limit on wrong tries, as who owns the machine can."""
        numbers = struct.pack(">III", most, interval_s, interval_s)
        command = frame(Command.SET_TRY_LIMIT, struct.pack(">I", 0x4000000A), no_password(), numbers)
        link = SocketLink(f"{self.folder}/data")
        send(link, command)
        link.close()
