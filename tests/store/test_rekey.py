"""A new data key: everyone's secret stays, nothing is lost, and after a cut at any moment one key opens."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.desk.keys import change_data_key
from kiosk.desk.session import Session
from kiosk.desk.unlock import lock, unlock
from kiosk.store.driver import open_database
from kiosk.store.layout import StoreFolder
from kiosk.store.person_index import PersonIndex
from kiosk.store.rekey import rekey
from kiosk.store.secret_digits import generate_secret
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_format import read_document
from kiosk.store.slot_model import SecretSlot
from kiosk.store.slot_rekey import salt_of
from kiosk.store.store import Store
from kiosk.store.verify import verify
from tests.acts import ask, begin, pay_for
from tests.desk.conftest import CHEAP, SECRETS, Trial


@pytest.fixture
def busy(trial: Trial) -> Trial:
    """A device on which a teller has taken requests and money; his shift is open."""
    session = trial.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    ask(session)
    trial.close()
    return trial


def opened(trial: Trial, code: str) -> Session:
    trial.close()
    trial._open = unlock(trial.root, code, SECRETS[code][0], opening=CHEAP)
    return trial._open


def journal(session: Session) -> list[tuple[bytes, bytes]]:
    return [(one.data, one.hash) for one in session.store.journal.records()]


def details(session: Session) -> list[dict[str, str]]:
    rows = session.store.db.conn.execute("SELECT id FROM person ORDER BY id").fetchall()
    return [session.store.persons.open(row[0]) for row in rows]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def test_everyone_opens_the_same_data_with_his_old_secret(busy: Trial) -> None:
    supervisor = opened(busy, "SUP-1")
    before, people = journal(supervisor), details(supervisor)
    old = supervisor.store.unlocked.data_key.joined()
    change_data_key(supervisor)
    assert supervisor.store.unlocked.data_key.joined() != old
    assert journal(supervisor)[: len(before)] == before
    for code in SECRETS:
        session = opened(busy, code)
        assert journal(session)[: len(before)] == before
        assert details(session) == people
        assert verify(session.store).clean


def test_the_old_key_opens_the_file_no_more(busy: Trial) -> None:
    supervisor = opened(busy, "SUP-1")
    key, salt = (bytes(part) for part in (supervisor.store.unlocked.dek, supervisor.store.unlocked.salt))
    change_data_key(supervisor)
    busy.close()
    database = StoreFolder(busy.root).database
    assert refused(lambda: open_database(database, key, salt, readonly=True)) == "store.wrong_key"


def test_the_change_is_an_entry_signed_by_the_device_and_work_goes_on(busy: Trial) -> None:
    supervisor = opened(busy, "SUP-1")
    change_data_key(supervisor, "leaver")
    last = list(supervisor.store.journal.records())[-1]
    assert b'"type":"keys.made"' in last.data
    assert b'"cause":"leaver"' in last.data
    assert [one.by for one in last.sigs] == ["D00000000"]
    teller = opened(busy, "TEL-1")
    pay_for(teller, ask(teller))
    assert verify(teller.store).clean


def test_who_is_absent_through_two_changes_opens_all_the_same_and_then_holds_the_last_key_alone(
    busy: Trial,
) -> None:
    supervisor = opened(busy, "SUP-1")
    change_data_key(supervisor)
    change_data_key(supervisor)
    assert len(slot_of(busy, "TEL-1").rekeyed) == 2
    assert opened(busy, "TEL-1").staff == "TEL-1"
    assert slot_of(busy, "TEL-1").rekeyed == ()
    assert len(slot_of(busy, "TEL-2").rekeyed) == 2
    assert opened(busy, "TEL-2").staff == "TEL-2"


def slot_of(trial: Trial, code: str) -> SecretSlot:
    slot = SlotCopies(StoreFolder(trial.root).slots).read()[0].header.find(code)
    assert slot is not None
    return slot


def test_a_later_key_that_somebody_else_put_into_a_slot_is_not_believed(busy: Trial) -> None:
    """Who knows a person's public key alone cannot hand him a database of his own making."""
    supervisor = opened(busy, "SUP-1")
    change_data_key(supervisor)
    busy.close()
    slots = StoreFolder(busy.root).slots
    document = read_document(slots[0].read_bytes())
    swapped = document.data.replace(
        slot_of(busy, "TEL-1").rekeyed[0].sealed.hex().encode(),
        slot_of(busy, "TEL-2").rekeyed[0].sealed.hex().encode(),
    )
    assert swapped != document.data
    for path in slots:
        path.write_bytes(swapped)
    assert refused(lambda: opened(busy, "TEL-1")) == "slots.lost"


def test_earlier_requests_of_a_person_are_still_recognised(busy: Trial) -> None:
    supervisor = opened(busy, "SUP-1")
    index = PersonIndex(supervisor.store.db, supervisor.store.unlocked.data_key)
    key = index.key("national_number", "29001011234567")
    change_data_key(supervisor)
    again = PersonIndex(supervisor.store.db, supervisor.store.unlocked.data_key)
    assert again.key("national_number", "29001011234567") == key


def test_a_teller_changes_no_data_key(busy: Trial) -> None:
    teller = opened(busy, "TEL-1")
    before = journal(teller)
    assert refused(lambda: change_data_key(teller)) == "slots.supervisor_needed"
    assert journal(teller) == before


def test_the_sealed_envelope_changes_the_data_key_when_nobody_else_can(busy: Trial) -> None:
    supervisor, secret = opened(busy, "SUP-1"), generate_secret()
    expires = supervisor.store.unlocked.expires
    supervisor.store.slots.set_envelope(supervisor.store.unlocked, secret, expires)
    busy.close()
    session = unlock(busy.root, "ENVELOPE", secret.grouped(), opening=CHEAP)
    change_data_key(session)
    lock(session)
    assert opened(busy, "TEL-1").staff == "TEL-1"
    busy.close()
    lock(unlock(busy.root, "ENVELOPE", secret.grouped(), opening=CHEAP))


def test_another_connection_keeps_the_key_from_being_changed(busy: Trial) -> None:
    supervisor = opened(busy, "SUP-1")
    supervisor.store.db.execute("PRAGMA busy_timeout = 1")
    other = supervisor.store.connect()
    other.execute("SELECT count(*) FROM journal_1").fetchone()
    before = journal(supervisor)
    assert refused(lambda: change_data_key(supervisor)) == "store.busy"
    other.close()
    assert journal(supervisor) == before
    assert supervisor.store.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert not StoreFolder(busy.root).rekeyed.exists()
    change_data_key(supervisor)


def test_an_entry_that_cannot_be_written_leaves_everything_as_it_was(busy: Trial) -> None:
    supervisor = opened(busy, "SUP-1")
    before, slots = journal(supervisor), StoreFolder(busy.root).slots[0].read_bytes()

    def fail(_made: object) -> None:
        raise KnownError("store.disk_full")

    assert refused(lambda: rekey(supervisor.store, record=fail)) == "store.disk_full"
    assert (journal(supervisor), StoreFolder(busy.root).slots[0].read_bytes()) == (before, slots)
    assert not StoreFolder(busy.root).rekeyed.exists()
    assert opened(busy, "TEL-1").staff == "TEL-1"


def test_progress_is_told_up_to_the_last_page(busy: Trial) -> None:
    told: list[tuple[int, int]] = []
    change_data_key(opened(busy, "SUP-1"), progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


OPERATIONS = ("unlink", "replace", "fsync", "write", "open")


class Pictures:
    """The folder as a kill before each file operation would leave it, one copy each."""

    def __init__(self, root: Path, into: Path) -> None:
        self.root, self.into = root, into
        self.taken: list[Path] = []
        self._taking = False

    def take(self) -> None:
        made = self.into / f"{len(self.taken):03}"
        shutil.copytree(self.root, made)
        self.taken.append(made)

    @contextmanager
    def watching(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        with monkeypatch.context() as patch:
            for name in OPERATIONS:
                patch.setattr(os, name, self._before(getattr(os, name)))
            yield
        self.take()

    def _before(self, real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **options: object) -> object:
            if not self._taking:
                self._taking = True
                self.take()
                self._taking = False
            return real(*args, **options)

        return call


def test_a_kill_before_any_file_operation_leaves_one_key_that_opens_with_nothing_lost(
    busy: Trial, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = opened(busy, "SUP-1")
    entries, people = journal(supervisor), details(supervisor)
    before = bytes(supervisor.store.unlocked.salt)
    pictures = Pictures(busy.root, tmp_path / "pictures")
    with pictures.watching(monkeypatch):
        change_data_key(supervisor)
    after = bytes(supervisor.store.unlocked.salt)
    busy.close()
    found = set()
    for number, folder in enumerate(pictures.taken):
        salt = salt_of(StoreFolder(folder).database)
        assert salt in (before, after)
        found.add((salt == after, SlotCopies(StoreFolder(folder).slots).read()[0].header.pending))
        code = ("TEL-1", "SUP-2", "INS-1", "SUP-1")[number % 4]
        session = unlock(folder, code, SECRETS[code][0], opening=CHEAP)
        assert bytes(session.store.unlocked.salt) == salt
        assert journal(session)[: len(entries)] == entries
        assert details(session) == people
        changed = [one for one in session.store.journal.records() if b'"keys.made"' in one.data]
        assert len(changed) == (salt == after)
        lock(session)
        copies = SlotCopies(StoreFolder(folder).slots).read()
        assert (len(copies), copies[0].header.pending) == (1, False)
        assert not StoreFolder(folder).rekeyed.exists()
        with Store.open(folder, "TEL-2", SECRETS["TEL-2"][0], opening=CHEAP) as again:
            assert bytes(again.unlocked.salt) == salt
        shutil.rmtree(folder)
    assert found == {(False, False), (False, True), (True, True), (True, False)}
