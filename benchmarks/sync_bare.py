"""The bare limit beside which sync is measured: the same bytes to a minimal durable ASGI application.

A plain session packs the lines that it holds in memory and posts them. The application unpacks a body, stores
one row a line, durably, checks nothing and answers, in a process of its own with the same server program, TLS
and database: SQLite (WAL, FULL), or COPY into PostgreSQL. `python -m benchmarks.sync_bare KEY CHAIN FILES
DATABASE` serves until it is ended; DATABASE is a file, or the address of a PostgreSQL database.
"""

import gzip
import json
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import requests
import uvicorn

from central.folder import Folder
from central.keys import CA_CERT, TLS_CHAIN, TLS_KEY
from central.serving import KEEP_ALIVE_S, listen

Store = Callable[[list[bytes]], None]
Message = MutableMapping[str, Any]


def into_sqlite(file: str) -> Store:
    """Stores lines in a file of SQLite, one transaction a body, synced."""
    db = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, bytes BLOB)")

    def store(lines: list[bytes]) -> None:
        db.execute("BEGIN")
        db.executemany("INSERT INTO line (bytes) VALUES (?)", [(line,) for line in lines])
        db.execute("COMMIT")

    return store


def into_postgres(address: str) -> Store:
    """Stores lines by COPY, one transaction a body."""
    db = psycopg.connect(address.replace("postgresql+psycopg", "postgresql"), autocommit=True)
    db.execute("CREATE TABLE line (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, bytes bytea)")

    def store(lines: list[bytes]) -> None:
        with db.cursor() as cursor, cursor.copy("COPY line (bytes) FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["bytea"])
            for line in lines:
                copy.write_row((line,))

    return store


def application(store: Store, files: Path) -> Callable[..., Awaitable[None]]:
    """Store each line of a body before it is answered; a GET gets the file of `files` that its path names."""

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
            store(gzip.decompress(body).splitlines())
            said = b"{}"
        else:
            said = (files / Path(scope["path"]).name).read_bytes()
        length = (b"content-length", str(len(said)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": said})

    return app


@contextmanager
def bare_server(
    centre: Path, folder: Path, database: str | None = None
) -> Iterator[tuple[requests.Session, str]]:
    """A session with a bare server in another process, with the TLS keys of a centre; files of `folder`.

    `database`: address of a PostgreSQL database, instead of a file of SQLite in `folder`.

    The server has started and the connection stands: what follows is the work alone.
    """
    keys = Folder(centre)
    arguments = [keys.key(TLS_KEY), keys.key(TLS_CHAIN), folder, database or folder / "bare.db"]
    command = [sys.executable, "-m", "benchmarks.sync_bare", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            port = json.loads(child.stdout.readline())
            with requests.Session() as session:
                session.trust_env, session.verify = False, str(keys.key(CA_CERT))
                post_all(session, f"https://127.0.0.1:{port}", [b"{}\n"])
                yield session, f"https://127.0.0.1:{port}"
        finally:
            child.kill()
            child.wait()


def post_all(session: requests.Session, address: str, bodies: Sequence[bytes]) -> None:
    """Pack the lines of each body and post them, one after the other."""
    for lines in bodies:
        body = gzip.compress(lines, 6, mtime=0)
        session.post(address + "/body", data=body, timeout=20).raise_for_status()


def main(key: str, chain: str, files: str, database: str) -> None:
    """Serve; the port is the first line of the output."""
    store = (into_postgres if "://" in database else into_sqlite)(database)
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        application(store, Path(files)),
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
