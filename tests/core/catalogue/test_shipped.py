"""The shipped catalogue: every service is whole, its form can be filled and gives its fee."""

import pytest

from kiosk.catalogue_files import check_folder, shipped_catalogue
from kiosk.core.catalogue.forms import evaluate
from kiosk.core.catalogue.model import CounterMode, FieldType
from kiosk.core.catalogue.papers import Completeness, minimum_papers, papers_state
from kiosk.fee_tables import shipped_fee_tables
from tests.core.catalogue.shipped import TODAY, around, check_with, filled, marked

CATALOGUE = check_folder().catalogue
CODES = sorted(CATALOGUE.services)
PAYING = {"utility_stage": "pay_estimate", "traffic_request": "payment"}
"""Answers with which the amount that another body sets is known."""


def test_the_files_and_the_fees_have_no_mistake() -> None:
    checked = check_folder(fees=shipped_fee_tables())
    assert [str(problem) for problem in checked.problems] == []
    assert checked.clean_services == len(checked.catalogue.services) == 94


def test_there_are_twenty_families_and_each_has_services() -> None:
    used = {service.family for service in CATALOGUE.services.values()}
    assert used == set(CATALOGUE.families)
    assert len(used) == 20


def test_the_catalogue_is_read_once() -> None:
    assert shipped_catalogue() is shipped_catalogue()


@pytest.mark.parametrize("code", CODES)
def test_a_clerk_can_fill_the_form_and_the_fee_follows_from_it(code: str) -> None:
    service, fees = CATALOGUE.services[code], shipped_fee_tables()
    state = filled(service, {name: PAYING[name] for name in PAYING if service.field(name)})
    assert {name: str(error) for name, error in state.errors.items()} == {}
    assert state.complete
    wanted = [wanted.name for wanted in fees.inputs(code)]
    quote = fees.quote(code, state.typed(wanted), TODAY)
    assert quote.total >= 0


@pytest.mark.parametrize("code", CODES)
def test_every_field_of_a_form_shows_for_the_answers_that_its_condition_names(code: str) -> None:
    service = CATALOGUE.services[code]
    for field in service.fields:
        chosen: dict[str, str] = {}
        waiting = [field]
        while waiting:
            condition = waiting.pop().visible_if
            for one in condition.comparisons() if condition else ():
                chosen[one.name] = one.values[0]
                waiting += [other for other in service.fields if other.name == one.name]
        governorate = chosen.pop("governorate", "13")
        assert field in filled(service, chosen, governorate).fields


@pytest.mark.parametrize("code", CODES)
def test_every_option_leads_to_a_form_that_can_be_filled(code: str) -> None:
    service = CATALOGUE.services[code]
    for field in service.fields:
        options = ["yes", "no"] if field.type is FieldType.YES_NO else [one.code for one in field.options]
        for option in options:
            assert filled(service, {field.name: option}, "02").complete, (field.name, option)


@pytest.mark.parametrize("code", CODES)
def test_all_papers_in_hand_make_a_request_complete_and_none_do_not(code: str) -> None:
    service = CATALOGUE.services[code]
    known = filled(service).known
    everything = {paper for line in service.papers for paper in line.any_of}
    assert papers_state(service, known, everything, TODAY).state is Completeness.COMPLETE
    if minimum_papers(service, known):
        assert papers_state(service, known, set(), TODAY).state is Completeness.INCOMPLETE


def test_personal_answers_stay_out_of_the_facts() -> None:
    for service in CATALOGUE.services.values():
        state = filled(service)
        personal = {field.name for field in state.fields if field.personal}
        assert not personal & set(state.facts)
        assert set(state.personal) <= personal


def test_no_service_that_another_body_owns_promises_its_paper() -> None:
    for service in CATALOGUE.services.values():
        assert CATALOGUE.must_not_claim(service).ar
        if service.counter_mode is CounterMode.REFER_OR_PARTNER:
            assert service.tenders == ()


def test_the_rules_that_the_law_sets_are_in_the_files() -> None:
    limits = {code: [one.days for one in CATALOGUE.services[code].time_limits] for code in CODES}
    assert limits["SAF-04"] == [15]
    assert limits["VIT-06"] == [15]
    assert limits["REC-04"] == [30]
    assert CATALOGUE.service("LND-09").fresh_data
    assert CATALOGUE.service("PTX-01").mandate
    assert any(one.kind == "urgent" for one in CATALOGUE.service("SAF-02").warnings)


def test_a_complaint_to_the_prosecution_can_hide_who_complains() -> None:
    service = CATALOGUE.service("CMP-02")
    shown = {field.name for field in evaluate(service, {"withhold_identity": "yes"}, around()).fields}
    assert not shown & {"applicant_name", "national_number", "mobile", "applicant_address"}
    open_one = {field.name for field in evaluate(service, {"withhold_identity": "no"}, around()).fields}
    assert {"applicant_name", "identity_kind"} <= open_one


def test_every_service_of_the_reference_list_is_there_once() -> None:
    assert len({service.name.ar for service in CATALOGUE.services.values()}) == 94
    assert len([name for name in marked() if name.startswith("services/")]) == 94
    assert check_with({}).problems == []
