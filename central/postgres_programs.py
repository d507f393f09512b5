"""The client programs of PostgreSQL: dump, restore, what a dump holds. Passwords go by the environment."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from central.backup_read import ChainWalk, Contents, StreamEnd, damaged, newest_files
from kiosk.core.errors import KnownError

_PLACES = Path("/usr/lib/postgresql")
_COPY = re.compile(r"COPY (?:\w+\.)?\"?(\w+)\"? \((.*)\) FROM stdin;")
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPED = re.compile(r"\\(.)")
_SET_EPOCH = b"UPDATE public.meta SET value = :'epoch' WHERE name = 'epoch';\n"
_SYSTEM = re.compile(rb"^Database system identifier: +(\d+)$", re.M)
_EVENT_TRIGGER = " EVENT TRIGGER "
_WANTED = ("meta", "stream", "dataset", "upload")


def dump(url: str, path: Path) -> None:
    """Write the whole database in pg_dump's own form, as it stood at one moment. The rows of all months of
    the journal are rows of `journal` in it.

    Raises KnownError `backup.no_program`, `backup.program_failed`.
    """
    options = ("--format=custom", "--no-owner", "--no-privileges", "--load-via-partition-root")
    with _running("pg_dump", url, *options, f"--file={path}"):
        pass


def restore_dump(url: str, path: Path, epoch: int) -> None:
    """Fill an empty database from a dump and set its epoch, all in one transaction. Tablespaces are those of
    the new database: a machine that has to serve now may have no slow disk. Event triggers, which only a
    superuser can make, are left out.

    Raises KnownError `backup.no_program`, `backup.program_failed`.
    """
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as wanted:
        wanted.writelines(f"{line}\n" for line in _contents(path) if _EVENT_TRIGGER not in line)
        wanted.flush()
        _restore(url, path, epoch, Path(wanted.name))


def _contents(path: Path) -> list[str]:
    """What is in a dump, a line for each thing."""
    with _started("pg_restore", "--list", str(path)) as child:
        assert child.stdout is not None
        return child.stdout.read().decode("utf-8").splitlines()


def _restore(url: str, path: Path, epoch: int, wanted: Path) -> None:
    script = ["--no-owner", "--no-privileges", "--no-tablespaces", f"--use-list={wanted}", "--file=-"]
    settings = [
        "--single-transaction",
        "--quiet",
        "--no-psqlrc",
        "--set=ON_ERROR_STOP=1",
        "--output=/dev/null",
        f"--set=epoch={epoch}",
    ]
    with (
        _started("pg_restore", *script, str(path)) as source,
        _running("psql", url, *settings, fed=True) as into,
    ):
        assert source.stdout is not None
        assert into.stdin is not None
        shutil.copyfileobj(source.stdout, into.stdin)
        into.stdin.write(_SET_EPOCH)


def read_dump(path: Path) -> Contents:
    """Read a dump row by row. Raises KnownError `backup.damaged`, `backup.no_program`."""
    found, walk = Contents(), ChainWalk(path)
    kept: dict[str, list[dict[str, str | None]]] = {name: [] for name in _WANTED}
    try:
        with _started("pg_restore", "--data-only", "--file=-", str(path)) as source:
            assert source.stdout is not None
            for table, row in _rows(source.stdout):
                found.tables[table] = found.tables.get(table, 0) + (row is not None)
                if row is None:
                    continue
                if table == "journal":
                    walk.add(
                        str(row["stream"]), int(row["seq"] or 0), _bytes(row["bytes"]), _bytes(row["hash"])
                    )
                elif table in kept:
                    kept[table].append(row)
    except KnownError as error:
        if error.code != "backup.program_failed":
            raise
        raise damaged(path, str(error.params["reason"])) from error
    found.meta = {str(row["name"]): str(row["value"]) for row in kept["meta"]}
    for row in kept["stream"]:
        persons = int(row["persons"] or 0)
        end = StreamEnd(str(row["device"]), int(row["stored"] or 0), _bytes(row["head"]), persons)
        found.streams[str(row["stream"])] = end
    found.newest = newest_files(
        (str(row["name"]), str(row["scope"]), int(row["version"] or 0), str(row["file"]))
        for row in kept["dataset"]
    )
    found.scans = {
        str(row["upload"]): (int(row["size"] or 0), str(row["sealed"]))
        for row in kept["upload"]
        if row["state"] == "held"
    }
    walk.hold_against(found.streams)
    return found


def verify_base(folder: Path) -> None:
    """Read a base back-up whole and hold it to its manifest; the WAL that it needs may be elsewhere.

    Raises KnownError `safe.base_damaged`, `backup.no_program`.
    """
    _of_base("pg_verifybackup", folder, "--quiet", "--exit-on-error", "--no-parse-wal")


def system_of_base(folder: Path) -> str:
    """The system identifier of a base back-up. Raises KnownError `safe.base_damaged`, `backup.no_program`."""
    found = _SYSTEM.search(_of_base("pg_controldata", folder))
    if found is None:
        raise KnownError("safe.base_damaged", path=folder, reason="pg_control")
    return found[1].decode()


def _of_base(name: str, folder: Path, *options: str) -> bytes:
    """What a program says of a base back-up."""
    try:
        with _started(name, *options, str(folder)) as child:
            assert child.stdout is not None
            return child.stdout.read()
    except KnownError as error:
        if error.code != "backup.program_failed":
            raise
        raise KnownError("safe.base_damaged", path=folder, reason=error.params["reason"]) from error


def _rows(lines: Iterable[bytes]) -> Iterator[tuple[str, dict[str, str | None] | None]]:
    """Each row of each table; a table begins with None, so that an empty one is seen too."""
    table, columns = "", list[str]()
    for raw in lines:
        line = raw.decode("utf-8").removesuffix("\n")
        if not table:
            begun = _COPY.fullmatch(line)
            if begun is not None:
                table, columns = begun[1], [one.strip().strip('"') for one in begun[2].split(",")]
                yield table, None
        elif line == "\\.":
            table = ""
        else:
            yield table, dict(zip(columns, map(_value, line.split("\t")), strict=True))


def _value(text: str) -> str | None:
    if text == "\\N":
        return None
    return text if "\\" not in text else _ESCAPED.sub(lambda one: _ESCAPES.get(one[1], one[1]), text)


def _bytes(text: str | None) -> bytes:
    return bytes.fromhex((text or "").removeprefix("\\x"))


def program(name: str) -> str:
    """Where a client program is. Raises KnownError `backup.no_program`."""
    newest = sorted(_PLACES.glob(f"*/bin/{name}"), key=lambda one: one.parts[-3].zfill(4))
    found = str(newest[-1]) if newest else shutil.which(name)
    if found is None:
        raise KnownError("backup.no_program", name=name)
    return found


@contextmanager
def _running(name: str, url: str, *options: str, fed: bool = False) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that speaks to a database; its password is not to be seen among the processes."""
    parts = make_url(url)
    password = {"PGPASSWORD": parts.password} if parts.password else {}
    bare = parts.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    with _started(name, *options, f"--dbname={bare}", env=password, fed=fed) as child:
        yield child


@contextmanager
def _started(
    name: str, *options: str, env: dict[str, str] | None = None, fed: bool = False
) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that is waited for. Raises KnownError `backup.program_failed` with its last words."""
    command = [program(name), *options]
    with subprocess.Popen(  # noqa: S603 - our own words
        command,
        stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "LC_ALL": "C", **(env or {})},
    ) as child:
        try:
            yield child
        except BrokenPipeError as error:
            raise _failed(name, child) from error
        except BaseException:
            child.kill()
            raise
        if child.stdin is not None:
            child.stdin.close()
        if child.wait() != 0:
            raise _failed(name, child)


def _failed(name: str, child: "subprocess.Popen[bytes]") -> KnownError:
    assert child.stderr is not None
    words = child.stderr.read().decode("utf-8", "replace").strip().splitlines() or ["?"]
    return KnownError("backup.program_failed", name=name, reason=words[-1][:200])
