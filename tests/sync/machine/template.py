"""A centre with devices that are at work, made once in a process; each history gets a copy of it."""

import atexit
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from psycopg.conninfo import conninfo_to_dict

from central.centre import Settings
from central.debts import import_rows
from central.people import add_staff
from kiosk.core.debts.snapshot import DebtorRow
from kiosk.core.wire import enrolment
from tests.acts import begin
from tests.central.postgres import Cluster
from tests.central.server import UNIT, TestServer, running
from tests.sync.enrolled import EnrolledDevice, debtor_row, make_enrolled, sync

NAMES = "ABC"
TELLER, OTHER_TELLER, SUPERVISOR = "TEL-1", "TEL-2", "SUP-1"
OWED = {"L-1": 500_00, "L-2": 300_00, "L-3": 1000_00}
"""Accounts, and what is owed on each at first: little, so that devices which share them take too much."""
SETTINGS = Settings(receipt_host="RECEIPTS.EXAMPLE.EG")
"""Debts are published every quarter of an hour of the centre's clock, which the histories move."""


def quick_folder(prefix: str) -> Path:
    """A folder in memory where there is one: what is tested here is not the disk."""
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK)
    return Path(mkdtemp(prefix=prefix, dir=memory if usable else None))


@dataclass
class Databases:
    """Where PostgreSQL keeps the template's data, to be copied: `source` is its name."""

    cluster: Cluster
    source: str
    _count: int = 0
    _dropped: int = 0

    def copy(self) -> str:
        """A copy of the template's data. Its address."""
        return self._create(self.source)

    def empty(self) -> str:
        """A database without tables."""
        return self._create("template0")

    def _create(self, source: str) -> str:
        self._count += 1
        name = f"history_{self._count}"
        self.cluster.execute(f"CREATE DATABASE {name} TEMPLATE {source}")
        return self.cluster.address(name)

    def drop_all(self) -> None:
        """Drop every copy that was made since."""
        for n in range(self._dropped + 1, self._count + 1):
            self.cluster.execute(f"DROP DATABASE history_{n} WITH (FORCE)")
        self._dropped = self._count


def name_of(address: str) -> str:
    """The name of the database at an address."""
    return str(conninfo_to_dict(address)["dbname"])


@dataclass(frozen=True)
class Template:
    """Folders of a centre and of devices with an open shift, and the secrets of their people."""

    root: Path
    secrets: dict[str, dict[str, str]]
    databases: Databases | None

    @property
    def centre(self) -> Path:
        return self.root / "central" / "centre"

    def device(self, name: str) -> Path:
        return self.root / f"device-{name}"


@cache
def template() -> Template:
    """The one on SQLite, made at the first call."""
    return make_template(None)


def make_template(cluster: Cluster | None, names: Sequence[str] = NAMES) -> Template:
    """Enrol the devices at a centre and let them begin to work; in this cluster, or on SQLite."""
    root = quick_folder("kiosk-machine-")
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    address = cluster.new_database() if cluster is not None else None
    databases = Databases(cluster, name_of(address)) if cluster is not None and address is not None else None
    secrets: dict[str, dict[str, str]] = {}
    made = Template(root, secrets, databases)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        with running(root / "central", settings=SETTINGS, database=address) as server:
            server.add_people()
            server.activations[OTHER_TELLER] = add_staff(
                server.centre, OTHER_TELLER, UNIT, ("teller",)
            ).activation
            server.add_data()
            import_rows(server.centre, [owing(account, owed) for account, owed in OWED.items()])
            devices = [_at_work(made.device(name), server) for name in names]
            for device in devices:  # each knows by now that there are the others
                sync(device.unlock(TELLER))
                device.close()
            server.settle()
            secrets |= {name: one.secrets for name, one in zip(names, devices, strict=True)}
    return made


def owing(account: str, piastres: int) -> DebtorRow:
    """The debtor of an account: one each."""
    return debtor_row(debtor_of(account), account, piastres)


def debtor_of(account: str) -> str:
    return f"DBT-{account[2:]}"


def _at_work(root: Path, server: TestServer) -> EnrolledDevice:
    """Enrol a device, let two tellers in, and open the shift of one; all of it is at the centre."""
    device = make_enrolled(root, server)
    for code in (TELLER, OTHER_TELLER):
        device.add(code, "teller")
    session = device.unlock(TELLER)
    begin(session)
    for _ in range(2):
        sync(session)
        server.settle()
    device.close()
    return device
