"""The technical log: bounded in size, on this device only, about no person.

A line is a fixed text of the program with short codes: whatever else is filled in is left out, and what looks
like a number of somebody is shortened all the same.
"""

import logging
import logging.handlers
import os
import re
import time
from enum import Enum
from pathlib import Path

from kiosk.core.crash_text import crash_text
from kiosk.core.errors import KnownError

LOG_BYTES, LOG_FILES = 256 * 1024, 3
"""A log file is put aside when it is so large; so many are kept aside."""
_DIGITS = re.compile(r"\d{4,}")
_NOT_PLAIN = re.compile(r"[^\x20-\x7e]+")
_CODE = re.compile(r"[a-z]+([._][a-z]+)+|Q[A-Z][A-Za-z.]+")
"""A code of ours has a dot or a line in it, and no digit; a class of Qt begins with Q."""
OURS = "kiosk"


class Log:
    """The log of this process in a file; what the libraries log goes there too, from warnings on."""

    def __init__(self, file: Path) -> None:
        """Raises OSError when the file cannot be opened."""
        self._handler = _PrivateLog(file)
        self._handler.setFormatter(_Redacting())
        self._logger = logging.getLogger(OURS)
        self._logger.setLevel(logging.INFO)
        logging.getLogger().addHandler(self._handler)

    def note(self, what: str, *codes: object) -> None:
        """Write one line."""
        self._logger.info(" ".join((what, *map(_code, codes))))

    def close(self) -> None:
        """Write no more."""
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()


def shortened(text: str) -> str:
    """Return a text in which runs of four digits and more lose all but the first, and Arabic becomes `…`."""
    ascii_only = _NOT_PLAIN.sub("…", "".join(_western(letter) for letter in text))
    return _DIGITS.sub(lambda run: f"{run[0][0]}…", ascii_only)


def _western(letter: str) -> str:
    return str(int(letter)) if letter.isdigit() and letter.isdecimal() else letter


class _Redacting(logging.Formatter):
    """A line without anybody. Of what libraries say there is only who says it: their texts hold values."""

    def format(self, record: logging.LogRecord) -> str:
        """Time (UTC), level, who; of our own lines text and codes too; an error as kinds and lines."""
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        said = [at, record.levelname, shortened(record.name)]
        if record.name == OURS:
            args = record.args if isinstance(record.args, tuple) else ()
            said += [shortened(str(record.msg)), *map(_code, args)]
        line = " ".join(said)
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line}\n{crash_text(error)}"


def _code(value: object) -> str:
    """What is filled into a line: codes, kinds of errors, small numbers; nothing else is written."""
    if isinstance(value, KnownError):
        return value.code
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, int) and abs(value) < 1_000:
        return str(value)
    if isinstance(value, str) and _CODE.fullmatch(value):
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
