"""Printer profiles are read from files, and a mistake in one is named with its line."""

import re

import pytest

from kiosk.core.errors import KnownError
from kiosk.devices.profiles import DEFAULT, profile_codes, read_profile, shipped_profile
from kiosk.resources import read_resource


@pytest.mark.parametrize(("code", "dots", "tier"), [("generic-58", 384, 1), ("generic-80", 576, 2)])
def test_the_two_usual_kinds_are_shipped(code: str, dots: int, tier: int) -> None:
    kind = shipped_profile(code)
    assert (kind.code, kind.width_dots, kind.tier, kind.draws_codes) == (code, dots, tier, tier == 2)


def test_every_shipped_profile_can_be_read() -> None:
    assert DEFAULT in profile_codes()
    for code in profile_codes():
        assert shipped_profile(code).stride * 8 >= shipped_profile(code).width_dots


def test_an_unknown_profile_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KnownError) as caught:
        shipped_profile("epson")
    assert caught.value.code == "printer.profile_unknown"
    assert "generic-80" in caught.value.sentence()


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("tier: 2", "tier: 9", "printer.profile_wrong", "tier"),
        ("width_dots: 576", "width_dots: wide", "printer.profile_wrong", "width_dots"),
        ("margins: yes", "margins: maybe", "printer.profile_wrong", "margins"),
        ("cut: partial", "cut: bite", "printer.profile_wrong", "cut"),
        ("name_en: Receipt printer, 80 mm", "name_en: ''", "printer.profile_wrong", "name_en"),
        ("band_bytes: 4096", "band_bytes: 71", "printer.profile_wrong", "band_bytes"),
        ("margins: yes", "margin: yes", "printer.profile_key", "margin"),
        ("tier: 2\n", "", "printer.profile_key", "tier"),
    ],
)
def test_a_mistake_is_named_with_its_place(old: str, new: str, code: str, key: str) -> None:
    text = read_resource("printers", "generic-80.yaml")
    assert old in text
    with pytest.raises(KnownError) as caught:
        read_profile(text.replace(old, new), "p.yaml")
    assert (caught.value.code, caught.value.params["key"]) == (code, key)
    if new:
        line = 1 + text[: re.search(re.escape(old), text).start()].count("\n")  # type: ignore[union-attr]
        assert caught.value.params["line"] == line
