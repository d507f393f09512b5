"""Without the centre for too long nobody opens a shift; one contact is enough to go on."""

from datetime import timedelta

import pytest

from central.people import revoke_staff
from kiosk.core.errors import KnownError
from kiosk.core.standing import Doubt
from kiosk.core.wire.times import utc_text
from kiosk.desk.shift_open import open_shift
from kiosk.desk.standing import standing
from kiosk.store.sync_state import confirmed_at, keep_setting
from tests.desk.money import pieces
from tests.sync.enrolled import EnrolledDevice, new_person, sync


def test_a_contact_confirms_the_roster_and_a_fortnight_without_one_stops_new_shifts(
    device: EnrolledDevice,
) -> None:
    teller = device.unlock("TEL-1")
    assert standing(teller).doubt is None
    sync(teller)
    sync(teller)
    confirmed = confirmed_at(teller.store.db)
    assert confirmed is not None
    days = teller.reference.policy(teller.today()).staff_offline_days
    assert standing(teller).until == confirmed + timedelta(days=days)
    with teller.store.transaction() as db:
        db.execute("UPDATE snapshot_applied SET as_of = ?", (utc_text(confirmed - timedelta(days=60)),))
        keep_setting(db, "data_confirmed", utc_text(confirmed - timedelta(days=days)))
    assert standing(teller).doubt is Doubt.UNCONFIRMED
    with pytest.raises(KnownError) as caught:
        open_shift(teller, pieces(200_00))
    assert caught.value.code == "stop.staff_validity"
    sync(teller)
    assert standing(teller).doubt is None
    open_shift(teller, pieces(200_00))


def test_a_revoked_person_may_close_what_is_open_and_open_nothing_new(device: EnrolledDevice) -> None:
    new_person(device.server, "TEL-7", "teller")
    sync(device.unlock("SUP-1"))
    device.add("TEL-7", "teller")
    leaver = device.unlock("TEL-7")
    open_shift(leaver, pieces(200_00))
    revoke_staff(device.server.centre, "TEL-7")
    sync(leaver)
    assert standing(leaver).doubt is Doubt.REVOKED
    leaver.own_shift()
