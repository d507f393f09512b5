"""The shift screen: how the shift stands, and tiles for what may be done with it and its cash."""

from functools import partial

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens.shift_presenter import Action, ShiftPresenter, ShiftState
from kiosk.ui.widgets.action_tile import ActionTile
from kiosk.ui.widgets.buttons import PrimaryButton
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.labels import Card, Icon, Label, column, line
from kiosk.ui.widgets.notice import Notice

ICONS = {
    "give": "shift",
    "bag": "shift",
    "receive": "collect",
    "void": "clear",
    "x": "search",
    "z": "serve",
    "drawer": "lock",
    "cards": "attention",
}


class ShiftScreen(Screen):
    """Draws `ShiftState`."""

    title_key = "shift.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ShiftPresenter(context, self)
        self.tiles: dict[str, ActionTile] = {}
        self._shown: tuple[Action, ...] = ()
        self._icon = Icon(self.look, "shift", 40, self.look.theme.secondary)
        self.heading = Label(self.look, "", "heading", wrap=True)
        self.detail = Label(self.look, "", "secondary", wrap=True)
        words = column(self.look, spacing=2)
        words.addWidget(self.heading)
        words.addWidget(self.detail)
        row = line(self.look, spacing=16)
        row.addWidget(self._icon)
        row.addLayout(words, 1)
        self._card = Card(self.look, spacing=6)
        self._card.inside.addLayout(row)
        self._card.hide()
        self.due = Notice(self.look, self)
        self._grid = FlowGrid(self.look, 2, spacing=12)
        for widget in (self._card, self.due, self._grid):
            self.page.addWidget(widget)
        self.page.addStretch(1)
        self.add_primary(PrimaryButton(self.look, self.texts("shift.do_open"), pressed=self._main))
        assert self.primary is not None
        self.primary.hide()

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.notice.clear()
        self.presenter.arrive()

    def show_state(self, state: ShiftState) -> None:
        """Draw the state."""
        self._card.setVisible(state.read)
        self.heading.setText(state.heading)
        self.detail.setText(state.detail)
        theme = self.look.theme
        self._icon.show_icon("shift", theme.primary if state.mine else theme.secondary)
        if state.handover_due:
            self.due.say("warning", self.texts("shift.handover_due"))
        else:
            self.due.clear()
        if self.primary is not None:
            self.primary.setVisible(bool(state.main))
            if state.main:
                self.primary.say(self.texts(f"shift.do_{state.main}"))
            self.primary.allow(not state.busy)
        if state.actions != self._shown:
            self._show_actions(state.actions)

    def _show_actions(self, actions: tuple[Action, ...]) -> None:
        self._shown = actions
        self.tiles = {one.name: self._tile(one) for one in actions}
        self._grid.show_items(list(self.tiles.values()))

    def _tile(self, action: Action) -> ActionTile:
        texts = self.texts
        detail = texts(f"shift.{action.name}_detail")
        if action.count:
            detail = texts("shift.waits", count=action.count)
        press = partial(self.presenter.do, action.name)
        return ActionTile(self.look, ICONS[action.name], texts(f"shift.{action.name}"), detail, press)

    def _main(self) -> None:
        if self.presenter.state.main:
            self.presenter.do(self.presenter.state.main)
