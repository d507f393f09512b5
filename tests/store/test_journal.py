"""The journal only grows, by one entry after the other, each chained to the last and written in an act."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlite_utils import Database

from kiosk.core.entries.body import Body
from kiosk.core.entries.operations import BookTaken
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.shift import ShiftOpened
from kiosk.core.entries.staff import StreamOpened
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.checkpoint import Checkpoint, parse_checkpoint
from kiosk.core.wire.entry import entry_bytes, entry_hash, parse_entry
from kiosk.core.wire.totals import Totals, read_totals
from kiosk.desk.session import Session
from kiosk.store import journal as journal_module
from kiosk.store.journal import CHECKPOINT_EVERY, Signer
from kiosk.store.moments import Moment
from kiosk.store.projections import project
from kiosk.store.projections.stream import move_stream
from kiosk.store.sqlite import DatabaseError
from kiosk.store.tables import Nature, tables_of
from kiosk.store.verify import verify
from tests.acts import ask, begin, finish, new_trial, pay_for, tally, void
from tests.desk.conftest import Trial

Rows = dict[str, list[tuple[object, ...]]]
Some = TypeVar("Some", bound=Body)

BOOK = BookTaken(series="SECOND-E0", first=1, last=9, grant=None)


def moment(session: Session) -> Moment:
    return session.moment()


def entries(session: Session) -> int:
    return session.store.journal.state().seq


def act(session: Session, times: int = 1) -> None:
    """So many entries, each an act of its own."""
    for _ in range(times):
        with session.act() as one:
            one.append(replace(BOOK, series=f"B-{entries(session)}"))


def act_with(session: Session, *written: Body) -> None:
    """One act of these entries."""
    with session.act() as one:
        for body in written:
            one.append(body)


def bodies(session: Session, kind: type[Some]) -> list[Some]:
    """Every body of one type that the journal holds."""
    read = [parse_entry(record.data) for record in session.store.journal.records()]
    decoded = [REGISTRY.decode(entry.type, entry.tv, entry.body) for entry in read]
    return [body for body in decoded if isinstance(body, kind)]


def everything(db: Database) -> Rows:
    """Every row that an act can write; the debts come from the centre only, and their index has no rows."""
    natures = [nature for nature in Nature if nature is not Nature.SNAPSHOT]
    tables = [name for nature in natures for name in tables_of(nature)]
    return {table: sorted(db.conn.execute(f"SELECT * FROM {table}"), key=repr) for table in tables}


def facts(db: Database) -> Rows:
    return {
        table: db.conn.execute(f"SELECT * FROM {table} ORDER BY seq").fetchall()
        for table in tables_of(Nature.JOURNAL)
    }


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A journal with two checkpoints, shared by tests that change nothing."""
    trial = new_trial(tmp_path_factory.mktemp("full") / "device")
    session = trial.unlock("SUP-1")
    act(session, 2 * CHECKPOINT_EVERY - entries(session))
    yield session.store.db
    trial.close()


class TestOnlyGrows:
    @pytest.mark.parametrize("table", tables_of(Nature.JOURNAL))
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {0} SET bytes = x'00'",
            "UPDATE {0} SET seq = seq + 1000 WHERE seq = (SELECT max(seq) FROM {0})",
            "UPDATE OR IGNORE {0} SET bytes = x'00'",
            "UPDATE OR REPLACE {0} SET seq = 50 WHERE seq = (SELECT max(seq) FROM {0})",
            "DELETE FROM {0}",
            "DELETE FROM {0} WHERE seq = (SELECT max(seq) FROM {0})",
            "REPLACE INTO {0} SELECT * FROM {0} WHERE seq = 50",
            "REPLACE INTO {0} SELECT * FROM {0} ORDER BY seq DESC LIMIT 1",
            "INSERT OR REPLACE INTO {0} SELECT * FROM {0} LIMIT 1",
            "INSERT OR IGNORE INTO {0} SELECT * FROM {0} LIMIT 1",
            "INSERT INTO {0} SELECT * FROM {0} WHERE 1 ON CONFLICT (seq) DO UPDATE SET bytes = x'00'",
        ],
    )
    def test_the_database_refuses_whatever_would_change_a_row(
        self, full: Database, table: str, statement: str
    ) -> None:
        """With the pragma that sqlite-utils sets, and without it: no pragma keeps the rows."""
        for recursive in (1, 0):
            full.conn.execute(f"PRAGMA recursive_triggers = {recursive}")
            before = facts(full)
            with pytest.raises(DatabaseError, match=r"append-only|must be the next one"):
                full.conn.execute(statement.format(table))
            assert facts(full) == before

    @pytest.mark.parametrize("seq", ["1", "7", "(SELECT max(seq) FROM journal_1) + 2", "0", "-1", "NULL"])
    @pytest.mark.parametrize("way", ["INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE", "INSERT OR FAIL"])
    def test_an_entry_takes_the_next_place_or_none(self, full: Database, way: str, seq: str) -> None:
        before = facts(full)
        with pytest.raises(DatabaseError, match="must be the next one"):
            full.conn.execute(f"{way} INTO journal_1 VALUES ({seq}, 'a.b', x'00', zeroblob(32), '[]')")
        assert facts(full) == before

    def test_a_checkpoint_names_an_entry_that_is_there_and_later_than_the_last(self, full: Database) -> None:
        for seq in ("1", f"{CHECKPOINT_EVERY}", "NULL", "0"):
            with pytest.raises(DatabaseError, match="append-only"):
                full.conn.execute(f"INSERT INTO checkpoint VALUES ({seq}, x'00')")
        with pytest.raises(DatabaseError, match="of an entry that is here"):
            full.conn.execute("INSERT INTO checkpoint VALUES (100000, x'00')")


class TestChain:
    def test_each_entry_carries_its_place_and_is_chained_to_the_one_before(self, session: Session) -> None:
        pay_for(session, ask(session))
        previous, seq = bytes(32), 0
        for record in session.store.journal.records():
            seq += 1
            entry = parse_entry(record.data)
            assert (record.seq, entry.seq, entry.stream) == (seq, seq, session.store.unlocked.stream)
            assert record.hash == entry_hash(previous, seq, record.data)
            previous = record.hash
        assert session.store.journal.state().head == previous
        assert entries(session) == seq

    def test_it_goes_on_where_it_stopped_after_a_restart(self, trial: Trial) -> None:
        stopped: list[tuple[int, bytes]] = []
        for code in ("TEL-1", "SUP-1", "TEL-1"):
            session = trial.unlock(code)
            act(session)
            state = session.store.journal.state()
            stopped.append((state.seq, state.head))
        session = trial.unlock("SUP-2")
        hashes = {record.seq: record.hash for record in session.store.journal.records()}
        assert [hashes[seq] for seq, _ in stopped] == [head for _, head in stopped]
        assert sorted(hashes) == list(range(1, entries(session) + 1))
        assert verify(session.store).clean

    def test_a_trial_says_so_in_its_first_entry_and_ever_after(self, trial: Trial) -> None:
        for _ in range(2):
            session = trial.unlock("SUP-1")
            first = parse_entry(next(session.store.journal.records()).data)
            assert (first.type, first.body["trial"]) == ("stream.opened", True)
            assert session.store.journal.state().trial

    def test_a_stream_is_started_once(self, session: Session) -> None:
        raw = session.store.device_signer.key.public_key().public_bytes_raw().hex()
        body = StreamOpened(
            device="D00000000",
            unit="U-0101",
            vehicle=None,
            kid=session.store.device_signer.kid,
            public_key=raw,
            trial=False,
        )
        with pytest.raises(BugError, match="started already"), session.store.transaction():
            session.store.journal.start("ab" * 16, body, moment(session))

    def test_records_can_be_read_in_part(self, session: Session) -> None:
        assert [record.seq for record in session.store.journal.records(3, 5)] == [3, 4, 5]


class TestAppending:
    def test_an_entry_outside_an_act_is_a_bug(self, session: Session) -> None:
        before = entries(session)
        with pytest.raises(BugError, match="outside an act"):
            session.store.journal.append(BOOK, moment(session), staff="TEL-1")
        assert entries(session) == before

    def test_an_entry_that_lacks_a_signature_is_not_written(self, session: Session) -> None:
        tally(session)
        before = everything(session.store.db)
        opening = bodies(session, ShiftOpened)[0]
        with pytest.raises(KnownError) as caught, session.act() as one:
            one.append(opening)
        assert caught.value.code == "entry.unsigned"
        assert everything(session.store.db) == before

    def test_someone_elses_signature_is_not_the_persons(self, session: Session) -> None:
        opening = bodies(session, ShiftOpened)[0]
        other = session.store.unlock_another("SUP-1", "11122233344455")
        signer = Signer("SUP-1", other.staff_key.private)
        with pytest.raises(KnownError) as caught, session.store.transaction():
            session.store.journal.append(opening, moment(session), staff="TEL-1", signers=[signer])
        assert caught.value.code == "entry.unsigned"
        other.lock()

    def test_totals_are_filled_in_by_the_journal_whatever_the_body_said(self, session: Session) -> None:
        before = session.store.journal.state().totals
        taken = pay_for(session, ask(session))
        after = session.store.journal.state().totals
        assert after - before == Totals(requests=1, receipts=1, cash=taken.total)
        last = parse_entry(list(session.store.journal.records())[-1].data)
        assert last.body["totals"] == after.to_map()

    def test_a_projection_that_fails_takes_its_entry_with_it(self, session: Session) -> None:
        before = everything(session.store.db)
        with pytest.raises(DatabaseError):
            act_with(session, BOOK, BOOK)
        assert everything(session.store.db) == before
        act(session)
        assert verify(session.store).clean

    def test_signer_and_key_are_not_shown(self, session: Session) -> None:
        assert repr(session.store.device_signer) == "<signer D00000000>"


class _CutError(Exception):
    """What a test raises in the middle of an act."""


def _prepared(trial: Trial, name: str) -> tuple[Session, Callable[[], object]]:
    """A device on which one act can be done, and that act."""
    session = trial.unlock("TEL-1")
    if name == "open":
        return session, lambda: begin(session)
    begin(session)
    tracking = ask(session)
    if name == "pay":
        return session, lambda: pay_for(session, tracking)
    if name == "ask":
        return session, lambda: ask(session)
    taken = pay_for(session, tracking)
    if name == "void":
        return session, lambda: void(session, taken.number)
    tally(session)
    return session, lambda: finish(session)


class TestCutInTheMiddle:
    @pytest.mark.parametrize(
        ("name", "appends"), [("open", 1), ("ask", 1), ("pay", 2), ("void", 1), ("close", 1)]
    )
    def test_an_act_that_fails_at_any_entry_leaves_nothing_and_no_gap(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, appends: int
    ) -> None:
        real = project
        for at in range(1, appends + 1):
            trial = new_trial(tmp_path / f"{name}-{at}")
            session, do = _prepared(trial, name)
            before, last = everything(session.store.db), entries(session)
            seen = 0

            def cut(*arguments: Any, at: int = at) -> None:
                nonlocal seen
                seen += 1
                real(*arguments)
                if seen == at:
                    raise _CutError

            monkeypatch.setattr(journal_module, "project", cut)
            with pytest.raises(_CutError):
                do()
            monkeypatch.setattr(journal_module, "project", real)
            assert everything(session.store.db) == before
            do()
            assert [record.seq for record in session.store.journal.records(last + 1)] == [
                last + one for one in range(1, appends + 1)
            ]
            assert verify(session.store).clean
            trial.close()

    def test_numbers_of_receipts_have_no_gap_either(
        self, session: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = pay_for(session, ask(session))
        tracking = ask(session)

        def cut(*_: Any) -> None:
            raise _CutError

        with monkeypatch.context() as patch:
            patch.setattr(journal_module, "project", cut)
            with pytest.raises(_CutError):
                pay_for(session, tracking)
        second = pay_for(session, tracking)
        assert (first.number[-6:], second.number[-6:]) == ("000001", "000002")


class TestCheckpoints:
    def test_the_device_signs_every_fiftieth_entry(self, session: Session) -> None:
        act(session, 2 * CHECKPOINT_EVERY - entries(session) - 1)
        assert [one.seq for one in kept(session)] == [CHECKPOINT_EVERY]
        act(session)
        assert [one.seq for one in kept(session)] == [CHECKPOINT_EVERY, 2 * CHECKPOINT_EVERY]
        state = session.store.journal.state()
        assert (kept(session)[-1].head, kept(session)[-1].totals) == (state.head.hex(), state.totals)

    def test_it_signs_when_asked_and_once_an_entry(self, session: Session) -> None:
        with session.act() as one:
            one.append(BOOK)
            one.checkpoint()
            one.checkpoint()
        assert [one.seq for one in kept(session)] == [entries(session)]

    def test_a_close_is_signed(self, session: Session) -> None:
        tally(session)
        finish(session, kept=200_00)
        assert [one.seq for one in kept(session)] == [entries(session)]


def kept(session: Session) -> list[Checkpoint]:
    return [parse_checkpoint(data) for data in session.store.journal.checkpoints()]


def write_later_release(session: Session, body: dict[str, Any]) -> int:
    """An entry as a later release of the program would have written it; its seq."""
    state = session.store.journal.state()
    last = parse_entry(next(session.store.journal.records(state.seq)).data)
    entry = replace(last, seq=state.seq + 1, type="future.thing", tv=3, shift=None, body=body)
    data = entry_bytes(entry)
    head = entry_hash(state.head, entry.seq, data)
    totals = read_totals(body["totals"]) if "totals" in body else state.totals
    db = session.store.db
    with session.store.transaction():
        db.conn.execute(
            "INSERT INTO journal_1 VALUES (?, ?, ?, ?, ?)",
            (entry.seq, entry.type, data, head, json.dumps([])),
        )
        move_stream(db, entry, head, totals)
    return entry.seq


class TestLaterReleases:
    def test_an_entry_of_an_unknown_type_is_carried_and_the_journal_goes_on(self, session: Session) -> None:
        totals = session.store.journal.state().totals
        stated = replace(totals, copies=totals.copies + 3).to_map()
        seq = write_later_release(session, {"what": "never seen", "totals": stated})
        taken = pay_for(session, ask(session))
        record = next(session.store.journal.records(seq))
        assert parse_entry(record.data).body["what"] == "never seen"
        report = verify(session.store)
        assert report.clean
        assert [(finding.code, finding.seq) for finding in report.findings] == [("chain.later_release", seq)]
        after = session.store.journal.state().totals
        assert (after.copies, after.receipts, after.cash) == (3, 1, taken.total)


class TestTornJournal:
    """What people see when the last entry is not the one after which the next is to come."""

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE stream SET seq = seq - 1",
            "UPDATE stream SET seq = seq + 1",
            "UPDATE stream SET totals = '{}'",
            "UPDATE stream SET totals = 'x'",
            "UPDATE stream SET at = 'yesterday'",
            "DELETE FROM stream",
            "UPDATE stream SET drawer = NULL",
        ],
    )
    def test_nothing_is_written_and_the_sentence_says_so(self, session: Session, damage: str) -> None:
        tracking = ask(session)
        session.store.db.conn.execute(damage)
        before = everything(session.store.db)
        with pytest.raises(KnownError) as caught:
            pay_for(session, tracking)
        assert caught.value.code == "journal.torn"
        assert everything(session.store.db) == before
