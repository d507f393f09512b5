"""How this device shows its screens: language, theme, size, delay of the lock. No Qt.

A plain file beside the database, because it is needed before anybody has unlocked: it holds nothing personal
and no figure, only choices, and whether something waits to be sent.
"""

import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from kiosk.core.errors import KnownError, Language
from kiosk.store.files import disk_errors, write_durably
from kiosk.ui.look import LANGUAGES, SCALES, Look, Scale
from kiosk.ui.texts import Texts
from kiosk.ui.tokens import THEME_NAMES, THEMES, ThemeName

FILE = "display.json"
LOCK_MINUTES = (1, 2, 3, 5, 10)
"""Choices of the delay after which an untouched screen locks; there is no "never"."""


@dataclass(frozen=True)
class DisplaySettings:
    """What is chosen on the settings screen. `waits`: when the kiosk was locked, something was not sent."""

    language: Language = "ar"
    theme: ThemeName = "light"
    scale: Scale = 100
    lock_minutes: int = 3
    waits: bool = False

    def look(self, stretch: int = 0) -> Look:
        """The look that these choices make."""
        return Look(Texts(self.language, stretch), THEMES[self.theme], self.scale)


_ALLOWED: dict[str, tuple[object, ...]] = {
    "language": LANGUAGES,
    "theme": THEME_NAMES,
    "scale": SCALES,
    "lock_minutes": LOCK_MINUTES,
    "waits": (True, False),
}


def read_settings(folder: Path) -> DisplaySettings:
    """Read the choices; the original ones when there is no file yet.

    Raises KnownError `ui.display_file` when it cannot be understood, `store.*` when it cannot be read.
    """
    path = folder / FILE
    with disk_errors():
        if not path.is_file():
            return DisplaySettings()
        data = path.read_bytes()
    try:
        kept = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise KnownError("ui.display_file") from error
    if not isinstance(kept, dict) or not all(map(_allowed, kept.items())):
        raise KnownError("ui.display_file")
    return DisplaySettings(**kept)


def write_settings(folder: Path, settings: DisplaySettings) -> None:
    """Keep the choices. Raises KnownError `store.*`."""
    text = json.dumps(asdict(settings), sort_keys=True) + "\n"
    write_durably(folder / FILE, text.encode("ascii"))


def _allowed(item: tuple[str, Any]) -> bool:
    name, value = item
    return any(type(value) is type(one) and value == one for one in _ALLOWED.get(name, ()))


def overridden(settings: DisplaySettings, **chosen: object) -> DisplaySettings:
    """The settings with what the command line chose for this run; None leaves a setting as it is."""
    names = {one.name for one in fields(settings)}
    changes: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    return replace(settings, **{name: value for name, value in changes.items() if name in names})
