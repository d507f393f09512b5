"""Who signs what: nobody approves his own act, when it is written or when it is verified."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.entries.body import Body
from kiosk.core.entries.build import build_entry
from kiosk.core.entries.payment import Card
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.entries.signatures import check_signatures, required_signatures
from kiosk.core.errors import KnownError
from tests.core.entries.samples import (
    ATTEMPT,
    CARD_PREPARED,
    CLOSED,
    DEBTS_PAID,
    DEVICE,
    GIVEN,
    OPENED,
    PAYMENT,
    SAMPLES,
    STREAM,
    STREAM_OPENED,
    SUPERVISOR,
    TELLER,
    VOIDED,
    added,
    circumstances,
)

BY_TYPE: dict[str, Any] = {body.TYPE: body for body in SAMPLES}


CARD_BILL = CARD_PREPARED.bill
assert CARD_BILL is not None
CARD_BY_NAME = replace(
    CARD_PREPARED,
    piastres=DEBTS_PAID.total,
    bill=replace(
        CARD_BILL,
        what_for=DEBTS_PAID.what_for,
        lines=DEBTS_PAID.lines,
        total=DEBTS_PAID.total,
        allocation=DEBTS_PAID.allocation,
        snapshot=DEBTS_PAID.snapshot,
    ),
)
"""Who confirms a debtor that was found by name signs before the card is presented …"""
PAID_BY_CARD = replace(
    DEBTS_PAID,
    tenders=(
        Card(
            piastres=DEBTS_PAID.total,
            attempt=ATTEMPT,
            terminal="31000017",
            trace=1,
            receipt_no=1,
            approval=None,
            last4=None,
        ),
    ),
)
"""… and not again when its receipt is issued, which may be after a stop."""
CARD_REVERSAL = replace(
    CARD_PREPARED, kind="reversal", bill=None, reverses=ATTEMPT, receipt_no=77, approver=SUPERVISOR
)


def signers(body: Body, staff: str | None = TELLER) -> set[str]:
    return {rule.by or DEVICE for rule in required_signatures(body.TYPE, body, staff)}


def code_of(body: Body, staff: str | None, signed_by: set[str]) -> str:
    with pytest.raises(KnownError) as caught:
        check_signatures(body.TYPE, body, staff, signed_by=signed_by, device=DEVICE)
    return caught.value.code


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (PAYMENT, set()),
        (STREAM_OPENED, {DEVICE}),
        (OPENED, {TELLER}),
        (CLOSED, {TELLER, SUPERVISOR}),
        (replace(CLOSED, approver=None), {TELLER}),
        (VOIDED, {TELLER, SUPERVISOR}),
        (BY_TYPE["paper_receipt.entered"], {TELLER, SUPERVISOR}),
        (GIVEN, {TELLER, SUPERVISOR}),
        (replace(GIVEN, signs="paper"), {TELLER}),
        (BY_TYPE["handover.received"], {TELLER}),
        (BY_TYPE["override.granted"], {TELLER, SUPERVISOR}),
        (BY_TYPE["cash.moved"], {SUPERVISOR}),
        (DEBTS_PAID, {SUPERVISOR}),
        (CARD_PREPARED, set()),
        (CARD_BY_NAME, {SUPERVISOR}),
        (PAID_BY_CARD, set()),
        (CARD_REVERSAL, {SUPERVISOR}),
        (BY_TYPE["card.resolved"], {SUPERVISOR}),
        (replace(BY_TYPE["card.resolved"], how="adopted", approver=None), set()),
        (added(SUPERVISOR, "supervisor"), {TELLER}),
    ],
    ids=lambda value: value.TYPE if isinstance(value, Body) else "",
)
def test_each_act_needs_the_signatures_of_its_persons(body: Body, wanted: set[str]) -> None:
    assert signers(body) == wanted
    check_signatures(body.TYPE, body, TELLER, signed_by=wanted, device=DEVICE)
    for one in wanted:
        assert code_of(body, TELLER, wanted - {one}) == "entry.unsigned"


@pytest.mark.parametrize(
    "body",
    [
        VOIDED,
        CLOSED,
        GIVEN,
        DEBTS_PAID,
        BY_TYPE["paper_receipt.entered"],
        BY_TYPE["override.granted"],
        BY_TYPE["cash.moved"],
        added(SUPERVISOR, "supervisor"),
    ],
    ids=lambda body: body.TYPE,
)
def test_maker_and_checker_are_two_persons(body: Body) -> None:
    assert code_of(body, SUPERVISOR, {SUPERVISOR, DEVICE}) == "entry.same_person"
    with pytest.raises(KnownError) as caught:
        build_entry(STREAM, 9, body, circumstances(body, by=SUPERVISOR))
    assert caught.value.code == "entry.same_person"


def test_a_paper_receipt_for_a_debtor_found_by_name_may_have_three_persons() -> None:
    body = BY_TYPE["paper_receipt.entered"]
    third = replace(body, what_for=replace(body.what_for, confirmed_by="S0300"))
    assert signers(third) == {TELLER, SUPERVISOR, "S0300"}


def test_the_device_signs_for_staff_only_at_enrolment() -> None:
    assert signers(added(TELLER, "teller"), staff=None) == {DEVICE}
    assert code_of(OPENED, None, {DEVICE}) == "entry.no_person"
    assert code_of(DEBTS_PAID, None, {SUPERVISOR}) == "entry.no_person"


def test_a_type_of_a_later_release_asks_for_nothing_here() -> None:
    assert required_signatures("card.sent", UnknownBody("card.sent", 1, {}), None) == ()
