"""Settings of this device's screens: each choice holds at once and is kept. No Qt."""

from dataclasses import dataclass, replace
from typing import Protocol

from kiosk.core.errors import InBoth, KnownError
from kiosk.ui.display_settings import LOCK_MINUTES, DisplaySettings
from kiosk.ui.look import SCALES
from kiosk.ui.presenter import Context
from kiosk.ui.tokens import THEME_NAMES


@dataclass(frozen=True)
class Question:
    """One setting: its name, its words, the choices as (value, words) and the value in force."""

    name: str
    words: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class SettingsState:
    """What the screen shows."""

    questions: tuple[Question, ...] = ()
    secrets: str = ""
    """Which secret numbers are in force on this device, and why."""


class SettingsView(Protocol):
    """The screen."""

    def show_state(self, state: SettingsState) -> None:
        """Draw the state."""


class SettingsPresenter:
    """Reads the settings in force and hands changed ones to the shell."""

    def __init__(self, context: Context, view: SettingsView) -> None:
        self._context, self._view = context, view
        self._state = SettingsState()

    def arrive(self) -> None:
        """Show what is in force."""
        self._state = SettingsState(self._questions())
        self._view.show_state(self._state)
        self._context.desk.secret_words(self._told, self._not_told)

    def _told(self, words: InBoth) -> None:
        shown = words.ar if self._context.texts.language == "ar" else words.en
        self._view.show_state(replace(self._state, secrets=self._context.texts.data(shown)))

    def _not_told(self, error: KnownError) -> None:
        """The settings hold all the same; what is wrong with the secret is said where people unlock."""
        self._view.show_state(replace(self._state, secrets=error.sentence(self._context.texts.language)))

    def _questions(self) -> tuple[Question, ...]:
        texts, now = self._context.texts, self._context.settings
        return (
            Question(
                "language",
                texts("settings.language"),
                (("ar", texts("settings.arabic")), ("en", texts("settings.english"))),
                now.language,
            ),
            Question(
                "theme",
                texts("settings.theme"),
                tuple((name, texts(f"settings.{name}")) for name in THEME_NAMES),
                now.theme,
            ),
            Question(
                "scale",
                texts("settings.scale"),
                tuple((str(scale), texts(f"settings.scale_{scale}")) for scale in SCALES),
                str(now.scale),
            ),
            Question(
                "lock_minutes",
                texts("settings.lock"),
                tuple((str(one), texts("settings.minutes", count=one)) for one in LOCK_MINUTES),
                str(now.lock_minutes),
            ),
        )

    def choose(self, name: str, value: str) -> None:
        """A choice was made."""
        settings = changed(self._context.settings, name, value)
        if settings != self._context.settings:
            self._context.go.change_display(settings)


def changed(settings: DisplaySettings, name: str, value: str) -> DisplaySettings:
    """The settings with one of them set to a value as typed on the screen."""
    return replace(settings, **{name: int(value) if name in ("scale", "lock_minutes") else value})  # type: ignore[arg-type]
