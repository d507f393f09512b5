"""A tile for something that may be done: icon, name, what it is for."""

from collections.abc import Callable

from kiosk.ui.look import Look
from kiosk.ui.widgets.buttons import PanelButton
from kiosk.ui.widgets.labels import Icon, Label, column, line


class ActionTile(PanelButton):
    """Smaller than the tiles of the first screen: the icon stands beside the words."""

    def __init__(self, look: Look, icon: str, title: str, detail: str, pressed: Callable[[], object]) -> None:
        super().__init__(look, "panel", pressed=pressed)
        inside = line(look, spacing=14, margin=14)
        inside.addWidget(Icon(look, icon, 36, look.theme.secondary))
        words = column(look, spacing=2)
        words.addWidget(Label(look, title, "strong"))
        words.addWidget(Label(look, detail, "hint"))
        inside.addLayout(words, 1)
        self.setLayout(inside)
        self.setMinimumHeight(look.px(88))
        self.name_it(f"{title}، {detail}" if look.right_to_left else f"{title}, {detail}")
