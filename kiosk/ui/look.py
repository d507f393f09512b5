"""How a screen looks and speaks: its texts, its theme and its scale. No Qt."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from kiosk.core.errors import Language
from kiosk.ui.texts import Texts
from kiosk.ui.tokens import LIGHT, Theme

Scale = Literal[100, 125, 150]
"""Percent of the normal size."""
SCALES: tuple[Scale, ...] = get_args(Scale)
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True)
class Look:
    """What every widget is given first. Change it by building the screens again (`Shell.apply`)."""

    texts: Texts = field(default_factory=lambda: Texts("ar"))
    theme: Theme = LIGHT
    scale: Scale = 100

    @property
    def language(self) -> Language:
        """The language of the texts."""
        return self.texts.language

    @property
    def right_to_left(self) -> bool:
        """Whether lines and layouts run from the right."""
        return self.language == "ar"

    def px(self, size: int) -> int:
        """A size of the design (px at scale 1) in pixels of this scale."""
        return (size * self.scale + 50) // 100
