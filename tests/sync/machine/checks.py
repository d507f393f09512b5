"""What must hold of a history: at every step, and when all has come to rest."""

from collections import Counter, defaultdict
from itertools import pairwise

from sqlalchemy import select

from central import schema
from central.check import check_all
from kiosk.core.wire.entry import FIRST_PREVIOUS, entry_hash
from kiosk.store.periods import first_kept, hash_at
from kiosk.store.sync_state import quarantined
from kiosk.sync.persons import persons_named
from tests.sync.machine import scans
from tests.sync.machine.body import Body
from tests.sync.machine.held import Held
from tests.sync.machine.world import World

_OF_A_RESTORE = frozenset(
    {"data_forgotten", "leases_forgotten", "staff_taken_over", "roster_to_sign", "book_taken_over"}
)
"""What a centre notes that was put back, about devices which did nothing odd."""


def always(world: World) -> None:
    """No device believes that the centre holds, or holds safely, what it does not."""
    epoch = world.centre.epoch
    where = {row.stream: row for row in world.rows(select(schema.stream))}
    for row in where.values():
        assert row.applied <= row.stored, f"{row.stream}: applied {row.applied} of {row.stored}"
        assert row.safe <= row.stored, f"{row.stream}: safe {row.safe} of {row.stored}"
        world.safe[row.stream] = max(world.safe.get(row.stream, 0), row.safe)
    for body in world.bodies.values():
        said, stored, safe = body.acknowledged()
        assert safe <= stored, f"{body.name}: safe {safe}, stored {stored}"
        assert said <= epoch, f"{body.name} knows epoch {said}, the centre is in {epoch}"
        if said == epoch:
            there = where[body.stream].stored
            assert stored <= there, f"{body.name} has {stored} acknowledged, the centre holds {there}"
            if body.looked_at != (looked := (said, stored, world.centre.died)):
                _holds(world, body, stored)
                body.looked_at = looked
        _kept_what_is_not_safe(world, body)
        scans.nothing_is_believed_that_is_not_so(world, body)


def _holds(world: World, body: Body, acknowledged: int) -> None:
    if acknowledged:
        table = schema.journal
        here = (table.c.stream == body.stream) & (table.c.seq == acknowledged)
        (row,) = world.rows(select(table.c.hash).where(here))
        ours = hash_at(body.session.store.db, acknowledged)
        assert ours in (None, bytes(row.hash)), f"{body.name}: another entry {acknowledged} was acknowledged"


def _kept_what_is_not_safe(world: World, body: Body) -> None:
    gone = first_kept(body.session.store.db) - 1
    assert gone <= world.safe.get(body.stream, 0), f"{body.name} dropped {gone} entries that were not safe"


def at_rest(world: World) -> None:
    """Journals, ledgers and what people see, when nothing moves any more."""
    held = Held(world)
    for name in held.journal:
        _is_a_chain(name, held)
        _was_written(world, name, held)
    for body in world.bodies.values():
        _is_at_the_centre(world, body, held)
        _sees_what_waits(body, held)
        _has_its_people_there(world, body)
        if body.alone:
            scans.are_at_the_centre(world, body)
    _poison_is_set_apart(world, held)
    _no_number_twice(held)
    _works_out_again(world)


def _is_a_chain(name: str, held: Held) -> None:
    """Nothing is missing between the first entry and the last, and each follows from the one before."""
    rows, stream = held.journal[name], held.streams[name]
    assert [seq for seq, _, _ in rows] == list(range(1, stream.stored + 1)), f"{name} has holes"
    head = FIRST_PREVIOUS
    for seq, data, hash_ in rows:
        head = entry_hash(head, seq, data)
        assert head == hash_, f"{name}: entry {seq} does not follow from the one before"
    assert head == bytes(stream.head), f"{name}: its head is not that of its last entry"
    assert stream.applied == stream.stored, f"{name}: {stream.applied} of {stream.stored} applied"


def _was_written(world: World, name: str, held: Held) -> None:
    """The centre made nothing up: each entry, in journal and branches, is one that some folder once held."""
    if name not in world.ever:
        return
    for seq, data, hash_ in [*held.journal[name], *held.branches[name]]:
        assert world.ever[name].get((seq, hash_)) == data, f"{name}: nobody wrote entry {seq} of the centre"


def _is_at_the_centre(world: World, body: Body, held: Held) -> None:
    """Everything that this folder holds is there, byte for byte."""
    there, here = held.journal[body.stream], body.journal()
    if body.alone:
        first = here[0][0]
        assert there[first - 1 :] == here, f"{body.name}: the centre's journal is another one"
        assert not held.branches[body.stream], f"{body.name}: a branch, but nobody ever copied it"
        return
    missing = sorted({one[0] for one in here} - {one[0] for one in _all(held, body.stream) & set(here)})
    assert not missing, f"{body.name}: entries {missing} are nowhere at the centre"


def _all(held: Held, stream: str) -> set[tuple[int, bytes, bytes]]:
    return {*held.journal[stream], *held.branches[stream]}


def _sees_what_waits(body: Body, held: Held) -> None:
    """What waits for a person at the centre is told on the device, with its reason."""
    if not body.alone:
        return
    there = {seq: row.code for (name, seq), row in held.quarantine.items() if name == body.stream}
    here = {one.seq: one.code for one in quarantined(body.session.store.db)}
    assert here == {seq: code for seq, code in there.items() if held.is_open(body.stream, seq)}, (
        f"{body.name} shows {here}, at the centre wait {there}"
    )


def _has_its_people_there(world: World, body: Body) -> None:
    """The personal records that its entries name came too."""
    if not body.alone:
        return
    db = body.session.store.db
    named = set(persons_named(db, 1, body.session.store.journal.state().seq))
    here = {row[0] for row in db.conn.execute("SELECT id FROM person WHERE wrapped_key IS NOT NULL")}
    there = {row.person for row in world.rows(select(schema.person.c.person))}
    assert named & here <= there, f"{body.name}: {len((named & here) - there)} records are not at the centre"


def _poison_is_set_apart(world: World, held: Held) -> None:
    """What cannot be applied waits, named, wherever it is part of the journal."""
    for name, seq, hash_ in world.poison:
        if any((seq, hash_) == (one[0], one[2]) for one in held.journal[name]):
            assert (name, seq) in held.quarantine, f"entry {seq} of {name} was applied or forgotten"
    bugs = [row.seq for row in held.quarantine.values() if row.code == "apply.not_booked"]
    assert not bugs, f"the centre's own program failed at entries {bugs}"
    if not (world.poison or world.odd):
        assert not held.quarantine, [(row.seq, row.code, row.en) for row in held.quarantine.values()]


def _works_out_again(world: World) -> None:
    """From the journals alone, from zero, the centre comes to the same tables; and nothing odd was found."""
    found = check_all(world.centre.centre)
    assert not found.disagreements, found.disagreements
    if all(one.alone for one in world.bodies.values()) and not world.poison:
        may = _OF_A_RESTORE if "restored" in world.odd else frozenset[str]()
        assert set(found.incidents) <= may, f"incidents without a cause: {found.incidents}"


def _no_number_twice(held: Held) -> None:
    numbers = Counter(row.number for row in held.table(schema.receipt))
    assert not [one for one, times in numbers.items() if times > 1]
    serials: dict[str, list[int]] = defaultdict(list)
    for (name, _), one in held.of_type("receipt.issued").items():
        serials[name + one["body"]["series"]].append(one["body"]["serial"])
    for of_series in serials.values():
        assert all(after == before + 1 for before, after in pairwise(of_series)), "a number was left out"
