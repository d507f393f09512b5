"""The screen of what stands still: each cause with what it stops and who lifts it, and what goes on."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.stops_presenter import ANSWER, StopFacts, StopsPresenter, StopsState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.edits import CodeEdit
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.keypad import Keypad
from kiosk.ui.widgets.labels import Card, Icon, Label, column, empty, line
from kiosk.ui.widgets.pad_follow import follow_focus
from kiosk.ui.widgets.pages import Pages

ANSWER_LENGTH = 24
"""18 digits, and what people type between groups."""


class StopsScreen(Screen):
    """Draws `StopsState`."""

    title_key = "stops.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = StopsPresenter(context, self)
        self.pages = Pages(self.look)
        self.pages.add("list", self._list())
        self.pages.add("phone", self._phone())
        self.page.addWidget(self.pages)
        self.page.addStretch(1)
        self.lift = self.add_primary(
            PrimaryButton(self.look, "", icon_name="check", commits=True, pressed=self._press)
        )
        self.phone = self.add_action(
            Button(self.look, self.texts("stops.by_phone"), pressed=self.presenter.by_phone)
        )
        self.again = self.add_action(
            Button(self.look, self.texts("stops.refresh"), key="F5", pressed=self.presenter.arrive)
        )

    def arrive(self, **_arguments: object) -> None:
        """Read afresh."""
        self.notice.clear()
        self.presenter.arrive()

    def go_back(self) -> bool:
        """From the digits back to the list."""
        return self.presenter.leave_phone()

    def show_state(self, state: StopsState) -> None:
        """Draw the state."""
        theme, phone = self.look.theme, state.page == "phone"
        self._icon.show_icon("attention" if state.stops else "check", theme.secondary)
        self._headline.setText(state.headline)
        self._goes_on.setText(state.goes_on)
        empty(self._cards)
        for stop in state.stops:
            self._cards.addWidget(self._card(stop))
        self.facts.show_facts([(one.label, one.value, one.strong) for one in state.facts])
        if not phone:
            self.answer.clear()
        self.pages.show_page(state.page)
        self.lift.say(self.texts("stops.lift" if phone else "stops.done"))
        self.lift.allow(state.read and not state.busy)
        self.phone.setVisible(state.phone and not phone)
        self.again.setVisible(not phone)
        self.first = self.answer if phone else None
        if state.said:
            self.say("success", self.texts(f"stops.said_{state.said}"))
        if phone:
            self.ask_first()

    def _list(self) -> QWidget:
        page = QWidget()
        box = column(self.look, spacing=12)
        head = line(self.look, spacing=16)
        self._icon = Icon(self.look, "check", 40)
        self._headline = Label(self.look, "", "heading", wrap=True)
        head.addWidget(self._icon)
        head.addWidget(self._headline, 1)
        self._cards = column(self.look, spacing=10)
        going = Card(self.look, spacing=2, margin=14)
        self._goes_on = Label(self.look, "", wrap=True)
        going.inside.addWidget(Label(self.look, self.texts("stops.goes_on"), "strong"))
        going.inside.addWidget(self._goes_on)
        box.addLayout(head)
        box.addLayout(self._cards)
        box.addWidget(going)
        page.setLayout(box)
        return page

    def _card(self, stop: StopFacts) -> Card:
        card = Card(self.look, spacing=4, margin=14)
        card.inside.addWidget(Label(self.look, stop.sentence, "strong", wrap=True))
        card.inside.addWidget(Label(self.look, stop.remedy, wrap=True))
        if stop.still:
            still = self.texts("stops.still", acts=stop.still)
            card.inside.addWidget(Label(self.look, still, "secondary", wrap=True))
        lifted = self.texts("stops.lifted_by", ways=" · ".join(stop.lifted_by))
        card.inside.addWidget(Label(self.look, lifted, "secondary", wrap=True))
        return card

    def _phone(self) -> QWidget:
        main = column(self.look, spacing=12)
        main.addWidget(Label(self.look, self.texts("stops.phone_how"), wrap=True))
        card = Card(self.look)
        self.facts = FactsTable(self.look, spacing=8, large=True)
        card.inside.addWidget(self.facts)
        main.addWidget(card)
        self.answer = CodeEdit(self.look, ANSWER_LENGTH)
        main.addWidget(self.add_field(ANSWER, Field(self.look, self.texts("stops.answer"), self.answer)))
        main.addStretch(1)
        pad = Keypad(self.look)
        follow_focus(pad, self.answer)
        return SideBySide(self.context, main, pad, shares=(1, 0))

    def _press(self) -> None:
        if self.presenter.state.page == "phone":
            self.presenter.answer(self.answer.value())
        else:
            self.context.go.home()
