"""Card payments through the real screens: each end in words, nothing twice, doubt that a person settles."""

from PySide6.QtGui import Qt

from kiosk.core.bidi import strip_marks
from kiosk.core.card_terminal import Step
from kiosk.core.entries.payment import PaymentTaken
from kiosk.desk.card_complete import open_cards
from kiosk.desk.session import Session
from kiosk.paperwork.reading import entry_of
from kiosk.store.print_jobs import next_print
from tests.desk.conftest import SECRETS
from tests.ui.card_terminal import TERMINAL, Direct
from tests.ui.scenes_card import (
    by_card,
    cash_warned,
    chosen,
    day,
    declined,
    doubt,
    found,
    linked,
    opened,
    person,
    void_of_card,
    working,
)
from tests.ui.scenes_pay import debt_chosen, pay, pay_second
from tests.ui.scenes_serve import fill
from tests.ui.stage import Stage
from tests.ui.test_pay_screen import counts, tap_twice


def cards(session: Session) -> list[tuple[str, int, str | None]]:
    query = "SELECT state, piastres, last4 FROM card_attempt ORDER BY seq"
    return list(session.store.db.execute(query).fetchall())


def paid(session: Session) -> PaymentTaken:
    seq = session.store.db.execute("SELECT max(seq) FROM payment").fetchone()[0]
    return entry_of(session.store.db, seq, PaymentTaken)[1]


def sign(stage: Stage, code: str = "SUP-1") -> None:
    """A second person signs what is shown."""
    assert stage.shell.name_shown == "approval"
    stage.tap(stage.screen.tiles.tiles[code])
    stage.type(SECRETS[code][0])
    stage.tap(stage.screen.sign_button)


def words(stage: Stage) -> str:
    """What the screen in front says, in one text."""
    from kiosk.ui.widgets.labels import Label

    labels = stage.screen.findChildren(Label)
    return strip_marks("\n".join(one.text() for one in labels if one.isVisible()))


def test_a_card_pays_the_whole_bill_and_the_receipt_is_printed_once(stage: Stage) -> None:
    by_card(stage)
    assert stage.shell.name_shown == "receipt"
    assert stage.do(counts) == (1, 1, 1)
    assert stage.do(cards) == [("completed", 2700, "4242")]
    assert stage.do(paid).cards == 2700
    assert stage.do(lambda session: next_print(session.store.db)) is not None


def test_two_fast_taps_ask_the_terminal_once(stage: Stage) -> None:
    chosen(stage)
    terminal = stage.desk.cards.box  # type: ignore[attr-defined]
    tap_twice(stage.screen.pay_button)
    stage.settle()
    assert terminal.taken == [2700]
    assert stage.do(counts) == (1, 1, 1)


def test_without_a_linked_terminal_no_such_way_is_offered(stage: Stage) -> None:
    pay(stage)
    assert list(stage.screen.tenders.buttons) == ["cash", "slip", "both"]


def test_a_debt_is_paid_by_card(stage: Stage) -> None:
    linked(stage)
    debt_chosen(stage)
    stage.tap(stage.screen.tenders.buttons["card"])
    stage.tap(stage.screen.pay_button)
    assert stage.shell.name_shown == "receipt"
    assert stage.do(paid).allocation is not None


def test_a_debtor_found_by_name_pays_by_card_after_a_second_person_signed(stage: Stage) -> None:
    linked(stage)
    pay_second(stage)
    stage.tap(stage.screen.tenders.buttons["card"])
    stage.tap(stage.screen.pay_button)
    assert stage.do(cards) == []
    sign(stage, "TEL-2")
    assert stage.shell.name_shown == "receipt"
    assert stage.do(paid).what_for.confirmed_by == "TEL-2"  # type: ignore[union-attr]


def test_a_refusal_charges_nothing_and_cash_or_another_card_may_pay(stage: Stage) -> None:
    declined(stage)
    assert "رفضت" in words(stage)
    assert "51" in words(stage)
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.shell.name_shown == "pay"
    stage.desk.cards.box.does = "approve"  # type: ignore[attr-defined]
    stage.tap(stage.screen.pay_button)
    assert stage.shell.name_shown == "receipt"
    assert [state for state, _, _ in stage.do(cards)] == ["declined", "completed"]
    assert stage.do(counts) == (1, 1, 1)


def test_a_terminal_that_is_away_was_asked_nothing(stage: Stage) -> None:
    chosen(stage)
    stage.desk.cards.box.usable = False  # type: ignore[attr-defined]
    stage.tap(stage.screen.pay_button)
    assert stage.do(cards) == []
    assert f"ماكينة الدفع {TERMINAL} لا ترد" in words(stage)
    assert "لم يُخصم شيء" in words(stage)


def test_while_the_terminal_works_nobody_leaves_and_giving_up_only_asks(stage: Stage) -> None:
    working(stage)
    assert "تمرير البطاقة" in words(stage)
    stage.key(Qt.Key.Key_Escape)
    assert stage.shell.name_shown == "card_pay"
    stage.tap(stage.screen.give_up)
    cards = stage.desk.cards
    assert isinstance(cards, Direct)
    assert cards.given_up == 1
    assert "ردها هو الذي يحسم" in words(stage)


def test_each_step_of_the_terminal_has_its_words(stage: Stage) -> None:
    working(stage)
    said = set()
    for step in Step:
        stage.screen.presenter._told(step)
        said.add(stage.screen.headline.text())
    assert len(said) == len(Step)


def test_doubt_says_what_not_to_do_and_the_terminal_itself_ends_it(stage: Stage) -> None:
    doubt(stage)
    assert stage.shell.name_shown == "card_doubt"
    said = words(stage)
    for part in ("لا نعرف هل خُصم", "لا تحصّل المبلغ مرة أخرى", "27.00", TERMINAL, "416"):
        assert part in said
    assert stage.do(counts) == (0, 0, 0)
    stage.desk.cards.box.usable = True  # type: ignore[attr-defined]
    stage.tap(stage.screen.primary)
    assert stage.shell.name_shown == "receipt"
    assert stage.do(counts) == (1, 1, 1)
    assert stage.do(open_cards) == ()


def test_the_previous_customers_result_settles_nothing(stage: Stage) -> None:
    person(stage)
    assert stage.do(counts) == (0, 0, 0)
    assert [one.state.value for one in stage.do(open_cards)] == ["person"]
    assert "لم تحسم العملية" in words(stage)


def test_a_terminal_in_doubt_takes_no_other_order(stage: Stage) -> None:
    doubt(stage)
    stage.desk.cards.box.usable = True  # type: ignore[attr-defined]
    stage.shell.home()
    from tests.acts import ask

    other = stage.do(ask)
    stage.go("pay", tracking=other)
    stage.tap(stage.screen.tenders.buttons["card"])
    stage.tap(stage.screen.pay_button)
    assert "عملية لم تنتهِ" in words(stage) or "لم تُعرف نهايتها" in words(stage)
    assert len(stage.do(cards)) == 1


def test_cash_for_the_same_bill_waits_for_a_person_who_was_warned(stage: Stage) -> None:
    cash_warned(stage)
    assert "ربما خُصم مبلغ 27.00" in words(stage)
    assert not stage.screen.pay_button.isEnabled()
    stage.key(Qt.Key.Key_Return, "\r")
    assert stage.do(counts) == (0, 0, 0)
    stage.tap(stage.screen.warned_button)
    stage.tap(stage.screen.pay_button)
    assert stage.do(counts) == (1, 1, 1)


def test_two_persons_read_the_terminals_record_and_the_receipt_follows(stage: Stage) -> None:
    found(stage)
    screen = stage.screen
    stage.tap(screen.primary)
    assert [name for name, field in screen.fields.items() if field.text] == ["trace", "receipt_no", "amount"]
    fill_record(stage, "26.00")
    stage.tap(screen.primary)
    assert screen.fields["amount"].text
    fill_record(stage, "27.00")
    stage.tap(screen.primary)
    sign(stage)
    assert stage.shell.name_shown == "receipt"
    assert stage.do(cards)[0][0] == "completed"
    assert stage.do(counts) == (1, 1, 1)


def fill_record(stage: Stage, amount: str) -> None:
    for edit, text in (
        (stage.screen.trace, "417"),
        (stage.screen.receipt_no, "417"),
        (stage.screen.amount, amount),
    ):
        edit.setText(text)


def test_two_persons_find_that_nothing_was_charged(stage: Stage) -> None:
    person(stage)
    stage.tap(stage.screen.read_button)
    stage.tap(stage.screen.found.buttons["no"])
    stage.tap(stage.screen.primary)
    sign(stage)
    assert stage.shell.name_shown == "card_doubt"
    assert "لم يُخصم شيء" in words(stage)
    assert stage.do(cards)[0][0] == "not_done"
    assert stage.do(counts) == (0, 0, 0)


def test_a_card_number_typed_as_a_remark_is_refused(stage: Stage) -> None:
    person(stage)
    stage.tap(stage.screen.read_button)
    stage.tap(stage.screen.found.buttons["no"])
    stage.screen.seen.setText("4111 1111 1111 1111")
    stage.tap(stage.screen.primary)
    assert stage.shell.name_shown == "card_doubt"
    assert stage.screen.fields["seen"].text


def test_home_shift_and_queue_lead_to_what_is_open(stage: Stage) -> None:
    opened(stage)
    stage.tap(stage.screen.rows.rows[0])
    assert stage.shell.name_shown == "card_doubt"
    stage.shell.home()
    stage.settle()
    assert "عملية بطاقة لم تُحسم" in words(stage)
    stage.tap(stage.screen.stopped.rows[0])
    assert stage.shell.name_shown == "card_open"
    stage.go("shift")
    stage.tap(stage.screen.tiles["cards"])
    assert stage.shell.name_shown == "card_open"
    stage.go("queue")
    assert "عمليات بطاقة لم تُحسم" in words(stage)


def test_the_terminals_day_shows_a_difference_and_keeps_it(stage: Stage) -> None:
    day(stage)
    said = words(stage)
    assert "يختلف" in said
    assert "50.00" in said
    query = "SELECT count(*) FROM card_batch"
    assert stage.do(lambda session: session.store.db.execute(query).fetchone()) == (1,)


def test_a_receipt_paid_by_card_is_reversed_on_the_terminal_before_its_void(stage: Stage) -> None:
    void_of_card(stage)
    terminal = stage.desk.cards.box  # type: ignore[attr-defined]
    stage.tap(stage.screen.primary)
    sign(stage)
    assert terminal.taken == [2700, -2700]
    assert "ردّت الماكينة المبلغ" in words(stage)
    stage.tap(stage.screen.go_on)
    assert stage.shell.name_shown == "void"
    stage.tap(stage.screen.reason.buttons["wrong_amount"])
    stage.screen.recovered.setText("1")
    stage.tap(stage.screen.primary)
    sign(stage)
    assert [state for state, _, _ in stage.do(cards)] == ["completed", "completed"]
    assert stage.do(open_cards) == ()


def test_cash_pays_as_before_beside_a_linked_terminal(stage: Stage) -> None:
    linked(stage)
    pay(stage)
    fill(stage, cash="50")
    stage.tap(stage.screen.pay_button)
    assert stage.shell.name_shown == "receipt"
    assert stage.do(cards) == []
