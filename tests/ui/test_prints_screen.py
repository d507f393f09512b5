"""Old prints wait for a person, who prints them after all or gives them up; the act stands in both cases."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtGui import QImage

from kiosk.core.bidi import strip_marks
from kiosk.desk.pay import RECEIPT
from kiosk.desk.session import Session
from kiosk.paperwork.printing import StorePrintDesk, no_printer
from kiosk.paperwork.receipts import receipt_of
from kiosk.store.print_jobs import PrintJob, PrintOutcome, PrintState, latest_prints
from kiosk.ui.screens.receipt_presenter import facts_of
from tests.devices.print_faults import CASES
from tests.documents.reading import codes
from tests.ui.scenes_pay import receipt
from tests.ui.scenes_prints import prints_held
from tests.ui.stage import Stage


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    return make_stage(size=(1024, 900))


def the_print(stage: Stage) -> PrintJob:
    job: PrintJob = stage.do(lambda session: latest_prints(session.store.db, 1)[0])
    return job


def test_an_old_print_says_why_it_waits_and_is_printed_on_a_persons_word(stage: Stage) -> None:
    prints_held(stage)
    row = stage.screen.presenter.state.rows[0]
    assert row.held
    assert "لن تُطبع وحدها" in row.says
    stage.press("اطبع الآن")
    job = the_print(stage)
    assert (job.state, job.held, job.fault) == (PrintState.QUEUED, False, None)
    assert not stage.screen.presenter.state.rows[0].held


def test_an_old_print_that_is_given_up_is_journalled_and_the_receipt_stands(stage: Stage) -> None:
    prints_held(stage)
    stage.press("ألغِ الطباعة")
    job = the_print(stage)
    assert (job.state, job.sent, job.fault) == (PrintState.FAILED, False, "print.given_up")
    assert stage.screen.presenter.state.rows == ()
    printed = stage.do(
        lambda session: session.store.db.execute("SELECT outcome, sent FROM printed").fetchall()
    )
    assert [tuple(one) for one in printed] == [("failed", 0)]


def test_without_a_printer_the_screen_says_so_and_a_phone_reads_the_receipt(stage: Stage) -> None:
    receipt(stage)
    assert stage.do(no_printer) == 1
    assert stage.do(no_printer) == 0, "told once"
    stage.screen.presenter.look()
    stage.settle()
    assert "لا توجد طابعة" in strip_marks(stage.screen.presenter.state.print_words)

    def link(session: Session) -> str:
        job = latest_prints(session.store.db, 1)[0]
        assert job.document == RECEIPT
        paper = receipt_of(session, job.entry)
        assert paper.seal is not None
        return "".join(paper.seal.segments)

    picture = stage.screen.code.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    data = bytes(picture.constBits())
    assert codes(data, picture.bytesPerLine()) == [stage.do(link)]


def test_a_receipt_is_printed_again_when_the_citizen_comes_back(stage: Stage) -> None:
    receipt(stage)
    number: str = stage.screen.presenter.state.number
    first = the_print(stage)

    def printed(session: Session) -> None:
        desk = StorePrintDesk(session, 576)
        copy = desk.begin(first, "PRINTER-1")
        desk.report(PrintOutcome(first, "PRINTER-1", copy, PrintState.CONFIRMED, sent=True, fault=None))

    stage.do(printed)
    stage.go("prints")
    assert [strip_marks(one) for one in stage.screen.presenter.state.latest] == [strip_marks(number)]
    stage.screen.presenter.find("999999")
    stage.settle()
    assert stage.shell.name_shown == "prints", "an unknown number leads nowhere"
    stage.screen.presenter.find(strip_marks(number)[-4:])
    stage.settle()
    assert stage.shell.name_shown == "receipt"
    stage.screen.presenter.ask_copy()
    stage.screen.presenter.copy("customer_lost")
    stage.settle()
    again = the_print(stage)
    assert (again.reason, again.state) == ("customer_lost", PrintState.QUEUED)

    def marked(session: Session) -> int:
        return StorePrintDesk(session, 576).begin(again, "PRINTER-1")

    assert stage.do(marked) == 1, "the second paper is copy 1"


def test_each_fault_of_a_printer_is_a_sentence_on_the_receipt_screen(stage: Stage) -> None:
    receipt(stage)
    shown = stage.screen.presenter
    facts = stage.do(facts_of(strip_marks(shown.state.number)))
    for case in CASES:
        tone, said = shown._print_words(replace(facts, state=case.state.value, fault=case.fault or ""))
        assert case.says in strip_marks(said), case.name
        assert "{" not in said
        assert (tone == "success") == (case.state is PrintState.CONFIRMED)
