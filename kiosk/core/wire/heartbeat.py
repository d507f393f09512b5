"""The heartbeat of a device (purpose `heartbeat`, device key) and its answer (purpose `time`).

The device says what it holds, so that a restored server can reconcile; the answer is a signed time with the
nonce of the request, and says whether anything is new. The device reckons its offset from half the round
trip.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
    """A receipt book on the device: its range, and the next serial (`last` + 1 when it is used up)."""

    series: Series
    first: Number
    last: Number
    next: Number


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

    `epoch`: the server epoch it last heard of, None before the first. `oldest`: claimed time of the oldest
    entry that waits. `attention`: quarantined entries that it shows to people.
    """

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    app: AppVersion
    epoch: Epoch | None
    seq: Count
    acknowledged: Count
    oldest: datetime | None
    attention: Count
    datasets: tuple[HeldDataset, ...]
    books: tuple[HeldBook, ...]
    clock: DeviceClocks

    def check(self) -> None:
        """Refuse an acknowledgement of entries that do not exist."""
        if self.acknowledged > self.seq:
            fail("acknowledged", "above seq")


@dataclass(frozen=True, kw_only=True)
class HeartbeatAnswer:
    """The time at the centre, what it holds of the stream, and what is new.

    `manifest`: hash of the versions that the device's manifest would name now (`Manifest.digest`); a
    device that has applied a manifest with this digest need not ask. `quarantined`: entries of the stream
    that wait for a person at the centre. `state` of the enrolment.
    """

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    server_time: datetime
    epoch: Epoch
    stored_through: Count
    safe_through: Count
    head: Hex64
    manifest: Hex64
    quarantined: Count
    state: Literal["active", "frozen", "retired"]


def open_answer(
    data: bytes, authority: Authority, *, device: str, nonce: str, now: datetime
) -> HeartbeatAnswer:
    """Check the answer to our own heartbeat. Raises KnownError `ack.not_ours`, `signed.*`, `wire.*`, …"""
    answer = authority.read(HeartbeatAnswer, ANSWER, data, now=now)
    if (answer.device, answer.nonce) != (device, nonce):
        raise KnownError("ack.not_ours")
    return answer
