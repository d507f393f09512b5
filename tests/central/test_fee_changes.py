"""What a newer fee table charges otherwise for a request made with an older one, or why it does not say."""

import copy
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, update

import central.fee_changes
from central.apply import apply_all
from central.cases import Settling, settle_case
from central.check import check_all
from central.conflicts import How
from central.epochs import raise_epoch
from central.fee_versions import fee_versions, read_fees
from central.reference_data import load_signed
from central.schema import case
from central.schema_books import fee_change, request
from central.storage import put_setting
from kiosk.core.entries.parts import Line, VersionRef
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.fees import FeeTables
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.reference import sign_data
from kiosk.trial_data import shipped_trial_data
from tests.central.books import Books, Desk, books_in
from tests.central.test_books_commands import Command, command
from tests.central.test_requests import REQUEST

EACH = 2_500
"""A death certificate by the shipped table, in piastres."""
_VERSIONS = count(1)
__all__ = ["command"]


@dataclass
class Fees:
    """Publishes fee tables of this test, later ones a minute later."""

    books: Books
    hashes: list[str] = field(default_factory=list)

    def load(self, each: int | None = None, *, begins: str = "2026-01-01", **more: Any) -> VersionRef:
        """Publish a table in which a death certificate costs so many pounds; None: there is none."""
        signed = self.signed(each, begins=begins, **more)
        load_signed(self.books.centre, "fees", signed)
        self.books.server.clock.pass_time(timedelta(minutes=1))
        with self.books.centre.storage.read() as db:
            newest = fee_versions(db)[-1]
        self.hashes.append(newest.hash)
        return VersionRef(version=newest.number, hash=newest.hash)

    def signed(self, each: int | None, *, begins: str = "2026-01-01", **more: Any) -> bytes:
        plain = copy.deepcopy(parse_canonical(shipped_trial_data().fees, max_bytes=16 << 20))
        plain["table"] |= {"version": f"test-{next(_VERSIONS)}", "from": begins}
        if each is None:
            del plain["services"]["VIT-02"]
        else:
            plain["parameters"]["death_certificate"]["rows"][0]["value"] = str(each)
        now, key = self.books.centre.now(), self.books.centre.keys.data
        ends = now + timedelta(days=300)
        return sign_data("fees", "t", {**plain, **more}, key=key, issued=now, expires=ends)


@pytest.fixture
def fees(books: Books) -> Iterator[Fees]:
    yield Fees(books)
    with books.centre.storage.write() as db:
        put_setting(db, "cases.fees_changed", "on")


def asks(fees: VersionRef, copies: int = 2, total: int | None = None, **more: Any) -> RequestTaken:
    """A request for death certificates, charged by a version."""
    total = EACH * copies if total is None else total
    line = Line(kind="base", account="1", label="base", piastres=total, refundable=False, sample=False)
    facts = {"service": "VIT-02", "answers": {"copies": copies}, "fee_lines": (line,)}
    return replace(REQUEST, **{"fees": fees, "total": total, "due": total, **facts, **more})


def take(desk: Desk, body: RequestTaken) -> RequestTaken:
    """Store and apply a request with a number of its own."""
    taken = replace(body, tracking=f"{desk.code}-2026-{len(desk.records):06d}")
    desk.last(taken)
    desk.deliver()
    return taken


def changes_of(books: Books, desk: Desk) -> list[tuple[int, int | None, str | None]]:
    return [
        (one.charged, one.price, one.why)
        for one in books.rows(fee_change, fee_change.c.stream == desk.stream)
    ]


def cases_of(books: Books, desk: Desk) -> list[tuple[int, str]]:
    found = books.rows(case, case.c.stream == desk.stream, case.c.kind == "fees_changed")
    return [(one.piastres, one.state) for one in found]


def disagreements(books: Books, desk: Desk) -> list[tuple[str, object, object]]:
    found = check_all(books.centre, device=desk.code).disagreements
    return [(one.what, one.table, one.journal) for one in found if one.device == desk.code]


def test_a_case_names_what_the_newer_table_charges_more_or_less(
    books: Books, fees: Fees, command: Command
) -> None:
    desk, old = books.desk(), fees.load(25)
    take(desk, asks(old))
    assert changes_of(books, desk) == []
    new = fees.load(30)
    dearer = take(desk, asks(old))
    cheaper = take(desk, asks(new, total=6_000))
    assert changes_of(books, desk) == [(5_000, 6_000, None)]
    fees.load(10)
    take(desk, asks(new, total=6_000))
    assert changes_of(books, desk) == [(5_000, 6_000, None), (6_000, 2_000, None)]
    assert cases_of(books, desk) == [(1_000, "open"), (-4_000, "open")]
    assert cheaper.total == 6_000
    listed = command("case", "list", "--kind", "fees_changed", "--json").json["cases"]
    number = next(one["case"] for one in listed if one["device"] == desk.code)
    shown = command("case", "show", number, "--json").json["fees"]
    assert shown | {"newer_version": 0} == {
        "tracking": dearer.tracking, "service": "VIT-02", "made_version": old.version, "made": old.hash,
        "newer_version": 0, "newer": new.hash, "charged": 5_000, "price": 6_000, "why": None,
        "difference": 1_000, "paid": 0,
    }  # fmt: skip
    for words, word in (([], "الفرق 10.00"), (["--english"], "difference 10.00")):
        text = command("case", "show", number, *words).out
        assert (word in text, "60.00" in text, str(new.version) in text) == (True, True, True)


def test_a_table_that_charges_the_same_or_is_not_in_force_yet_makes_no_case(books: Books, fees: Fees) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(25)
    take(desk, asks(old))
    fees.load(99, begins="2099-01-01")
    take(desk, asks(old))
    take(desk, asks(VersionRef(version=3, hash="9" * 64), total=1))
    take(desk, asks(old, fee_lines=(), total=0))
    assert (changes_of(books, desk), cases_of(books, desk)) == ([], [])


def test_a_request_made_with_a_newer_table_than_its_clock_knows_is_left(books: Books, fees: Fees) -> None:
    desk = books.desk()
    fees.load(25)
    before = books.server.clock.now()
    books.server.clock.pass_time(timedelta(minutes=1))
    newer = fees.load(30)
    behind = before - books.server.clock.now()
    books.server.clock.pass_time(behind)
    desk.last(replace(asks(newer, total=6_000), tracking=f"{desk.code}-2026-000001"))
    books.server.clock.pass_time(-behind)
    desk.deliver()
    assert changes_of(books, desk) == []


@pytest.mark.parametrize(
    ("made", "newer", "more", "why"),
    [
        (25, None, {}, "fees.service_unknown"),
        (25, 30, {"answers": {}}, "fees.input_missing"),
        (25, 30, {"answers": {"copies": 3}}, "books.fee_not_again"),
        (25, "broken", {}, "books.fees_unreadable"),
    ],
)
def test_what_gives_no_price_says_why(
    books: Books, fees: Fees, made: int, newer: Any, more: dict[str, Any], why: str
) -> None:
    desk, old = books.desk(), fees.load(made)
    if newer == "broken":
        fees.load(30, strange="x")
    else:
        fees.load(newer)
    take(desk, asks(old, **more))
    assert changes_of(books, desk) == [(5_000, None, why)]
    assert cases_of(books, desk) == [(0, "open")]
    row = books.rows(fee_change, fee_change.c.stream == desk.stream)[0]
    assert all(text and "{" not in text for text in (row.ar, row.en))


def test_a_fault_of_ours_in_pricing_never_keeps_a_request_from_being_booked(
    books: Books, fees: Fees, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(30)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(FeeTables, "quote", fails)
        take(desk, asks(old))
        assert changes_of(books, desk) == [(5_000, None, "books.fee_failed")]
        assert len(books.rows(request, request.c.stream == desk.stream)) == 1
    assert [one[0] for one in disagreements(books, desk)] == ["fee_change"]
    with books.centre.storage.write() as db:
        db.execute(delete(fee_change).where(fee_change.c.stream == desk.stream))
        db.execute(update(case).where(case.c.stream == desk.stream).values(state="void"))
        central.fee_changes.judge_again(books.centre, db, books.centre.now() - timedelta(minutes=2))
    assert (changes_of(books, desk), disagreements(books, desk)) == ([(5_000, 6_000, None)], [])


def test_what_a_person_switched_off_makes_no_case_but_is_known(
    books: Books, fees: Fees, command: Command
) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(30)
    assert command("case", "fees", "off").code == 0
    take(desk, asks(old))
    assert (changes_of(books, desk), cases_of(books, desk)) == ([(5_000, 6_000, None)], [])
    assert disagreements(books, desk) == []


def test_a_table_loaded_late_judges_what_was_applied_before_it(books: Books, fees: Fees) -> None:
    """As after a restore: the file is loaded again, with the day on which it was signed."""
    desk, old, clock = books.desk(), fees.load(25), books.server.clock
    signed, dearest = fees.signed(30), fees.signed(40)
    clock.pass_time(timedelta(minutes=1))
    take(desk, asks(old))
    assert cases_of(books, desk) == []
    load_signed(books.centre, "fees", signed)
    assert (cases_of(books, desk), disagreements(books, desk)) == ([(1_000, "open")], [])
    load_signed(books.centre, "fees", dearest)
    assert changes_of(books, desk) == [(5_000, 8_000, None)]
    assert cases_of(books, desk) == [(1_000, "void"), (3_000, "open")]
    assert disagreements(books, desk) == []


def test_fees_published_between_foreseeing_and_booking_count(
    books: Books, fees: Fees, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(30)
    monkeypatch.setattr(
        "central.apply.foresee_fees",
        lambda centre, _, judged: central.fee_changes.FeesForeseen(
            centre, (), {one.seq: None for one in judged}
        ),
    )
    take(desk, asks(old))
    assert changes_of(books, desk) == [(5_000, 6_000, None)]


def test_each_version_is_read_once_in_a_process(
    books: Books, fees: Fees, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(30)
    reads: list[int] = []
    real = gzip.decompress

    def counted(data: bytes) -> bytes:
        reads.append(len(data))
        return real(data)

    monkeypatch.setattr("central.fee_versions.gzip.decompress", counted)
    for _ in range(3):
        take(desk, asks(old))
    assert len(reads) == 2
    with books.centre.storage.read() as db:
        newest = fee_versions(db)[-1]
    assert read_fees(books.centre, newest) is read_fees(books.centre, newest)
    assert len(reads) == 2


def test_a_check_finds_a_difference_that_the_tables_do_not_have(books: Books, fees: Fees) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(30)
    take(desk, asks(old))
    of_desk = fee_change.c.stream == desk.stream
    assert disagreements(books, desk) == []
    changes = (
        (update(fee_change).where(of_desk).values(price=1), ["fee_change", "case.fees_changed"]),
        (delete(fee_change).where(of_desk), ["fee_change", "case.fees_changed"]),
        (delete(case).where(case.c.stream == desk.stream), ["case.fees_changed"]),
        (update(case).where(case.c.stream == desk.stream).values(piastres=1), ["case.fees_changed"]),
    )
    kept = books.rows(fee_change, of_desk), books.rows(case, case.c.stream == desk.stream)
    for change, expected in changes:
        with books.centre.storage.write() as db:
            db.execute(change)
        assert [one[0] for one in disagreements(books, desk)] == expected
        with books.centre.storage.write() as db:
            for table, rows in zip((fee_change, case), kept, strict=True):
                db.execute(delete(table).where(table.c.stream == desk.stream))
                db.execute(table.insert(), [dict(row._mapping) for row in rows])
    assert disagreements(books, desk) == []


def settled(books: Books, desk: Desk, how: How, **more: Any) -> Any:
    """Settle the one open case of a desk, and return how it stands then."""
    of_desk = (case.c.stream == desk.stream) & (case.c.kind == "fees_changed")
    number = books.rows(case, of_desk, case.c.state == "open")[0].id
    settle_case(books.centre, number, Settling(how, "ADM-1", **{"note": "بخطاب", **more}))
    return books.rows(case, case.c.id == number)[0]


def refused(code: str, books: Books, desk: Desk, how: How, **more: Any) -> None:
    with pytest.raises(KnownError) as caught:
        settled(books, desk, how, **more)
    assert caught.value.code == f"books.{code}"


def test_a_clerk_lets_a_difference_be_or_claims_it(books: Books, fees: Fees) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(30)
    for how, expected in ((How.ACCEPT, None), (How.CLAIM, 1_000)):
        take(desk, asks(old))
        refused("note_needed", books, desk, how, note=" ")
        refused("fee_other_way", books, desk, How.REFUND)
        if how is How.CLAIM:
            refused("fee_too_much", books, desk, how, piastres=1_001)
        done = settled(books, desk, how)
        assert (done.state, done.outcome, done.counted) == ("settled", how, expected)
    take(desk, asks(old))
    assert settled(books, desk, How.CLAIM, piastres=400).counted == 400
    assert disagreements(books, desk) == []


def test_only_what_was_paid_is_given_back(books: Books, fees: Fees) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(10)
    taken = take(desk, asks(old))
    refused("fee_other_way", books, desk, How.CLAIM)
    refused("fee_too_much", books, desk, How.REFUND)
    desk.pay_request(taken.tracking)
    desk.deliver()
    assert settled(books, desk, How.REFUND).counted == 3_000


def test_what_has_no_price_is_claimed_by_what_a_person_worked_out(books: Books, fees: Fees) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(None)
    take(desk, asks(old))
    refused("fee_sum_needed", books, desk, How.CLAIM)
    assert settled(books, desk, How.CLAIM, piastres=700).counted == 700


def test_many_requests_are_judged_together_as_one_by_one(books: Books, fees: Fees) -> None:
    desk, old = books.desk(), fees.load(25)
    fees.load(30)
    for n in range(20):
        desk.last(replace(asks(old, copies=1 + n % 3), tracking=f"{desk.code}-2026-{n:06d}"))
    desk.send(1)
    desk.sent = len(desk.records)
    assert apply_all(books.centre) >= 20
    found = changes_of(books, desk)
    assert len(found) == 20
    assert {(charged, price) for charged, price, _ in found} == {(n * 2_500, n * 3_000) for n in (1, 2, 3)}


def test_a_new_epoch_gives_every_version_another_number_and_changes_no_judgement(tmp_path: Path) -> None:
    with books_in(tmp_path) as books:
        fees, desk = Fees(books), books.desk()
        old = fees.load(25)
        fees.load(30)
        take(desk, asks(old))
        with books.centre.storage.write() as db:
            raise_epoch(db, books.centre.now(), above=1)
        take(desk, asks(old))
        first, second = books.rows(fee_change, fee_change.c.stream == desk.stream)
        facts = [tuple(one._mapping[name] for name in central.fee_changes.FACTS) for one in (first, second)]
        assert facts[0] == facts[1]
        assert disagreements(books, desk) == []
