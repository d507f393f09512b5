"""Makes the QApplication as this program needs it: own fonts, one style, no numbers of the system."""

import re
import sys
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QLocale, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from kiosk.core.crash_text import crash_text
from kiosk.core.errors import KnownError
from kiosk.ui.shell import Shell
from kiosk.ui.theme import load_fonts


def make_application(arguments: list[str]) -> QApplication:
    """The application object, or the one there is already; fonts are loaded once."""
    present = QApplication.instance()
    application = present if isinstance(present, QApplication) else QApplication(arguments)
    prepare(application)
    return application


def prepare(application: QApplication) -> None:
    """Give an application our style, locale and fonts."""
    QLocale.setDefault(QLocale.c())
    application.setStyle("Fusion")
    load_fonts()


def report_faults(shell: Shell) -> None:
    """Write a fault of the program to standard error and say it on the screen; work goes on.

    Standard error may be a log of the system: the kinds of the errors and the lines of the program go there,
    never what they say, which may be somebody's name or number.
    """

    def hook(_kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(crash_text(fault.with_traceback(trace)) + "\n")
        shell.show_fault(KnownError("ui.fault"))

    sys.excepthook = hook


_QT_PLACE = re.compile(r"Q[A-Za-z]+(::[A-Za-z]+)?")


def note_qt_messages(note: Callable[..., None]) -> None:
    """Let warnings of Qt go to the log: which class and function warns; its text may quote a field."""

    def handler(kind: QtMsgType, _where: QMessageLogContext, message: str | None) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            place = _QT_PLACE.match(message or "")
            note("qt", place[0].replace("::", ".") if place else "other")

    qInstallMessageHandler(handler)
