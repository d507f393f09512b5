"""Papers: complete, conditional until a day, or incomplete; gates and periods of law that stand."""

from datetime import date

import pytest

from kiosk.catalogue_files import shipped_catalogue
from kiosk.core.catalogue.condition import read_condition
from kiosk.core.catalogue.forms import evaluate
from kiosk.core.catalogue.gates import gates_of, shut_gates, time_limits_of
from kiosk.core.catalogue.model import (
    Basis,
    Conditional,
    CounterMode,
    PaperLine,
    Service,
    Text,
    Turnaround,
)
from kiosk.core.catalogue.papers import Completeness, checklist, minimum_papers, papers_state
from tests.core.catalogue.shipped import TODAY, around

TEXT = Text("نص", "Text")


def service(*papers: PaperLine, days: int | None = None) -> Service:
    return Service(
        code="TST-01",
        family="building",
        name=TEXT,
        entity="unit_centre",
        counter_mode=CounterMode.ACCEPT_FORWARD,
        turnaround=Turnaround(1, Basis.TARGET),
        papers=papers,
        fields=(),
        papers_basis=Basis.GENERAL,
        conditional=Conditional(days, Basis.TARGET) if days else None,
    )


ID = PaperLine(("national_id", "passport"))
DEED = PaperLine(("ownership_deed",))
TAX = PaperLine(("tax_card",), later=True)
PHOTO = PaperLine(("crack_photos",), optional=True)
AGENCY = PaperLine(("power_of_attorney",), required_if=read_condition("by_agent = yes"))


def test_any_paper_of_a_line_meets_it() -> None:
    for paper in ("national_id", "passport"):
        assert papers_state(service(ID), {}, {paper}, TODAY).state is Completeness.COMPLETE
    missing = papers_state(service(ID), {}, {"tax_card"}, TODAY)
    assert missing.state is Completeness.INCOMPLETE
    assert missing.missing_now == (ID,)


def test_papers_that_may_follow_make_the_acceptance_conditional_until_a_day() -> None:
    state = papers_state(service(ID, TAX, days=90), {}, {"national_id"}, TODAY)
    assert state.state is Completeness.CONDITIONAL
    assert state.missing_later == (TAX,)
    assert state.until == date(2027, 2, 22)


def test_the_minimum_must_be_there_whatever_may_follow() -> None:
    wanted = service(ID, DEED, TAX, days=90)
    state = papers_state(wanted, {}, {"national_id", "tax_card"}, TODAY)
    assert state.state is Completeness.INCOMPLETE
    assert state.missing_now == (DEED,)
    assert state.until is None
    assert minimum_papers(wanted, {}) == [ID, DEED]


def test_without_conditional_acceptance_nothing_may_follow() -> None:
    state = papers_state(service(ID, TAX), {}, {"national_id"}, TODAY)
    assert state.state is Completeness.INCOMPLETE
    assert state.missing_now == (TAX,)


def test_optional_papers_never_stop_a_request() -> None:
    state = papers_state(service(ID, PHOTO), {}, {"passport"}, TODAY)
    assert state.state is Completeness.COMPLETE
    assert state.optional == (PHOTO,)


@pytest.mark.parametrize(("facts", "count"), [({}, 1), ({"by_agent": "no"}, 1), ({"by_agent": "yes"}, 2)])
def test_a_conditional_paper_counts_only_when_its_condition_holds(facts: dict[str, str], count: int) -> None:
    assert len(checklist(service(ID, AGENCY), facts)) == count


def test_a_shop_licence_is_taken_with_identity_and_contract_alone() -> None:
    shop = shipped_catalogue().service("SHP-01")
    state = papers_state(shop, {"by_agent": "no"}, {"request_form", "national_id", "shop_deed"}, TODAY)
    assert state.state is Completeness.CONDITIONAL
    assert state.until is not None


def test_a_gate_opens_by_an_accepted_request_or_by_a_paper() -> None:
    licence = shipped_catalogue().service("BLD-03")
    facts = {"governorate": "13"}
    assert [gate.code for gate in shut_gates(gates_of(licence, facts))] == ["BLD-03-2"]
    for accepted, papers, by in ((["BLD-01"], [], "BLD-01"), ([], ["site_validity"], "site_validity")):
        states = gates_of(licence, facts, accepted, papers)
        assert shut_gates(states) == []
        assert [state.by for state in states] == [by]


def test_the_gate_of_shop_owners_stands_for_them_alone() -> None:
    statement = shipped_catalogue().service("BLD-01")
    for answer, shut in (("yes", ["shop_owner"]), ("no", []), ("", [])):
        known = evaluate(statement, {"shop_owner": answer} if answer else {}, around("02")).known
        assert [gate.code for gate in shut_gates(gates_of(statement, known))] == shut
    known = evaluate(statement, {"shop_owner": "yes"}, around("02")).known
    assert shut_gates(gates_of(statement, known, papers=["shop_application_proof"])) == []


def test_the_gate_of_shop_owners_does_not_stand_in_another_governorate() -> None:
    statement = shipped_catalogue().service("BLD-01")
    known = evaluate(statement, {"shop_owner": "yes"}, around("13")).known
    assert gates_of(statement, known) == []


@pytest.mark.parametrize(
    ("notice", "left", "passed"),
    [("2026-11-24", 15, False), ("2026-11-09", 0, False), ("2026-11-08", -1, True)],
)
def test_a_period_of_law_counts_from_the_day_after_notice(notice: str, left: int, passed: bool) -> None:
    appeal = shipped_catalogue().service("SAF-04")
    (state,) = time_limits_of(appeal, {"notice_date": notice}, TODAY)
    assert state.days_left == left
    assert state.passed is passed
    assert (state.last_day - date.fromisoformat(notice)).days == 15


def test_a_period_without_its_date_is_not_guessed() -> None:
    assert time_limits_of(shipped_catalogue().service("SAF-04"), {}, TODAY) == []
