"""One choice out of a few, as large buttons side by side: the chosen one has a tick."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QButtonGroup, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.flow_grid import FlowGrid


class Choices(FlowGrid):
    """`options` are (value, words) in reading order; at most `columns` of them stand in a line."""

    def __init__(
        self,
        look: Look,
        name: str,
        options: Sequence[tuple[str, str]],
        chosen: Callable[[str], object],
        *,
        columns: int = 0,
        icons: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, columns or len(options), spacing=8, parent=parent)
        self.look, self._chosen, self._icons = look, chosen, icons
        self.setAccessibleName(name)
        self.group = QButtonGroup(self)
        self.group.setExclusive(True)
        self.buttons: dict[str, Button] = {}
        for value, words in options:
            button = Button(look, words, "choice", pressed=partial(self._press, value))
            button.setCheckable(True)
            button.setAccessibleName(f"{name}: {words}")
            self.group.addButton(button)
            self.buttons[value] = button
        self._draw()
        self.show_items(list(self.buttons.values()))

    @property
    def value(self) -> str | None:
        """The chosen value, None while nothing is chosen."""
        return next((value for value, button in self.buttons.items() if button.isChecked()), None)

    def choose(self, value: str | None) -> None:
        """Mark a value without telling anybody; None marks nothing."""
        self.group.setExclusive(False)
        for one, button in self.buttons.items():
            button.setChecked(one == value)
        self.group.setExclusive(True)
        self._draw()

    def _press(self, value: str) -> None:
        self._draw()
        self._chosen(value)

    def _draw(self) -> None:
        for at, button in enumerate(self.buttons.values()):
            named = self._icons[at] if self._icons else "circle"
            button.show_icon("check" if button.isChecked() else named)
