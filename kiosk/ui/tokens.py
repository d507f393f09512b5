"""Colours and sizes of each theme, and the contrast between two colours. No Qt."""

from dataclasses import dataclass
from typing import Literal, get_args

ThemeName = Literal["light", "dark", "sunlight"]
THEME_NAMES: tuple[ThemeName, ...] = get_args(ThemeName)


@dataclass(frozen=True)
class Theme:
    """Colours as `#RRGGBB`; `grow` is added to every text size (px) and `weight` is that of running text."""

    name: ThemeName
    page: str
    surface: str
    text: str
    secondary: str
    border: str
    primary: str
    on_primary: str
    primary_pressed: str
    danger: str
    on_danger: str
    warning: str
    on_warning: str
    pressed: str
    chosen: str
    field_focus: str
    focus: str
    disabled: str
    on_disabled: str
    grow: int = 0
    weight: int = 400


LIGHT = Theme(
    name="light",
    page="#F4F6F8",
    surface="#FFFFFF",
    text="#0B0C0C",
    secondary="#3D4451",
    border="#5A6270",
    primary="#005A30",
    on_primary="#FFFFFF",
    primary_pressed="#004022",
    danger="#A31621",
    on_danger="#FFFFFF",
    warning="#FFB81C",
    on_warning="#0B0C0C",
    pressed="#DDE3E9",
    chosen="#E2F2E9",
    field_focus="#FFF7D6",
    focus="#0B0C0C",
    disabled="#E3E7EC",
    on_disabled="#3D4451",
)
DARK = Theme(
    name="dark",
    page="#101418",
    surface="#1A2027",
    text="#F5F7FA",
    secondary="#C4CCD6",
    border="#8B95A3",
    primary="#4ADE80",
    on_primary="#0B0C0C",
    primary_pressed="#86EFAC",
    danger="#FF9AA2",
    on_danger="#0B0C0C",
    warning="#FFB81C",
    on_warning="#0B0C0C",
    pressed="#2C353F",
    chosen="#173424",
    field_focus="#27303A",
    focus="#F5F7FA",
    disabled="#2C353F",
    on_disabled="#C4CCD6",
)
SUNLIGHT = Theme(
    name="sunlight",
    page="#FFFFFF",
    surface="#FFFFFF",
    text="#000000",
    secondary="#000000",
    border="#000000",
    primary="#00451F",
    on_primary="#FFFFFF",
    primary_pressed="#000000",
    danger="#8B0F19",
    on_danger="#FFFFFF",
    warning="#FFB81C",
    on_warning="#000000",
    pressed="#DDDDDD",
    chosen="#D9F2E3",
    field_focus="#FFF3B8",
    focus="#000000",
    disabled="#E8E8E8",
    on_disabled="#333333",
    grow=2,
    weight=500,
)
THEMES: dict[ThemeName, Theme] = {theme.name: theme for theme in (LIGHT, DARK, SUNLIGHT)}

TEXT_PAIRS = (
    ("text", "page"),
    ("text", "surface"),
    ("text", "pressed"),
    ("text", "chosen"),
    ("text", "field_focus"),
    ("secondary", "page"),
    ("secondary", "surface"),
    ("secondary", "chosen"),
    ("primary", "page"),
    ("primary", "surface"),
    ("on_primary", "primary"),
    ("on_primary", "primary_pressed"),
    ("danger", "page"),
    ("danger", "surface"),
    ("on_danger", "danger"),
    ("on_warning", "warning"),
    ("on_disabled", "disabled"),
)
"""Text and the ground it stands on: 7:1 at least (WCAG 2.2, 1.4.6)."""
SHAPE_PAIRS = (
    ("border", "page"),
    ("border", "surface"),
    ("primary", "chosen"),
    ("focus", "page"),
    ("focus", "surface"),
    ("focus", "field_focus"),
)
"""Borders, icons and the focus ring against their ground: 3:1 at least (WCAG 2.2, 1.4.11)."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#RRGGBB`, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
