"""The rules of the histories: acts at desks, what befalls lines and machines, and the quiet after."""

import sys
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from central.debts import import_rows
from central.incident_answers import write_order
from central.orders import give_order
from central.people import revoke_staff
from kiosk.core.wire.order import FREEZE, LIFT_INCIDENT, REFRESH
from tests.sync.machine import checks, desk, disks, leases, money, quiet, scans, sticks
from tests.sync.machine.relay import Fault, Harm
from tests.sync.machine.template import OTHER_TELLER, OWED, owing
from tests.sync.machine.world import World
from tests.sync.proxy import Plan

devices = st.sampled_from("AAAABBBBC")
accounts = st.sampled_from(sorted(OWED))
amounts = st.sampled_from([50_00, 150_00, 400_00])
harms = st.sampled_from([one for one in Harm if one is not Harm.NONE])
nths = st.sampled_from([0, 0, 0, 0, 0, 1, 2, 3, 4, 5])
kinds = st.sampled_from([LIFT_INCIDENT, LIFT_INCIDENT, LIFT_INCIDENT, REFRESH, REFRESH, FREEZE])
hours = st.sampled_from((-48, -3, 3, 48, 24 * 400))
FEE = "a fee"
bill = st.tuples(st.sampled_from([FEE, *OWED]), amounts)
bills = st.lists(bill, min_size=1, max_size=3)


class Histories(RuleBasedStateMachine):
    """One history; `begin` gives its world."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world = self.begin()

    def begin(self) -> World:
        raise NotImplementedError

    @rule(device=devices, bills=bills)
    def work(self, device: str, bills: list[tuple[str, int]]) -> None:
        for bill in bills:
            self.take(device, *bill)

    def take(self, device: str, what: str, amount: int) -> None:
        """One payment."""
        with self.world.step(f"{device} takes {amount} for {what}") as said:
            body = self.world.body(device)
            said.append(desk.take_fee(body, amount) if what == FEE else desk.take_debt(body, what, amount))

    more_work = work
    """The same rule under another name comes twice as often."""

    @rule(account=accounts, amount=amounts)
    def both_collect(self, account: str, amount: int) -> None:
        for device in "AB":
            with self.world.step(f"{device} collects {amount} on {account}") as said:
                said.append(desk.take_debt(self.world.body(device), account, amount))

    @rule(device=devices)
    def void(self, device: str) -> None:
        with self.world.step(f"{device} voids its last receipt") as said:
            said.append(desk.void_last(self.world.body(device)))

    @rule(device=devices)
    def change_teller(self, device: str) -> None:
        with self.world.step(f"{device} closes, and another teller opens") as said:
            said.append(desk.change_teller(self.world.body(device)))

    @rule(device=devices)
    def sync(self, device: str) -> None:
        with self.world.step(f"{device} syncs") as said:
            said.append(self.world.round(self.world.body(device)))

    sync_again = sync

    @rule(device=devices, bill=bill, harm=harms, nth=nths, at=st.integers(0, 400))
    def sync_with(self, device: str, bill: tuple[str, int], harm: Harm, nth: int, at: int) -> None:
        self.take(device, *bill)
        with self.world.step(f"{device} syncs; request {nth + 1}: {harm.value}") as said:
            said.append(self.world.round(self.world.body(device), Fault(harm, nth, at)))

    sync_with_another = sync_with
    sync_with_a_third = sync_with

    @rule(
        device=devices,
        size=st.sampled_from([scans.SMALL, scans.IN_PIECES, scans.IN_PIECES]),
        harm=st.sampled_from(list(Harm)),
        nth=st.sampled_from([0, 1, 2, 2, 3]),
        at=st.integers(0, 400),
    )
    def scan(self, device: str, size: int, harm: Harm, nth: int, at: int) -> None:
        with self.world.step(f"{device} attaches a scan of {size} bytes") as said:
            said.append(scans.add(self.world.body(device), size))
        if harm is not Harm.NONE:
            with self.world.step(f"{device} syncs; request {nth + 1} of scans: {harm.value}") as said:
                fault = Fault(harm, nth, at, b"/v1/attachments")
                said.append(self.world.round(self.world.body(device), fault))

    @rule(device=devices, up=st.booleans(), at=st.integers(0, 9000), hard=st.booleans())
    def sync_cut(self, device: str, *, up: bool, at: int, hard: bool) -> None:
        plan = Plan(up=at, hard=hard) if up else Plan(down=at, hard=hard)
        way = "upwards" if up else "downwards"
        with self.world.step(f"{device} syncs; cut at byte {at} {way}") as said:
            said.append(self.world.cut(self.world.body(device), plan))

    @rule(device=devices)
    def impostor(self, device: str) -> None:
        with self.world.step(f"{device} syncs with somebody who has a certificate of his own") as said:
            said.append(self.world.impostor(self.world.body(device)))

    @rule()
    def deliver_late(self) -> None:
        with self.world.step("what was held back arrives") as said:
            delivered = self.world.lines.relay.deliver()
            self.world.tally["delivered late"] += delivered
            said.append(f"{delivered} requests")

    @rule(everything=st.booleans())
    def apply(self, *, everything: bool) -> None:
        with self.world.step("the centre applies") as said:
            said.append(f"{self.world.centre.apply(everything=everything)} entries")

    @rule(device=devices, what=st.sampled_from(["loses power", "is locked and unlocked"]))
    def device_ends(self, device: str, what: str) -> None:
        with self.world.step(f"{device} {what}") as said:
            body = self.world.body(device)
            self.world.tally[f"device: {what}"] += 1
            said.append(f"at entry {body.session.store.journal.state().seq}")
            if what == "loses power":
                body.go_on_from(body.copy())
            else:
                body.close()

    @rule(what=st.sampled_from(["loses power", "is stopped and started"]))
    def centre_ends(self, what: str) -> None:
        with self.world.step(f"the centre {what}"):
            self.world.tally[f"centre: {what}"] += 1
            for body in self.world.bodies.values():
                body.hang_up()
            if what == "loses power":
                self.world.centre.crash()
            else:
                self.world.centre.restart()

    @rule(device=devices, minutes=st.sampled_from([20, 20, 20, 60 * 25, None, None]), hours=hours)
    def time(self, device: str, minutes: int | None, hours: int) -> None:
        if minutes is not None:
            with self.world.step(f"{minutes} minutes pass at the centre"):
                self.world.move_centre_clock(timedelta(minutes=minutes))
                self.world.tally["centre: time passes"] += 1
        else:
            with self.world.step(f"the clock of {device} moves by {hours} h"):
                self.world.body(device).off_ms += hours * 3_600_000
                self.world.tally[f"device: clock {'back' if hours < 0 else 'on'}"] += 1
                self.world.tally["device: clock on by more than a year"] += hours > 24 * 365

    @rule(device=devices, kind=st.sampled_from(desk.POISONS))
    def poison(self, device: str, kind: str) -> None:
        with self.world.step(f"{device} writes {kind}") as said:
            said.append(desk.poisoned(self.world, self.world.body(device), kind))

    @rule()
    def revoke(self) -> None:
        with self.world.step(f"the centre revokes {OTHER_TELLER}"):
            self.world.odd.add("revoked")
            self.world.tally["revoked"] += 1
            revoke_staff(self.world.centre.centre, OTHER_TELLER)

    @rule(account=st.sampled_from(["L-4", "L-5", "L-1"]), amount=amounts)
    def import_debts(self, account: str, amount: int) -> None:
        with self.world.step(f"the centre imports {account} with {amount}"):
            import_rows(self.world.centre.centre, [owing(account, amount)])

    @rule(device=devices, what=st.sampled_from(["export", "export", "export a gap", "read", "answer"]))
    def stick(self, device: str, what: str) -> None:
        with self.world.step(f"sticks: {device}, {what}") as said:
            said.append(sticks.do(self.world, self.world.body(device), what))

    @rule(device=devices, gap=st.booleans())
    def stick_there_and_back(self, device: str, *, gap: bool) -> None:
        self.take(device, FEE, 50_00)
        for what in ("export a gap", "read") if gap else ("export", "read", "answer"):
            self.stick(device, what)

    @rule(device=devices, what=st.sampled_from(["copied", "copied", "put back", "cloned"]))
    def disk(self, device: str, what: str) -> None:
        with self.world.step(f"the disk of {device} is {what}") as said:
            said.append(disks.do(self.world, self.world.body(device), what))

    @rule(device=devices, bill=bill, what=st.sampled_from(["put back", "cloned"]), really=st.booleans())
    def older_disk(self, device: str, bill: tuple[str, int], what: str, *, really: bool) -> None:
        """A disk from before what was sent goes to work again; not in all histories, for it excuses much."""
        if really:
            self.disk(device, "copied")
            self.take(device, *bill)
            self.sync(device)
            self.disk(device, what)
            self.take(device, *bill)
            self.sync(device)

    @rule(device=devices, kind=kinds)
    def order(self, device: str, kind: str) -> None:
        body, centre = self.world.body(device), self.world.centre.centre
        with self.world.step(f"the centre orders {device}: {kind}") as said:
            through = body.session.store.journal.state().seq
            lifts = kind == LIFT_INCIDENT
            order, _ = (
                write_order(centre, body.device, through) if lifts else give_order(centre, body.device, kind)
            )
            self.world.tally[f"order: {kind}"] += 1
            said.append(f"number {order.n}, through {order.through}")
        if kind == FREEZE and device != "A":  # those of A stay frozen
            self.sync(device)
            self.order(device, LIFT_INCIDENT)
            self.sync(device)

    @rule(device=devices)
    def book(self, device: str) -> None:
        with self.world.step(f"the centre gives {device} another book") as said:
            said.append(leases.another_book(self.world, self.world.body(device)))

    @rule(account=accounts, to=st.sampled_from(["away", "away", "back"]))
    def lease(self, account: str, to: str) -> None:
        with self.world.step(f"the lease of {account} is moved {to}") as said:
            said.append(leases.move(self.world, account, to))

    @rule(device=devices, account=accounts, amount=amounts)
    def most_debts_go(self, device: str, account: str, amount: int) -> None:
        """A version that would take most debts away waits on the device; one of them is paid meanwhile."""
        for one in sorted(OWED):
            self.lease(one, "away")
        self.sync(device)
        self.take(device, account, amount)
        with self.world.step(f"a person lets through on {device} that debts are gone") as said:
            said.append(self.world.round(self.world.body(device), accept_smaller=True))

    @rule(device=devices, really=st.sampled_from([True, False, False]), safely=st.booleans())
    def drop_a_period(self, device: str, *, really: bool, safely: bool) -> None:
        if self.world.dropped or not really:  # it costs much
            return
        with self.world.step(f"{device} begins a period and asks to drop the one before") as said:
            said.append(desk.drop(self.world, self.world.body(device), safely=safely))

    @rule(what=st.sampled_from(["backup", "backup", "restore"]))
    def backup(self, what: str) -> None:
        with self.world.step(f"the centre: {what}") as said:
            said.append(self.world.backup() if what == "backup" else self.world.restore())

    @rule(device=devices, bill=bill, really=st.sampled_from([True, False, False]))
    def lose_what_was_sent(self, device: str, bill: tuple[str, int], *, really: bool) -> None:
        """The centre is put back to before what a device sent, and the device works on."""
        if self.world.centre.databases is not None and not really:  # a dump and its restore take seconds
            return
        self.backup("backup")
        self.take(device, *bill)
        self.sync(device)
        self.backup("restore")
        self.take(device, *bill)
        self.sync(device)

    @invariant()
    def nothing_is_believed_that_is_not_so(self) -> None:
        checks.always(self.world)

    def teardown(self) -> None:
        """The quiet, and what must hold then; a history that failed before tells what happened."""
        failed = sys.exc_info()[1]
        try:
            if failed is None:
                self.rest()
            elif isinstance(failed, Exception):
                failed.add_note(self.world.told())
        except Exception as error:
            error.add_note(self.world.told())
            raise
        finally:
            self.world.close()

    def rest(self) -> None:
        quiet.tell_all(self.world)
        alone = [one for one in self.world.bodies.values() if one.alone]
        for body in alone:
            money.shown_by(self.world, body, OWED)
        quiet.come_to_rest(self.world)
        checks.at_rest(self.world)
        money.adds_up(self.world)
        for body in alone:
            money.shown_is_owed(self.world, body)
