"""The centre says what changed in few bytes, and every device ends with the tables of the newest snapshot."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update

from central import debt_snapshots
from central.debt_files import write_snapshot
from central.debt_rows import Scope, numbers_in
from central.debt_snapshots import refresh_debts, scope_of
from central.debt_state import load_state
from central.debts import import_rows
from central.ingest import Known, find_device
from central.people import add_staff
from central.schema import change_log, charge, debt, debt_state, debtor
from kiosk.core.debts.model import Charge, Lease, LeasedTo, Purse
from kiosk.core.debts.pieces import version_hash
from kiosk.core.debts.snapshot import ChargeRow, DebtorRow, DebtRow
from kiosk.core.policy import Component
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.debt_files import read_delta, read_index, unpack_piece
from kiosk.core.wire.manifest import DatasetRef, unpack_file
from tests.central.device import Device
from tests.central.server import UNIT, TestServer

COLLECTOR = (f"COL-{n}" for n in count(100))


def row(code: str, owed: int, holder: str, *, name: str = "علي", accounts: int = 1) -> DebtorRow:
    lease = Lease(LeasedTo.COLLECTOR, holder)
    debts = [
        DebtRow(
            f"{code}/{n}",
            "rent",
            Purse("B-1", "F-1"),
            (ChargeRow(Charge("2024", Component.PRINCIPAL, date(2024, 1, 1), owed), "إيجار"),),
            lease,
        )
        for n in range(accounts)
    ]
    return DebtorRow(code, name, tuple(debts), "السيد", "الزاوية", None, None)


@dataclass
class Scoped:
    """A tablet of a collector of its own, and what its device would do with each manifest."""

    server: TestServer
    device: Device
    holder: str
    known: Known
    rows: dict[int, list[Any]]
    hash: str = ""
    way: str = ""
    """How the last version came: `same`, `deltas`, `snapshot`."""

    def put(self, *rows: DebtorRow) -> None:
        import_rows(self.server.centre, rows)

    def ref(self) -> DatasetRef:
        """What the manifest says of the debts now."""
        found = self.device.manifest().find("debts")
        assert found is not None
        return found

    def follow(self) -> DatasetRef:
        """Fetch what is new as a device does, in plain Python."""
        ref, headers = self.ref(), self.device.open_session()

        def get(name: str) -> bytes:
            answer = self.device.get(f"/v1/files/{name}", headers)
            assert answer.status_code == 200, answer.text
            return answer.content

        places = [place for place, one in enumerate(ref.deltas) if one.base == self.hash]
        deltas = ref.deltas[places[-1] :] if places else ref.deltas
        self.way = "deltas"
        if self.hash == ref.hash:
            self.way, deltas = "same", ()
        elif not places:
            self.way = "snapshot"
            index = read_index(unpack_file(ref, get(ref.file)))
            packed, self.rows = get(index.pieces_file), {}
            for one in index.pieces:
                self._take(unpack_piece(one, packed[: one.size]).lines)
                packed = packed[one.size :]
            bases = [one.base for one in ref.deltas]
            deltas = ref.deltas[bases.index(index.hash) :] if index.hash in bases else ()
        for link in deltas:
            delta, lines = read_delta(unpack_file(link, get(link.file)))
            for number in delta.gone:
                del self.rows[number]
            self._take(lines)
        self.hash = ref.hash
        return ref

    def _take(self, lines: bytes) -> None:
        self.rows |= {line[0]: line for line in parse_canonical(lines, max_bytes=1 << 24)}

    def fresh(self) -> tuple[str, dict[int, list[Any]]]:
        """Hash and rows of a snapshot made from the tables now, cut as the newest version is."""
        centre, scope = self.server.centre, scope_of(self.known)
        with centre.storage.read() as db:
            state = load_state(db, str(scope))
            assert state is not None
            made = write_snapshot(centre.folder.files, db, scope, numbers_in(db, scope), state.pieces)
        packed, rows = (centre.folder.files / made.pieces_file).read_bytes(), {}
        index_file = (centre.folder.files / made.index.file).read_bytes()
        for one in read_index(gzip.decompress(index_file)).pieces:
            for line in parse_canonical(unpack_piece(one, packed[: one.size]).lines, max_bytes=1 << 24):
                rows[line[0]] = line
            packed = packed[one.size :]
        return version_hash((one.first, one.hash) for one in made.pieces), rows


@pytest.fixture
def scoped(server: TestServer, new_device: Callable[[], Device]) -> Scoped:
    holder = next(COLLECTOR)
    add_staff(server.centre, holder, UNIT, ("collector",))
    device = new_device().enrol(server.prepare(vehicle=None, collector=holder))
    with server.centre.storage.read() as db:
        known = find_device(db, device.code)
    made = Scoped(server, device, holder, known, {})
    made.put(*(row(f"{holder}-{n}", 1_000 + n, holder) for n in range(80)))
    made.follow()
    return made


def same(scoped: Scoped) -> None:
    """The device has what a snapshot of this moment would have, and the hash says so."""
    hash_, rows = scoped.fresh()
    assert scoped.rows == rows
    assert scoped.hash == hash_


def test_a_few_changes_come_as_a_few_bytes(scoped: Scoped) -> None:
    assert scoped.way == "snapshot"
    scoped.put(*(row(f"{scoped.holder}-{n}", 5, scoped.holder) for n in range(4)))
    ref = scoped.follow()
    assert (scoped.way, [one.debtors for one in ref.deltas]) == ("deltas", [4])
    assert ref.rows == 240
    same(scoped)
    scoped.put(*(row(f"{scoped.holder}-{n}", 5, scoped.holder) for n in range(4)))
    assert scoped.follow().deltas == ref.deltas
    assert scoped.way == "same"


def test_debts_that_come_and_go_with_their_lease_do_so_on_the_devices(scoped: Scoped) -> None:
    moved = row(f"{scoped.holder}-5", 9, "COL-ELSEWHERE", accounts=1)
    new = row(f"{scoped.holder}-new", 7, scoped.holder, accounts=3)
    other = row("DB-OTHER-HOLDER", 1, "COL-ELSEWHERE")
    scoped.put(moved, new, other)
    ref = scoped.follow()
    assert (scoped.way, ref.deltas[-1].debtors) == ("deltas", 2)
    codes = {line[1] for line in scoped.rows.values()}
    assert (moved.code in codes, new.code in codes, other.code in codes) == (False, True, False)
    same(scoped)
    scoped.put(row(moved.code, 9, scoped.holder))
    scoped.follow()
    assert moved.code in {line[1] for line in scoped.rows.values()}
    same(scoped)


def test_an_account_that_changes_hands_leaves_the_debtor_who_had_it(scoped: Scoped) -> None:
    two = row(f"{scoped.holder}-two", 9, scoped.holder, accounts=2)
    scoped.put(two)
    scoped.follow()
    taken = replace(row(f"{scoped.holder}-3", 9, scoped.holder), debts=(two.debts[1],))
    scoped.put(taken)
    scoped.follow()
    held = {line[1]: [one[0] for one in line[9]] for line in scoped.rows.values()}
    assert held[two.code] == [two.debts[0].account]
    assert two.debts[1].account in held[taken.code]
    same(scoped)


def test_great_changes_come_as_a_snapshot(scoped: Scoped) -> None:
    scoped.put(*(row(f"{scoped.holder}-{n}", 5, scoped.holder) for n in range(70)))
    ref = scoped.follow()
    assert (scoped.way, ref.deltas) == ("snapshot", ())
    same(scoped)


def test_deltas_that_grow_too_large_are_followed_by_a_snapshot_and_still_lead_on(
    scoped: Scoped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debt_snapshots, "_MOST_DELTAS", 3)
    first = scoped.ref().file
    for n in range(6):
        scoped.put(row(f"{scoped.holder}-{n}", 5, scoped.holder))
        ref = scoped.follow()
        assert scoped.way == "deltas"
        assert len(ref.deltas) <= 4
    assert ref.file != first
    same(scoped)
    newcomer = replace(scoped, rows={}, hash="")
    newcomer.follow()
    assert (newcomer.way, newcomer.rows, newcomer.hash) == ("snapshot", scoped.rows, scoped.hash)


def test_pieces_that_grow_are_cut_and_the_cuts_travel(
    scoped: Scoped, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("central.debt_state.PIECE_DEBTORS", 30)
    scoped.put(row(f"{scoped.holder}-more", 3, scoped.holder))
    scoped.follow()
    assert scoped.way == "deltas"
    with scoped.server.centre.storage.read() as db:
        state = load_state(db, str(scope_of(scoped.known)))
    assert state is not None
    assert [one.debtors for one in state.pieces] == [30, 30, 21]
    same(scoped)


def test_a_change_that_nobody_noted_is_found_once_a_day_and_loaded_whole(scoped: Scoped) -> None:
    with scoped.server.centre.storage.write() as db:
        db.execute(update(charge).where(charge.c.debt == f"{scoped.holder}-9/0").values(owed=1))
    scoped.follow()
    assert scoped.way == "same"
    scoped.server.clock.pass_time(timedelta(days=1))
    try:
        ref = scoped.follow()
    finally:
        scoped.server.clock.pass_time(timedelta(days=-1))
    assert (scoped.way, ref.deltas) == ("snapshot", ())
    same(scoped)


def test_files_of_another_scope_are_not_there_for_a_device(scoped: Scoped, device: Device) -> None:
    scoped.put(row(f"{scoped.holder}-1", 5, scoped.holder))
    (link,) = scoped.ref().deltas
    answer = device.get(f"/v1/files/{link.file}", device.open_session())
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "central.no_such_file")


def test_a_version_that_another_server_named_first_is_left_alone(
    scoped: Scoped, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two servers make a version from different views: the one that names it first has it."""
    centre, late = scoped.server.centre, []
    real = debt_snapshots._name

    def overtaken(db: Any, made: Any) -> None:
        late.append(made)

    monkeypatch.setattr(debt_snapshots, "_name", overtaken)
    scoped.put(row(f"{scoped.holder}-1", 5, scoped.holder))
    refresh_debts(centre, scoped.known)
    monkeypatch.setattr(debt_snapshots, "_name", real)
    scoped.put(row(f"{scoped.holder}-2", 6, scoped.holder))
    before = scoped.follow()
    with centre.storage.write() as db:
        real(db, late[0])
    assert scoped.ref() == before
    same(scoped)


def test_changes_that_every_scope_has_seen_are_let_go(scoped: Scoped) -> None:
    with scoped.server.centre.storage.write() as db:
        for other in db.execute(select(debt_state.c.scope)).scalars().all():
            if other != str(scope_of(scoped.known)):
                db.execute(delete(debt_state).where(debt_state.c.scope == other))
    scoped.put(row(f"{scoped.holder}-1", 5, scoped.holder))
    scoped.follow()
    scoped.server.clock.pass_time(timedelta(days=1))
    try:
        scoped.follow()
    finally:
        scoped.server.clock.pass_time(timedelta(days=-1))
    with scoped.server.centre.storage.read() as db:
        left = select(func.count()).select_from(change_log).where(change_log.c.topic == "debts")
        assert db.execute(left).scalar_one() == 0
    scoped.put(row(f"{scoped.holder}-2", 6, scoped.holder))
    scoped.follow()
    assert scoped.way == "deltas"
    same(scoped)


def test_numbers_of_debtors_stay_and_are_never_given_twice(scoped: Scoped) -> None:
    def numbers() -> dict[str, int]:
        with scoped.server.centre.storage.read() as db:
            return {one.code: one.number for one in db.execute(select(debtor.c.code, debtor.c.number))}

    before = numbers()
    scoped.put(row(f"{scoped.holder}-1", 5, scoped.holder), row(f"{scoped.holder}-x", 5, scoped.holder))
    after = numbers()
    assert {code: after[code] for code in before} == before
    assert after[f"{scoped.holder}-x"] > max(before.values())
    assert len(set(after.values())) == len(after)


changes = st.lists(
    st.tuples(
        st.integers(0, 12), st.integers(0, 3), st.booleans(), st.integers(1, 2), st.sampled_from("أبج")
    ),
    max_size=6,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(changes, max_size=4))
def test_over_any_history_deltas_lead_to_the_snapshot(
    scoped: Scoped, history: list[list[tuple[int, int, bool, int, str]]]
) -> None:
    for step in history:
        for who, owed, here, accounts, name in step:
            holder = scoped.holder if here else "COL-ELSEWHERE"
            scoped.put(row(f"{scoped.holder}-{who}", owed, holder, name=name, accounts=accounts))
        scoped.follow()
        same(scoped)


def test_the_snapshot_of_a_scope_without_debts_is_empty(
    scoped: Scoped, monkeypatch: pytest.MonkeyPatch
) -> None:
    with scoped.server.centre.storage.write() as db:
        db.execute(update(debt).where(debt.c.holder == scoped.holder).values(holder="COL-ELSEWHERE"))
    scoped.server.clock.pass_time(timedelta(days=1))
    try:
        scoped.follow()
    finally:
        scoped.server.clock.pass_time(timedelta(days=-1))
    assert scoped.rows == {}
    assert str(Scope(LeasedTo.COLLECTOR, scoped.holder)) == f"collector:{scoped.holder}"
