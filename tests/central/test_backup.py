"""A back-up is made while the server runs, counts once it was read back, and brings all of it back."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from central import backup_keys
from central.archives import Archive, newest_archive, note_archive
from central.backup import FILES, MANIFEST, POSTGRES, SQLITE, check_backup, make_backup
from central.backup_keys import SEALED_KEYS, unseal_keys
from central.backup_read import ChainWalk, StreamEnd, read_sqlite
from central.centre import Centre
from central.folder import Folder
from central.keys import ACK
from central.restore import EPOCHS, begin_epoch, highest_epoch, restore
from central.schema import archive, dataset, journal, stream
from central.storage import Storage, epoch_of
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import FIRST_PREVIOUS, entry_hash
from tests.central.device import Device
from tests.central.server import Clock, TestServer, make_centre


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def keys_only(server: TestServer | Centre, root: Path) -> Folder:
    """The folder of a centre that has its keys and nothing else."""
    centre = server if isinstance(server, Centre) else server.centre
    shutil.copytree(centre.folder.keys, root / "keys", ignore=shutil.ignore_patterns(EPOCHS))
    return Folder(root)


@pytest.fixture(scope="module")
def made(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A back-up to look at, of a centre with a device that has worked."""
    with server.session() as http:
        device = Device(server, http).enrol().begin()
        device.pay()
        device.send()
    return make_backup(server.centre, tmp_path_factory.mktemp("archive")).folder


@dataclass
class Trial:
    """A centre of one's own on SQLite, which nobody serves, and a back-up of it."""

    centre: Centre
    made: Path

    def fresh(self, root: Path) -> Folder:
        return keys_only(self.centre, root)


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    centre, _ = make_centre(tmp_path / "trial", Clock())
    yield Trial(centre, make_backup(centre, tmp_path / "archive").folder)
    centre.close()


class TestSafeThrough:
    def test_rises_to_what_a_back_up_holds_and_is_told_with_the_next_acknowledgement(
        self, server: TestServer, device: Device, tmp_path: Path
    ) -> None:
        device.pay()
        held = device.send()
        assert (held.safe_through, held.stored_through) == (0, len(device.records))
        done = make_backup(server.centre, tmp_path, off_machine=True)
        assert done.counts
        assert done.risen >= held.stored_through
        device.pay()
        after = device.send(held.stored_through + 1)
        assert (after.safe_through, after.stored_through) == (held.stored_through, len(device.records))
        assert device.beat().safe_through == held.stored_through

    def test_does_not_rest_on_the_servers_own_disk(
        self, server: TestServer, device: Device, tmp_path: Path
    ) -> None:
        device.send()
        done = make_backup(server.centre, tmp_path)
        assert (done.counts, done.risen) == (False, 0)
        assert device.send().safe_through == 0
        with server.centre.storage.read() as db:
            newest = db.execute(select(archive).order_by(archive.c.id.desc()).limit(1)).one()
        assert (newest.place, newest.counts) == (str(done.folder), 0)

    def test_never_falls_and_is_never_above_what_is_stored(self, server: TestServer, device: Device) -> None:
        device.send()
        stored = len(device.records)
        with server.centre.storage.write() as db:
            now = server.centre.now()
            for claimed, risen in ((2, 2), (1, 0), (stored + 9, stored - 2), (0, 0)):
                one = Archive("test", "elsewhere", "ab" * 32, {device.stream: claimed}, counts=True)
                assert note_archive(db, one, now) == risen
        assert device.send().safe_through == stored

    def test_stays_when_a_back_up_fails(
        self, server: TestServer, device: Device, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        device.send()
        before = count(server)
        with monkeypatch.context() as patch:
            patch.setattr("central.backup.hash_of", lambda _file: "ab" * 32)
            assert code_of(lambda: make_backup(server.centre, tmp_path, off_machine=True)) == "backup.damaged"
        assert device.send().safe_through == 0
        assert count(server) == before
        assert [one.name for one in tmp_path.glob("[!.]*")] == []


def count(server: TestServer) -> int:
    with server.centre.storage.read() as db:
        return int(db.execute(select(func.count()).select_from(archive)).scalar_one())


class TestWhatWasWritten:
    def test_is_whole(self, server: TestServer, made: Path) -> None:
        manifest, contents = check_backup(made, server.centre.keys, server.centre.now())
        with server.centre.storage.read() as db:
            assert contents.tables["journal"] <= db.execute(select(func.count(journal.c.seq))).scalar_one()
            files = set(db.execute(select(dataset.c.file)).scalars())
        assert sum(manifest.stored.values()) == contents.tables["journal"] > 0
        assert contents.newest <= files
        assert not made.joinpath(SEALED_KEYS).exists()
        assert b"PRIVATE" not in b"".join(one.read_bytes() for one in made.rglob("*") if one.is_file())

    @pytest.mark.parametrize("what", ["database", "file", "manifest", "missing", "unsigned"])
    def test_is_found_out_when_anything_is_different(
        self, server: TestServer, made: Path, tmp_path: Path, what: str
    ) -> None:
        copy = tmp_path / "copy"
        shutil.copytree(made, copy)
        database = copy.joinpath(POSTGRES if server.centre.storage.is_postgres else SQLITE)
        path = {
            "database": database,
            "file": next(copy.joinpath(FILES).iterdir()),
            "manifest": copy.joinpath(MANIFEST),
        }.get(what, copy.joinpath(MANIFEST))
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        if what == "missing":
            path.unlink()
        else:
            path.write_bytes(data)
        keys = server.centre.keys
        if what == "unsigned":
            path.write_bytes(made.joinpath(MANIFEST).read_bytes())
            keys = type(keys)(keys_only(server, tmp_path / "other"))
            keys.__dict__["ack"] = Ed25519PrivateKey.generate()
        expected = {"missing": "backup.missing", "manifest": "backup.other_centre"}
        expected["unsigned"] = "backup.other_centre"
        found = code_of(lambda: check_backup(copy, keys, server.centre.now()))
        assert found == expected.get(what, "backup.damaged")

    def test_the_folder_of_the_data_is_no_place_for_it(self, server: TestServer) -> None:
        inside = server.centre.folder.root / "backups"
        assert code_of(lambda: make_backup(server.centre, inside)) == "backup.inside"


class TestChains:
    def rows(self, count: int) -> list[tuple[int, bytes, bytes]]:
        made, head = [], FIRST_PREVIOUS
        for seq in range(1, count + 1):
            head = entry_hash(head, seq, b"entry %d" % seq)
            made.append((seq, b"entry %d" % seq, head))
        return made

    def walk(self, rows: list[tuple[int, bytes, bytes]], end: StreamEnd) -> None:
        walk = ChainWalk(Path("a back-up"))
        for row in rows:
            walk.add("s", *row)
        walk.hold_against({"s": end})

    def test_hold_in_whatever_order_rows_come(self) -> None:
        rows = self.rows(5)
        self.walk([rows[2], rows[0], rows[4], rows[1], rows[3]], StreamEnd("D", 5, rows[-1][2]))

    def test_break_where_an_entry_is_altered_missing_or_too_many(self) -> None:
        rows = self.rows(5)
        end = StreamEnd("D", 5, rows[-1][2])
        altered = [*rows[:2], (3, b"another", rows[2][2]), *rows[3:]]
        renamed = [*rows[:2], (3, rows[2][1], rows[1][2]), *rows[3:]]
        for wrong in (altered, renamed, rows[:-1], [*rows[:2], *rows[3:]], self.rows(6), []):
            assert code_of(lambda rows=wrong: self.walk(rows, end)) == "backup.damaged"  # type: ignore[misc]

    def test_a_row_that_was_changed_in_a_copy_is_found(self, trial: Trial, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        shutil.copyfile(trial.made.joinpath(SQLITE), copy)
        with closing(sqlite3.connect(copy)) as db, db:
            db.execute(
                "INSERT INTO unit (code, name, name_en, body_ar, body_en) VALUES ('U', '', '', '', '')"
            )
            db.execute(
                "INSERT INTO device (code, unit, stream, public_key, certificate, app, state, enrolled_at)"
                " VALUES ('D', 'U', 's', '', '', '', '', '')"
            )
            rows = self.rows(3)
            db.execute("INSERT INTO stream VALUES ('s', 'D', 3, ?, 0, 0, '', 0, 0)", (rows[-1][2],))
            db.executemany("INSERT INTO journal VALUES ('s', ?, ?, ?, '[]', '')", rows)
        assert read_sqlite(copy).streams["s"].stored == 3
        with closing(sqlite3.connect(copy)) as db, db:
            db.execute("DROP TRIGGER journal_no_update")
            db.execute("UPDATE journal SET bytes = '{}' WHERE seq = 2")
        assert code_of(lambda: read_sqlite(copy)) == "backup.damaged"


class TestKeys:
    @pytest.fixture(autouse=True)
    def cheap(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(backup_keys.COST, "n", 2)

    def test_come_back_only_with_the_passphrase(self, server: TestServer, tmp_path: Path) -> None:
        done = make_backup(server.centre, tmp_path / "out", passphrase=b"eight words")
        fresh = Folder(tmp_path / "fresh")
        sealed = done.folder / SEALED_KEYS
        assert code_of(lambda: unseal_keys(sealed, b"other words", fresh)) == "backup.wrong_passphrase"
        assert ACK in unseal_keys(sealed, b"eight words", fresh)
        assert fresh.key(ACK).read_bytes() == server.centre.folder.key(ACK).read_bytes()
        assert unseal_keys(sealed, b"eight words", fresh) == []

    def test_are_not_there_when_nobody_asked(self, made: Path, tmp_path: Path) -> None:
        found = code_of(lambda: unseal_keys(made.joinpath(SEALED_KEYS), b"words", Folder(tmp_path)))
        assert found == "backup.no_sealed_keys"


class TestRestore:
    def test_gives_the_same_rows_under_the_next_epoch(
        self, server: TestServer, made: Path, tmp_path: Path, new_database: Callable[[], str]
    ) -> None:
        folder = keys_only(server, tmp_path / "new")
        database = None
        if server.centre.storage.is_postgres:
            database = emptied(new_database())
        done = restore(folder, made, now=server.centre.now(), database=database)
        manifest, _ = check_backup(made, server.centre.keys, server.centre.now())
        assert done.epoch > manifest.epoch
        storage = Storage(database or folder.database)
        with storage.read() as here, server.centre.storage.read() as there:
            assert epoch_of(here) == done.epoch
            stored = {row.stream: row.stored for row in here.execute(select(stream))}
            assert stored == manifest.stored
            query = select(journal).where(journal.c.stream.in_(list(stored)))
            mine = here.execute(query.order_by(journal.c.stream, journal.c.seq)).all()
            theirs = there.execute(query.order_by(journal.c.stream, journal.c.seq)).all()
            assert mine == [row for row in theirs if row.seq <= stored[row.stream]]
            old = there.execute(select(func.max(dataset.c.version))).scalar_one()
            assert here.execute(select(func.max(dataset.c.version))).scalar_one() > old
        storage.close()
        assert (folder.files / sorted(one.name for one in made.joinpath(FILES).iterdir())[0]).exists()
        again = code_of(lambda: restore(folder, made, now=server.centre.now(), database=database))
        assert again == ("restore.there" if database is None else "restore.not_empty")

    def test_puts_the_old_database_aside_and_never_takes_one_that_is_in_use(
        self, trial: Trial, tmp_path: Path
    ) -> None:
        folder, now = trial.fresh(tmp_path / "new"), trial.centre.now()
        first = restore(folder, trial.made, now=now)
        holding = Storage(folder.database)
        assert code_of(lambda: restore(folder, trial.made, now=now, replace=True)) == "restore.running"
        holding.close()
        second = restore(folder, trial.made, now=now + timedelta(seconds=5), replace=True)
        assert second.epoch > first.epoch
        assert [one for one in second.aside if one.startswith("central.db.lost-")]

    def test_of_the_other_database_is_refused(self, server: TestServer, made: Path, tmp_path: Path) -> None:
        folder = keys_only(server, tmp_path / "new")
        other = None if server.centre.storage.is_postgres else "postgresql://nobody@/none"
        found = code_of(lambda: restore(folder, made, now=server.centre.now(), database=other))
        assert found == "backup.other_database"


def emptied(address: str) -> str:
    """A database without its tables."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as db:
        db.execute("DROP SCHEMA public CASCADE")
        db.execute("CREATE SCHEMA public")
    return address


def test_an_epoch_can_be_begun_by_hand_and_is_written_down(trial: Trial) -> None:
    assert begin_epoch(trial.centre) == 2
    trial.centre.folder.database.with_name("central.db.lost-x").write_bytes(b"nothing to read")
    assert begin_epoch(trial.centre) == 3
    assert highest_epoch(trial.centre.folder, trial.made, 1) == 3


def test_the_newest_archive_that_counts_is_known(server: TestServer) -> None:
    now = server.centre.now()
    with server.centre.storage.write() as db:
        note_archive(db, Archive("test", "here", "ab" * 32, {}, counts=False), now + timedelta(days=9))
        note_archive(db, Archive("test", "away", "ab" * 32, {}, counts=True), now + timedelta(days=8))
        assert newest_archive(db) == now + timedelta(days=8)
