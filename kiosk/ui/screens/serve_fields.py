"""Draws the fields of a form page: each type with the widget that fits it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from kiosk.core.catalogue.model import FieldType
from kiosk.ui.look import Look
from kiosk.ui.screens.serve_form import AGAIN, OPTIONS_IN_LINE, FieldView
from kiosk.ui.widgets.choices import Choices
from kiosk.ui.widgets.edits import CodeEdit, DigitsEdit, MoneyEdit, TextEdit
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import column

Answer = Callable[[str, str], object]

_EDITS: dict[FieldType, Callable[[Look], TextEdit]] = {
    FieldType.NATIONAL_NUMBER: partial(DigitsEdit, longest=14),
    FieldType.MOBILE: partial(DigitsEdit, longest=15),
    FieldType.TAX_NUMBER: partial(DigitsEdit, longest=9),
    FieldType.WHOLE: partial(DigitsEdit, longest=12),
    FieldType.PASSPORT: CodeEdit,
    FieldType.ACCOUNT: CodeEdit,
    FieldType.MONEY: MoneyEdit,
    FieldType.DECIMAL: CodeEdit,
    FieldType.DATE: CodeEdit,
    FieldType.COORDINATES: CodeEdit,
}
"""Types that are not running text."""


def build_fields(
    look: Look, views: tuple[FieldView, ...], answer: Answer
) -> tuple[QGridLayout, dict[str, Field]]:
    """A grid of two columns with these fields, and the fields by name."""
    grid = two_columns(look, across=20, down=10)
    made: dict[str, Field] = {}
    row, place = 0, 0
    for view in views:
        if view.wide and place:
            row, place = row + 1, 0
        field = _field(look, view, answer)
        made[view.name] = field
        shown = _with_second(look, view, field, answer, made)
        grid.addWidget(shown, row, place, 1, 2 if view.wide else 1, Qt.AlignmentFlag.AlignBottom)
        row, place = (row + 1, 0) if view.wide or place else (row, 1)
    return grid, made


def two_columns(look: Look, *, across: int = 8, down: int = 8) -> QGridLayout:
    """A grid of two columns of the same width; gaps in px at scale 1."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(look.px(across))
    grid.setVerticalSpacing(look.px(down))
    grid.setColumnStretch(0, 1)
    grid.setColumnStretch(1, 1)
    return grid


def _field(look: Look, view: FieldView, answer: Answer) -> Field:
    if view.options:
        columns = OPTIONS_IN_LINE if view.wide else len(view.options)
        choices = Choices(look, view.label, view.options, partial(answer, view.name), columns=columns)
        choices.choose(view.value or None)
        return Field(look, view.label, choices, hint=view.hint)
    return Field(
        look, view.label, _edit(look, view, view.value, partial(answer, view.name)), hint=_hint(look, view)
    )


def _hint(look: Look, view: FieldView) -> str:
    return view.hint or (look.texts("serve.date_hint") if view.kind is FieldType.DATE else "")


def _edit(look: Look, view: FieldView, value: str, typed: Callable[[str], object]) -> TextEdit:
    edit = _EDITS.get(view.kind, TextEdit)(look)
    edit.setText(value)
    edit.textChanged.connect(lambda _text: typed(edit.value()))
    return edit


def _with_second(
    look: Look, view: FieldView, field: Field, answer: Answer, made: dict[str, Field]
) -> QWidget:
    """A number in doubt gets a second field below it."""
    if not view.again:
        return field
    name = view.name + AGAIN
    label = look.texts("serve.type_again", label=view.label)
    edit = _edit(look, view, view.second, partial(answer, name))
    second = Field(look, label, edit)
    made[name] = second
    both = QWidget()
    layout = column(look, spacing=8)
    layout.addWidget(field)
    layout.addWidget(second)
    both.setLayout(layout)
    return both
