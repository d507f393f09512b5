"""USB sticks in the histories: written by devices, read at the centre, the answers read by devices."""

from central.usb import import_sticks
from kiosk.core.errors import KnownError
from kiosk.store.queries.queue import acknowledged_through
from kiosk.sync.export import Source, export_sealed
from kiosk.sync.stick_answer import take_answer
from tests.sync.machine.body import Body
from tests.sync.machine.world import CONTRADICTIONS, World

_TOLD = ("export.nothing", "export.no_acknowledgement", "export.missing", "journal.dropped", *CONTRADICTIONS)


def do(world: World, body: Body, what: str) -> str:
    """Write a stick on a device, let the centre read all sticks, or the device their answers."""
    if what.startswith("export"):
        return _export(world, body, 2 if what == "export a gap" else 0)
    if not world.sticks:
        return "there are none"
    return _read(world) if what == "read" else _answer(world, body)


def _export(world: World, body: Body, leave_out: int) -> str:
    """Export what is not acknowledged, all but so many of its first entries, to a new stick."""
    root = world.root / f"stick-{len(world.script) + 1}"
    root.mkdir()
    db = body.session.store.db
    first = acknowledged_through(db) + 1 + leave_out
    try:
        manifest = export_sealed(Source.of(body.round.place), root, first)
    except KnownError as error:
        if error.code not in _TOLD:
            raise
        return error.code
    world.sticks.append(root)
    world.tally["stick: with a gap" if leave_out else "stick: written"] += 1
    return f"entries {manifest.first} to {manifest.last}"


def _read(world: World) -> str:
    """The centre takes every stick in."""
    done = [one for stick in world.sticks for one in import_sticks(world.centre.centre, stick)]
    world.tally.update(f"stick, read: {outcome}" for one in done for outcome in one.outcomes)
    return ", ".join(outcome for one in done for outcome in one.outcomes)


def _answer(world: World, body: Body) -> str:
    """The device takes the answers in."""
    said = []
    for stick in world.sticks:
        try:
            said.append(str(take_answer(body.round.place, stick).stored_through))
            world.tally["stick: answer"] += 1
        except KnownError as error:
            if error.code not in _TOLD:
                raise
            said.append(error.code)
    return ", ".join(said)
