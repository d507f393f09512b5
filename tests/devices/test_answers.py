"""What a printer sends is told apart by its bits, however it is mixed and cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.answers import UNKNOWN, Heard, Splitter, read_status

ANSWERS = {
    Heard.REALTIME: [0x12, 0x16, 0x1A, 0x32, 0x72],
    Heard.QUEUED: [0x00, 0x03, 0x0C, 0x0F],
    Heard.FLOW: [0x11, 0x13],
    Heard.NOISE: [0x61, 0x80, 0xFF, 0x92, 0x15],
}


@pytest.mark.parametrize(("kind", "byte"), [(kind, byte) for kind, row in ANSWERS.items() for byte in row])
def test_a_byte_is_what_its_bits_say(kind: Heard, byte: int) -> None:
    assert [(one.kind, one.data) for one in Splitter().feed(bytes((byte,)))] == [(kind, bytes((byte,)))]


def test_a_report_of_four_bytes_is_no_answer() -> None:
    splitter = Splitter()
    assert splitter.feed(b"\x10\x00") == []
    said = splitter.feed(b"\x0c\x00\x00")
    assert [one.kind for one in said] == [Heard.REPORT, Heard.QUEUED]
    assert said[0].data == b"\x10\x00\x0c\x00"


def test_an_answer_within_a_report_is_heard_and_the_report_stays_whole() -> None:
    said = Splitter().feed(b"\x10\x00\x12\x11\x0c\x00")
    assert [one.kind for one in said] == [Heard.REALTIME, Heard.FLOW, Heard.REPORT]


def test_a_report_that_is_cut_off_is_noise() -> None:
    said = Splitter().feed(b"\x10\x00\x10\x00\x00\x00")
    assert [one.kind for one in said] == [Heard.NOISE, Heard.REPORT]
    splitter = Splitter()
    splitter.feed(b"\x10\x00")
    splitter.reset()
    assert [one.kind for one in splitter.feed(b"\x00")] == [Heard.QUEUED]


@given(st.binary(max_size=60), st.integers(0, 60))
def test_how_the_bytes_arrive_changes_nothing(data: bytes, cut: int) -> None:
    whole, parts = Splitter(), Splitter()
    assert whole.feed(data) == parts.feed(data[:cut]) + parts.feed(data[cut:])


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ((0x12, 0x12, 0x12), None),
        ((0x12, 0x12, 0x1E), None),
        ((0x1A, 0x32, 0x7E), "paper_out"),
        ((0x1A, 0x16, 0x12), "cover_open"),
        ((0x1A, 0x36, 0x72), "cover_open"),
        ((0x1A, 0x52, 0x12), "error"),
        ((0x1A, 0x12, 0x12), "offline"),
    ],
)
def test_a_status_names_what_to_mend_first(answers: tuple[int, int, int], trouble: str | None) -> None:
    status = read_status(*answers)
    assert status.known
    assert status.trouble == trouble
    assert status.paper_low == (answers[2] & 0x0C != 0)


def test_an_unknown_status_is_not_a_good_one() -> None:
    assert not UNKNOWN.known
    assert UNKNOWN.trouble is None
