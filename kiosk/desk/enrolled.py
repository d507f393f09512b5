"""Sets up an enrolled device: made like a trial, but of what the centre signed, and for real work.

The technician who sets it up has the first slot. He opens set-up only; the first supervisor follows
(`kiosk.desk.first_access`), and then the technician's slot goes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.core.clock import TrustedTime
from kiosk.core.entries.body import Body
from kiosk.core.entries.keys import KeysMade
from kiosk.core.entries.operations import BookTaken, SnapshotApplied
from kiosk.core.entries.staff import StreamOpened
from kiosk.desk.keys import recovery_part
from kiosk.store.datasets import keep_dataset
from kiosk.store.device_secret import FILE
from kiosk.store.moments import DeviceClock
from kiosk.store.slots import NewStaff
from kiosk.store.store import EnrolledKeys, Opening, Store
from kiosk.store.sync_state import CentreRecord, keep_anchor, keep_centre, keep_enrolment_papers


@dataclass(frozen=True)
class FirstData:
    """One dataset whose signature was checked: what it is called, its version and its content as kept."""

    name: str
    version: int
    hash: str
    content: bytes
    as_of: datetime


@dataclass(frozen=True)
class EnrolledPlan:
    """What the centre made of this device. `recovery`: the authority's key, that can open the store.

    `data` holds zone, policy, fees, catalogue and staff at least; `anchor` the centre's time, if it came
    over the network.
    """

    device: str
    keys: EnrolledKeys
    recovery: X25519PublicKey
    centre: CentreRecord
    technician: NewStaff
    data: Sequence[FirstData]
    books: Sequence[BookTaken]
    anchor: TrustedTime | None
    papers: tuple[bytes, bytes]
    """The request of the enrolment and the signed bundle that answered it."""
    device_secret: str = FILE
    """What holds the device secret (`kiosk.store.device_backends`); `technician` has a secret to fit it."""


def set_up_enrolled(
    root: Path, plan: EnrolledPlan, clock: DeviceClock, opening: Opening | None = None
) -> Store:
    """Make the store in an empty or missing folder, write its first act, and return it open.

    Raises KnownError `store.exists`, `slots.*`, `store.*`; then nothing that was begun opens to anybody.
    """
    store = Store.create(
        root,
        plan.technician,
        device=plan.device,
        authority=plan.recovery,
        enrolled=plan.keys,
        opening=opening,
        device_secret=plan.device_secret,
    )
    try:
        _begin(store, plan, clock)
    except BaseException:
        store.close()
        raise
    return store


def _begin(store: Store, plan: EnrolledPlan, clock: DeviceClock) -> None:
    """Write the first act: the stream, its data and its books, and who the centre is; all or nothing."""
    moment, _ = clock.look()
    device = store.device_signer
    opened = StreamOpened(
        device=plan.device,
        unit=plan.centre.unit,
        vehicle=plan.centre.vehicle,
        kid=device.kid,
        public_key=device.key.public_key().public_bytes_raw().hex(),
        trial=False,
    )
    with store.transaction() as db:
        keep_centre(db, plan.centre)
        keep_enrolment_papers(db, *plan.papers)
        if plan.anchor is not None:
            keep_anchor(db, plan.anchor)
        store.journal.start(store.unlocked.stream, opened, moment)
        recovery = store.slots.header_of(store.unlocked).recovery_slots()[-1]
        made = KeysMade(cause="enrolment", recovery=recovery_part(recovery))
        store.journal.append(made, moment, signers=(device,))
        for body in (*_data(store, plan.data), *plan.books):
            store.journal.append(body, moment, signers=(device,))


def _data(store: Store, data: Sequence[FirstData]) -> Iterator[Body]:
    for one in data:
        keep_dataset(store.db, one.name, one.version, one.content)
        yield SnapshotApplied(
            dataset=one.name,
            version=one.version,
            hash=one.hash,
            as_of=one.as_of,
            rows=1,
            applied_through=None,
            not_applied=(),
        )
