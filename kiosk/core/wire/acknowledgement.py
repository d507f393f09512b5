"""The centre's signed answer to a batch: what it holds of a stream, cumulative. Purpose `ack`.

Only this, with the head equal to the device's own hash at `stored_through`, counts as delivered: a status
code or a page of a captive portal counts for nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64, Number
from kiosk.core.wire.forms import Epoch

PURPOSE = "ack"


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """What the centre holds of a stream: every entry from 1 to `stored_through`, whose hash is `head`.

    `safe_through`: of those, how many are also in an archive or standby; 0 without a backup. `epoch` rises
    when the server was restored: its `stored_through` may then be lower than before. `outcome`: `stored`,
    `repeat` (had all of them), `gap` (wants `stored_through` + 1 next) or `fork` (it holds other bytes for
    entry `fork_at`; the branch was kept apart). Without entries `head` is 64 zeros.
    """

    device: DeviceCode
    stream: Hex32
    stored_through: Count
    safe_through: Count
    head: Hex64
    epoch: Epoch
    server_time: datetime
    nonce: Hex32
    outcome: Literal["stored", "repeat", "gap", "fork"]
    fork_at: Number | None

    def check(self) -> None:
        """Refuse watermarks and an outcome that contradict each other."""
        if self.safe_through > self.stored_through:
            fail("safe_through", "above stored_through")
        if (self.outcome == "fork") != (self.fork_at is not None):
            fail("fork_at", "for a fork, and only for one")


def open_acknowledgement(
    data: bytes, authority: Authority, *, device: str, stream: str, nonce: str, now: datetime
) -> Acknowledgement:
    """Check an answer to our own request. `head` is left to the caller: he knows his own hashes.

    Raises KnownError `ack.not_ours` for another device, stream or nonce; `signed.*`, `wire.*`,
    `protocol.malformed`.
    """
    ack = authority.read(Acknowledgement, PURPOSE, data, now=now)
    if (ack.device, ack.stream, ack.nonce) != (device, stream, nonce):
        raise KnownError("ack.not_ours")
    return ack
