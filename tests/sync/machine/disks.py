"""Disks in the histories: copied, put back as they were, or set to work beside their own device."""

from tests.sync.machine.body import Body
from tests.sync.machine.world import MOST_BODIES, World


def do(world: World, body: Body, what: str) -> str:
    """Copy the disk of a device, put its copy back, or let the copy go its own way."""
    if what == "copied":
        world.kept_disks[body.name] = body.copy()
        world.tally["disk: copied"] += 1
        return f"at entry {body.session.store.journal.state().seq}"
    if body.name not in world.kept_disks:
        return "there is no copy"
    return put_back(world, body) if what == "put back" else clone(world, body)


def put_back(world: World, body: Body) -> str:
    """The copy of its disk takes the place of the one at work."""
    world.tally["disk: put back"] += 1
    world.look_at(body)
    body.go_on_from(world.kept_disks.pop(body.name))
    body.paid.clear()
    body.alone = False
    return f"at entry {body.session.store.journal.state().seq}"


def clone(world: World, body: Body) -> str:
    """The copy of its disk goes to work beside it, under a name of its own."""
    name = f"{body.name}'"
    if name in world.bodies or len(world.bodies) == MOST_BODIES:
        return "enough of them"
    copy = Body(name, world.kept_disks.pop(body.name), body.secrets, body.who, body.off_ms)
    copy.poisoned = body.poisoned
    world.bodies[name] = copy
    world.tally["disk: cloned"] += 1
    body.alone = copy.alone = False
    return name
