"""Lets one keypad write into whichever of several fields has the focus."""

from PySide6.QtCore import QEvent, QObject

from kiosk.ui.widgets.edits import TextEdit
from kiosk.ui.widgets.keypad import KeyPanel


class _Follower(QObject):
    def __init__(self, pad: KeyPanel) -> None:
        super().__init__(pad)
        self._pad = pad

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keypad goes where the focus goes."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, TextEdit):
            self._pad.attach(watched)
        return super().eventFilter(watched, event)


def follow_focus(pad: KeyPanel, *edits: TextEdit) -> None:
    """Attach a pad to the first of these fields now, and to each as it gets the focus."""
    follower = _Follower(pad)
    pad.attach(edits[0])
    for edit in edits:
        edit.installEventFilter(follower)
