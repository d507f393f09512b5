"""Whether a person may still open a shift, by what the centre last said of him and how long ago.

Closing, handing over and sending are never touched by it. Pure: times and the roster's row come from outside.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.core.wire.reference import StaffMember


class Doubt(StrEnum):
    """Why a person opens no shift."""

    NOT_IN_ROSTER = "not_in_roster"
    REVOKED = "revoked"
    EXPIRED = "expired"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Standing:
    """How a person stands at a moment. `doubt` None: he may open a shift, until `until` as far as is known.

    `until` is the end of his validity or of the time that the roster counts without the centre, whichever
    comes first; with a doubt, when that began (None: not known).
    """

    doubt: Doubt | None
    until: datetime | None


def standing_of(
    member: StaffMember | None, confirmed: datetime, now: datetime, offline_days: int
) -> Standing:
    """Judge a person by his row in the roster in use.

    `confirmed`: the centre's own time when it last said that this roster is the newest, at least the date of
    the roster. `now`: the time surely reached, so that no clock put back helps. `offline_days`: policy.
    """
    if member is None:
        return Standing(Doubt.NOT_IN_ROSTER, None)
    if member.revoked is not None:
        return Standing(Doubt.REVOKED, member.revoked)
    if member.valid_until is not None and member.valid_until <= now:
        return Standing(Doubt.EXPIRED, member.valid_until)
    counts_until = confirmed + timedelta(days=offline_days)
    if counts_until <= now:
        return Standing(Doubt.UNCONFIRMED, counts_until)
    return Standing(None, min(counts_until, member.valid_until or counts_until))
