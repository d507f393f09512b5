"""Whatever faults and kills come: one paper alone is unmarked, copies count on, all paper is journalled."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.raster import Bitmap
from kiosk.devices.profiles import Profile
from kiosk.store.print_jobs import PrintState, prints_of
from tests.devices.desks import MemoryDesk, copy_on
from tests.devices.direct import KilledError, World
from tests.devices.printing import profile

KINDS: dict[str, Profile] = {
    "generic-80": profile("generic-80"),
    "clears": profile("generic-80", clear_buffer=True),
    "numbered": profile("epson-tm-t88", width_dots=576),
    "no-cutter": profile("generic-80", cut="none"),
}
HEIGHT = 40
BYTES = st.integers(0, 3500)
"""A job has about 3,000 bytes."""


def _killed() -> None:
    raise KilledError


Event = Callable[[World, MemoryDesk], None]
EVENTS: dict[str, Callable[[int], Event]] = {
    "nothing": lambda _: lambda _world, _desk: None,
    "silent": lambda _: lambda world, _desk: setattr(world, "silent", True),
    "late": lambda at: lambda world, _desk: setattr(world, "late", at / 500),
    "pulled": lambda at: lambda world, _desk: setattr(world, "lost_at", at),
    "stuck": lambda at: lambda world, _desk: setattr(world, "stuck_at", at),
    "cover": lambda at: lambda world, _desk: setattr(world, "cover_at", at),
    "paper": lambda at: lambda world, _desk: world.printer.end_paper(at % HEIGHT),
    "no paper": lambda _: lambda world, _desk: world.printer.end_paper(),
    "jam": lambda _: lambda world, _desk: setattr(world.printer, "jams_at_cut", True),
    "hot": lambda _: lambda world, _desk: world.printer.suffer("hot"),
    "away": lambda _: lambda world, _desk: world.pull(),
    "killed while sending": lambda at: lambda world, _desk: setattr(world, "die_at", at),
    "killed before the mark": lambda _: lambda _world, desk: setattr(desk, "on_begin", _killed),
    "killed after the mark": lambda _: lambda _world, desk: setattr(desk, "on_render", _killed),
    "killed before the report": lambda _: lambda _world, desk: setattr(desk, "on_report", _killed),
}


def started(world: World, desk: MemoryDesk) -> Callable[[], float | None]:
    desk.on_begin = desk.on_render = desk.on_report = lambda: None
    return world.worker(desk, torn=desk.resume()).step


def play(kind: Profile, events: list[tuple[str, int, bool]]) -> tuple[World, MemoryDesk]:
    """Ask for a print at each event, let it happen, and mend the printer where the event says so."""
    world, desk = World(kind), MemoryDesk(height=HEIGHT, width=kind.width_dots)
    step = started(world, desk)
    for word, at, mended in events:
        desk.ask()
        EVENTS[word](at)(world, desk)
        try:
            for _ in range(3):
                step()
                world.now += 1
        except KilledError:
            step = started(world, desk)
        if mended:
            world.mend()
    world.mend()
    step = started(world, desk)
    for _ in range(3 * len(events) + 3):
        world.mend()
        if step() is None:
            break
    return world, desk


def at_the_end_of(sheet: Bitmap) -> int | None:
    """The whole paper at the end of a sheet: without a cutter a void piece may hang before it."""
    for row in range(sheet.height):
        copy = copy_on(Bitmap(sheet.width, sheet.rows[row * sheet.stride :]))
        if copy is not None:
            return copy
    return None


def judge(world: World, desk: MemoryDesk) -> None:
    whole = [copy for sheet in world.printer.sheets if (copy := at_the_end_of(sheet.bitmap)) is not None]
    jobs = prints_of(desk.db, 7)
    marks = [outcome.copy for outcome in desk.outcomes if outcome.sent]
    confirmed = [one.copy for one in desk.outcomes if one.state is PrintState.CONFIRMED]
    assert whole.count(0) <= 1, "two papers without a mark"
    assert len(set(whole)) == len(whole), "two papers of one mark"
    assert set(whole) <= set(marks), "a paper that the journal does not know"
    assert sorted(marks) == list(range(len(marks))), "copies are numbered without gaps"
    assert set(confirmed) <= set(whole), "said to be printed and is not"
    assert {job.state for job in jobs} <= {PrintState.CONFIRMED, PrintState.UNCERTAIN, PrintState.FAILED}
    assert len(desk.outcomes) == len(jobs), "each job ends once"


@pytest.mark.parametrize("kind", KINDS)
@given(st.lists(st.tuples(st.sampled_from(list(EVENTS)), BYTES, st.booleans()), min_size=1, max_size=6))
@settings(max_examples=30, deadline=None)
def test_whatever_happens_in_whatever_order_papers_and_journal_agree(
    kind: str, events: list[tuple[str, int, bool]]
) -> None:
    world, desk = play(KINDS[kind], events)
    judge(world, desk)
    desk.db.close()
