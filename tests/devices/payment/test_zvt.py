"""The ZVT driver against a terminal of software on real lines: what it does, and how it can fail."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.card_terminal import End, Kept, Order, Step, TerminalRecord
from kiosk.core.errors import KnownError
from kiosk.devices.payment.zvt import ZvtTerminal
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.zvt_control import WORDS
from kiosk.devices.simulators.zvt_records import TerminalRecords
from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, Behaviour
from tests.devices.payment.terminals import (
    PATIENT,
    QUICK,
    TERMINAL,
    WAYS,
    SerialLine,
    Way,
    driver,
    keeper,
    order,
    terminal,
)


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    found: Way = request.param
    return found


@pytest.fixture
def line(way: Way) -> Iterator[SerialLine]:
    with terminal(way) as made:
        yield made


@pytest.fixture
def zvt(line: SerialLine, way: Way) -> Iterator[ZvtTerminal]:
    made = driver(line, way)
    yield made
    made.close()


@pytest.fixture
def quick(line: SerialLine, way: Way) -> Iterator[ZvtTerminal]:
    """The driver with no patience, for lines that are broken."""
    made = driver(line, way, QUICK)
    yield made
    made.close()


def behave(line: SerialLine, behaviour: Behaviour) -> None:
    with line.change() as machine:
        machine.behaviour = behaviour


def charged(line: SerialLine) -> dict[int, int]:
    with line.change() as machine:
        return machine.records.charged()


class TestWell:
    def test_a_payment_is_approved_kept_and_charged_once(self, line: SerialLine, zvt: ZvtTerminal) -> None:
        kept: list[TerminalRecord] = []
        steps: list[Step] = []
        outcome = zvt.pay(order(), keeper(kept), steps.append)
        assert outcome.end is End.APPROVED
        assert kept == [outcome.record]
        assert kept[0].dated is not None
        assert replace(kept[0], dated=None) == TerminalRecord(
            approved=True,
            code="00",
            terminal=TERMINAL,
            trace=1,
            receipt_no=1,
            piastres=132_485,
            currency=818,
            approval="000001",
            last4="1111",
        )
        assert steps == [Step.CONNECTING, Step.PRESENT_CARD, Step.ASKING_BANK]
        assert charged(line) == {1: 132_485}

    def test_amounts_with_control_bytes_in_them_arrive_whole(
        self, line: SerialLine, zvt: ZvtTerminal
    ) -> None:
        assert zvt.pay(order(1_010_020_310), keeper([])).end is End.APPROVED
        assert charged(line) == {1: 1_010_020_310}

    def test_its_last_transaction_is_what_was_paid(self, zvt: ZvtTerminal) -> None:
        assert zvt.last().record is None
        paid = zvt.pay(order(), keeper([]))
        last = zvt.last()
        assert (last.idle, last.record, last.counter) == (True, paid.record, 1)

    def test_a_slip_is_reversed_by_its_number_once(self, line: SerialLine, zvt: ZvtTerminal) -> None:
        zvt.pay(order(), keeper([]))
        again = Order("0b" * 16, 132_485, receipt_no=1)
        first = zvt.reverse(again, keeper([]))
        assert (first.end, first.record and first.record.piastres) == (End.APPROVED, 132_485)
        assert charged(line) == {}
        assert zvt.reverse(again, keeper([])).end is End.DECLINED

    def test_the_end_of_its_day_says_what_it_took(self, zvt: ZvtTerminal) -> None:
        for piastres in (1_000, 2_000, 3_000):
            zvt.pay(order(piastres), keeper([]))
        zvt.reverse(Order("0b" * 16, 2_000, receipt_no=2), keeper([]))
        totals = zvt.end_of_day()
        assert (totals.terminal, totals.taken_count, totals.taken - totals.reversed) == (TERMINAL, 4, 4_000)
        assert zvt.end_of_day().taken == 0

    def test_its_own_record_outlives_it(self, tmp_path: Path) -> None:
        file = tmp_path / "terminal.jsonl"
        with terminal("tcp", file) as line:
            zvt = driver(line, "tcp", PATIENT)
            zvt.pay(order(), keeper([]))
            zvt.close()
        with file.open("ab") as torn:
            torn.write(b'{"kind": "paym')
        again = TerminalRecords(file)
        assert again.charged() == {1: 132_485}
        with terminal("tcp", file) as line:
            zvt = driver(line, "tcp", PATIENT)
            assert zvt.last().counter == 1
            zvt.close()

    def test_it_is_usable_while_it_answers(self, line: SerialLine, zvt: ZvtTerminal) -> None:
        assert zvt.is_usable()
        line.unplug()
        assert not zvt.is_usable()


class TestKeeping:
    def test_nothing_is_acknowledged_before_it_is_kept(self, line: SerialLine, zvt: ZvtTerminal) -> None:
        asked: list[int] = []

        def keep(_said: TerminalRecord) -> Kept:
            asked.append(1)
            return Kept.LATER if len(asked) < 3 else Kept.KEPT

        assert zvt.pay(order(), keep).end is End.APPROVED
        assert len(asked) == 3
        assert charged(line) == {1: 132_485}

    def test_what_cannot_be_kept_is_unknown_and_not_acknowledged(self, zvt: ZvtTerminal) -> None:
        outcome = zvt.pay(order(), lambda _said: Kept.LATER)
        assert (outcome.end, outcome.why) == (End.UNKNOWN, "not_kept")
        last = zvt.last()
        assert last.record is not None
        assert last.record.trace == 1

    def test_a_bug_while_keeping_is_not_hidden_and_drops_the_line(
        self, line: SerialLine, zvt: ZvtTerminal
    ) -> None:
        def keep(_said: TerminalRecord) -> Kept:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            zvt.pay(order(), keep)
        assert zvt.last().counter == 1
        assert charged(line) == {1: 132_485}


ENDS = {
    "well": (End.APPROVED, 1),
    "declines": (End.DECLINED, 0),
    "gives-up": (End.DECLINED, 0),
    "forgets": (End.UNKNOWN, 0),
    "silent-after-charge": (End.UNKNOWN, 1),
    "silent-after-result": (End.APPROVED, 1),
    "result-twice": (End.APPROVED, 1),
    "power-loss": (End.UNKNOWN, 1),
    "takes-back": (End.UNKNOWN, 0),
    "uncounted-refusal": (End.DECLINED, 0),
    "wrong-amount": (End.APPROVED, 1),
    "wrong-currency": (End.APPROVED, 1),
    "wrong-terminal": (End.APPROVED, 1),
    "stale-result": (End.APPROVED, 0),
    "late-result": (End.UNKNOWN, 1),
    "leaks": (End.APPROVED, 1),
}
"""What the driver says; whether an approval is this payment's is judged above it (`kiosk.core.cards`)."""


class TestMisbehaving:
    """Over a serial line; `tests/desk/test_card.py` has each over TCP."""

    @pytest.mark.parametrize(("way", "word"), [("serial", word) for word in BEHAVIOURS], indirect=["way"])
    def test_every_behaviour_ends_as_it_must_and_the_order_was_sent_once(
        self, line: SerialLine, zvt: ZvtTerminal, word: str
    ) -> None:
        zvt.pay(order(500), keeper([]))
        behave(line, BEHAVIOURS[word])
        kept: list[TerminalRecord] = []
        outcome = zvt.pay(order(), keeper(kept))
        end, more = ENDS[word]
        assert outcome.end is end
        with line.change() as machine:
            assert machine.orders == 2
            assert len(machine.records.charged()) == 1 + more
        assert bool(kept) == (outcome.record is not None and outcome.record.approved)

    @pytest.mark.parametrize(
        ("way", "word"), [("serial", "silent-after-charge"), ("tcp", "power-loss")], indirect=["way"]
    )
    def test_the_truth_is_in_its_last_transaction(
        self, line: SerialLine, zvt: ZvtTerminal, word: str
    ) -> None:
        behave(line, BEHAVIOURS[word])
        assert zvt.pay(order(), keeper([])).end is End.UNKNOWN
        behave(line, Behaviour())
        last = zvt.last()
        assert last.record is not None
        assert (last.record.trace, last.record.piastres) == (1, 132_485)

    def test_a_terminal_at_work_says_nothing_of_its_last_transaction(self) -> None:
        with terminal("tcp", seconds=30) as line:
            zvt = driver(line, "tcp")
            behave(line, Behaviour(forgets=True))
            zvt.pay(order(), keeper([]))
            last = zvt.last()
            zvt.close()
        assert (last.idle, last.record) == (False, None)


class TestWords:
    def test_each_word_can_be_said_and_well_ends_it(self) -> None:
        with terminal("tcp") as line:
            for word, act in WORDS.items():
                act(line)
                if word in BEHAVIOURS and word != "well":
                    with line.change() as machine:
                        assert machine.behaviour == BEHAVIOURS[word]
                WORDS["well"](line)
                with line.change() as machine:
                    assert (machine.behaviour, machine.faults) == (Behaviour(), Faults())


class TestLine:
    @pytest.mark.parametrize(
        "faults",
        [
            Faults(silent=True),
            Faults(cut_at=2),
            Faults(storm=b"\x15"),
            Faults(vanish_on="read"),
            Faults(vanish_on="flush"),
            Faults(noise=b"\xffa\x80\x95"),
            Faults(late=0.7),
        ],
        ids=["silent", "cut", "nak-storm", "vanish-read", "vanish-flush", "garbage", "late"],
    )
    def test_a_fault_of_the_line_is_unknown_and_nothing_is_sent_twice(
        self, line: SerialLine, quick: ZvtTerminal, faults: Faults
    ) -> None:
        quick.is_usable()
        line.misbehave(faults)
        outcome = quick.pay(order(), keeper([]))
        assert outcome.end is not End.DECLINED
        with line.change() as machine:
            assert machine.orders <= 1

    def test_a_terminal_that_is_not_there_was_sent_nothing(self, line: SerialLine, zvt: ZvtTerminal) -> None:
        line.unplug()
        outcome = zvt.pay(order(), keeper([]))
        assert (outcome.end, outcome.why.split(".")[0]) == (End.NOT_SENT, "device")
        with pytest.raises(KnownError):
            zvt.last()

    def test_it_is_found_again_under_another_name(self, line: SerialLine, zvt: ZvtTerminal) -> None:
        zvt.pay(order(), keeper([]))
        line.plug_in()
        again = driver(line, "serial" if line.path.startswith("/") else "tcp")
        assert again.last().counter == 1
        again.close()
