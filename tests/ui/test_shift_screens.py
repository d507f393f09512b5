"""The screens of shift and cash in hands: keys alone, touch alone, and taps that come twice."""

from PySide6.QtGui import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.desk.session import Session
from tests.desk.money import in_drawer
from tests.ui.scenes_cash import give_theirs, outage_form, void_why
from tests.ui.scenes_shift import at_work, close_counting, close_far_off, close_no_reason, type_count
from tests.ui.stage import Stage


def entries(stage: Stage, kind: str) -> int:
    query = "SELECT count(*) FROM journal_1 WHERE CAST(bytes AS TEXT) ->> 'type' = ?"
    return stage.do(lambda session: int(session.store.db.conn.execute(query, (kind,)).fetchone()[0]))


def enter(stage: Stage) -> None:
    stage.key(Qt.Key.Key_Return, "\r")


def test_a_shift_is_opened_by_keys_alone(stage: Stage) -> None:
    stage.unlock()
    stage.key(Qt.Key.Key_F4)
    enter(stage)
    stage.type("5")
    for _ in stage.screen.count.rows[1:]:
        enter(stage)
    assert entries(stage, "shift.opened") == 0
    enter(stage)
    assert entries(stage, "shift.opened") == 1
    assert stage.do(in_drawer) == 100_000


def test_a_shift_is_opened_by_touch_alone(stage: Stage) -> None:
    stage.unlock()
    stage.go("shift")
    stage.tap(stage.screen.primary)
    rows = {row.piece.code: row for row in stage.screen.count.rows}
    stage.tap(rows["note-50"].edit)
    for digit in "12":
        stage.tap(stage.screen.count.pad.keys[digit])
    stage.tap(rows["note-1"].more)
    stage.tap(rows["note-1"].more)
    stage.tap(rows["note-1"].less)
    stage.tap(stage.screen.primary)
    assert stage.do(in_drawer) == 60_100


def test_arrow_keys_step_and_never_below_zero(stage: Stage) -> None:
    stage.unlock()
    stage.go("shift_open")
    edit = stage.screen.count.rows[0].edit
    stage.key(Qt.Key.Key_Down)
    assert edit.pieces == 0
    stage.key(Qt.Key.Key_Up)
    stage.key(Qt.Key.Key_Up)
    assert edit.pieces == 2


def test_two_fast_taps_on_an_act_make_one_entry(stage: Stage) -> None:
    at_work(stage)
    stage.go("shift_close")
    type_count(stage, 100_000)
    for _ in range(2):
        QTest.mouseClick(stage.screen.primary, Qt.MouseButton.LeftButton)
    stage.settle()
    assert entries(stage, "shift.counted") == 1


def test_a_wrong_input_keeps_what_was_typed_and_leads_to_its_field(stage: Stage) -> None:
    outage_form(stage)
    stage.tap(stage.screen.primary)
    screen = stage.screen
    assert screen.fields["approver"].text == screen.summary.texts[0]
    assert QApplication.focusWidget() is screen.approver
    assert screen.number.text() == "M-12"
    assert entries(stage, "outage.opened") == 0


def test_an_outage_is_recorded_by_touch_alone(stage: Stage) -> None:
    stage.unlock()
    stage.go("outage")
    screen = stage.screen
    stage.tap(screen.cause.buttons["terminal_fault"])
    stage.tap(screen.number)
    stage.tap(screen.pad.swap)
    for letter in "IN":
        stage.tap(screen.pad.latin.keys[letter])
    stage.tap(screen.pad.swap)
    for digit in "42":
        stage.tap(screen.pad.digits.keys[digit])
    stage.tap(screen.primary)
    assert screen.presenter.state.open.number == "IN42"


def test_a_recount_starts_empty_and_its_focus_at_the_first_kind(stage: Stage) -> None:
    close_counting(stage)
    stage.tap(stage.screen.primary)
    assert stage.screen.count.counts() == {}
    assert QApplication.focusWidget() is stage.screen.count.rows[0].edit


def test_the_reason_that_lacks_gets_the_focus(stage: Stage) -> None:
    close_no_reason(stage)
    assert stage.screen.fields["reason"].text
    assert stage.screen.summary.texts == [stage.screen.fields["reason"].text]


def test_esc_leaves_a_signature_without_writing_and_keeps_the_draft(stage: Stage) -> None:
    close_far_off(stage)
    stage.tap(stage.screen.primary)
    assert stage.shell.name_shown == "approval"
    stage.key(Qt.Key.Key_Escape)
    assert stage.shell.name_shown == "shift_close"
    assert stage.screen.kept.value() == "200"
    assert entries(stage, "shift.closed") == 0


def test_a_lock_in_the_middle_of_a_count_keeps_it(stage: Stage) -> None:
    close_counting(stage)
    typed = stage.screen.count.counts()
    stage.shell.lock()
    stage.settle()
    stage.unlock()
    assert stage.shell.name_shown == "shift_close"
    assert stage.screen.count.counts() == typed


def test_the_receivers_grid_opens_empty(stage: Stage) -> None:
    give_theirs(stage)
    assert stage.screen.theirs.counts() == {}
    assert "400" not in stage.screen.theirs.total.text()


def test_a_scan_finds_a_receipt_whatever_has_the_focus(stage: Stage) -> None:
    void_why(stage)
    stage.key(Qt.Key.Key_Escape)
    number = stage.screen.presenter.state.listed[-1].number

    def cash(session: Session) -> int:
        return in_drawer(session)

    before = stage.do(cash)
    stage.scan(number)
    assert stage.screen.presenter.state.chosen == number
    assert stage.do(cash) == before
