"""The chip that says on every screen how the connection stands: words and icon, never red."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from kiosk.ui.look import Look
from kiosk.ui.sync_state import SyncState
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.labels import restyle


class SyncChip(Button):
    """Pressing it opens what waits."""

    def __init__(
        self, look: Look, state: SyncState, pressed: Callable[[], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(look, "", "chip", pressed=pressed, parent=parent)
        self._short, self._state = False, state
        self.show_state(state)

    def show_state(self, state: SyncState) -> None:
        """Say how things stand."""
        theme, texts = self.look.theme, self.look.texts
        self._state = state
        self._colour = theme.primary if state.kind == "connected" else theme.on_warning
        self.setProperty("state", state.kind)
        self.say(state.short_words(texts) if self._short else state.words(texts))
        self.setAccessibleName(state.words(texts))
        self.show_icon(state.kind)
        restyle(self)

    def shorten(self, short: bool) -> None:
        """Use fewer words where the header has no room for all."""
        if short != self._short:
            self._short = short
            self.show_state(self._state)

    def _ink(self) -> str:
        return self._colour
