"""The central server of the demonstration: its folder is filled by commands, and it runs as a process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kiosk.resources import resources_folder
from kiosk.zone_files import shipped_zone_text
from tools.demo.sample import Sample
from tools.demo.shell import DemoError, centre_does, kiosk_does
from tools.steady_port import steady_port

STOP_S = 10


class Centre:
    """One centre below a folder. `start` again goes on with the same keys, data and port."""

    def __init__(self, root: Path, port: int = 0) -> None:
        self.root, self.port = root, port or steady_port()
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """Where devices reach it."""
        return f"https://127.0.0.1:{self.port}"

    def do(self, *words: object) -> Any:
        """One command of `kiosk-central` on this centre."""
        return centre_does(*words, "--folder", self.root / "data")

    def make(self, sample: Sample) -> dict[str, str]:
        """Keys, places, people and rules; returns the activation number of each person."""
        self.root.mkdir(parents=True)
        self.do("keys", "init", "--carry-away", self.root / "safe")
        self.do("unit", "add", sample.unit["code"], "--name", sample.unit["name"])
        of_unit = ("--unit", sample.unit["code"])
        self.do("vehicle", "add", sample.vehicle["code"], *of_unit, "--name", sample.vehicle["name"])
        activations = {}
        for code, roles in ((sample.technician, ["technician"]), *sample.staff.items()):
            named = [word for role in roles for word in ("--role", role)]
            activations[code] = self.do("staff", "add", code, *of_unit, *named)["activation"]
        self._load_rules()
        return activations

    def _load_rules(self) -> None:
        signed, fees, zone = (self.root / name for name in ("catalogue.json", "fees.json", "zone.yaml"))
        key = self.root / "data" / "keys" / "data.pem"
        kiosk_does("catalogue", "build", "--key", key, "--out", signed, "--fees-out", fees)
        zone.write_text(shipped_zone_text(), encoding="utf-8")
        self.do("catalogue", "load", signed)
        self.do("fees", "load", fees)
        self.do("policy", "load", resources_folder() / "policy" / "default.yaml")
        self.do("zone", "load", zone)

    def load_debts(self, file: Path) -> Any:
        """Import a file of debts."""
        return self.do("debts", "import", file)

    def prepare(self, sample: Sample) -> Any:
        """Prepare the vehicle's enrolment; returns what its slip says."""
        unit, vehicle = sample.unit["code"], sample.vehicle["code"]
        return self.do("enrol", "prepare", "--unit", unit, "--vehicle", vehicle, "--address", self.address)

    def start(self) -> None:
        """Serve, until `stop`. Raises DemoError when it does not come up."""
        command = [sys.executable, "-m", "central", "run", "--folder", str(self.root / "data")]
        command += ["--port", str(self.port), "--json"]
        log = (self.root / "server.log").open("a", encoding="utf-8")
        with log:
            self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise DemoError(f"the server did not start: see {self.root / 'server.log'}")
        self.port = int(json.loads(line)["address"].rsplit(":", 1)[1])

    def stop(self) -> None:
        """End the process: from now on the address refuses every connection."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)
        if process.stdout:
            process.stdout.close()

    def holds(self) -> dict[str, Any]:
        """What it says that it holds."""
        status: dict[str, Any] = self.do("status")
        return status
