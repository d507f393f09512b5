"""A real central server for tests: own keys and CA, TLS on a free loopback port, in a thread or a process.

    with running(tmp_path) as server:
        server.add_people()
        slip = server.prepare()
        answer = server.session().post(f"{server.address}/v1/enrol", data=…)

`server.centre` is the very object that the server uses, so a test can look into its database.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import requests

from central.apply import apply_all
from central.centre import Centre, Settings, open_centre, utc_now
from central.enrol import Plan, prepare
from central.folder import Folder
from central.keys import CA_CERT, make_keys
from central.migrations.statements import check_newest
from central.people import Added, add_staff, add_unit, add_vehicle
from central.reference_data import load_signed, load_text
from central.serving import Serving, listen
from kiosk.core.catalogue.dataset import Name
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.enrolment import Slip
from kiosk.core.wire.reference import sign_data
from kiosk.trial_data import shipped_trial_data

UNIT, VEHICLE = "U-0101", "V-07"
STAFF = {"SUP-1": ("supervisor",), "TEL-1": ("teller",), "COL-1": ("collector",)}
FRESH = Settings(refresh=timedelta(0), receipt_host="RECEIPTS.EXAMPLE.EG")
"""Debt snapshots are made anew whenever anything was applied: tests do not wait a quarter of an hour."""
START_S, STOP_S = 30, 10


def client(ca: Path) -> requests.Session:
    """A session that trusts this CA alone, whatever the environment says."""
    session = requests.Session()
    session.trust_env = False
    session.verify = str(ca)
    return session


@dataclass
class Clock:
    """The centre's clock: real time, moved on by `pass_time`."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return utc_now() + self.ahead

    def pass_time(self, span: timedelta) -> None:
        self.ahead += span


@dataclass
class TestServer:
    """A centre that is served; `carried` holds root and recovery key."""

    __test__ = False

    address: str
    centre: Centre
    clock: Clock
    carried: Path
    activations: dict[str, str] = field(default_factory=dict)

    @property
    def ca_file(self) -> Path:
        """The CA certificate, for `verify`."""
        return self.centre.folder.key(CA_CERT)

    def session(self) -> requests.Session:
        """A session that trusts the server's CA only."""
        return client(self.ca_file)

    def add_people(self, unit: str = UNIT, vehicle: str = VEHICLE) -> None:
        """Add one unit with a vehicle, a supervisor, a teller and a collector."""
        add_unit(self.centre, unit, "الوحدة المحلية بالزاوية")
        add_vehicle(self.centre, vehicle, unit, "سيارة 7")
        for code, roles in STAFF.items():
            added: Added = add_staff(self.centre, code, unit, roles)
            self.activations[code] = added.activation

    def add_data(self) -> None:
        """Load the shipped catalogue, fees, policy and zone, signed by this centre's data key."""
        data, now, key = shipped_trial_data(), self.centre.now(), self.centre.keys.data
        ends = now + timedelta(days=365)
        both: tuple[tuple[Name, bytes], ...] = (("catalogue", data.catalogue), ("fees", data.fees))
        for name, content in both:
            plain = parse_canonical(content, max_bytes=16 << 20)
            load_signed(self.centre, name, sign_data(name, "1", plain, key=key, issued=now, expires=ends))
        load_text(self.centre, "policy", data.policy.decode())
        load_text(self.centre, "zone", data.zone.decode())

    def prepare(self, vehicle: str | None = VEHICLE, collector: str | None = None) -> Slip:
        """Prepare an enrolment and return its slip."""
        return prepare(
            self.centre, Plan(unit=UNIT, address=self.address, vehicle=vehicle, collector=collector)
        )

    def settle(self) -> None:
        """Apply now what was stored, instead of when the server comes to it."""
        apply_all(self.centre)


def make_centre(
    root: Path, clock: Clock, settings: Settings = FRESH, database: str | None = None
) -> tuple[Centre, Path]:
    """Make keys and database of a new centre below `root`; `database`: an address of PostgreSQL."""
    check_newest()
    carried, folder = root / "carried", Folder(root / "centre")
    if not folder.keys.exists():
        make_keys(folder, carried, hosts=["localhost", "127.0.0.1"], now=clock.now())
    if database is not None:
        folder.database_line.write_text(database)
    return open_centre(root / "centre", now=clock.now, settings=settings), carried


@contextmanager
def running(
    root: Path, *, settings: Settings = FRESH, port: int = 0, database: str | None = None
) -> Iterator[TestServer]:
    """Serve a centre in a thread. The same `root` again goes on with the same keys and data.

    `database`: address of a PostgreSQL database (tests/central/postgres.py); without it SQLite.
    """
    clock = Clock()
    centre, carried = make_centre(root, clock, settings, database)
    with _served(centre, port) as address:
        yield TestServer(address, centre, clock, carried)
    centre.close()


@contextmanager
def _served(centre: Centre, port: int) -> Iterator[str]:
    said: list[str] = []
    ready = Event()

    def started(address: str) -> None:
        said.append(address)
        ready.set()

    serving = Serving(centre, listen("127.0.0.1", port), started)
    thread = Thread(target=serving.serve_until_stopped, daemon=True)
    thread.start()
    try:
        assert ready.wait(START_S), "the server did not start"
        yield said[0]
    finally:
        serving.should_exit = True
        thread.join(STOP_S)


@dataclass
class ServerProcess:
    """The real `kiosk-central run` as a process of its own, to be killed."""

    process: "subprocess.Popen[str]"
    address: str

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_S)


@contextmanager
def process(root: Path, *, port: int = 0, script: str = "") -> Iterator[ServerProcess]:
    """Start `kiosk-central run` on the centre below `root`, which must have its keys.

    `script`: Python code that takes its place and calls `central.__main__.main` itself.
    """
    program = ["-c", script] if script else ["-m", "central"]
    options = ["--folder", str(root / "centre"), "--port", str(port), "--json"]
    command = [sys.executable, *program, "run", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            yield ServerProcess(child, json.loads(child.stdout.readline())["address"])
        finally:
            child.kill()
            child.wait(STOP_S)
