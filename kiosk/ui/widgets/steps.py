"""The bar that says where in a task a person is: all steps, the present one strong."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.labels import Icon, Label, empty, line


class StepsBar(QFrame):
    """Steps in reading order, for example: خدمة · مستندات · بيانات · رسوم · دفع."""

    def __init__(self, look: Look, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look, self._names = look, tuple(names)
        self._row = line(look, spacing=8)
        self.setLayout(self._row)
        self.show_step(0)

    def show_step(self, current: int) -> None:
        """Mark the step (0 is the first): earlier ones are ticked."""
        empty(self._row)
        texts, theme = self.look.texts, self.look.theme
        for at, name in enumerate(self._names):
            if at:
                self._row.addWidget(Icon(self.look, "next", 16, theme.secondary))
            if at < current:
                self._row.addWidget(Icon(self.look, "check", 20, theme.primary))
            shown = name if at < current else texts("steps.numbered", step=at + 1, name=name)
            self._row.addWidget(Label(self.look, shown, "strong" if at == current else "hint"))
        self._row.addStretch(1)
        name = self._names[current]
        self.setAccessibleName(texts("steps.now", step=current + 1, of=len(self._names), name=name))
