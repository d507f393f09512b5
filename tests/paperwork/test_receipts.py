"""Papers are made of what the journal says: a receipt read back from its entries, and its sealed code."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.core.debts.allocation import ChosenDebts
from kiosk.desk.collect import Collection, Identity, collect, prepare_collection
from kiosk.desk.pay import Offer
from kiosk.desk.serve import pay_request, take_request
from kiosk.desk.session import Session
from kiosk.desk.shift_open import open_shift
from kiosk.documents.plain import plain_lines
from kiosk.documents.templates import document
from kiosk.paperwork.origin import Origin, keep_origin, place_of
from kiosk.paperwork.printing import StorePrintDesk, ask_copy, paper_of
from kiosk.paperwork.receipts import receipt_of
from kiosk.store.debts.search import By
from kiosk.store.print_jobs import PrintOutcome, PrintState, next_print, prints_of
from tests.desk.debts import charge, debt, debtor, load_debts
from tests.desk.forms import NAME, NUMBER, request, without_later
from tests.desk.prepared import at_work, copy_of_trial

ORIGIN = Origin("محافظة الجيزة", "الوحدة المحلية بالبدرشين", "ج ط 4721", "receipts.example")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Session]:
    with copy_of_trial(tmp_path) as trial:
        session = at_work(trial, "TEL-1")
        open_shift(session, {"note-10": 20})
        with session.store.transaction() as db:
            keep_origin(db, ORIGIN)
        yield session


def paid_request(session: Session) -> int:
    done = take_request(session, request(session, "CRT-01"))
    taken = pay_request(session, done.tracking, Offer(cash=done.due + 300), printed=True)
    return taken.receipt.seq


def test_a_receipt_says_what_its_entries_say(desk: Session) -> None:
    paper = receipt_of(desk, paid_request(desk))
    assert paper.total == sum(line.amount for line in paper.lines)
    assert paper.payer.name == NAME
    assert NUMBER not in str(plain_lines(document(paper)))
    assert paper.cash is not None
    assert (paper.cash.applied, paper.cash.change) == (paper.total, 300)
    assert paper.tracking.endswith("-000001")
    assert paper.place.unit == ORIGIN.unit
    assert paper.training, "a trial binds nobody"
    assert all("_" not in line.label for line in paper.lines)


def test_a_trial_seals_nothing_and_an_enrolled_device_seals_the_same_each_time(desk: Session) -> None:
    seq = paid_request(desk)
    assert receipt_of(desk, seq).seal is None
    desk.store._device = replace(desk.store.device_signer, by="D00000123")
    first, again = receipt_of(desk, seq), receipt_of(desk, seq, copy=2)
    assert first.seal is not None
    assert first.seal == again.seal
    assert again.copy == 2


def test_a_debt_shows_its_balance_before_and_after_by_the_data_it_was_paid_from(desk: Session) -> None:
    load_debts(desk, [debtor("D1", debt("L-1", charge("rent", 300)), national=NUMBER)])
    want = Collection("D1", 100_00, ChosenDebts(("L-1",)), Identity(By.NUMBER, NUMBER))
    seqs = [
        collect(desk, prepare_collection(desk, want), Offer(cash=100_00), printed=True).taken.receipt.seq
        for _ in range(2)
    ]
    balances = [
        [(one.amount, one.old_balance, one.new_balance) for one in receipt_of(desk, seq).allocations]
        for seq in seqs
    ]
    assert balances == [[(100_00, 300_00, 200_00)], [(100_00, 200_00, 100_00)]]
    load_debts(desk, [debtor("D1", debt("L-1", charge("rent", 100)), national=NUMBER)], version=2)
    assert receipt_of(desk, seqs[0]).allocations == ()


def test_a_payment_queues_one_print_and_a_copy_says_why(desk: Session) -> None:
    seq = paid_request(desk)
    worker = StorePrintDesk(desk, 576)
    job = worker.next_job()
    assert job is not None
    assert (job.document, job.entry, worker.begin(job, "generic-80")) == ("receipt", seq, 0)
    worker.report(PrintOutcome(job, "generic-80", 0, PrintState.CONFIRMED, sent=True, fault=None))
    ask_copy(desk, "receipt", seq, "file_copy")
    copy = next_print(desk.store.db)
    assert copy is not None
    assert worker.begin(copy, "generic-80") == 1
    assert [one.state for one in prints_of(desk.store.db, seq)] == [PrintState.CONFIRMED, PrintState.SENDING]
    assert worker.resume() == 1
    printed = desk.store.db.execute("SELECT outcome FROM printed WHERE entry = ? ORDER BY seq", (seq,))
    assert printed.fetchall() == [("done",), ("uncertain",)]


def test_the_slip_of_missing_papers_names_them_and_the_last_day(desk: Session) -> None:
    from kiosk.paperwork.printing import ask_papers_slip

    done = take_request(desk, without_later(desk, "SHP-01"))
    ask_papers_slip(desk, done.link.seq)
    job = next_print(desk.store.db)
    assert job is not None
    text = "\n".join(plain_lines(document(paper_of(desk, job, 0))))
    assert done.until is not None
    for asked in done.slip.missing:
        assert desk.reference.catalogue.papers[asked.codes[0]].name.ar in text


def test_without_an_enrolment_a_place_is_its_codes(tmp_path: Path) -> None:
    with copy_of_trial(tmp_path) as trial:
        place, trial_device = place_of(at_work(trial, "TEL-1").store.db)
    assert (place.unit, place.vehicle, trial_device) == ("U-0101", "V-07", True)
