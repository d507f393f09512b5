"""Collecting debts: every piastre has a place, the balance follows, and a name alone decides nothing."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.debts.allocation import Choice, ChosenAmounts, ChosenDebts, NoChoice
from kiosk.core.debts.model import Lease, LeasedTo
from kiosk.core.debts.snapshot import ChargeRow, DebtRow
from kiosk.core.entries.parts import line_sum
from kiosk.core.entries.payment import DebtsFor, PaymentTaken
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import KnownError
from kiosk.core.money import format_money
from kiosk.core.policy import Component
from kiosk.core.roles import Right
from kiosk.core.wire.entry import Link, parse_entry, signature_holds
from kiosk.desk.collect import (
    Collected,
    Collection,
    Identity,
    collect,
    find_debtors,
    prepare_collection,
    preview_collection,
    propose_collection,
    show_debtor,
)
from kiosk.desk.collect_lines import NOT_HELD, PAID_AHEAD
from kiosk.desk.pay import Offer
from kiosk.desk.payer import Payer
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.store.debts.search import By
from kiosk.store.rebuild import derived_rows, rebuild
from tests.core.debts.cases import LEASES, Case, load_cases
from tests.desk.conftest import SECRETS, START, Trial
from tests.desk.debts import ELSEWHERE, UNIT, charge, debt, debtor, follow, load_debts
from tests.desk.money import slip, void
from tests.desk.prepared import at_work, copy_of_trial

NUMBER = "29001011234564"
MINE = Identity(By.NUMBER, NUMBER)
COSTS, LATE = Component.COSTS, Component.LATE
LAND = debt("L-1", charge("rent", 300), charge("notice", 20, part=COSTS), charge("late", 30, part=LATE))
STALL = debt("S-1", charge("oct", 50, "2026-10-01"), charge("dec", 50, "2026-12-01"), kind="market_stall")
WATER = debt("W-1", charge("bill", 80), kind="water")
OTHERS = debt("X-1", charge("rent", 100), lease=ELSEWHERE)
DEBTORS = (
    debtor("D1", LAND, STALL, WATER, OTHERS, national=NUMBER),
    debtor("D2", debt("L-2", charge("rent", 900)), name="حسن علي ابراهيم"),
)


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    with copy_of_trial(tmp_path) as made:
        yield made


@pytest.fixture
def desk(trial: Trial) -> Session:
    """A teller at work beside a snapshot of today."""
    session = at_work(trial, "TEL-1")
    open_shift(session, {"note-10": 20})
    load_debts(session, DEBTORS)
    return session


def paid(session: Session, link: Link) -> PaymentTaken:
    record = next(session.store.journal.records(link.seq, link.seq))
    entry = parse_entry(record.data)
    body = REGISTRY.decode(entry.type, entry.tv, entry.body)
    assert isinstance(body, PaymentTaken)
    return body


def pay(session: Session, pounds: int, choice: Choice | None = None, **more: object) -> Collected:
    collection = wants(pounds, choice, **more)
    prepared = prepare_collection(session, collection)
    return collect(session, prepared, Offer(cash=pounds * 100))


def wants(pounds: int, choice: Choice | None = None, **more: object) -> Collection:
    return replace(Collection("D1", pounds * 100, choice or NoChoice(), MINE), **more)  # type: ignore[arg-type]


def shown(session: Session, code: str = "D1") -> dict[str, int]:
    """Account to balance, in pounds."""
    return {one.account: one.balance // 100 for one in show_debtor(session, code).debts}


def entries(session: Session) -> tuple[int, int]:
    count = session.store.db.execute
    journal, persons = (count(f"SELECT count(*) FROM {t}").fetchone()[0] for t in ("journal_1", "person"))
    return journal, persons


def refused(code: str, session: Session, act: Callable[[], object]) -> KnownError:
    before = entries(session)
    with pytest.raises(KnownError) as caught:
        act()
    assert caught.value.code == code
    assert entries(session) == before
    return caught.value


class TestShowing:
    def test_a_debtor_is_found_by_number_account_and_name(self, desk: Session) -> None:
        for text, by, why in ((NUMBER, By.NUMBER, "number"), ("L 1", By.ACCOUNT, "account")):
            assert [(one.debtor, one.found_by) for one in find_debtors(desk, text, by)] == [("D1", why)]
        named = find_debtors(desk, "حسن على ابراهيم", By.NAME)
        assert {(one.debtor, one.found_by) for one in named} == {("D1", "name"), ("D2", "name")}

    def test_debts_come_with_their_age_what_is_due_and_who_holds_them(
        self, desk: Session, trial: Trial
    ) -> None:
        trial.clocks.pass_time(timedelta(days=3))
        page = show_debtor(desk, "D1")
        assert (page.age.as_of, page.age.days, page.age.stale) == (START.date(), 3, False)
        stall = page.debts[1]
        assert (stall.balance, stall.due, stall.held) == (100_00, 50_00, True)
        assert (stall.label("oct"), stall.rule.code) == ("بند oct", "market_stall")
        assert not page.debts[3].held
        assert page.due == page.balance - 50_00 == 580_00
        assert page.number.endswith("4564\u2069")
        assert NUMBER not in page.number

    def test_age_bands_are_for_supervisors(self, desk: Session, trial: Trial) -> None:
        assert show_debtor(desk, "D1").debts[0].bands is None
        refused("roles.supervisor_only", desk, lambda: show_debtor(desk, "D1", ages=True))
        bands = show_debtor(at_work(trial, "SUP-1"), "D1", ages=True).debts[0].bands
        assert bands is not None
        assert sum(band.owed for band in bands) == 350_00

    def test_an_inspector_finds_nobody(self, trial: Trial) -> None:
        session = at_work(trial, "INS-1")
        refused("roles.no_right", session, lambda: find_debtors(session, NUMBER, By.NUMBER))
        refused("roles.no_right", session, lambda: show_debtor(session, "D1"))

    def test_a_debtor_who_is_not_in_the_data_and_data_that_is_not_there_are_said(
        self, desk: Session, tmp_path: Path
    ) -> None:
        refused("collect.no_debtor", desk, lambda: show_debtor(desk, "D9"))
        with copy_of_trial(tmp_path / "empty") as bare:
            session = at_work(bare, "TEL-1")
            refused("dataset.missing", session, lambda: show_debtor(session, "D1"))


def numbered(number: int, case: Case) -> tuple[list[DebtRow], Choice]:
    """The debts and the choice of a worked example under account numbers of their own."""
    leases = {LEASES["here"]: UNIT, LEASES["past"]: UNIT}
    rows = [
        DebtRow(
            account=f"K{number}-{one.id}",
            kind=one.kind,
            purse=one.purse,
            charges=tuple(ChargeRow(line) for line in one.charges),
            lease=replace(one.lease, holder=leases.get(one.lease, one.lease.holder)),
            burden_bp=one.burden_bp,
        )
        for one in case.debts
    ]
    choice = case.choice
    if isinstance(choice, ChosenDebts):
        choice = ChosenDebts(tuple(f"K{number}-{name}" for name in choice.debts))
    if isinstance(choice, ChosenAmounts):
        choice = ChosenAmounts(tuple((f"K{number}-{name}", amount) for name, amount in choice.amounts))
    return rows, choice


def test_every_worked_example_comes_out_through_the_act_as_by_hand(trial: Trial) -> None:
    session = at_work(trial, "TEL-1")
    open_shift(session, {"note-10": 20})
    cases = [(case, *numbered(number, case)) for number, case in enumerate(load_cases())]
    load_debts(session, [debtor(f"K{n}", *rows) for n, (_, rows, _) in enumerate(cases)])
    worked = 0
    for number, (case, rows, choice) in enumerate(cases):
        follow(session, case.rules.policy)
        account = Identity(By.ACCOUNT, rows[0].account)
        want = Collection(f"K{number}", case.paid, choice, account, mandate="ت 1")
        offer = Offer(slips=(slip(case.paid, f"S-{number}"),))
        if case.text("refused"):
            with pytest.raises(KnownError) as caught:
                prepare_collection(session, want)
            assert caught.value.code == case.text("refused"), case.name
            continue
        done = collect(session, prepare_collection(session, want), offer)
        body = paid(session, done.taken.payment)
        assert body.allocation is not None
        prefix = f"K{number}-"
        parts = [
            [part.debt.removeprefix(prefix), part.charge, format_money(part.piastres).replace(",", "")]
            for part in body.allocation.parts
        ]
        assert parts == case.rows("parts"), case.name
        kept = [
            [(one.debt or "-").removeprefix(prefix), format_money(one.piastres).replace(",", "")]
            for one in body.allocation.credits
        ]
        assert kept == case.rows("advances") + case.rows("on_account"), case.name
        assert body.allocation.chosen_by == (case.text("chosen_by") or "debtor"), case.name
        assert body.total == case.paid == line_sum(body.lines)
        after = {row[0]: row[2] for row in case.rows("balances")}
        now = {
            one.account.removeprefix(prefix): one.balance for one in show_debtor(session, f"K{number}").debts
        }
        for name, balance in after.items():
            assert format_money(now[name]).replace(",", "") == balance, case.name
        worked += 1
    assert worked >= 30


class TestPaying:
    def test_the_choice_of_the_debtor_comes_first_and_is_kept(self, desk: Session) -> None:
        done = pay(desk, 70, ChosenDebts(("S-1",)))
        body = paid(desk, done.taken.payment)
        assert body.allocation is not None
        assert body.allocation.chosen_by == "debtor"
        assert [(one.charge, one.piastres, one.was_due) for one in body.allocation.parts] == [
            ("oct", 50_00, True),
            ("dec", 20_00, False),
        ]
        assert [(one.kind, one.account, one.label, one.piastres) for one in body.lines] == [
            ("debt", "unit/market_stall", "principal", 70_00)
        ]
        assert [(one.debt, one.before, one.after) for one in done.balances] == [("S-1", 100_00, 30_00)]
        assert body.snapshot is not None
        assert body.snapshot.as_of == START
        assert done.age.as_of == START.date()

    def test_a_line_is_printed_for_each_component(self, desk: Session) -> None:
        body = paid(desk, pay(desk, 60, ChosenDebts(("L-1",))).taken.payment)
        assert [(one.label, one.piastres) for one in body.lines] == [
            ("costs", 20_00),
            ("late", 30_00),
            ("principal", 10_00),
        ]

    def test_two_part_payments_follow_each_other_and_a_void_gives_the_balance_back(
        self, desk: Session
    ) -> None:
        assert shown(desk)["L-1"] == 350
        pay(desk, 60, ChosenDebts(("L-1",)))
        second = pay(desk, 90, ChosenDebts(("L-1",)))
        assert [(one.before, one.after) for one in second.balances] == [(290_00, 200_00)]
        assert shown(desk)["L-1"] == 200
        void(desk, second.taken, cash=90_00)
        assert shown(desk)["L-1"] == 290

    def test_newer_data_that_contains_our_payment_does_not_subtract_it_twice(self, desk: Session) -> None:
        done = pay(desk, 50, ChosenDebts(("L-1",)))
        after = debtor("D1", debt("L-1", charge("rent", 300)), national=NUMBER)
        load_debts(desk, [after], version=2, through=done.taken.payment.seq)
        assert shown(desk) == {"L-1": 300}
        pay(desk, 10, ChosenDebts(("L-1",)))
        assert shown(desk) == {"L-1": 290}

    def test_a_debt_held_elsewhere_is_taken_on_account_and_divided_by_the_centre(self, desk: Session) -> None:
        body = paid(desk, pay(desk, 40, ChosenDebts(("X-1",))).taken.payment)
        assert body.allocation is not None
        assert body.allocation.parts == ()
        assert [(one.kind, one.debt, one.reason, one.piastres) for one in body.allocation.credits] == [
            ("on_account", "X-1", NOT_HELD, 40_00)
        ]
        assert [one.kind for one in body.lines] == ["on_account"]
        page = show_debtor(desk, "D1").debts[3]
        assert (page.balance, page.shown.waiting) == (100_00, 40_00)

    def test_a_lease_that_has_run_out_is_not_held(self, trial: Trial) -> None:
        session = at_work(trial, "TEL-1")
        lease = Lease(LeasedTo.UNIT, UNIT, START.date() - timedelta(days=1))
        load_debts(session, [debtor("D1", replace(LAND, lease=lease))])
        assert not show_debtor(session, "D1").debts[0].held

    def test_more_than_is_owed_is_refused_but_for_kinds_that_take_an_advance(self, desk: Session) -> None:
        refused("debts.more_than_owed", desk, lambda: pay(desk, 351, ChosenDebts(("L-1",))))
        body = paid(desk, pay(desk, 110, ChosenDebts(("S-1",))).taken.payment)
        assert body.allocation is not None
        assert [(one.kind, one.debt, one.reason, one.piastres) for one in body.allocation.credits] == [
            ("advance", "S-1", PAID_AHEAD, 10_00)
        ]
        assert line_sum(body.lines, "advance") == 10_00
        assert shown(desk)["S-1"] == 0

    def test_a_kind_under_a_mandate_needs_its_number(self, desk: Session) -> None:
        error = refused("collect.mandate", desk, lambda: pay(desk, 80, ChosenDebts(("W-1",))))
        assert error.params["debt"] == "W-1"
        done = pay(desk, 80, ChosenDebts(("W-1",)), mandate="ت 7/2026")
        assert paid(desk, done.taken.payment).mandate == "ت 7/2026"

    def test_several_purses_are_asked_apart_and_paid_by_amounts(self, desk: Session) -> None:
        refused("debts.several_purses", desk, lambda: pay(desk, 100))
        body = paid(desk, pay(desk, 100, ChosenAmounts((("L-1", 60_00), ("S-1", 40_00)))).taken.payment)
        assert {one.account: one.piastres for one in body.lines if one.label == "principal"} == {
            "unit/land_rent": 10_00,
            "unit/market_stall": 40_00,
        }

    def test_stale_data_takes_money_up_to_a_cap_and_on_account_without_one(
        self, desk: Session, trial: Trial
    ) -> None:
        follow(desk, replace(desk.reference.policy(START.date()), stale_debt_cap=60_00))
        trial.clocks.pass_time(timedelta(days=8))
        too_much = wants(61, ChosenDebts(("L-1",)))
        refused("debts.above_stale_cap", desk, lambda: prepare_collection(desk, too_much))
        assert show_debtor(desk, "D1").age.stale
        on_account = prepare_collection(desk, wants(100, ChosenDebts(("X-1",))))
        assert on_account.preview.divided.on_account
        capped = prepare_collection(desk, wants(60, ChosenDebts(("L-1",))))
        assert collect(desk, capped, Offer(slips=(slip(60_00),))).age.days == 8

    def test_somebody_else_pays_in_a_capacity(self, desk: Session) -> None:
        done = pay(desk, 10, ChosenDebts(("L-1",)), payer=Payer("هبة حسن علي", "heir"))
        body = paid(desk, done.taken.payment)
        assert body.capacity == "heir"
        sealed = desk.store.persons.open(body.payer.person)
        assert (sealed["payer_name"], sealed["debtor_name"]) == ("هبة حسن علي", "حسن علي إبراهيم")
        assert "national_number" not in sealed
        data = next(desk.store.journal.records(done.taken.payment.seq)).data.decode()
        assert not [text for text in ("هبة", "حسن", NUMBER, "نجع") if text in data]

    def test_nothing_is_written_without_a_shift_or_a_right(self, desk: Session, trial: Trial) -> None:
        other = at_work(trial, "COL-1")
        refused("shift.of_another", other, lambda: pay(other, 10, ChosenDebts(("L-1",))))
        inspector = at_work(trial, "INS-1")
        refused("roles.no_right", inspector, lambda: pay(inspector, 10, ChosenDebts(("L-1",))))

    def test_a_preview_writes_nothing(self, desk: Session) -> None:
        before = entries(desk)
        preview = preview_collection(desk, wants(70, ChosenDebts(("S-1",))))
        assert [(one.before, one.after) for one in preview.balances] == [(100_00, 30_00)]
        assert entries(desk) == before

    def test_a_balance_that_changed_since_it_was_shown_is_not_paid_by(self, desk: Session) -> None:
        prepared = prepare_collection(desk, wants(350, ChosenDebts(("L-1",))))
        pay(desk, 50, ChosenDebts(("S-1",)))
        pay(desk, 20, ChosenDebts(("L-1",)))
        refused("debts.more_than_owed", desk, lambda: collect(desk, prepared, Offer(cash=350_00)))
        smaller = prepare_collection(desk, wants(10, ChosenDebts(("L-1",))))
        load_debts(desk, DEBTORS, version=2)
        refused("collect.changed", desk, lambda: collect(desk, smaller, Offer(cash=10_00)))

    def test_the_same_form_pressed_twice_pays_once(self, desk: Session) -> None:
        prepared = prepare_collection(desk, wants(350, ChosenDebts(("L-1",))))
        first = collect(desk, prepared, Offer(cash=350_00), intent="5b" * 16)
        assert collect(desk, prepared, Offer(cash=350_00), intent="5b" * 16).taken == first.taken
        assert shown(desk)["L-1"] == 0


class TestNameOnly:
    WANT = Collection("D1", 50_00, ChosenDebts(("L-1",)))

    def test_a_name_alone_is_refused_and_so_is_a_number_of_somebody_else(self, desk: Session) -> None:
        refused("collect.needs_second", desk, lambda: prepare_collection(desk, self.WANT))
        named = replace(self.WANT, identity=Identity(By.NAME, "حسن علي"))
        refused("collect.needs_second", desk, lambda: prepare_collection(desk, named))
        coded = replace(self.WANT, identity=Identity(By.CODE, "D1"))
        refused("collect.needs_second", desk, lambda: prepare_collection(desk, coded))
        wrong = replace(self.WANT, identity=Identity(By.ACCOUNT, "L-2"))
        refused("collect.not_him", desk, lambda: prepare_collection(desk, wrong))
        known = replace(self.WANT, identity=MINE)
        refused(
            "collect.second_not_needed", desk, lambda: prepare_collection(desk, known, confirmed_by="TEL-2")
        )

    def test_a_telephone_that_two_debtors_share_decides_nothing(self, desk: Session) -> None:
        sharing = [replace(row, phone="+201012345678") for row in DEBTORS]
        load_debts(desk, sharing, version=2)
        shared = replace(self.WANT, identity=Identity(By.PHONE, "01012345678"))
        refused("collect.needs_second", desk, lambda: prepare_collection(desk, shared))
        load_debts(desk, [sharing[0], DEBTORS[1]], version=3)
        assert prepare_collection(desk, shared).found_by == "phone"

    def test_a_second_person_signs_exactly_what_he_was_shown(self, desk: Session) -> None:
        prepared = prepare_collection(desk, self.WANT, confirmed_by="TEL-2")
        proposal = propose_collection(desk, prepared, Offer(cash=50_00))
        with desk.approver(proposal, "TEL-2", SECRETS["TEL-2"][0], Right.DEBTOR_CONFIRM) as approval:
            done = collect(desk, prepared, Offer(cash=50_00), approvals=[approval])
        what_for = paid(desk, done.taken.payment).what_for
        assert what_for == DebtsFor(debtor="D1", found_by="name", confirmed_by="TEL-2")
        seq = done.taken.payment.seq
        record = next(desk.store.journal.records(seq, seq))
        assert [one.by for one in record.sigs] == ["TEL-2"]
        key = desk.store.db.execute("SELECT public_key FROM staff_known WHERE staff = 'TEL-2'").fetchone()[0]
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        assert signature_holds(record.sigs[0], record.hash, public)

    def test_he_himself_is_no_second_person(self, desk: Session) -> None:
        prepared = prepare_collection(desk, self.WANT, confirmed_by="TEL-1")
        proposal = propose_collection(desk, prepared, Offer(cash=50_00))
        with pytest.raises(KnownError) as caught:
            desk.approver(proposal, "TEL-1", SECRETS["TEL-1"][0], Right.DEBTOR_CONFIRM)
        assert caught.value.code == "entry.same_person"

    def test_without_the_signature_nothing_is_written(self, desk: Session) -> None:
        prepared = prepare_collection(desk, self.WANT, confirmed_by="TEL-2")
        refused("entry.unsigned", desk, lambda: collect(desk, prepared, Offer(cash=50_00)))

    def test_an_approval_does_not_outlive_the_balance_it_was_given_for(self, desk: Session) -> None:
        prepared = prepare_collection(desk, self.WANT, confirmed_by="TEL-2")
        proposal = propose_collection(desk, prepared, Offer(cash=50_00))
        with desk.approver(proposal, "TEL-2", SECRETS["TEL-2"][0], Right.DEBTOR_CONFIRM) as approval:
            pay(desk, 10, ChosenDebts(("L-1",)))
            refused(
                "approval.changed",
                desk,
                lambda: collect(desk, prepared, Offer(cash=50_00), approvals=[approval]),
            )


STEPS = st.lists(
    st.tuples(st.sampled_from(("pay", "pay", "void")), st.integers(1, 400), st.integers(0, 3)),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def long_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with copy_of_trial(tmp_path_factory.mktemp("long")) as made:
        session = at_work(made, "TEL-1")
        open_shift(session, {"note-10": 20})
        yield session


@settings(max_examples=15)
@given(STEPS)
def test_random_collections_neither_make_nor_lose_a_piastre(
    long_day: Session, steps: list[tuple[str, int, int]]
) -> None:
    session = long_day
    row = debtor("D1", LAND, STALL, OTHERS, national=NUMBER)
    version = 1 + session.store.db.execute("SELECT coalesce(max(version), 0) FROM debts_in_use").fetchone()[0]
    seq = session.store.journal.state().seq
    load_debts(session, [row], version=version, through=seq)
    totals = session.store.journal.state().totals
    standing: dict[str, list[tuple[Collected, int]]] = {"L-1": [], "S-1": [], "X-1": []}
    taken_back = 0
    for kind, pounds, which in steps:
        account = ("L-1", "S-1", "X-1", "L-1")[which]
        if kind == "void" and standing[account]:
            done, amount = standing[account].pop()
            void(session, done.taken, cash=amount)
            taken_back += amount
        elif kind != "void":
            with suppress(KnownError):  # more than is owed: nothing happens
                standing[account].append((pay(session, pounds, ChosenDebts((account,))), pounds * 100))
    owed = {"L-1": 350_00, "S-1": 100_00, "X-1": 100_00}
    kept = {account: sum(amount for _, amount in done) for account, done in standing.items()}
    for one in show_debtor(session, "D1").debts:
        own = 0 if one.account == "X-1" else min(kept[one.account], owed[one.account])
        assert one.balance == owed[one.account] - own
        assert one.shown.waiting == kept[one.account] - own
        assert one.shown.over == one.shown.reopened == 0
    after = session.store.journal.state().totals
    assert (after.cash - totals.cash) - (after.cash_voided - totals.cash_voided) == sum(kept.values())
    assert after.cash_voided - totals.cash_voided == taken_back
    by_lines = session.store.db.execute(
        "SELECT coalesce(sum(l.piastres), 0) FROM payment p JOIN payment_line l ON l.seq = p.seq"
        " WHERE p.seq > ? AND p.voided IS NULL",
        (seq,),
    ).fetchone()[0]
    assert by_lines == sum(kept.values())


def test_the_tables_of_a_day_of_collecting_can_be_rebuilt(desk: Session) -> None:
    pay(desk, 60, ChosenDebts(("L-1",)))
    void(desk, pay(desk, 90, ChosenDebts(("S-1",))).taken, cash=90_00)
    with desk.store.transaction():
        before = dict(derived_rows(desk.store.db))
        rebuild(desk.store.db, desk.store.journal)
        assert dict(derived_rows(desk.store.db)) == before
