"""Scans reach the centre whole and once, whatever cuts the line, and money never waits for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from central.attachments import list_scans, read_scan
from central.backup import make_backup
from central.persons import read_person
from central.schema_books import upload
from kiosk.core.attachments_upload import PIECE, upload_id
from kiosk.core.errors import KnownError
from kiosk.desk.attach import attach
from kiosk.desk.privacy import erase_due, privacy_due
from kiosk.desk.session import Session
from kiosk.link.centre import CentreClient
from kiosk.store.attachments import Held, State, attachments
from kiosk.store.driver import transaction
from kiosk.store.queries.queue import queue
from kiosk.store.scan_rules import ScanRules, keep_scan_rules
from kiosk.store.sync_state import setting
from kiosk.sync import attachments as sending
from kiosk.sync import persons as persons_sync
from kiosk.sync.attachments import Scans
from kiosk.sync.outcomes import Outcome, RoundResult
from kiosk.sync.round import SyncRound
from tests.acts import ask, begin, pay_for
from tests.desk.scans import scan
from tests.sync.enrolled import EnrolledDevice, rounds, sync
from tests.sync.proxy import Plan, Proxy, proxied

SIZE = 300_000


@pytest.fixture
def teller(device: EnrolledDevice) -> Session:
    """A teller whose centre knows all that was before; one request was taken."""
    session = device.unlock("TEL-1")
    begin(session)
    return session


def add(session: Session, size: int = SIZE, seed: str = "scan", content: bytes | None = None) -> Held:
    kind = next(iter(session.reference.catalogue.papers))
    made = content if content is not None else scan(size, seed)
    return attach(session, ask(session), kind, made).held


def states(session: Session) -> list[State]:
    return [one.state for one in attachments(session.store.db)]


def at_centre(device: EnrolledDevice, held: Held) -> bytes:
    device.server.settle()
    return read_scan(device.server.centre, held.attachment)[1]


def begun(device: EnrolledDevice, held: Held) -> int:
    """Bytes of a scan at the centre."""
    query = upload.select().where(upload.c.attachment == held.attachment)
    with device.server.centre.storage.read() as db:
        row = db.execute(query).first()
    return row.received if row is not None else -1


@contextmanager
def through(session: Session, device: EnrolledDevice) -> Iterator[tuple[SyncRound, Proxy]]:
    with proxied(device.server.address) as proxy, rounds(session, address=proxy.address) as one:
        yield one, proxy


def test_a_scan_goes_up_after_its_entry_and_the_centre_signs_for_it(
    device: EnrolledDevice, teller: Session
) -> None:
    held = add(teller)
    with rounds(teller) as one:
        result = one.run()
        assert (result.outcome, result.waiting) == (Outcome.DELIVERED, 0)
        assert (result.scans.whole, result.scans.more) == (1, False)
        assert not one.scans.wait()
    assert states(teller) == [State.SENT]
    assert at_centre(device, held) == scan(SIZE)


def test_two_scans_with_the_same_beginning_both_arrive(device: EnrolledDevice, teller: Session) -> None:
    content = scan(200_000)
    both = [add(teller, content=content), add(teller, content=content[:-1] + b"\0")]
    assert sync(teller).scans.whole == 2
    assert [at_centre(device, one) for one in both] == [content, content[:-1] + b"\0"]


def test_a_line_cut_anywhere_costs_a_piece_and_no_round(device: EnrolledDevice, teller: Session) -> None:
    held = add(teller)
    sync_without_scans(teller)
    reached = []
    for cut in count(1):
        with through(teller, device) as (one, proxy):
            proxy.plan = Plan(up=cut * 70_000, hard=cut % 2 == 0)
            result = one.run()
        assert result.error is None
        assert result.outcome.reached
        reached.append(begun(device, held))
        if result.scans.whole:
            break
        assert result.scans.fault is not None
        assert states(teller) == [State.WAITING]
    assert len(reached) >= 3
    assert reached == sorted(reached)
    assert reached[0] > 0
    assert at_centre(device, held) == scan(SIZE)


def sync_without_scans(session: Session) -> RoundResult:
    """All but the scans, which a rule holds back."""
    rules(session, ScanRules(paused=True))
    result = sync(session)
    rules(session, ScanRules())
    return result


def rules(session: Session, said: ScanRules) -> None:
    with transaction(session.store.db):
        keep_scan_rules(session.store.db, said)


def lost(method: str, patch: pytest.MonkeyPatch, after: int) -> None:
    """Lose the answer to a question of the client once, after the centre has done what it asked."""
    asked = getattr(CentreClient, method)
    times = count(1)

    def ask(client: CentreClient, *more: Any) -> Any:
        answer = asked(client, *more)
        if next(times) == after:
            raise KnownError("sync.offline")
        return answer

    patch.setattr(CentreClient, method, ask)


@pytest.mark.parametrize("method", ["begin_scan", "scan_piece", "scan_held"])
def test_an_answer_that_was_eaten_changes_nothing(
    device: EnrolledDevice, teller: Session, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    held = add(teller)
    lost(method, monkeypatch, 1)
    with rounds(teller) as one:
        first = one.run()
        assert first.scans.fault is not None
        assert first.outcome is Outcome.DELIVERED
        assert states(teller) == [State.WAITING]
        assert one.run().scans.whole == 1
    assert at_centre(device, held) == scan(SIZE)


def test_a_device_that_died_half_way_goes_on_where_it_was(
    device: EnrolledDevice, teller: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = add(teller)

    class Killed(BaseException):
        pass

    piece = CentreClient.scan_piece
    times = count(1)

    def die(client: CentreClient, *more: Any) -> int:
        if next(times) == 3:
            raise Killed
        return piece(client, *more)

    with monkeypatch.context() as patch:
        patch.setattr(CentreClient, "scan_piece", die)
        with pytest.raises(Killed):
            sync(teller)
    before = begun(device, held)
    assert before > 0
    again = device.unlock("TEL-1")
    result = sync(again)
    assert (result.scans.whole, result.scans.bytes) == (1, held.sums.sealed_size - before)
    assert at_centre(device, held) == scan(SIZE)


def test_money_taken_meanwhile_goes_before_the_next_piece(
    device: EnrolledDevice, teller: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(teller)
    tracking = ask(teller)
    piece = CentreClient.scan_piece
    waiting: list[int] = []

    def pay_meanwhile(client: CentreClient, *more: Any) -> int:
        waiting.append(queue(teller.store.db).waiting)
        if len(waiting) == 2:
            pay_for(teller, tracking)
        return piece(client, *more)

    monkeypatch.setattr(CentreClient, "scan_piece", pay_meanwhile)
    result = sync(teller)
    assert len(waiting) > 3
    assert set(waiting) == {0}
    assert (result.scans.whole, result.waiting) == (1, 0)


def test_a_scan_that_is_damaged_is_set_aside_and_the_next_one_goes(
    device: EnrolledDevice, teller: Session
) -> None:
    bad, good = add(teller, 50_000, "a"), add(teller, 50_000, "b")
    teller.store.attachments.file(bad.attachment).write_bytes(b"torn")
    with rounds(teller) as one:
        result = one.run()
        assert [fault.code for fault in result.faults] == ["attachment.damaged"]
        assert (result.error, result.attention) == (None, 1)
        assert not one.scans.wait()
    assert states(teller) == [State.WAITING, State.SENT]
    assert at_centre(device, good) == scan(50_000, "b")
    assert [one.attachment for one in list_scans(device.server.centre, awaited=True)][-1:] != [
        good.attachment
    ]


def test_rules_hold_scans_back_and_never_entries(teller: Session) -> None:
    add(teller, 50_000)
    for said in (ScanRules(paused=True), ScanRules(not_on=("mobile",)), ScanRules(day_bytes=0)):
        rules(teller, said)
        with rounds(teller) as one:
            one.scans._network = lambda: "mobile"
            result = one.run()
            assert (result.waiting, result.scans.bytes) == (0, 0)
            assert not one.scans.wait()
    rules(teller, ScanRules(not_on=("mobile",)))
    with rounds(teller) as one:
        one.scans._network = lambda: "office"
        assert one.scans.wait()
        assert one.run().scans.whole == 1


def test_a_budget_of_a_day_ends_with_the_piece_that_reaches_it(teller: Session) -> None:
    add(teller)
    rules(teller, ScanRules(day_bytes=40_000))
    with rounds(teller) as one:
        first = one.run().scans
        assert 40_000 <= first.bytes < 40_000 + PIECE
        assert (one.run().scans.bytes, one.scans.wait()) == (0, False)
    assert setting(teller.store.db, "scan_day")["bytes"] == first.bytes


@dataclass
class Line:
    """A line on which pieces take the given seconds/10, the last of them again and again."""

    took: list[int]
    now: int = 0
    sizes: list[int] = field(default_factory=list)

    def put_in(self, one: SyncRound) -> None:
        send = one.client.scan_piece

        def timed(name: str, offset: int, piece: bytes) -> int:
            self.now += self.took[min(len(self.sizes), len(self.took) - 1)] * 10**8
            self.sizes.append(len(piece))
            return send(name, offset, piece)

        one.client.scan_piece = timed  # type: ignore[method-assign]
        one.scans = Scans(one.place, one.client, clock=lambda: self.now)


def test_a_long_scan_is_sent_in_slices_so_that_orders_come_down_between(
    teller: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(teller)
    monkeypatch.setattr(sending, "_SLICE_NS", 10**9)
    with rounds(teller) as one:
        Line([5]).put_in(one)
        slices = [one.run().scans]
        while slices[-1].more:
            assert not one.idle()
            slices.append(one.run().scans)
    assert [found.whole for found in slices] == [0] * (len(slices) - 1) + [1]
    assert len(slices) >= 3


def test_pieces_grow_on_a_good_line_and_shrink_on_a_bad_one(teller: Session) -> None:
    add(teller, 600_000)
    line = Line([1, 1, 1, 30, 30, 10])
    with rounds(teller) as one:
        line.put_in(one)
        assert one.run().scans.whole == 1
    first = sending._FIRST_PIECE
    assert line.sizes[:7] == [first, 2 * first, 4 * first, 8 * first, 4 * first, 2 * first, 2 * first]


def test_a_restored_centre_is_asked_again(device: EnrolledDevice, teller: Session) -> None:
    held = add(teller, 50_000)
    sync(teller)
    assert states(teller) == [State.SENT]
    db = teller.store.db.conn
    db.execute("UPDATE acknowledgement SET epoch = epoch + 1")
    assert states(teller) == [State.WAITING]
    assert sync(teller).scans.whole == 1
    assert at_centre(device, held) == scan(50_000)


def test_records_cut_in_the_middle_of_their_deliveries_arrive_all_and_once(
    device: EnrolledDevice, teller: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persons_sync, "_AT_ONCE", 2)
    for _ in range(7):
        ask(teller)
    with monkeypatch.context() as patch:
        lost("persons", patch, 2)
        with rounds(teller) as one:
            assert one.run().outcome is Outcome.OFFLINE
    before = setting(teller.store.db, "persons_through")
    assert before
    result = sync(teller)
    assert result.outcome.reached
    named = [row[0] for row in teller.store.db.conn.execute("SELECT person FROM request_taken")]
    assert all(read_person(device.server.centre, one) for one in named)
    assert 0 < result.persons < 7


def back_up(device: EnrolledDevice, session: Session, out: Path) -> None:
    """The centre makes a back-up, and with the next entry the device learns that there was one."""
    make_backup(device.server.centre, out, off_machine=True)
    ask(session)


def test_a_scan_counts_as_safe_when_the_centre_has_it_in_a_back_up(
    device: EnrolledDevice, teller: Session, tmp_path: Path
) -> None:
    held = add(teller, 50_000)
    with rounds(teller) as one:
        assert one.run().scans.whole == 1
        assert (states(teller), one.scans.wait()) == ([State.SENT], False)
        back_up(device, teller, tmp_path)
        assert one.run().scans.bytes == 0
        assert (states(teller), one.scans.wait()) == ([State.SAFE], False)
    assert at_centre(device, held) == scan(50_000)


def test_a_scan_that_the_centre_lost_before_any_back_up_goes_up_again(
    device: EnrolledDevice, teller: Session, tmp_path: Path
) -> None:
    held = add(teller, 50_000)
    clock = iter(range(0, 10**18, 2 * 3600 * 10**9))
    with rounds(teller) as one:
        one.scans = Scans(one.place, one.client, clock=lambda: next(clock))
        rules(teller, ScanRules(paused=True))
        one.run()
        rules(teller, ScanRules())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sending, "_SLICE_NS", 10**18)
            assert one.run().scans.whole == 1
            device.server.centre.folder.attachments.joinpath(name_of(held, teller)).unlink()
            back_up(device, teller, tmp_path)
            one.run()
            assert states(teller) == [State.WAITING]
            assert one.run().scans.whole == 1
            assert states(teller) == [State.SENT]
    assert at_centre(device, held) == scan(50_000)


def name_of(held: Held, session: Session) -> str:
    return upload_id(session.store.device_signer.by, held.sums.sealed)


def test_a_person_is_not_erased_by_time_before_his_scans_are_safe(
    device: EnrolledDevice, teller: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("kiosk.desk.privacy._is_over", lambda *_: True)
    held, damaged = add(teller, 50_000), add(teller, 50_000)
    teller.store.attachments.file(damaged.attachment).write_bytes(b"torn")
    sync_without_scans(teller)
    leader = device.unlock("SUP-1")
    assert [one.record for one in privacy_due(leader).waiting] == [held.person]
    assert [one.record for one in privacy_due(leader).records] == [damaged.person]
    sync(leader)
    assert [one.record for one in privacy_due(leader).waiting] == [held.person]
    make_backup(device.server.centre, tmp_path, off_machine=True)
    erase_due(leader)
    assert states(leader) == [State.SENT, State.ERASED]
    sync(leader)
    assert privacy_due(leader).waiting == ()
    erase_due(leader)
    assert states(leader) == [State.ERASED, State.ERASED]
    sync(leader)
    device.server.settle()
    with pytest.raises(KnownError) as caught:
        at_centre(device, held)
    assert caught.value.code == "attachment.erased"
