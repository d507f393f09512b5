"""Every scan is judged: lost, altered, exchanged, or kept although its person was erased."""

from collections.abc import Callable

import pytest

from kiosk.desk.attach import attach
from kiosk.desk.session import Session
from kiosk.store.attachments import Held, keep_sent
from kiosk.store.rows import insert
from kiosk.store.verify import verify
from kiosk.store.verify_scans import verify_scans
from tests.acts import ask, begin
from tests.desk.conftest import Trial
from tests.desk.scans import scan


@pytest.fixture
def teller(trial: Trial) -> Session:
    session = trial.unlock("TEL-1")
    begin(session)
    return session


def add(session: Session, seed: str = "scan") -> Held:
    return attach(
        session, ask(session), next(iter(session.reference.catalogue.papers)), scan(9_000, seed)
    ).held


def found(session: Session) -> list[str]:
    judged = verify_scans(session.store)
    return [one.code for one in (*judged.damaged, *judged.unnamed)]


def told_by_the_centre(session: Session, held: Held, *, safe: bool) -> None:
    """The centre of the only epoch signed that it holds a scan."""
    with session.store.transaction() as db:
        keep_sent(db, held.attachment, 1, safe=safe)
        if db.conn.execute("SELECT count(*) FROM acknowledgement").fetchone() == (0,):
            state = session.store.journal.state()
            insert(
                db,
                "acknowledgement",
                one=1,
                epoch=1,
                stored_through=state.seq,
                safe_through=0,
                head=state.head,
                server_time="2026-07-01T00:00:00.000Z",
                bytes=b"{}",
            )


def test_scans_that_are_whole_are_counted_and_clean(teller: Session) -> None:
    add(teller)
    add(teller, "another")
    report = verify(teller.store)
    assert (report.clean, report.scans.count, list(report.errors())) == (True, 2, [])


def altered(session: Session, one: Held, other: Held) -> None:
    path = session.store.attachments.file(one.attachment)
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)


def gone(session: Session, one: Held, other: Held) -> None:
    session.store.attachments.file(one.attachment).unlink()


def exchanged(session: Session, one: Held, other: Held) -> None:
    path = session.store.attachments.file
    path(one.attachment).write_bytes(path(other.attachment).read_bytes())


def of_another_key(session: Session, one: Held, other: Held) -> None:
    """Somebody with the key of the database exchanged what opens a scan."""
    with session.store.transaction() as db:
        db.conn.execute("DROP TRIGGER attachment_key_only_erased")
        db.conn.execute(
            "UPDATE attachment_key SET wrapped_key ="
            " (SELECT wrapped_key FROM attachment_key WHERE id = ?) WHERE id = ?",
            (other.attachment, one.attachment),
        )


@pytest.mark.parametrize("harm", [altered, gone, exchanged, of_another_key])
def test_a_scan_that_is_lost_here_is_named_and_where_else_it_is(
    teller: Session, harm: Callable[[Session, Held, Held], None]
) -> None:
    one, other = add(teller), add(teller, "another")
    harm(teller, one, other)
    (error,) = verify_scans(teller.store).damaged
    assert (error.code, error.params["attachment"]) == ("verify.scan_lost", one.attachment)
    assert error.params["tracking"] == one.tracking
    for safe in (False, True):
        told_by_the_centre(teller, one, safe=safe)
        assert found(teller) == ["verify.scan_only_at_centre"]


def test_a_lost_scan_is_damage_but_not_of_the_database(teller: Session) -> None:
    gone(teller, add(teller), add(teller))
    report = verify(teller.store)
    assert (report.clean, report.database_clean, report.can_be_mended) == (False, True, False)


def test_a_file_that_no_entry_names_is_told_and_is_no_damage(teller: Session) -> None:
    named = add(teller)
    sealed = teller.store.attachments.prepare(scan(5_000, "cut"))
    report = verify(teller.store)
    assert [(one.code, one.params["name"]) for one in report.errors()] == [
        ("verify.scan_unnamed", sealed.attachment)
    ]
    assert report.clean
    assert named.attachment != sealed.attachment
    add(teller, "next")
    assert found(teller) == []


def test_the_key_of_an_erased_scan_must_be_gone(teller: Session) -> None:
    held = add(teller)
    with teller.store.transaction() as db:
        db.conn.execute("UPDATE attachment SET erased = 1 WHERE id = ?", (held.attachment,))
    assert found(teller) == ["verify.scan_not_erased", "verify.scan_unnamed"]
