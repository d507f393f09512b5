"""Everything that the demonstration stands on: its folder, the centre, an enrolled device, the printer."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kiosk.devices.simulators.control import SheetFolder
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.devices.simulators.zvt_terminal import PtyZvtTerminal
from tools.demo.centre import Centre
from tools.demo.sample import Sample
from tools.demo.shell import DemoError, kiosk_does

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / "demo-output"
_NOTE = "demo.json"
TELLER, SUPERVISOR = "TEL-1", "SUP-1"
TERMINAL = "31000017"
"""How the simulated payment terminal is called at its bank."""


@dataclass
class Place:
    """The folder of one demonstration. `secrets` are those of its staff: they guard nothing but samples."""

    output: Path
    port: int = 0
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def device(self) -> Path:
        """The device's data folder."""
        return self.output / "device"

    @property
    def paper(self) -> Path:
        """Where printed sheets go."""
        return self.output / "paper"

    @property
    def printer_link(self) -> Path:
        """The lasting name of the printer's port."""
        return self.output / "printer"

    @property
    def terminal_link(self) -> Path:
        """The lasting name of the payment terminal's port."""
        return self.output / "terminal"

    @property
    def terminal_record(self) -> Path:
        """What the payment terminal itself has written of what it charged."""
        return self.output / "terminal.record"

    def centre(self) -> Centre:
        """The central server."""
        return Centre(self.output / "centre", self.port)

    @classmethod
    def made(cls, output: Path) -> "Place | None":
        """The demonstration that was set up in a folder before, if there is one."""
        note = output / _NOTE
        if not note.is_file():
            return None
        return cls(output, **json.loads(note.read_text(encoding="utf-8")))

    @classmethod
    def make(cls, output: Path, debtors: int, say: "Say") -> "Place":
        """Set everything up anew in place of an older demonstration. The server is stopped at the end."""
        place, sample = cls(_fresh(output)), Sample()
        centre = place.centre()
        say("The centre: keys, places, staff, catalogue, fees, policy")
        activations = centre.make(sample)
        file = output / "debts.csv"
        sample.write(file, debtors)
        loaded = centre.load_debts(file)
        say(f"The centre: {loaded['debtors']} debtors with {loaded['charges']} charges imported")
        centre.start()
        try:
            place.port = centre.port
            place._enrol(centre, sample, activations)
        finally:
            centre.stop()
        say(f"The device: enrolled over TLS, with debts, rules, a book and {len(place.secrets)} people")
        note = {name: value for name, value in asdict(place).items() if name != "output"}
        (output / _NOTE).write_text(json.dumps(note, indent=2) + "\n", encoding="utf-8")
        return place

    def _enrol(self, centre: Centre, sample: Sample, activations: dict[str, str]) -> None:
        slip = {"KIOSK_SLIP": centre.prepare(sample)["qr_text"], "KIOSK_ACTIVATION": activations[SUPERVISOR]}
        made = kiosk_does(
            "provision",
            *("--store", self.device, "--technician", sample.technician, "--supervisor", SUPERVISOR),
            secrets=slip,
        )
        if made["faults"]:
            raise DemoError(f"the device did not get all data: {made['faults']}")
        self.secrets[SUPERVISOR] = made["supervisor"]["secret"]
        for code, roles in sample.staff.items():
            if code == SUPERVISOR:
                continue
            named = [word for role in roles for word in ("--role", role)]
            words = ("staff", "add", code, *named, "--store", self.device, "--staff", SUPERVISOR)
            known = {"KIOSK_SECRET": self.secrets[SUPERVISOR], "KIOSK_ACTIVATION": activations[code]}
            self.secrets[code] = kiosk_does(*words, secrets=known)["secret"]
        kiosk_does("devices", "printer", "use", "--store", self.device, "--port", self.printer_link)
        linked = ("--address", self.terminal_link, "--id", TERMINAL)
        kiosk_does("devices", "terminal", "add", "--store", self.device, *linked)

    @contextmanager
    def printer(self) -> Iterator[PtyPrinter]:
        """A printer of software on a real pseudo-terminal; each sheet becomes a picture."""
        sheets = SheetFolder(self.paper)
        saved: list[Path] = []
        with PtyPrinter(
            link=self.printer_link, on_sheet=lambda sheet: saved.append(sheets.save(sheet))
        ) as line:
            yield line

    @contextmanager
    def terminal(self) -> Iterator[PtyZvtTerminal]:
        """A payment terminal of software that charges nobody, on a real pseudo-terminal."""
        made = PtyZvtTerminal(records=self.terminal_record, link=self.terminal_link)
        with made:
            yield made

    def staff_lines(self) -> list[str]:
        """Who may unlock, with secrets, for whoever sits at the screen."""
        sample = Sample()
        return [f"{code}  {self.secrets[code]}  {', '.join(roles)}" for code, roles in sample.staff.items()]


class Say:
    """Says how far it is, with the seconds since the start."""

    def __init__(self) -> None:
        import time

        self._clock, self._begun = time.monotonic, time.monotonic()

    def __call__(self, text: str) -> None:
        """One line."""
        print(f"{self._clock() - self._begun:6.1f} s  {text}", flush=True)


def _fresh(output: Path) -> Path:
    """An empty folder. Raises DemoError for one that holds something else than a demonstration."""
    if output.exists():
        ours = {_NOTE, "summary.json", "centre", "debts.csv"}
        if any(output.iterdir()) and not any((output / name).exists() for name in ours):
            raise DemoError(f"{output} holds something else: name another folder with --output")
        shutil.rmtree(output)
    output.mkdir(parents=True)
    return output
