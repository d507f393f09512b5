"""What became of single entries at the centre: those that wait for a person there. Purpose `outcomes`."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from kiosk.core.errors import KnownError
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.codec import Text
from kiosk.core.wire.fields import Code, Count, DeviceCode, Hex32, Number

PURPOSE = "outcomes"
MAX_OUTCOMES_BYTES = 4 << 20
Sentence = Annotated[str, Text(re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,2000}"))]


@dataclass(frozen=True, kw_only=True)
class Quarantined:
    """An entry that the centre stored and counted the money of, but could not apply: code and reason."""

    seq: Number
    code: Code
    ar: Sentence
    en: Sentence


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What a person of the centre decided on an entry that had waited, and when; `note`: his own words."""

    seq: Number
    decision: Literal["applied", "credited", "dismissed", "verified"]
    at: datetime
    ar: Sentence
    en: Sentence
    note: Sentence | None


@dataclass(frozen=True, kw_only=True)
class Outcomes:
    """All quarantined entries of a stream, by `seq`. Entries up to `applied` not in here were applied.

    `decided`: those that wait no more, the newest decisions first, as many as there is room for.
    """

    device: DeviceCode
    stream: Hex32
    applied: Count
    quarantined: tuple[Quarantined, ...]
    decided: tuple[Decided, ...]


def open_outcomes(data: bytes, authority: Authority, *, device: str, now: datetime) -> Outcomes:
    """Check the outcomes for this device. Raises KnownError `ack.not_ours`, `signed.*`, `wire.*`, …"""
    found = authority.read(Outcomes, PURPOSE, data, now=now, max_bytes=MAX_OUTCOMES_BYTES)
    if found.device != device:
        raise KnownError("ack.not_ours")
    return found
