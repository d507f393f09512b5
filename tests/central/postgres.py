"""A real PostgreSQL for tests: one cluster for each test process, and databases of one's own in no time.

    def test_…(new_database: Callable[[], str], tmp_path: Path) -> None:
        with running(tmp_path, database=new_database()) as server: …       # a centre on PostgreSQL

`new_database()` makes a database with all tables and returns its address `postgresql://…`; `Storage(address)`
opens it too. `running`, `make_centre` and `process` of tests/central/server.py write the address into the
folder of the centre, so that commands and other processes of the same folder use it. `postgres` is the
cluster itself: `stop`, `start`, `kill_backend` for tests of crashes (give them a cluster of their own:
`with cluster() as own:`). Both are fixtures of tests/conftest.py: every test may ask for them.

The server listens on a socket in a private folder only, in memory where there is room. It runs with
`fsync=on` and everything else that makes a commit last, as the centre demands. As root it runs as the user
`postgres` of the Debian package.
"""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from central.migrations.statements import check_newest
from central.months import make_ahead
from central.storage import Storage

SUPERUSER, TEMPLATE = "postgres", "kiosk_template"
_PREFIX, _OWNER = "kiosk-pg-", "tests.pid"
_WAIT_S = 60
_LOOK_S = 0.05
_ROOM = 2 << 30
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "max_wal_size": "256MB",
    "log_min_messages": "fatal",
}


def programs() -> Path:
    """The folder of `initdb` and `postgres`: the newest that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[4]))
    assert found, "PostgreSQL is not installed: run tools/setup.sh"
    return found[-1].parent


def _as_whom() -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": SUPERUSER, "group": SUPERUSER, "extra_groups": []}


@dataclass
class Cluster:
    """One PostgreSQL server below `root`; `start` it first."""

    root: Path
    fsync: str = "on"
    settings: dict[str, str] = field(default_factory=dict)
    _process: "subprocess.Popen[bytes] | None" = None
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def data(self) -> Path:
        return self.root / "data"

    def address(self, database: str) -> str:
        return f"postgresql://{SUPERUSER}@/{database}?host={self.root}"

    def make(self) -> None:
        """Make the files of the cluster."""
        options = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [programs() / "initdb", "-D", self.data, *options],
            check=True, stdout=subprocess.DEVNULL, cwd=self.root, **_as_whom(),
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it answers."""
        settings = {**_SETTINGS, "fsync": self.fsync, "unix_socket_directories": str(self.root)}
        settings |= self.settings
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = subprocess.Popen(
            [programs() / "postgres", "-D", self.data, *options],
            cwd=self.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **_as_whom(),
        )  # fmt: skip
        self.wait_until_it_answers()

    def wait_until_it_answers(self) -> None:
        """Wait for the end of its start, or of its recovery after a crash."""
        ends = time.monotonic() + _WAIT_S
        while not self._answers():
            assert self._process is not None, "PostgreSQL was not started"
            assert self._process.poll() is None, "PostgreSQL did not start"
            assert time.monotonic() < ends, "PostgreSQL does not answer"
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_LOOK_S)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT at once and in order, SIGQUIT as a power cut would."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_WAIT_S)
            self._process = None

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Execute one statement outside a transaction."""
        with psycopg.connect(self.address(database), autocommit=True) as db:
            cursor = db.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def make_template(self) -> None:
        """Make the database that new ones are copies of."""
        check_newest()
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        storage = Storage(self.address(TEMPLATE))
        make_ahead(storage, datetime.now(UTC))
        storage.close()

    def new_database(self, *, template: str = TEMPLATE) -> str:
        """Make a database with all tables, and return its address; from `template0` an empty one."""
        name = f"kiosk_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.address(name)

    @contextmanager
    def away(self, address: str) -> Iterator[None]:
        """Let nobody into this database meanwhile, and end who is in it."""
        name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
        self.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        self.end_backends(address)
        yield
        self.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def end_backends(self, address: str) -> None:
        """End the sessions of this database, as a restart of the server does; the server goes on."""
        name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
        self.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")

    def kill_backends(self, address: str) -> int:
        """Kill -9 the server's processes that serve this database: PostgreSQL restarts itself after that.
        Returns how many.
        """
        name = psycopg.conninfo.conninfo_to_dict(address)["dbname"]
        found = self.execute(f"SELECT pid FROM pg_stat_activity WHERE datname = '{name}'")
        for (pid,) in found:
            os.kill(pid, signal.SIGKILL)
        return len(found)

    def _answers(self) -> bool:
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


def _quick_place() -> Path | None:
    """Memory, where there is plenty: what a test throws away after a minute need not wear a disk out."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else None


def _sweep(place: Path) -> None:
    """End and remove clusters whose tests were killed: nobody else would."""
    for owner in place.glob(f"{_PREFIX}*/{_OWNER}"):
        if _lives(int(owner.read_text() or os.getpid())):
            continue
        server = owner.parent / "data" / "postmaster.pid"
        with suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int(server.read_text().split()[0]), signal.SIGQUIT)
        shutil.rmtree(owner.parent, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def cluster(*, template: bool = True, fsync: str = "on", on_disk: bool = False) -> Iterator[Cluster]:
    """A cluster of one's own, with a template; gone afterwards. `on_disk`: where its commits cost what they
    cost.
    """
    place = None if on_disk else _quick_place()
    _sweep(place or Path(tempfile.gettempdir()))
    root = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    (root / _OWNER).write_text(str(os.getpid()))
    if os.geteuid() == 0:
        shutil.chown(root, SUPERUSER, SUPERUSER)
    made = Cluster(root, fsync)
    try:
        made.make()
        made.start()
        if template:
            made.make_template()
        yield made
    finally:
        made.stop(signal.SIGQUIT)
        shutil.rmtree(root)
