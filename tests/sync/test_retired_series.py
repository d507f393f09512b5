"""A fork retires the receipt series of its device at once; only a person gives it a new one."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from central.books import grant_book
from central.incident_answers import write_order
from central.schema import book, incident
from kiosk.core.errors import KnownError
from kiosk.desk.session import Session
from kiosk.store.incidents import incident_stands
from kiosk.store.queries.shift import books
from tests.acts import ask, begin, pay_for
from tests.store.turning import close_shift
from tests.sync.enrolled import EnrolledDevice, sync


def series_here(session: Session) -> list[tuple[str, bool, bool]]:
    return [(one.series, one.retired, one.left > 0) for one in books(session.store.db)]


def series_there(device: EnrolledDevice, code: str) -> list[tuple[str, bool]]:
    with device.server.centre.storage.read() as db:
        query = select(book.c.series, book.c.retired).where(book.c.device == code)
        return [(row.series, row.retired is not None) for row in db.execute(query.order_by(book.c.series))]


def refused(act: object) -> str:
    with pytest.raises(KnownError) as caught:
        act()  # type: ignore[operator]
    return caught.value.code


def test_a_fork_retires_the_series_on_both_sides_and_a_person_gives_another(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    shutil.copytree(device.root, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
    copy = EnrolledDevice(tmp_path / "copy", device.server, device.secrets)
    other = copy.unlock("TEL-1")
    code, centre = session.store.device_signer.by, device.server.centre
    pay_for(session, ask(session))
    sync(session)
    (old,) = [name for name, _ in series_there(device, code)]
    assert series_here(session) == [(old, False, True)]
    pay_for(other, ask(other))
    told = sync(other)
    assert told.error is not None
    assert told.error.code == "sync.fork"
    assert series_there(device, code) == [(old, True)]
    with centre.storage.read() as db:
        mine = (incident.c.device == code) & (incident.c.kind == "series_retired")
        assert db.execute(select(incident.c.detail).where(mine)).scalars().all() == [f'{{"series": "{old}"}}']
    assert series_here(other) == [(old, True, False)]
    sync(session)
    assert series_here(session) == [(old, True, False)]

    write_order(centre, code, session.store.journal.state().seq)
    sync(session)
    assert not incident_stands(session.store.db)
    tracking = ask(session)
    assert refused(lambda: pay_for(session, tracking)) == "book.retired"
    close_shift(session)
    assert refused(lambda: begin(session)) == "book.none_left"
    with centre.storage.write() as db:
        new = grant_book(centre, db, code).series
    sync(session)
    begin(session)
    pay_for(session, tracking)
    assert (new, False, True) in series_here(session)

    ask(other)
    sync(other)
    assert series_there(device, code) == [(old, True), (new, False)], "the same branch goes on"
    copy.close()


def test_a_copy_found_by_contact_retires_them_too_since_both_may_have_given_the_same_numbers(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    shutil.copytree(device.root, tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))
    copy = EnrolledDevice(tmp_path / "copy", device.server, device.secrets)
    sync(session)
    other = copy.unlock("TEL-1")
    told = sync(other)
    assert told.error is not None
    assert told.error.code == "sync.clone"
    code = session.store.device_signer.by
    (old,) = [name for name, _ in series_there(device, code)]
    assert series_there(device, code) == [(old, True)]
    sync(session)
    assert series_here(session) == [(old, True, False)]
    with device.server.centre.storage.write() as db:
        new = grant_book(device.server.centre, db, code).series
    sync(other)
    sync(session)
    assert series_there(device, code) == [(old, True), (new, False)], "the same copy is nothing new"
    copy.close()
