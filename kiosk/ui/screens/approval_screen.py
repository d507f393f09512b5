"""The approval screen: what is signed in words, who signs, and the pad for his secret number."""

from PySide6.QtGui import Qt

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.approval_presenter import ApprovalPresenter, ApprovalState, ApprovalTask
from kiosk.ui.widgets.buttons import PrimaryButton
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.labels import Card, Label, column
from kiosk.ui.widgets.secret_pad import SecretPad
from kiosk.ui.widgets.staff_tiles import StaffTiles


class ApprovalScreen(Screen):
    """Draws `ApprovalState`."""

    title_key = "approval.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ApprovalPresenter(context, self)
        texts = self.texts
        self.heading = Label(self.look, "", "heading", wrap=True)
        self.nobody = Label(self.look, texts("approval.nobody"), "error", wrap=True)
        self.tiles = StaffTiles(self.look, self._choose)
        self.signs = Label(self.look, texts("approval.signs"), "label", wrap=True)
        self.facts = FactsTable(self.look)
        self.secret = SecretPad(self.look, changed=self._allow)
        main = column(self.look, spacing=10)
        main.addWidget(self.heading)
        main.addWidget(Label(self.look, texts("approval.choose"), "hint", wrap=True))
        main.addWidget(self.nobody)
        main.addWidget(self.tiles)
        self.card = Card(self.look, spacing=6, margin=12)
        self.card.inside.addWidget(self.signs)
        self.card.inside.addWidget(self.facts)
        main.addWidget(self.card)
        main.addStretch(1)
        card = Card(self.look, spacing=10, margin=12)
        card.inside.addWidget(self.secret)
        aside = column(self.look)
        aside.addWidget(card, 0, Qt.AlignmentFlag.AlignTop)
        aside.addStretch(1)
        self.page.addWidget(SideBySide(context, main, aside, shares=(6, 5), narrow=760), 1)
        self.sign_button = self.add_primary(
            PrimaryButton(
                self.look, texts("approval.sign"), icon_name="check", commits=True, pressed=self._sign
            ),
            far=True,
        )
        self.sign_button.setMinimumWidth(self.look.px(300))
        self.first = self.secret.edit

    def arrive(self, **arguments: object) -> None:
        """Ask for the signature of a task."""
        task = arguments.get("task")
        self.secret.edit.forget()
        self.notice.clear()
        self.presenter.arrive(task if isinstance(task, ApprovalTask) else None)

    def show_state(self, state: ApprovalState) -> None:
        """Draw the state."""
        self.heading.setText(state.title)
        self.nobody.setVisible(state.nobody)
        self.tiles.show_people([(one.code, one.roles, one.tries) for one in state.people])
        self.tiles.choose(state.chosen)
        self.card.setVisible(bool(state.facts))
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        self.secret.wants(*state.span)
        self.secret.setEnabled(not state.busy)
        self.sign_button.say(state.act or self.texts("approval.sign"))
        self._allow()

    def show_wrong(self, error: KnownError) -> None:
        """Say what was wrong and forget the digits."""
        self.secret.edit.forget()
        self.say_error(error)
        self.ask_first()

    def _choose(self, code: str) -> None:
        self.notice.clear()
        self.secret.edit.forget()
        self.presenter.choose(code)
        self.ask_first()

    def _allow(self) -> None:
        state = self.presenter.state
        self.sign_button.allow(self.secret.edit.full and bool(state.facts) and not state.busy)

    def _sign(self) -> None:
        digits = self.secret.edit.digits
        self.notice.clear()
        self.secret.edit.forget()
        self.presenter.sign(digits)
