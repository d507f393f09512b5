"""What a device shows a server that was restored: what the centre signed for it before (purpose `claims`).

A device that the server does not know any more shows its enrolment first (purpose `readmission`). Both are
signed by the device key; what counts in them is what the centre itself had signed.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kiosk.core.wire.fields import Code, Count, DeviceCode, Hex32
from kiosk.core.wire.forms import SignedText
from kiosk.core.wire.heartbeat import HeldDataset, OrderNumber

PURPOSE, READMISSION = "claims", "readmission"
MAX_CLAIMS_BYTES = 4 << 20
MAX_LEASE_BYTES = 2 << 20
"""Of these, the most that the accounts of leases take: some 100,000 debts."""


@dataclass(frozen=True, kw_only=True)
class HeldLease:
    """Debts that the device holds for the same holder until the same day (None: without end)."""

    to: Literal["collector", "unit"]
    holder: Code
    until: date | None
    accounts: tuple[Code, ...]


@dataclass(frozen=True, kw_only=True)
class Claims:
    """`acknowledgement`: the newest, `books`: every grant, `staff`: the roster in use, `tombstones`: all,
    each as it was signed. `datasets` in use, and the newest `order` that was carried out or passed by.

    `leases` of the debts in use, and how many of them had no room (`leases_left_out`).
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
    leases: tuple[HeldLease, ...]
    leases_left_out: Count


@dataclass(frozen=True, kw_only=True)
class Readmission:
    """The request by which the device was enrolled, and the bundle that answered it, as texts."""

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    request: SignedText
    bundle: SignedText
