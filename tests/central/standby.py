"""A PostgreSQL that follows another, and an archive of WAL, for tests of what makes entries safe."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.central.postgres import SUPERUSER, Cluster, _as_whom, cluster, programs

NAME = "away"
"""The name under which the standby connects."""


def client_program(name: str, source: Cluster, *options: object, application: str) -> list[str]:
    """The command of a client program that speaks to a cluster under a name."""
    where = f"host={source.root} user={SUPERUSER} application_name={application}"
    return [str(programs().joinpath(name)), *map(str, options), "-d", where]


def base_of(source: Cluster, folder: Path, *options: str) -> Path:
    """Make a physical base back-up with pg_basebackup."""
    command = client_program(
        "pg_basebackup", source, "-D", folder, "--checkpoint=fast", "--no-sync", *options, application=NAME
    )
    subprocess.run(command, check=True, cwd=source.root, stderr=subprocess.DEVNULL, **_as_whom())
    return folder


@contextmanager
def standby_of(source: Cluster) -> Iterator[Cluster]:
    """A standby that was started and follows; it is promoted with `SELECT pg_promote()`."""
    root = private_folder(source.root.parent)
    made = Cluster(root)
    try:
        base_of(source, made.data, "-R")
        made.start()
        yield made
    finally:
        made.stop(signal.SIGQUIT)
        shutil.rmtree(root)


@contextmanager
def archiving_cluster() -> Iterator[tuple[Cluster, Path]]:
    """A cluster that archives its WAL into a folder."""
    with cluster() as made:
        archive = private_folder(made.root)
        made.stop()
        made.settings["archive_mode"] = "on"
        made.start()
        set_archiving(made, f"cp %p {archive}/%f")
        yield made, archive


def set_archiving(one: Cluster, command: str) -> None:
    """Give the archiver another command; '' switches it off."""
    one.execute(f"ALTER SYSTEM SET archive_command = '{command}'")
    one.execute("SELECT pg_reload_conf()")


def private_folder(place: Path) -> Path:
    """A new folder that PostgreSQL may write into."""
    made = Path(tempfile.mkdtemp(prefix="kiosk-pg-", dir=place))
    if os.geteuid() == 0:
        shutil.chown(made, SUPERUSER, SUPERUSER)
    return made
