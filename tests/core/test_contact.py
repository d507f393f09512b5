"""A copy of a device is found at its first contact, and nothing else is taken for one: all ways are tried."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from kiosk.core.contact import CentreSide, Contact, DeviceSide, Verdict, judge

SENT, RESETS = 6, 2
"""Heartbeats and restores (or liftings) of the histories that are tried, all of them."""


@dataclass(frozen=True)
class World:
    """One device and the centre. Every heartbeat ever sent may still arrive, again or for the first time.

    `waiting`: the heartbeat whose answer the device waits for, None when it gave up or lost its power;
    `answer`: that answer, on its way.
    """

    device: DeviceSide = field(default_factory=DeviceSide)
    sent: tuple[Contact, ...] = ()
    waiting: int | None = None
    answer: Verdict | None = None
    echo: str = ""
    centre: CentreSide | None = None
    resets: int = 0


def steps(world: World) -> Iterator[tuple[World, bool]]:
    """Everything that can happen next, and whether somebody was taken for a copy."""
    if world.waiting is None and len(world.sent) < SENT:
        side, contact = world.device.begin(f"token {len(world.sent)}")
        yield replace(world, device=side, sent=(*world.sent, contact), waiting=len(world.sent)), False
    for nonce, contact in enumerate(world.sent):
        centre, verdict = judge(world.centre, contact, str(nonce), str(world.resets))
        heard = (verdict, centre.echo) if nonce == world.waiting else (world.answer, world.echo)
        yield replace(world, centre=centre, answer=heard[0], echo=heard[1]), verdict == "clone"
    if world.waiting is not None:
        yield replace(world, waiting=None, answer=None, echo=""), False
        if world.answer is not None:
            contact = world.sent[world.waiting]
            side = world.device.heard(contact, world.answer, world.echo)
            alarm = world.answer != "known" and world.device.concerns(contact)
            yield replace(world, device=side, waiting=None, answer=None, echo=""), alarm
    if world.resets < RESETS:
        yield replace(world, centre=None, resets=world.resets + 1), False


def reachable() -> set[World]:
    """Every state of one device that was never copied."""
    seen, left = {World()}, [World()]
    while left:
        for world, alarm in steps(left.pop()):
            assert not alarm, world
            if world not in seen:
                seen.add(world)
                left.append(world)
    return seen


@pytest.fixture(scope="module")
def worlds() -> set[World]:
    return reachable()


def test_no_lost_answer_power_cut_late_or_repeated_message_or_restore_looks_like_a_copy(
    worlds: set[World],
) -> None:
    assert len(worlds) > 5_000
    assert {world.centre.settled for world in worlds if world.centre} == {True, False}


@dataclass
class Machine:
    """A device that was copied, on a line that works from now on."""

    name: str
    side: DeviceSide
    tries: int = 0

    def meet(self, centre: CentreSide | None) -> tuple[CentreSide, bool]:
        """One contact, as `kiosk.sync.beat` does it; whether the centre noted a copy, or the device one."""
        for _ in range(2):
            self.tries += 1
            nonce = f"{self.name} {self.tries}"
            self.side, contact = self.side.begin(nonce)
            after, verdict = judge(centre, contact, nonce, "new")
            self.side, centre = self.side.heard(contact, verdict, after.echo), after
            if verdict != "behind":
                break
        return after, verdict == "clone"


def contacts_until_found(
    device: DeviceSide, centre: CentreSide | None, order: tuple[str, ...], failed: dict[str, int]
) -> int:
    """How many contacts it takes; `failed`: tries of each that never arrived before it comes through."""
    machines = {name: Machine(name, device) for name in ("device", "copy")}
    for name, count in failed.items():
        for n in range(count):
            machines[name].side, _ = machines[name].side.begin(f"{name} failed {n}")
    for count, name in enumerate(order, 1):
        centre, found = machines[name].meet(centre)
        if found:
            return count
    return len(order) + 1


TURNS = ("device", "copy", "device", "copy")
UNEVEN: tuple[dict[str, int], ...] = ({}, {"device": 1}, {"copy": 2}, {"device": 2, "copy": 1})


def test_of_two_copies_the_second_is_found_at_its_first_contact(worlds: set[World]) -> None:
    quiet = {
        (world.device, world.centre)
        for world in worlds
        if world.device.pending is None and world.centre and world.centre.settled
        and world.centre.token == world.device.held
    }  # fmt: skip
    assert quiet
    for device, centre in quiet:
        for failed in UNEVEN:
            for order in (TURNS, TURNS[1:]):
                assert contacts_until_found(device, centre, order, failed) == 2, (device, order, failed)


def test_two_copies_of_any_state_are_found_after_one_more_contact_at_the_latest(worlds: set[World]) -> None:
    for device, centre in {(world.device, world.centre) for world in worlds}:
        for failed in UNEVEN:
            for order in (TURNS, TURNS[1:]):
                assert contacts_until_found(device, centre, order, failed) <= 3, (device, order, failed)


def test_the_one_that_shows_the_old_token_is_told_and_the_other_goes_on() -> None:
    before = Machine("before", DeviceSide())
    centre, _ = before.meet(None)
    centre, _ = before.meet(centre)
    device, copy = Machine("device", before.side), Machine("copy", before.side)
    for _ in range(3):
        centre, found = device.meet(centre)
        assert not found
    centre, found = copy.meet(centre)
    assert found
    assert copy.side.told
    _, found = device.meet(centre)
    assert not found


def test_once_a_person_has_lifted_the_stop_the_next_heartbeat_is_believed() -> None:
    machine = Machine("device", DeviceSide(n=3, held="old", pending="lost", told=True))
    centre, found = machine.meet(None)
    assert not found
    assert machine.side == DeviceSide(4, "lost", None, "new")
    _, found = machine.meet(centre)
    assert not found
