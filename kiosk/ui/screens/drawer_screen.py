"""The screen that opens the drawer without a payment."""

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen
from kiosk.ui.screens.drawer_presenter import CAUSES, DrawerPresenter, DrawerState
from kiosk.ui.widgets.buttons import PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import Label


class DrawerScreen(Screen):
    """Draws `DrawerState`."""

    title_key = "drawer.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = DrawerPresenter(context, self)
        texts = self.texts
        options = [(cause, texts(f"drawer.cause_{cause}")) for cause in CAUSES]
        self.cause = Choices(self.look, texts("drawer.cause"), options, self.presenter.choose, columns=2)
        self.page.addWidget(Label(self.look, texts("drawer.counts"), "secondary", wrap=True))
        self.page.addWidget(self.add_field("cause", Field(self.look, texts("drawer.cause"), self.cause)))
        self.page.addStretch(1)
        self.first = self.cause.buttons[CAUSES[0]]
        self.add_primary(PrimaryButton(self.look, texts("drawer.open"), commits=True, pressed=self._press))

    def arrive(self, **_arguments: object) -> None:
        """Begin anew."""
        self.notice.clear()
        self.show_errors(())
        self.presenter.arrive()

    def show_state(self, state: DrawerState) -> None:
        """Draw the state."""
        self.cause.choose(state.cause or None)
        self.cause.setEnabled(not state.opened)
        if state.opened:
            self.say(state.tone, state.said)
        if self.primary is not None:
            self.primary.say(self.texts("cash.finish" if state.opened else "drawer.open"))
            self.primary.allow(not state.busy)

    def _press(self) -> None:
        if self.presenter.state.opened:
            self.context.go.back()
        else:
            self.presenter.open()
