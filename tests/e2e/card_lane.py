"""One lane of the card proof: a terminal of software, a kiosk beside it, and a judge who sees both records.

`python -m tests.e2e.card_lane FOLDER LINE SEED PAYMENTS KILLS` says one line of JSON at its end. Faults are
drawn by the seed. After every payment the judge compares what the terminal charged with what the kiosk
recorded: each difference must be an open attempt that a person sees, and is then settled with the terminal's
own record.
"""

import json
import random
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.core.card_terminal import EGP
from kiosk.core.cards import CLOCKS_DIFFER
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.zvt_records import Done
from kiosk.devices.simulators.zvt_terminal import (
    Behaviour,
    PtyZvtTerminal,
    Script,
    SimulatedZvtTerminal,
    TcpZvtTerminal,
)
from tests.acts import new_trial
from tests.devices.quick_terminal import BEHAVIOURS, LINES, SLOW_S
from tests.quality.tree import ROOT

LATER = CLOCKS_DIFFER + timedelta(minutes=1)
"""After which the next customer can have paid, once the terminal has ended what it was at."""
ON_READ = ("vanish-read", "vanish-flush")
"""The cable is pulled in the middle of the order, and put back."""
WELL = "well"
PAYS = (150_00, 150_00, 150_00, 27_00, 4_275_50)
"""Mostly one amount: only the counter tells one customer from the next."""


class Kiosk:
    """The kiosk's process."""

    def __init__(self, root: Path, address: str) -> None:
        command = [sys.executable, "-m", "tests.e2e.card_kiosk", str(root), address]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, do: str, **asked: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **asked}) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate(timeout=20)


class Lane:
    """The judge. `owner`: to whose form each charge of the terminal belongs, '' to a passer-by's."""

    def __init__(self, line: PtyZvtTerminal | TcpZvtTerminal, kiosk: Kiosk, chance: random.Random) -> None:
        self.line, self.kiosk, self.chance = line, kiosk, chance
        self.owner: dict[int, str] = {}
        self.count: Counter[str] = Counter()
        self.steps = 100
        self.intent = ""

    def pay(self, number: int, *, kill: bool) -> None:
        """One payment with its fault, its judgement, and what settles it."""
        self._own()
        self._set_clock()
        intent, piastres = f"{number:032x}", self.chance.choice(PAYS)
        self.intent = intent
        if self._percent(20):
            self._passer_by(piastres)
        before = self.line.machine.orders
        fault = self._misbehave(kill=kill)
        die_at = self.chance.randint(1, self.steps) if kill else None
        said = self.kiosk("pay", intent=intent, piastres=piastres, die_at=die_at)
        self._behave(fault)
        if fault != WELL and self._percent(20):
            self._own()
            taken = self.line.machine.orders > before
            self._passer_by(piastres, late=LATER if taken else timedelta())
        self.count[said["state"]] += 1
        if said["state"] not in ("killed", "refused") and fault == WELL:
            self.steps = max(said["steps"], 20)
        self._judge(intent, said["state"])

    def _judge(self, intent: str, state: str) -> None:
        seen = self.kiosk("look")
        difference = self._difference(seen)
        self.count["differences"] += bool(difference)
        assert difference <= Counter(one["intent"] for one in seen["open"]), (
            f"{state}: nobody sees {difference}"
        )
        for one in seen["open"]:
            assert one["intent"] == intent, "an older attempt is still open"
            self._settle(one)
        after = self.kiosk("look")
        assert not after["open"], after["open"]
        assert not after["unprinted"], f"{state}: nobody prints {after['unprinted']}"
        assert not self._difference(after), f"{state}: {self._difference(after)}"

    def _difference(self, seen: dict[str, Any]) -> "Counter[str]":
        """The forms whose card was charged and which are not recorded as paid. Never the other way round."""
        self._own()
        charged = Counter({self.owner[trace]: 1 for trace in self._charged() if self.owner[trace]})
        recorded = Counter[str]()
        for intent, trace, piastres in seen["recorded"]:
            assert self.owner[trace] == intent, (
                f"{intent} adopted what {self.owner[trace] or 'a passer-by'} paid"
            )
            assert self._charged().get(trace) == piastres, f"{intent} recorded what was not charged"
            recorded[intent] += 1
        assert set((charged + recorded).values()) <= {1, 2}
        assert max(recorded.values(), default=1) == 1, "recorded twice"
        assert len([one for one in self._charged() if self.owner[one]]) == charged.total(), "charged twice"
        return charged - recorded

    def _settle(self, one: dict[str, Any]) -> None:
        """As a person does: ask the terminal; else two read its record."""
        ended = self.kiosk("ask", seq=one["seq"])
        for _ in range(20):
            if ended["state"] != "unknown":
                break
            ended = self.kiosk("ask", seq=one["seq"])
        self.count[f"asked {ended['state']}"] += 1
        if ended["state"] not in ("unknown", "person"):
            return
        mine = [trace for trace in self._charged() if self.owner[trace] == one["intent"]]
        read: dict[str, Any] = {"charged": bool(mine)}
        if mine:
            done = next(done for done in self.line.machine.records.done if done.trace == mine[0])
            read |= {"trace": done.trace, "receipt_no": done.receipt, "piastres": done.piastres}
        found = self.kiosk("find", seq=one["seq"], **read)
        self.count[f"read {found['state']}"] += 1

    def _percent(self, chances: int) -> bool:
        return self.chance.randrange(100) < chances

    # --- the terminal

    def _set_clock(self) -> None:
        """The terminal shows the time of the kiosk, whose clock moves as it is looked at."""
        now = datetime.fromisoformat(self.kiosk("now"))
        with self.line.change() as machine:
            machine.now = lambda: now

    def _charged(self) -> dict[int, int]:
        return self.line.machine.records.charged()

    def _own(self) -> None:
        """What the terminal charged since the last look was for the present form, however late."""
        for done in self.line.machine.records.done:
            if done.kind == "payment":
                self.owner.setdefault(done.trace, self.intent)

    def _passer_by(self, piastres: int, late: timedelta = timedelta()) -> None:
        """Another customer, on the terminal alone: his result is the last one now, of the same amount.

        He pays at once where our order never reached the terminal, else `late`: that much after it.
        """
        with self.line.change() as machine:
            trace, receipt = machine.records.next()
            at = f"{machine.now() + late:%m%d%H%M%S}"
            machine.records.keep(Done("payment", trace, receipt, piastres, EGP, last4="0002", at=at))
        self.owner[trace] = ""
        self.count["passers-by"] += 1

    def _misbehave(self, *, kill: bool) -> str:
        """Draw a fault; half the payments that are not killed have none, of the killed three in four."""
        names = (*BEHAVIOURS, *BEHAVIOURS, *LINES, *ON_READ)
        fault = WELL if self._percent(75 if kill else 50) else self.chance.choice(names)
        if kill and fault == "takes-back":
            fault = WELL  # what a terminal undoes while nobody listens is in its day's total only
        self.count[f"fault {fault}"] += 1
        with self.line.change() as machine:
            machine.behaviour = BEHAVIOURS.get(fault, Behaviour())
            if fault in LINES:
                self._with_the_order(machine, LINES[fault])
            elif fault in ON_READ:
                machine.faults = Faults(vanish_at=len(machine.received) + self.chance.randint(1, 60))
        return fault

    def _with_the_order(self, machine: SimulatedZvtTerminal, faults: Faults) -> None:
        """Let a fault of the line begin when the order is there; one in four begins before it."""
        if self._percent(25):
            machine.faults = faults
            return
        pays = machine._payment

        def payment(data: bytes) -> Script:
            machine.faults = faults
            return pays(data)

        machine.__dict__["_payment"] = payment

    def _behave(self, fault: str) -> None:
        with self.line.change() as machine:
            machine.behaviour, machine.faults = Behaviour(), Faults()
            machine.__dict__.pop("_payment", None)
        if fault in ON_READ:
            self.line.plug_in()


def main(folder: str, kind: str, seed: str, payments: str, kills: str) -> None:
    """Run a lane and say what was counted."""
    root = Path(folder)
    new_trial(root / "device").close()
    records, link = root / "terminal.record", root / "terminal"
    made: PtyZvtTerminal | TcpZvtTerminal
    if kind == "pty":
        made = PtyZvtTerminal(records=records, link=link, seconds=SLOW_S)
    else:
        made = TcpZvtTerminal(records=records, seconds=SLOW_S, steady=True)
    chance = random.Random(int(seed))
    killed = set(chance.sample(range(int(payments)), int(kills)))
    with made:
        kiosk = Kiosk(root / "device", str(link) if kind == "pty" else made.path)
        lane = Lane(made, kiosk, chance)
        for number in range(int(payments)):
            lane.pay(number, kill=number in killed)
        lane.count["clean"] = kiosk("verify")["clean"]
        lane.count["charged"] = sum(1 for one in lane._charged() if lane.owner[one])
        lane.count["recorded"] = len(kiosk("look")["recorded"])
        kiosk.close()
    sys.stdout.write(json.dumps(lane.count) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
