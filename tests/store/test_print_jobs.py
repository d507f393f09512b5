"""Prints wait in the act's own transaction; there is one unmarked print, and every other one says COPY n."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlite_utils import Database

from kiosk.core.entries.operations import PrintCopied, PrintDone, PrintFailed
from kiosk.core.errors import BugError
from kiosk.core.situations import SITUATIONS
from kiosk.core.wire.entry import Link
from kiosk.store.driver import memory_database, transaction
from kiosk.store.print_jobs import (
    TOO_OLD,
    PrintOutcome,
    PrintState,
    aged_prints,
    begin_print,
    block_print,
    end_print,
    find_print,
    given_up,
    held_prints,
    hold_print,
    interrupted_prints,
    latest_prints,
    left_torn,
    next_print,
    outcome_entry,
    prints_of,
    queue_print,
    release_print,
)
from kiosk.store.rows import insert
from kiosk.store.schema import migrations

LINK = Link("5f" * 16, 7)


@pytest.fixture
def db() -> Iterator[Database]:
    made = memory_database()
    migrations.apply(made)
    yield made
    made.close()


def ask(db: Database, entry: int = 7, document: str = "receipt", reason: str = "first") -> str:
    with transaction(db):
        return queue_print(db, document, entry, reason)


def begin(db: Database, job: str) -> int:
    with transaction(db):
        return begin_print(db, job, "generic-80")


def end(db: Database, job: str, state: PrintState, *, sent: bool = True, fault: str | None = None) -> None:
    found = find_print(db, job)
    with transaction(db):
        end_print(db, PrintOutcome(found, "generic-80", found.copy or 0, state, sent, fault))


def print_whole(db: Database, **what: int) -> int:
    job = ask(db, **what)  # type: ignore[arg-type]
    copy = begin(db, job)
    end(db, job, PrintState.CONFIRMED)
    return copy


def test_a_print_is_asked_for_within_its_act_or_not_at_all(db: Database) -> None:
    with pytest.raises(BugError):
        queue_print(db, "receipt", 7, "first")

    def broken_act() -> None:
        with transaction(db):
            queue_print(db, "receipt", 7, "first")
            raise ValueError("the act failed")

    with pytest.raises(ValueError, match="act failed"):
        broken_act()
    assert next_print(db) is None


def test_jobs_are_printed_in_the_order_in_which_they_were_asked_for(db: Database) -> None:
    jobs = [ask(db, entry) for entry in (9, 7, 8)]
    for job in jobs:
        waiting = next_print(db)
        assert waiting is not None
        assert waiting.job == job
        begin(db, job)
        end(db, job, PrintState.CONFIRMED)
    assert next_print(db) is None


def test_the_first_is_unmarked_and_copies_are_counted_for_each_document(db: Database) -> None:
    assert [print_whole(db) for _ in range(3)] == [0, 1, 2]
    assert print_whole(db, entry=8) == 0
    job = ask(db, document="z-report")
    assert begin(db, job) == 0


@pytest.mark.parametrize("state", [PrintState.UNCERTAIN, PrintState.FAILED])
def test_after_a_print_that_may_have_come_out_the_next_is_a_copy(db: Database, state: PrintState) -> None:
    job = ask(db)
    begin(db, job)
    end(db, job, state, fault="print.lost")
    assert begin(db, ask(db)) == 1


def test_after_a_print_of_which_nothing_was_sent_the_next_is_still_the_original(db: Database) -> None:
    job = ask(db)
    begin(db, job)
    end(db, job, PrintState.FAILED, sent=False, fault="print.not_drawn")
    assert begin(db, ask(db)) == 0


def test_the_mark_stands_before_the_outcome_is_known(db: Database) -> None:
    first, second = ask(db), ask(db)
    assert begin(db, first) == 0
    assert begin(db, second) == 1
    assert find_print(db, first).sent


def test_marks_count_on_from_the_journal_when_the_rows_are_lost(db: Database) -> None:
    with transaction(db):
        for seq, copy, outcome, sent in ((20, 0, "uncertain", 1), (21, 1, "done", 1), (22, 2, "failed", 0)):
            insert(db, "printed", seq=seq, entry=7, document="receipt", copy=copy, outcome=outcome, sent=sent)
    assert begin(db, ask(db)) == 2


def test_what_was_being_sent_at_a_crash_is_uncertain_and_waits_for_nobody(db: Database) -> None:
    first, second = ask(db), ask(db, entry=8)
    begin(db, first)
    found = interrupted_prints(db)
    assert [(one.job.job, one.state, one.sent, one.copy) for one in found] == [
        (first, PrintState.UNCERTAIN, True, 0)
    ]
    with transaction(db):
        end_print(db, found[0])
    assert interrupted_prints(db) == []
    waiting = next_print(db)
    assert waiting is not None
    assert waiting.job == second


def test_what_a_job_waits_for_is_noted_and_forgotten_when_it_begins(db: Database) -> None:
    job = ask(db)
    with transaction(db):
        block_print(db, job, "printer.paper_out")
    assert find_print(db, job).fault == "printer.paper_out"
    begin(db, job)
    assert find_print(db, job).fault is None


def test_a_waiting_job_can_be_given_up(db: Database) -> None:
    job = ask(db)
    with transaction(db):
        end_print(db, given_up(db, job, "generic-80"))
    assert find_print(db, job).state is PrintState.FAILED
    assert next_print(db) is None
    assert begin(db, ask(db)) == 0


def test_states_go_only_forward(db: Database) -> None:
    job = ask(db)
    for state in (PrintState.CONFIRMED, PrintState.UNCERTAIN):
        with pytest.raises(BugError):
            end(db, job, state)
    begin(db, job)
    with pytest.raises(BugError):
        begin(db, job)
    with pytest.raises(BugError):
        end(db, job, PrintState.QUEUED)
    with pytest.raises(BugError):
        end(db, job, PrintState.UNCERTAIN, sent=False)
    end(db, job, PrintState.UNCERTAIN)
    for state in PrintState:
        with pytest.raises(BugError):
            end(db, job, state)
    with pytest.raises(BugError):
        find_print(db, "00" * 16)


def test_each_outcome_has_its_entry(db: Database) -> None:
    job = find_print(db, ask(db, reason="customer"))
    done = PrintOutcome(job, "generic-80", 0, PrintState.CONFIRMED, sent=True, fault=None)
    assert outcome_entry(done, LINK) == PrintDone(
        job=job.job, document="receipt", entry=LINK, printer="generic-80"
    )
    copied = outcome_entry(replace(done, copy=3), LINK)
    assert isinstance(copied, PrintCopied)
    assert (copied.copy, copied.reason) == (3, "customer")
    for state, sent in ((PrintState.UNCERTAIN, True), (PrintState.FAILED, False), (PrintState.FAILED, True)):
        failed = outcome_entry(replace(done, state=state, sent=sent, fault="print.lost"), LINK)
        assert isinstance(failed, PrintFailed)
        assert (failed.outcome, failed.sent, failed.fault) == (state.value, sent, "print.lost")


def test_what_a_row_notes_is_a_situation_that_needs_only_the_device(db: Database) -> None:
    faults = [code for code in SITUATIONS if code.startswith(("print.", "printer.", "device."))]
    with_more = {code for code in faults if SITUATIONS[code].placeholders() - {"device"}}
    assert {code.split("_")[0] for code in with_more} <= {"printer.profile", "printer.logo"}, "of files"
    job = ask(db)
    begin(db, job)
    assert interrupted_prints(db)[0].fault in faults
    assert given_up(db, ask(db), "p").fault in faults


def test_every_print_of_an_entry_is_listed(db: Database) -> None:
    print_whole(db)
    ask(db)
    ask(db, entry=8)
    assert [(one.state, one.copy) for one in prints_of(db, 7)] == [
        (PrintState.CONFIRMED, 0),
        (PrintState.QUEUED, None),
    ]


def aged(db: Database, seconds: int, job: str) -> None:
    """Move the time at which a job was asked for into the past."""
    db.conn.execute("UPDATE print_job SET asked = asked - ? WHERE job = ?", (seconds, job))


@pytest.mark.parametrize(("seconds", "old"), [(0, False), (890, False), (910, True), (-910, True)])
def test_a_job_is_old_after_its_minutes_and_when_the_clock_was_elsewhere(
    db: Database, seconds: int, *, old: bool
) -> None:
    job = ask(db)
    aged(db, seconds, job)
    assert bool(aged_prints(db, 15)) is old


def test_a_held_job_lets_the_next_one_pass_until_a_person_wants_it(db: Database) -> None:
    first, second = ask(db), ask(db, entry=8)
    with transaction(db):
        hold_print(db, first)
    held = held_prints(db)
    assert [(one.job, one.fault) for one in held] == [(first, TOO_OLD)]
    waiting = next_print(db)
    assert waiting is not None
    assert waiting.job == second
    with transaction(db):
        assert release_print(db, first)
        assert not release_print(db, first), "pressed twice"
        assert not release_print(db, second)
    assert held_prints(db) == []
    assert aged_prints(db, 1) == [], "as if asked for now"
    assert begin(db, first) == 0, "nothing of it was ever sent"
    with pytest.raises(BugError):
        hold_print_of(db, first)


def hold_print_of(db: Database, job: str) -> None:
    with transaction(db):
        hold_print(db, job)


def test_a_held_job_that_is_given_up_waits_for_nobody(db: Database) -> None:
    job = ask(db)
    hold_print_of(db, job)
    with transaction(db):
        end_print(db, given_up(db, job, "generic-80"))
    assert held_prints(db) == []
    assert [one.fault for one in latest_prints(db, 5)] == ["print.given_up"]


def test_a_printer_may_wait_for_more_after_a_print_that_was_not_confirmed(db: Database) -> None:
    assert not left_torn(db)
    for seq, outcome, sent, torn in (
        (20, "done", 1, False),
        (21, "uncertain", 1, True),
        (22, "failed", 0, True),
        (23, "done", 1, False),
        (24, "failed", 1, True),
    ):
        with transaction(db):
            insert(db, "printed", seq=seq, entry=7, document="receipt", copy=0, outcome=outcome, sent=sent)
        assert left_torn(db) is torn
