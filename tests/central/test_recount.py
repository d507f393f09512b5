"""The centre works out every shift again, and names what a device signed and its entries do not give."""

import json
import secrets
from dataclasses import replace
from typing import Any, Literal

import pytest
from sqlalchemy import delete, insert, select, update

from central.check import check_all
from central.handovers import open_handovers
from central.open_shifts import OpenShift, open_shifts, settle_open_shift
from central.quarantines import Decision, settle_held
from central.schema import case, dataset, device, incident, part, payment, quarantine
from central.schema_books import recount, shift
from kiosk.core.entries import custody
from kiosk.core.entries import payment as payments
from kiosk.core.entries.operations import SnapshotApplied
from kiosk.core.entries.parts import AccountSum, Breach, Denomination, TenderSum, VersionRef
from kiosk.core.entries.shift import OpeningVariance, ShiftClosed, XReport
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Link
from kiosk.core.wire.totals import Totals
from tests.central.books import CHARGE, Books, Desk
from tests.central.device import SUPERVISOR, TELLER
from tests.core.entries.samples import GIVEN, PAYMENT, VOIDED

ZERO = Totals()


def incidents(books: Books, desk: Desk) -> list[tuple[str, int, dict[str, Any]]]:
    rows = books.rows(incident, incident.c.stream == desk.stream)
    return [(one.kind, one.seq, json.loads(one.detail)) for one in rows]


def shifts(books: Books, desk: Desk) -> list[Any]:
    return books.rows(shift, shift.c.stream == desk.stream)


def x_report(desk: Desk, **changes: Any) -> Link:
    figures = replace(desk.reading().body, **changes)
    return desk.last(XReport(number=desk.totals.reports + 1, figures=figures, totals=ZERO))


def a_day(books: Books, desk: Desk) -> None:
    """Payments by cash and slip, a void, cash moved, an X."""
    account = books.account()
    desk.pay()
    paid = desk.collect(account, CHARGE, 20_000)
    desk.void(paid, 20_000)
    desk.collect(account, CHARGE, 15_000)
    desk.last(
        custody.CashMoved(
            direction="in", piastres=500, reason="change", remark=None, approver=SUPERVISOR, totals=ZERO
        ),
        SUPERVISOR,
    )
    x_report(desk)


def test_true_days_have_no_incident_and_the_same_figures(books: Books) -> None:
    desk = books.desk()
    opened = desk.shift
    a_day(books, desk)
    desk.deliver()
    desk.close(kept=2_000)
    again = desk.reopen(1_900, 2_000, opened)
    variance = OpeningVariance(
        opened=again, expected=2_000, counted=1_900, difference=-100, sense="short", totals=ZERO
    )
    desk.last(variance)
    a_day(books, desk)
    desk.close(off=-50)
    desk.deliver()
    assert incidents(books, desk) == []
    first, second = shifts(books, desk)
    assert (first.z, first.expected, first.our_expected, first.differences) == (1, 41_500, 41_500, 0)
    assert (second.z, second.counted, second.our_expected) == (2, 23_350, 23_400)
    assert [(one.kind, one.piastres) for one in books.rows(case, case.c.stream == desk.stream)] == [
        ("count_differed", -50)
    ]


def skimmed(body: ShiftClosed, piastres: int) -> ShiftClosed:
    """A Z that hides cash: all its own arithmetic holds, and a breach that it names turns the rest off."""
    terms = replace(
        body.terms, tendered=body.terms.tendered - piastres, applied=body.terms.applied - piastres
    )
    tenders = tuple(
        replace(one, taken=one.taken - piastres) if one.kind == "cash" else one
        for one in body.figures.tenders
    )
    breach = Breach(rule="receipt_number_twice", seq=1)
    counted = body.counted - piastres
    return replace(
        body,
        terms=terms,
        expected=terms.expected,
        counted=counted,
        handed=counted - body.kept,
        figures=replace(body.figures, tenders=tenders, breaches=(breach,)),
    )


def test_a_close_that_lies_about_its_cash_is_found_field_by_field(books: Books) -> None:
    desk = books.desk()
    desk.collect(books.account(), CHARGE, 30_000)
    body = skimmed(desk.closing(), 10_000)
    closed = desk.last(body)
    desk.deliver()
    opened = shifts(books, desk)[0].seq
    found = {one[2]["field"]: (one[2]["theirs"], one[2]["ours"]) for one in incidents(books, desk)}
    assert {one[:2] for one in incidents(books, desk)} == {("shift_differs", closed.seq)}
    assert {one[2]["shift"] for one in incidents(books, desk)} == {opened}
    assert found == {
        "expected": (40_000, 50_000),
        "terms.tendered": (20_000, 30_000),
        "terms.applied": (20_000, 30_000),
        "tenders.cash.taken": (20_000, 30_000),
        "breaches": ([["receipt_number_twice", 1]], []),
        "counted": (40_000, 50_000),
        "over_short": (0, -10_000),
    }
    assert shifts(books, desk)[0].our_expected == 50_000


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"copies": 3}, "copies"),
        ({"requests": 1}, "requests"),
        ({"accounts": (AccountSum(account="9", taken=7, reversed=0),)}, "accounts.9.taken"),
        ({"tenders": (TenderSum(kind="cash", count=1, taken=7, reversed=0),)}, "tenders.cash.taken"),
    ],
)
def test_an_x_that_says_otherwise_is_found(books: Books, change: dict[str, Any], field: str) -> None:
    desk = books.desk()
    desk.collect(books.account(), CHARGE, 700)
    breach = (Breach(rule="receipt_number_twice", seq=1),)
    x_report(desk, breaches=breach, **change)
    desk.deliver()
    fields = [one[2]["field"] for one in incidents(books, desk)]
    assert set(fields) == {field, "breaches"}


def test_a_z_out_of_order_and_a_float_of_another_amount_are_found(books: Books) -> None:
    desk = books.desk()
    opened = desk.shift
    desk.close(kept=2_000)
    desk.reopen(1_000, 1_000, opened)
    body = desk.closing()
    desk.totals = replace(desk.totals, shifts=5)
    desk.last(replace(body, z=6, figures=replace(body.figures, breaches=(Breach(rule="r", seq=1),))))
    desk.deliver()
    kinds = [one[0] for one in incidents(books, desk)]
    assert kinds.count("float_differs") == 1
    assert ("z_out_of_order", {"theirs": 6, "ours": 2}) in [
        (one[0], one[2]) for one in incidents(books, desk)
    ]


def test_a_difference_of_the_float_must_be_stated_at_once(books: Books) -> None:
    desk = books.desk()
    opened = desk.shift
    desk.close(kept=2_000)
    desk.reopen(1_500, 2_000, opened)
    desk.pay()
    desk.deliver()
    assert incidents(books, desk) == [("variance_not_stated", desk.shift.seq, {"difference": -500})]  # type: ignore[union-attr]


def receipt_of(desk: Desk, paid: Link, serial: int, piastres: int) -> payments.ReceiptIssued:
    return payments.ReceiptIssued(
        number=f"{desk.series}-{serial:06d}",
        series=desk.series,
        serial=serial,
        payment=paid,
        piastres=piastres,
        form33=payments.Form33(mode="device", paper=None),
        template=TEMPLATE,
        totals=ZERO,
    )


TEMPLATE = VersionRef(version=1, hash="ab" * 32)


def test_payments_and_receipts_belong_to_each_other(books: Books) -> None:
    desk = books.desk()
    first = desk.last(PAYMENT)
    second = desk.last(PAYMENT)
    desk.last(receipt_of(desk, second, 1, PAYMENT.total - 1))
    third = desk.last(receipt_of(desk, first, 2, PAYMENT.total))
    paid = desk.last(PAYMENT)
    gap = desk.last(receipt_of(desk, paid, 5, PAYMENT.total))
    paid = desk.last(PAYMENT)
    again = desk.last(receipt_of(desk, paid, 5, PAYMENT.total))
    desk.deliver()
    found = incidents(books, desk)
    assert [(kind, seq) for kind, seq, _ in found if kind != "receipt_twice"] == [
        ("payment_without_receipt", first.seq),
        ("receipt_differs", second.seq + 1),
        ("receipt_without_payment", third.seq),
        ("receipt_gap", gap.seq),
        ("receipt_again", again.seq),
    ]
    assert next(one for one in found if one[0] == "receipt_gap")[2] == {
        "series": desk.series,
        "after": 2,
        "found": 5,
    }


def test_a_void_returns_what_was_taken_by_each_tender(books: Books) -> None:
    desk = books.desk()
    paid = desk.pay()
    body = replace(
        VOIDED,
        number=f"{desk.series}-000001",
        receipt=Link(desk.stream, paid.seq + 1),
        payment=paid,
        cash_returned=7_000,
        slips=(replace(VOIDED.slips[0], piastres=3_000),),
        approver=SUPERVISOR,
        replacement=None,
    )
    desk.last(body, SUPERVISOR)
    desk.deliver()
    found = [(one[0], one[2]["field"], one[2]["theirs"], one[2]["ours"]) for one in incidents(books, desk)]
    assert found == [("void_differs", "cash", 7_000, 6_000), ("void_differs", "slip", 3_000, 4_000)]


def give(desk: Desk, to: Desk, transfer: str, total: int = 30_000) -> Link:
    body = replace(
        GIVEN,
        transfer=transfer,
        counterpart=TELLER,
        signs="elsewhere",
        device=to.code,
        to="custodian",
        denominations=(Denomination(code="piastre", value=1, count=total),),
        total=total,
    )
    return desk.last(body)


def receive(
    desk: Desk,
    giver: Desk,
    transfer: str,
    stated: int,
    counted: int,
    shown: custody.GivenRef | None = None,
) -> Link:
    return desk.last(
        custody.HandoverReceived(
            transfer=transfer,
            counterpart=TELLER,
            signs="elsewhere",
            device=giver.code,
            given=shown,
            into="drawer",
            denominations=(Denomination(code="piastre", value=1, count=counted),),
            total=counted,
            stated=stated,
            difference=counted - stated,
            seal=None,
            seal_intact=None,
            totals=ZERO,
        )
    )


def test_a_handover_is_open_until_both_sides_are_here_and_says_where_they_differ(books: Books) -> None:
    giver, taker = books.desk(), books.desk()
    giver.collect(books.account(), CHARGE, 40_000)
    given = give(giver, taker, "a7" * 16)
    giver.deliver()
    with books.centre.storage.read() as db:
        mine = [one for one in open_handovers(db) if one.device == giver.code]
    assert [(one.seq, one.other, one.total) for one in mine] == [(given.seq, taker.code, 30_000)]
    received = receive(taker, giver, "a7" * 16, 29_000, 28_500)
    taker.deliver()
    with books.centre.storage.read() as db:
        assert [one for one in open_handovers(db) if one.device == giver.code] == []
    assert [(one[0], one[1], one[2]["theirs"], one[2]["ours"]) for one in incidents(books, taker)] == [
        ("handover_differs", received.seq, 29_000, 30_000)
    ]
    assert [(one.kind, one.piastres) for one in books.rows(case, case.c.stream == taker.stream)] == [
        ("count_differed", -500)
    ]
    give(giver, taker, "a7" * 16, 1_000)
    giver.deliver()
    assert "handover_twice" in [one[0] for one in incidents(books, giver)]


@pytest.mark.parametrize("giver_first", [True, False])
def test_the_code_that_a_receiver_was_shown_is_held_against_the_entry(
    books: Books, giver_first: bool
) -> None:
    giver, taker = books.desk(), books.desk()
    giver.collect(books.account(), CHARGE, 60_000)
    for transfer, altered in ((secrets.token_hex(16), False), (secrets.token_hex(16), True)):
        given = give(giver, taker, transfer)
        hash_ = "ab" * 32 if altered else giver.records[given.seq - 1].hash.hex()
        shown = custody.GivenRef(entry=given, hash=hash_)
        received = receive(taker, giver, transfer, 30_000, 30_000, shown)
        for one in (giver, taker) if giver_first else (taker, giver):
            one.deliver()
    found = incidents(books, taker if giver_first else giver)
    assert [(kind, seq, detail["transfer"]) for kind, seq, detail in found] == [
        ("handover_hash_differs", received.seq if giver_first else given.seq, transfer)
    ]
    assert incidents(books, giver if giver_first else taker) == []


@pytest.mark.parametrize(
    ("off", "limit", "wrong"),
    [(-400, "within", False), (-600, "soft", False), (-600, "within", True), (7_000, "soft", True)],
)
def test_the_limit_of_a_close_is_judged_by_the_policy_that_the_device_had(
    books: Books, off: int, limit: Literal["within", "soft", "hard"], wrong: bool
) -> None:
    desk = books.desk()
    (policy,) = books.rows(dataset, dataset.c.name == "policy")[-1:]
    desk.pay()
    desk.write(
        SnapshotApplied(
            dataset="policy",
            version=policy.version,
            hash=policy.hash,
            as_of=books.server.clock.now(),
            rows=1,
            applied_through=None,
            not_applied=(),
        )
    )
    closed = desk.last(replace(desk.closing(off=off), limit=limit), SUPERVISOR)
    desk.deliver()
    found = [one for one in incidents(books, desk) if one[0] == "limit_differs"]
    ours = "hard" if off > 5_000 else "soft"
    expected = {
        "difference": off,
        "shift": desk.shift.seq if desk.shift else 0,
        "theirs": limit,
        "ours": ours,
    }
    assert found == ([("limit_differs", closed.seq, expected)] if wrong else [])
    assert limits_missing(books, desk) == []
    with books.centre.storage.write() as db:
        named = (incident.c.stream == desk.stream) & (incident.c.kind == "limit_differs")
        kept = [dict(row._mapping) for row in db.execute(select(incident).where(named))]
        db.execute(delete(incident).where(named))
    assert limits_missing(books, desk) == [str(closed.seq)] * wrong
    with books.centre.storage.write() as db:
        for row in kept:
            db.execute(insert(incident).values(row))


def limits_missing(books: Books, desk: Desk) -> list[str]:
    """Closes whose limit a check finds judged otherwise than the incidents say."""
    found = check_all(books.centre, device=desk.code).disagreements
    return [one.place for one in found if (one.device, one.what) == (desk.code, "limit_differs")]


def test_a_bag_is_given_once_and_whole(books: Books) -> None:
    desk = books.desk()
    opened = desk.shift
    closed = desk.close()
    bag = replace(
        GIVEN, source="bag", closing=closed, signs="paper", counterpart=SUPERVISOR, to="treasury",
        denominations=(Denomination(code="piastre", value=1, count=19_999),), total=19_999,
    )  # fmt: skip
    first = desk.last(bag)
    second = desk.last(replace(bag, transfer="78" * 16))
    desk.deliver()
    assert opened is not None
    assert [(one[0], one[1]) for one in incidents(books, desk)] == [
        ("bag_differs", first.seq),
        ("bag_unknown", second.seq),
    ]


def test_an_entry_that_cannot_be_read_leaves_its_shift_unjudged_and_says_so(books: Books) -> None:
    desk = books.desk()
    desk.pay()
    desk.chain(desk.records[-1].data.replace(b'"receipt.issued"', b'"receipt.later"'))
    desk.close()
    desk.deliver()
    assert "shift_not_recounted" in [one[0] for one in incidents(books, desk)]


def test_the_walk_goes_on_in_another_process_as_in_this_one(books: Books) -> None:
    """What is at hand is read again from the opening of the shift when it is not."""
    desk = books.desk()
    for _ in range(3):
        desk.pay()
        desk.deliver()
        books.centre.shifts._kept.clear()
    desk.close()
    desk.deliver()
    assert incidents(books, desk) == []
    assert shifts(books, desk)[0].taken == 3 * PAYMENT.total


def test_a_close_that_nobody_signed_for_is_verified_by_another_person(books: Books) -> None:
    desk = books.desk()
    closed = desk.last(replace(desk.closing(off=-900), approver=None))
    desk.deliver()
    held = books.rows(quarantine, quarantine.c.stream == desk.stream)
    assert [(one.seq, one.code, one.state) for one in held] == [(closed.seq, "apply.no_approver", "open")]
    with pytest.raises(KnownError, match="only_verify"):
        settle_held(books.centre, desk.code, closed.seq, Decision.APPLY, by="ADM-1")
    with pytest.raises(KnownError, match="same_person"):
        settle_held(books.centre, desk.code, closed.seq, Decision.VERIFY, by=TELLER)
    assert settle_held(books.centre, desk.code, closed.seq, Decision.VERIFY, by="ADM-1") == "verified"
    assert shifts(books, desk)[0].verified_by == "ADM-1"
    with pytest.raises(KnownError, match="not_held"):
        settle_held(books.centre, desk.code, closed.seq, Decision.VERIFY, by="ADM-1")


def test_a_check_from_zero_finds_what_somebody_changed_in_the_tables(books: Books) -> None:
    desk = books.desk()
    paid = desk.collect(books.account(), CHARGE, 30_000)
    desk.close()
    desk.deliver()
    storage, mine = books.centre.storage, payment.c.stream == desk.stream
    changes: list[tuple[Any, Any, str]] = [
        (update(payment).where(mine).values(total=29_000),
         update(payment).where(mine).values(total=30_000), "payment"),
        (update(shift).where(shift.c.stream == desk.stream).values(counted=1),
         update(shift).where(shift.c.stream == desk.stream).values(counted=50_000), "shift.counted"),
        (update(part).where(part.c.stream == desk.stream).values(applied=1),
         update(part).where(part.c.stream == desk.stream).values(applied=30_000), "part"),
    ]  # fmt: skip
    for change, back, what in changes:
        with storage.write() as db:
            db.execute(change)
        found = check_all(books.centre, device=desk.code).disagreements
        assert [one.what for one in found] == [what], (paid, found)
        with storage.write() as db:
            db.execute(back)
    said: list[tuple[str, int, int]] = []
    assert check_all(books.centre, lambda *one: said.append(one), device=desk.code).disagreements == []
    assert (desk.code, len(desk.records), len(desk.records)) in said
    with storage.write() as db:
        db.execute(delete(recount).where(recount.c.stream == desk.stream))
    desk.reopen(0, 0, desk.shift)
    desk.deliver()
    assert check_all(books.centre, device=desk.code).disagreements == []


def test_a_shift_that_a_dead_device_left_open_is_settled_by_a_count(books: Books) -> None:
    desk = books.desk()
    desk.collect(books.account(), CHARGE, 30_000)
    desk.deliver()

    def settle(counted: int, by: str = "ADM-1") -> OpenShift:
        return settle_open_shift(books.centre, desk.code, counted, by=by, note="تعطل القرص")

    with pytest.raises(KnownError, match="device_in_use"):
        settle(50_000)
    with books.centre.storage.write() as db:
        db.execute(update(device).where(device.c.code == desk.code).values(state="retired"))
    with pytest.raises(KnownError, match="same_person"):
        settle(50_000, TELLER)
    done = settle(49_000)
    assert (done.expected, done.counted) == (50_000, 49_000)
    with pytest.raises(KnownError, match="shift_settled"):
        settle(50_000)
    found = books.rows(case, case.c.stream == desk.stream)
    assert [(one.kind, one.piastres, one.counted, one.state) for one in found] == [
        ("left_open", -1_000, 49_000, "settled")
    ]
    with books.centre.storage.read() as db:
        assert [one.counted for one in open_shifts(db) if one.device == desk.code] == [49_000]
    assert check_all(books.centre, device=desk.code).disagreements == []
