"""What a person waits for after he typed his secret: from there to the first answer of the database."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from benchmarks.frame import Figure, against_peer, interleaved
from kiosk.desk.setup import TrialPlan, set_up_trial
from kiosk.store.moments import DeviceClock
from kiosk.store.secret_digits import NewSecret
from kiosk.store.slot_keys import PRODUCTION_KDF
from kiosk.store.slots import NewStaff
from kiosk.store.store import Store
from kiosk.trial_data import shipped_trial_data
from kiosk.zone_files import read_zone, shipped_zone_text

TYPED = "33344455566677"
MILLI = 1_000
ROUNDS = 15


def unlock() -> Iterator[Figure]:
    """An unlock with the cost that keys have in the field, against its Argon2id alone, in ms."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "device"
        expires = datetime.now(UTC) + timedelta(days=30)
        staff = [NewStaff("SUP-1", ("supervisor",), NewSecret(TYPED), expires)]
        plan = TrialPlan(unit="U-1", vehicle=None, staff=staff, data=shipped_trial_data())
        set_up_trial(root, plan, DeviceClock(read_zone(shipped_zone_text())))

        def opened() -> None:
            with closing(Store.open(root, "SUP-1", TYPED)) as store:
                store.db.execute("SELECT count(*) FROM shift").fetchone()

        own, peer = interleaved(opened, _argon2id, rounds=ROUNDS)
    yield against_peer(
        "store.unlock against its Argon2id alone", own * MILLI, peer * MILLI, "ms", at_most=1.2
    )


def _argon2id() -> None:
    """One derivation as a slot has it."""
    Argon2id(
        salt=bytes(16),
        length=32,
        iterations=PRODUCTION_KDF.passes,
        lanes=PRODUCTION_KDF.lanes,
        memory_cost=PRODUCTION_KDF.memory_kib,
        secret=bytes(32),
        ad=bytes(64),
    ).derive(TYPED.encode())
