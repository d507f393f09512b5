"""Histories in which the centre writes sticks too, and devices take them late, twice or out of order.

Whatever came by stick and then by net, or the other way about, the quiet after finds as if it had come once.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from central.usb_out import export_stick
from kiosk.core.errors import KnownError
from kiosk.sync.stick_take import take_stick
from tests.sync.machine.body import Body
from tests.sync.machine.rules import Histories, devices
from tests.sync.machine.running import run, ways_to
from tests.sync.machine.served import Lines
from tests.sync.machine.template import template
from tests.sync.machine.world import CONTRADICTIONS

_NOTHING = ("stick.nothing", "stick.other_device")
_NOT_NOW = ("central.unknown_device", "central.retired")
_FAULTS = (*CONTRADICTIONS, "debt_data.beyond_journal")


class WithSticks(Histories):
    """The rules of all histories, and sticks down."""

    def __init__(self) -> None:
        super().__init__()
        self.down: list[Path] = []

    @rule(device=devices, what=st.sampled_from(["write", "take", "take", "take the first"]))
    def from_centre(self, device: str, what: str) -> None:
        with self.world.step(f"the centre's sticks: {device}, {what}") as said:
            body = self.world.body(device)
            said.append(self._write(body) if what == "write" else self._take(body, self._chosen(what)))

    more_from_centre = from_centre

    def _write(self, body: Body) -> str:
        root = self.world.root / f"down-{len(self.world.script) + 1}"
        root.mkdir()
        try:
            done = export_stick(self.world.centre.centre, body.round.place.me.device, root)
        except KnownError as error:
            if error.code not in _NOT_NOW:
                raise
            return error.code
        self.down.append(root)
        return f"{done.stored_through} there, {len(done.datasets)} datasets"

    def _chosen(self, what: str) -> list[Path]:
        return self.down[:1] if what == "take the first" else self.down[::-1]

    def _take(self, body: Body, roots: list[Path]) -> str:
        said = []
        for root in roots:
            try:
                done = take_stick(body.round.place, root)
            except KnownError as error:
                if error.code not in _NOTHING:
                    raise
                said.append(error.code)
                continue
            for one in done.faults:
                assert one.code in _FAULTS, one
            said.append(f"{done.acknowledged} there, using {' '.join(done.applied)}")
        return "; ".join(said)


@pytest.fixture(scope="module")
def ways() -> Iterator[Lines]:
    with ways_to(template()) as made:
        yield made


@pytest.mark.long
@pytest.mark.parametrize("start", range(20))
def test_by_stick_and_by_net_all_ends_as_if_it_had_come_once(ways: Lines, start: int) -> None:
    run(ways, 25, start, rules=WithSticks)
