"""A large row that is ticked by a touch: a paper that is here, a debt that is chosen."""

from collections.abc import Callable

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QSizePolicy

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import PanelButton
from kiosk.ui.widgets.labels import Icon, Label, column, line


class TickRow(PanelButton):
    """A tick or a number before its words. `mark` is '' for not chosen, else what stands before the words."""

    def __init__(
        self,
        look: Look,
        title: str,
        detail: str,
        *,
        ticked: bool,
        mark: str = "",
        end: str = "",
        end_detail: str = "",
        pressed: Callable[[], object],
    ) -> None:
        super().__init__(look, "row", pressed=pressed)
        self.setCheckable(True)
        self.setChecked(ticked)
        self.clicked.connect(lambda *_: self.setChecked(ticked))
        inside = line(look, spacing=12, margin=8)
        if mark:
            inside.addWidget(Label(look, mark, "badge"), 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            name = "check" if ticked else "circle"
            colour = look.theme.primary if ticked else look.theme.secondary
            inside.addWidget(Icon(look, name, 28, colour))
        words = column(look, spacing=0)
        words.addWidget(Label(look, title, "strong", wrap=True))
        if detail:
            words.addWidget(Label(look, detail, "hint", wrap=True))
        inside.addLayout(words, 1)
        ends = column(look, spacing=0)
        for text, role in ((end, "strong"), (end_detail, "hint")):
            if text:
                ends.addWidget(Label(look, text, role), 0, Qt.AlignmentFlag.AlignTrailing)  # type: ignore[arg-type]
        inside.addLayout(ends)
        self.setLayout(inside)
        inside.addStrut(look.px(40))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        state = look.texts("tick.ticked" if ticked else "tick.empty")
        self.name_it("، ".join(filter(None, (title, detail, end, end_detail, state))))
