"""A scan is sealed on the disk before the entry that names it, opens for staff, and goes with its person."""

from datetime import timedelta

import pytest

from kiosk.core.entries.attachment import AttachmentAdded
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.attach import attach, read_scan, scans_of
from kiosk.desk.keys import change_data_key
from kiosk.desk.privacy import erase_due
from kiosk.desk.privacy_register import privacy_register
from kiosk.desk.session import Session
from kiosk.store.attachments import State
from kiosk.store.rebuild import derived_rows, rebuild
from tests.acts import ask, begin
from tests.desk.conftest import Trial
from tests.desk.scans import PDF, scan

CONTENT = scan(150_000)


@pytest.fixture
def teller(trial: Trial) -> Session:
    session = trial.unlock("TEL-1")
    begin(session)
    return session


def kind_of(session: Session) -> str:
    return next(iter(session.reference.catalogue.papers))


def files(session: Session) -> set[str]:
    folder = session.store.folder.attachments
    return {one.name for one in folder.iterdir()} if folder.exists() else set()


def refused(session: Session, tracking: str, kind: str, content: bytes) -> str:
    before = session.store.journal.state().seq
    with pytest.raises(KnownError) as caught:
        attach(session, tracking, kind, content)
    assert session.store.journal.state().seq == before
    assert files(session) == set()
    return caught.value.code


def test_a_scan_is_sealed_named_by_its_entry_and_read_again(teller: Session) -> None:
    tracking = ask(teller)
    done = attach(teller, tracking, kind_of(teller), CONTENT)
    entry = parse_entry(next(iter(teller.store.journal.records(done.entry.seq))).data)
    body = REGISTRY.decode(entry.type, entry.tv, entry.body)
    assert isinstance(body, AttachmentAdded)
    assert (body.tracking, body.media, body.size) == (tracking, "image/jpeg", len(CONTENT))
    assert body.sums == done.held.sums
    assert [one.state for one in scans_of(teller, tracking)] == [State.WAITING]
    assert read_scan(teller, done.held.attachment) == CONTENT
    assert CONTENT[100:140] not in teller.store.attachments.file(done.held.attachment).read_bytes()


def test_two_scans_alike_have_nothing_in_common_on_the_disk(teller: Session) -> None:
    tracking = ask(teller)
    both = [attach(teller, tracking, kind_of(teller), CONTENT).held for _ in range(2)]
    assert both[0].sums.content == both[1].sums.content
    assert both[0].sums.sealed != both[1].sums.sealed


def test_what_is_no_scan_too_large_or_of_no_paper_is_refused_and_leaves_nothing(teller: Session) -> None:
    tracking, kind = ask(teller), kind_of(teller)
    limit = teller.reference.policy(teller.today()).scan_limit_kb * 1000
    assert refused(teller, tracking, kind, b"MZ" + bytes(100)) == "attachment.not_a_scan"
    assert refused(teller, tracking, kind, PDF + bytes(limit)) == "attachment.too_large"
    assert refused(teller, tracking, "no-such-paper", CONTENT) == "attachment.unknown_kind"
    assert refused(teller, "D00000000-2026-000999", kind, CONTENT) == "request.unknown"


def test_the_file_is_on_the_disk_before_the_entry(teller: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    append = type(teller.store.journal).append

    def looked(journal: object, body: object, *more: object, **named: object) -> object:
        if isinstance(body, AttachmentAdded):
            seen.append(teller.store.attachments.file(body.attachment).stat().st_size == body.sealed_size)
        return append(journal, body, *more, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(type(teller.store.journal), "append", looked)
    attach(teller, ask(teller), kind_of(teller), CONTENT)
    assert seen == [True]


def test_what_a_crash_left_before_the_entry_is_swept_by_the_next_scan(teller: Session) -> None:
    tracking = ask(teller)
    teller.store.attachments.prepare(CONTENT)
    done = attach(teller, tracking, kind_of(teller), CONTENT)
    assert files(teller) == {done.held.attachment}


def test_a_file_that_was_changed_or_lost_is_damaged_and_says_so(teller: Session) -> None:
    done = attach(teller, ask(teller), kind_of(teller), CONTENT)
    path = teller.store.attachments.file(done.held.attachment)
    for spoil in (lambda: path.write_bytes(path.read_bytes()[:-1]), path.unlink):
        spoil()
        with pytest.raises(KnownError) as caught:
            read_scan(teller, done.held.attachment)
        assert caught.value.code == "attachment.damaged"


def test_a_rebuild_and_a_new_data_key_change_nothing(trial: Trial, teller: Session) -> None:
    done = attach(teller, ask(teller), kind_of(teller), CONTENT)
    before = list(derived_rows(teller.store.db))
    with teller.store.transaction() as db:
        rebuild(db, teller.store.journal)
    assert list(derived_rows(teller.store.db)) == before
    leader = trial.unlock("SUP-1")
    change_data_key(leader)
    assert leader.store.attachments.read(done.held) == CONTENT


def test_the_register_counts_scans_and_those_that_are_only_here(trial: Trial, teller: Session) -> None:
    attach(teller, ask(teller), kind_of(teller), CONTENT)
    (listed,) = [one for one in privacy_register(trial.unlock("SUP-1")).holdings if one.kind == "scan"]
    assert (listed.count, listed.only_here) == (1, 1)
    assert listed.oldest == listed.newest is not None


def test_a_scan_goes_with_its_person_key_and_file(trial: Trial, teller: Session) -> None:
    tracking = ask(teller)
    done = attach(teller, tracking, kind_of(teller), CONTENT)
    trial.clocks.pass_time(timedelta(days=100))
    leader = trial.unlock("SUP-1")
    assert erase_due(leader).records == 1
    assert files(leader) == set()
    again = trial.unlock("TEL-1")
    assert [one.state for one in scans_of(again, tracking)] == [State.ERASED]
    with pytest.raises(KnownError) as caught:
        read_scan(again, done.held.attachment)
    assert caught.value.code == "attachment.erased"
    with pytest.raises(KnownError) as refused_now:
        attach(again, tracking, kind_of(again), CONTENT)
    assert refused_now.value.code == "person.erased"
