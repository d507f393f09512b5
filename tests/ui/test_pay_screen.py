"""Paying through the real screens: exactly what was typed, once however often it is touched, or nothing."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.core.entries.payment import PaymentTaken
from kiosk.desk.session import Session
from kiosk.paperwork.reading import entry_of
from kiosk.store.print_jobs import next_print
from tests.desk.conftest import SECRETS
from tests.ui.scenes_pay import debt_chosen, pay, pay_above_limit, pay_second, pay_short, receipt_printed
from tests.ui.scenes_serve import fill
from tests.ui.stage import Stage


def counts(session: Session) -> tuple[int, int, int]:
    count = session.store.db.execute
    return tuple(
        count(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("payment", "receipt", "print_job")
    )


def paid(session: Session) -> PaymentTaken:
    seq = session.store.db.execute("SELECT max(seq) FROM payment").fetchone()[0]
    return entry_of(session.store.db, seq, PaymentTaken)[1]


def tap_twice(widget: QWidget) -> None:
    """Two touches before anything is drawn."""
    for _ in range(2):
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))


@pytest.mark.parametrize("scene", [pay, debt_chosen])
def test_two_fast_taps_make_one_payment_one_receipt_and_one_print(
    stage: Stage, scene: Callable[[Stage], None]
) -> None:
    scene(stage)
    tap_twice(stage.screen.pay_button)
    stage.settle()
    assert stage.do(counts) == (1, 1, 1)
    assert stage.shell.name_shown == "receipt"


def test_two_fast_taps_take_one_request(stage: Stage) -> None:
    from tests.ui.scenes_serve import serve_fee

    serve_fee(stage)
    tap_twice(stage.screen.go_button)
    assert stage.do(lambda session: session.store.db.execute("SELECT count(*) FROM request").fetchone()) == (
        1,
    )


def test_change_is_shown_and_written(stage: Stage) -> None:
    pay(stage)
    fill(stage, cash="٥٠")
    assert "23.00" in stage.screen.change.text()
    stage.key(Qt.Key.Key_Return, "\r")
    assert "23.00" in stage.screen.change.text()
    assert [one.change for one in stage.do(paid).tenders if one.kind == "cash"] == [2300]


@pytest.mark.parametrize("scene", [pay_short, pay_above_limit])
def test_a_refusal_says_so_beside_the_field_keeps_what_was_typed_and_writes_nothing(
    stage: Stage, scene: Callable[[Stage], None]
) -> None:
    scene(stage)
    screen = stage.screen
    assert screen.fields["cash"].text in screen.summary.texts
    assert screen.fields["cash"].text
    assert screen.edits["cash"].hasFocus()
    assert stage.do(counts) == (0, 0, 0)
    assert screen.outage_button.isVisible() == (scene is pay_above_limit)
    assert screen.pay_button.isEnabled()


def test_enter_after_an_amount_of_notes_goes_on(stage: Stage) -> None:
    pay(stage)
    notes = stage.screen.quick._items[-1]
    notes.setFocus()
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.has_focus(stage.screen.edits["cash"])
    assert stage.do(counts) == (0, 0, 0)
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.do(counts) == (1, 1, 1)


def test_an_incomplete_slip_is_named_field_by_field(stage: Stage) -> None:
    pay(stage)
    stage.tap(stage.screen.tenders.buttons["slip"])
    stage.tap(stage.screen.pay_button)
    wrong = [name for name, field in stage.screen.fields.items() if field.text]
    assert wrong == ["slip_number", "slip_terminal", "slip_approval"]
    assert stage.do(counts) == (0, 0, 0)


def test_a_slip_pays_and_a_scan_fills_only_its_own_field(stage: Stage) -> None:
    pay(stage)
    stage.tap(stage.screen.tenders.buttons["slip"])
    fill(stage, slip_number="004417", slip_terminal="20113345", slip_approval="A71Q09")
    stage.screen.edits["slip_amount"].setFocus()
    stage.scan("12345678")
    assert stage.screen.edits["slip_amount"].value() == "27.00"
    stage.tap(stage.screen.pay_button)
    assert stage.shell.name_shown == "receipt", [
        *stage.screen.summary.texts,
        stage.screen.notice.label.text(),
    ]
    body = stage.do(paid)
    assert (body.cash, body.slips) == (0, 2700)


def test_a_second_person_signs_the_payment_of_a_debtor_found_by_name(stage: Stage) -> None:
    pay_second(stage)
    stage.tap(stage.screen.pay_button)
    assert stage.shell.name_shown == "approval"
    assert stage.do(counts) == (0, 0, 0)
    stage.tap(stage.screen.tiles.tiles["TEL-2"])
    stage.type(SECRETS["TEL-2"][0])
    stage.tap(stage.screen.sign_button)
    assert stage.shell.name_shown == "receipt"
    assert stage.do(paid).what_for.confirmed_by == "TEL-2"  # type: ignore[union-attr]


def test_a_copy_is_asked_for_with_a_reason_and_one_print(stage: Stage) -> None:
    receipt_printed(stage)
    tap_twice(stage.screen._reason_buttons[1])
    assert stage.do(counts)[2] == 2
    job = stage.do(lambda session: next_print(session.store.db))
    assert job is not None
    assert job.reason == "not_readable"


def test_the_next_citizen_is_one_touch_away(stage: Stage) -> None:
    receipt_printed(stage)
    stage.tap(stage.screen.next_button)
    assert stage.shell.name_shown == "home"
