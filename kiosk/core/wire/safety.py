"""What the centre says on a stick, unasked, of records and scans: how far it has them, and elsewhere too.

Over the line the answer to a heartbeat says it of records, and each scan is asked for. A device that lives by
sticks alone hears it from this signed object of purpose `safety`, and may let go what is safe in its turn.
"""

from dataclasses import dataclass
from datetime import datetime

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.codec import fail
from kiosk.core.wire.fields import Count, DeviceCode, Hex32, Hex64
from kiosk.core.wire.forms import Epoch
from kiosk.core.wire.payload import record_of

PURPOSE = "safety"
FILE = "safety.json"
"""Name of the file that an import leaves in the folder of a device."""
MAX_SAFETY_BYTES = 1 << 20
MOST_SCANS = 4000
"""Scans that are told of at once: the newest."""


@dataclass(frozen=True, kw_only=True)
class SafeScan:
    """The centre holds these sealed bytes whole; `safe`: a back-up holds them too."""

    attachment: Hex32
    sealed: Hex64
    safe: bool


@dataclass(frozen=True, kw_only=True)
class Safety:
    """Of one stream, in one epoch: up to which entry all personal records are at the centre, up to which they
    are in an archive or standby too, and the scans that it holds.
    """

    device: DeviceCode
    stream: Hex32
    epoch: Epoch
    persons_through: Count
    persons_safe: Count
    scans: tuple[SafeScan, ...]

    def check(self) -> None:
        """Each scan once, and not too many."""
        names = [one.attachment for one in self.scans]
        if len(set(names)) < len(names) or len(names) > MOST_SCANS:
            fail("scans", "one twice, or too many")


def open_safety(
    data: bytes, authority: Authority, *, device: str, stream: str, now: datetime
) -> tuple[Safety, datetime]:
    """Check it for this stream; return it and when the centre signed it.

    Raises KnownError `ack.not_ours`, `signed.*`, `wire.*`, `authority.out_of_span`, `protocol.malformed`.
    """
    signed = authority.open(data, PURPOSE, now=now, max_bytes=MAX_SAFETY_BYTES)
    found = record_of(Safety, signed)
    if (found.device, found.stream) != (device, stream):
        raise KnownError("ack.not_ours")
    return found, signed.issued
