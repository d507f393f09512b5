"""The line is cut at every byte of a batch and of its answer: after the next round the centre has all, once.

Every byte of request and answer is cut on a line whose TLS is taken away on both sides, because there each
byte by itself reaches the parsers of the other side; TLS hands on whole records only. Through TLS itself,
handshake and all, `make test` cuts at a stride and at the bounds of each direction, `make test-long` at every
byte. Each cut meets a new connection.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Event, Thread
from typing import Any

import pytest
from requests.adapters import HTTPAdapter
from sqlalchemy import delete, func, select, update

from central.centre import Centre
from central.schema import journal, part, stream
from central.serving import Serving, listen
from kiosk.core.entries.staff import UnlockDone
from kiosk.core.errors import KnownError
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.link.centre import CentreClient
from kiosk.link.transport import Timeouts, Transport
from kiosk.store.queries.queue import queue
from kiosk.sync.place import Place
from kiosk.sync.uplink import Sent, send_journal
from tests.acts import ask, begin, collection, pay_for
from tests.central.unguarded import unguarded
from tests.sync.enrolled import EnrolledDevice, sync
from tests.sync.proxy import Plan, Proxy, proxied

STRIDE = 149
"""A prime, so that no offset of a record's grid is always missed."""
EDGE = 12
CUT = ("sync.offline", "sync.captive_portal")
"""What a cut becomes: the second where it leaves a status line that is whole and nothing after it."""
ROUND_EACH = 16
"""A cut in the request leaves both sides as they were, and what it left is not forgotten before it was looked
at: so one next round stands for sixteen.
"""
PATIENT = Timeouts(connect=20, silence=30, whole=60)
"""A machine that is busy with other tests answers late: here only the cuts are looked at."""


@dataclass
class CutLine:
    """A device whose last entries the centre is made to forget again before each cut."""

    device: EnrolledDevice
    place: Place
    proxy: Proxy
    base: int
    head: bytes
    kept: tuple[Any, ...]
    plain: bool = False
    """Whether device and centre speak without TLS."""

    def forget(self) -> None:
        """Put centre and device back to where the batch had never been sent."""
        name = self.place.me.stream
        with self.device.server.centre.storage.write() as db:
            db.execute(delete(journal).where(journal.c.stream == name, journal.c.seq > self.base))
            db.execute(update(stream).where(stream.c.stream == name).values(stored=self.base, head=self.head))
        conn = self.place.db.conn
        conn.execute("DELETE FROM acknowledgement")
        conn.execute(f"INSERT INTO acknowledgement VALUES ({', '.join('?' * len(self.kept))})", self.kept)

    @cached_property
    def client(self) -> CentreClient:
        """A client of the centre, through the proxy; it asks for nothing before it is told to send."""
        ca = bytes.fromhex(self.place.centre.ca)
        transport = Transport(self.proxy.address, ca, timeouts=PATIENT)
        if self.plain:
            transport.address = transport.address.replace("https:", "http:")
            transport._session.mount("http://", HTTPAdapter(max_retries=0))
        return self.place.client(transport)

    def send(self, plan: Plan) -> Sent:
        """Send what waits over a new connection that is cut by the plan."""
        self.proxy.plan = plan
        try:
            return send_journal(self.place, self.client)
        finally:
            self.client.close()

    def cut(self, plan: Plan) -> str:
        """Send over a connection that is cut; the situation that this became, '' when it went through."""
        said = ""
        try:
            self.send(plan)
        except KnownError as error:
            said = error.code
        assert said in ("", *CUT), plan
        return said

    def stored(self) -> tuple[int, int]:
        """Entries of this device at the centre, and those that the device knows to be there."""
        with self.device.server.centre.storage.read() as db:
            query = select(func.count()).where(journal.c.stream == self.place.me.stream)
            there: int = db.execute(query).scalar_one()
        return there, queue(self.place.db).acknowledged

    def lengths(self) -> tuple[int, int]:
        """Bytes up and down of a batch that gets through."""
        self.forget()
        self.send(Plan())
        return self.proxy.sent, self.proxy.answered

    def cut_and_send_again(self, plan: Plan) -> str:
        """Cut once, then let the next round through: the centre has every entry, once. What the cut said."""
        self.forget()
        said = self.cut(plan)
        self.next_round(plan)
        return said

    def next_round(self, plan: Plan) -> None:
        """Nothing cuts the line: all is at the centre, once, as it is here."""
        self.send(Plan())
        assert queue(self.place.db).waiting == 0, plan
        assert self.device.at_centre() == self.device.here(), plan


@contextmanager
def without_tls(centre: Centre) -> Iterator[str]:
    """The centre served once more, in the same way but for TLS; its address."""
    said: list[str] = []
    ready = Event()

    def started(address: str) -> None:
        said.append(address)
        ready.set()

    serving = Serving(centre, listen("127.0.0.1", 0), started)
    serving.config.ssl_certfile = serving.config.ssl_keyfile = None
    thread = Thread(target=serving.serve_until_stopped, daemon=True)
    thread.start()
    try:
        assert ready.wait(30), "the server did not start"
        yield said[0]
    finally:
        serving.should_exit = True
        thread.join(10)


@contextmanager
def cut_line(
    device: EnrolledDevice,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[[Session], None],
    *,
    plain: bool = False,
) -> Iterator[CutLine]:
    """A device that has told the centre of its start, and then worked."""
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    device.server.settle()
    sync(session)
    device.server.settle()
    # What is forgotten again must not be applied meanwhile; it is at the end, once.
    monkeypatch.setattr("central.app.apply_all", lambda _centre: None)
    place = Place.of(session.store)
    base = place.seq()
    head = place.hash_at(base)
    assert head is not None
    kept = place.db.conn.execute("SELECT * FROM acknowledgement").fetchone()
    assert kept[2] == base
    work(session)
    with ExitStack() as stack:
        centre = device.server
        address = stack.enter_context(without_tls(centre.centre)) if plain else centre.address
        proxy = stack.enter_context(proxied(address))
        stack.enter_context(unguarded(device.server.centre.storage))
        place.db.conn.execute("PRAGMA synchronous = OFF")  # no power is cut here
        yield CutLine(device, place, proxy, base, head, kept, plain)


def one_citizen(session: Session) -> None:
    """A request, its payment and receipt, a collection and its receipt."""
    pay_for(session, ask(session))
    collect(session, collection(session), Offer(cash=150_00))


def five_hundred(session: Session) -> None:
    """A long morning: citizens, and unlocks up to 500 entries."""
    last = session.store.journal.state().seq + 500
    while session.store.journal.state().seq < last - 4:
        pay_for(session, ask(session))
    with session.act() as act:
        while act.state().seq < last:
            act.append(UnlockDone(slot=session.store.unlocked.slot_id, method="cold"))


def offsets(length: int, stride: int) -> Iterable[int]:
    """A stride through a direction, with all bytes at its two ends."""
    ends = {*range(min(EDGE, length)), *range(max(0, length - EDGE), length + 1)}
    return sorted(ends | set(range(0, length, stride)))


def cut_everywhere(line: CutLine, stride: int) -> set[str]:
    """Cut both directions, by a reset and by an orderly close in turn; all that was said."""
    up, down = line.lengths()
    said = {line.cut_and_send_again(Plan(up=at, hard=at % 2 == 0)) for at in offsets(up, stride)}
    return said | {line.cut_and_send_again(Plan(down=at, hard=at % 2 == 0)) for at in offsets(down, stride)}


def money_once(device: EnrolledDevice, session: Session) -> None:
    """The collections of this device are counted once at the centre."""
    device.server.settle()
    name = session.store.unlocked.stream
    here = session.store.db.conn.execute("SELECT coalesce(sum(piastres), 0) FROM allocation").fetchone()[0]
    with device.server.centre.storage.read() as db:
        query = select(func.coalesce(func.sum(part.c.piastres), 0)).where(part.c.stream == name)
        assert db.execute(query).scalar_one() == here > 0


def test_every_byte_of_a_batch_and_of_its_answer_is_cut_and_it_arrives_whole_and_once(
    device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cut_line(device, monkeypatch, one_citizen, plain=True) as line:
        assert line.place.seq() - line.base >= 5
        up, down = line.lengths()
        nothing, everything = (line.base, line.base), (line.place.seq(), line.base)
        line.forget()
        for at in range(up - EDGE):
            assert line.cut(Plan(up=at, hard=at % 2 == 0)) in CUT
            if at % ROUND_EACH == 0:
                assert line.stored() == nothing, at
                line.next_round(Plan(up=at))
                line.forget()
        for at in range(up - EDGE, up + EDGE):
            line.cut_and_send_again(Plan(up=at, hard=at % 2 == 0))
        for at in range(1, down):
            line.forget()
            assert line.cut(Plan(down=at, hard=at % 2 == 0)) in CUT
            assert line.stored() == everything, at
            line.next_round(Plan(down=at))
        assert line.cut_and_send_again(Plan(down=down)) == ""
        assert line.proxy.cuts > up + down - EDGE
    money_once(device, device.unlock("TEL-1"))


def test_a_batch_cut_at_many_offsets_arrives_whole_and_once(
    device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cut_line(device, monkeypatch, one_citizen) as line:
        assert line.place.seq() - line.base >= 5
        assert "sync.offline" in cut_everywhere(line, STRIDE)
        assert line.proxy.cuts > 60
    money_once(device, device.unlock("TEL-1"))


@pytest.mark.long
def test_a_batch_cut_at_every_byte_arrives_whole_and_once(
    device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cut_line(device, monkeypatch, one_citizen) as line:
        assert "sync.offline" in cut_everywhere(line, 1)
        assert line.proxy.cuts > 4000
    money_once(device, device.unlock("TEL-1"))


@pytest.mark.parametrize("stride", [8191, pytest.param(257, marks=pytest.mark.long)])
def test_a_batch_of_five_hundred_cut_at_sampled_offsets_arrives_whole_and_once(
    device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch, stride: int
) -> None:
    with cut_line(device, monkeypatch, five_hundred) as line:
        assert line.place.seq() - line.base == 500
        up, down = line.lengths()
        assert up > 30_000
        for at in range(1, up, stride):
            line.cut_and_send_again(Plan(up=at))
        for at in range(1, down, max(100, stride // 16)):
            line.cut_and_send_again(Plan(down=at))
        assert line.proxy.cuts > 8
