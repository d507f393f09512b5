"""All faults off: rounds until nothing moves. Whoever cannot come to rest is stuck."""

from datetime import timedelta

from kiosk.store.queries.queue import queue
from kiosk.store.sync_state import setting
from tests.sync.machine import scans
from tests.sync.machine.body import Body
from tests.sync.machine.world import World

MOST_ROUNDS = 6
A_NEW_SNAPSHOT = timedelta(minutes=20)


def tell_all(world: World) -> None:
    """Every device tells what it has, and the centre applies it; the debts in use are still the old ones."""
    with world.step("quiet: all is told"):
        world.tally["delivered late"] += world.lines.relay.deliver()
        for body in _bodies(world):
            world.round(body)
            left = waiting(body)
            assert not (left and body.alone), f"{body.name}: the centre does not know its last {left} entries"
        world.centre.apply(everything=True)


def come_to_rest(world: World) -> None:
    """The centre publishes what is owed now; rounds until nothing moves any more."""
    with world.step("quiet: new snapshots") as said:
        world.move_centre_clock(A_NEW_SNAPSHOT)
        moving, done = _bodies(world), 0
        while moving and done < MOST_ROUNDS * len(world.bodies):
            done += len(moving)
            moving = [body for body in moving if _moves(world, body)]
            if world.centre.apply(everything=True):
                moving = _bodies(world)
        said.append(f"{done} rounds")
        assert not moving, f"{', '.join(one.name for one in moving)} cannot come to rest"


def _moves(world: World, body: Body) -> bool:
    """One more round, which lets great losses through; whether anything is left to be said or was brought."""
    world.round(body, accept_smaller=True)
    last = world.last
    brought = last.batches or last.persons or last.applied or last.scans.whole
    return bool(waiting(body) or brought or (body.alone and scans.wait(body)))


def _bodies(world: World) -> list[Body]:
    return [world.bodies[name] for name in sorted(world.bodies)]


def waiting(body: Body) -> int:
    """Entries of a device that are neither acknowledged nor on a branch at the centre."""
    db = body.session.store.db
    at_centre = max(queue(db).acknowledged, setting(db, "branch_through") or 0)
    return body.session.store.journal.state().seq - at_centre
