"""The bare limit beside which sync is measured: the same bytes to a minimal durable ASGI application.

It reads a body, checks nothing, inserts it into SQLite (WAL, FULL) and answers, in a process of its own, with
the same server program and TLS. `python -m benchmarks.sync_bare KEY CHAIN DATABASE` serves until it is ended.
"""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import uvicorn

from central.folder import Folder
from central.keys import CA_CERT, TLS_CHAIN, TLS_KEY
from central.serving import KEEP_ALIVE_S, listen

Message = MutableMapping[str, Any]


def application(database: Path) -> Callable[..., Awaitable[None]]:
    """Store each body as a row, durably, before it is answered; a GET gets the file that its path names."""
    db = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("CREATE TABLE IF NOT EXISTS body (id INTEGER PRIMARY KEY, bytes BLOB)")

    async def app(
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if scope["method"] == "POST":
            db.execute("INSERT INTO body (bytes) VALUES (?)", (body,))
            said = b"{}"
        else:
            said = (database.parent / Path(scope["path"]).name).read_bytes()
        length = (b"content-length", str(len(said)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": said})

    return app


@contextmanager
def bare_server(centre: Path, folder: Path) -> Iterator[tuple[requests.Session, str]]:
    """A session with a bare server in another process, with the TLS keys of a centre; files of `folder`.

    The server has started and the connection stands: what follows is the work alone.
    """
    keys = Folder(centre)
    arguments = [keys.key(TLS_KEY), keys.key(TLS_CHAIN), folder / "bare.db"]
    command = [sys.executable, "-m", "benchmarks.sync_bare", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            port = json.loads(child.stdout.readline())
            with requests.Session() as session:
                session.trust_env, session.verify = False, str(keys.key(CA_CERT))
                post_all(session, f"https://127.0.0.1:{port}", [b""])
                yield session, f"https://127.0.0.1:{port}"
        finally:
            child.kill()
            child.wait()


def post_all(session: requests.Session, address: str, bodies: Sequence[bytes]) -> None:
    """Post the bodies one after the other."""
    for body in bodies:
        session.post(address + "/body", data=body, timeout=20).raise_for_status()


def main(key: str, chain: str, database: str) -> None:
    """Serve; the port is the first line of the output."""
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        application(Path(database)),
        ssl_keyfile=key,
        ssl_certfile=chain,
        lifespan="off",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    print(json.dumps(listening.getsockname()[1]), flush=True)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(*sys.argv[1:])
