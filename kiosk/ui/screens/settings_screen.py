"""The settings screen: language, colours, size of text, delay of the lock; each choice holds at once."""

from functools import partial

from kiosk.core.money import format_pounds
from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.settings_presenter import Question, SettingsPresenter, SettingsState
from kiosk.ui.widgets.buttons import PrimaryButton
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.labels import Card, Label, line, rule

EXAMPLE = 123_450
"""Piastres shown as a sample of how amounts look."""


class SettingsScreen(Screen):
    """Draws `SettingsState`."""

    title_key = "settings.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = SettingsPresenter(context, self)
        self.choices: dict[str, Choices] = {}
        self.secrets = Label(self.look, "", "hint", wrap=True)
        self.add_primary(
            PrimaryButton(self.look, self.texts("settings.done"), icon_name="check", pressed=context.go.home)
        )

    def arrive(self, **_arguments: object) -> None:
        """Show what is in force."""
        self.presenter.arrive()

    def show_state(self, state: SettingsState) -> None:
        """Draw the state; the questions never change, only the values."""
        if not self.choices:
            self.page.addWidget(self._questions(state.questions))
            self.page.addWidget(self._sample())
            self.page.addWidget(self.secrets)
            self.page.addStretch(1)
        self.secrets.setText(state.secrets)
        for question in state.questions:
            self.choices[question.name].choose(question.value)

    def _questions(self, questions: tuple[Question, ...]) -> Card:
        card = Card(self.look, spacing=8)
        for at, question in enumerate(questions):
            if at:
                card.inside.addWidget(rule())
            choices = Choices(
                self.look, question.words, question.options, partial(self.presenter.choose, question.name)
            )
            self.choices[question.name] = choices
            words = Label(self.look, question.words, "label", wrap=True)
            card.inside.addWidget(SideBySide(self.context, words, choices, shares=(1, 4)))
        self.first = self.choices[questions[0].name].buttons[questions[0].value]
        return card

    def _sample(self) -> Card:
        card = Card(self.look, margin=12)
        row = line(self.look)
        row.addWidget(Label(self.look, self.texts("settings.sample"), wrap=True), 1)
        amount = self.texts.data(format_pounds(EXAMPLE, self.look.language))
        row.addWidget(Label(self.look, amount, "money"))
        card.inside.addLayout(row)
        return card
