"""Serving and collecting through the real screens: wrong input loses nothing, drafts come back."""

from kiosk.store.drafts import read_draft
from kiosk.ui.screens.collect_reading import identity_of
from kiosk.ui.screens.serve_form import ROWS, pages_of
from tests.desk.forms import NUMBER
from tests.ui.scenes_collect import collect_by_name, collect_chosen, collect_debts, collect_wrong
from tests.ui.scenes_serve import IN_DOUBT, fill, serve_fee, serve_form, serve_form_wrong
from tests.ui.stage import Stage


def test_a_number_in_doubt_is_typed_twice_and_then_counts(stage: Stage) -> None:
    serve_form_wrong(stage)
    screen = stage.screen
    assert screen.fields["national_number__again"].text in screen.summary.texts
    fill(stage, national_number__again=IN_DOUBT, applicant_address="4 شارع الجلاء بسوهاج")
    stage.tap(screen.go_button)
    assert screen.presenter.state.page == 1


def test_a_form_that_was_left_is_offered_again_with_what_was_typed(stage: Stage) -> None:
    serve_form(stage)
    fill(stage, applicant_address="4 شارع الجلاء بسوهاج")
    stage.tap(stage.screen.go_button)
    kept = stage.do(lambda session: read_draft(session.store.db, session.staff, "request"))
    assert kept is not None
    assert kept.content["answers"]["national_number"] == NUMBER
    stage.go("serve", new=True)
    stage.screen.presenter.resume_draft()
    stage.tap(stage.screen.go_button)
    assert stage.screen.fields["national_number"].input.value() == NUMBER


def test_a_taken_request_leaves_no_draft(stage: Stage) -> None:
    serve_fee(stage)
    stage.tap(stage.screen.go_button)
    assert stage.do(lambda session: read_draft(session.store.db, session.staff, "request")) is None
    assert stage.shell.name_shown == "pay"


def test_pages_of_every_form_fit_a_screen(stage: Stage) -> None:
    stage.unlock()
    services = stage.do(lambda session: dict(session.reference.catalogue.services))
    for service in services.values():
        for page in pages_of(service.fields):
            assert 1 <= len(page) <= 2 * ROWS


def test_what_is_typed_is_told_by_its_shape() -> None:
    shapes = {NUMBER: "number", "٠١٠١٢٣٤٥٦٧٨": "phone", "L-2041/17": "account", "حسن علي": "name"}
    assert {typed: identity_of(typed).by.value for typed in shapes} == shapes


def test_a_wrong_amount_and_no_choice_are_said_together_and_nothing_is_lost(stage: Stage) -> None:
    collect_wrong(stage)
    screen = stage.screen
    assert screen.amount.value() == "1,5"
    assert screen.fields["choice"].text in screen.summary.texts
    assert screen.fields["amount"].text in screen.summary.texts


def test_the_amount_follows_the_choice_until_somebody_types_it(stage: Stage) -> None:
    collect_debts(stage)
    stage.screen.presenter.touch("W-3007")
    assert stage.screen.amount.value() == "80.00"
    collect = stage.screen
    fill_amount(stage, "10")
    collect.presenter.touch("S-88")
    assert collect.amount.value() == "10"


def test_debts_are_paid_in_the_order_in_which_they_were_touched(stage: Stage) -> None:
    collect_chosen(stage)
    rows = [row[0] for row in stage.screen.presenter.state.divided]
    assert ["S-88" in rows[0], "L-2041/17" in rows[1]] == [True, True]


def test_old_data_says_its_age_and_a_name_asks_for_a_second_person(stage: Stage) -> None:
    collect_by_name(stage)
    assert "04/11/2026" in stage.screen.as_of.text()
    assert stage.screen.second.isVisible()


def fill_amount(stage: Stage, text: str) -> None:
    stage.screen.amount.setFocus()
    stage.screen.amount.clear()
    stage.type(text)
