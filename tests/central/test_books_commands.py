"""People at the centre settle and check by commands, in Arabic, in English and as JSON."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import update

from central.__main__ import central
from central.commands.base import run
from central.schema import payment
from tests.central.books import CHARGE, Books
from tests.central.test_recount import give


@dataclass
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out or self.err)


Command = Callable[..., Said]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], books: Books) -> Command:
    folder = str(books.centre.folder.root)

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        code = run(central, [*map(str, arguments), "--folder", folder])
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return call


def test_a_case_is_listed_shown_and_settled(command: Command, books: Books) -> None:
    account, other, desk = books.account(owed=1_000), books.account(owed=4_000), books.desk()
    desk.collect(account, CHARGE, 6_000)
    desk.deliver()
    listed = command("case", "list", "--kind", "over_collected", "--json").json["cases"]
    mine = next(one for one in listed if one["device"] == desk.code)
    assert (mine["debt"], mine["piastres"], mine["state"]) == (account, 5_000, "open")
    for words, text in (([], "تحصيل أكثر من المستحق"), (["--english"], "more was taken than was owed")):
        assert text in command("case", "list", *words).out
        shown = command("case", "show", mine["case"], *words).out
        assert text in shown
        assert "50.00" in shown
    settle = ("case", "settle", mine["case"], "--by", "ADM-1", "--how")
    said = command(*settle, "apply", "--debt", other, "--charge", CHARGE, "--piastres", 4_000)
    assert (said.code, "مفتوحة" in said.out) == (0, True)
    said = command(*settle, "refund", "--json")
    assert said.json == {"case": mine["case"], "how": "refund", "by": "ADM-1", "state": "settled"}
    said = command(*settle, "keep", "--json")
    assert (said.code, said.json["error"]["code"]) == (3, "books.case_closed")
    shown = command("case", "show", mine["case"], "--json").json
    assert [(one["kind"], one["piastres"], one["by"]) for one in shown["moves"]] == [
        ("applied", 4_000, "ADM-1"),
        ("refund", 1_000, "ADM-1"),
    ]
    assert command("case", "show", 999_999).code == 2


def test_credits_are_listed_by_debt_and_pay_another(command: Command, books: Books) -> None:
    account, desk = books.account(), books.desk()
    desk.on_account(account, 3_000, "advance")
    desk.deliver()
    found = command("credit", "list", "--debt", account, "--json").json
    assert (found["left"], found["credits"][0]["debtor"]) == (3_000, "DB-1")
    number = found["credits"][0]["id"]
    assert f"{number}" in command("credit", "list", "--debtor", "DB-1").out
    said = command("credit", "apply", number, "--debt", account, "--charge", CHARGE, "--by", "ADM-1",
                   "--piastres", 1_000, "--json")  # fmt: skip
    assert said.json["left"] == 2_000
    assert command("credit", "refund", number, "--by", "ADM-1").code == 2
    said = command("credit", "refund", number, "--by", "ADM-1", "--note", "طلب", "--english")
    assert "20.00" in said.out
    assert command("credit", "list", "--debt", account, "--json").json["credits"] == []
    assert len(command("credit", "list", "--debt", account, "--all", "--json").json["credits"]) == 1


def test_what_waits_is_listed_shown_and_decided(command: Command, books: Books) -> None:
    desk = books.desk()
    paid = desk.collect("NO-SUCH-DEBT", CHARGE, 2_000)
    desk.deliver()
    where = (desk.code, paid.seq)
    assert f"{desk.code}:{paid.seq}" in command("quarantine", "list").out
    shown = command("quarantine", "show", *where, "--json").json
    assert (shown["code"], shown["entry"]["type"]) == ("apply.unknown_debt", "payment.taken")
    assert "payment.taken" in command("quarantine", "show", *where, "--english").out
    settle = ("quarantine", "settle", *where, "--by", "ADM-1", "--how")
    assert command(*settle, "apply", "--json").json["error"]["code"] == "books.still_unknown"
    assert "رصيدًا" in command(*settle, "credit").out
    assert f"{desk.code}:{paid.seq}" not in command("quarantine", "list").out
    everything = command("quarantine", "list", "--all", "--json").json["entries"]
    assert [one["state"] for one in everything if one["device"] == desk.code] == ["credited"]


def test_one_debt_is_changed_cancelled_and_leased(command: Command, books: Books) -> None:
    account = books.account()
    by = ("--by", "ADM-1")
    changed = command(
        "debt", "change", account, "--charge", CHARGE, "--owed", 700, *by, "--note", "x", "--json"
    )
    assert changed.json["owed"] == 700
    assert command("lease", "move", account, "--to", "nobody", *by, "--json").json["error"]["code"] == (
        "books.bad_holder"
    )
    assert command("lease", "move", account, "--to", "collector:NO-ONE", *by).code == 2
    moved = command(
        "lease", "move", account, "--to", "collector:COL-1", "--until", "2026-12-31", *by, "--json"
    )
    assert moved.json["until"] == "2026-12-31"
    assert "collector:COL-1" in command("lease", "end", account, *by).out
    assert "7.00" in command("debt", "cancel", account, *by, "--note", "x", "--english").out
    assert command("debt", "cancel", "NO-SUCH", *by, "--note", "x").code == 2


def test_open_handovers_and_fee_cases(command: Command, books: Books) -> None:
    giver, taker = books.desk(), books.desk()
    giver.collect(books.account(), CHARGE, 40_000)
    give(giver, taker, giver.stream)
    giver.deliver()
    found = command("handovers", "--json").json["handovers"]
    assert [one["total"] for one in found if one["device"] == giver.code] == [30_000]
    assert taker.code in command("handovers").out
    assert command("case", "fees", "on").code == 0


def test_a_check_says_that_tables_agree_or_where_they_do_not(command: Command, books: Books) -> None:
    desk = books.desk()
    desk.pay()
    desk.deliver()
    said = command("check", "--device", desk.code)
    assert (said.code, "الجداول مطابقة" in said.out) == (0, True)
    assert f"{desk.code}  {len(desk.records)}/{len(desk.records)}" in said.err
    mine = payment.c.stream == desk.stream
    with books.centre.storage.write() as db:
        db.execute(update(payment).where(mine).values(cash=1))
    said = command("check", "--device", desk.code, "--json")
    assert (said.code, [one["what"] for one in said.json["disagreements"]]) == (5, ["payment"])
    assert "payment" in command("check", "--device", desk.code, "--english").out
    with books.centre.storage.write() as db:
        db.execute(update(payment).where(mine).values(cash=6_000))


def test_a_shift_left_open_is_settled_by_command(command: Command, books: Books) -> None:
    desk = books.desk()
    desk.deliver()
    settle = ("shift", "settle", desk.code, "--counted", 19_000, "--by", "ADM-1", "--note", "x")
    assert command(*settle, "--json").json["error"]["code"] == "books.device_in_use"
    assert command("device", "retire", desk.code).code == 0
    said = command(*settle, "--json").json
    assert (said["expected"], said["counted"], said["off"]) == (20_000, 19_000, -1_000)
    listed = command("shifts", "--json").json["shifts"]
    assert [one["counted"] for one in listed if one["device"] == desk.code] == [19_000]
