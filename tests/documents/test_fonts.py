"""The shipped fonts are the ones their authors published, and their licences lie beside them."""

import hashlib

from kiosk.documents.shaping import EM, font
from kiosk.resources import read_resource, resources_folder

FONTS = resources_folder() / "fonts"


def test_every_font_has_its_published_checksum() -> None:
    lines = [line.split("  ") for line in read_resource("fonts", "SHA256SUMS").splitlines()]
    listed = {name: checksum for checksum, name in lines}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in FONTS.glob("*.ttf")}
    assert found == listed


def test_every_family_has_its_licence() -> None:
    assert "SIL Open Font License, Version 1.1" in read_resource("fonts", "IBMPlexSansArabic-OFL.txt")
    assert "Bitstream Vera" in read_resource("fonts", "DejaVuSans-LICENSE.txt")


def test_fonts_of_any_grid_are_measured_on_one_scale() -> None:
    for file in FONTS.glob("*.ttf"):
        extents = font(file.name).hb_font.get_font_extents("ltr")
        assert EM // 2 < extents.ascender < 2 * EM
