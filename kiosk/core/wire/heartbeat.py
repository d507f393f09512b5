"""The heartbeat of a device (purpose `heartbeat`, device key) and its answer (purpose `time`).

The device says what it holds, so that a restored server can reconcile; the answer is a signed time with the
nonce of the request, and says whether anything is new. The device reckons its offset from half the round
trip.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.core.contact import Contact, Verdict
from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64, Number, Series
from kiosk.core.wire.forms import AppVersion, DatasetName, Epoch

PURPOSE = "heartbeat"
ANSWER = "time"


@dataclass(frozen=True, kw_only=True)
class HeldDataset:
    """A version that the device has in use; `hash` as its `snapshot.applied` names it."""

    name: DatasetName
    version: Number
    hash: Hex64


@dataclass(frozen=True, kw_only=True)
class HeldBook:
    """A receipt book on the device: its range, and the next serial (`last` + 1 when it is used up).

    `retired`: the centre has told that no new money is taken with it.
    """

    series: Series
    first: Number
    last: Number
    next: Number
    retired: bool


StopKind = Literal["ahead", "broken_chain", "clone", "damaged", "fork", "frozen", "rollback"]
"""What stops new shifts and new money, as the entries name it."""


@dataclass(frozen=True, kw_only=True)
class StandingStop:
    """An incident that nobody has lifted yet; `at`: the entry where, None where it is not known."""

    kind: StopKind
    at: Count | None


@dataclass(frozen=True, kw_only=True)
class Denied:
    """The centre acknowledged entries and then, in the same epoch, held fewer: it was put back by hand."""

    epoch: Epoch
    acknowledged: Number
    stored: Count

    def check(self) -> None:
        """Fewer than before."""
        if self.stored >= self.acknowledged:
            fail("stored", "not below acknowledged")


@dataclass(frozen=True, kw_only=True)
class OrderNumber:
    """The number of an order of the centre; later ones are greater, first by epoch."""

    epoch: Epoch
    n: Number


@dataclass(frozen=True, kw_only=True)
class DeviceClocks:
    """What the device's clocks say: claimed UTC, boot id, ms since boot including sleep, its own doubt."""

    utc: datetime
    boot: Hex32
    mono_ms: Count
    suspect: bool


@dataclass(frozen=True, kw_only=True)
class Heartbeat:
    """What a device holds: `seq` entries, of which it knows `acknowledged` to be at the centre.

    `epoch` and `confirmed`: those of the newest acknowledgement, None before the first. `oldest`: claimed
    time of the oldest entry that waits. `attention`: quarantined entries that it shows to people. `stops`:
    what stands in the way of new money, oldest first; a centre that was put back learns it again. `order`:
    the newest order that it has carried out or passed by. `contact`: `kiosk.core.contact`.
    """

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    app: AppVersion
    epoch: Epoch | None
    confirmed: datetime | None
    seq: Count
    acknowledged: Count
    denied: Denied | None
    oldest: datetime | None
    attention: Count
    datasets: tuple[HeldDataset, ...]
    books: tuple[HeldBook, ...]
    stops: tuple[StandingStop, ...]
    order: OrderNumber | None
    contact: Contact
    clock: DeviceClocks

    def check(self) -> None:
        """Refuse an acknowledgement of entries that do not exist."""
        if self.acknowledged > self.seq:
            fail("acknowledged", "above seq")


@dataclass(frozen=True, kw_only=True)
class HeartbeatAnswer:
    """The time at the centre, what it holds of the stream, and what is new.

    `persons_through`: up to which entry it has all personal records; `persons_safe`: up to which they are in
    an archive or standby too. `manifest`: hash of the versions that the device's manifest would name now
    (`Manifest.digest`); a device that has applied a manifest with this digest need not ask. `quarantined`:
    entries of the stream that wait for a person at the centre. `state` of the enrolment. `contact`: whether
    it is the device that the centre knows; `echo` for the next one. `order`: the newest order to it.
    `reconcile`: the server was restored and wants to be shown what the device holds before it gives anything
    (`kiosk.core.wire.claims`).
    """

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    server_time: datetime
    epoch: Epoch
    stored_through: Count
    safe_through: Count
    persons_through: Count
    persons_safe: Count
    head: Hex64
    manifest: Hex64
    quarantined: Count
    state: Literal["active", "frozen", "retired"]
    contact: Verdict
    echo: Hex32
    order: OrderNumber | None
    reconcile: bool


def open_answer(
    data: bytes, authority: Authority, *, device: str, nonce: str, now: datetime
) -> HeartbeatAnswer:
    """Check the answer to our own heartbeat. Raises KnownError `ack.not_ours`, `signed.*`, `wire.*`, …"""
    answer = authority.read(HeartbeatAnswer, ANSWER, data, now=now)
    if (answer.device, answer.nonce) != (device, nonce):
        raise KnownError("ack.not_ours")
    return answer
