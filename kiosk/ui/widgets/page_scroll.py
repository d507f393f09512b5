"""A page that scrolls when it must, with its bar in the margin: the page is as wide with the bar as without.

Otherwise a bar that appears makes the page narrower, tiles wrap, the page grows and the bar stays for good.
"""

from PySide6.QtGui import QResizeEvent, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget

from kiosk.ui.look import Look

WIDTH = 18
"""Of the bar, px at scale 1; the margin of a page is wider."""


class PageScroll(QScrollArea):
    """Scrolls up and down only. `view` is its viewport: asking Qt for one that Qt made takes 25 ms the first
    time, because that loads half of its classes.
    """

    def __init__(self, look: Look, page: QWidget) -> None:
        super().__init__()
        self.look = look
        self.view = QWidget()
        self.view.setAutoFillBackground(True)
        self.setViewport(self.view)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(page)
        hidden = self.verticalScrollBar()
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.bar.hide()
        hidden.rangeChanged.connect(self._range)
        hidden.valueChanged.connect(self.bar.setValue)
        self.bar.valueChanged.connect(hidden.setValue)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the bar at the far side."""
        super().resizeEvent(event)
        width = self.look.px(WIDTH)
        left = 0 if self.look.right_to_left else self.width() - width
        self.bar.setGeometry(left, 0, width, self.height())
        self._range()

    def _range(self) -> None:
        hidden = self.verticalScrollBar()
        self.bar.setRange(hidden.minimum(), hidden.maximum())
        self.bar.setPageStep(hidden.pageStep())
        self.bar.setSingleStep(self.look.px(40))
        self.bar.setVisible(hidden.maximum() > hidden.minimum())
        self.bar.raise_()
