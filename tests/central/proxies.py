"""The real nginx and HAProxy on loopback with the files that we ship, before real servers of one centre.

    with servers(tmp_path) as behind, proxy(tmp_path, "nginx", behind) as front:
        front.address …                     # https://127.0.0.1:PORT, as a device knows it

Only ports, paths and accounts of the shipped files are replaced, and each replacement must find its text.
Everything is ended by its process id.
"""

import getpass
import grp
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

import requests

from central.__main__ import central
from central.centre import Centre
from central.commands.base import run
from central.keys import CA_CERT, TLS_CHAIN, TLS_KEY
from tests.central.server import Clock, TestServer, client, make_centre
from tests.quality.tree import ROOT

SHIPPED = ROOT / "installer" / "central"
Kind = Literal["nginx", "haproxy"]
KINDS: tuple[Kind, ...] = ("nginx", "haproxy")
PORT = "8443"
_WAIT_S = 20
_LOOK_S = timedelta(milliseconds=20).total_seconds()
_KEYS = "/var/lib/mobile-centre-central/keys"

Process = subprocess.Popen[bytes]


@dataclass
class Behind:
    """Servers of one centre, each on a socket of its own; `served` looks into their database."""

    served: TestServer
    folder: Path
    running: dict[int, Process] = field(default_factory=dict)

    @property
    def centre(self) -> Centre:
        return self.served.centre

    def socket(self, number: int) -> Path:
        return self.folder / f"{number}.sock"

    def said(self, number: int) -> Path:
        """What it printed: where it listens, then a line a request."""
        return self.folder / f"{number}.log"

    def start(self, number: int) -> None:
        """Start one; `listening` waits for it."""
        options = ["--folder", str(self.centre.folder.root), "--unix", str(self.socket(number))]
        program = [sys.executable, "-m", "central", "run", *options, "--log-requests", "--json"]
        with self.said(number).open("wb") as log:
            self.running[number] = subprocess.Popen(program, stdout=log)

    def listening(self, number: int) -> None:
        process = self.running[number]
        wait_until(process, lambda: b"\n" in self.said(number).read_bytes())
        said = json.loads(self.said(number).read_bytes().splitlines()[0])
        assert said["address"] == f"unix:{self.socket(number)}"

    def kill(self, number: int) -> None:
        """End it as a power cut would."""
        end(self.running.pop(number), signal.SIGKILL)

    def requests(self) -> list[str]:
        """The lines of requests that the servers printed."""
        logs = (self.said(number).read_text() for number in (1, 2))
        return [line for log in logs for line in log.splitlines()[1:]]


@dataclass
class Front:
    """One proxy. `reload` lets it read certificates and lists again, as its service does."""

    kind: Kind
    folder: Path
    port: int
    process: Process
    behind: Behind

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def server(self) -> TestServer:
        """The centre, as devices reach it."""
        behind = self.behind.served
        return TestServer(self.address, behind.centre, behind.clock, behind.carried, behind.activations)

    def session(self) -> requests.Session:
        """A session without a certificate, that trusts the centre's CA."""
        return client(self.behind.centre.folder.key(CA_CERT))

    def reload(self) -> None:
        """Wait until the new configuration answers: the old one goes on with what is under way."""
        before = self._workers()
        self.process.send_signal(signal.SIGHUP if self.kind == "nginx" else signal.SIGUSR2)
        wait_until(self.process, lambda: not before & self._workers())

    def _workers(self) -> set[str]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(children.read_text().split())


def wait_until(process: Process, true: Callable[[], bool]) -> None:
    """Look until something is so, while the process lives."""
    ends = time.monotonic() + _WAIT_S
    while not true():
        assert process.poll() is None, f"{process.args!r} ended"
        assert time.monotonic() < ends, f"{process.args!r} is not ready"
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_S)


def end(process: Process, how: signal.Signals) -> None:
    process.send_signal(how)
    try:
        process.wait(_WAIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(_WAIT_S)


def command(centre: Centre, *arguments: str) -> None:
    """Give a command of the centre."""
    assert run(central, [*arguments, "--folder", str(centre.folder.root)]) == 0


@contextmanager
def servers(root: Path, *, database: str | None = None) -> Iterator[Behind]:
    """Two servers of a new centre below `root`, with people and data, and a list of revoked certificates."""
    clock = Clock()
    centre, carried = make_centre(root, clock, database=database)
    served = TestServer("https://127.0.0.1:1", centre, clock, carried)
    behind = Behind(served, root)
    try:
        for number in (1, 2):
            behind.start(number)
        served.add_people()
        served.add_data()
        command(centre, "ca", "crl")
        for number in (1, 2):
            behind.listening(number)
        yield behind
    finally:
        for process in behind.running.values():
            end(process, signal.SIGTERM)
        centre.close()


def replaced(name: str, changes: Mapping[str, str]) -> str:
    """A shipped file with other ports, paths and accounts."""
    text = SHIPPED.joinpath(name).read_text(encoding="utf-8")
    for shipped, other in changes.items():
        assert shipped in text, f"{name} lacks {shipped}"
        text = text.replace(shipped, other)
    return text


@contextmanager
def proxy(root: Path, kind: Kind, behind: Behind) -> Iterator[Front]:
    """One proxy on a free port, its files below `root`."""
    folder = root.joinpath(kind)
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = (_nginx if kind == "nginx" else _haproxy)(folder, port, behind)
    with ExitStack() as stack:
        log = stack.enter_context((folder / "said.log").open("wb"))
        process = subprocess.Popen(program, stdout=log, stderr=log, cwd=folder)
        stack.callback(end, process, signal.SIGTERM)
        front = Front(kind, folder, port, process, behind)
        wait_until(process, lambda: _answers(port))
        yield front


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def _sockets(behind: Behind) -> dict[str, str]:
    return {f"/run/kiosk-central/{number}.sock": str(behind.socket(number)) for number in (1, 2)}


def _nginx(folder: Path, port: int, behind: Behind) -> list[str]:
    centre = behind.centre.folder
    changes = {
        f"listen {PORT} ssl": f"listen 127.0.0.1:{port} ssl",
        _KEYS: str(centre.keys),
        "/var/lib/mobile-centre-central/ca.crl.pem": str(centre.revoked),
        "/var/log/nginx/kiosk-central.log": str(folder / "access.log"),
        **_sockets(behind),
    }
    (folder / "kiosk-central.conf").write_text(replaced("nginx.conf", changes), encoding="utf-8")
    temporary = "\n".join(
        f"{one}_temp_path {folder / one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {getpass.getuser()} {grp.getgrgid(os.getegid()).gr_name};" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; pid {folder / 'pid'}; error_log {folder / 'error.log'}; worker_processes 1; {user}\n"
        f"events {{ worker_connections 256; }}\n"
        f"http {{ {temporary}\n access_log off; include {folder / 'kiosk-central.conf'}; }}\n"
    )
    return ["/usr/sbin/nginx", "-e", str(folder / "error.log"), "-p", str(folder), "-c", str(main)]


def _haproxy(folder: Path, port: int, behind: Behind) -> list[str]:
    centre = behind.centre.folder
    for name, place in {
        "server.pem": centre.key(TLS_CHAIN),
        "server.pem.key": centre.key(TLS_KEY),
        "ca.crt.pem": centre.key(CA_CERT),
        "ca.crl.pem": centre.revoked,
    }.items():
        (folder / name).symlink_to(place)
    changes = {
        f"bind :{PORT} ": f"bind 127.0.0.1:{port} ",
        "/etc/haproxy/kiosk": str(folder),
        "log /dev/log local0": "log stdout format raw local0",
        "user haproxy": f"user {getpass.getuser()}",
        "group kiosk-central": f"group {grp.getgrgid(os.getegid()).gr_name}",
        **_sockets(behind),
    }
    file = folder / "haproxy.cfg"
    file.write_text(replaced("haproxy.cfg", changes), encoding="utf-8")
    return ["/usr/sbin/haproxy", "-W", "-db", "-f", str(file)]
