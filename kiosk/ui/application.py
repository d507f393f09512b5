"""Makes the QApplication as this program needs it: own fonts, one style, no numbers of the system."""

import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

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
    """Write a fault of the program to standard error and say it on the screen; work goes on."""

    def hook(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, fault, trace, file=sys.stderr)
        shell.show_fault(KnownError("ui.fault"))

    sys.excepthook = hook
