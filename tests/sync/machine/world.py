"""One history: a centre, devices, the lines between them, and all that was ever written."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from central import schema
from kiosk.core.wire.entry import FIRST_PREVIOUS, entry_hash
from kiosk.core.wire.manifest import DEBTS
from kiosk.store.periods import first_kept, hash_at
from kiosk.sync.outcomes import RoundResult
from tests.sync.machine.body import Body, Written
from tests.sync.machine.centre import CentrePart
from tests.sync.machine.relay import Fault, Harm
from tests.sync.machine.served import Lines
from tests.sync.machine.template import quick_folder
from tests.sync.proxy import Plan

CONTRADICTIONS = ("sync.fork", "sync.ahead", "sync.clone")
MOST_BODIES = 4


@dataclass
class World:
    """`ever`: each entry that any folder ever held, by stream, place and hash. `script`: what happened."""

    lines: Lines
    root: Path
    centre: CentrePart
    bodies: dict[str, Body] = field(default_factory=dict)
    ever: dict[str, dict[tuple[int, bytes], bytes]] = field(default_factory=lambda: defaultdict(dict))
    poison: list[tuple[str, int, bytes]] = field(default_factory=list)
    script: list[str] = field(default_factory=list)
    kept_disks: dict[str, Path] = field(default_factory=dict)
    safe: dict[str, int] = field(default_factory=dict)
    """Per stream, how far the centre ever said that it is safe."""
    last: RoundResult = field(default_factory=RoundResult)
    sticks: list[Path] = field(default_factory=list)
    backups: list[Path] = field(default_factory=list)
    dropped: bool = False
    """Whether a device was asked to drop a period: once in a history, for it costs much."""
    odd: set[str] = field(default_factory=set)
    """What happened for which the centre may set entries apart that no poison is."""

    def body(self, name: str) -> Body:
        """A device by its name; its folder is copied when it first does anything."""
        if name not in self.bodies:
            root = self.root / f"device-{name}"
            shutil.copytree(self.lines.template.device(name), root)
            self.bodies[name] = Body(name, root, self.lines.template.secrets[name])
        return self.bodies[name]

    @contextmanager
    def step(self, what: str) -> Iterator[list[str]]:
        """One step of the script; whoever does it adds words. Afterwards all that was written is known."""
        said: list[str] = []
        try:
            yield said
        finally:
            self.script.append(
                f"{len(self.script) + 1:3}. {what}" + (f" → {'; '.join(said)}" if said else "")
            )
        self.look()
        assert not self.lines.complaints.said, self.lines.complaints.said[0]

    @property
    def tally(self) -> Counter[str]:
        """How often what really took place."""
        return self.lines.tally

    def rows(self, query: Any) -> list[Any]:
        """Rows of the centre's database as it is now."""
        return self.centre.rows(query)

    def told(self) -> str:
        """The script, for people."""
        return "\n".join(["What happened:", *self.script])

    def look(self) -> None:
        """Take down what the devices wrote."""
        for body in self.bodies.values():
            self.look_at(body)

    def look_at(self, body: Body) -> None:
        for seq, data, hash_ in body.written():
            self.ever[body.stream][seq, hash_] = data

    def whole_journal(self, body: Body) -> list[Written]:
        """All entries of a device in their order, with those that it has dropped since."""
        db, written = body.session.store.db, self.ever[body.stream]
        places: dict[int, list[bytes]] = defaultdict(list)
        for seq, hash_ in written:
            places[seq].append(hash_)
        places[0] = [FIRST_PREVIOUS]
        seq = first_kept(db) - 1
        head, dropped = hash_at(db, seq), list[Written]()
        while seq:
            assert head is not None, f"{body.name} does not know entry {seq} before the first that it keeps"
            data = written[seq, head]
            dropped.append((seq, data, head))
            head = next(one for one in places[seq - 1] if entry_hash(one, seq, data) == head)
            seq -= 1
        return dropped[::-1] + body.journal()

    def round(self, body: Body, fault: Fault | None = None, *, accept_smaller: bool = False) -> str:
        """A round of a device; with a fault it goes through the relay. What came of it.

        `accept_smaller`: a person has said that a great loss of debts is right.
        """
        if fault is None:
            result = body.run(self.lines.straight, accept_smaller=accept_smaller)
            self.tally["debts: let through"] += accept_smaller and DEBTS in result.applied
            return self._sound(body, result, smaller=not accept_smaller)
        relay = self.lines.relay
        relay.centre_dies, relay.centre_commits = self.centre.crash, self.centre.dies_as_it_commits
        died: list[Path] = []
        relay.device_dies = lambda: died.append(body.copy())
        relay.set(fault)
        body.hang_up()
        lives = self.centre.died
        try:
            result = body.run(relay.address, hasty=fault.harm is Harm.SILENCE)
            met = relay.met
        finally:
            relay.set(Fault())
        if self.centre.died > lives:
            self.lines.complaints.said.clear()
        if met:
            self.tally[f"line: {fault.harm.value}"] += 1
            self.tally["line: of scans"] += bool(fault.only)
        if died:
            self.look_at(body)
            body.go_on_from(died[0])
        if met or fault.harm is Harm.SILENCE:  # whoever is hasty may give up on a busy machine, too
            return self._short(result)
        return "(not met) " + self._sound(body, result)

    def cut(self, body: Body, plan: Plan) -> str:
        """A round over a line that is cut after so many bytes."""
        proxy = self.lines.cutting
        proxy.plan = plan
        before = proxy.cuts
        result = body.run(proxy.address, afresh=True)
        body.hang_up()
        if proxy.cuts == before:
            return self._sound(body, result)
        self.tally["cut upwards" if plan.up is not None else "cut downwards"] += 1
        return self._short(result)

    def impostor(self, body: Body) -> str:
        """A round with somebody who says he is the centre."""
        result = body.run(self.lines.impostor.address, afresh=True)
        assert result.error is not None
        assert result.error.code == "sync.tls", result.error
        self.tally["an impostor"] += 1
        return self._short(result)

    def backup(self) -> str:
        """A backup of the centre's data, as its operator makes one."""
        self.backups.append(self.centre.backup())
        self.tally["centre: backup"] += 1
        return f"number {len(self.backups)}"

    def restore(self) -> str:
        """The centre's data are gone; the newest backup takes their place."""
        if not self.backups:
            return "there is none"
        for body in self.bodies.values():
            body.hang_up()
        held = self._held()
        self.centre.restore(self.backups[-1])
        self.tally["centre: restore"] += 1
        self.tally["centre: lost what devices had sent"] += self._held() != held
        self.odd.add("restored")
        return f"epoch {self.centre.epoch}"

    def _held(self) -> list[Any]:
        """How much the centre holds of each stream."""
        table = schema.stream
        return self.rows(select(table.c.stream, table.c.stored).order_by(table.c.stream))

    def _sound(self, body: Body, result: RoundResult, *, smaller: bool = True) -> str:
        """Nothing hurt this round: the one thing that may be wrong is a contradiction of a copy."""
        if result.error is not None:
            may = result.error.code in CONTRADICTIONS and not body.alone
            assert may, f"a round on a sound line of {body.name} ended with {result.error}"
        for one in result.faults:
            if one.code == "sync.debts_shrunk" and smaller:
                self.tally["debts: held back"] += 1
                continue
            assert one.code == "debt_data.beyond_journal", one
            assert not body.alone, one
        return self._short(result)

    def _short(self, result: RoundResult) -> str:
        self.last = result
        self.tally.update(f"now using {name}" for name in result.applied)
        error = "" if result.error is None else f" {result.error.code}"
        assert error.strip() != "sync.refused", result.error
        return f"{result.outcome.value}{error}, {result.acknowledged} of {result.entries} there" + (
            f", now using {' '.join(result.applied)}" if result.applied else ""
        )

    def move_centre_clock(self, by: timedelta) -> None:
        self.centre.clock.pass_time(by)

    def close(self) -> None:
        for body in self.bodies.values():
            body.close()
        self.lines.relay.held.clear()
        self.lines.complaints.said.clear()
        self.centre.close()
        shutil.rmtree(self.root, ignore_errors=True)


def new_world(lines: Lines) -> World:
    """A history that begins: the centre as the template left it, no device touched yet."""
    root = quick_folder("kiosk-history-")
    shutil.copytree(lines.template.centre, root / "centre")
    centre = CentrePart(root / "centre", lines.switch, lines.template.databases)
    centre.start()
    return World(lines, root, centre)
