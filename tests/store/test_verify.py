"""Every kind of damage to a store is found and named; what is sound is called sound."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.wire.chain import ChainState, verify_chain
from kiosk.core.wire.entry import entry_bytes, entry_hash, parse_entry
from kiosk.core.wire.totals import Totals
from kiosk.desk.session import Session
from kiosk.desk.verifying import mend_tables
from kiosk.store.journal import CHECKPOINT_EVERY
from kiosk.store.store import Store
from kiosk.store.tables import Nature, tables_of
from kiosk.store.verify import verify
from tests.acts import ask, begin, new_trial, outage, owe, pay_debt, pay_for, void
from tests.desk.conftest import Trial
from tests.store.damage import forge, guards
from tests.store.test_journal import act, entries

BAD = "chain.bad_signature"
CHANGED = "CAST(replace(CAST(bytes AS TEXT), '50', '51') AS BLOB)"
OF_THE_VOID = "SELECT sigs FROM journal_1 WHERE type = 'receipt.voided'"


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_worked(tmp_path_factory.mktemp("worked") / "device")


def make_worked(root: Path) -> Path:
    """A device after a morning of work, with a checkpoint in its journal."""
    trial = new_trial(root)
    session = trial.unlock("TEL-1")
    begin(session)
    outage(session)
    taken = pay_for(session, ask(session))
    pay_debt(session)
    ask(session)
    void(session, taken.number)
    act(session, CHECKPOINT_EVERY - entries(session) + 3)
    trial.close()
    return trial.root


@pytest.fixture
def busy(worked: Path, tmp_path: Path) -> Iterator[Session]:
    """A copy of that device, which a test may damage."""
    shutil.copytree(worked, tmp_path / "busy")
    trial = Trial(tmp_path / "busy")
    yield trial.unlock("TEL-1")
    trial.close()


def named(store: Store) -> set[str]:
    """The codes of everything that a verification finds."""
    report = verify(store)
    assert report.clean == (not [error for error in report.errors() if error.code != "chain.later_release"])
    return {error.code for error in report.errors()}


def where(store: Store, code: str) -> list[object]:
    return [error.params.get("seq") for error in verify(store).errors() if error.code == code]


def test_a_device_at_work_is_sound(busy: Session) -> None:
    report = verify(busy.store)
    assert report.clean
    assert list(report.errors()) == []
    assert (report.entries, report.head) == (entries(busy), busy.store.journal.state().head)


def test_a_verification_changes_nothing(busy: Session) -> None:
    before = busy.store.folder.database.read_bytes()
    wal = busy.store.folder.database.with_name("kiosk.db-wal").read_bytes()
    verify(busy.store)
    assert busy.store.folder.database.read_bytes() == before
    assert busy.store.folder.database.with_name("kiosk.db-wal").read_bytes() == wal


class TestEntries:
    def test_every_flipped_byte_of_an_entry_is_found_at_its_place(self, busy: Session) -> None:
        seq = next(r.seq for r in busy.store.journal.records() if b'"payment.taken"' in r.data)
        record = next(busy.store.journal.records(seq, seq))
        for at in range(len(record.data)):
            flipped = bytearray(record.data)
            flipped[at] ^= 1
            assert _chain_codes(busy.store, seq, bytes(flipped), record.hash) >= {"chain.altered"}

    def test_a_byte_of_an_entry_in_the_database_is_named(self, busy: Session) -> None:
        for seq in (1, 7, entries(busy)):
            record = next(busy.store.journal.records(seq, seq))
            flipped = record.data[:-2] + bytes([record.data[-2] ^ 1]) + record.data[-1:]
            forge(busy.store, f"UPDATE journal_1 SET bytes = x'{flipped.hex()}' WHERE seq = {seq}")
            assert seq in where(busy.store, "chain.altered")
            forge(busy.store, f"UPDATE journal_1 SET bytes = x'{record.data.hex()}' WHERE seq = {seq}")
            assert verify(busy.store).clean

    @pytest.mark.parametrize(
        ("damage", "code", "seq"),
        [
            ("DELETE FROM journal_1 WHERE seq = 9", "chain.gap", 9),
            ("DELETE FROM journal_1 WHERE seq = 1", "chain.gap", 1),
            ("UPDATE journal_1 SET hash = zeroblob(32) WHERE seq = 9", "chain.altered", 9),
            ("UPDATE journal_1 SET bytes = x'00' WHERE seq = 9", "chain.unreadable", 9),
            ("UPDATE journal_1 SET type = 'cash.moved' WHERE seq = 9", "verify.type_differs", 9),
            ("UPDATE journal_1 SET sigs = '[]' WHERE type = 'shift.opened'", "chain.unsigned", None),
            ("UPDATE journal_1 SET sigs = 'x' WHERE seq = 9", BAD, 9),
            ("UPDATE journal_1 SET sigs = '[1]' WHERE seq = 9", BAD, 9),
            (f"UPDATE journal_1 SET sigs = ({OF_THE_VOID}) WHERE type = 'shift.opened'", BAD, None),
        ],
    )
    def test_damage_to_an_entry_is_named(
        self, busy: Session, damage: str, code: str, seq: int | None
    ) -> None:
        forge(busy.store, damage)
        found = where(busy.store, code)
        assert found
        assert seq is None or seq in found

    def test_two_entries_that_changed_places_are_named(self, busy: Session) -> None:
        forge(
            busy.store,
            "UPDATE journal_1 SET seq = -9 WHERE seq = 9",
            "UPDATE journal_1 SET seq = 9 WHERE seq = 10",
            "UPDATE journal_1 SET seq = 10 WHERE seq = -9",
        )
        assert set(where(busy.store, "chain.altered")) >= {9, 10}

    def test_an_entry_put_in_between_is_named(self, busy: Session) -> None:
        last = entries(busy)
        moved = "UPDATE journal_1 SET seq = {} WHERE seq = {}"
        forge(
            busy.store,
            *(moved.format(seq + 1, seq) for seq in range(last, 9, -1)),
            "INSERT INTO journal_1 SELECT 10, type, bytes, hash, sigs FROM journal_1 WHERE seq = 9",
        )
        assert 10 in where(busy.store, "chain.altered")

    def test_an_entry_after_the_last_is_named(self, busy: Session) -> None:
        last = entries(busy)
        forge(
            busy.store,
            f"INSERT INTO journal_1 SELECT {last + 1}, type, bytes, hash, sigs FROM journal_1 WHERE seq = 9",
        )
        assert last + 1 in where(busy.store, "chain.altered")

    def test_a_tail_cut_before_a_checkpoint_is_named(self, busy: Session) -> None:
        forge(busy.store, f"DELETE FROM journal_1 WHERE seq >= {CHECKPOINT_EVERY - 1}")
        assert where(busy.store, "chain.cut") == [CHECKPOINT_EVERY]

    def test_a_tail_cut_after_the_last_checkpoint_shows_in_the_tables(self, busy: Session) -> None:
        forge(busy.store, f"DELETE FROM journal_1 WHERE seq > {CHECKPOINT_EVERY}")
        assert "verify.table_differs" in named(busy.store)

    def test_entries_of_another_device_are_named(self, busy: Session, tmp_path: Path) -> None:
        other = new_trial(tmp_path / "other")
        foreign = other.unlock("SUP-1")
        act(foreign, 3)
        record = list(foreign.store.journal.records())[-1]
        seq = entries(busy)
        forge(
            busy.store,
            f"UPDATE journal_1 SET bytes = x'{record.data.hex()}', hash = x'{record.hash.hex()}'"
            f" WHERE seq = {seq}",
        )
        assert set(where(busy.store, "chain.altered")) == {seq}
        other.close()


def _chain_codes(store: Store, seq: int, data: bytes, hash_: bytes) -> set[str]:
    """What the chain alone says of one changed entry: thousands of them, so without the whole database."""
    before = next(store.journal.records(seq - 1, seq - 1))
    record = next(store.journal.records(seq, seq))
    start = ChainState(
        stream=store.unlocked.stream, device="D00000000", device_keys={}, seq=seq - 1, head=before.hash
    )
    altered = replace(record, data=data, hash=hash_)
    return {finding.code for finding in verify_chain([altered], start).findings}


class TestCheckpoints:
    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            ("DELETE FROM checkpoint WHERE seq = 50", "verify.checkpoint_missing"),
            ("UPDATE checkpoint SET bytes = x'00' WHERE seq = 50", "verify.checkpoint_unreadable"),
            ("UPDATE checkpoint SET seq = 49 WHERE seq = 50", "chain.checkpoint_differs"),
            (
                f"UPDATE checkpoint SET bytes = {CHANGED}",
                "chain.checkpoint_signature",
            ),
        ],
    )
    def test_damage_to_a_checkpoint_is_named(self, busy: Session, damage: str, code: str) -> None:
        forge(busy.store, damage)
        assert code in named(busy.store)


class TestBesideTheEntries:
    def test_every_changed_table_is_named_and_mended(self, busy: Session) -> None:
        for table in tables_of(Nature.DERIVED):
            rows = busy.store.db.conn.execute(f"PRAGMA table_info({table})").fetchall()
            columns = [row[1] for row in rows]
            ones = ", ".join("zeroblob(32)" if row[2] == "BLOB" else "1" for row in rows)
            forge(
                busy.store,
                f"UPDATE {table} SET {columns[-1]} = '7777'",
                f"INSERT INTO {table} SELECT {ones} WHERE NOT EXISTS (SELECT 1 FROM {table})",
            )
        report = verify(busy.store)
        assert report.tables == tables_of(Nature.DERIVED)
        assert [error.params["table"] for error in report.errors()] == list(report.tables)
        assert mend_tables(busy.store, report).clean

    def test_one_piastre_in_a_table_is_named(self, busy: Session) -> None:
        for table, damage in (
            ("stream", "UPDATE stream SET drawer = drawer + 1"),
            ("payment", "UPDATE payment SET total = total + 1 WHERE serial = 1"),
        ):
            forge(busy.store, damage)
            report = verify(busy.store)
            assert report.tables == (table,)
            assert mend_tables(busy.store, report).clean

    @pytest.mark.parametrize("name", ["journal_1_no_update", "checkpoint_next", "person_only_erased"])
    def test_a_guard_that_was_taken_away_is_named(self, busy: Session, name: str) -> None:
        assert name in dict(guards(busy.store.db))
        busy.store.db.conn.execute(f"DROP TRIGGER {name}")
        report = verify(busy.store)
        assert [error.params for error in report.beside] == [{"guard": name}]
        assert not report.clean

    def test_altered_reference_data_are_named(self, busy: Session) -> None:
        forge(busy.store, "UPDATE dataset SET content = CAST(content || ' ' AS BLOB) WHERE name = 'fees'")
        report = verify(busy.store)
        assert [(error.code, error.params["dataset"]) for error in report.beside] == [
            ("verify.data_differs", "fees")
        ]

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE debtor_a SET debts = json_replace(debts, '$[0][10][0][3]', 1)",
            "UPDATE debtor_a SET name = name || 'ا'",
            "DELETE FROM debtor_a",
            "UPDATE debt_piece_a SET rows = replace(rows, '1', '2')",
        ],
    )
    def test_altered_debts_are_named(self, busy: Session, damage: str) -> None:
        owe(busy)
        assert verify(busy.store).clean
        current = busy.store.db.conn.execute("SELECT current FROM debts_in_use").fetchone()[0]
        forge(busy.store, damage.replace("_a", f"_{current}"))
        assert named(busy.store) == {"debt_data.altered"}

    def test_a_contradiction_written_with_the_key_is_named(self, busy: Session) -> None:
        """A second receipt of the same number, well formed and well chained: the tables refuse it."""
        seq = _append_copy_of(busy, "receipt.issued")
        report = verify(busy.store)
        assert report.tables is None
        assert not report.clean
        assert [(e.code, e.params["seq"]) for e in report.beside] == [("verify.contradiction", seq)]


def _append_copy_of(session: Session, kind: str) -> int:
    """The last entry of a type once more, as the next entry, with hash and totals that fit."""
    state = session.store.journal.state()
    (data,) = session.store.db.conn.execute(
        "SELECT bytes FROM journal_1 WHERE type = ? ORDER BY seq DESC", (kind,)
    ).fetchone()
    first = parse_entry(data)
    totals = state.totals + Totals(receipts=1)
    entry = replace(first, seq=state.seq + 1, body={**first.body, "totals": totals.to_map()})
    data = entry_bytes(entry)
    head = entry_hash(state.head, entry.seq, data)
    forge(
        session.store,
        f"INSERT INTO journal_1 VALUES ({entry.seq}, '{kind}', x'{data.hex()}', x'{head.hex()}', '[]')",
    )
    return entry.seq


class TestPersons:
    @pytest.mark.parametrize(
        ("damage", "code"),
        [
            ("UPDATE person SET sealed = CAST(sealed || 'x' AS BLOB)", "person.damaged"),
            ("UPDATE person SET sealed = x''", "person.damaged"),
            ("UPDATE person SET wrapped_key = zeroblob(60)", "person.damaged"),
            ("DELETE FROM person", "person.unknown"),
        ],
    )
    def test_a_changed_record_is_named(self, busy: Session, damage: str, code: str) -> None:
        one = busy.store.db.conn.execute("SELECT id FROM person ORDER BY id").fetchone()[0]
        forge(busy.store, f"{damage} WHERE id = '{one}'")
        report = verify(busy.store)
        assert {(error.code, error.params["person"]) for error in report.persons} == {(code, one)}
        assert not report.clean

    def test_records_that_changed_places_are_named(self, busy: Session) -> None:
        first, second = [row[0] for row in busy.store.db.conn.execute("SELECT id FROM person LIMIT 2")]
        forge(
            busy.store,
            "CREATE TEMP TABLE kept AS SELECT * FROM person",
            f"UPDATE person SET sealed = (SELECT sealed FROM kept WHERE id = '{second}'),"
            f" wrapped_key = (SELECT wrapped_key FROM kept WHERE id = '{second}') WHERE id = '{first}'",
        )
        assert named(busy.store) == {"person.damaged"}

    def test_a_record_sealed_anew_does_not_fit_its_entry(
        self, busy: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Somebody with the key seals other details under the same id: the commitment shows it."""
        one = busy.store.db.conn.execute("SELECT id FROM person").fetchone()[0]
        monkeypatch.setattr("kiosk.store.persons.secrets.token_hex", lambda _: one)
        other = busy.store.persons.prepare({"payer_name": "غيره"})
        forge(
            busy.store,
            f"UPDATE person SET sealed = x'{other.sealed.hex()}', wrapped_key = x'{other.wrapped_key.hex()}'"
            f" WHERE id = '{one}'",
        )
        assert named(busy.store) == {"person.damaged"}

    def test_a_record_erased_without_an_entry_is_named(self, busy: Session) -> None:
        one = busy.store.db.conn.execute("SELECT id FROM person").fetchone()[0]
        with busy.store.transaction():
            busy.store.persons.erase(one)
        assert named(busy.store) == {"verify.erased_without_entry"}


class TestPages:
    @pytest.mark.parametrize("part", ["first", "middle", "last"])
    def test_a_flipped_byte_of_a_page_is_damage_and_nothing_else_is_judged(
        self, trial: Trial, part: str
    ) -> None:
        begin(trial.unlock("TEL-1"))
        trial.close()
        database = trial.root / "kiosk.db"
        whole = database.read_bytes()
        at = {"first": 100, "middle": len(whole) // 2, "last": len(whole) - 100}[part]
        session = trial.unlock("SUP-1")
        flipped = bytearray(database.read_bytes())
        flipped[at] ^= 1
        database.write_bytes(flipped)
        with pytest.raises(KnownError) as caught:
            verify(session.store)
        assert caught.value.code == "store.damaged"


class TestMending:
    def test_a_damaged_journal_is_not_made_into_tables(self, busy: Session) -> None:
        forge(
            busy.store,
            "UPDATE journal_1 SET hash = zeroblob(32) WHERE seq = 9",
            "UPDATE payment SET total = 0",
        )
        before = busy.store.db.conn.execute("SELECT * FROM payment").fetchall()
        report = verify(busy.store)
        assert report.tables is None
        assert mend_tables(busy.store, report) == report
        assert busy.store.db.conn.execute("SELECT * FROM payment").fetchall() == before
