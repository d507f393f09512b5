"""A field morning: twenty devices take money over bad lines, both sides are killed; every piastre is found.

Devices and the centre are processes of their own, killed by the system. A quarter of an hour in
`make test-long`; `KIOSK_MORNING_SECONDS` and `KIOSK_MORNING_DEVICES` make it smaller.
"""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from central.backup import make_backup
from central.centre import open_centre, utc_now
from central.folder import Folder
from central.restore import restore
from tests.central.server import ServerProcess, process
from tests.quality.tree import ROOT
from tests.sync.machine import checks, money, quiet
from tests.sync.machine.body import Body
from tests.sync.machine.centre import CentrePart
from tests.sync.machine.relay import Fault, Harm
from tests.sync.machine.running import ways_to
from tests.sync.machine.served import Lines, before
from tests.sync.machine.template import SETTINGS, Template, make_template
from tests.sync.machine.world import World
from tests.sync.proxy import Plan
from tools.steady_port import steady_port

SECONDS = int(os.environ.get("KIOSK_MORNING_SECONDS", "900"))
DEVICES = [f"T{n:02}" for n in range(int(os.environ.get("KIOSK_MORNING_DEVICES", "20")))]
CLONED = DEVICES[0]
BEAT_S = 0.25
HARMS = [one for one in Harm if not one.name.startswith(("CENTRE", "DEVICE"))]


@dataclass
class Device:
    """A folder and the process that works on it."""

    name: str
    root: Path
    secrets: dict[str, str]
    process: "subprocess.Popen[str] | None" = None

    def start(self, seed: int, addresses: list[str]) -> None:
        words = [str(self.root), self.name, str(seed), *addresses]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.morning_device", *words],
            cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(self.secrets) + "\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        """As a battery that comes out; whoever died by himself before says why."""
        assert self.process is not None
        self._did_not_fail()
        self.process.kill()
        self.process.communicate()

    def finish(self) -> None:
        """Let it end in order."""
        assert self.process is not None
        self._did_not_fail()
        _, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, errors[-3000:]

    def _did_not_fail(self) -> None:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} failed: {self.process.communicate()[1][-3000:]}")


@dataclass
class Morning:
    """The centre's process, the devices, and the lines between them."""

    root: Path
    draw: random.Random
    devices: list[Device]
    addresses: list[str]
    centre: Callable[[], ServerProcess]
    seeds: Iterator[int] = field(default_factory=lambda: count(1))
    server: ServerProcess | None = None
    backup: Path | None = None

    def start_centre(self) -> None:
        self.server = self.centre()

    def kill_centre(self) -> None:
        assert self.server is not None
        self.server.kill()

    def kill_and_start_centre(self) -> None:
        self.kill_centre()
        self.start_centre()

    def make_backup(self) -> None:
        """While it serves."""
        centre = open_centre(self.root / "centre", settings=SETTINGS)
        self.backup = make_backup(centre, self.root / "backups", off_machine=True).folder
        centre.close()

    def lose_the_centre(self) -> None:
        """Its data are gone, and the back-up takes their place."""
        assert self.backup is not None
        self.kill_centre()
        restore(Folder(self.root / "centre"), self.backup, now=utc_now(), replace=True, off_machine=True)
        self.start_centre()

    def clone(self) -> None:
        """The disk of a device is copied, and the copy goes to work too."""
        of = self.devices[0]
        of.kill()
        copy = Device(f"{of.name}'", of.root.with_name(f"{of.root.name}-copy"), of.secrets)
        shutil.copytree(of.root, copy.root)
        self.devices.append(copy)
        for one in (of, copy):
            one.start(next(self.seeds), self.addresses)

    def kill_a_device(self) -> None:
        device = self.draw.choice(self.devices)
        device.kill()
        device.start(next(self.seeds), self.addresses)


@contextmanager
def at_work(root: Path, made: Template, lines: Lines, port: int) -> Iterator[Morning]:
    """Copies of everything, with a process for each."""
    shutil.copytree(made.centre, root / "centre")
    devices = []
    for name in DEVICES:
        shutil.copytree(made.device(name), root / name)
        devices.append(Device(name, root / name, made.secrets[name]))
    with ExitStack() as stack:
        addresses = [f"https://127.0.0.1:{port}", lines.relay.address, lines.cutting.address]
        morning = Morning(
            root, random.Random(7), devices, addresses,
            lambda: stack.enter_context(process(root, port=port)),
        )  # fmt: skip
        morning.start_centre()
        try:
            for one in devices:
                one.start(next(morning.seeds), addresses)
            yield morning
        finally:
            for one in morning.devices:
                if one.process is not None and one.process.poll() is None:
                    one.process.kill()
                    one.process.communicate()


def spend(morning: Morning, lines: Lines, seconds: int) -> None:
    """Let the lines fail, one way or another all the time, and the machines at their times."""
    acts = dict.fromkeys((20, 50, 80), morning.kill_and_start_centre)
    acts |= {30: morning.make_backup, 40: morning.clone, 60: morning.lose_the_centre}
    plan = [(percent * seconds // 100, acts[percent]) for percent in sorted(acts)]
    begun, beat, draw = monotonic(), Event(), morning.draw
    while (passed := monotonic() - begun) < seconds or plan:
        if plan and passed > plan[0][0]:
            plan.pop(0)[1]()
        if draw.randrange(7) == 0:
            morning.kill_a_device()
        lines.relay.set(Fault(draw.choice(HARMS), draw.randrange(6), draw.randrange(400)))
        if draw.randrange(3) == 0:
            lines.relay.deliver()
        at = draw.randrange(20_000)
        lines.cutting.plan = Plan(up=at) if draw.randrange(2) else Plan(down=at)
        beat.wait(BEAT_S)


@pytest.mark.long
@pytest.mark.timeout(SECONDS + 900)
def test_every_piastre_of_a_field_morning_is_found(tmp_path: Path) -> None:
    made = make_template(None, DEVICES)
    port = steady_port()
    with before(made, ("127.0.0.1", port)) as lines, at_work(tmp_path, made, lines, port) as morning:
        spend(morning, lines, SECONDS)
        for one in morning.devices:
            one.finish()
        morning.kill_centre()
    with ways_to(made) as ways:
        world = World(ways, tmp_path, CentrePart(tmp_path / "centre", ways.switch))
        world.centre.start()
        for one in morning.devices:
            copied = one.name.rstrip("'") == CLONED
            world.bodies[one.name] = Body(one.name, one.root, one.secrets, alone=not copied)
        try:
            settle(world)
        finally:
            world.close()


def settle(world: World) -> None:
    """All is told, and all that must hold of it holds."""
    world.odd.add("restored")
    quiet.tell_all(world)
    quiet.come_to_rest(world)
    checks.always(world)
    checks.at_rest(world)
    money.adds_up(world)
    for body in world.bodies.values():
        if body.alone:
            money.shown_is_owed(world, body)
