"""Personal records: sealed one by one, bound to their id, erased by destroying one key."""

import unicodedata
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.person import commitment_fits
from kiosk.desk.session import Session
from kiosk.store.persons import PersonRecords
from kiosk.store.sqlite import DatabaseError
from kiosk.store.unlocked import DataKey
from tests.acts import ask, new_trial

DETAILS = {"name": "هالة فوزي", "national_number": "29001011234564"}


def code_of(session: Session, record: str) -> str:
    with pytest.raises(KnownError) as caught:
        session.store.persons.open(record)
    return caught.value.code


def kept(session: Session) -> str:
    with session.store.transaction():
        return session.store.persons.seal(DETAILS).person


def test_what_was_sealed_comes_back_and_fits_its_commitment(session: Session) -> None:
    with session.store.transaction():
        ref = session.store.persons.seal(DETAILS)
    assert session.store.persons.open(ref.person) == DETAILS
    salt, details = session.store.persons.proof(ref.person)
    assert commitment_fits(details, salt, ref.commitment)
    assert not commitment_fits({**details, "name": "هالة"}, salt, ref.commitment)


def test_nothing_is_written_until_the_act_keeps_it(session: Session) -> None:
    prepared = session.store.persons.prepare(DETAILS)
    assert code_of(session, prepared.ref.person) == "person.unknown"
    with session.store.transaction():
        session.store.persons.keep(prepared)
    assert session.store.persons.open(prepared.ref.person) == DETAILS


def test_the_same_person_twice_shares_neither_id_nor_commitment_nor_bytes(session: Session) -> None:
    first, second = session.store.persons.prepare(DETAILS), session.store.persons.prepare(DETAILS)
    assert first.ref.person != second.ref.person
    assert first.ref.commitment != second.ref.commitment
    assert first.sealed[12:] != second.sealed[12:]


def test_text_in_pieces_is_put_together_and_still_fits(session: Session) -> None:
    apart = unicodedata.normalize("NFD", "أحمد مؤمن")
    assert apart != "أحمد مؤمن"
    with session.store.transaction():
        ref = session.store.persons.seal({"name": apart})
    salt, details = session.store.persons.proof(ref.person)
    assert details == {"name": "أحمد مؤمن"}
    assert commitment_fits(details, salt, ref.commitment)


def test_the_bytes_are_as_documented(session: Session) -> None:
    """docs/store.md: nonce, then AES-256-GCM, each bound to the id of the record."""
    person = session.store.persons.prepare(DETAILS)
    record = bytes.fromhex(person.ref.person)
    wrap = AESGCM(session.store.unlocked.data_key.derive(b"kiosk-person-wrap-1"))
    key = wrap.decrypt(person.wrapped_key[:12], person.wrapped_key[12:], record)
    assert len(key) == 32
    content = AESGCM(key).decrypt(person.sealed[:12], person.sealed[12:], b"kiosk-person-record-1" + record)
    salt = content.rpartition(b'"salt":"')[2][:32].decode()
    assert content == canonical({"details": DETAILS, "salt": salt})


@pytest.mark.parametrize("column", ["wrapped_key", "sealed"])
def test_no_flipped_byte_opens(session: Session, column: str) -> None:
    record = kept(session)
    db = session.store.connect()
    db.conn.execute("DROP TRIGGER person_only_erased")
    (data,) = db.conn.execute(f"SELECT {column} FROM person WHERE id = ?", (record,)).fetchone()
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1
        db.conn.execute(f"UPDATE person SET {column} = ? WHERE id = ?", (bytes(flipped), record))
        assert code_of(session, record) == "person.damaged"
    db.close()


def test_another_data_key_opens_nothing(session: Session) -> None:
    record = kept(session)
    stranger = PersonRecords(session.store.db, DataKey(bytes(48)))
    with pytest.raises(KnownError) as caught:
        stranger.open(record)
    assert caught.value.code == "person.damaged"


@pytest.mark.parametrize(
    "content", [b"[]", b"{", b"{}", b'{"details":{},"salt":"00"}', b'{"details":{"a":1},"salt":"%s"}']
)
def test_a_record_sealed_in_another_form_is_damaged_and_no_crash(session: Session, content: bytes) -> None:
    """Somebody with the data key can seal anything."""
    record = kept(session)
    key, nonce = AESGCM.generate_key(256), bytes(12)
    wrap = AESGCM(session.store.unlocked.data_key.derive(b"kiosk-person-wrap-1"))
    associated = bytes.fromhex(record)
    sealed = nonce + AESGCM(key).encrypt(
        nonce, content.replace(b"%s", b"00" * 16), b"kiosk-person-record-1" + associated
    )
    db = session.store.connect()
    db.conn.execute("DROP TRIGGER person_only_erased")
    db.conn.execute(
        "UPDATE person SET wrapped_key = ?, sealed = ? WHERE id = ?",
        (nonce + wrap.encrypt(nonce, key, associated), sealed, record),
    )
    db.close()
    assert code_of(session, record) == "person.damaged"


class TestErasing:
    def test_an_erased_record_is_gone_and_every_fact_stays(self, session: Session) -> None:
        ask(session)
        (record,) = session.store.db.conn.execute("SELECT person FROM request").fetchone()
        before = [one.data for one in session.store.journal.records()]
        with session.store.transaction():
            session.store.persons.erase(record)
        assert code_of(session, record) == "person.erased"
        assert [one.data for one in session.store.journal.records()] == before

    def test_what_is_not_there_is_not_erased(self, session: Session) -> None:
        with pytest.raises(KnownError) as caught, session.store.transaction():
            session.store.persons.erase("00" * 16)
        assert caught.value.code == "person.unknown"

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE person SET sealed = x'00'",
            "UPDATE person SET id = 'x' || substr(id, 2)",
            "DELETE FROM person",
            "REPLACE INTO person SELECT id, wrapped_key, x'00' FROM person",
            "INSERT OR IGNORE INTO person SELECT * FROM person",
        ],
    )
    def test_a_record_is_never_edited_removed_or_written_over(self, session: Session, statement: str) -> None:
        record = kept(session)
        session.store.db.conn.execute("PRAGMA recursive_triggers = 0")
        with pytest.raises(DatabaseError, match="never"):
            session.store.db.conn.execute(statement)
        assert session.store.persons.open(record) == DETAILS

    def test_a_destroyed_key_does_not_come_back(self, session: Session) -> None:
        record = kept(session)
        (key,) = session.store.db.conn.execute("SELECT wrapped_key FROM person").fetchone()
        with session.store.transaction():
            session.store.persons.erase(record)
        with pytest.raises(DatabaseError, match="never"):
            session.store.db.conn.execute("UPDATE person SET wrapped_key = ?", (key,))


def test_a_record_of_another_device_is_not_known_here(session: Session, tmp_path: Path) -> None:
    other = new_trial(tmp_path / "other")
    record = kept(other.unlock("SUP-1"))
    assert code_of(session, record) == "person.unknown"
    other.close()
