"""The centre of one history: on a copy of the template's folder, with crashes, restarts and power cuts."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from central.app import create_app
from central.apply import apply_all, apply_chunk
from central.backup import make_backup
from central.backup_scans import SCANS
from central.centre import Centre, open_centre
from central.engines import WRITES
from central.folder import Folder
from central.restore import restore
from central.storage import epoch_of
from kiosk.core.errors import KnownError
from tests.central.server import Clock
from tests.sync.machine.served import Switch
from tests.sync.machine.template import SETTINGS, Databases


@dataclass
class CentrePart:
    """`centre` is the one that runs; those that died are kept until the history is over."""

    root: Path
    switch: Switch
    databases: Databases | None = None
    database: str | None = None
    clock: Clock = field(default_factory=Clock)
    centre: Centre = field(init=False)
    died: int = 0
    _dead: list[Centre] = field(default_factory=list)
    _door: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Open what is on the disk and serve it; what was stored and not applied is applied, as always."""
        if self.databases is not None and self.database is None:
            self.database = self.databases.copy()
        self.centre = open_centre(self.root, now=self.clock.now, settings=SETTINGS, database=self.database)
        apply_all(self.centre)
        self.switch.app = create_app(self.centre)

    def crash(self) -> None:
        """The power is cut: what is on the disk at this moment is all that is left. It starts again."""
        with self._door:
            self.died += 1
            self._dead.append(self.centre)
            if self.databases is not None and self.database is not None:
                self.databases.cluster.end_backends(self.database)
            else:
                self._leave(self.root.with_name(f"centre-{self.died}"))
            self.start()

    def dies_as_it_commits(self, ask: Callable[[], object]) -> bool:
        """The machine dies when what is asked is about to be made durable. Whether anything was."""
        engine, dying, at = self.centre.storage._engine, True, self.died

        def before_commit(db: Connection) -> None:
            options = db.get_execution_options()
            writes = options.get(WRITES) or db.dialect.name == "postgresql"
            if dying and writes and not options.get("postgresql_readonly"):
                self.crash()
                raise KnownError("central.busy")

        event.listen(engine, "commit", before_commit)
        try:
            ask()
        finally:
            dying = False
        return self.died > at

    def restart(self) -> None:
        """Stop in order and start again."""
        self.centre.close()
        self.start()

    def apply(self, *, everything: bool) -> int:
        """Apply what was stored: all of it, or the next entries of one stream."""
        return apply_all(self.centre) if everything else apply_chunk(self.centre) or 0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.centre.storage.read() as db:
            yield db

    def rows(self, query: Any) -> list[Any]:
        with self.read() as db:
            return list(db.execute(query).all())

    def close(self) -> None:
        for one in (self.centre, *self._dead):
            one.close()
        if self.databases is not None:
            self.databases.drop_all()

    def _leave(self, copy: Path) -> None:
        shutil.copytree(self.root, copy)
        self.root = copy

    @property
    def epoch(self) -> int:
        with self.read() as db:
            return epoch_of(db)

    def backup(self) -> Path:
        """Make a back-up that counts as lying apart: what is in it is safe."""
        done = make_backup(self.centre, self.root.with_name("backups"), off_machine=True)
        assert not done.scans.lost, f"the centre lost scans: {done.scans.lost}"
        return done.folder

    @property
    def archive(self) -> Path:
        """Where back-ups keep scans."""
        return self.root.with_name("backups").joinpath(SCANS)

    def restore(self, backup: Path) -> None:
        """The data are lost, scans too, and this back-up takes their place."""
        self.died += 1
        self._dead.append(self.centre)
        self.centre.close()
        if self.databases is not None:
            self.database = self.databases.empty()
        shutil.rmtree(self.root / "attachments", ignore_errors=True)
        restore(
            Folder(self.root),
            backup,
            now=self.clock.now(),
            database=self.database,
            replace=True,
            off_machine=True,
        )
        self.start()
