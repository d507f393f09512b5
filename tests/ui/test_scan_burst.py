"""A scanner is told from a person by its rhythm alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.scan_burst import GAP_MS, SHORTEST, ScanBurst

DIGITS = st.text("0123456789", min_size=SHORTEST, max_size=40)


def type_at(burst: ScanBurst, text: str, gap_ms: int, start: int = 1_000) -> tuple[str, str, int]:
    """What reached the field, what was scanned, and the time of the last character."""
    reached = scanned = ""
    at = start
    for letter in text:
        verdict = burst.typed(letter, at)
        reached += verdict.release + ("" if verdict.hold else letter)
        scanned += verdict.scanned
        at += gap_ms
    return reached, scanned, at - gap_ms


@given(text=DIGITS, gap=st.integers(0, GAP_MS))
def test_a_burst_with_enter_is_a_scan_and_only_its_first_character_went_on(text: str, gap: int) -> None:
    burst = ScanBurst()
    reached, _, last = type_at(burst, text, gap)
    verdict = burst.entered(last + gap)
    assert (reached, verdict.scanned, verdict.hold) == (text[0], text, True)


@given(text=DIGITS)
def test_a_burst_without_enter_is_a_scan_once_it_is_quiet(text: str) -> None:
    burst = ScanBurst()
    type_at(burst, text, 5)
    assert burst.holds
    assert burst.ended().scanned == text
    assert not burst.holds


@given(text=st.text(min_size=1, max_size=30), gap=st.integers(GAP_MS + 1, 2_000))
def test_a_person_reaches_the_field_with_every_character(text: str, gap: int) -> None:
    burst = ScanBurst()
    reached, scanned, last = type_at(burst, text, gap)
    verdict = burst.entered(last + gap)
    assert (reached, scanned, verdict.hold, verdict.scanned) == (text, "", False, "")


@given(text=st.text("0123456789", min_size=2, max_size=SHORTEST - 1))
def test_quick_fingers_lose_nothing(text: str) -> None:
    burst = ScanBurst()
    reached, _, last = type_at(burst, text, 10)
    verdict = burst.entered(last + 10)
    assert reached + verdict.release == text
    assert not verdict.hold


def test_held_characters_come_before_the_next_slow_one() -> None:
    burst = ScanBurst()
    type_at(burst, "12", 10)
    verdict = burst.typed("3", 5_000)
    assert (verdict.release, verdict.hold) == ("2", False)


@pytest.mark.parametrize("back_ms", [1, 500])
def test_a_clock_that_goes_back_makes_no_scan(back_ms: int) -> None:
    burst = ScanBurst()
    reached, scanned, _ = type_at(burst, "123456789", -back_ms, start=100_000)
    assert (reached, scanned) == ("123456789", "")
