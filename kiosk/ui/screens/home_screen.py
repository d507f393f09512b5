"""The first screen after unlock: large tiles by role, and one line on how things stand."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens import SCREENS
from kiosk.ui.screens.home_presenter import HomePresenter, HomeState, Tile
from kiosk.ui.widgets.buttons import PanelButton
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.labels import Card, Icon, Label, column, empty, line
from kiosk.ui.widgets.notice import Notice
from kiosk.ui.widgets.rows import ListRows, Row

COLUMNS, MOST_IN_THREE = 3, 6
"""Tiles stand in three columns; more than six of them in four, so that two rows hold them all."""


class HomeTile(PanelButton):
    """One task: icon, name, what it is for, its key."""

    def __init__(self, context: Context, tile: Tile, strong: bool, pressed: Callable[[], object]) -> None:
        look, texts = context.look, context.texts
        super().__init__(look, "panel", key=tile.key, pressed=pressed)
        inside = column(look, spacing=4, margin=18)
        head = line(look, spacing=0)
        colour = look.theme.primary if strong else look.theme.secondary
        head.addWidget(Icon(look, tile.screen, 48, colour))
        head.addStretch(1)
        head.addWidget(Label(look, tile.key, "badge"), 0, Qt.AlignmentFlag.AlignTop)
        inside.addLayout(head)
        inside.addStretch(1)
        title, detail = texts(f"home.{tile.screen}"), texts(f"home.{tile.screen}_detail")
        inside.addWidget(Label(look, title, "heading"))
        inside.addWidget(Label(look, detail, "secondary"))
        self.setLayout(inside)
        self.setMinimumHeight(look.px(150))
        self.name_it(f"{title} {tile.key}")


class HomeScreen(Screen):
    """Draws `HomeState`."""

    title_key = "home.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = HomePresenter(context, self, SCREENS)
        self._tiles: dict[str, HomeTile] = {}
        self._grid = FlowGrid(self.look, COLUMNS, spacing=14)
        self._card = Card(self.look, spacing=6)
        self._shift = Label(self.look, "", "heading", wrap=True)
        self._detail = Label(self.look, "", "secondary", wrap=True)
        self._icon = Icon(self.look, "shift", 40, self.look.theme.secondary)
        row = line(self.look, spacing=16)
        words = column(self.look, spacing=2)
        words.addWidget(self._shift)
        words.addWidget(self._detail)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        self._card.inside.addLayout(row)
        self._card.hide()
        self._attention = column(self.look, spacing=8)
        self.stopped = ListRows(self.look, self.texts("stops.title"), context.go.go)
        self.stopped.hide()
        self.page.addWidget(self._card)
        self.page.addWidget(self.stopped)
        self.page.addLayout(self._attention)
        self.page.addWidget(self._grid)
        self.page.addStretch(1)

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.presenter.arrive()

    def scanned(self, text: str) -> None:
        """A scan begins the work that it belongs to."""
        self.presenter.scanned(text)

    def show_state(self, state: HomeState) -> None:
        """Draw the state."""
        if [tile.screen for tile in state.tiles] != list(self._tiles):
            self._show_tiles(state.tiles)
        self._card.setVisible(bool(state.shift))
        self._shift.setText(state.shift)
        self._detail.setText(state.shift_detail)
        theme = self.look.theme
        self._icon.show_icon("shift", theme.primary if state.shift_open else theme.secondary)
        leads = (("card_open", state.cards), ("stops", state.stopped))
        rows = [Row(screen, words, icon="attention") for screen, words in leads if words]
        self.stopped.show_rows(rows)
        self.stopped.setVisible(bool(rows))
        empty(self._attention)
        for sentence in state.attention:
            self._attention.addWidget(self._warning(sentence))

    def _show_tiles(self, tiles: tuple[Tile, ...]) -> None:
        self._tiles = {}
        for at, tile in enumerate(tiles):
            press = partial(self.presenter.choose, tile.screen)
            self._tiles[tile.screen] = HomeTile(self.context, tile, at < 2, press)
        self._grid.allow(COLUMNS + (len(tiles) > MOST_IN_THREE))
        self._grid.show_items(list(self._tiles.values()))
        self.first = next(iter(self._tiles.values()), None)

    def _warning(self, sentence: str) -> QWidget:
        notice = Notice(self.look, self)
        notice.say("warning", sentence)
        return notice
