"""The auditor's verifier reads a journal whose first period was dropped, and finds a wrong baseline."""

from pathlib import Path

import pytest

from tests.acts import ask, begin, pay_for, void
from tests.auditor.audited import Audited, audit, checks, export
from tests.store.turning import close_shift, copy_of, drop_now, droppable_device, turn_now


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """A journal that begins with a baseline, with a day after it and a second baseline."""
    folder: Path = tmp_path_factory.mktemp("later")
    trial = copy_of(droppable_device(), folder / "device")
    session = trial.unlock("TEL-1")
    drop_now(session)
    begin(session)
    pay_for(session, ask(session))
    void(session, pay_for(session, ask(session)).number)
    close_shift(session)
    turn_now(session)
    path, written = export(session, folder / "out")
    trial.close()
    assert written.first > 1
    return Audited(path.read_bytes().splitlines(keepends=True))


def test_nothing_is_wrong_and_it_says_from_where_it_goes(later: Audited) -> None:
    verifier, _ = audit(later.data)
    assert verifier.findings == []
    assert verifier.first == verifier.baseline > 1
    assert not verifier.later


@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        (b'\\"type\\":\\"stream.opened\\"', b'\\"type\\":\\"stream.closed\\"', "entry.altered"),
        (b'"serial":2', b'"serial":1', "entry.altered"),
        (b'"part":1', b'"part":2', "order.gap"),
    ],
)
def test_what_was_changed_in_the_baseline_is_found(
    later: Audited, before: bytes, after: bytes, check: str
) -> None:
    at = later.line_of("journal.baseline")
    assert before in later.lines[at]
    lines = [*later.lines[:at], later.lines[at].replace(before, after, 1), *later.lines[at + 1 :]]
    assert check in checks(b"".join(lines))


def test_a_file_that_begins_after_its_baseline_has_a_gap(later: Audited) -> None:
    at = later.line_of("journal.baseline")
    assert "order.gap" in checks(b"".join([*later.lines[:at], *later.lines[at + 1 :]]))
