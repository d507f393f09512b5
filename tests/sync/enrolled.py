"""Devices that are enrolled at a real central server, through the product's own provisioning and desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from central.debts import import_rows
from central.people import add_staff
from central.schema import debtor, journal
from kiosk.commands.provision import _first_data, plan_of
from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.policy import Component
from kiosk.desk.enrolled import set_up_enrolled
from kiosk.desk.first_access import first_supervisor
from kiosk.desk.reference import ZONE, Reference
from kiosk.desk.session import Session
from kiosk.desk.staff import add_person
from kiosk.desk.unlock import unlock
from kiosk.link.transport import Timeouts
from kiosk.provisioning.enrol import enrol
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import generate_secret
from kiosk.store.slots import TECHNICIAN, NewStaff
from kiosk.sync.outcomes import RoundResult
from kiosk.sync.place import Place
from kiosk.sync.round import SyncRound
from kiosk.zone_files import read_zone
from tests.central.server import UNIT, TestServer
from tests.desk.conftest import CHEAP
from tests.desk.forms import NUMBER

QUICK = Timeouts(connect=2, silence=2, whole=4)
TECH = "TECH-1"


def debtor_row(code: str, account: str, piastres: int, national: str | None = None) -> DebtorRow:
    charge = Charge("2024", Component.PRINCIPAL, date(2024, 7, 1), piastres)
    debt = DebtRow(
        account, "land_rent", Purse("unit", "land_rent"), (ChargeRow(charge, "إيجار"),),
        Lease(LeasedTo.UNIT, UNIT),
    )  # fmt: skip
    return DebtorRow(code, "حسن علي إبراهيم", (debt,), "علي", "الزاوية", national, None)


def load_centre_debts(server: TestServer, count: int = 3) -> None:
    """Debts of the unit at the centre; the first debtor is the one whose number the forms know."""
    rows = [
        debtor_row(f"DBT-{n + 6}", f"L-{n}", 90_000_00, NUMBER if n == 1 else None)
        for n in range(1, count + 1)
    ]
    import_rows(server.centre, rows)


def add_centre_debts(server: TestServer) -> None:
    """More debts at a centre that other tests use too: whatever they loaded before, these are new."""
    with server.centre.storage.read() as db:
        there = db.execute(select(func.count()).select_from(debtor)).scalar_one()
    load_centre_debts(server, there + 3)


@dataclass
class EnrolledDevice:
    """An enrolled device; `unlock` opens it for a person, closing whoever had it open."""

    root: Path
    server: TestServer
    secrets: dict[str, str] = field(default_factory=dict)
    _open: Session | None = None

    def unlock(self, code: str) -> Session:
        self.close()
        self._open = unlock(self.root, code, self.secrets[code], opening=CHEAP)
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.store.close()
            self._open = None

    def add(self, code: str, role: str) -> None:
        """The supervisor lets a person in with his activation number."""
        session = self.unlock("SUP-1")
        slot = add_person(session, code, [role], self.server.activations[code])
        self.secrets[code] = slot.secret.grouped()

    def at_centre(self) -> list[tuple[bytes, bytes]]:
        """Bytes and hashes of this device's entries at the centre."""
        assert self._open is not None
        with self.server.centre.storage.read() as db:
            query = journal.select().where(journal.c.stream == self._open.store.unlocked.stream)
            return [(row.bytes, row.hash) for row in db.execute(query.order_by(journal.c.seq))]

    def here(self) -> list[tuple[bytes, bytes]]:
        assert self._open is not None
        return [(one.data, one.hash) for one in self._open.store.journal.records()]


@contextmanager
def rounds(session: Session, **options: Any) -> Iterator[SyncRound]:
    made = SyncRound(Place.of(session.store), **{"timeouts": QUICK, **options})
    try:
        yield made
    finally:
        made.client.close()


def sync(session: Session, **options: Any) -> RoundResult:
    """One round with the centre."""
    with rounds(session, **options) as one:
        return one.run()


def make_enrolled(root: Path, server: TestServer, supervisor: str = "SUP-1") -> EnrolledDevice:
    """Enrol a device over TLS and let its first supervisor in."""
    now = datetime.now(UTC)
    done = enrol(server.prepare(), root.with_name(root.name + ".enrolling"), now=lambda: now)
    zone = read_zone(next(one for one in done.data if one.name == ZONE).content.decode(), ZONE)
    tech = NewStaff(TECH, (TECHNICIAN,), generate_secret(), now + timedelta(hours=72))
    clock = DeviceClock(zone, anchor=done.anchor)
    store = set_up_enrolled(root, plan_of(done, tech), clock, CHEAP)
    assert _first_data(store) == []
    session = Session(store, Reference(store.db), clock)
    person = first_supervisor(session, supervisor, server.activations[supervisor])
    store.close()
    return EnrolledDevice(root, server, {supervisor: person.secret.grouped()})


def new_person(server: TestServer, code: str, *roles: str) -> str:
    """Add a person at the centre and return his activation number."""
    server.activations[code] = add_staff(server.centre, code, UNIT, roles).activation
    return server.activations[code]
