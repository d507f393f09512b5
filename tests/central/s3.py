"""A real S3 server on loopback for tests: rclone, over TLS, which checks every signature.

    def test_…(s3: S3Server, tmp_path: Path) -> None:
        place = s3.place()                    # a prefix that nobody else uses
        store = ObjectStore(place)

`s3` is a session fixture of tests/central/conftest.py: one server for each test process. `write_scans_file`
puts the file `DATA/scans` into the folder of a centre. `faulty` is a store that breaks its answers.
"""

import itertools
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from central.centre import utc_now
from central.folder import Folder
from central.keys import CA_CERT, TLS_CHAIN, TLS_KEY, make_keys
from central.object_store_config import BucketPlace

BUCKET, ACCESS, SECRET = "kiosk-scans", "KIOSKTESTACCESSKEY", "kiosk-test-secret-key"
_LISTENS = re.compile(r"Starting s3 server on \[https://127\.0\.0\.1:(\d+)/\]")
_STOP_S = 10


@dataclass
class S3Server:
    """The server: where it listens, the CA of its certificate, and the folder of its buckets."""

    endpoint: str
    ca: Path
    root: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def place(self, prefix: str = "") -> BucketPlace:
        """A prefix of its own in the bucket."""
        mine = prefix or f"t{next(self._numbers)}/"
        return BucketPlace(self.endpoint, BUCKET, "eg-1", mine, self.ca, ACCESS, SECRET)


@contextmanager
def s3_server(root: Path) -> Iterator[S3Server]:
    """Start it below `root`, with one bucket."""
    keys = Folder(root / "tls")
    make_keys(keys, root / "carried", hosts=["localhost", "127.0.0.1"], now=utc_now())
    data = root / "data"
    data.joinpath(BUCKET).mkdir(parents=True)
    command = [
        str(Path(sys.executable).with_name("rclone")), "serve", "s3", str(data), "--config", "",
        "--addr", "127.0.0.1:0", "--auth-key", f"{ACCESS},{SECRET}", "--cert", str(keys.key(TLS_CHAIN)),
        "--key", str(keys.key(TLS_KEY)), "--cache-dir", str(root / "cache"),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as child:
        try:
            assert child.stderr is not None
            found = next(filter(None, map(_LISTENS.search, child.stderr)), None)
            assert found, "the S3 server did not start"
            drain = threading.Thread(target=child.stderr.read, daemon=True)
            drain.start()
            yield S3Server(f"https://127.0.0.1:{found[1]}", keys.key(CA_CERT), data)
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait(_STOP_S)


def write_scans_file(
    folder: Folder, place: BucketPlace, other: dict[str, str] | None = None, *, mode: int = 0o600
) -> Path:
    """Write `DATA/scans` as a person would; `other` replaces lines."""
    lines = {
        "endpoint": place.endpoint,
        "bucket": place.bucket,
        "region": place.region,
        "prefix": place.prefix,
        "ca": str(place.ca or ""),
        "access_key": place.access_key,
        "secret_key": place.secret_key,
        **(other or {}),
    }
    folder.scans_file.unlink(missing_ok=True)
    folder.scans_file.write_text("".join(f"{name}: {value}\n" for name, value in lines.items() if value))
    folder.scans_file.chmod(mode)
    return folder.scans_file


def closed_port() -> str:
    """An address on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    return f"http://127.0.0.1:{port}"


@dataclass
class Fault:
    """What the faulty store does with each request. `status`, `code` and `body` are its answer; `cut`: it
    sends only so many bytes of the body; `silent`: it sends nothing; `drip`: a byte of the header at a time;
    `broken`: it ends so many first requests without a word. `asked`: what it was asked, `over`: let it go.
    """

    status: int = 200
    code: str = ""
    body: bytes = b""
    cut: int | None = None
    silent: bool = False
    drip: bool = False
    broken: int = 0
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class FaultyStore:
    """Answers as its fault of the moment says, until it is closed."""

    def __init__(self) -> None:
        self.fault = Fault()
        store = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                fault = store.fault
                fault.asked.append(self.command)
                self.close_connection = True
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if fault.broken >= len(fault.asked):
                    return
                if fault.silent:
                    fault.over.wait()
                while fault.drip and not fault.over.wait(timeout=0.02):
                    self.wfile.write(b"H")
                if fault.over.is_set():
                    return
                body = fault.body or f"<Error><Code>{fault.code}</Code></Error>".encode()
                self.send_response(fault.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body[: fault.cut])

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        for verb in ("GET", "PUT", "HEAD", "DELETE"):
            setattr(Handler, f"do_{verb}", Handler.answer)

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """The client went away: that is what these tests are about."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @contextmanager
    def doing(self, fault: Fault) -> Iterator[BucketPlace]:
        """A place at this store, which has this fault meanwhile."""
        self.fault = fault
        try:
            yield BucketPlace(self.endpoint, BUCKET, "eg-1", "f/", None, ACCESS, SECRET)
        finally:
            fault.over.set()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_STOP_S)


def elsewhere(place: BucketPlace) -> BucketPlace:
    """Another prefix of the same bucket."""
    return replace(place, prefix=f"x{secrets.token_hex(4)}/")
