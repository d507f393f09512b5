"""The audit of a screen as it stands: each check returns what is wrong, naming the widget."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QAccessible, QFont, QFontMetrics, QRawFont, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QWidget,
)

from kiosk.core.arabic import ARABIC_INDIC_DIGITS, EASTERN_DIGITS
from kiosk.core.bidi import RLM, strip_marks
from kiosk.ui.theme import BODY, LABEL, MONEY
from kiosk.ui.widgets.buttons import Button
from kiosk.ui.widgets.sync_chip import SyncChip
from tests.ui.stage import Stage

TARGET, PRIMARY, GAP = 48, 56, 8
ENGLISH_ALLOWED = {"English"}
"""Words in Latin letters that may stand in Arabic texts outside a value."""
SMALL_ROLES = {"hint", "badge", "chip"}
MONEY_ROLES = {"money", "total"}
_ISOLATED = re.compile("\u2066[^\u2069]*\u2069")
_GROUPS = re.compile(r"[0-9][0-9.,]*[-/: ]+[0-9]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_ARABIC_LETTER = re.compile("[\u0620-\u064a]")

Texts = Iterator[tuple[QWidget, str]]


class Audit:
    """Looks at everything in sight on a stage."""

    def __init__(self, stage: Stage) -> None:
        stage.settle()
        self.stage, self.shell = stage, stage.shell
        self.look = stage.shell.look
        self.widgets = [one for one in self.shell.findChildren(QWidget) if one.isVisible()]
        self.targets = [
            one for one in self.widgets if isinstance(one, QAbstractButton | QLineEdit | QPlainTextEdit)
        ]

    def texts(self) -> Texts:
        """Every text in sight with its widget."""
        for one in self.widgets:
            if isinstance(one, QLabel | QAbstractButton) and one.text():
                yield one, one.text().replace("&&", "&")

    # --- touch

    def small_targets(self) -> Iterator[str]:
        for one in self.targets:
            least = PRIMARY if one.property("role") in ("primary", "key", "letter") else TARGET
            if one.width() < least or one.height() < least:
                yield f"{said(one)} is {one.width()}×{one.height()}, less than {least}"

    def narrow_gaps(self) -> Iterator[str]:
        placed = [(one, around(one), page_of(one)) for one in self.targets]
        for at, (one, here, page) in enumerate(placed):
            for other, there, other_page in placed[at + 1 :]:
                if page is other_page and distance(here, there) < GAP:
                    yield f"{said(one)} and {said(other)} are {distance(here, there)} px apart"

    # --- reading

    def small_texts(self) -> Iterator[str]:
        for one, _ in self.texts():
            role = one.property("role")
            least = LABEL if role in SMALL_ROLES else MONEY if role in MONEY_ROLES else BODY
            if one.font().pixelSize() < least:
                yield f"{said(one)} has text of {one.font().pixelSize()} px, less than {least}"

    def cut_texts(self) -> Iterator[str]:
        for one, text in self.texts():
            if isinstance(one, QLabel) and one.pixmap().isNull() and not fits(one, text):
                yield f"{said(one)} is cut: {one.width()}×{one.height()}"
            if isinstance(one, QPushButton) and one.width() < one.minimumSizeHint().width():
                yield f"{said(one)} is cut: {one.width()} of {one.minimumSizeHint().width()}"
            if "…" in text and text != self.look.texts("shell.working"):
                yield f"{said(one)} is elided"
        for one in self.widgets:
            layout = one.layout()
            tight = layout is not None and one.width() < layout.minimumSize().width()
            if tight and one.minimumSizeHint().width() > one.width():
                yield f"{said(one)} has less room than what is in it"

    def outside(self) -> Iterator[str]:
        for one in self.targets:
            parent = one.parentWidget()
            if parent is not None and not parent.rect().contains(one.geometry()):
                yield f"{said(one)} sticks out of what holds it"
        for area in self.widgets:
            if isinstance(area, QScrollArea) and area.widget().width() > area.viewport().width():
                yield f"the page is {area.widget().width()} wide, its window {area.viewport().width()}"

    def scrolls(self) -> Iterator[str]:
        """A task at scale 1 fits without scrolling."""
        for area in self.widgets:
            if isinstance(area, QScrollArea) and area.widget().height() > area.viewport().height():
                yield f"the page is {area.widget().height()} high, its window {area.viewport().height()}"

    def hidden_primary(self) -> Iterator[str]:
        primary = self.shell.screen_shown.primary
        if primary is not None and primary.visibleRegion().boundingRect() != primary.rect():
            yield f"{said(primary)} is not wholly in sight"

    # --- language

    def loose_numbers(self) -> Iterator[str]:
        if self.look.language == "ar":
            for one, text in self.texts():
                if _GROUPS.search(_ISOLATED.sub("", text)):
                    yield f"{said(one)} has a number that is not isolated"

    def wrong_starts(self) -> Iterator[str]:
        if self.look.language == "ar":
            for one, text in self.texts():
                exempt = one.property("role") in ("key", "letter", "badge") or text in ENGLISH_ALLOWED
                if not exempt and not _ARABIC_LETTER.match(text) and not text.startswith(RLM):
                    yield f"{said(one)} does not start from the right"

    def foreign_digits(self) -> Iterator[str]:
        for one, text in self.texts():
            if set(text) & set(ARABIC_INDIC_DIGITS + EASTERN_DIGITS):
                yield f"{said(one)} has Arabic-Indic digits"

    def missing_glyphs(self) -> Iterator[str]:
        for one, text in self.texts():
            raw = QRawFont.fromFont(QFont("IBM Plex Sans Arabic", one.font().pixelSize()))
            missing = [letter for letter in strip_marks(text) if not raw.supportsCharacter(ord(letter))]
            if missing:
                yield f"{said(one)} has {missing}, which the font lacks"

    def english_left(self) -> Iterator[str]:
        if self.look.language == "ar":
            for one, text in self.texts():
                words = set(_LATIN_WORD.findall(_ISOLATED.sub("", text))) - ENGLISH_ALLOWED
                if words:
                    yield f"{said(one)} has English: {words}"

    # --- keyboard and screen readers

    def unnamed(self) -> Iterator[str]:
        for one in self.targets:
            if not QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name).strip():
                yield f"{type(one).__name__} {around(one)} has no accessible name"
        buddies = {label.buddy() for label in self.shell.findChildren(QLabel)}
        for one in self.targets:
            if isinstance(one, QLineEdit | QPlainTextEdit) and one not in buddies:
                yield f"{said(one)} is no label's buddy"

    def unreached(self) -> Iterator[str]:
        wanted = {one for one in self.targets if one.isEnabled() and tabbed(one)}
        visited: list[QWidget] = []
        for _ in range(3 * len(wanted) + 10):
            focus = self.stage.focus
            if focus is not None:
                visited.append(focus)
            self.stage.key(Qt.Key.Key_Tab, "\t")
        for one in wanted - set(visited):
            if tabbed(one):  # of a list only the present row
                yield f"{said(one)} is not reached by Tab"
        yield from self.backwards(visited)

    def backwards(self, visited: list[QWidget]) -> Iterator[str]:
        """Within one container and line, Tab goes from the right in Arabic."""
        for one, other in pairwise(visited):
            if one.parentWidget() is other.parentWidget() and one is not other:
                here, there = around(one), around(other)
                level = here.top() < there.bottom() and there.top() < here.bottom()
                onward = there.x() < here.x() if self.look.right_to_left else there.x() > here.x()
                if level and not onward and visited.index(other) > visited.index(one):
                    yield f"Tab goes back from {said(one)} to {said(other)}"

    def defaults(self) -> Iterator[str]:
        found = [one for one in self.widgets if isinstance(one, QPushButton) and one.isDefault()]
        primary = self.shell.screen_shown.primary
        wanted = 1 if primary is not None and primary.isVisible() else 0
        if len(found) != wanted:
            yield f"{len(found)} default buttons, {wanted} wanted: {[said(one) for one in found]}"

    def repeated_keys(self) -> Iterator[str]:
        keys = [one.key for one in self.widgets if isinstance(one, Button) and one.key]
        yield from (f"{key} is on several buttons" for key in sorted(set(keys)) if keys.count(key) > 1)

    def chip(self) -> Iterator[str]:
        chips = [one for one in self.widgets if isinstance(one, SyncChip)]
        if self.shell.locked:
            if chips:
                yield "the sync chip is shown before unlock"
        elif not chips or not chips[0].text().strip() or chips[0].icon().isNull():
            yield "the sync chip is not shown with words and icon"


Check = Callable[[Audit], Iterator[str]]
ROOM: tuple[Check, ...] = (Audit.cut_texts, Audit.outside, Audit.hidden_primary)
"""What more or larger text can break."""
ALL: tuple[Check, ...] = (
    *ROOM,
    Audit.small_targets,
    Audit.narrow_gaps,
    Audit.small_texts,
    Audit.loose_numbers,
    Audit.wrong_starts,
    Audit.foreign_digits,
    Audit.missing_glyphs,
    Audit.english_left,
    Audit.unnamed,
    Audit.defaults,
    Audit.repeated_keys,
    Audit.chip,
)


def audit(stage: Stage, checks: tuple[Check, ...] = ALL) -> list[str]:
    """What is wrong with the screen in sight."""
    seen = Audit(stage)
    return [f"{check.__name__}: {finding}" for check in checks for finding in check(seen)]


def said(widget: QWidget) -> str:
    """A widget as a finding names it."""
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    named = strip_marks(text) or widget.accessibleName() or widget.objectName()
    return f"{type(widget).__name__} '{named}'"


def around(widget: QWidget) -> QRect:
    """Where a widget is in its window."""
    return QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())


def page_of(widget: QWidget) -> QWidget | None:
    """The scrolling area that holds a widget."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    return above


def distance(one: QRect, other: QRect) -> int:
    """The gap between two rectangles in px, 0 when they touch or overlap."""
    across = max(one.left(), other.left()) - min(one.right(), other.right()) - 1
    down = max(one.top(), other.top()) - min(one.bottom(), other.bottom()) - 1
    return max(across, down, 0)


def tabbed(widget: QWidget) -> bool:
    """Whether Tab should come to a widget."""
    return bool(widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)


def fits(label: QLabel, text: str) -> bool:
    """Whether the words of a label are all inside it."""
    metrics = QFontMetrics(label.font())
    room = label.contentsRect()
    if not label.wordWrap():
        widest = max(metrics.horizontalAdvance(line) for line in text.split("\n"))
        return widest <= room.width() + 1 and metrics.ascent() <= room.height()
    flags = Qt.TextFlag.TextWordWrap.value
    needed = metrics.boundingRect(QRect(0, 0, room.width(), 100_000), flags, text)
    return needed.width() <= room.width() + 1 and needed.height() <= room.height() + 1
