"""Fills the style sheet with the colours and sizes of a look, and loads the fonts."""

import re
from dataclasses import asdict

from PySide6.QtGui import QFont, QFontDatabase

from kiosk.core.errors import BugError
from kiosk.resources import read_resource, resources_folder
from kiosk.ui.look import Look

FONT_FILES = (
    "IBMPlexSansArabic-Regular.ttf",
    "IBMPlexSansArabic-Medium.ttf",
    "IBMPlexSansArabic-Bold.ttf",
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
)
FAMILIES = ["IBM Plex Sans Arabic", "DejaVu Sans"]
BODY, LABEL, MONEY = 18, 16, 28
"""Least sizes of text, px at scale 1: running text, labels and hints, amounts to be read across a counter."""

_SIZE = re.compile(r"\b(\d+)(px|sp)\b")
_COLOUR = re.compile(r"\$(\w+)")


def load_fonts() -> None:
    """Load the shipped fonts. Raises BugError when one cannot be read."""
    for name in FONT_FILES:
        if QFontDatabase.addApplicationFont(str(resources_folder() / "fonts" / name)) < 0:
            raise BugError(f"Qt cannot read the font {name}")


def base_font(look: Look) -> QFont:
    """The font of running text."""
    font = QFont(FAMILIES)
    font.setPixelSize(look.px(BODY + look.theme.grow))
    font.setWeight(QFont.Weight(look.theme.weight))
    return font


def style_sheet(look: Look) -> str:
    """The style sheet of a look. In the template `12px` is a length and `12sp` a size of text, both scaled;
    a theme may make all text larger. `$name` is a colour of the theme. Raises BugError for an unknown one.
    """
    colours = {name: str(value) for name, value in asdict(look.theme).items()}

    def size(found: re.Match[str]) -> str:
        grow = look.theme.grow if found[2] == "sp" else 0
        return f"{look.px(int(found[1]) + grow)}px"

    def colour(found: re.Match[str]) -> str:
        if found[1] not in colours:
            raise BugError(f"the theme has no ${found[1]}")
        return colours[found[1]]

    return _COLOUR.sub(colour, _SIZE.sub(size, read_resource("qss", "kiosk.qss")))
