"""Where the short number is chosen, at the first lock after the kiosk was opened."""

from kiosk.desk.screen_lock import LONGEST, SHORTEST
from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.short_number_presenter import ShortNumberPresenter, ShortNumberState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Card, Label, column
from kiosk.ui.widgets.secret_pad import SecretEdit


class ShortNumberScreen(Screen):
    """Draws `ShortNumberState`."""

    title_key = "held.choose_title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        texts, look = self.texts, self.look
        self.edit = SecretEdit(look, LONGEST)
        self.edit.changed = self._allow
        self.pad = Keypad(look)
        self.pad.attach_function(self._pressed)
        hint = texts("held.number_hint", least=str(SHORTEST), most=str(LONGEST))
        self.number = self.add_field("number", Field(look, texts("held.number"), self.edit, hint=hint))
        self.step = Label(look, "", "heading", wrap=True)
        self.add_primary(PrimaryButton(look, "", icon_name="lock", commits=True, pressed=self._press))
        self.full_button = self.add_action(Button(look, texts("held.lock_now"), pressed=self._lock))
        main = column(look, spacing=12)
        main.addWidget(self.step)
        main.addWidget(Label(look, texts("held.why"), wrap=True))
        main.addWidget(Label(look, texts("held.memory"), "secondary", wrap=True))
        main.addStretch(1)
        card = Card(look, spacing=10)
        card.inside.addWidget(self.number)
        card.inside.addWidget(self.pad)
        aside = column(look)
        aside.addWidget(card)
        aside.addStretch(1)
        self.page.addWidget(SideBySide(context, main, aside, shares=(6, 5), narrow=680), 1)
        self.first = self.edit
        self.presenter = ShortNumberPresenter(context, self)

    def arrive(self, **_arguments: object) -> None:
        """Begin anew."""
        self.notice.clear()
        self.presenter.arrive()

    def go_back(self) -> bool:
        """From the second typing to the first."""
        return self.presenter.back()

    def show_state(self, state: ShortNumberState) -> None:
        """Draw the state; each typing begins with no digits."""
        texts = self.texts
        if not state.busy:
            self.edit.forget()
            self.edit.setFocus()
        self.step.setText(texts("held.again" if state.again else "held.choose"))
        if self.primary is not None:
            self.primary.say(texts("held.hold" if state.again else "held.next"))
        self._allow()

    def _allow(self) -> None:
        if self.primary is not None and hasattr(self, "presenter"):
            self.primary.allow(len(self.edit.digits) >= SHORTEST and not self.presenter.state.busy)

    def _pressed(self, letter: str) -> None:
        self.edit.setFocus()
        self.edit.press(letter)

    def _press(self) -> None:
        self.presenter.go_on(self.edit.digits)

    def _lock(self) -> None:
        self.presenter.lock()
