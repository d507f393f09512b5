"""The words of the stick screen: sizes, what waits, what stayed on the device."""

from dataclasses import replace

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError
from kiosk.sync.stick_plan import StickPlan
from kiosk.ui.screens.stick_reading import StickFacts, Taken, Written
from kiosk.ui.screens.stick_words import (
    SHRUNK,
    far_words,
    plan_facts,
    plan_says,
    size_words,
    taken_words,
    written_words,
)
from kiosk.ui.stick_jobs import Far
from kiosk.ui.texts import Texts

TAKEN = Taken(
    changed=False,
    acknowledged=4,
    newly=0,
    orders=0,
    quarantined=0,
    applied=(),
    made="",
    older=True,
    faults=(),
)
AR, EN = Texts("ar"), Texts("en")


@pytest.mark.parametrize(
    ("size", "up", "words"),
    [
        (0, True, "0 kB"),
        (1, True, "1 kB"),
        (999_999, True, "1,000 kB"),
        (1_000_001, True, "1.1 MB"),
        (14_820_000_000, True, "14.9 GB"),
        (14_820_000_000, False, "14.8 GB"),
    ],
)
def test_what_is_needed_is_rounded_up_and_the_room_there_is_down(size: int, up: bool, words: str) -> None:
    assert size_words(EN, size, up=up) == words


def test_where_only_scans_wait_they_alone_are_told_and_those_that_stay_are_counted() -> None:
    facts = StickFacts(enrolled=True, waits=StickPlan(41, 40, 0, 3, 900_000))
    said = strip_marks(" | ".join(value for _, value, _ in plan_facts(AR, facts)))
    assert said.startswith("لا قيد ينتظر | 0 | 0 | 3 | 900 كيلوبايت")
    fault = KnownError("attachment.damaged", attachment="ab" * 16)
    written = Written(None, None, None, scans=2, left=1, faults=(fault,))
    assert not written.whole
    head, lines = written_words(AR, written, "STICK")
    assert "كُتبت صور المستندات على STICK" in strip_marks(head)
    assert ["2" in lines[0], "1" in lines[1], fault.sentence("ar") in lines[2]] == [True] * 3
    assert "الخطوة التالية" in lines[3]


def test_how_far_it_is_and_what_is_known_before_are_told_in_words() -> None:
    assert "يبدأ" in far_words(AR, None)
    for what, words in (
        ("written", "Written and read back, 1,500 of 3,000"),
        ("scans", "Scans, 1,500 of 3,000"),
        ("read", "Read, 1,500 of 3,000"),
        ("debts", "Debts are being loaded, 1,500 of 3,000"),
        ("searchable", "made searchable, 1,500"),
    ):
        assert words in far_words(EN, Far(what, 1_500, 3_000))  # type: ignore[arg-type]
    assert [Far("written", 0, 0).percent, Far("written", 1, 3).percent, Far("written", 9, 3).percent] == [
        0,
        33,
        100,
    ]
    none = StickFacts(enrolled=True)
    assert "confirmed all" in plan_says(EN, none, may_write=True, free=None)[0]
    assert plan_facts(EN, none) == ()


def test_a_stick_that_brought_nothing_an_older_one_and_an_unknown_dataset_are_told() -> None:
    head, lines = taken_words(EN, TAKEN, "STICK")
    assert head == "Nothing on STICK is new."
    assert lines == ("The device has newer data than the stick, they stay.",)
    new = replace(TAKEN, changed=True, older=False, applied=("debts", "weather"))
    assert taken_words(EN, new, "STICK")[1] == ("Now in use: debts, weather.",)


@pytest.mark.parametrize("code", SHRUNK)
def test_a_loss_of_rows_is_answered_by_a_button_and_not_by_a_command(code: str) -> None:
    fault = KnownError(code, found=3, before=900)
    taken = Taken(
        changed=False, acknowledged=0, newly=0, orders=0, quarantined=0, applied=(), made="", older=False,
        faults=(fault,),
    )  # fmt: skip
    for texts in (AR, EN):
        _, (line,) = taken_words(texts, taken, "STICK")
        assert "kiosk" not in line
        assert strip_marks(texts("stick.accept")) in strip_marks(line)
        assert strip_marks(fault.sentence(texts.language)) in strip_marks(line)
