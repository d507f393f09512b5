"""Where who forgot his secret number types the centre's code, and then his new number."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, Qt
from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.forgotten_presenter import ForgottenPresenter, ForgottenState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.code_pad import CodePad
from kiosk.ui.widgets.edits import CodeEdit
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Card, Label, column
from kiosk.ui.widgets.pages import Pages
from kiosk.ui.widgets.secret_pad import SecretEdit

LEFT_ALONE_MS = 10 * 60_000
"""Nobody finishes: a number that is shown must not stay in sight."""


class CentreCodeEdit(CodeEdit):
    """The code of 28 characters; a scan is never written here, for nobody prints it."""

    takes_scans = False

    def __init__(self, context: Context) -> None:
        super().__init__(context.look, 48)


class ForgottenScreen(Screen):
    """Draws `ForgottenState`."""

    title_key = "forgotten.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        look, texts = self.look, self.texts
        self._step = ""
        self.heading = Label(look, "", "title", wrap=True)
        self.pages = Pages(look)
        self.pages.add("code", self._code_page())
        self.pages.add("number", self._number_page())
        self.page.addWidget(self.heading)
        self.page.addWidget(self.pages, 1)
        self.add_primary(PrimaryButton(look, texts("forgotten.next"), commits=True, pressed=self._press))
        self.leave = self.add_action(Button(look, texts("forgotten.leave"), pressed=self._leave))
        self._alone = QTimer(self)
        self._alone.setSingleShot(True)
        self._alone.setInterval(LEFT_ALONE_MS)
        self._alone.timeout.connect(self._leave)
        self.presenter = ForgottenPresenter(context, self)

    def arrive(self, **arguments: object) -> None:
        """Begin with the code."""
        self.notice.clear()
        self.code.clear()
        self._alone.start()
        self.presenter.arrive(str(arguments.get("code", "")), str(arguments.get("device", "")))

    def go_back(self) -> bool:
        """Esc: a step back, or out."""
        self.presenter.back()
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight there is nothing to be left alone."""
        super().hideEvent(event)
        self._alone.stop()

    def show_state(self, state: ForgottenState) -> None:
        """Draw the state; each step begins with an empty field."""
        texts = self.texts
        self.heading.setText(texts("forgotten.for", code=state.staff))
        self.device.setText(texts("forgotten.device", device=state.device) if state.device else "")
        self.device.setVisible(bool(state.device))
        coding = state.step == "code"
        if state.step != self._step:
            self._step = state.step
            self.pages.show_page("code" if coding else "number")
            self.first = self.code if coding else self.secret
            self.secret.forget()
            if self.isVisible():
                self.ask_first()
        if not coding:
            self.secret.wants(*state.span)
            self.explain.setText(texts(f"forgotten.{state.step}"))
            self.shown.setText(texts.data(state.number) if state.number else "")
            self.card.setVisible(bool(state.number))
            fewest, most = state.span
            exact = "forgotten.digits" if fewest == most else "forgotten.span"
            self.number.hint.setText(texts(exact, fewest=fewest, most=most))
        if self.primary is not None:
            self.primary.say(texts("forgotten.trying" if state.busy else f"forgotten.do_{state.step}"))
        self._allow()

    def _code_page(self) -> QWidget:
        look, texts = self.look, self.texts
        self.code = CentreCodeEdit(self.context)
        self.code.textChanged.connect(lambda _text: self._allow())
        field = Field(look, texts("forgotten.code"), self.code, hint=texts("forgotten.code_hint"))
        main = column(look, spacing=12)
        self.device = Label(look, "", "strong", wrap=True)
        main.addWidget(Label(look, texts("forgotten.call"), wrap=True))
        main.addWidget(self.device)
        main.addWidget(self.add_field("code", field))
        main.addStretch(1)
        pad = CodePad(look, self.code, extra="-")
        return SideBySide(self.context, main, pad, shares=(1, 0))

    def _number_page(self) -> QWidget:
        look, texts = self.look, self.texts
        self.secret = SecretEdit(look, 14)
        self.secret.changed = self._allow
        self.pad = Keypad(look)
        self.pad.attach_function(self._pressed)
        self.number = self.add_field("number", Field(look, texts("forgotten.number"), self.secret, hint=" "))
        self.explain = Label(look, "", wrap=True)
        self.shown = Label(look, "", "money")
        self.card = Card(look, spacing=8)
        self.card.inside.addWidget(self.shown)
        main = column(look, spacing=12)
        main.addWidget(self.explain)
        main.addWidget(self.card)
        main.addStretch(1)
        typing = Card(look, spacing=10, margin=12)
        typing.inside.addWidget(self.number)
        typing.inside.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        aside = column(look)
        aside.addWidget(typing)
        aside.addStretch(1)
        return SideBySide(self.context, main, aside, shares=(6, 5), narrow=680)

    def _allow(self) -> None:
        if self.primary is None or not hasattr(self, "presenter"):
            return
        state = self.presenter.state
        ready = bool(self.code.value()) if state.step == "code" else self.secret.full
        self.primary.allow(ready and not state.busy)

    def _pressed(self, letter: str) -> None:
        self.secret.setFocus()
        self.secret.press(letter)

    def _press(self) -> None:
        self._alone.start()
        self.notice.clear()
        if self.presenter.state.step == "code":
            self.presenter.try_code(self.code.value())
        else:
            digits = self.secret.digits
            self.secret.forget()
            self.presenter.take(digits)

    def _leave(self) -> None:
        self.presenter.leave()
