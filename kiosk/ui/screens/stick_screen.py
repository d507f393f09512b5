"""The stick screen: which stick, what will be written, how far it is, and what came of it."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.stick_presenter import FOLDER, MediumRow, StickPresenter, StickState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.edits import NumberEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Card, Icon, Label, column, empty, line
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.rows import Row, RowButton

LOOK_MS, TICK_MS = 2_000, 200
"""How often sticks are looked for, and how often the progress is shown, while the screen is in sight."""
_PRIMARY = {"choose": "stick.write", "running": "stick.back", "done": "stick.done"}
_ICONS = {"success": "check", "info": "info", "warning": "attention"}


class StickScreen(Screen):
    """Draws `StickState`."""

    title_key = "stick.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = StickPresenter(context, self)
        self.rows: dict[str, Button] = {}
        self._shown_rows: tuple[MediumRow, ...] | None = None
        self._page = ""
        self.pages = Pages(self.look)
        self.pages.add("choose", self._choose())
        self.pages.add("running", self._running())
        self.pages.add("done", self._done())
        self.page.addWidget(self.pages)
        self.page.addStretch(1)
        self.write = self.add_primary(
            PrimaryButton(self.look, self.texts("stick.write"), pressed=self._press)
        )
        self.take = self.add_action(Button(self.look, self.texts("stick.take"), pressed=self._take))
        self.again = self.add_action(
            Button(self.look, self.texts("stick.refresh"), key="F5", pressed=self.presenter.refresh)
        )
        self.halt = self.add_action(Button(self.look, self.texts("stick.stop"), pressed=self.presenter.stop))
        self.accept = self.add_action(
            Button(
                self.look,
                self.texts("stick.accept"),
                pressed=lambda: self.presenter.take(accept_smaller=True),
            )
        )
        self._looks, self._ticks = QTimer(self), QTimer(self)
        self._looks.setInterval(LOOK_MS)
        self._looks.timeout.connect(self.presenter.look)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.presenter.tick)

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.notice.clear()
        self.show_errors(())
        self.presenter.arrive()

    def go_back(self) -> bool:
        """From the result back to the sticks; what is under way goes on behind other screens."""
        return self.presenter.leave_result()

    def showEvent(self, event: QShowEvent) -> None:
        """Look for sticks while it is in sight."""
        super().showEvent(event)
        self._looks.start()
        self._ticks.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight it rests."""
        super().hideEvent(event)
        self._looks.stop()
        self._ticks.stop()

    def show_state(self, state: StickState) -> None:
        """Draw the state."""
        choosing, running = state.page == "choose", state.page == "running"
        self._show_media(state)
        self.fields[FOLDER].setVisible(state.by_hand)
        self.facts.show_facts(state.facts)
        self._show_says(state.says)
        self._doing.setText(state.doing)
        self._far.setText(state.far)
        self.bar.setValue(state.percent)
        self.bar.setAccessibleName(state.far)
        self._icon.show_icon(_ICONS[state.tone], self.look.theme.primary)
        self._headline.setText(state.headline)
        self._lead.setText(state.lead)
        self._lead.setVisible(bool(state.lead))
        if state.page == "done":
            empty(self._lines)
            for one in state.lines:
                self._lines.addWidget(Label(self.look, one, wrap=True))
        self.pages.show_page(state.page)
        self.write.say(self.texts(_PRIMARY[state.page]))
        self.write.allow(state.can_write or not choosing)
        self.take.setEnabled(state.can_take)
        self.take.setVisible(choosing)
        self.again.setVisible(choosing)
        self.halt.setVisible(running)
        self.halt.setEnabled(not state.stopping)
        self.halt.say(self.texts("stick.stopping" if state.stopping else "stick.stop"))
        self.accept.setVisible(state.page == "done" and state.accept)
        if state.page != self._page:
            self._turn_to(state)

    # --- inside

    def _turn_to(self, state: StickState) -> None:
        """Another page: what was said of the one before goes, and work begins where it begins there."""
        self._page = state.page
        if state.page != "choose":
            self.notice.clear()
        self.first = None if state.page == "choose" else self.write
        self.ask_first()

    def _choose(self) -> QWidget:
        main = column(self.look, spacing=8)
        main.addWidget(Label(self.look, self.texts("stick.choose"), "heading", wrap=True))
        self.none = Label(self.look, self.texts("stick.none"), wrap=True)
        main.addWidget(self.none)
        self._media = column(self.look, spacing=8)
        main.addLayout(self._media)
        self.folder = NumberEdit(self.look)
        field = Field(
            self.look, self.texts("stick.folder"), self.folder, hint=self.texts("stick.folder_hint")
        )
        main.addWidget(self.add_field(FOLDER, field))
        main.addStretch(1)
        aside = Card(self.look, spacing=8)
        aside.inside.addWidget(Label(self.look, self.texts("stick.plan"), "heading", wrap=True))
        self.facts = FactsTable(self.look, spacing=6)
        aside.inside.addWidget(self.facts)
        self._says = column(self.look, spacing=6)
        aside.inside.addLayout(self._says)
        aside.inside.addStretch(1)
        return SideBySide(self.context, main, aside, shares=(1, 1))

    def _running(self) -> QWidget:
        card = Card(self.look, spacing=14)
        self._doing, self._far = (
            Label(self.look, "", "heading", wrap=True),
            Label(self.look, "", "code", wrap=True),
        )
        self.bar = QProgressBar()
        self.bar.setProperty("role", "stick")
        self.bar.setTextVisible(False)
        card.inside.addWidget(self._doing)
        card.inside.addWidget(self.bar)
        card.inside.addWidget(self._far)
        card.inside.addWidget(Label(self.look, self.texts("stick.leave"), "secondary", wrap=True))
        return card

    def _done(self) -> QWidget:
        card = Card(self.look, spacing=12)
        head = line(self.look, spacing=16)
        self._icon = Icon(self.look, "check", 40)
        self._headline = Label(self.look, "", "heading", wrap=True)
        head.addWidget(self._icon)
        head.addWidget(self._headline, 1)
        card.inside.addLayout(head)
        self._lead = Label(self.look, "", "strong", wrap=True)
        card.inside.addWidget(self._lead)
        self._lines = column(self.look, spacing=10)
        card.inside.addLayout(self._lines)
        return card

    def _show_media(self, state: StickState) -> None:
        """Build the rows only when they changed: who moves among them by keys keeps his place."""
        self.none.setVisible(not state.media)
        if self._shown_rows != state.media:
            self._shown_rows = state.media
            empty(self._media)
            self.rows = {one.path: self._row(one) for one in state.media}
            self.rows[""] = self._row(
                MediumRow("", self.texts("stick.by_hand"), self.texts("stick.by_hand_how"))
            )
            for row in self.rows.values():
                self._media.addWidget(row)
        for path, row in self.rows.items():
            row.setChecked(state.by_hand if not path else path == state.chosen)

    def _row(self, one: MediumRow) -> Button:
        row = RowButton(
            self.look,
            Row(one.path, one.name, one.detail),
            "strong",
            partial(self.presenter.choose, one.path) if one.path else self.presenter.by_hand,
        )
        row.setCheckable(True)
        return row

    def _show_says(self, says: tuple[str, ...]) -> None:
        empty(self._says)
        for one in says:
            self._says.addWidget(Label(self.look, one, "secondary", wrap=True))

    def _press(self) -> None:
        page = self.presenter.state.page
        if page == "running":
            self.context.go.back()
        elif page == "done":
            self.presenter.leave_result()
        else:
            self.presenter.write(self.folder.value())

    def _take(self) -> None:
        self.presenter.take(self.folder.value())
