"""The steps of one task in one screen: pages of which one is in sight, each as high as it needs."""

from PySide6.QtWidgets import QWidget

from kiosk.ui.look import Look
from kiosk.ui.widgets.labels import column


class Pages(QWidget):
    """Named pages; a hidden one takes no room and no focus."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._pages: dict[str, QWidget] = {}
        self._box = column(look, spacing=0)
        self.setLayout(self._box)

    def add(self, name: str, page: QWidget) -> None:
        """Know a page; it is hidden until it is shown by its name."""
        page.setVisible(False)
        self._pages[name] = page
        self._box.addWidget(page)

    def show_page(self, name: str) -> None:
        """Show one page and hide the others."""
        for other, page in self._pages.items():
            if other != name:
                page.setVisible(False)
        self._pages[name].setVisible(True)
