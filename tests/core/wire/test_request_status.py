"""What devices are told of requests: strict forms, no citizen's number, later states let through."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.request_states import RECEIVED, SAID, STATES, check_step, closed_states, state_words
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.codec import FieldError, dump
from kiosk.core.wire.request_status import (
    RequestStatus,
    RequestStatuses,
    read_statuses,
    statuses_content,
)

AT = datetime(2026, 6, 30, 11, 20, tzinfo=UTC)
INCOMPLETE = RequestStatus(
    tracking="D00000042-2026-000007",
    service="licence.shop",
    day=date(2026, 6, 28),
    state="incomplete",
    at=AT,
    note="صورة عقد الإيجار",
    until=date(2026, 7, 14),
    office=None,
)
RECEIVED_ONLY = replace(INCOMPLETE, tracking="D00000042-2026-000009", state="received", note=None, until=None)
STATUSES = RequestStatuses(unit="U-0101", statuses=(INCOMPLETE, RECEIVED_ONLY))


def test_what_was_written_is_read_again() -> None:
    assert read_statuses(statuses_content(STATUSES)) == STATUSES


@pytest.mark.parametrize(
    "wrong",
    [
        {"note": None},
        {"until": None},
        {"office": "الإدارة الهندسية"},
        {"state": "accepted"},
        {"state": "forwarded", "until": None},
        {"tracking": "D1-2026-1"},
        {"note": "سطر\nوسطر"},
    ],
)
def test_a_status_that_says_too_little_or_too_much_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(FieldError):
        statuses_content(replace(STATUSES, statuses=(replace(INCOMPLETE, **wrong),)))  # type: ignore[arg-type]


def test_a_citizens_number_never_travels_in_a_note() -> None:
    plain = dump(STATUSES)
    plain["statuses"][0]["note"] = "صاحب الرقم 2 9001011234564"
    with pytest.raises(KnownError, match="personal_text"):
        read_statuses(canonical(plain))


def test_a_request_is_told_once() -> None:
    for twice in ((INCOMPLETE, INCOMPLETE), (RECEIVED_ONLY, INCOMPLETE)):
        with pytest.raises(FieldError):
            statuses_content(replace(STATUSES, statuses=twice))


def test_a_state_of_a_later_release_is_kept_and_named_by_its_code() -> None:
    later = replace(INCOMPLETE, state="archived", until=None, office="x")
    read = read_statuses(statuses_content(replace(STATUSES, statuses=(later,))))
    assert read.statuses[0].state == "archived"
    assert "archived" in state_words("archived", "ar")
    assert "archived" in state_words("archived", "en")


def test_every_state_is_reached_and_leads_on_or_ends() -> None:
    reached = {one for state in STATES.values() for one in state.next}
    assert reached == set(SAID)
    assert RECEIVED not in reached
    assert set(closed_states()) == {"refused", "handed_over"}
    assert all(state.next for state in STATES.values()), "whatever was said by mistake can be put right"
    assert all(not STATES[one].judges for one in (RECEIVED, "ready", "handed_over"))


def test_no_state_can_be_said_without_what_it_needs() -> None:
    today = date(2026, 7, 1)
    for before, state in STATES.items():
        for after in state.next:
            needs = STATES[after].needs
            said = {
                "note": "x" if "note" in needs or state.closed else None,
                "until": today if "until" in needs else None,
                "office": "x" if "office" in needs else None,
            }
            assert check_step(before, after, today=today, **said).code == after  # type: ignore[arg-type]
            for name in needs:
                with pytest.raises(KnownError, match=f"needs_{name}"):
                    check_step(before, after, today=today, **{**said, name: None})  # type: ignore[arg-type]
