"""What the benchmarks of sync share: a centre in a process of its own, and a device with a long journal.

Both are made once, through the product's own enrolment and desk, and copied for each run: every run pushes
the same journal to a centre that has none of it.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.bulk import citizen_of, lengthen, serve
from benchmarks.postgres import move_to_postgres
from central.enrol import Plan, prepare
from kiosk.core.wire.enrolment import Slip
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.desk.unlock import unlock
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound
from tests.central.server import UNIT, VEHICLE, TestServer, process, running
from tests.desk.conftest import CHEAP
from tests.sync.enrolled import make_enrolled

ENTRIES = 10_000
DISTINCT = 100
"""Citizens of the last day, each with a record of his own: what travels of them is what really travels."""
SERIALS = 900_000


class LongBooks(TestServer):
    """Gives receipt books that no benchmark uses up."""

    def prepare(self, vehicle: str | None = VEHICLE, collector: str | None = None) -> Slip:
        """Prepare an enrolment and return its slip."""
        plan = Plan(unit=UNIT, address=self.address, vehicle=vehicle, collector=collector, serials=SERIALS)
        return prepare(self.centre, plan)


@dataclass(frozen=True)
class Prepared:
    """A centre and a device that has sent nothing of its journal since its first round."""

    root: Path
    secret: str
    keep: "tempfile.TemporaryDirectory[str]" = field(repr=False)


@cache
def prepared() -> Prepared:
    """Make both, once in a process: the device's journal has `ENTRIES` entries and a day more."""
    keep = tempfile.TemporaryDirectory()
    root = Path(keep.name)
    with running(root) as started:
        server = LongBooks(started.address, started.centre, started.clock, started.carried)
        server.add_people()
        server.add_data()
        device = make_enrolled(root / "device", server)
        device.add("TEL-1", "teller")
        session = device.unlock("TEL-1")
        lengthen(session, ENTRIES)
        _last_day(session)
        device.close()
    return Prepared(root, device.secrets["TEL-1"], keep)


def _last_day(session: Session) -> None:
    """Citizens of whom each is another one, each with his own request and payment."""
    open_shift(session, {"note-10": 50})
    for citizen in range(DISTINCT):
        serve(session, ENTRIES + citizen, citizen_of(session))


@contextmanager
def copied(
    *,
    serve: bool = True,
    before_serving: Callable[[Path], None] = lambda _: None,
    database: str | None = None,
) -> Iterator[tuple[SyncRound, Path]]:
    """A device ready for a round with a centre of its own in another process; and the centre's folder.

    `database`: address of an empty PostgreSQL database that the centre is to use instead of SQLite.
    """
    made = prepared()
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name in ("centre", "device"):
            shutil.copytree(made.root / name, root / name)
        if database is not None:
            move_to_postgres(root / "centre", database)
        before_serving(root / "centre")
        address = stack.enter_context(process(root)).address if serve else None
        session = unlock(root / "device", "TEL-1", made.secret, opening=CHEAP)
        stack.callback(session.store.close)
        rounds = SyncRound(Place.of(session.store), address=address)
        stack.callback(rounds.client.close)
        yield rounds, root / "centre"
