"""The rules of the histories: acts at desks, what befalls lines and machines, and the quiet after."""

import sys
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from central.debts import import_rows
from central.incident_answers import write_order
from central.people import revoke_staff
from tests.sync.machine import checks, desk, disks, money, quiet, scans, sticks
from tests.sync.machine.relay import Fault, Harm
from tests.sync.machine.template import OTHER_TELLER, OWED, owing
from tests.sync.machine.world import World
from tests.sync.proxy import Plan

devices = st.sampled_from("AAAABBBBC")
accounts = st.sampled_from(sorted(OWED))
amounts = st.sampled_from([50_00, 150_00, 400_00])
harms = st.sampled_from([one for one in Harm if one is not Harm.NONE])
nths = st.sampled_from([0, 0, 0, 0, 0, 1, 2, 3, 4, 5])
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
            said.append(f"{self.world.lines.relay.deliver()} requests")

    @rule(everything=st.booleans())
    def apply(self, *, everything: bool) -> None:
        with self.world.step("the centre applies") as said:
            said.append(f"{self.world.centre.apply(everything=everything)} entries")

    @rule(device=devices, what=st.sampled_from(["loses power", "is locked and unlocked"]))
    def device_ends(self, device: str, what: str) -> None:
        with self.world.step(f"{device} {what}") as said:
            body = self.world.body(device)
            said.append(f"at entry {body.session.store.journal.state().seq}")
            if what == "loses power":
                body.go_on_from(body.copy())
            else:
                body.close()

    @rule(what=st.sampled_from(["loses power", "is stopped and started"]))
    def centre_ends(self, what: str) -> None:
        with self.world.step(f"the centre {what}"):
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
        else:
            with self.world.step(f"the clock of {device} moves by {hours} h"):
                self.world.body(device).off_ms += hours * 3_600_000

    @rule(device=devices, kind=st.sampled_from(desk.POISONS))
    def poison(self, device: str, kind: str) -> None:
        with self.world.step(f"{device} writes {kind}") as said:
            said.append(desk.poisoned(self.world, self.world.body(device), kind))

    @rule()
    def revoke(self) -> None:
        with self.world.step(f"the centre revokes {OTHER_TELLER}"):
            self.world.odd.add("revoked")
            revoke_staff(self.world.centre.centre, OTHER_TELLER)

    @rule(account=st.sampled_from(["L-4", "L-5", "L-1"]), amount=amounts)
    def import_debts(self, account: str, amount: int) -> None:
        with self.world.step(f"the centre imports {account} with {amount}"):
            import_rows(self.world.centre.centre, [owing(account, amount)])

    @rule(device=devices, what=st.sampled_from(["export", "export", "export a gap", "read", "answer"]))
    def stick(self, device: str, what: str) -> None:
        with self.world.step(f"sticks: {device}, {what}") as said:
            said.append(sticks.do(self.world, self.world.body(device), what))

    @rule(device=devices, what=st.sampled_from(["copied", "copied", "put back", "cloned"]))
    def disk(self, device: str, what: str) -> None:
        with self.world.step(f"the disk of {device} is {what}") as said:
            said.append(disks.do(self.world, self.world.body(device), what))

    @rule(device=devices)
    def lift(self, device: str) -> None:
        body = self.world.body(device)
        with self.world.step(f"the centre lifts what stops {device}") as said:
            through = body.session.store.journal.state().seq
            order, _ = write_order(self.world.centre.centre, body.device, through)
            said.append(f"order {order.n}, through {through}")

    @rule(device=devices, really=st.sampled_from([True, False, False]))
    def drop_a_period(self, device: str, *, really: bool) -> None:
        if self.world.dropped or not really:  # it costs much
            return
        with self.world.step(f"{device} begins a period and asks to drop the one before") as said:
            said.append(desk.drop(self.world, self.world.body(device)))

    @rule(what=st.sampled_from(["backup", "backup", "restore"]))
    def backup(self, what: str) -> None:
        with self.world.step(f"the centre: {what}") as said:
            said.append(self.world.backup() if what == "backup" else self.world.restore())

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
            money.shown_by(body, OWED)
        quiet.come_to_rest(self.world)
        checks.at_rest(self.world)
        money.adds_up(self.world)
        for body in alone:
            money.shown_is_owed(self.world, body)
