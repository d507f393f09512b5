"""What a device shows a server that was restored: what the centre signed for it before (purpose `claims`).

A device that the server does not know any more shows its enrolment first (purpose `readmission`). Both are
signed by the device key; what counts in them is what the centre itself had signed.
"""

from dataclasses import dataclass

from kiosk.core.wire.fields import DeviceCode, Hex32
from kiosk.core.wire.forms import SignedText
from kiosk.core.wire.heartbeat import HeldDataset, OrderNumber

PURPOSE, READMISSION = "claims", "readmission"
MAX_CLAIMS_BYTES = 4 << 20


@dataclass(frozen=True, kw_only=True)
class Claims:
    """`acknowledgement`: the newest, `books`: every grant, `staff`: the roster in use, `tombstones`: all,
    each as it was signed. `datasets` in use, and the newest `order` that was carried out or passed by.
    """

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    acknowledgement: SignedText | None
    books: tuple[SignedText, ...]
    staff: SignedText | None
    tombstones: tuple[SignedText, ...]
    datasets: tuple[HeldDataset, ...]
    order: OrderNumber | None


@dataclass(frozen=True, kw_only=True)
class Readmission:
    """The request by which the device was enrolled, and the bundle that answered it, as texts."""

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    request: SignedText
    bundle: SignedText
