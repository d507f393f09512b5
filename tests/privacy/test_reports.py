"""The log and the crash reports are about the program: whatever is thrown at them, no person gets in."""

import logging
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.core.crash_text import crash_text
from kiosk.core.errors import BugError, KnownError
from kiosk.log_files import LOG_BYTES, LOG_FILES, shortened
from kiosk.report_files import CRASH_KIND, LOG_KIND, MOST_REPORTS, Reporting, files_of
from kiosk.sync.outcomes import Outcome
from tests.privacy.day import ADDRESS, DEBTORS_MOBILE, MOBILE, NAME, NUMBER, SLIP

CARD, LATIN, AMOUNT = "4000 1234 5678 9010", "Mona Elsayed", "8,765.43"
TYPED = (NAME, NUMBER, MOBILE, DEBTORS_MOBILE, ADDRESS, SLIP, CARD, LATIN, AMOUNT)
ARABIC_NUMBER = NUMBER.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))


@pytest.fixture
def reporting(tmp_path: Path) -> Iterator[Reporting]:
    made = Reporting(tmp_path)
    made.start()
    made.open_log()
    yield made
    made.stop()


def written(root: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(root.rglob("*")) if path.is_file())


def nobody_in(text: str) -> bool:
    parts = {*TYPED, ARABIC_NUMBER, *NAME.split(), *LATIN.split(), *CARD.split()}
    return not any(part in text for part in parts)


def failing(typed: str) -> None:
    """An error whose text, arguments, locals and causes hold what somebody typed."""
    local = {"typed": typed}
    try:
        local[typed]
    except KeyError as error:
        raise RuntimeError(f"could not take {local}") from error


@pytest.mark.parametrize("typed", TYPED)
def test_a_crash_is_told_by_kinds_and_lines_only(reporting: Reporting, tmp_path: Path, typed: str) -> None:
    with pytest.raises(RuntimeError) as caught:
        failing(typed)
    file = reporting.crashed(caught.value)
    assert file is not None
    said = file.read_text()
    assert "builtins.RuntimeError" in said
    assert "because of" in said
    assert "tests/privacy/test_reports.py:" in said
    assert " failing" in said
    assert nobody_in(written(tmp_path))


@pytest.mark.parametrize("typed", [*TYPED, ARABIC_NUMBER])
def test_no_way_into_the_log_lets_a_person_in(reporting: Reporting, tmp_path: Path, typed: str) -> None:
    reporting.note("sync", typed, Outcome.OFFLINE, KnownError("receipt.unknown", receipt=typed))
    reporting.note("sync", {"name": typed}, [typed], typed.encode())
    reporting.note("print", 12, 12_345_678, ValueError(typed), "print.offline")
    library = logging.getLogger("urllib3.connectionpool")
    library.warning("Retrying %s", typed)
    library.warning(f"Retrying {typed}")
    try:
        failing(typed)
    except RuntimeError:
        logging.getLogger("kiosk").exception("bug")
        library.exception(typed, stack_info=True)
    said = written(tmp_path)
    assert "INFO kiosk sync … offline receipt.unknown" in said
    assert "INFO kiosk print 12 … ValueError print.offline" in said
    assert "WARNING urllib3.connectionpool" in said
    assert "builtins.RuntimeError" in said
    assert nobody_in(said)


def test_even_a_text_of_our_own_with_a_number_in_it_is_shortened(
    reporting: Reporting, tmp_path: Path
) -> None:
    reporting.note(f"asked for {NUMBER} and {ARABIC_NUMBER} and 123")
    assert "asked for 2… and 2… and 123" in written(tmp_path)
    assert shortened(NAME) == "… … …"


def test_what_nobody_caught_becomes_a_report_and_is_still_said(
    reporting: Reporting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr(reporting, "_hooks", (lambda *all_: said.append(all_), said.append))
    try:
        failing(NAME)
    except RuntimeError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    thread = threading.Thread(target=failing, args=(NUMBER,))
    thread.start()
    thread.join()
    assert len(files_of(tmp_path)[CRASH_KIND]) == 2
    assert len(said) == 3
    assert nobody_in(written(tmp_path))


def test_a_known_error_tells_its_code_and_a_loop_of_causes_ends() -> None:
    first, second = KnownError("receipt.unknown", receipt=NUMBER), BugError(NAME)
    first.__cause__, second.__cause__ = second, first
    said = crash_text(first)
    assert said.splitlines() == [
        "kiosk.core.errors.KnownError receipt.unknown",
        "because of",
        "kiosk.core.errors.BugError",
    ]


def test_the_files_are_bounded_private_and_end_with_their_time(reporting: Reporting, tmp_path: Path) -> None:
    for _ in range((LOG_FILES + 2) * LOG_BYTES // 4_000):
        reporting.note("a line of the program " * 180)
    for _ in range(MOST_REPORTS + 5):
        reporting.crashed(ValueError())
    files = files_of(tmp_path)
    assert len(files[LOG_KIND]) == LOG_FILES + 1
    assert all(file.stat().st_size <= LOG_BYTES for file in files[LOG_KIND])
    assert len(files[CRASH_KIND]) == MOST_REPORTS
    for file in (*files[LOG_KIND], *files[CRASH_KIND]):
        assert file.stat().st_mode & 0o077 == 0, file.name
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert reporting.drop_before(CRASH_KIND, datetime.now(UTC) - timedelta(days=1)) == 0
    assert reporting.drop_before(CRASH_KIND, tomorrow) == MOST_REPORTS
    assert reporting.drop_before(LOG_KIND, tomorrow) == LOG_FILES
    assert [file.name for file in files_of(tmp_path)[LOG_KIND]] == ["kiosk.log"]


def test_a_folder_that_takes_no_file_stops_nobody(tmp_path: Path) -> None:
    nowhere = Reporting(tmp_path / "missing" / "device")
    nowhere.open_log()
    nowhere.note("unlocked")
    assert nowhere.crashed(ValueError()) is None
    nowhere.stop()


def test_stopping_puts_the_hooks_back(tmp_path: Path) -> None:
    before = sys.excepthook, threading.excepthook
    made = Reporting(tmp_path)
    made.start()
    assert sys.excepthook != before[0]
    made.stop()
    made.stop()
    assert (sys.excepthook, threading.excepthook) == before
