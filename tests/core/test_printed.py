"""Numbers copied from paper: one form however they were typed, and never a card number."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.printed import CleanSlip, clean_code, clean_number, clean_slip, paper_key, refuse_card_number
from kiosk.core.reasons import OUTAGE_CAUSES, PAPER_REASONS, VOID_REASONS, known_reason

SLIP: dict[str, Any] = {
    "terminal": "T-77",
    "number": "000123",
    "approval": "A1B2C3",
    "printed_at": "2026-11-24T09:55",
    "last4": "4242",
}


def test_a_slip_comes_in_one_form() -> None:
    typed = SLIP | {"number": " ٠٠٠١٢٣\u200f", "last4": "٤٢٤٢", "printed_at": "2026-11-24  09:55"}
    assert clean_slip(**typed) == CleanSlip("T-77", "000123", "A1B2C3", "2026-11-24T09:55", "4242")
    assert clean_slip(**(SLIP | {"last4": ""})).last4 is None
    assert clean_slip(**(SLIP | {"last4": None})).last4 is None


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("number", "", "tenders.slip_incomplete"),
        ("terminal", "  ", "tenders.slip_incomplete"),
        ("approval", "\u200f", "tenders.slip_incomplete"),
        ("number", "12#4", "slip.number"),
        ("terminal", "T\u00007", "slip.terminal"),
        ("approval", "x" * 41, "slip.approval"),
        ("last4", "123", "slip.last4"),
        ("last4", "12345", "slip.last4"),
        ("last4", "12a4", "slip.last4"),
        ("printed_at", "10:05", "slip.time"),
        ("printed_at", "2026-02-30T10:05", "slip.time"),
        ("printed_at", "2026-11-24T25:05", "slip.time"),
        ("printed_at", "24/11/2026 10:05", "slip.time"),
        ("number", "4111111111111111", "slip.card_number"),
        ("approval", "4111 1111 1111 1111", "slip.card_number"),
        ("terminal", "٤١١١-١١١١-١١١١-١١١١", "slip.card_number"),
        ("last4", "5105105105105100", "slip.card_number"),
        ("printed_at", "378282246310005", "slip.card_number"),
        ("number", "MEEZA 5022-6412-3456-7893 12/29", "slip.card_number"),
        ("number", "0000000000018", "slip.card_number"),
        ("number", "6304000000000000000", "slip.card_number"),
    ],
)
def test_a_slip_out_of_form_is_refused(field: str, value: str, code: str) -> None:
    with pytest.raises(KnownError) as caught:
        clean_slip(**(SLIP | {field: value}))
    assert caught.value.code == code


@pytest.mark.parametrize(
    "text", ["412345678901", "4111111111111112", "000123", "T 77 / 12", "", "2026-11-24T09:55"]
)
def test_numbers_of_slips_are_no_card_numbers(text: str) -> None:
    refuse_card_number(text)


def _with_check_digit(digits: str) -> str:
    for last in "0123456789":
        total = 0
        for place, digit in enumerate(reversed(digits + last)):
            value = int(digit) * (2 if place % 2 else 1)
            total += value // 10 + value % 10
        if total % 10 == 0:
            return digits + last
    raise AssertionError("no check digit")


@given(
    st.text("0123456789", min_size=12, max_size=18),
    st.sampled_from(["", " ", "-", ".", " - "]),
    st.integers(2, 6),
)
def test_every_card_number_is_found_however_it_is_grouped(digits: str, between: str, size: int) -> None:
    card = _with_check_digit(digits)
    grouped = between.join(card[at : at + size] for at in range(0, len(card), size))
    for text in (card, grouped, f"REF {grouped} OK"):
        with pytest.raises(KnownError) as caught:
            refuse_card_number(text)
        assert caught.value.code == "slip.card_number"
        assert card not in str(caught.value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("٣٣ ع.ح", "0104233"), ("33 ع ح", "١٠٤٢٣٣")),
        (("T-77", "000123"), ("t77", "123")),
        (("A/1", "0"), ("a1", "000")),
    ],
)
def test_one_paper_has_one_key(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert paper_key(*one) == paper_key(*other)


def test_other_papers_have_other_keys() -> None:
    keys = {paper_key(*pair) for pair in (("A", "1"), ("A", "10"), ("B", "1"), ("A1", "1"), ("A", "1A"))}
    assert len(keys) == 5


def test_numbers_and_codes_are_checked_with_the_error_of_their_field() -> None:
    assert clean_number(" ب/١٢ ", "outage.number") == "ب/12"
    assert clean_code("OFFICE-3", "outage.approver") == "OFFICE-3"
    for call, typed, code in (
        (clean_number, "", "outage.number"),
        (clean_number, "<1>", "paper.number"),
        (clean_code, "أحمد علي", "outage.approver"),
    ):
        with pytest.raises(KnownError) as caught:
            call(typed, code)
        assert caught.value.code == code


def test_a_reason_is_one_of_the_list_and_the_list_is_named() -> None:
    for reasons in (OUTAGE_CAUSES, VOID_REASONS, PAPER_REASONS):
        for code in reasons:
            assert known_reason(code, reasons) == code
        with pytest.raises(KnownError) as caught:
            known_reason("because", reasons)
        assert caught.value.code == "reason.unknown"
        assert "other" in str(caught.value.params["known"])
