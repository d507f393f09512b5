"""What contradicts itself is not written: each rule of each body, broken once."""

from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.entries import custody, operations, payment, request, shift
from kiosk.core.entries.body import Body, with_totals
from kiosk.core.entries.build import build_entry
from kiosk.core.entries.parts import Breach, Denomination
from kiosk.core.entries.registry import BODIES, REGISTRY, UnknownBody
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.entry import Link
from kiosk.core.wire.fields import is_personal_key
from kiosk.core.wire.totals import Totals
from tests.core.entries.samples import (
    CLOSED,
    DEBTS_PAID,
    FIGURES,
    GIVEN,
    OPENED,
    OPENING,
    PAYMENT,
    SAMPLES,
    STREAM,
    STREAM_OPENED,
    TELLER,
    VOIDED,
    added,
    circumstances,
    line,
    notes,
)

BY_TYPE: dict[str, Any] = {body.TYPE: body for body in SAMPLES}
CASH, SLIP = PAYMENT.tenders
assert isinstance(CASH, payment.Cash)
assert isinstance(SLIP, payment.Slip)
assert isinstance(DEBTS_PAID.what_for, payment.DebtsFor)
ALLOCATION = DEBTS_PAID.allocation
assert isinstance(CASH, payment.Cash)
assert ALLOCATION is not None


def refused(body: Body, *words: str) -> None:
    with pytest.raises(BugError) as caught:
        REGISTRY.encode(body)
    for word in words:
        assert word in str(caught.value), caught.value


@pytest.mark.parametrize("body", SAMPLES, ids=lambda body: body.TYPE)
def test_a_body_reads_back_as_it_was(body: Body) -> None:
    assert REGISTRY.decode(*REGISTRY.encode(body)) == body


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"total": 10_001}, "not the sum of the lines"),
        ({"lines": (*PAYMENT.lines, line("base", 1))}, "not the sum of the lines"),
        ({"tenders": (CASH,)}, "not the sum of the tenders"),
        ({"tenders": (CASH, SLIP, SLIP)}, "not the sum of the tenders"),
        ({"tenders": (CASH, *(replace(SLIP, piastres=2_000),) * 2)}, "a slip is there twice"),
        (
            {"tenders": (replace(CASH, applied=3_000, tendered=3_000, change=0),) * 2 + (SLIP,)},
            "cash is there twice",
        ),
        ({"tenders": (replace(CASH, change=4_001), SLIP)}, "tenders[0].applied not tendered less change"),
        ({"tenders": (replace(CASH, tendered=6_000, change=4_000), SLIP)}, "not tendered less change"),
        ({"tenders": (replace(CASH, left=0), SLIP)}, "change left is not its own line"),
        ({"tenders": (replace(CASH, change=-1, applied=10_001), SLIP)}, "tenders[0].change"),
        ({"tenders": (CASH, replace(SLIP, piastres=0))}, "tenders[1].piastres"),
        ({"tenders": (CASH, replace(SLIP, last4="42424242"))}, "tenders[1].last4"),
        ({"lines": (line("discount", 500), *PAYMENT.lines)}, "wrong sign for discount"),
        ({"lines": (line("base", -1), *PAYMENT.lines)}, "wrong sign for base"),
        ({"lines": (line("rounding", 0), *PAYMENT.lines)}, "wrong sign for rounding"),
        ({"lines": (line("debt", 50), *PAYMENT.lines[:-1])}, "change left is not its own line"),
        ({"total": True}, "total"),
        ({"capacity": "the owner"}, "capacity"),
        ({"allocation": ALLOCATION}, "for debts, and only for debts"),
        ({"outage": Link(STREAM, 0)}, "outage.seq"),
        ({"outage": Link("x", 1)}, "outage.stream"),
    ],
)
def test_a_payment_that_does_not_add_up_is_refused(change: dict[str, Any], problem: str) -> None:
    refused(replace(PAYMENT, **change), problem)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"allocation": None}, "for debts"),
        ({"snapshot": None}, "for debts"),
        ({"allocation": replace(ALLOCATION, parts=ALLOCATION.parts[:1])}, "not the parts of the allocation"),
        ({"allocation": replace(ALLOCATION, parts=ALLOCATION.parts[:1] * 2)}, "a charge is there twice"),
        ({"allocation": replace(ALLOCATION, parts=(), credits=())}, "nothing is allocated"),
        ({"allocation": replace(ALLOCATION, credits=ALLOCATION.credits[:1])}, "lines of on_account"),
        ({"allocation": replace(ALLOCATION, credits=ALLOCATION.credits[1:])}, "lines of advance"),
        ({"what_for": replace(DEBTS_PAID.what_for, confirmed_by=None)}, "a second person"),
        ({"what_for": replace(DEBTS_PAID.what_for, found_by="account")}, "a second person"),
    ],
)
def test_a_payment_of_debts_says_where_the_money_went(change: dict[str, Any], problem: str) -> None:
    refused(replace(DEBTS_PAID, **change), problem)


@pytest.mark.parametrize(
    ("body", "change", "problem"),
    [
        (BY_TYPE["receipt.issued"], {"serial": 18}, "not its series and serial"),
        (
            BY_TYPE["receipt.issued"],
            {"form33": payment.Form33(mode="paper_only", paper=None)},
            "does not fit the mode",
        ),
        (VOIDED, {"copies_recovered": 1}, "a copy is still out"),
        (VOIDED, {"cash_returned": 0, "slips": ()}, "nothing is returned"),
        (VOIDED, {"replacement": VOIDED.number}, "the receipt itself"),
        (GIVEN, {"total": 29_999}, "not the sum of the denominations"),
        (GIVEN, {"denominations": notes((5_000, 3), (5_000, 3))}, "a kind is listed twice"),
        (GIVEN, {"source": "bag"}, "for a bag"),
        (GIVEN, {"signs": "elsewhere"}, "for a counterpart elsewhere"),
        (BY_TYPE["handover.received"], {"difference": 5_000}, "not counted less stated"),
        (BY_TYPE["handover.received"], {"seal_intact": None}, "for a seal"),
        (BY_TYPE["cash.moved"], {"piastres": 0}, "piastres"),
        (BY_TYPE["drawer.opened"], {"cause": "sale"}, "for a sale"),
        (BY_TYPE["drawer.opened"], {"reason": None}, "needed"),
        (OPENED, {"total": 20_100}, "not the sum of the denominations"),
        (OPENED, {"from_shift": None}, "so there was a shift"),
        (OPENED, {"book": shift.Book(series="D42-E1", next=502, last=500)}, "beyond the book"),
        (BY_TYPE["shift.opening_variance"], {"difference": 100}, "not counted less expected"),
        (BY_TYPE["shift.opening_variance"], {"sense": "over"}, "does not fit"),
        (BY_TYPE["shift.opening_variance"], {"counted": 20_100, "difference": 0}, "does not fit"),
        (BY_TYPE["shift.counted"], {"attempt": 3}, "attempt"),
        (
            BY_TYPE["shift.counted"],
            {"denominations": (Denomination(code="n", value=100, count=-1),)},
            "count",
        ),
        (BY_TYPE["report.x"], {"number": 2}, "not the count of X reports"),
        (BY_TYPE["request.taken"], {"total": 10_000}, "not the sum of the lines"),
        (BY_TYPE["request.taken"], {"due": 10_451}, "more than the total"),
        (BY_TYPE["request.taken"], {"conditional_until": None}, "for missing papers"),
        (BY_TYPE["request.taken"], {"papers": request.Papers(given=("a",), missing=("a",))}, "listed twice"),
        (BY_TYPE["request.taken"], {"answers": {"owner_name": "x"}}, "answers.owner_name personal details"),
        (BY_TYPE["request.taken"], {"answers": {"area": None}}, "answers.area"),
        (BY_TYPE["request.taken"], {"answers": {"a b": 1}}, "answers.key"),
        (BY_TYPE["snapshot.applied"], {"not_applied": (33, 31)}, "not ascending"),
        (BY_TYPE["snapshot.applied"], {"not_applied": (40,)}, "not below applied_through"),
        (BY_TYPE["book.taken"], {"first": 501}, "before the first"),
        (BY_TYPE["print.failed"], {"sent": False}, "does not fit an uncertain outcome"),
        (STREAM_OPENED, {"kid": "00000000"}, "does not name the key"),
        (added(TELLER, "teller"), {"roles": ()}, "none, or one twice"),
        (added(TELLER, "teller"), {"roles": ("teller", "teller")}, "none, or one twice"),
        (added(TELLER, "teller"), {"roles": ("king",)}, "roles[0]"),
        (added(TELLER, "teller"), {"member": "Ahmed Ali"}, "member"),
        (BY_TYPE["unlock.failed_tries"], {"first": datetime(2026, 7, 1)}, "not a time with a zone"),  # noqa: DTZ001
    ],
)
def test_each_rule_of_a_body_refuses_what_breaks_it(body: Any, change: dict[str, Any], problem: str) -> None:
    refused(replace(body, **change), body.TYPE, problem)


def test_an_outage_by_memo_names_who_approved_it() -> None:
    outage: operations.OutageOpened = BY_TYPE["outage.opened"]
    refused(replace(outage, reference=replace(outage.reference, kind="memo")), "for a memo")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"expected": 72_000}, "not the sum of the terms"),
        ({"over_short": 0}, "not counted less expected"),
        ({"over_short": 1_000}, "not counted less expected"),
        ({"kept": 20_001}, "not kept and handed over"),
        ({"reason": None}, "a difference needs one"),
        ({"z": 8}, "not the count of closed shifts"),
        ({"terms": replace(CLOSED.terms, change=0)}, "not tendered less change"),
        ({"totals_before": replace(CLOSED.totals, shifts=8)}, "a total has decreased"),
        ({"totals": replace(CLOSED.totals, cash=1_086_001)}, "totals.cash not before plus this shift"),
        ({"totals": replace(CLOSED.totals, voids=0)}, "totals.voids"),
        ({"totals": replace(CLOSED.totals, bagged=0)}, "a total has decreased"),
        ({"totals": replace(CLOSED.totals, bagged=900_000)}, "totals.bagged"),
    ],
)
def test_a_close_whose_arithmetic_does_not_hold_is_refused(change: dict[str, Any], problem: str) -> None:
    refused(replace(CLOSED, **change), problem)


def test_a_close_beyond_the_hard_limit_says_that_nobody_signed() -> None:
    assert CLOSED.limit == "hard"
    assert CLOSED.unapproved is None
    alone = replace(CLOSED, approver=None)
    alone.check()
    assert alone.unapproved == "no_approver"
    assert replace(alone, limit="soft").unapproved is None


TENDERS, ACCOUNTS, RECEIPTS = FIGURES.tenders, FIGURES.accounts, FIGURES.receipts


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"accounts": ACCOUNTS[:1]}, "taken: tenders and accounts differ"),
        (
            {"accounts": (replace(ACCOUNTS[0], reversed=0), ACCOUNTS[1])},
            "reversed: tenders and accounts differ",
        ),
        ({"voids": ()}, "not the voided receipts"),
        ({"voids": (replace(FIGURES.voids[0], piastres=9_999),)}, "not what was reversed"),
        ({"receipts": (replace(RECEIPTS[0], count=1),)}, "a gap in the serials"),
    ],
)
def test_figures_cross_foot_or_name_the_breach(change: dict[str, Any], problem: str) -> None:
    wrong = replace(FIGURES, **change)
    refused(replace(CLOSED, figures=wrong), problem)
    named = replace(wrong, breaches=(Breach(rule="lines_differ_from_total", seq=20),))
    assert REGISTRY.encode(replace(CLOSED, figures=named))


def test_rows_of_a_report_are_listed_once_even_with_a_breach() -> None:
    named = replace(FIGURES, tenders=TENDERS * 2, breaches=(Breach(rule="entry_twice", seq=20),))
    refused(replace(CLOSED, figures=named), "is there twice")


def test_the_terms_of_a_shift_are_each_counted_once_with_their_sign() -> None:
    signs = {
        "opening_float": 1,
        "tendered": 0,
        "change": 0,
        "applied": 1,
        "voided": -1,
        "cash_in": 1,
        "cash_out": -1,
        "handed_over": -1,
        "transfers_in": 1,
        "transfers_out": -1,
    }
    assert set(signs) == {field.name for field in fields(shift.CashTerms)}
    for name, sign in signs.items():
        one_more = replace(CLOSED.terms, **{name: getattr(CLOSED.terms, name) + 7})
        assert one_more.expected - CLOSED.terms.expected == 7 * sign


@pytest.mark.parametrize(
    "remark",
    [
        "29001011234567",
        "٢٩٠٠١٠١١٢٣٤٥٦٧",
        "رقم 2 900101 1234567",
        "01012345678",
        "+201112345678",
        "010-1234-5678",
    ],
)
def test_a_remark_never_holds_a_citizens_number(remark: str) -> None:
    for body in (
        replace(VOIDED, remark=remark),
        replace(BY_TYPE["request.taken"], answers={"note": remark}),
    ):
        with pytest.raises(KnownError) as caught:
            REGISTRY.encode(body)
        assert caught.value.code == "entry.personal_text"


@pytest.mark.parametrize("remark", ["عداد 5512345678901", "بلاغ 0100", "12/7/2026", "12345678901234567890"])
def test_other_numbers_may_stand_in_a_remark(remark: str) -> None:
    assert REGISTRY.encode(replace(VOIDED, remark=remark))


@pytest.mark.parametrize("remark", ["", " ", "a\nb", "a" * 201, "\u2028"])
def test_a_remark_is_one_line(remark: str) -> None:
    refused(replace(VOIDED, remark=remark), "remark")


def test_text_is_composed_when_it_is_written() -> None:
    _, _, plain = REGISTRY.encode(replace(VOIDED, remark="ا\u0654حمر"))
    assert plain["remark"] == "أحمر"
    _, _, plain = REGISTRY.encode(replace(BY_TYPE["request.taken"], answers={"colour": "ا\u0654حمر"}))
    assert plain["answers"] == {"colour": "أحمر"}


def field_names(kind: Any) -> set[str]:
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        below = set().union(*(field_names(hints[field.name]) for field in fields(kind)))
        return {field.name for field in fields(kind)} | below
    return set().union(*(field_names(argument) for argument in get_args(kind)))


def test_no_body_has_a_field_for_personal_details() -> None:
    names = set().union(*(field_names(body) for body in BODIES))
    assert {"payer", "tenders", "slip_time", "denominations"} <= names
    assert not [name for name in names if is_personal_key(name)]


@pytest.mark.parametrize(
    "key", ["name", "owner_name", "national_number", "phone", "work_phone", "address", "passport_no"]
)
def test_personal_keys_are_known(key: str) -> None:
    assert is_personal_key(key)
    assert not is_personal_key("area_m2")


def test_money_entries_stand_in_a_shift_on_a_business_date() -> None:
    good = circumstances(PAYMENT)
    for wrong, problem in (
        (replace(good, local=replace(good.local, business_date=None)), "no business date"),
        (replace(good, staff=None), "no person"),
        (replace(good, shift=None), "outside any shift"),
    ):
        with pytest.raises(BugError, match=problem):
            build_entry(STREAM, 9, PAYMENT, wrong)
    with pytest.raises(BugError, match="inside another shift"):
        build_entry(STREAM, 9, OPENED, replace(circumstances(OPENED), shift=OPENING))


def test_a_closed_shifts_bag_changes_hands_outside_a_shift() -> None:
    bag = replace(GIVEN, source="bag", closing=Link(STREAM, 30))
    assert build_entry(STREAM, 31, bag, replace(circumstances(bag), shift=None)).shift is None


def test_what_an_entry_adds_to_the_totals_is_gross_and_by_kind() -> None:
    drawer_out = replace(GIVEN, to="custodian").effect()
    bag_out = replace(GIVEN, source="bag", closing=OPENING).effect()
    bag_in = replace(BY_TYPE["handover.received"], into="bag").effect()
    assert (drawer_out, bag_out, bag_in) == (
        Totals(transfers_out=30_000),
        Totals(bags_out=30_000),
        Totals(bags_in=25_000),
    )
    assert replace(CLOSED, over_short=5).effect() == Totals(shifts=1, over=5, bagged=52_000)
    assert replace(BY_TYPE["cash.moved"], direction="out").effect() == Totals(cash_out=5_000)
    assert custody.DrawerOpened(cause="sale", payment=OPENING, reason=None).effect() == Totals()


def test_a_money_entry_gets_the_totals_after_it_and_others_only_move_them() -> None:
    before = Totals(cash=100)
    body, after = with_totals(PAYMENT, before)
    assert body.totals == after == Totals(cash=6_100, slip=4_000)
    copied, after = with_totals(BY_TYPE["print.copied"], before)
    assert (copied, after) == (BY_TYPE["print.copied"], Totals(cash=100, copies=1))


def test_types_of_a_later_release_are_carried_untouched() -> None:
    plain = {"x": {"y": [1]}}
    body = REGISTRY.decode("payment.refunded", 1, plain)
    assert body == UnknownBody("payment.refunded", 1, plain)
    assert REGISTRY.encode(body) == ("payment.refunded", 1, plain)
    assert isinstance(REGISTRY.decode("payment.taken", 2, plain), UnknownBody)


@settings(max_examples=60)
@given(st.sampled_from(SAMPLES), st.data())
def test_a_damaged_body_is_read_as_a_known_error_or_as_a_body(body: Body, data: st.DataObject) -> None:
    entry_type, tv, plain = REGISTRY.encode(body)
    key = data.draw(st.sampled_from(sorted(plain)))
    junk = st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3)
    plain[key] = data.draw(
        junk | st.lists(junk, max_size=2) | st.dictionaries(st.text(max_size=3), junk, max_size=2)
    )
    try:
        read = REGISTRY.decode(entry_type, tv, plain)
    except KnownError as error:
        assert error.code == "entry.bad_body"  # noqa: PT017
        return
    assert REGISTRY.decode(*REGISTRY.encode(read)) == read


def test_a_missing_and_an_unknown_field_are_named() -> None:
    _, _, plain = REGISTRY.encode(VOIDED)
    for change, field in (({"more": 1}, "more"), ({"reason": ...}, "reason")):
        wrong = {key: value for key, value in {**plain, **change}.items() if value is not ...}
        with pytest.raises(KnownError) as caught:
            REGISTRY.decode("receipt.voided", 1, wrong)
        assert caught.value.params["field"] == field
