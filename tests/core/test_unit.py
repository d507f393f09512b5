"""The dataset `unit` says who and where; one that is damaged is named, never guessed."""

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.unit import Unit, read_unit, unit_content
from kiosk.core.wire.canonical import canonical, parse_canonical

HERE = Unit(unit="U-0101", name_ar="وحدة للتجربة", name_en="Sample unit", body_ar="جهة", governorate="02")


def test_what_is_written_is_read_again() -> None:
    assert read_unit(unit_content(HERE)) == HERE
    nowhere = Unit(unit="U-1", name_ar="وحدة", name_en="Unit")
    assert read_unit(unit_content(nowhere)).governorate is None


@pytest.mark.parametrize(
    "change", [{"governorate": "2"}, {"governorate": 2}, {"name_ar": ""}, {"unit": "U 1"}, {"more": "x"}]
)
def test_a_unit_of_another_form_is_refused(change: dict[str, object]) -> None:
    plain = {**parse_canonical(unit_content(HERE)), **change}
    with pytest.raises(KnownError) as caught:
        read_unit(canonical(plain))
    assert caught.value.code == "protocol.malformed"
