"""The report screen: X or Z in two columns, as it is printed."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.report_lines import Part
from kiosk.ui.screens.report_presenter import ReportPresenter, ReportState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.facts import FactsTable
from kiosk.ui.widgets.labels import Card, Label, column, empty, line

if TYPE_CHECKING:
    from kiosk.desk.reports import Report

LOOK_MS = 1_000
"""How often the print is looked at while it has not ended."""


class ReportScreen(Screen):
    """Draws `ReportState`."""

    title_key = "report.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ReportPresenter(context, self)
        self._shown: tuple[Part, ...] = ()
        self.heading = Label(self.look, "", "heading")
        self.trial = Label(self.look, self.texts("report.trial"), "strong")
        self.detail = Label(self.look, "", "hint", wrap=True)
        head = line(self.look)
        head.addWidget(self.heading)
        head.addWidget(self.detail, 1)
        head.addWidget(self.trial)
        self._columns = (column(self.look, spacing=10), column(self.look, spacing=10))
        self.page.addLayout(head)
        self.page.addWidget(SideBySide(context, *self._columns, shares=(1, 1)), 1)
        self.print_button = self.add_action(
            Button(self.look, self.texts("report.print"), icon_name="printer", pressed=self.presenter.print)
        )
        self.printing = Label(self.look, "", "strong", wrap=True)
        self.add_note(self.printing)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK_MS)
        self._looking.timeout.connect(self._look_again)
        done = PrimaryButton(self.look, self.texts("report.done"), icon_name="check", pressed=context.go.home)
        self.add_primary(done)

    def arrive(self, **arguments: object) -> None:
        """Show the report that is handed over, or the Z of a number."""
        self.notice.clear()
        z = arguments.get("z")
        self.presenter.arrive(
            cast("Report | None", arguments.get("report")),
            z if isinstance(z, int) else None,
            closed=bool(arguments.get("closed")),
        )

    def show_state(self, state: ReportState) -> None:
        """Draw the state."""
        self.heading.setText(state.title)
        self.detail.setText(state.detail)
        self.trial.setVisible(state.trial)
        self.printing.setText(state.printing)
        if state.waits:
            self._looking.start()
        else:
            self._looking.stop()
        self.print_button.setEnabled(not state.busy and not state.printing)
        if state.closed and state.title and not self.notice.isVisibleTo(self):
            self.say("success", self.texts("report.closed"))
        if state.parts != self._shown:
            self._show_parts(state.parts)

    def _look_again(self) -> None:
        if self.isVisible():
            self.presenter.look()
        else:
            self._looking.stop()

    def _show_parts(self, parts: tuple[Part, ...]) -> None:
        self._shown = parts
        for one in self._columns:
            empty(one)
        heights = [0, 0]
        for part in parts:
            at = 0 if heights[0] <= heights[1] else 1
            heights[at] += len(part.facts) + 2
            self._columns[at].addWidget(self._part(part))
        for one in self._columns:
            one.addStretch(1)

    def _part(self, part: Part) -> QWidget:
        card = Card(self.look, spacing=2, margin=10)
        card.inside.addWidget(Label(self.look, part.heading, "strong"))
        table = FactsTable(self.look, spacing=3)
        table.show_facts([(one.label, one.value, one.strong) for one in part.facts])
        card.inside.addWidget(table)
        return card
