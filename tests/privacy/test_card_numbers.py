"""A card number sent down every path is found nowhere: database, logs, traces, prints, crash reports."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.desk.card import pay_by_card
from kiosk.desk.card_complete import open_cards
from kiosk.desk.card_resolve import Finding, propose_finding, resolve_by_person
from kiosk.desk.pay import Offer, SlipTyped, take_payment
from kiosk.desk.serve import request_bill, take_request
from kiosk.desk.session import Session
from kiosk.desk.void import VoidTyped, propose_void
from kiosk.devices.payment.zvt import ZvtTerminal
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.zvt_terminal import BEHAVIOURS, CARD, Behaviour, PtyZvtTerminal, TcpZvtTerminal
from kiosk.devices.trace import Recorder, switch_on
from kiosk.paperwork.receipts import receipt_of
from kiosk.report_files import Reporting
from kiosk.store.print_jobs import prints_of
from tests.acts import SERVICE, ask, begin, debt_bill, new_trial, pay_for
from tests.desk.conftest import SECRETS, Trial
from tests.desk.forms import request
from tests.devices.quick_terminal import SLOW_S, terminal_at

OTHERS = ("5500000000000004", "378282246310005", "6011000990139424")
CARDS = (CARD, *OTHERS)
RUN = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){12,18}(?![0-9A-Za-z])")


def luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def card_runs(text: str) -> list[str]:
    """Runs of 13 to 19 digits that a card could have: first digit 3 to 6, and the check digit holds."""
    bare = [re.sub(r"\D", "", found.group()) for found in RUN.finditer(text)]
    return [one for one in bare if one[0] in "3456" and luhn(one)]


def disguises(card: str) -> Iterator[bytes]:
    """A card number as a program might have kept it: letters, packed digits as in a frame, hex, reversed."""
    arabic = card.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    grouped = " ".join(card[at : at + 4] for at in range(0, len(card), 4))
    for text in (card, card[::-1], arabic, grouped, grouped.replace(" ", "-")):
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode().hex().encode()
    packed = bytes.fromhex(card if len(card) % 2 == 0 else card + "F")
    yield from (packed, packed.hex().encode(), packed[:7], repr(packed[:7]).encode()[2:-1])


def found_in(where: str, data: bytes) -> list[str]:
    said = [f"a number in {where}" for card in CARDS for form in disguises(card) if form in data]
    return said + [f"{run} in {where}" for run in card_runs(data.decode("latin-1"))]


@dataclass
class Spy:
    """A tape that also keeps what passed as it was, so that the test knows that it passed."""

    tape: Recorder
    raw: bytearray = field(default_factory=bytearray)

    def sent(self, data: bytes) -> None:
        self.tape.sent(data)

    def heard(self, data: bytes) -> None:
        self.raw += data
        self.tape.heard(data)

    def note(self, what: str) -> None:
        self.tape.note(what)


def _trouble(error: Exception) -> None:
    raise error


@dataclass
class Device:
    """A device whose ports are recorded, at work with its log and crash reports."""

    trial: Trial
    session: Session
    reporting: Reporting
    heard: list[Spy] = field(default_factory=list)

    def terminal(self, line: PtyZvtTerminal | TcpZvtTerminal) -> ZvtTerminal:
        framed = isinstance(line, PtyZvtTerminal)
        protocol = "zvt-serial" if framed else "zvt-tcp"
        spy = Spy(Recorder(self.trial.root, f"TERMINAL-{len(self.heard)}", protocol, on_trouble=_trouble))
        self.heard.append(spy)
        return terminal_at(line.path, spy)


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    trial = new_trial(tmp_path / "device")
    switch_on(trial.root, 1, datetime.now(UTC))
    reporting = Reporting(trial.root)
    reporting.start()
    reporting.open_log()
    session = trial.unlock("TEL-1")
    begin(session)
    yield Device(trial, session, reporting)
    reporting.stop()
    trial.close()


def pay_at_a_terminal_that_tells_all(device: Device, tmp_path: Path) -> None:
    """Unmasked number, tracks, name and printed lines, whole, then garbled and cut."""
    made: tuple[PtyZvtTerminal | TcpZvtTerminal, ...] = (
        PtyZvtTerminal(records=tmp_path / "serial.record", seconds=SLOW_S),
        TcpZvtTerminal(records=tmp_path / "tcp.record", seconds=SLOW_S),
    )
    for n, line in enumerate(made):
        with line:
            with line.change() as machine:
                machine.behaviour = BEHAVIOURS["leaks"]
            terminal = device.terminal(line)
            for at, faults in enumerate((Faults(), Faults(noise=CARD.encode()), Faults(cut_at=40))):
                with line.change() as machine:
                    machine.faults = faults
                try:
                    bill = request_bill(device.session, ask(device.session), Offer())
                    pay_by_card(device.session, terminal, bill, intent=f"{n}{at:031x}", printed=True)
                except KnownError as error:
                    device.reporting.note("terminal", error, CARD)
                settle(device, f"{CARD}")
            with line.change() as machine:
                machine.faults, machine.behaviour = Faults(), Behaviour()
            terminal.close()


def settle(device: Device, seen: str) -> None:
    """End what is open by two persons; what they copy may hold no card number."""
    session = device.session
    for one in open_cards(session):
        with pytest.raises(KnownError):
            propose_finding(session, one, Finding(charged=False, approver="SUP-1", seen=seen))
        finding = Finding(charged=False, approver="SUP-1")
        proposal = propose_finding(session, one, finding)
        with session.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.VOID_APPROVE) as approval:
            resolve_by_person(session, one, finding, approval)


def type_it_everywhere(session: Session) -> None:
    """A person types a card number wherever there is a field; each is refused."""
    whole = {"number": "S-1", "terminal": "T-1", "approval": "A-1", "last4": "4321"}
    bill = debt_bill(session)
    for name in whole:
        for card in CARDS:
            slip = SlipTyped(bill.total, printed_at="2026-11-24T09:00", **{**whole, name: card})
            with pytest.raises(KnownError):
                take_payment(session, bill, Offer(slips=(slip,)))
    receipt = pay_for(session, ask(session)).number
    for card in CARDS:
        typed = VoidTyped(receipt, "wrong_amount", 1, "SUP-1", remark=f"الكارت {card}")
        with pytest.raises(KnownError):
            propose_void(session, typed)
        with pytest.raises(KnownError):
            take_request(session, request(session, SERVICE, purpose=f"كارت {card}"))


def crash_with_it(reporting: Reporting) -> None:
    """A fault of the program whose text and locals hold a frame with the number; and a library's log line."""
    frame = {"frame": bytes.fromhex(CARD), "text": CARD}
    try:
        int(f"{frame}")
    except ValueError as error:
        reporting.crashed(error)
        logging.getLogger("kiosk").exception("bug")
        logging.getLogger("serial").warning("got %r", frame)


def dump(session: Session) -> Iterator[tuple[str, bytes]]:
    """Everything in the database, opened: each row of each table, and each sealed person."""
    db = session.store.db
    real = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
    for (name,) in db.conn.execute(real).fetchall():
        for row in db.conn.execute(f'SELECT * FROM "{name}"').fetchall():
            for value in row:
                yield name, value if isinstance(value, bytes) else str(value).encode()
    for (one,) in db.conn.execute("SELECT id FROM person").fetchall():
        yield "a sealed person", json.dumps(session.store.persons.open(one)).encode()


def printed(session: Session) -> Iterator[tuple[str, bytes]]:
    """What the printer would be given: the words of each receipt that waits."""
    for (seq,) in session.store.db.conn.execute("SELECT seq FROM receipt").fetchall():
        yield "a receipt", repr(receipt_of(session, seq)).encode()
        yield "a print job", repr(prints_of(session.store.db, seq)).encode()


def test_a_card_number_sent_down_every_path_is_found_nowhere(device: Device, tmp_path: Path) -> None:
    pay_at_a_terminal_that_tells_all(device, tmp_path)
    type_it_everywhere(device.session)
    crash_with_it(device.reporting)
    passed = b"".join(bytes(spy.raw) for spy in device.heard)
    assert bytes.fromhex(CARD) in passed, "the terminal told nothing"
    assert CARD.encode() in passed
    found = [
        one
        for where, data in (*dump(device.session), *printed(device.session))
        for one in found_in(where, data)
    ]
    # The index of the log (-shm) holds page numbers and nothing else: page 85 looks like the start of 5500….
    inside = [path for path in device.trial.root.rglob("*") if not path.name.endswith("-shm")]
    files = [path for path in inside if path.is_file()]
    names = {path.parent.name for path in files}
    assert {"traces", "crashes", "log"} & names or len(names) > 1, names
    for path in (*files, tmp_path / "serial.record", tmp_path / "tcp.record"):
        found += found_in(path.name, path.read_bytes())
    assert found == []


@pytest.mark.parametrize("card", CARDS)
def test_the_search_finds_a_number_in_each_disguise(card: str) -> None:
    for form in disguises(card):
        assert found_in("here", b"x" + form + b"x")
    assert card_runs(f"paid with {card[:4]} {card[4:8]} {card[8:]}.") == [card]
    assert card_runs("a29001011234564b 1764000000000 31000017") == []
