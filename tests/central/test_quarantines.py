"""Entries that wait are decided by a person: their effect on debts follows, and the device hears of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from central.debt_snapshots import applied_now
from central.debts import import_rows
from central.export import export_branches, export_journal
from central.ingest import find_device
from central.ledger import Ledger
from central.outcomes import outcomes_of
from central.people import add_staff, revoke_staff
from central.quarantines import Decision, list_held, settle_held, show_held
from central.schema import part, payment, quarantine
from central.schema_books import act, credit
from kiosk.core.errors import KnownError
from kiosk.core.wire.outcomes import open_outcomes
from tests.auditor.audited import checks
from tests.central.books import CHARGE, Books, Desk
from tests.central.device import KEYS
from tests.central.server import UNIT
from tests.central.test_downlink import debtor


@pytest.fixture
def revoked(books: Books, monkeypatch: pytest.MonkeyPatch) -> str:
    """A person who was revoked, and whose key still signs on devices that have not heard of it."""
    books.count += 1
    code = f"T-{books.count}"
    add_staff(books.centre, code, UNIT, ("teller",))
    revoke_staff(books.centre, code)
    monkeypatch.setitem(KEYS, code, KEYS["TEL-1"])
    return code


def waiting(books: Books, desk: Desk) -> list[tuple[int, str]]:
    """What the device is told."""
    with books.centre.storage.read() as db:
        known = find_device(db, desk.code)
    now = books.server.clock.now()
    found = open_outcomes(outcomes_of(books.centre, known), desk.authority, device=desk.code, now=now)
    return [(one.seq, one.code) for one in found.quarantined]


def not_applied(books: Books, desk: Desk) -> list[int]:
    with books.centre.storage.read() as db:
        return applied_now(db)[desk.stream][1]


def test_a_payment_of_a_revoked_person_pays_when_a_person_says_so(books: Books, revoked: str) -> None:
    account, desk = books.account(), books.desk()
    paid = desk.collect(account, CHARGE, 5_000, by=revoked)
    desk.deliver()
    assert (books.owed(account), not_applied(books, desk)) == (50_000, [paid.seq])
    assert settle_held(books.centre, desk.code, paid.seq, Decision.APPLY, by="ADM-1") == "applied"
    assert (books.owed(account), not_applied(books, desk)) == (45_000, [])
    assert waiting(books, desk) == [(paid.seq + 1, "apply.revoked_staff")]
    settle_held(books.centre, desk.code, paid.seq + 1, Decision.APPLY, by="ADM-1")
    assert waiting(books, desk) == []
    noted = books.rows(act, act.c.about == f"{desk.code}:{paid.seq}")
    assert [(one.kind, one.by) for one in noted] == [("quarantine.settle", "ADM-1")]
    with pytest.raises(KnownError, match="not_held"):
        settle_held(books.centre, desk.code, paid.seq, Decision.DISMISS, by="ADM-1", note="again")


def test_a_held_payment_follows_the_rules_of_conflicts_when_it_pays(books: Books, revoked: str) -> None:
    account, desk, other = books.account(), books.desk(), books.desk()
    paid = desk.collect(account, CHARGE, 30_000, by=revoked)
    desk.deliver()
    other.collect(account, CHARGE, 40_000)
    other.deliver()
    settle_held(books.centre, desk.code, paid.seq, Decision.APPLY, by="ADM-1")
    assert books.owed(account) == 0
    found = books.rows(credit, credit.c.stream == desk.stream)
    assert [(one.kind, one.left) for one in found] == [("collected_twice", 20_000)]


def test_an_unknown_debt_becomes_a_credit_or_waits_until_it_is_known(books: Books) -> None:
    desk = books.desk()
    unknown = desk.collect("NO-SUCH", CHARGE, 15_000)
    late = desk.collect("LATE-DEBT", CHARGE, 7_000)
    desk.deliver()
    with pytest.raises(KnownError, match="still_unknown"):
        settle_held(books.centre, desk.code, unknown.seq, Decision.APPLY, by="ADM-1")
    assert settle_held(books.centre, desk.code, unknown.seq, Decision.CREDIT, by="ADM-1") == "credited"
    found = books.rows(credit, credit.c.stream == desk.stream)
    assert [(one.kind, one.debtor, one.debt, one.left) for one in found] == [
        ("on_account", "DB-1", "NO-SUCH", 15_000)
    ]
    import_rows(books.centre, [debtor("DB-LATE", "LATE-DEBT", owed=10_000)])
    settle_held(books.centre, desk.code, late.seq, Decision.APPLY, by="ADM-1")
    assert books.owed("LATE-DEBT") == 3_000


def test_a_void_waits_for_its_payment_and_undoes_what_was_decided(books: Books, revoked: str) -> None:
    account, desk = books.account(), books.desk()
    paid = desk.collect(account, CHARGE, 8_000, by=revoked)
    desk.void(paid, 8_000)
    desk.deliver()
    void = paid.seq + 2
    with pytest.raises(KnownError, match="payment_first"):
        settle_held(books.centre, desk.code, void, Decision.APPLY, by="ADM-1")
    settle_held(books.centre, desk.code, paid.seq, Decision.APPLY, by="ADM-1")
    assert books.owed(account) == 42_000
    settle_held(books.centre, desk.code, void, Decision.APPLY, by="ADM-1")
    assert books.owed(account) == 50_000


def test_what_is_dismissed_keeps_its_money_and_needs_a_reason(books: Books, revoked: str) -> None:
    account, desk = books.account(), books.desk()
    paid = desk.collect(account, CHARGE, 5_000, by=revoked)
    desk.deliver()
    with pytest.raises(KnownError, match="note_needed"):
        settle_held(books.centre, desk.code, paid.seq, Decision.DISMISS, by="ADM-1", note=" ")
    settle_held(books.centre, desk.code, paid.seq, Decision.DISMISS, by="ADM-1", note="مكرر بإيصال ورقي")
    assert (books.owed(account), not_applied(books, desk)) == (50_000, [])
    assert [one.total for one in books.rows(payment, payment.c.stream == desk.stream)] == [5_000]
    row = books.rows(quarantine, quarantine.c.stream == desk.stream)[0]
    assert (row.state, row.settled_by, row.note) == ("dismissed", "ADM-1", "مكرر بإيصال ورقي")


def test_decisions_that_do_not_fit_are_refused(books: Books, revoked: str) -> None:
    desk = books.desk()
    request = desk.pay(by=revoked)
    desk.chain(b"not an entry")
    desk.deliver()
    broken = len(desk.records)
    for seq, how, code in (
        (request.seq, Decision.CREDIT, "books.no_debts_in_it"),
        (request.seq, Decision.VERIFY, "books.nothing_to_verify"),
        (broken, Decision.APPLY, "books.cannot_read"),
        (1, Decision.APPLY, "books.not_held"),
    ):
        with pytest.raises(KnownError, match=code):
            settle_held(books.centre, desk.code, seq, how, by="ADM-1")
    with books.centre.storage.read() as db:
        assert show_held(db, desk.code, broken)[1] is None
        assert (desk.code, broken) in [(one.device, one.row.seq) for one in list_held(db)]
    assert settle_held(books.centre, desk.code, broken, Decision.DISMISS, by="ADM-1", note="x") == "dismissed"


def test_what_our_own_fault_kept_out_is_booked_by_a_person(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, desk = books.account(), books.desk()
    take, failing = Ledger._take_payment, [len(desk.records) + 1]

    def fail_once(ledger: Ledger, entry: object, body: object, *, hold: bool) -> bool:
        if (ledger._stream, entry.seq) == (desk.stream, failing[0]):  # type: ignore[attr-defined]
            raise ArithmeticError
        return take(ledger, entry, body, hold=hold)  # type: ignore[arg-type]

    monkeypatch.setattr(Ledger, "_take_payment", fail_once)
    paid = desk.collect(account, CHARGE, 9_000)
    desk.deliver()
    assert waiting(books, desk) == [(paid.seq, "apply.not_booked")]
    assert books.rows(payment, payment.c.stream == desk.stream) == []
    failing[0] = 0
    settle_held(books.centre, desk.code, paid.seq, Decision.APPLY, by="ADM-1")
    assert books.owed(account) == 41_000
    assert [one.total for one in books.rows(payment, payment.c.stream == desk.stream)] == [9_000]
    assert [one.applied for one in books.rows(part, part.c.stream == desk.stream)] == [9_000]


def test_each_branch_is_exported_as_a_journal_that_the_auditor_can_verify(
    books: Books, tmp_path: Path
) -> None:
    desk = books.desk()
    desk.pay()
    desk.deliver()
    clone = replace(desk, records=desk.records[:-2], totals=desk.totals, serial=0)
    clone.bundle, clone.authority = desk.bundle, desk.authority
    clone.totals = replace(desk.totals, receipts=0, cash=0, slip=0)
    first = len(clone.records) + 1
    clone.collect("ANY", CHARGE, 100)
    clone.collect("ANY", CHARGE, 200)
    assert clone.send(first, first + 1).outcome == "fork"
    assert clone.send(first + 2).outcome == "fork"
    out = tmp_path / "D.journal.ndjson"
    export_journal(books.centre, desk.code, out)
    files = export_branches(books.centre, desk.code, out)
    assert [path.name for path in files] == ["D.branch-1.journal.ndjson"]
    text = files[0].read_bytes()
    assert text.count(b'"receipt.issued"') == 2
    assert checks(out.read_bytes()) == checks(text) == []
