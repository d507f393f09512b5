"""A whole day of one vehicle by commands alone, added up by a ledger that shares nothing with the product."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.policy import Component
from kiosk.desk.unlock import lock, unlock
from kiosk.store.rebuild import derived_rows, rebuild
from tests.commands.device import Device, make_device
from tests.conftest import CommandLine
from tests.desk import forms
from tests.desk.conftest import CHEAP, SECRETS
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.desk.money import pieces

FLOAT = 300_00
SERVICES = (
    "CRT-01",
    "CRT-02",
    "CRT-03",
    "CRT-04",
    "UTL-05",
    "SAF-03",
    "REC-04",
    "CMP-01",
    "CMP-03",
    "BLD-06",
)
DEBTORS = 10


@dataclass
class Ledger:
    """What the day's answers said, added up by hand."""

    cash: int = FLOAT
    tenders: Counter[str] = field(default_factory=Counter)
    receipts: list[str] = field(default_factory=list)
    voided: dict[str, int] = field(default_factory=dict)
    owed: Counter[str] = field(default_factory=Counter)
    requests: int = 0

    def paid(self, payment: dict[str, Any], slip: int = 0) -> None:
        self.receipts.append(payment["receipt"])
        self.cash += payment["piastres"] - slip
        self.tenders["cash"] += payment["piastres"] - slip
        self.tenders["slip"] += slip


def pounds(piastres: int) -> str:
    return f"{piastres // 100}.{piastres % 100:02d}"


def counted(piastres: int) -> list[str]:
    return [word for code, number in pieces(piastres).items() for word in ("--count", f"{code}={number}")]


def slip(number: int, piastres: int) -> str:
    return f"T-0042,S-{number},{pounds(piastres)},A-{number},2026-11-24T10:30,4242"


@pytest.fixture
def device(tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Device:
    made = make_device(tmp_path / "device", command_line, monkeypatch)
    people = [
        debtor(
            f"D{n}",
            debt(f"L-{n}", charge("late", 20, part=Component.LATE), charge("rent", 900)),
            name=f"سيد محمود {n}",
        )
        for n in range(DEBTORS)
    ]
    session = unlock(made.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    load_debts(session, people, as_of=session.moment().at)
    lock(session)
    return made


def requested(device: Device, service: str) -> tuple[str, list[str]]:
    """Answers (as JSON for standard input) and papers for a service."""
    session = unlock(device.root, "TEL-1", SECRETS["TEL-1"][0], opening=CHEAP)
    try:
        typed = forms.request(session, service)
        words = [word for paper in typed.papers for word in ("--paper", paper)]
        return json.dumps(dict(typed.answers)), words
    finally:
        lock(session)


def take_requests(device: Device, ledger: Ledger) -> None:
    """Thirty requests of ten services; every fourth is paid by a slip, the others in cash with change."""
    prepared = {service: requested(device, service) for service in SERVICES}
    for n in range(30):
        service = SERVICES[n % len(SERVICES)]
        answers, papers = prepared[service]
        said = device.json(
            "TEL-1", "request", "take", service, "--answers", "-", *papers, "--pay-later", typed=answers
        )
        ledger.requests += 1
        if not said["due"]:
            continue
        by_slip = said["due"] if n % 4 == 3 else 0
        how = (
            ["--slip", slip(n, by_slip)]
            if by_slip
            else ["--cash", pounds(-(-said["due"] // 200_00) * 200_00)]
        )
        paid = device.json("TEL-1", "request", "pay", said["tracking"], *how)
        ledger.paid(paid["payment"], by_slip)


def collect(device: Device, ledger: Ledger, first: int, last: int) -> None:
    """Collections of 22.50 each from the debtors in turn, known by the account on their papers."""
    for n in range(first, last):
        who, account = f"D{n % DEBTORS}", f"L-{n % DEBTORS}"
        by_slip = 1000 if n % 5 == 4 else 0
        how = ["--cash", pounds(2250 - by_slip), *(["--slip", slip(100 + n, by_slip)] if by_slip else [])]
        said = device.json("TEL-1", "debt", "pay", who, "--amount", "22.50", "--account", account, *how)
        assert said["amount"] == 2250
        ledger.paid(said["payment"], by_slip)
        ledger.owed[account] += 2250


def test_a_day_of_commands_adds_up_to_the_piastre(device: Device) -> None:
    ledger = Ledger()
    device.json("TEL-1", "shift", "open", *counted(FLOAT))
    take_requests(device, ledger)
    collect(device, ledger, 0, 20)
    _outage(device, ledger)
    collect(device, ledger, 20, 39)
    _voids(device, ledger)
    _handover(device, ledger)
    z = _close(device, ledger)

    assert len(ledger.receipts) == len(set(ledger.receipts))
    serials = [int(number.rsplit("-", 1)[1]) for number in ledger.receipts]
    assert serials == list(range(1, len(serials) + 1))
    assert z["receipts"] == [
        {
            "series": z["receipts"][0]["series"],
            "first": 1,
            "last": len(serials),
            "count": len(serials),
            "voided": 2,
        }
    ]
    taken = {row["kind"]: (row["taken"], row["reversed"]) for row in z["tenders"]}
    assert taken["cash"] == (ledger.tenders["cash"], sum(ledger.voided.values()))
    assert taken["slip"] == (ledger.tenders["slip"], 0)
    assert sum(row["taken"] for row in z["accounts"]) == sum(ledger.tenders.values())
    assert z["expected"] == ledger.cash
    assert z["close"]["over_short"] == 0
    assert z["breaches"] == []
    assert z["requests"] == 30
    _balances(device, ledger)
    _sound(device, z)


def _outage(device: Device, ledger: Ledger) -> None:
    """Cash of 600 is refused, lawful while an outage with a ticket is open, and refused again after it."""
    pay = ("debt", "pay", "D9", "--amount", "600", "--account", "L-9", "--cash", "600")
    assert device.refused("TEL-1", *pay) == "tenders.cash_above_limit"
    device.json("TEL-1", "outage", "open", "--cause", "no_network", "--ticket", "INC-2026-1188")
    said = device.json("TEL-1", *pay)
    assert said["payment"]["outage_number"] == "INC-2026-1188"
    ledger.paid(said["payment"])
    ledger.owed["L-9"] += 600_00
    device.json("TEL-1", "outage", "close")
    again = ("debt", "pay", "D8", "--amount", "600", "--account", "L-8", "--cash", "600")
    assert device.refused("TEL-1", *again) == "tenders.cash_above_limit"


def _voids(device: Device, ledger: Ledger) -> None:
    """Two receipts are voided, each approved by a supervisor; the maker himself is refused."""
    device.approver("SUP-1")
    for account in ("L-0", "L-1"):
        paid = device.json(
            "TEL-1",
            "debt",
            "pay",
            account.replace("L-", "D"),
            "--amount",
            "10",
            "--account",
            account,
            "--cash",
            "20",
        )
        ledger.paid(paid["payment"])
        number = paid["payment"]["receipt"]
        void = ("receipt", "void", number, "--reason", "wrong_amount", "--recovered", "1", "--approver")
        assert device.refused("TEL-1", *void, "TEL-1") == "entry.same_person"
        device.json("TEL-1", *void, "SUP-1")
        ledger.voided[number] = 1000
        ledger.cash -= 1000


def _handover(device: Device, ledger: Ledger) -> None:
    """Half of the cash, in notes of 50, goes to the treasury."""
    given = ledger.cash // 2 // 50_00 * 50_00
    device.json(
        "TEL-1",
        "cash",
        "hand-over",
        "--counterpart",
        "TREASURY",
        "--count",
        f"50={given // 50_00}",
        "--seal",
        "B-1",
    )
    ledger.cash -= given


def _close(device: Device, ledger: Ledger) -> Any:
    """The count is right at the first try; the Z is read again and is the same."""
    assert device.json("TEL-1", "shift", "x")["hidden"]
    device.json("TEL-1", "shift", "count", *counted(ledger.cash))
    z = device.json("TEL-1", "shift", "close", "--keep", pounds(FLOAT), "--seal", "B-2")
    assert device.json("TEL-1", "shift", "z") == z
    assert device.refused("TEL-1", "debt", "pay", "D1", "--amount", "1", "--account", "L-1", "--cash", "1")
    return z


def _balances(device: Device, ledger: Ledger) -> None:
    for n in range(DEBTORS):
        page = device.json("TEL-1", "debt", "show", f"D{n}")
        assert page["debts"][0]["balance"] == 920_00 - ledger.owed[f"L-{n}"]


def _sound(device: Device, z: dict[str, Any]) -> None:
    """Verified clean; the queue is the journal; every derived table is the same after a rebuild."""
    report = device.json("SUP-1", "verify")
    assert report["clean"]
    waits = device.json("TEL-1", "queue")
    assert waits["waiting"] == waits["entries"] > z["entry"]
    session = unlock(device.root, "SUP-1", SECRETS["SUP-1"][0], opening=CHEAP)
    try:
        before = dict(derived_rows(session.store.db))
        with session.store.transaction():
            rebuild(session.store.db, session.store.journal)
        assert dict(derived_rows(session.store.db)) == before
        money = Counter[str]()
        for kind, piastres in session.store.db.execute("SELECT kind, piastres FROM tender"):
            money[kind] += piastres
        totals = session.store.journal.state().totals
        assert (money["cash"], money["slip"]) == (totals.cash, totals.slip)
    finally:
        lock(session)
