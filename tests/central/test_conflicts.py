"""What two sides did without knowing of each other: money stands, debts are paid once, people get a case."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import delete, update
from sqlalchemy.exc import SQLAlchemyError

from central.cases import Settling, apply_credit, refund_credit, settle_case
from central.conflicts import MONEY, RULES, How, Kind, split, why_above
from central.debt_acts import cancel_debt, change_debt, end_lease, move_lease
from central.debts import import_rows
from central.erased import erase_persons
from central.people import add_staff, revoke_staff
from central.reference_data import load_signed
from central.schema import case, dataset, payment, quarantine
from central.schema_books import act, credit, credit_move, request
from central.storage import put_setting
from kiosk.core.debts.lease import CollectingDesk
from kiosk.core.debts.model import Lease, LeasedTo
from kiosk.core.entries.parts import PersonRef, VersionRef
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.reference import sign_data
from kiosk.core.wire.sealed_person import Delivery, SealedRecord, seal_person
from kiosk.trial_data import shipped_trial_data
from tests.central.books import CHARGE, Books, Desk
from tests.central.server import UNIT
from tests.central.test_downlink import debtor
from tests.core.entries.samples import SAMPLES

DAY = date(2026, 7, 1)
REQUEST = next(one for one in SAMPLES if isinstance(one, RequestTaken))


def cases_of(books: Books, *desks: Desk) -> list[tuple[str, int, str]]:
    streams = [desk.stream for desk in desks]
    return [(one.kind, one.piastres, one.state) for one in books.rows(case, case.c.stream.in_(streams))]


def credits_of(books: Books, *desks: Desk) -> list[tuple[str, int, int]]:
    streams = [desk.stream for desk in desks]
    return [(one.kind, one.piastres, one.left) for one in books.rows(credit, credit.c.stream.in_(streams))]


def number_of(books: Books, desk: Desk) -> int:
    return int(books.rows(case, case.c.stream == desk.stream)[0].id)


def test_the_table_says_what_stands_and_how_people_settle_it() -> None:
    assert set(RULES) == set(Kind)
    for rule in RULES.values():
        assert rule.stands_ar, rule.kind
        assert bool(rule.settles) == (rule.opens == "case"), rule.kind


@pytest.mark.parametrize(
    ("lease", "desk", "expected"),
    [
        (Lease(LeasedTo.UNIT, "U-1"), CollectingDesk("U-1"), (300, 100, None)),
        (Lease(LeasedTo.COLLECTOR, "C-1"), CollectingDesk("U-1", "C-1"), (300, 100, None)),
        (Lease(LeasedTo.COLLECTOR, "C-1"), CollectingDesk("U-1"), (0, 400, "lease_moved")),
        (Lease(LeasedTo.NONE), CollectingDesk("U-1"), (0, 400, "lease_moved")),
        (Lease(LeasedTo.UNIT, "U-1", date(2026, 6, 30)), CollectingDesk("U-1"), (0, 400, "lease_expired")),
        (Lease(LeasedTo.UNIT, "U-1", DAY), CollectingDesk("U-1"), (300, 100, None)),
        (None, CollectingDesk("U-1"), (0, 400, "lease_moved")),
    ],
)
def test_a_part_pays_what_is_owed_to_whom_holds_the_lease(
    lease: Lease | None, desk: CollectingDesk, expected: tuple[int, int, str | None]
) -> None:
    done = split(400, 300, lease, desk, DAY)
    assert (done.applied, done.rest, done.kind) == expected


def test_an_act_of_the_centre_explains_more_than_another_collector() -> None:
    assert why_above(act="debt.cancel", others=True) == "debt_cancelled"
    assert why_above(act="debt.change", others=True) == "debt_changed"
    assert why_above(act=None, others=True) == "collected_twice"
    assert why_above(act=None, others=False) == "over_collected"


def test_two_collectors_of_one_debt_keep_both_receipts_and_it_is_paid_once(books: Books) -> None:
    account, first, second = books.account(), books.desk(), books.desk()
    first.collect(account, CHARGE, 40_000)
    second.collect(account, CHARGE, 50_000)
    second.deliver()
    first.deliver()
    assert books.owed(account) == 0
    assert cases_of(books, first, second) == [("collected_twice", 40_000, "open")]
    assert credits_of(books, first, second) == [("collected_twice", 40_000, 40_000)]
    found = books.rows(case, case.c.stream == first.stream)[0]
    assert (found.with_stream, found.with_seq) == (second.stream, 6)
    assert books.rows(quarantine, quarantine.c.stream == first.stream) == []


def test_a_void_of_the_first_lets_the_second_pay(books: Books) -> None:
    account, first, second = books.account(), books.desk(), books.desk()
    paid = first.collect(account, CHARGE, 40_000)
    first.deliver()
    second.collect(account, CHARGE, 30_000)
    second.deliver()
    assert credits_of(books, second) == [("collected_twice", 20_000, 20_000)]
    first.void(paid, 40_000)
    first.deliver()
    assert books.owed(account) == 20_000
    assert credits_of(books, second) == [("collected_twice", 20_000, 0)]
    assert cases_of(books, second) == [("collected_twice", 20_000, "void")]
    moves = books.rows(credit_move)
    assert [(one.kind, one.piastres, one.by) for one in moves[-1:]] == [("absorbed", 20_000, "")]


def test_a_debt_cancelled_meanwhile_keeps_the_receipt(books: Books) -> None:
    account, desk = books.account(), books.desk()
    before = desk.collect(account, CHARGE, 10_000)
    desk.deliver()
    assert cancel_debt(books.centre, account, by="ADM-1", note="قرار 12") == 40_000
    desk.collect(account, CHARGE, 15_000)
    desk.deliver()
    assert books.owed(account) == 0
    assert cases_of(books, desk) == [("debt_cancelled", 15_000, "open")]
    paid = books.rows(payment, payment.c.stream == desk.stream)
    assert [(one.seq == before.seq, one.total, one.voided) for one in paid] == [
        (True, 10_000, None),
        (False, 15_000, None),
    ]
    with pytest.raises(KnownError, match="nothing_owed"):
        cancel_debt(books.centre, account, by="ADM-1", note="again")


def test_a_debt_changed_meanwhile_takes_what_is_owed_now(books: Books) -> None:
    account, desk = books.account(), books.desk()
    assert change_debt(books.centre, account, CHARGE, 12_000, by="ADM-1", note="تصحيح") == 12_000
    desk.collect(account, CHARGE, 20_000)
    desk.deliver()
    assert cases_of(books, desk) == [("debt_changed", 8_000, "open")]
    assert change_debt(books.centre, account, CHARGE, 10_000, by="ADM-1", note="تصحيح") == 2_000
    assert (books.owed(account), credits_of(books, desk)) == (2_000, [("debt_changed", 8_000, 0)])
    assert cases_of(books, desk) == [("debt_changed", 8_000, "void")]


def test_a_file_that_raises_a_debt_takes_what_was_paid_above_it(books: Books) -> None:
    account, desk = books.account(owed=10_000), books.desk()
    desk.collect(account, CHARGE, 13_000)
    desk.deliver()
    assert credits_of(books, desk) == [("over_collected", 3_000, 3_000)]
    for _ in range(2):
        import_rows(books.centre, [debtor(f"DB-{books.count:04d}", account, owed=15_000)])
        assert (books.owed(account), credits_of(books, desk)) == (2_000, [("over_collected", 3_000, 0)])
    assert cases_of(books, desk) == [("over_collected", 3_000, "void")]


def test_a_lease_that_moved_or_ended_makes_a_payment_on_account(books: Books) -> None:
    account, desk = books.account(), books.desk()
    tablet = books.desk(collector="COL-1")
    assert move_lease(books.centre, account, "collector:COL-1", None, by="ADM-1") == f"unit:{UNIT}"
    desk.collect(account, CHARGE, 5_000)
    desk.deliver()
    tablet.collect(account, CHARGE, 7_000)
    tablet.deliver()
    assert (books.owed(account), cases_of(books, desk)) == (43_000, [("lease_moved", 5_000, "open")])
    assert cases_of(books, tablet) == []
    end_lease(books.centre, account, by="ADM-1")
    tablet.collect(account, CHARGE, 1_000)
    tablet.deliver()
    assert cases_of(books, tablet) == [("lease_moved", 1_000, "open")]
    move_lease(books.centre, account, "collector:COL-1", date(2026, 6, 30), by="ADM-1")
    tablet.collect(account, CHARGE, 2_000)
    tablet.deliver()
    assert cases_of(books, tablet)[1:] == [("lease_expired", 2_000, "open")]
    assert books.owed(account) == 43_000


def test_money_on_account_waits_in_the_name_of_the_debtor_and_an_advance_needs_nobody(books: Books) -> None:
    account, desk = books.account(), books.desk()
    desk.on_account(account, 9_000)
    desk.on_account(account, 4_000, "advance")
    desk.deliver()
    assert cases_of(books, desk) == [("on_account", 9_000, "open")]
    found = books.rows(credit, credit.c.stream == desk.stream)
    assert [(one.kind, one.debtor, one.debt, one.left) for one in found] == [
        ("on_account", "DB-1", account, 9_000),
        ("advance", "DB-1", account, 4_000),
    ]
    done = Settling(How.APPLY, "ADM-1", debt=account, charge=CHARGE)
    assert settle_case(books.centre, number_of(books, desk), done) == "settled"
    assert apply_credit(books.centre, found[1].id, replace(done, piastres=1_500)) == 2_500
    assert books.owed(account) == 39_500
    assert refund_credit(books.centre, found[1].id, Settling(How.REFUND, "ADM-1", "طلب رد")) == 2_500
    assert [one.left for one in books.rows(credit, credit.c.stream == desk.stream)] == [0, 0]


def test_a_credit_pays_another_debt_in_parts_and_a_late_void_takes_it_back(books: Books) -> None:
    account, other, desk = books.account(owed=10_000), books.account(), books.desk()
    paid = desk.collect(account, CHARGE, 30_000)
    desk.deliver()
    number = number_of(books, desk)
    part = Settling(How.APPLY, "ADM-1", debt=other, charge=CHARGE, piastres=5_000)
    assert settle_case(books.centre, number, part) == "open"
    assert books.owed(other) == 45_000
    assert settle_case(books.centre, number, Settling(How.REFUND, "ADM-1")) == "settled"
    desk.void(paid, 30_000)
    desk.deliver()
    assert (books.owed(account), books.owed(other)) == (10_000, 50_000)
    assert credits_of(books, desk) == [("over_collected", 20_000, 0)]
    assert cases_of(books, desk) == [("over_collected", 20_000, "settled"), ("voided_late", 15_000, "open")]


def test_a_credit_pays_no_more_than_is_left_or_owed(books: Books) -> None:
    account, small, desk = books.account(owed=1_000), books.account(owed=2_000), books.desk()
    desk.collect(account, CHARGE, 6_000)
    desk.deliver()
    number = number_of(books, desk)
    for piastres, debt, code in (
        (5_001, small, "books.too_little"),
        (2_001, small, "books.more_than_owed"),
        (1, "NO-SUCH", "books.no_such_charge"),
        (1, "", "books.target_needed"),
    ):
        done = Settling(How.APPLY, "ADM-1", debt=debt, charge=CHARGE if debt else "", piastres=piastres)
        with pytest.raises(KnownError, match=code):
            settle_case(books.centre, number, done)
    assert (books.owed(small), credits_of(books, desk)) == (2_000, [("over_collected", 5_000, 5_000)])


def test_a_case_is_settled_once_by_a_way_of_its_kind_and_who_did_it_is_noted(books: Books) -> None:
    account, desk = books.account(owed=1_000), books.desk()
    desk.collect(account, CHARGE, 3_000)
    desk.deliver()
    number = number_of(books, desk)
    with pytest.raises(KnownError, match="not_this_way"):
        settle_case(books.centre, number, Settling(How.DUPLICATE, "ADM-1"))
    with pytest.raises(KnownError, match="bad_person"):
        settle_case(books.centre, number, Settling(How.KEEP, "أحمد"))
    assert settle_case(books.centre, number, Settling(How.KEEP, "ADM-1", "يبقى للعام القادم")) == "settled"
    with pytest.raises(KnownError, match="case_closed"):
        settle_case(books.centre, number, Settling(How.KEEP, "ADM-2"))
    found = books.rows(case, case.c.id == number)[0]
    assert (found.state, found.outcome, found.settled_by) == ("settled", "keep", "ADM-1")
    noted = books.rows(act, act.c.about == f"case:{number}")
    assert [(one.kind, one.by) for one in noted] == [("case.settle", "ADM-1")]
    assert credits_of(books, desk) == [("over_collected", 2_000, 2_000)]
    assert set(RULES[Kind.OVER_COLLECTED].settles) == set(MONEY)


def take_request(books: Books, desk: Desk, person: str, details: dict[str, str], **changes: object) -> None:
    """A request whose person's record arrives after the entry, as it does."""
    ref = PersonRef(person=person, commitment="cd" * 32)
    desk.last(replace(REQUEST, person=ref, **changes))  # type: ignore[arg-type]
    desk.deliver()
    intake = X25519PublicKey.from_public_bytes(bytes.fromhex(desk.bundle.intake))
    sealed = seal_person(details, b"s" * 16, person=person, device=desk.code, intake=intake)
    now = books.server.clock.now()
    record = SealedRecord(person=person, sealed=sealed.hex())
    delivery = Delivery(device=desk.code, nonce="0a" * 16, records=(record,))
    data = sign_record("persons", delivery, key=desk.key, issued=now, expires=now + timedelta(1))
    assert desk.post("/v1/persons", data).status_code == 200
    books.server.settle()


def test_requests_of_the_same_number_service_and_day_are_linked(books: Books) -> None:
    first, second = books.desk(), books.desk()
    number = {"national_number": "29001011234567", "name": "منى"}
    take_request(books, first, "a1" * 16, number)
    take_request(books, second, "a2" * 16, {**number, "name": "منى علي"})
    take_request(books, second, "a3" * 16, number, service="water.meter")
    take_request(books, second, "a4" * 16, {"name": "منى"})
    take_request(books, second, "a5" * 16, {"passport_number": "29001011234567", "passport_country": "SD"})
    assert cases_of(books, first, second) == [("request_twice", 0, "open")]
    found = books.rows(case, case.c.stream == second.stream)[0]
    assert (found.with_stream, found.with_seq) == (first.stream, 6)
    kept = books.rows(request, request.c.stream.in_([first.stream, second.stream]))
    assert len(kept) == 5
    assert number["national_number"] not in "".join(str(one) for one in kept)
    assert [bool(one.identity) for one in kept if one.stream == first.stream] == [True]
    with books.centre.storage.write() as db:
        erase_persons(db, first.code, ["a1" * 16], kept[0].day)
    kept = books.rows(request, request.c.stream == first.stream)
    assert [one.identity for one in kept] == [""]


def test_a_newer_fee_table_is_a_case_by_policy(books: Books) -> None:
    desk, data, centre = books.desk(), shipped_trial_data(), books.centre
    old = books.rows(dataset, dataset.c.name == "fees")[-1].hash
    plain = parse_canonical(data.fees, max_bytes=16 << 20)
    fees = VersionRef(version=1, hash=old)
    desk.last(replace(REQUEST, fees=fees))
    desk.deliver()
    assert cases_of(books, desk) == []
    now = centre.now()
    changed = {**plain, "note": "2"} if isinstance(plain, dict) else plain
    signed = sign_data("fees", "2", changed, key=centre.keys.data, issued=now, expires=now + timedelta(300))
    load_signed(centre, "fees", signed)
    books.server.clock.pass_time(timedelta(minutes=1))
    desk.last(replace(REQUEST, fees=fees))
    desk.deliver()
    assert cases_of(books, desk) == [("fees_changed", 0, "open")]
    with centre.storage.write() as db:
        put_setting(db, "cases.fees_changed", "off")
    try:
        desk.last(replace(REQUEST, fees=fees))
        desk.deliver()
    finally:
        with centre.storage.write() as db:
            put_setting(db, "cases.fees_changed", "on")
    assert len(cases_of(books, desk)) == 1


def test_a_revoked_person_decides_nothing(books: Books) -> None:
    add_staff(books.centre, "ADM-9", UNIT, ("supervisor",))
    revoke_staff(books.centre, "ADM-9")
    with pytest.raises(KnownError, match="person_revoked"):
        cancel_debt(books.centre, books.account(), by="ADM-9", note="x")


def test_what_people_did_is_never_changed(books: Books) -> None:
    account, desk = books.account(owed=1_000), books.desk()
    desk.collect(account, CHARGE, 3_000)
    desk.deliver()
    settle_case(books.centre, number_of(books, desk), Settling(How.REFUND, "ADM-1"))
    for table in (act, credit_move):
        for change in (update(table).values(by="ADM-2"), delete(table)):
            with pytest.raises(SQLAlchemyError, match="append-only"), books.centre.storage.write() as db:
                db.execute(change)
