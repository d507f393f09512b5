"""The table of what may stop: whole, in order, and with words for everything in both languages."""

import pytest

from kiosk.core.situations import SITUATIONS
from kiosk.core.stop_words import ACTS, WAYS, listed
from kiosk.core.stops import NEVER_STOPPED, TABLE, Act, Cause, Stop, Way, in_order, still_possible, stopped


def test_every_cause_has_a_rule_a_sentence_and_a_way_out() -> None:
    assert set(TABLE) == set(Cause)
    for cause, rule in TABLE.items():
        assert f"stop.{cause}" in SITUATIONS
        assert rule.lifted_by


def test_everything_has_words_in_both_languages() -> None:
    assert set(ACTS) == set(Act)
    assert set(WAYS) == set(Way)
    assert {way for rule in TABLE.values() for way in rule.lifted_by} == set(Way)
    for words in (*ACTS.values(), *WAYS.values()):
        assert words.ar
        assert words.en.isascii()
    assert listed([Act.CLOSE, Act.NEW_CASH]).en == "new cash, closing the shift"


@pytest.mark.parametrize("cause", Cause)
def test_nothing_stops_draining(cause: Cause) -> None:
    assert Stop(cause).goes_on >= NEVER_STOPPED
    assert Stop(cause).goes_on | Stop(cause).stops == set(Act)


def test_an_incident_stops_every_way_of_taking_money_and_new_shifts() -> None:
    money = {Act.NEW_CASH, Act.CARD, Act.FEE, Act.DEBT, Act.DEBT_ABOVE_CAP, Act.PAPER_RECEIPT}
    assert Stop(Cause.INCIDENT).stops == money | {Act.NEW_SHIFT}
    assert Act.REQUEST in Stop(Cause.INCIDENT).goes_on


def test_a_low_disk_stops_cash_and_scans_and_lets_cards_go_on() -> None:
    assert Stop(Cause.DISK_RESERVE).stops == {Act.NEW_CASH, Act.SCAN}


def test_a_moved_clock_stops_nothing() -> None:
    assert Stop(Cause.CLOCK_STEP).stops == frozenset()


def test_the_most_serious_cause_is_named_first() -> None:
    found = [Stop(Cause.CLOCK_STEP), Stop(Cause.DISK_RESERVE), Stop(Cause.INCIDENT), Stop(Cause.DISK_RESERVE)]
    assert [stop.cause for stop in in_order(found)] == [
        Cause.INCIDENT,
        Cause.DISK_RESERVE,
        Cause.CLOCK_STEP,
    ]
    stop = stopped([Act.NEW_CASH], found)
    assert stop is not None
    assert stop.cause is Cause.INCIDENT
    stop = stopped([Act.SCAN], found)
    assert stop is not None
    assert stop.cause is Cause.DISK_RESERVE
    assert stopped([Act.CLOSE, Act.REQUEST], found) is None


def test_what_goes_on_is_what_none_of_them_stops() -> None:
    assert still_possible([]) == tuple(Act)
    both = still_possible([Stop(Cause.DISK_RESERVE), Stop(Cause.STAFF_VALIDITY)])
    assert set(both) == set(Act) - {Act.NEW_CASH, Act.SCAN, Act.NEW_SHIFT}
