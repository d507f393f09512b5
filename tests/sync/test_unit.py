"""An enrolled device learns from the centre what its unit is called and in which governorate it is."""

import pytest

from central.people import locate_unit
from kiosk.core.errors import KnownError
from kiosk.desk.reference import Reference
from kiosk.sync.downlink import read_content
from tests.central.server import UNIT
from tests.sync.enrolled import EnrolledDevice, sync


def test_the_governorate_of_the_unit_reaches_its_devices(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    place = Reference(session.store.db).place
    assert place is not None
    assert (place.unit, place.name_ar, place.governorate) == (UNIT, "الوحدة المحلية بالزاوية", None)
    locate_unit(device.server.centre, UNIT, "02")
    try:
        assert "unit" in sync(session).applied
        reference = Reference(session.store.db)
        assert reference.surroundings(session.latest_date()).governorate == "02"
    finally:
        locate_unit(device.server.centre, UNIT, None)


def test_a_unit_that_cannot_be_read_leaves_the_one_before_in_use() -> None:
    with pytest.raises(KnownError):
        read_content("unit", b'{"unit":"U-0101"}')
