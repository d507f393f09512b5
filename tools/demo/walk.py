"""The walk: one day of a vehicle through the real screens, by keys and touches, without any connection."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtGui import Qt

from kiosk.core.bidi import strip_marks
from kiosk.core.entries.payment import Cash, PaymentTaken
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.money import format_money
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.session import Session
from kiosk.store.print_jobs import PrintState
from kiosk.store.queries.queue import queue
from tools.demo.hands import Hands
from tools.demo.place import TELLER, Place, Say
from tools.demo.sample import Citizen, Sample
from tools.demo.shell import DemoError

SERVICE = "بيانات من واقع السجلات"
FLOAT = {"note-200": 2, "note-100": 3, "note-50": 4, "note-20": 3, "note-10": 3, "note-5": 2}
PART, BY_SLIP = 60_000, 40_000
"""Piastres of the debt that are paid, and how much of them by the terminal's slip."""
BY_CARD = 15_000
"""Piastres more that the linked terminal takes."""
SYNC_S = 60


class Walk:
    """The steps of the day, in order; `seconds` of each are kept."""

    def __init__(self, place: Place, hands: Hands, say: Say) -> None:
        self.place, self.hands, self.say = place, hands, say
        self.citizen: Citizen = Sample().citizen
        self.steps: list[dict[str, Any]] = []

    def day(self) -> None:
        """From the locked screen to the closed till."""
        for step in (self.unlock, self.open_shift, self.serve, self.pay_fee, self.collect, self.pay_debt):
            self.do(step)
        for step in (self.collect_more, self.pay_by_card):
            self.do(step)
        for step in (self.outage, self.x, self.close, self.waits):
            self.do(step)

    def do(self, step: Callable[[], None]) -> None:
        """One step: said, timed."""
        name = step.__name__
        self.say((step.__doc__ or name).split("\n")[0].rstrip("."))
        with self.timed(name):
            step()

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Keep how long something took, and the longest that the screens were busy at a stretch."""
        begun, pulse = time.monotonic(), self.hands.pulse
        pulse.forget()
        yield
        taken = round(time.monotonic() - begun, 1)
        busiest = {"busiest_ms": pulse.busiest_ms, "busiest_while": strip_marks(pulse.while_)}
        self.steps.append({"name": name, "seconds": taken, **busiest})

    # --- the steps

    def unlock(self) -> None:
        """The teller unlocks with his secret number, by touch."""
        hands = self.hands
        hands.wait("the staff", lambda: TELLER in hands.screen.tiles.tiles)
        hands.picture("unlock")
        hands.tap(hands.screen.tiles.tiles[TELLER])
        for digit in self.place.secrets[TELLER].replace("-", ""):
            hands.tap(hands.screen.secret.pad.keys[digit])
        hands.tap(hands.screen.open_button)
        hands.wait_for_screen("home")
        hands.picture("home")

    def open_shift(self) -> None:
        """He counts the drawer and opens his shift."""
        hands = self.hands
        hands.key(Qt.Key.Key_F4)
        hands.wait_for_screen("shift")
        hands.enter()
        hands.wait_for_screen("shift_open")
        self._count(FLOAT)
        hands.picture("shift-open")
        hands.act()
        hands.wait("the open shift", lambda: hands.screen.presenter.state.opened)
        hands.picture("shift-opened")
        hands.enter()
        hands.wait_for_screen("home")

    def serve(self) -> None:
        """A citizen asks for a statement from the records; her papers are here."""
        hands, who = self.hands, self.citizen
        hands.key(Qt.Key.Key_F2)
        hands.wait_for_screen("serve")
        hands.type(SERVICE)
        hands.wait("services", lambda: hands.screen.go_button.isEnabled())
        hands.picture("serve-search")
        hands.enter()
        self._serve_step("papers")
        hands.picture("serve-papers")
        hands.enter()
        self._serve_step("form")
        self._answer(
            {
                "applicant_name": who.name,
                "national_number": who.number,
                "applicant_address": who.address,
                "mobile": who.mobile,
                "record_wanted": "قيد عقار بدفتر الملكية",
                "purpose": "تقديمه للبنك",
                "copies": "2",
            }
        )
        hands.picture("serve-fee")
        hands.enter()
        hands.wait_for_screen("pay")

    def pay_fee(self) -> None:
        """She pays the fee in cash, gets change and a printed receipt."""
        hands = self.hands
        hands.wait("the amount", lambda: hands.screen.presenter.state.ready)
        hands.wait("notes", lambda: len(hands.screen.presenter.state.quick) > 1)
        hands.press(hands.screen.presenter.state.quick[1][1])
        hands.picture("pay-cash")
        self._take("receipt-fee")

    def collect(self) -> None:
        """She pays part of what she owes: found by her number, with the age of what is known."""
        hands = self.hands
        hands.key(Qt.Key.Key_F3)
        hands.wait_for_screen("collect")
        hands.type(self.citizen.number)
        hands.key(Qt.Key.Key_Return, "\r")
        hands.wait("her debts", lambda: hands.screen.presenter.state.debts)
        hands.picture("collect-debts")
        hands.press(hands.screen.presenter.state.debts[0].title)
        hands.fill(hands.screen.amount, format_money(PART))
        hands.wait("the division", lambda: hands.screen.presenter.state.divided)
        hands.picture("collect-divided")
        hands.enter()
        hands.wait_for_screen("pay")

    def pay_debt(self) -> None:
        """More than the cash limit: the terminal's slip gives most of it, cash the rest."""
        hands = self.hands
        hands.wait("the amount", lambda: hands.screen.presenter.state.ready)
        hands.tap(hands.screen.tenders.buttons["both"])
        for name, text in {
            "slip_amount": format_money(BY_SLIP),
            "slip_number": "004217",
            "slip_terminal": "T-0042",
            "slip_approval": "A48213",
            "slip_last4": "4242",
        }.items():
            hands.fill(hands.screen.edits[name], text)
        hands.picture("pay-slip-and-cash")
        self._take("receipt-debt")

    def collect_more(self) -> None:
        """She has her card with her, and pays a little more of her debt."""
        hands = self.hands
        hands.key(Qt.Key.Key_F3)
        hands.wait_for_screen("collect")
        hands.wait("her debts", lambda: hands.screen.presenter.state.debts)
        hands.rest()
        if not any(one.order for one in hands.screen.presenter.state.debts):
            hands.press(hands.screen.presenter.state.debts[0].title)
        hands.fill(hands.screen.amount, format_money(BY_CARD))
        hands.wait("the division", lambda: hands.screen.presenter.state.divided)
        hands.enter()
        hands.wait_for_screen("pay")

    def pay_by_card(self) -> None:
        """The linked terminal takes the whole bill; its answer is kept before it is acknowledged."""
        hands = self.hands
        hands.wait("the amount", lambda: hands.screen.presenter.state.ready)
        hands.tap(hands.screen.tenders.buttons["card"])
        hands.picture("pay-card")
        self._take("receipt-card")

    def outage(self) -> None:
        """Where an outage of electronic payment is recorded, before cash above its limit may be taken."""
        self.hands.key(Qt.Key.Key_F5)
        self.hands.wait_for_screen("outage")
        self.hands.picture("outage")
        self.hands.key(Qt.Key.Key_Escape)
        self.hands.wait_for_screen("home")

    def x(self) -> None:
        """The X of the open shift; cash stays hidden because the count is blind."""
        hands = self.hands
        hands.key(Qt.Key.Key_F4)
        hands.wait_for_screen("shift")
        hands.wait("the X", lambda: "x" in hands.screen.tiles)
        hands.tap(hands.screen.tiles["x"])
        hands.wait_for_screen("report")
        hands.wait("the figures", lambda: hands.screen.presenter.state.parts)
        hands.picture("x")
        hands.enter()
        hands.wait_for_screen("home")

    def close(self) -> None:
        """He counts the drawer without being told what should be in it, and closes; the Z is printed."""
        hands = self.hands
        hands.key(Qt.Key.Key_F4)
        hands.wait_for_screen("shift")
        hands.enter()
        hands.wait_for_screen("shift_close")
        hands.wait("the count", lambda: hands.screen.presenter.state.step == "count")
        self._count(hands.ask(_drawer))
        hands.picture("close-count")
        hands.act()
        hands.wait("the result", lambda: hands.screen.presenter.state.step in ("result", "part"))
        hands.picture("close-result")
        if hands.screen.presenter.state.step == "result":
            hands.act()
            hands.wait("the parting", lambda: hands.screen.presenter.state.step == "part")
        hands.tap(hands.screen.nothing)
        hands.fill(hands.screen.seal, "S-1042")
        hands.picture("close-parting")
        hands.act()
        hands.wait_for_screen("report")
        hands.wait("the figures", lambda: hands.screen.presenter.state.parts)
        hands.tap(hands.screen.print_button)
        self._printed()
        hands.wait("the print's end on the screen", lambda: not hands.screen.presenter.state.waits)
        hands.picture("z")
        hands.enter()
        hands.wait_for_screen("home")

    def waits(self) -> None:
        """Nothing has reached the centre: the queue says what waits, and since when."""
        hands = self.hands
        hands.key(Qt.Key.Key_F6)
        hands.wait_for_screen("queue")
        hands.rest()
        waiting = hands.ask(lambda session: queue(session.store.db).waiting)
        if not waiting:
            raise DemoError("nothing waits, though nothing could be sent")
        hands.picture("queue-offline")
        self.say(f"{waiting} entries wait in the device")

    def settle(self) -> None:
        """The centre answers again: every entry is sent, and confirmed with a signature."""
        hands = self.hands
        if hands.shell.name_shown != "queue":
            hands.key(Qt.Key.Key_F6)
        hands.wait_for_screen("queue")
        hands.tap(hands.screen.again)
        hands.wait("every entry to be confirmed", self._nothing_waits, SYNC_S)
        hands.wait("the connection on the screen", lambda: hands.screen.presenter.state.connected)
        hands.picture("queue-settled")

    def lock(self) -> None:
        """He locks: the store is closed and its keys are wiped."""
        self.hands.key(Qt.Key.Key_F12)
        self.hands.wait_for_screen("short_number")
        self.hands.tap(self.hands.screen.full_button)
        self.hands.wait("the lock", lambda: self.hands.shell.locked)
        self.hands.picture("locked")

    # --- parts of steps

    def _nothing_waits(self) -> bool:
        return self.hands.ask(lambda session: queue(session.store.db).waiting) == 0

    def _count(self, pieces: dict[str, int]) -> None:
        for row in self.hands.screen.count.rows:
            if pieces.get(row.piece.code):
                self.hands.fill(row.edit, str(pieces[row.piece.code]))

    def _serve_step(self, step: str) -> None:
        self.hands.wait(f"the step {step}", lambda: self.hands.screen.presenter.state.step == step)
        self.hands.rest()

    def _answer(self, answers: dict[str, str]) -> None:
        """Fill page after page of the form; what is asked beyond the answers gets its first choice."""
        hands = self.hands
        page = 0
        while hands.screen.presenter.state.step == "form":
            page += 1
            for one in hands.screen.presenter.state.fields:
                field = hands.screen.fields[one.name]
                buttons = getattr(field.input, "buttons", None)
                if one.name in answers:
                    hands.fill(field.input, answers[one.name])
                elif buttons and not one.value:
                    hands.tap(buttons[one.options[-1][0]])
            hands.picture(f"serve-form-{page}")
            shown = hands.screen.presenter.state
            hands.enter()
            hands.wait("the next page", lambda: self._moved(shown))  # noqa: B023 - waited for at once
            hands.rest()

    def _moved(self, shown: Any) -> bool:
        now = self.hands.screen.presenter.state
        return (now.step, now.page) != (shown.step, shown.page)

    def _take(self, picture: str) -> None:
        """Take the money, wait for paper, serve the next."""
        hands = self.hands
        hands.act()
        hands.wait_for_screen("receipt")
        self._printed()
        hands.wait("the print's end on the screen", lambda: not hands.screen.presenter.state.moving)
        hands.picture(picture)
        hands.enter()
        hands.wait_for_screen("home")

    def _printed(self) -> None:
        """Every print that was asked for is confirmed by the printer."""
        self.hands.wait(
            "the printer", lambda: not self.hands.ask(_prints(PrintState.QUEUED, PrintState.SENDING))
        )
        if self.hands.ask(_prints(PrintState.UNCERTAIN, PrintState.FAILED)):
            raise DemoError("a print was not confirmed")


def _prints(*states: PrintState) -> Callable[[Session], int]:
    def work(session: Session) -> int:
        marks = ", ".join("?" * len(states))
        query = f"SELECT count(*) FROM print_job WHERE state IN ({marks})"
        found: int = session.store.db.conn.execute(query, states).fetchone()[0]
        return found

    return work


def _drawer(session: Session) -> dict[str, int]:
    """What a person finds in the drawer: the float and the cash that was taken, in whole notes and coins."""
    pieces = {
        one.code: one.value for one in session.reference.policy(session.today()).denominations if one.enabled
    }
    held = sum(pieces[code] * number for code, number in FLOAT.items())
    for record in session.store.journal.records():
        entry = parse_entry(record.data)
        body = REGISTRY.decode(entry.type, entry.tv, entry.body)
        if isinstance(body, PaymentTaken):
            held += sum(one.applied for one in body.tenders if isinstance(one, Cash))
    counted = {}
    for code, value in sorted(pieces.items(), key=lambda one: -one[1]):
        counted[code], held = divmod(held, value)
    return counted
