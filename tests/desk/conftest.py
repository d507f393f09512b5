"""A trial device for the tests of the desk: real encrypted store, real data, slots that are cheap to open."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, lru_cache
from pathlib import Path

import pytest

from kiosk.core.catalogue.model import Catalogue
from kiosk.core.catalogue.plain import from_plain
from kiosk.core.clock import ClockReading
from kiosk.core.fees import FeeTables, tables_from_plain
from kiosk.core.wire.canonical import parse_canonical
from kiosk.desk.reference import CATALOGUE, FEES, LARGEST, Reference
from kiosk.desk.session import Session
from kiosk.desk.setup import TrialData, TrialPlan, set_up_trial
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import NewSecret
from kiosk.store.slot_model import KdfParameters
from kiosk.store.slots import NewStaff
from kiosk.store.store import Opening, Store
from kiosk.trial_data import shipped_trial_data
from kiosk.zone_files import read_zone, shipped_zone_text

CHEAP = Opening(kdf=KdfParameters(64, 1, 1), floor=KdfParameters(8, 1, 1))
START = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
SECRETS = {
    "SUP-1": ("11122233344455", ("supervisor",)),
    "SUP-2": ("22233344455566", ("supervisor",)),
    "TEL-1": ("33344455566677", ("teller",)),
    "TEL-2": ("44455566677788", ("teller",)),
    "COL-1": ("55566677788899", ("collector",)),
    "INS-1": ("66677788899900", ("inspector",)),
}


@dataclass
class FakeClocks:
    """Clocks that move only when a test says so; each look lets a second pass, unless `still`."""

    utc_ms: int = int(START.timestamp()) * 1000
    mono_ms: int = 60_000
    boot: str = "ab" * 16

    def read(self) -> ClockReading:
        self.pass_time(timedelta(seconds=1))
        return ClockReading(self.utc_ms, self.boot, self.mono_ms)

    def pass_time(self, span: timedelta) -> None:
        ms = span // timedelta(milliseconds=1)
        self.utc_ms += ms
        self.mono_ms += ms


@cache
def trial_data() -> TrialData:
    return shipped_trial_data()


@lru_cache(maxsize=8)
def _fees(content: bytes) -> FeeTables:
    return tables_from_plain(parse_canonical(content, max_bytes=LARGEST))


@lru_cache(maxsize=8)
def _catalogue(content: bytes) -> Catalogue:
    return from_plain(parse_canonical(content, max_bytes=LARGEST))


class KnownReference(Reference):
    """Reference data of which the two large datasets are worked out once for the same bytes (70 ms)."""

    @cached_property
    def fees(self) -> FeeTables:
        return _fees(self._dataset(FEES).content)

    @cached_property
    def catalogue(self) -> Catalogue:
        return _catalogue(self._dataset(CATALOGUE).content)


@dataclass
class Trial:
    """A trial device; `unlock` opens its store for a person, closing whoever had it open."""

    root: Path
    clocks: FakeClocks = field(default_factory=FakeClocks)
    _open: Session | None = None

    def unlock(self, code: str) -> Session:
        self.close()
        store = Store.open(self.root, code, SECRETS[code][0], opening=CHEAP)
        reference = KnownReference(store.db)
        clock = DeviceClock(reference.zone, last=None, read=self.clocks.read)
        self._open = Session(store, reference, clock)
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.store.close()
            self._open = None


def make_trial(root: Path, data: TrialData | None = None, *, governorate: str | None = None) -> Trial:
    clocks = FakeClocks()
    expires = START + timedelta(days=36_500)
    staff = [NewStaff(code, roles, NewSecret(secret), expires) for code, (secret, roles) in SECRETS.items()]
    plan = TrialPlan(
        unit="U-0101", vehicle="V-07", staff=staff, data=data or trial_data(), governorate=governorate
    )
    clock = DeviceClock(read_zone(shipped_zone_text()), read=clocks.read)
    set_up_trial(root, plan, clock, CHEAP)
    return Trial(root, clocks)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """A trial device just set up, made once in a process: copying it takes 2 ms, making one 130 ms."""
    return make_trial(tmp_path_factory.mktemp("template") / "device")


def copied(template: Trial, root: Path) -> Trial:
    """A copy of a trial device whose clocks go on from where those of the template stood."""
    shutil.copytree(template.root, root)
    return Trial(root, replace(template.clocks))


@pytest.fixture
def trial(template: Trial, tmp_path: Path) -> Iterator[Trial]:
    made = copied(template, tmp_path / "device")
    yield made
    made.close()


@pytest.fixture
def unlock(trial: Trial) -> Callable[[str], Session]:
    return trial.unlock
