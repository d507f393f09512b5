"""Sets up a trial device: store, staff, reference data and receipt book, marked as a trial for good.

A trial is for learning and tests. Enrolment by the centre makes a real device; a trial never becomes one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.entries.body import Body
from kiosk.core.entries.operations import BookTaken
from kiosk.core.entries.staff import StaffAdded, StreamOpened
from kiosk.core.errors import KnownError
from kiosk.core.unit import UNIT, Unit, unit_content
from kiosk.core.wire.signed import kid_of
from kiosk.desk.datasets import dataset_body
from kiosk.desk.reference import CATALOGUE, FEES, POLICY, ZONE
from kiosk.store.device_backends import policy_with
from kiosk.store.device_secret import FILE
from kiosk.store.moments import DeviceClock, Moment
from kiosk.store.secret_digits import generate_secret
from kiosk.store.slots import NewStaff
from kiosk.store.store import Opening, Store
from kiosk.store.unlocked import SUPERVISOR

TRIAL_DEVICE = "D00000000"
"""The device code of every trial; the centre never gives it to a real device."""
TRIAL_SERIES = "TRIAL-D00000000-E0"
VALID = timedelta(days=366)


SAMPLE_NAMES = {
    "name_ar": "وحدة محلية تجريبية (نموذج)",
    "name_en": "Sample local unit (trial)",
    "body_ar": "جهة تجريبية (نموذج)",
    "body_en": "Sample body (trial)",
}
"""What a trial calls its unit and the body above it: nobody may take it for a real one."""


@dataclass(frozen=True)
class TrialData:
    """The datasets of a trial as bytes: compiled catalogue and fees (JSON), policy and zone (YAML)."""

    catalogue: bytes
    fees: bytes
    policy: bytes
    zone: bytes


@dataclass(frozen=True)
class TrialPlan:
    """What a trial is made of. The first supervisor makes the slots of all others.

    `governorate`: two-digit code of where the unit is, for conditions of the catalogue; None: nowhere.
    """

    unit: str
    vehicle: str | None
    staff: Sequence[NewStaff]
    data: TrialData
    first_serial: int = 1
    last_serial: int = 10_000
    governorate: str | None = None
    device_secret: str = FILE
    """What holds the device secret (`kiosk.store.device_backends`); the secrets of `staff` fit its policy."""


def set_up_trial(root: Path, plan: TrialPlan, clock: DeviceClock, opening: Opening | None = None) -> None:
    """Make a trial store in an empty or missing folder.

    Raises KnownError `setup.no_supervisor` when nobody could approve, `store.exists`, `slots.*`, `store.*`,
    `device_secret.*`.
    """
    first = next((one for one in plan.staff if SUPERVISOR in one.roles), None)
    if first is None:
        raise KnownError("setup.no_supervisor")
    expires = datetime.now(UTC) + VALID
    secret = generate_secret(policy_with(plan.device_secret))
    technician = NewStaff("TECH-TRIAL", ("technician",), secret, expires)
    with Store.create(
        root, technician, device=TRIAL_DEVICE, opening=opening, device_secret=plan.device_secret
    ) as store:
        store.slots.add(store.unlocked, first)
        supervisor = store.slots.unlock(first.code, first.secret)
        for one in plan.staff:
            if one is not first:
                store.slots.add(supervisor, one)
        store.slots.remove(supervisor, technician.code)
        supervisor.lock()
        _begin(store, plan, clock)


def _begin(store: Store, plan: TrialPlan, clock: DeviceClock) -> None:
    """Write the first act: the stream, its people, its data and its book, all or nothing."""
    moment, _ = clock.look()
    device = store.device_signer
    raw = device.key.public_key().public_bytes_raw()
    opened = StreamOpened(
        device=TRIAL_DEVICE,
        unit=plan.unit,
        vehicle=plan.vehicle,
        kid=device.kid,
        public_key=raw.hex(),
        trial=True,
    )
    with store.transaction():
        store.journal.start(store.unlocked.stream, opened, moment)
        for body in (*_people(store), *_data(store, plan, moment), _book(plan)):
            store.journal.append(body, moment, signers=(device,))


def _people(store: Store) -> Iterator[Body]:
    for slot in store.slots.listed():
        yield StaffAdded(
            member=slot.code,
            roles=slot.roles,  # type: ignore[arg-type]
            slot=slot.slot_id,
            kid=kid_of(Ed25519PublicKey.from_public_bytes(slot.public)),
            public_key=slot.public.hex(),
            basis="trial",
        )


def _data(store: Store, plan: TrialPlan, moment: Moment) -> Iterator[Body]:
    data = plan.data
    for name, content in (
        (ZONE, data.zone),
        (POLICY, data.policy),
        (FEES, data.fees),
        (CATALOGUE, data.catalogue),
        (UNIT, unit_content(Unit(unit=plan.unit, governorate=plan.governorate, **SAMPLE_NAMES))),
    ):
        yield dataset_body(store.db, name, 1, content, moment.at)


def _book(plan: TrialPlan) -> Body:
    return BookTaken(series=TRIAL_SERIES, first=plan.first_serial, last=plan.last_serial, grant=None)
