"""Serving a citizen: search, papers, form, fee; one step in sight at a time."""

from functools import partial
from typing import cast

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.ui.presenter import Context
from kiosk.ui.screen import Screen, SideBySide
from kiosk.ui.screens.serve_fields import build_fields, two_columns
from kiosk.ui.screens.serve_presenter import ServePresenter
from kiosk.ui.screens.serve_state import STEPS, ServeState
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.edits import TextEdit
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.flow_grid import FlowGrid
from kiosk.ui.widgets.labels import Card, Icon, Label, column, empty, line
from kiosk.ui.widgets.notice import Kind, Notice
from kiosk.ui.widgets.pad_dock import PadDock
from kiosk.ui.widgets.rows import ListRows, Row
from kiosk.ui.widgets.steps import StepsBar
from kiosk.ui.widgets.table import Column, DataTable, TableRow
from kiosk.ui.widgets.tick_row import TickRow


class ServeScreen(Screen):
    """Draws `ServeState`."""

    title_key = "serve.title"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.presenter = ServePresenter(context, self)
        self._drawn = ServeState(step="")
        self.steps = StepsBar(self.look, [self.texts(f"serve.step_{name}") for name in STEPS[:4]])
        self.page.addWidget(self.steps)
        self._search, self._body = self._search_step(), column(self.look, spacing=12)
        self.page.addWidget(self._search)
        self.page.addLayout(self._body, 1)
        self.go_button = self.add_primary(PrimaryButton(self.look, "", commits=True, pressed=self._go))
        self.all_button = self.add_action(
            Button(self.look, self.texts("serve.to_form"), pressed=self.presenter.to_form)
        )
        self._more = self.add_action(Button(self.look, " ", pressed=self.presenter.more))
        self.keys_button = self.add_action(
            Button(self.look, self.texts("pad.keys"), icon_name="keyboard", key="F7", pressed=self._keys),
            far=True,
        )
        self.keys_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pad = PadDock(self.look, self)
        cast(QVBoxLayout, self.layout()).insertWidget(1, self.pad)

    # --- what the shell says

    def arrive(self, **arguments: object) -> None:
        """Go on with the open form, or begin anew."""
        self.notice.clear()
        self.presenter.arrive(new=bool(arguments.get("new", False)))
        if "scan" in arguments:
            self.scanned(str(arguments["scan"]))

    def go_back(self) -> bool:
        """A step back."""
        self.notice.clear()
        self.show_errors(())
        return self.presenter.go_back()

    def scanned(self, text: str) -> None:
        """A service's code, or a number for the field in hand."""
        if self.presenter.state.step == "search":
            self.presenter.scanned(text)
            return
        focus = self.focusWidget()
        if isinstance(focus, TextEdit) and focus.takes_scans:
            focus.clear()
            focus.type_in(text)

    # --- what the presenter says

    def show_state(self, state: ServeState) -> None:
        """Draw the state; only the part that changed."""
        step, before = state.step, self._drawn
        if step != before.step or state.page != before.page:
            self.notice.clear()
            self.show_errors(())
        self.steps.setVisible(step != "done")
        if step != "done" and step != before.step:
            self.steps.show_step(STEPS.index(step))
        self._search.setVisible(step == "search")
        drawn = (state.step, state.papers, state.fields, state.fee, state.done, state.service)
        if drawn != (before.step, before.papers, before.fields, before.fee, before.done, before.service):
            self._draw_step(state)
        if step == "search":
            self._draw_search(state)
        self.go_button.say(state.act or self.texts("serve.open_first"))
        self.go_button.ready()
        self.all_button.setVisible(
            step == "papers"
            and any(one.given for one in state.papers)
            and not all(one.given for one in state.papers)
        )
        self._more.setVisible(step == "search" and bool(state.more))
        self._more.say(state.more or " ")
        self.keys_button.setVisible(step in ("search", "form"))
        if step not in ("search", "form"):
            self.pad.hide()
        self._drawn = state
        if step != before.step or state.page != before.page:
            self.ask_first()

    def ready(self) -> None:
        """The act was answered."""
        self.go_button.ready()

    # --- inside

    def _go(self) -> None:
        self.presenter.go_on()
        if self.presenter.state.step != "fee":
            self.go_button.ready()

    def _keys(self) -> None:
        self.pad.toggle()

    def _search_step(self) -> QWidget:
        self.query = TextEdit(self.look)
        self.query.textEdited.connect(lambda _text: self.presenter.search(self.query.value()))
        field = Field(self.look, self.texts("serve.search"), self.query, hint=self.texts("serve.search_hint"))
        self.rows = ListRows(self.look, self.texts("serve.found"), self.presenter.choose)
        self._families = FlowGrid(self.look, 3, spacing=8)
        self._draft = Card(self.look, margin=12)
        self._draft_words = Label(self.look, "", wrap=True)
        row = line(self.look)
        row.addWidget(self._draft_words, 1)
        row.addWidget(Button(self.look, self.texts("serve.draft_open"), pressed=self.presenter.resume_draft))
        row.addWidget(
            Button(self.look, self.texts("serve.draft_drop"), "flat", pressed=self.presenter.drop_draft)
        )
        self._draft.inside.addLayout(row)
        self._none = Label(self.look, self.texts("serve.none"), "secondary", wrap=True)
        whole = QWidget()
        layout = column(self.look, spacing=10)
        for widget in (self._draft, field, self._none, self.rows, self._families):
            layout.addWidget(widget)
        layout.addStretch(1)
        whole.setLayout(layout)
        return whole

    def _draw_search(self, state: ServeState) -> None:
        before = self._drawn
        if before.step != "search" and not self.query.text():
            self.query.clear()
        self.first = self.query
        families = bool(state.found) and state.found[0].icon == "next"
        if state.found != before.found or before.step != "search":
            plain = self.texts.data
            self.rows.show_rows(
                []
                if families
                else [Row(one.id, plain(one.title), plain(one.detail), icon=one.icon) for one in state.found]
            )
            self._families.show_items(
                [
                    Button(
                        self.look, plain(one.title), "choice", pressed=partial(self.presenter.choose, one.id)
                    )
                    for one in (state.found if families else ())
                ]
            )
        self._families.setVisible(families)
        self.rows.setVisible(not families)
        self._none.setVisible(not state.found and bool(self.query.value()))
        self._draft_words.setText(state.draft)
        self._draft.setVisible(bool(state.draft))
        self.go_button.allow(bool(state.found) and not families)

    def _draw_step(self, state: ServeState) -> None:
        draw = {"papers": self._papers, "form": self._form, "fee": self._fee, "done": self._done}
        focus = self.focusWidget()
        kept = next((name for name, field in self.fields.items() if focus and field.isAncestorOf(focus)), "")
        place = next((at for at, one in enumerate(self.findChildren(TickRow)) if one is focus), None)
        empty(self._body)
        self.fields = {}
        self.go_button.allow(state.step in STEPS)
        if state.step in draw:
            self.query.clear()
            draw[state.step](state)
            self._body.addStretch(1)
        ticks = self.findChildren(TickRow)
        if state.step == "form" and kept in self.fields and state.page == self._drawn.page:
            self.fields[kept].input.setFocus(Qt.FocusReason.OtherFocusReason)
        elif state.step == "papers" and place is not None and place < len(ticks):
            ticks[place].setFocus(Qt.FocusReason.OtherFocusReason)

    def _heading(self, state: ServeState, page: str = "") -> None:
        row = line(self.look)
        row.addWidget(Label(self.look, self.texts.data(state.service), "heading", wrap=True), 1)
        if page:
            row.addWidget(Label(self.look, page, "secondary"))
        self._body.addLayout(row)

    def _papers(self, state: ServeState) -> None:
        self._heading(state)
        self._body.addWidget(Label(self.look, state.detail, "secondary", wrap=True))
        papers = column(self.look, spacing=8)
        if state.papers:
            papers.addWidget(Label(self.look, self.texts("serve.papers"), "strong", wrap=True))
        else:
            papers.addWidget(Label(self.look, self.texts("serve.no_papers"), wrap=True))
        grid = two_columns(self.look)
        rows = [
            TickRow(
                self.look,
                one.name,
                one.note,
                ticked=one.given,
                pressed=partial(self.presenter.toggle_paper, one.at),
            )
            for one in state.papers
        ]
        for at, tick in enumerate(rows):
            grid.addWidget(tick, at // 2, at % 2)
        papers.addLayout(grid)
        papers.addStretch(1)
        aside = column(self.look, spacing=8)
        for kind, text in state.warnings:
            aside.addWidget(self._said(kind, text))
        aside.addWidget(self._said("info", state.must_not_claim))
        aside.addStretch(1)
        self._body.addWidget(SideBySide(self.context, papers, aside, shares=(5, 3)))
        self.first = self.go_button

    def _said(self, kind: str, text: str) -> Notice:
        notice = Notice(self.look, self)
        notice.say(cast(Kind, kind), text)
        return notice

    def _form(self, state: ServeState) -> None:
        self._heading(state, state.page_words)
        grid, fields = build_fields(self.look, state.fields, self.presenter.answer)
        card = Card(self.look)
        card.inside.addLayout(grid)
        self._body.addWidget(card)
        self.fields = fields
        unanswered = [one.name for one in state.fields if not one.value]
        name = (unanswered or [one.name for one in state.fields] or [""])[0]
        self.first = self._focusable(fields[name].input) if name else self.go_button

    def _focusable(self, widget: QWidget) -> QWidget:
        buttons = getattr(widget, "buttons", None)
        return next(iter(buttons.values())) if buttons else widget

    def _fee(self, state: ServeState) -> None:
        self._heading(state)
        for note in state.fee.notes:
            self._body.addWidget(self._said("info", note))
        card = Card(self.look)
        if state.fee.rows:
            texts = self.texts
            table = DataTable(
                self.look,
                (
                    Column(texts("serve.line"), wide=True),
                    Column(texts("serve.marks")),
                    Column(texts("serve.amount"), end=True),
                ),
            )
            table.show_rows([TableRow(row) for row in state.fee.rows])
            card.inside.addWidget(table)
        row = line(self.look)
        row.addWidget(Icon(self.look, "serve", 32, self.look.theme.primary))
        row.addWidget(Label(self.look, self.texts("serve.due"), "heading"), 1)
        row.addWidget(Label(self.look, state.fee.due, "total"))
        card.inside.addLayout(row)
        self._body.addWidget(card)
        self.first = self.go_button

    def _done(self, state: ServeState) -> None:
        self._body.addWidget(self._said("success", self.texts("serve.taken", service=state.service)))
        card = Card(self.look)
        table = DataTable(self.look, (Column(""), Column("", wide=True)))
        table.show_rows([TableRow(row, total=at == 0) for at, row in enumerate(state.done)])
        card.inside.addWidget(table)
        self._body.addWidget(card)
        self._body.addWidget(self._said("info", state.must_not_claim))
        self.first = self.go_button
