"""The held screen: the work is hidden, the store stays open, and the short number shows it again."""

from PySide6.QtGui import QHideEvent, QShowEvent

from kiosk.core.errors import KnownError
from kiosk.desk.screen_lock import LONGEST, SHORTEST
from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.held_presenter import HeldPresenter, HeldState
from kiosk.ui.sync_state import SyncState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.labels import Card, Icon, Label, column, line
from kiosk.ui.widgets.secret_pad import SecretPad


class HeldScreen(Screen):
    """Draws `HeldState`."""

    title_key = "held.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        texts, look = self.texts, self.look
        self._follows = False
        self.holder = Label(look, "", "title", wrap=True)
        self.left = Label(look, "", "error", wrap=True)
        self.left.hide()
        self.sync = Label(look, "", "label", wrap=True)
        self.secret = SecretPad(
            look,
            LONGEST,
            changed=self._allow,
            label=texts("held.number"),
            hint=texts("held.number_hint", least=str(SHORTEST), most=str(LONGEST)),
        )
        self.open_button = PrimaryButton(look, texts("held.open"), icon_name="lock", pressed=self._open)
        self.open_button.setMinimumWidth(look.px(300))
        self.add_primary(self.open_button, far=True)
        self.full_button = self.add_action(Button(look, texts("held.lock"), pressed=self._lock))
        self._lay_out()
        self.first = self.secret.edit
        self.presenter = HeldPresenter(context, self)

    def arrive(self, **arguments: object) -> None:
        """The screen is held."""
        self.secret.edit.forget()
        self.notice.clear()
        self.presenter.arrive(str(arguments.get("code", "")))

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the connection while in sight."""
        super().showEvent(event)
        if not self._follows:
            self._follows = True
            self.context.desk.watch(self.show_sync)

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight it rests."""
        super().hideEvent(event)
        if self._follows:
            self._follows = False
            self.context.desk.unwatch(self.show_sync)

    def show_state(self, state: HeldState) -> None:
        """Draw the state."""
        self.holder.setText(state.holder)
        self.left.setText(state.left)
        self.left.setVisible(bool(state.left))
        self.secret.setEnabled(not state.busy)
        self.open_button.allow(len(self.secret.edit.digits) >= SHORTEST and not state.busy)

    def show_sync(self, state: SyncState) -> None:
        """Say how the connection stands: sync goes on behind the lock."""
        self.sync.setText(state.words(self.texts))

    def show_wrong(self, error: KnownError) -> None:
        """Say what was wrong and forget the digits."""
        self.secret.edit.forget()
        self.say_error(error)
        self.ask_first()

    def _lay_out(self) -> None:
        texts, look = self.texts, self.look
        main = column(look, spacing=12)
        head = line(look, spacing=12)
        head.addWidget(Icon(look, "lock", 40, look.theme.primary))
        head.addWidget(self.holder, 1)
        main.addLayout(head)
        main.addWidget(Label(look, texts("held.goes_on"), "secondary", wrap=True))
        main.addWidget(self.sync)
        main.addStretch(1)
        card = Card(look, spacing=10)
        card.inside.addWidget(self.secret)
        card.inside.addWidget(self.left)
        aside = column(look)
        aside.addWidget(card)
        aside.addStretch(1)
        self.page.addWidget(SideBySide(self.context, main, aside, shares=(6, 5), narrow=680), 1)

    def _allow(self) -> None:
        self.open_button.allow(len(self.secret.edit.digits) >= SHORTEST and not self.presenter.state.busy)

    def _open(self) -> None:
        self.notice.clear()
        self.presenter.open(self.secret.edit.digits)

    def _lock(self) -> None:
        self.presenter.lock()
