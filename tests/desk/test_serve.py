"""Taking requests and their fees: real catalogue, real fee tables, real encrypted store."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from kiosk.core.entries.parts import Line, line_sum
from kiosk.core.entries.payment import PaymentTaken
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.entries.request import RequestTaken
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import Link, parse_entry
from kiosk.core.wire.person import commitment_fits
from kiosk.desk.pay import Offer
from kiosk.desk.serve import (
    Payer,
    RequestDone,
    RequestTyped,
    check_request,
    pay_request,
    take_and_pay,
    take_request,
)
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.store.journal import Journal
from kiosk.store.queries.requests import request_of
from kiosk.store.rebuild import derived_rows, rebuild
from tests.desk.conftest import Trial, make_trial
from tests.desk.forms import ADDRESS, MOBILE, NAME, NUMBER, request, without_later
from tests.desk.money import slip, void
from tests.desk.prepared import at_work, copy_of_trial

OTHER_NUMBER = "28506150201477"
IN_DOUBT = "29001011234565"
"""A number whose check digit does not match."""


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    with copy_of_trial(tmp_path) as made:
        yield made


@pytest.fixture
def counter(trial: Trial) -> Session:
    """A teller at work: his shift is open with 200 pounds of small money."""
    session = at_work(trial, "TEL-1")
    open_shift(session, {"note-10": 20})
    return session


@pytest.fixture
def unlock(trial: Trial) -> Callable[[str], Session]:
    return partial(at_work, trial)


def body(session: Session, link: Link) -> RequestTaken:
    decoded = entry_body(session, link.seq)
    assert isinstance(decoded, RequestTaken)
    return decoded


def payment(session: Session, link: Link) -> PaymentTaken:
    decoded = entry_body(session, link.seq)
    assert isinstance(decoded, PaymentTaken)
    return decoded


def entry_body(session: Session, seq: int) -> object:
    record = next(session.store.journal.records(seq, seq))
    entry = parse_entry(record.data)
    return REGISTRY.decode(entry.type, entry.tv, entry.body)


def exactly(piastres: int, tag: str = "1") -> Offer:
    """Cash where it may be cash and coins make it, else a slip."""
    if piastres <= 500_00 and piastres % 25 == 0:
        return Offer(cash=piastres)
    return Offer(slips=(slip(piastres, f"S-{tag}"),))


def everything(session: Session) -> list[tuple[str, int]]:
    tables = ("journal_1", "person", "person_index", "request", "payment", "receipt")
    count = session.store.db.execute
    return [(table, count(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables]


def refused(code: str, session: Session, act: Callable[[], object]) -> KnownError:
    """Run an act that must be refused, and see that it left nothing behind."""
    before = everything(session)
    with pytest.raises(KnownError) as caught:
        act()
    assert caught.value.code == code
    assert everything(session) == before
    return caught.value


@pytest.mark.parametrize(
    ("code", "due"),
    [
        ("BLD-01", 207_00),
        ("BLD-02", None),
        ("BLD-10", None),
        ("CRT-01", None),
        ("LND-09", None),
        ("LND-10", None),
        ("OCC-01", None),
        ("OCC-02", None),
        ("OCC-04", None),
        ("PAY-01", None),
        ("REC-01", None),
        ("SAF-03", None),
        ("SHP-01", None),
        ("SHP-05", None),
        ("UTL-05", None),
    ],
)
def test_a_service_is_taken_and_paid(counter: Session, code: str, due: int | None) -> None:
    typed = request(counter, code)
    if code == "SHP-05":
        typed = replace(typed, papers=[*typed.papers, "shop_licence"])
    check = check_request(counter, typed)
    assert check.fee is not None
    done, taken = take_and_pay(counter, typed, exactly(check.fee.due))
    assert taken is not None
    kept = body(counter, done.link)
    paid = payment(counter, taken.payment)

    assert done.due == taken.total == paid.total == (due or check.fee.due)
    assert done.due > 0
    assert kept.total == line_sum(kept.fee_lines) == check.fee.quote.total
    assert paid.lines == tuple(line for line in kept.fee_lines if line.kind != "later")
    assert [line.sample for line in kept.fee_lines] == [line.sample for line in check.fee.quote.lines]
    assert paid.payer == kept.person
    row = request_of(counter.store.db, done.tracking)
    assert (row.due, row.paid, row.left) == (done.due, done.due, 0)
    assert kept.catalogue == counter.reference.version("catalogue")
    assert kept.fees == counter.reference.version("fees")


def test_every_service_of_the_catalogue_can_be_taken_and_tells_nothing_personal(counter: Session) -> None:
    names = (NAME, "منى", "السيد", NUMBER, MOBILE, MOBILE[1:], ADDRESS, "الجلاء", "A1234567", "بخط يده")
    modes = set()
    gates = {"BLD-03", "REC-02", "REC-03", "REC-05", "SHP-03", "SHP-04", "SHP-05", "SHP-06"}
    for code, service in counter.reference.catalogue.services.items():
        typed = request(counter, code)
        if code in gates:
            typed = replace(typed, papers=_with_proofs(counter, typed))
        done = take_request(counter, typed)
        modes.add(service.counter_mode)
        data = next(counter.store.journal.records(done.link.seq, done.link.seq)).data.decode()
        assert not [name for name in names if name in data], code
        details = counter.store.persons.open(body(counter, done.link).person.person)
        assert details.get("applicant_name", NAME) == NAME
        if not service.tenders:
            assert done.lines == ()
            assert done.due == done.total == 0
    assert len(modes) == 6
    with counter.store.transaction():
        before = dict(derived_rows(counter.store.db))
        rebuild(counter.store.db, counter.store.journal)
        assert dict(derived_rows(counter.store.db)) == before


def _with_proofs(session: Session, typed: RequestTyped) -> list[str]:
    gates = session.reference.catalogue.service(typed.service).gates
    return [*typed.papers, *(gate.proof[0] for gate in gates if gate.proof[0] not in typed.papers)]


class TestAnswers:
    def test_everything_that_is_wrong_is_told_at_once_and_the_act_names_the_first(
        self, counter: Session
    ) -> None:
        typed = request(counter, "CRT-01", applicant_name="منى", mobile="123")
        problems = check_request(counter, typed).problems
        assert {name: one.code for name, one in problems.items()} == {
            "applicant_name": "form.name_short",
            "mobile": "identity.mobile_prefix",
        }
        error = refused("request.answers_wrong", counter, lambda: take_request(counter, typed))
        assert error.params["count"] == 2
        assert "اسم مقدم الطلب" in error.sentence("ar")

    def test_a_field_or_a_paper_that_the_service_does_not_have_is_refused(self, counter: Session) -> None:
        typed = request(counter, "CRT-01")
        strange = replace(typed, answers={**typed.answers, "colour": "red"})
        refused("request.no_field", counter, lambda: take_request(counter, strange))
        paper = replace(typed, papers=[*typed.papers, "no-such-paper"])
        refused("request.no_paper", counter, lambda: take_request(counter, paper))
        refused("catalogue.no_service", counter, lambda: take_request(counter, replace(typed, service="X-1")))

    def test_a_number_in_doubt_is_typed_again_and_kept_as_confirmed(self, counter: Session) -> None:
        typed = request(counter, "CRT-01", national_number=IN_DOUBT)
        assert check_request(counter, typed).problems["national_number"].code == "identity.check_mismatch"
        refused("request.answers_wrong", counter, lambda: take_request(counter, typed))

        differs = replace(typed, confirmed={"national_number": "29001011234566"})
        assert check_request(counter, differs).problems["national_number"].code == "identity.typings_differ"

        done = take_request(counter, replace(typed, confirmed={"national_number": IN_DOUBT}))
        details = counter.store.persons.open(body(counter, done.link).person.person)
        assert details["national_number"] == IN_DOUBT
        assert details["check_confirmed_by_second_typing"] == "national_number"

    def test_a_second_typing_that_corrects_the_first_is_the_one_kept(self, counter: Session) -> None:
        typed = request(counter, "CRT-01", national_number=IN_DOUBT)
        done = take_request(counter, replace(typed, confirmed={"national_number": NUMBER}))
        details = counter.store.persons.open(body(counter, done.link).person.person)
        assert details["national_number"] == NUMBER
        assert "check_confirmed_by_second_typing" not in details

    def test_free_text_may_not_hold_a_number_but_an_account_may_look_like_one(self, counter: Session) -> None:
        typed = request(counter, "CRT-01")
        text = next(
            one.name
            for one in check_request(counter, typed).form.fields
            if one.type == "text" and not one.personal
        )
        spoken = replace(typed, answers={**typed.answers, text: f"اتصل على {MOBILE}"})
        assert check_request(counter, spoken).problems[text].code == "entry.personal_text"
        refused("request.answers_wrong", counter, lambda: take_request(counter, spoken))

        account = take_request(counter, request(counter, "PAY-02", request_number=MOBILE))
        kept = body(counter, account.link)
        assert "request_number" not in kept.answers
        assert counter.store.persons.open(kept.person.person)["request_number"] == MOBILE

    def test_free_text_of_any_length_is_sealed_and_not_in_the_entry(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "BLD-05", works_description="هدم سور الجار"))
        kept = body(counter, done.link)
        assert "works_description" not in kept.answers
        assert counter.store.persons.open(kept.person.person)["works_description"] == "هدم سور الجار"

    def test_the_entry_commits_to_the_details_it_does_not_hold(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "CMP-01"))
        person = body(counter, done.link).person
        salt, details = counter.store.persons.proof(person.person)
        assert "بخط يده" in json.dumps(details, ensure_ascii=False)
        assert commitment_fits(details, salt, person.commitment)
        assert not commitment_fits({**details, "applicant_name": "غيره"}, salt, person.commitment)

    def test_an_agent_is_named_as_such(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "CRT-01", by_agent="yes"))
        assert body(counter, done.link).capacity == "agent"


class TestPapers:
    def test_missing_papers_refuse_the_request_and_give_a_slip(self, counter: Session) -> None:
        typed = request(counter, "BLD-01")
        bare = replace(typed, papers=typed.papers[:1])
        error = refused("request.papers_missing", counter, lambda: take_request(counter, bare))
        slip = check_request(counter, bare).slip
        assert error.params["count"] == len(slip.missing) == len(typed.papers) - 1
        assert [paper.codes for paper in slip.given] == [(typed.papers[0],)]
        assert slip.until is None
        assert str(error.params["papers"]).startswith(slip.missing[0].name.ar)

    def test_papers_that_may_follow_make_it_conditional_until_a_day(self, counter: Session) -> None:
        service = counter.reference.catalogue.service("SHP-01")
        assert service.conditional is not None
        done = take_request(counter, without_later(counter, "SHP-01"))
        kept = body(counter, done.link)
        until = date(2026, 11, 24) + timedelta(days=service.conditional.days)
        assert done.until == kept.conditional_until == done.slip.until == until
        later = [line.any_of[0] for line in service.papers if line.later]
        assert set(kept.papers.missing) <= set(later)
        assert kept.papers.missing
        row = counter.store.db.execute("SELECT acceptance, until FROM request").fetchone()
        assert row == ("conditional", until.isoformat())

    def test_a_complete_request_has_no_deadline(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "SHP-01"))
        assert done.until is None
        assert body(counter, done.link).papers.missing == ()


class TestGates:
    def shut(self, session: Session, **answers: str) -> RequestTyped:
        typed = request(session, "SHP-03", **answers)
        proofs = session.reference.catalogue.service("SHP-03").gates[0].proof
        return replace(typed, papers=[paper for paper in typed.papers if paper not in proofs])

    def test_a_gate_is_shut_until_what_must_come_before(self, counter: Session) -> None:
        error = refused("request.gate_shut", counter, lambda: take_request(counter, self.shut(counter)))
        gate = counter.reference.catalogue.service("SHP-03").gates[0]
        assert gate.text.en in error.sentence("en")
        assert gate.text.ar in error.sentence("ar")

    def test_a_paper_opens_it(self, counter: Session) -> None:
        typed = self.shut(counter)
        take_request(counter, replace(typed, papers=[*typed.papers, "shop_application_proof"]))

    def test_an_earlier_request_of_the_same_person_opens_it_and_only_his(self, counter: Session) -> None:
        take_request(counter, request(counter, "SHP-01"))
        take_request(counter, self.shut(counter))
        other = self.shut(counter, national_number=OTHER_NUMBER)
        refused("request.gate_shut", counter, lambda: take_request(counter, other))

    def test_a_passport_is_known_again_too(self, counter: Session) -> None:
        foreign = {"identity_kind": "passport", "passport_country": "السودان", "passport_number": "P0012345"}
        take_request(counter, request(counter, "SHP-01", **foreign))
        take_request(counter, self.shut(counter, **foreign))
        elsewhere = self.shut(counter, **{**foreign, "passport_country": "الأردن"})
        refused("request.gate_shut", counter, lambda: take_request(counter, elsewhere))

    def test_who_was_erased_is_not_known_again(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "SHP-01"))
        with counter.store.transaction():
            counter.store.persons.erase(body(counter, done.link).person.person)
        assert counter.store.db.execute("SELECT count(*) FROM person_index").fetchone()[0] == 0
        refused("request.gate_shut", counter, lambda: take_request(counter, self.shut(counter)))

    @pytest.mark.parametrize("place", [None, "02", "26"])
    def test_only_in_alexandria_is_a_shop_owner_asked_for_his_licence(
        self, tmp_path: Path, place: str | None
    ) -> None:
        trial = make_trial(tmp_path / "there", governorate=place)
        counter = at_work(trial, "TEL-1")
        assert counter.reference.place is not None
        assert counter.reference.place.governorate == place
        open_shift(counter, {"note-10": 20})
        owner = request(counter, "CRT-03", shop_owner="yes") if place == "02" else request(counter, "CRT-03")
        assert ("shop_owner" in owner.answers) == (place == "02")
        if place == "02":
            refused("request.gate_shut", counter, lambda: take_request(counter, owner))
            take_request(counter, replace(owner, papers=[*owner.papers, "shop_licence"]))
            take_request(counter, request(counter, "CRT-03", shop_owner="no"))
        else:
            take_request(counter, owner)
        trial.close()

    def test_a_device_that_was_never_told_where_it_is_asks_no_one(self, counter: Session) -> None:
        counter.store.db.execute("DELETE FROM snapshot_applied WHERE dataset = 'unit'")
        assert counter.reference.place is None
        assert counter.reference.surroundings(counter.today()).governorate is None
        take_request(counter, request(counter, "CRT-03"))

    def test_the_index_holds_no_number(self, counter: Session) -> None:
        take_request(counter, request(counter, "SHP-01"))
        key, _ = counter.store.db.execute("SELECT key, person FROM person_index").fetchone()
        assert len(key) == 32
        assert NUMBER.encode() not in key


class TestNumbersAndDays:
    def test_tracking_numbers_have_no_gap_whatever_fails(
        self, counter: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = take_request(counter, request(counter, "CRT-01"))
        before = everything(counter)
        with monkeypatch.context() as patch:
            patch.setattr(Journal, "_append", lambda *_: 1 // 0)
            with pytest.raises(ZeroDivisionError):
                take_request(counter, request(counter, "CRT-01"))
        assert everything(counter) == before
        second = take_request(counter, request(counter, "CRT-01", national_number=OTHER_NUMBER))
        assert [first.tracking, second.tracking] == ["D00000000-2026-000001", "D00000000-2026-000002"]

    def test_each_year_begins_anew(self, counter: Session, trial: Trial) -> None:
        take_request(counter, request(counter, "CRT-01"))
        trial.clocks.pass_time(timedelta(days=40))
        assert take_request(counter, request(counter, "CRT-01")).tracking == "D00000000-2027-000001"

    def test_the_same_request_again_on_one_day_is_a_warning(self, counter: Session, trial: Trial) -> None:
        first = take_request(counter, request(counter, "CRT-01"))
        other = take_request(counter, request(counter, "CRT-02"))
        again = take_request(counter, request(counter, "CRT-01"))
        assert first.same_today == other.same_today == ()
        assert again.same_today == (first.tracking,)
        trial.clocks.pass_time(timedelta(days=1))
        assert check_request(counter, request(counter, "CRT-01")).same_today == ()

    def test_the_day_is_that_of_cairo(self, counter: Session, trial: Trial) -> None:
        trial.clocks.pass_time(timedelta(hours=15, minutes=30))
        done = take_request(counter, request(counter, "CRT-01"))
        assert request_of(counter.store.db, done.tracking).day == date(2026, 11, 25)

    def test_days_and_warnings_come_with_it(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "SHP-01"))
        assert done.result_on == date(2026, 11, 24) + timedelta(days=done.service.turnaround.days)
        assert done.warnings == done.service.warnings
        assert done.appointment == done.service.appointment
        assert done.must_not_claim.ar


class TestMoney:
    def due(self, session: Session) -> RequestDone:
        return take_request(session, request(session, "BLD-01"))

    def test_a_request_may_be_taken_outside_a_shift_but_not_paid(
        self, unlock: Callable[[str], Session]
    ) -> None:
        session = unlock("TEL-1")
        done = self.due(session)
        record = next(session.store.journal.records(done.link.seq, done.link.seq))
        assert parse_entry(record.data).shift is None
        refused("shift.none_open", session, lambda: pay_request(session, done.tracking, exactly(done.due)))

    def test_one_while_another_holds_the_drawer_belongs_to_no_shift(
        self, counter: Session, unlock: Callable[[str], Session]
    ) -> None:
        other = unlock("TEL-2")
        done = self.due(other)
        record = next(other.store.journal.records(done.link.seq, done.link.seq))
        assert parse_entry(record.data).shift is None

    def test_it_is_paid_once_and_again_after_a_void(self, counter: Session) -> None:
        done = self.due(counter)
        taken = pay_request(counter, done.tracking, Offer(cash=done.due + 20_00))
        assert (taken.total, taken.change) == (done.due, 20_00)
        with pytest.raises(KnownError) as caught:
            pay_request(counter, done.tracking, exactly(done.due))
        assert caught.value.code in ("payment.nothing_due", "payment.request_paid")
        void(counter, taken, cash=done.due)
        assert pay_request(counter, done.tracking, exactly(done.due)).total == done.due

    def test_the_same_form_pressed_twice_pays_once(self, counter: Session) -> None:
        done = self.due(counter)
        first = pay_request(counter, done.tracking, exactly(done.due), intent="5a" * 16)
        assert pay_request(counter, done.tracking, exactly(done.due), intent="5a" * 16) == first

    def test_another_may_pay_in_a_capacity(self, counter: Session) -> None:
        done = self.due(counter)
        payer = Payer("سامي عبد الله", "relative", OTHER_NUMBER)
        paid = payment(counter, pay_request(counter, done.tracking, exactly(done.due), payer=payer).payment)
        assert paid.capacity == "relative"
        assert counter.store.persons.open(paid.payer.person) == {
            "payer_name": "سامي عبد الله",
            "national_number": OTHER_NUMBER,
        }
        unknown = replace(payer, capacity="friend")
        refused(
            "payer.capacity",
            counter,
            lambda: pay_request(counter, done.tracking, exactly(done.due), payer=unknown),
        )

    def test_too_little_money_leaves_no_request(self, counter: Session) -> None:
        typed = request(counter, "BLD-01")
        refused("tenders.short", counter, lambda: take_and_pay(counter, typed, Offer(cash=100_00)))
        refused("tenders.short", counter, lambda: take_and_pay(counter, typed, Offer()))

    def test_a_payment_that_fails_leaves_the_request_due_and_says_so(
        self, counter: Session, trial: Trial
    ) -> None:
        trial.clocks.pass_time(timedelta(hours=30))
        with pytest.raises(KnownError) as caught:
            take_and_pay(counter, request(counter, "BLD-01"), Offer(cash=207_00))
        assert caught.value.code == "request.stands_unpaid"
        tracking = str(caught.value.params["tracking"])
        assert request_of(counter.store.db, tracking).left == 207_00
        assert pay_request(counter, tracking, Offer(slips=(slip(207_00),))).total == 207_00

    def test_what_costs_nothing_takes_no_money(self, counter: Session) -> None:
        typed = request(counter, "CMP-01")
        refused("request.nothing_due", counter, lambda: take_and_pay(counter, typed, Offer(cash=10_00)))
        done, taken = take_and_pay(counter, typed, Offer())
        assert taken is None
        refused("request.tender", counter, lambda: pay_request(counter, done.tracking, Offer(cash=10_00)))

    def test_a_referral_shows_the_fee_of_the_other_body_and_takes_none(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "PAS-01"))
        assert done.quote is not None
        assert done.quote.total > 0
        assert done.due == 0

    def test_a_debt_is_left_to_the_collecting_desk(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "LND-02", contract_number="555/12"))
        assert done.due == 0
        assert [item.debt for item in done.ledger] == ["555/12"]

    def test_a_fee_that_another_body_sets_later_is_not_due_yet(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "UTL-01"))
        assert (done.quote, done.due) == (None, 0)
        later = request(counter, "UTL-01", utility_stage="pay_estimate", quoted_amount="6430.25")
        assert take_request(counter, later).due > 6430_25

    def test_a_service_under_a_mandate_is_paid_only_with_its_number(self, counter: Session) -> None:
        done = take_request(counter, request(counter, "PTX-03"))
        assert done.due
        refused("request.mandate", counter, lambda: pay_request(counter, done.tracking, exactly(done.due)))
        taken = pay_request(counter, done.tracking, exactly(done.due), mandate="ت 14/2026")
        assert payment(counter, taken.payment).mandate == "ت 14/2026"

    def test_instalments_of_later_days_are_told_and_not_taken(self, counter: Session) -> None:
        estimate = {"utility_stage": "pay_estimate", "quoted_amount": "4000.10"}
        typed = request(counter, "UTL-04", **estimate, payment_plan="instalments", instalments="4")
        done = take_request(counter, typed)
        assert done.quote is not None
        assert 0 < done.due == done.quote.due_today < done.total
        later = [line for line in done.lines if line.kind == "later"]
        assert line_sum(later) == done.total - done.due
        taken = pay_request(counter, done.tracking, exactly(done.due))
        assert taken.total == done.due
        assert all(line.kind != "later" for line in payment(counter, taken.payment).lines)

    def test_a_plan_without_a_down_payment_leaves_nothing_due_and_keeps_what_was_paid_before(
        self, counter: Session
    ) -> None:
        plan = {"reconciliation_payment": "charge", "charge_terms": "by_plan", "instalments": "4"}
        typed = request(counter, "REC-03", **plan)
        done = take_request(counter, replace(typed, papers=_with_proofs(counter, typed)))
        assert done.due == 0
        assert done.total == line_sum(done.lines, "later") > 0
        assert line_sum(done.lines, "paid") == -1500_25
        refused(
            "payment.nothing_due", counter, lambda: pay_request(counter, done.tracking, Offer(cash=100_00))
        )

    def test_a_collector_takes_no_requests(self, unlock: Callable[[str], Session]) -> None:
        session = unlock("COL-1")
        refused("roles.no_right", session, lambda: take_request(session, request(session, "CRT-01")))

    def test_an_unknown_request_cannot_be_paid(self, counter: Session) -> None:
        refused(
            "request.unknown", counter, lambda: pay_request(counter, "D00000000-2026-000009", Offer(cash=100))
        )

    def test_a_part_paid_on_paper_is_taken_off_line_by_line(self, counter: Session) -> None:
        done = self.due(counter)
        first = done.lines[0]
        pay_line(counter, done, first)
        assert pay_request(counter, done.tracking, exactly(done.due - first.piastres)).total == (
            done.due - first.piastres
        )


def pay_line(session: Session, done: RequestDone, line: Line) -> None:
    """A payment of one line only, as an older receipt may have it."""
    from kiosk.core.entries.payment import RequestFor
    from kiosk.desk.pay import Bill, take_payment

    person = body(session, done.link).person
    bill = Bill(RequestFor(tracking=done.tracking), (line,), person, "self")
    take_payment(session, bill, exactly(line.piastres, "part"))
