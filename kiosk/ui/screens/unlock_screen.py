"""The unlock screen: tiles with staff codes, a pad for the secret number, and nothing about any citizen."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QHBoxLayout

from kiosk.core.errors import KnownError
from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.unlock_presenter import UnlockPresenter, UnlockState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.labels import Card, Icon, Label, column, line
from kiosk.ui.widgets.secret_pad import SecretPad
from kiosk.ui.widgets.staff_tiles import StaffTiles


class UnlockScreen(Screen):
    """Draws `UnlockState`."""

    title_key = "unlock.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = UnlockPresenter(context, self)
        self.tiles = StaffTiles(self.look, self._choose)
        self.secret = SecretPad(self.look, changed=self._typed)
        self.open_button = PrimaryButton(
            self.look, self.texts("unlock.open"), icon_name="lock", pressed=self._open
        )
        self.open_button.setMinimumWidth(self.look.px(300))
        self.forgot = self.add_action(
            Button(self.look, self.texts("forgotten.ask"), pressed=self.presenter.forgot)
        )
        self.forgot.hide()
        self.add_primary(self.open_button, far=True)
        self.wait = Label(self.look, "", "error", wrap=True)
        self.wait.hide()
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self.presenter.second_passed)
        self._lay_out()
        self.first = self.secret.edit

    def arrive(self, **arguments: object) -> None:
        """Show who can unlock."""
        self.secret.edit.forget()
        self.summary.show_errors(())
        if arguments.get("changed"):
            self.notice.clear()
        self.presenter.arrive(str(arguments.get("held", "")), str(arguments.get("changed", "")))

    def show_state(self, state: UnlockState) -> None:
        """Draw the state."""
        self.tiles.show_people([(one.code, one.roles, one.tries) for one in state.people])
        self.tiles.choose(state.chosen)
        self.wait.setText(state.waiting_words)
        self.wait.setVisible(bool(state.waiting_words))
        if state.wait_s:
            self._second.start()
        else:
            self._second.stop()
        if state.notice and not self.notice.isVisibleTo(self):
            self.notice.say("info", state.notice)
        self.forgot.setVisible(state.can_forget)
        self.open_button.say(self.texts("unlock.opening" if state.opening else "unlock.open"))
        self.secret.wants(*state.span)
        self.secret.setEnabled(not state.opening)
        self._allow()

    def show_wrong(self, error: KnownError) -> None:
        """Say what was wrong and forget the digits."""
        self.secret.edit.forget()
        self.say_error(error)
        self.ask_first()

    def _lay_out(self) -> None:
        people = column(self.look, spacing=12)
        people.addWidget(Label(self.look, self.texts("unlock.choose"), "heading"))
        people.addWidget(self.tiles)
        people.addStretch(1)
        card = Card(self.look, spacing=10)
        card.inside.addWidget(self.secret)
        card.inside.addWidget(self.wait)
        aside = column(self.look)
        aside.addWidget(card)
        aside.addStretch(1)
        self.page.addLayout(self._brand())
        self.page.addWidget(SideBySide(self.context, people, aside, shares=(6, 5), narrow=680), 1)

    def _brand(self) -> QHBoxLayout:
        row = line(self.look, spacing=12)
        row.addWidget(Icon(self.look, "serve", 40, self.look.theme.primary))
        row.addWidget(Label(self.look, self.texts("shell.brand"), "brand"))
        row.addStretch(1)
        other = Button(
            self.look, self.texts("unlock.language"), "flat", icon_name="language", pressed=self._language
        )
        row.addWidget(other, 0, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _choose(self, code: str) -> None:
        self.notice.clear()
        self.presenter.choose(code)
        self.ask_first()

    def _typed(self) -> None:
        self._allow()

    def _allow(self) -> None:
        state = self.presenter.state
        self.open_button.allow(self.secret.edit.full and not state.opening and not state.wait_s)

    def _open(self) -> None:
        self.notice.clear()
        self.presenter.open(self.secret.edit.digits)

    def _language(self) -> None:
        from dataclasses import replace

        settings: DisplaySettings = self.context.settings
        other = replace(settings, language="en" if settings.language == "ar" else "ar")
        self.context.go.change_display(other)
