"""Own icons: SVG drawings of one stroke colour, painted in the colour and size of the place they stand in."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QIcon, QPainter, QPixmap, Qt
from PySide6.QtSvg import QSvgRenderer

from kiosk.resources import read_resource
from kiosk.ui.look import Look

GAP = 8
"""Between an icon and the words of its button, px at scale 1."""
MIRRORED = frozenset({"back", "next", "queue"})
"""Drawn for left-to-right; their direction is a direction of reading, so they are mirrored."""


def pixmap(look: Look, name: str, colour: str, size: int) -> QPixmap:
    """An icon as a picture: `colour` is `#RRGGBB`, `size` px at scale 1."""
    mirrored = look.right_to_left and name in MIRRORED
    return _painted(name, colour, look.px(size), mirrored)


def icon(look: Look, name: str, colour: str, size: int = 24, *, alone: bool = False) -> QIcon:
    """An icon for a button; `alone` when the button has no words."""
    drawn = pixmap(look, name, colour, size)
    disabled = pixmap(look, name, look.theme.on_disabled, size)
    made = QIcon(drawn if alone else _spaced(look, drawn, size))
    made.addPixmap(disabled if alone else _spaced(look, disabled, size), QIcon.Mode.Disabled)
    return made


def icon_size(look: Look, size: int = 24, *, alone: bool = False) -> QSize:
    """The size of an icon on a button, with the gap to the words."""
    return QSize(look.px(size if alone else size + GAP), look.px(size))


def _spaced(look: Look, drawn: QPixmap, size: int) -> QPixmap:
    """The picture with a gap on the side of the words, which Qt itself would set too close."""
    whole = icon_size(look, size) * 2
    made = QPixmap(whole)
    made.fill(Qt.GlobalColor.transparent)
    made.setDevicePixelRatio(2)
    painter = QPainter(made)
    painter.drawPixmap(look.px(size + GAP) - look.px(size) if look.right_to_left else 0, 0, drawn)
    painter.end()
    return made


@cache
def _painted(name: str, colour: str, size: int, mirrored: bool) -> QPixmap:
    drawing = read_resource("icons", f"{name}.svg").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    made = QPixmap(size * 2, size * 2)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    if mirrored:
        painter.translate(size * 2, 0)
        painter.scale(-1, 1)
    renderer.render(painter, QRectF(0, 0, size * 2, size * 2))
    painter.end()
    made.setDevicePixelRatio(2)
    return made
