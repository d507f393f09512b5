"""The drawer at the printer: it opens for what was just committed, in order, and never later by surprise."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from kiosk.core.errors import KnownError
from kiosk.devices.profiles import Profile
from kiosk.store.print_jobs import PrintState
from tests.devices.desks import MemoryDesk, papers
from tests.devices.direct import World
from tests.devices.printing import profile

KICK = b"\x1bp\x00"


@dataclass
class Till:
    """What a worker asks of the drawer."""

    asked: bool = False
    written: int = 0
    shut: list[str] = field(default_factory=list)
    told: list[bool] = field(default_factory=list)
    refuses: KnownError | None = None

    def due(self) -> bool:
        due, self.asked = self.asked, False
        return due

    def opens(self) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.written += 1

    def opened(self, *, confirmed: bool) -> None:
        self.told.append(confirmed)

    def stays_shut(self, fault: str) -> None:
        self.shut.append(fault)


@dataclass
class Counter:
    kind: Profile

    def __post_init__(self) -> None:
        self.world, self.desk, self.till = World(self.kind), MemoryDesk(height=40), Till()
        self.worker = self.world.worker(self.desk, torn=False)
        self.worker._drawer = self.till

    @property
    def kicks(self) -> int:
        return len(self.world.printer.drawer)

    def take_cash(self, *, receipt: bool = True) -> None:
        """A payment with its receipt is committed."""
        if receipt:
            self.desk.ask()
        self.till.asked = True

    def run(self) -> None:
        for _ in range(4):
            if self.worker.step() is None:
                return


@pytest.fixture
def counter() -> Iterator[Counter]:
    made = Counter(profile("epson-tm-t88", width_dots=576))
    yield made
    made.desk.db.close()


def test_the_drawer_opens_before_the_receipt_comes_out(counter: Counter) -> None:
    counter.take_cash()
    counter.run()
    sent = bytes(counter.world.printer.received)
    assert counter.kicks == counter.till.written == 1
    assert sent.index(KICK) < sent.index(b"\x1b@")
    assert sent.count(KICK) == 1
    assert b"\x10\x14" not in sent, "no real-time kick"
    assert papers(counter.world.printer) == [0]


def test_an_opening_without_a_receipt_prints_nothing(counter: Counter) -> None:
    counter.take_cash(receipt=False)
    counter.run()
    assert counter.kicks == 1
    assert counter.till.told == [True], "the printer answers a mark after it: it gave the pulse"
    assert counter.world.printer.sheets == []


def test_before_a_receipt_the_pulse_is_sent_and_not_waited_for(counter: Counter) -> None:
    counter.take_cash()
    counter.run()
    assert counter.till.told == [False]


def test_a_printer_that_answers_no_marks_is_not_said_to_have_given_it(counter: Counter) -> None:
    counter.world.silent = True
    counter.take_cash(receipt=False)
    counter.run()
    assert counter.till.told == [False]


@pytest.mark.parametrize("fault", ["paper_out", "cover_open", "cutter", "device.missing"])
def test_a_printer_that_is_not_ready_leaves_it_shut_for_good(counter: Counter, fault: str) -> None:
    world = counter.world
    acts = {
        "paper_out": world.printer.end_paper,
        "cover_open": lambda: world.printer.set_cover(is_open=True),
        "cutter": lambda: world.printer.suffer("cutter"),
        "device.missing": world.pull,
    }
    acts[fault]()
    counter.take_cash()
    counter.run()
    assert counter.till.shut == [fault if "." in fault else f"printer.{fault}"]
    assert counter.till.written == 0, "nothing is written of a drawer that stays shut"
    world.mend()
    counter.run()
    assert counter.kicks == 0, "not when somebody changes the roll an hour later"
    assert papers(world.printer) == [0], "the receipt waits, and comes out"


def test_what_may_not_be_written_does_not_open(counter: Counter) -> None:
    counter.till.refuses = KnownError("shift.none_open")
    counter.take_cash()
    counter.run()
    assert counter.kicks == 0
    assert counter.till.shut == ["shift.none_open"]


def test_a_printer_without_a_drawer_says_so() -> None:
    counter = Counter(profile("generic-80", drawer="none"))
    counter.take_cash()
    counter.run()
    assert counter.till.shut == ["drawer.not_known"]
    assert counter.desk.outcomes[-1].state is PrintState.CONFIRMED
    counter.desk.db.close()


def test_half_a_picture_does_not_swallow_the_pulse(counter: Counter) -> None:
    counter.world.lost_at = 900
    counter.desk.ask()
    counter.run()
    counter.world.mend()
    counter.take_cash()
    counter.run()
    assert counter.kicks == 1


def test_paper_near_its_end_is_said_once_until_a_new_roll_is_in(counter: Counter) -> None:
    said: list[bool] = []
    counter.worker._paper = said.append
    for low in (False, True, True, False, True):
        counter.world.printer.paper_low = low
        counter.desk.ask()
        counter.run()
    assert said == [True, False, True]
    assert {outcome.state for outcome in counter.desk.outcomes} == {PrintState.CONFIRMED}


def test_paper_that_ends_within_a_job_was_said_to_be_low_by_the_job_before(counter: Counter) -> None:
    said: list[bool] = []
    counter.worker._paper = said.append
    counter.desk.ask()
    counter.run()
    counter.world.printer.paper_low = True
    counter.desk.ask()
    counter.run()
    counter.world.printer.end_paper()
    counter.desk.ask()
    counter.run()
    assert said[0] is True
    assert len(papers(counter.world.printer)) == 2
