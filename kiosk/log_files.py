"""The technical log: bounded in size, on this device only, about no person.

A line is a fixed text of the program with short codes: whatever else is filled in is left out, and what looks
like a number of somebody is shortened all the same.
"""

import logging
import logging.handlers
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.core.errors import KnownError
from kiosk.report_files import crash_text

LOG_BYTES, LOG_FILES = 256 * 1024, 3
"""A log file is put aside when it is so large; so many are kept aside."""
_DIGITS = re.compile(r"\d{4,}")
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]+")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")


def open_log(file: Path) -> Callable[[], None]:
    """Write the log of this process to a file from now on; what is returned ends that. Raises OSError."""
    handler = _PrivateLog(file)
    handler.setFormatter(_Redacting())
    logger = logging.getLogger()
    logger.addHandler(handler)

    def close() -> None:
        logger.removeHandler(handler)
        handler.close()

    return close


def shortened(text: str) -> str:
    """Return a text in which runs of four digits and more lose all but the first, and Arabic becomes `…`."""
    ascii_only = _NOT_PLAIN.sub("…", "".join(_western(letter) for letter in text))
    return _DIGITS.sub(lambda run: f"{run[0][0]}…", ascii_only)


def _western(letter: str) -> str:
    return str(int(letter)) if letter.isdigit() and letter.isdecimal() else letter


class _Redacting(logging.Formatter):
    """A line without anybody: the message shortened, an exception as kinds and lines."""

    def __init__(self) -> None:
        super().__init__("%(asctime)sZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the library
        """The template is ours; what was filled into it is not."""
        record.message = shortened(str(record.msg)) + "".join(f" {_code(one)}" for one in _arguments(record))
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:  # noqa: N802 - the name of the library
        """Kinds and lines only."""
        error = ei[1] if isinstance(ei, tuple) else None
        return crash_text(error) if isinstance(error, BaseException) else ""

    def formatStack(self, stack_info: str) -> str:  # noqa: ARG002, N802 - the name of the library
        """A stack shows source lines, which may hold values: left out."""
        return ""


def _arguments(record: logging.LogRecord) -> tuple[object, ...]:
    args = record.args
    return tuple(args) if isinstance(args, tuple) else ()


def _code(value: object) -> str:
    """An argument of a line: small numbers, codes and kinds of errors; anything else is not written."""
    if isinstance(value, KnownError):
        return value.code
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, int) and abs(value) < 1_000:
        return str(value)
    if isinstance(value, str) and _CODE.fullmatch(value) and not _DIGITS.search(value):
        return value
    return "…"


class _PrivateLog(logging.handlers.RotatingFileHandler):
    """A log that only its owner reads; a disk that takes no line is no reason to stop."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")

    def _open(self) -> "object":  # type: ignore[override]
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name of the library
        """The line is lost; the usual way would print it with its values."""
