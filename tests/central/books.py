"""A centre and its devices in one process, without a line between them: for tests of the books.

`Desk` is the device of tests/central/device.py whose messages go straight to what the routes call.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from sqlalchemy import Table, func, select

from central.debts import import_rows
from central.enrol import enrol
from central.ingest import take_batch
from central.persons import take_persons
from central.schema import charge
from kiosk.core.entries import payment
from kiosk.core.entries.body import Body
from kiosk.core.entries.parts import Denomination, Line
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.shift import ShiftClosed, ShiftCounted, ShiftOpened, Unsent
from kiosk.core.errors import KnownError, error_payload
from kiosk.core.shift_gathering import Gathered
from kiosk.core.shift_reading import ShiftReading, reading_of
from kiosk.core.wire import enrolment
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.entry import Link, parse_entry
from kiosk.core.wire.totals import Totals
from tests.central.device import SUPERVISOR, TELLER, Device
from tests.central.server import Clock, TestServer, make_centre
from tests.central.test_downlink import debtor
from tests.core.entries.samples import DEBTS_PAID, OPENED, PAYMENT

CHARGE = "2024"


@dataclass
class Answer:
    """What a route would have answered."""

    content: bytes
    status_code: int = 200

    @property
    def text(self) -> str:
        return self.content.decode()


class Straight(requests.Session):
    """Hands what is posted to what the route calls."""

    def __init__(self, server: TestServer) -> None:
        super().__init__()
        self._server = server

    def post(self, url: str, data: Any = None, **_: Any) -> Any:  # type: ignore[override]
        centre, path = self._server.centre, url.removeprefix(self._server.address)
        routes: dict[str, Callable[[bytes], bytes]] = {
            "/v1/enrol": lambda sent: enrol(centre, sent),
            "/v1/journal": lambda sent: take_batch(centre, sent).acknowledgement,
            "/v1/persons": lambda sent: take_persons(centre, sent),
        }
        try:
            return Answer(routes[path](data))
        except KnownError as error:
            return Answer(canonical(error_payload(error)), 400)


@dataclass
class Desk(Device):
    """A device whose journal reaches the centre when the test says so."""

    sent: int = 0
    numbers: dict[int, int] = field(default_factory=dict)
    """Serials of receipts by their payments."""

    def deliver(self) -> None:
        """Send what was not sent yet, and let the centre apply it."""
        if self.sent < len(self.records):
            assert self.send(self.sent + 1).outcome == "stored"
            self.sent = len(self.records)
        self.server.settle()

    def on_account(
        self, debt: str | None, piastres: int, kind: Literal["on_account", "advance"] = "on_account"
    ) -> Link:
        """Take money that waits for the centre, with its receipt."""
        credit = payment.Credit(kind=kind, debt=debt, reason="not_leased", piastres=piastres)
        body = replace(
            DEBTS_PAID,
            what_for=payment.DebtsFor(debtor="DB-1", found_by="account", confirmed_by=None),
            lines=(
                Line(kind=kind, account="9", label="a", piastres=piastres, refundable=False, sample=False),
            ),
            total=piastres,
            tenders=(payment.Cash(tendered=piastres, change=0, applied=piastres, left=0),),
            allocation=payment.Allocation(chosen_by="centre", parts=(), credits=(credit,)),
            outage=None,
        )
        return self._receipted(self.write(body, TELLER), piastres, TELLER)

    def pay_request(self, tracking: str) -> Link:
        """Take the payment of a request, with its receipt."""
        body = replace(PAYMENT, what_for=payment.RequestFor(tracking=tracking))
        return self._receipted(self.write(body, TELLER), body.total, TELLER)

    def reading(self) -> ShiftReading:
        """The open shift as its entries tell it."""
        rows = [parse_entry(one.data) for one in self.records]
        opened = max(row.seq for row in rows if row.type == ShiftOpened.TYPE)
        gathered = Gathered()
        for row in rows[opened:]:
            body = REGISTRY.decode(row.type, row.tv, row.body)
            gathered.take(row, body)
        entry = rows[opened - 1]
        body = REGISTRY.decode(entry.type, entry.tv, entry.body)
        assert isinstance(body, ShiftOpened)
        return reading_of(entry, body, gathered)

    def closing(self, *, off: int = 0, kept: int = 0) -> ShiftClosed:
        """Count the shift, `off` piastres from what is expected, and make its Z as the desk does."""
        total = self.reading().figures.expected + off
        coins = (Denomination(code="piastre", value=1, count=total),)
        self.last(ShiftCounted(attempt=1, denominations=coins, total=total))
        reading = self.reading()
        return ShiftClosed(
            z=self.totals.shifts + 1,
            terms=reading.terms,
            expected=reading.figures.expected,
            attempts=1,
            counted=total,
            over_short=off,
            limit="hard" if off else "within",
            reason="unknown" if off else None,
            remark=None,
            kept=kept,
            handed=total - kept,
            seal=None,
            approver=SUPERVISOR if off else None,
            figures=reading.body,
            unsent=Unsent(count=0, first=None),
            totals_before=reading.opened.totals,
            totals=Totals(),
        )

    def close(self, *, off: int = 0, kept: int = 0) -> Link:
        """Close the shift truly."""
        return self.last(self.closing(off=off, kept=kept), *(SUPERVISOR,) * bool(off))

    def reopen(self, counted: int, kept: int, before: Link | None) -> Link:
        """Open the next shift."""
        book = replace(OPENED.book, series=self.series, next=self.serial + 1, last=1000)
        body = replace(
            OPENED,
            book=book,
            denominations=(Denomination(code="piastre", value=1, count=counted),),
            total=counted,
            previous_kept=kept,
            from_shift=before,
        )
        self.shift = self.last(body)
        return self.shift

    def _receipted(self, paid: Link, piastres: int, by: str) -> Link:
        super()._receipted(paid, piastres, by)
        self.numbers[paid.seq] = self.serial
        return paid

    def void(self, paid: Link, piastres: int) -> Link:
        """Void the receipt of a payment, whatever came after it."""
        last, self.serial = self.serial, self.numbers[paid.seq]
        link = super().void(paid, piastres)
        self.serial = last
        return link

    def last(self, body: Body, *signers: str) -> Link:
        """Write an entry of the teller, signed by him and others."""
        return self.write(body, TELLER, TELLER, *signers)


@dataclass
class Books:
    """A centre without a server, and new devices at it."""

    server: TestServer
    count: int = 0

    @property
    def centre(self) -> Any:
        return self.server.centre

    def desk(self, *, begin: bool = True, collector: str | None = None) -> Desk:
        made = Desk(self.server, Straight(self.server))
        slip = self.server.prepare(collector=collector) if collector else self.server.prepare()
        made.enrol(slip)
        return made.begin() if begin else made  # type: ignore[return-value]

    def account(self, owed: int = 50_000, **options: Any) -> str:
        """A new debt of one charge, leased to the unit of the devices."""
        self.count += 1
        name = f"ACC-{self.count:04d}"
        import_rows(self.centre, [debtor(f"DB-{self.count:04d}", name, owed=owed, **options)])
        return name

    def owed(self, account: str) -> int:
        with self.centre.storage.read() as db:
            query = select(func.coalesce(func.sum(charge.c.owed), 0)).where(charge.c.debt == account)
            return int(db.execute(query).scalar_one())

    def rows(self, table: Table, *where: Any) -> list[Any]:
        with self.centre.storage.read() as db:
            found = select(table).where(*where).order_by(*table.primary_key.columns)
            return list(db.execute(found).all())


@contextmanager
def books_in(root: Path, database: str | None = None) -> Iterator[Books]:
    """Make a centre below `root`, in SQLite or in the database of this address."""
    clock = Clock()
    centre, carried = make_centre(root, clock, database=database)
    server = TestServer("https://localhost", centre, clock, carried)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        server.add_people()
    server.add_data()
    yield Books(server)
    centre.close()


def at(day: int, hour: int = 9) -> datetime:
    """A moment of July 2026."""
    return datetime(2026, 7, day, hour, tzinfo=UTC)
