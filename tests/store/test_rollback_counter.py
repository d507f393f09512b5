"""The counter outside the disk: a disk put back lags behind it, a power cut in between does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from kiosk.core.errors import KnownError
from kiosk.store.driver import open_database
from kiosk.store.rollback_counter import Expected, Verdict, keep_counter, kept_counter, step
from kiosk.store.schema import migrations
from kiosk.store.tpm.chip import Tpm
from kiosk.store.tpm_counter import TpmCounter
from tests.store.emulated_tpm import EmulatedTpm


@dataclass
class Counter:
    """Counts in memory; `cut` fails before or after it moved."""

    value: int = 7
    cut: str = ""

    def record(self) -> dict[str, object]:
        return {"where": "memory"}

    def read(self) -> int:
        return self.value

    def increment(self) -> int:
        if self.cut == "before":
            raise KnownError("device_secret.tpm_missing", path="?")
        self.value += 1
        if self.cut == "after":
            raise KnownError("device_secret.tpm_missing", path="?")
        return self.value


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path / "kiosk.db", bytearray(32), bytearray(16), create=True)
    migrations.apply(database)
    yield database
    database.close()


def state(db: Database) -> str:
    return str(db.execute("SELECT value FROM setting WHERE name = 'rollback_counter'").fetchone()[0])


def put_back(db: Database, earlier: str) -> None:
    db.execute("UPDATE setting SET value = ? WHERE name = 'rollback_counter'", (earlier,))


def test_a_disk_that_goes_on_fits_its_counter(db: Database) -> None:
    counter = Counter()
    keep_counter(db, counter)
    assert kept_counter(db) == {"where": "memory"}
    assert [step(db, counter) for _ in range(5)] == [Verdict.SAME] * 5
    assert counter.value == 12


def test_a_device_without_a_counter_has_none(db: Database) -> None:
    assert kept_counter(db) is None


@pytest.mark.parametrize("steps", [1, 2, 9])
def test_a_disk_put_back_by_any_number_of_steps_is_seen_once(db: Database, steps: int) -> None:
    counter = Counter()
    keep_counter(db, counter)
    earlier = state(db)
    for _ in range(steps):
        step(db, counter)
    put_back(db, earlier)
    assert step(db, counter) is Verdict.PUT_BACK
    assert step(db, counter) is Verdict.SAME


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_power_cut_between_chip_and_disk_is_no_rollback(db: Database, cut: str) -> None:
    counter = Counter()
    keep_counter(db, counter)
    counter.cut = cut
    with pytest.raises(KnownError):
        step(db, counter)
    counter.cut = ""
    assert step(db, counter) is Verdict.SAME
    assert step(db, counter) is Verdict.SAME


def test_a_counter_behind_the_disk_is_another(db: Database) -> None:
    counter = Counter()
    keep_counter(db, counter)
    step(db, counter)
    assert step(db, Counter(value=3)) is Verdict.OTHER


@given(value=st.integers(0, 2**63), moving=st.booleans(), found=st.integers(0, 2**63))
def test_only_the_value_itself_and_a_step_under_way_are_believed(
    value: int, moving: bool, found: int
) -> None:
    verdict = Expected(value, moving).judge(found)
    assert (verdict is Verdict.SAME) == (found - value in ((0, 1) if moving else (0,)))
    if verdict is Verdict.PUT_BACK:
        assert found > value


def test_the_chips_counter_is_found_again_by_its_record_and_by_nobody_else(db: Database) -> None:
    emulator = EmulatedTpm()
    chip = Tpm(emulator.place)
    counter = TpmCounter.create(chip)
    keep_counter(db, counter)
    record = kept_counter(db)
    assert record is not None
    again = TpmCounter.kept(chip, record)
    assert step(db, again) is Verdict.SAME
    assert again.read() == counter.read()
    assert str(record["auth"]) not in repr(again)
    with pytest.raises(KnownError, match="tpm_counter_lost"):
        TpmCounter.kept(chip, {**record, "auth": "11" * 32}).increment()
    again.remove()
    with pytest.raises(KnownError, match="tpm_counter_lost"):
        again.read()
    emulator.throw_away()
