"""Somebody with the data key changes the journal: hashes, signatures and checkpoints name what he did."""

from pathlib import Path

import pytest

from kiosk.core.wire.entry import parse_entry
from kiosk.desk.session import Session
from kiosk.store.journal import CHECKPOINT_EVERY
from kiosk.store.verify import verify
from tests.desk.conftest import Trial
from tests.store.damage import forge
from tests.tamper.attacks import history_made_anew, named, tables_made_anew


def at(session: Session, kind: str) -> int:
    """The last entry of a type."""
    row = session.store.db.conn.execute("SELECT max(seq) FROM journal_1 WHERE type = ?", (kind,)).fetchone()
    return int(row[0])


def columns(session: Session, seq: int) -> list[tuple[str, bytes, bool]]:
    """The columns of one entry's row as bytes, and whether each is text."""
    row = session.store.db.conn.execute(
        "SELECT type, bytes, hash, sigs FROM journal_1 WHERE seq = ?", (seq,)
    ).fetchone()
    kind, data, hash_, sigs = row
    texts = [("type", kind.encode(), True), ("sigs", sigs.encode(), True)]
    return [*texts, ("bytes", data, False), ("hash", hash_, False)]


def flip_everywhere(root: Path, stride: int) -> int:
    """Flip bytes of the row of a signed entry, one at a time; each is named. How many were flipped."""
    trial = Trial(root)
    session = trial.unlock("SUP-1")
    seq, flips = at(session, "shift.closed"), 0
    for column, data, text in columns(session, seq):
        for place in range(0, len(data), stride):
            flipped = bytearray(data)
            flipped[place] ^= 1
            value = f"CAST(x'{flipped.hex()}' AS TEXT)" if text else f"x'{flipped.hex()}'"
            forge(session.store, f"UPDATE journal_1 SET {column} = {value} WHERE seq = {seq}")
            codes = {error.code for error in verify(session.store).errors()}
            assert codes, f"byte {place} of {column} was changed and nobody noticed"
            flips += 1
        whole = f"CAST(x'{data.hex()}' AS TEXT)" if text else f"x'{data.hex()}'"
        forge(session.store, f"UPDATE journal_1 SET {column} = {whole} WHERE seq = {seq}")
    assert verify(session.store).clean
    trial.close()
    return flips


def test_bytes_of_every_column_of_an_entry_are_held(root: Path) -> None:
    assert flip_everywhere(root, stride=29) > 30


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_byte_of_an_entry_is_held(root: Path) -> None:
    assert flip_everywhere(root, stride=1) > 1000


MOVED = "UPDATE journal_1 SET seq = {} WHERE seq = {}"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (("DELETE FROM journal_1 WHERE seq = 20",), "chain.gap"),
        ((MOVED.format(-1, 20), MOVED.format(20, 21), MOVED.format(21, -1)), "chain.altered"),
        (("DELETE FROM journal_1 WHERE seq >= 40",), "chain.cut"),
    ],
)
def test_entries_gone_or_exchanged_are_named_when_tables_and_counter_fit(
    root: Path, how: tuple[str, ...], code: str
) -> None:
    trial = Trial(root)
    session = trial.unlock("SUP-1")
    forge(session.store, *how)
    found = {error.code for error in verify(session.store).errors()}
    trial.close()
    assert code in found
    assert named(root), "and who unlocks is told as well"


def test_an_amount_rewritten_with_all_hashes_is_named_by_what_persons_signed_later(root: Path) -> None:
    trial = Trial(root)
    session = trial.unlock("SUP-1")
    entries = [parse_entry(record.data) for record in session.store.journal.records()]
    seq = min(entry.seq for entry in entries if entry.type == "staff.added")
    history_made_anew(session.store, seq, '"at":"2026', '"at":"2025')
    found = {error.code for error in verify(session.store).errors()}
    trial.close()
    assert "chain.bad_signature" in found


def test_a_tail_cut_after_the_last_checkpoint_and_made_to_fit_shows_at_no_check_of_this_disk(
    root: Path,
) -> None:
    """What is not defended by the disk alone: the card, the chip's counter or the centre must say it."""
    trial = Trial(root)
    session = trial.unlock("SUP-1")
    last = session.store.db.conn.execute("SELECT max(seq) FROM checkpoint").fetchone()[0]
    assert last > CHECKPOINT_EVERY
    forge(session.store, f"DELETE FROM journal_1 WHERE seq > {last}")
    tables_made_anew(session.store)
    assert verify(session.store).clean
    trial.close()
    assert named(root) == set()
