"""What every screen is: a page that scrolls when it must, mistakes on top, its buttons always in sight."""

from collections.abc import Sequence

from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent, Qt
from PySide6.QtWidgets import QBoxLayout, QLayout, QScroller, QVBoxLayout, QWidget

from kiosk.core.errors import KnownError
from kiosk.ui.presenter import Context, FieldError
from kiosk.ui.widgets.action_bar import ActionBar
from kiosk.ui.widgets.buttons import Button, PrimaryButton
from kiosk.ui.widgets.field import Field
from kiosk.ui.widgets.labels import column
from kiosk.ui.widgets.notice import ErrorSummary, Kind, Notice
from kiosk.ui.widgets.page_scroll import PageScroll

NARROW = 900
"""A window narrower than this (px at scale 1) is a tablet held upright: parts are stacked."""
MARGIN, GAP = 20, 12


class Screen(QWidget):
    """Base of all screens. Build into `self.page`; put buttons into the bar with `add_action`.

    `title_key` is the text in the header. `first` gets the focus each time the screen is shown.
    """

    title_key = "shell.brand"

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("screen")
        self.context, self.look, self.texts = context, context.look, context.texts
        self.fields: dict[str, Field] = {}
        self.primary: PrimaryButton | None = None
        self.first: QWidget | None = None
        self.summary = ErrorSummary(self.look, self._lead_to)
        self.notice = Notice(self.look)
        self.page = column(self.look, spacing=GAP)
        self._bar = ActionBar(self.look)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scrolling_body(), 1)
        outer.addWidget(self._bar)

    # --- what a screen may say to the shell

    def title(self) -> str:
        """The text in the header."""
        return self.texts(self.title_key)

    def arrive(self, **_arguments: object) -> None:
        """The screen is about to be shown, with the arguments of `go`. Read fresh data here."""

    def go_back(self) -> bool:
        """Esc or the arrow: True when the screen went back a step of its own."""
        return False

    def scanned(self, text: str) -> None:
        """Something was scanned while this screen is shown, whatever had the focus."""

    # --- what screens use

    def add_primary(self, button: PrimaryButton, *, far: bool = False) -> PrimaryButton:
        """Put the button that Enter presses into the bar: where reading begins, or at the far end."""
        self.primary = button
        self._bar.add(button, first=not far, far=far)
        return button

    def add_action(self, button: Button, *, far: bool = False) -> Button:
        """Put another button into the bar: next to the primary one, or at its far end."""
        self._bar.add(button, far=far)
        return button

    def add_note(self, note: QWidget) -> None:
        """Put words that belong to the buttons beside them: a label that wraps."""
        self._bar.add_note(note)

    def add_field(self, name: str, field: Field) -> Field:
        """Know a field by its name, for mistakes in it. It still has to be put into a layout."""
        self.fields[name] = field
        return field

    def show_errors(self, errors: Sequence[FieldError]) -> None:
        """Show mistakes in the summary and beside their fields; the first wrong field gets the focus."""
        texts = {error.field: error.text for error in reversed(errors)}
        for name, field in self.fields.items():
            field.set_error(texts.get(name, ""))
        self.summary.show_errors(errors)
        if errors:
            self._lead_to(errors[0].field)

    def say(self, kind: Kind, text: str) -> None:
        """Show a banner on top of the page."""
        self.notice.say(kind, text)
        self._scroll.verticalScrollBar().setValue(0)

    def say_error(self, error: KnownError) -> None:
        """Show an error that belongs to no field: what happened and what to do."""
        self.say("error", self.texts.error(error))

    def ask_first(self) -> None:
        """Bring the focus to where work begins."""
        target = self.first or self.primary
        if target is not None and target.isEnabled():
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin where work begins."""
        super().showEvent(event)
        self.ask_first()
        self._scroll_by_touch()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter that no widget wanted presses the primary button."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and self.primary is not None and self.primary.isVisible() and self.primary.isEnabled():
            self.primary.click()
            return
        super().keyPressEvent(event)

    # --- inside

    def _lead_to(self, name: str) -> None:
        if name in self.fields:
            self.fields[name].ask()
            self._scroll.ensureWidgetVisible(self.fields[name])

    def _scrolling_body(self) -> PageScroll:
        body = QWidget()
        body.setObjectName("body")
        inside = column(self.look, spacing=GAP, margin=MARGIN)
        inside.addWidget(self.summary)
        inside.addWidget(self.notice)
        inside.addLayout(self.page, 1)
        body.setLayout(inside)
        self._scroll = PageScroll(self.look, body)
        return self._scroll

    def _scroll_by_touch(self) -> None:
        """Let a finger drag the page."""
        if not QScroller.hasScroller(self._scroll.view):
            QScroller.grabGesture(self._scroll.view, QScroller.ScrollerGestureType.TouchGesture)


class SideBySide(QWidget):
    """Two parts beside each other; one below the other where the window is narrow."""

    def __init__(
        self,
        context: Context,
        main: QLayout | QWidget,
        aside: QLayout | QWidget,
        *,
        shares: tuple[int, int],
        narrow: int = NARROW,
    ) -> None:
        super().__init__()
        self._narrow = context.look.px(narrow)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(context.look.px(MARGIN))
        for part, share in zip((main, aside), shares, strict=True):
            if isinstance(part, QWidget):
                self._box.addWidget(part, share)
            else:
                self._box.addLayout(part, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose the direction by the width of the window."""
        super().resizeEvent(event)
        narrow = self.window().width() < self._narrow
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._box.direction() != wanted:
            self._box.setDirection(wanted)
