"""Tiles of the people who can unlock or approve: codes only, no name is known before the store is open."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import PanelButton
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.labels import Icon, Label, column, line


class StaffTile(PanelButton):
    """One person: code, role, wrong tries."""

    def __init__(self, look: Look, code: str, roles: str, tries: str, pressed: Callable[[], object]) -> None:
        super().__init__(look, "panel", pressed=pressed)
        self.setCheckable(True)
        self.code = code
        inside = line(look, spacing=12, margin=12)
        inside.addWidget(Icon(look, "person", 32, look.theme.secondary))
        words = column(look, spacing=0)
        words.addWidget(Label(look, look.texts.data(code), "code"))
        words.addWidget(Label(look, roles, "secondary"))
        if tries:
            words.addWidget(Label(look, tries, "error"))
        inside.addLayout(words, 1)
        self._tick = Icon(look, "check", 28, look.theme.primary)
        self._tick.setVisible(False)
        keeps = self._tick.sizePolicy()
        keeps.setRetainSizeWhenHidden(True)
        self._tick.setSizePolicy(keeps)
        inside.addWidget(self._tick)
        self.setLayout(inside)
        self.name_it("، ".join(filter(None, (code, roles, tries))))
        self.toggled.connect(self._tick.setVisible)


class StaffTiles(FlowGrid):
    """Tiles in two columns, or one where there is less room; touching one chooses it."""

    def __init__(self, look: Look, chosen: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(look, 2, parent=parent)
        self.look, self._chosen = look, chosen
        self.tiles: dict[str, StaffTile] = {}
        self._shown: tuple[tuple[str, str, str], ...] = ()

    def show_people(self, people: Sequence[tuple[str, str, str]]) -> None:
        """Show these people: code, roles, wrong tries in words."""
        if tuple(people) == self._shown:
            return
        self._shown = tuple(people)
        self.tiles = {
            code: StaffTile(self.look, code, roles, tries, partial(self._chosen, code))
            for code, roles, tries in people
        }
        self.show_items(list(self.tiles.values()))

    def choose(self, code: str) -> None:
        """Mark a person as chosen."""
        for one, tile in self.tiles.items():
            tile.setChecked(one == code)
