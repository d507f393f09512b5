"""Who may open a shift by what the centre last said of him, and until when."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.core.standing import Doubt, Standing, standing_of
from kiosk.core.wire.reference import StaffMember

CONFIRMED = datetime(2026, 7, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
MEMBER = StaffMember(code="TEL-1", roles=("teller",), activation=None, revoked=None, valid_until=None)


def judged(member: StaffMember | None, now: datetime) -> Standing:
    return standing_of(member, CONFIRMED, now, offline_days=14)


def test_a_confirmed_member_may_until_the_confirmation_is_too_old() -> None:
    assert judged(MEMBER, CONFIRMED + 13 * DAY) == Standing(None, CONFIRMED + 14 * DAY)
    assert judged(MEMBER, CONFIRMED + 14 * DAY) == Standing(Doubt.UNCONFIRMED, CONFIRMED + 14 * DAY)


def test_his_own_end_comes_first_when_it_is_earlier() -> None:
    ends = replace(MEMBER, valid_until=CONFIRMED + 2 * DAY)
    assert judged(ends, CONFIRMED) == Standing(None, CONFIRMED + 2 * DAY)
    assert judged(ends, CONFIRMED + 2 * DAY) == Standing(Doubt.EXPIRED, CONFIRMED + 2 * DAY)


@pytest.mark.parametrize("days", [0, 100])
def test_a_revoked_person_may_not_however_fresh_the_roster_is(days: int) -> None:
    revoked = replace(MEMBER, revoked=CONFIRMED)
    assert judged(revoked, CONFIRMED + days * DAY).doubt is Doubt.REVOKED


def test_a_person_whom_the_roster_does_not_name_may_not() -> None:
    assert judged(None, CONFIRMED).doubt is Doubt.NOT_IN_ROSTER
