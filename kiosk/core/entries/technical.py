"""Technical events: what happened to device, disk, clock and journal, and how a stop was lifted.

They hold no money and no personal details. Which causes stop what: `kiosk.core.stops`.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from kiosk.core.entries.body import Body
from kiosk.core.wire.codec import Text, Whole, fail
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import Code, Count, Hex64, Number
from kiosk.core.wire.forms import Epoch, SealedHex

IncidentKind = Literal["ahead", "broken_chain", "clone", "damaged", "fork", "frozen", "rollback"]
Challenge = Annotated[str, Text(re.compile(r"[0-9]{12}", re.ASCII))]
"""Digits that the device shows and the centre answers (`kiosk.core.wire.lifting`)."""
NetworkKind = Literal["wired", "wireless", "mobile", "other"]
"""Of a network nothing more is told: its name can say where somebody lives."""
Held = Literal["everything", "scans"]
"""What a pause of sync holds back."""
Offset = Annotated[int, Whole(-14 * 60, 14 * 60)]
"""Minutes from UTC."""


@dataclass(frozen=True, kw_only=True)
class IncidentNoted(Body):
    """The journal contradicts itself, the centre, the hardware or the second medium, or the centre ordered it
    (`frozen`): new money stops.

    `at`: the entry where, if one is known. `detail`: what was found, as a code.
    """

    TYPE: ClassVar[str] = "technical.incident"

    kind: IncidentKind
    at: Number | None
    detail: Code


@dataclass(frozen=True, kw_only=True)
class IncidentLifted(Body):
    """The centre lifted the stop of an incident; what had happened stays on record.

    `order`: SHA-256 of the signed order; `challenge`: the digits that the centre answered by telephone.
    """

    TYPE: ClassVar[str] = "technical.incident_lifted"

    incident: Link
    by: Literal["order", "answer"]
    order: Hex64 | None
    challenge: Challenge | None

    def check(self) -> None:
        """An order is named by its hash, an answer by its challenge."""
        if (self.by == "order") != (self.order is not None):
            fail("order", "for an order, and only for one")
        if (self.by == "answer") != (self.challenge is not None):
            fail("challenge", "for an answer, and only for one")


@dataclass(frozen=True, kw_only=True)
class AnswerRefused(Body):
    """A wrong answer to a challenge; `tries` wrong ones were given to this challenge so far."""

    TYPE: ClassVar[str] = "technical.answer_refused"

    incident: Link
    challenge: Challenge
    tries: Number


@dataclass(frozen=True, kw_only=True)
class OrderDone(Body):
    """An order of the centre was carried out, once: its number (`epoch`, `n`), kind and hash."""

    TYPE: ClassVar[str] = "technical.order_done"

    epoch: Epoch
    n: Number
    kind: Code
    order: Hex64


@dataclass(frozen=True, kw_only=True)
class LiftingKey(Body):
    """The key by which answers of the centre are checked here, sealed to the centre's intake key."""

    TYPE: ClassVar[str] = "technical.lifting_key"

    sealed: SealedHex


@dataclass(frozen=True, kw_only=True)
class StopChanged(Body):
    """A cause that stops something on this device was first seen (`stands`), or seen to be gone."""

    TYPE: ClassVar[str] = "technical.stop"

    cause: Code
    stands: bool


@dataclass(frozen=True, kw_only=True)
class DiskChanged(Body):
    """Free space crossed a limit, or the space kept back for bad days was given up or taken again.

    `free_mb`: whole megabytes (10^6 bytes) that were free. `ballast`: the space is kept back now.
    """

    TYPE: ClassVar[str] = "technical.disk"

    state: Literal["enough", "low", "below_reserve"]
    free_mb: Count
    ballast: bool


@dataclass(frozen=True, kw_only=True)
class ZoneChanged(Body):
    """Other rules of the time zone came into use; offsets in minutes at the time of this entry."""

    TYPE: ClassVar[str] = "technical.zone_changed"

    version: Number
    hash: Hex64
    offset_before: Offset
    offset_after: Offset


@dataclass(frozen=True, kw_only=True)
class UncleanStop(Body):
    """The program had ended without closing the store, so it was looked through at the next start.

    `last`: the last entry then. `pages`: what the check of every page found.
    """

    TYPE: ClassVar[str] = "technical.unclean_stop"

    last: Link
    pages: Literal["sound", "damaged"]


@dataclass(frozen=True, kw_only=True)
class SyncPaused(Body):
    """The person held back what leaves by itself, from now on: so a device that is silent says why.

    `until`: when it ends by itself, null: when somebody lifts it. `only_on`: the kind of the one network on
    which it holds, null: on any. It takes the place of an earlier one of the same `what`.
    """

    TYPE: ClassVar[str] = "technical.sync_paused"

    what: Held
    until: datetime | None
    only_on: NetworkKind | None


@dataclass(frozen=True, kw_only=True)
class SyncResumed(Body):
    """What was held back leaves by itself again: the person lifted the pause, its time was over, or the clock
    was put back to before it had begun.
    """

    TYPE: ClassVar[str] = "technical.sync_resumed"

    what: Held
    how: Literal["lifted", "ran_out", "clock_back"]


@dataclass(frozen=True, kw_only=True)
class CertificateRenewed(Body):
    """The centre issued a certificate for a new TLS key of this device: SHA-256 of it, and its end."""

    TYPE: ClassVar[str] = "technical.certificate_renewed"

    certificate: Hex64
    until: datetime
