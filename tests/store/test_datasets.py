"""Reference data kept whole: the version in use is the one that its entry brought, and older ones stay."""

import hashlib

import pytest

from kiosk.core.errors import KnownError
from kiosk.desk.datasets import dataset_body
from kiosk.desk.session import Session
from kiosk.store.datasets import current_dataset, keep_dataset
from kiosk.store.sqlite import IntegrityError
from kiosk.store.verify import verify


def apply(session: Session, version: int, content: bytes) -> None:
    with session.act() as act:
        act.append(dataset_body(act.db, "policy", version, content, act.moment.at))


def test_a_new_version_is_in_use_after_its_entry_and_the_old_one_is_kept(session: Session) -> None:
    first = current_dataset(session.store.db, "policy")
    apply(session, 2, first.content + b"\n")
    now = current_dataset(session.store.db, "policy")
    assert (now.version, now.content) == (2, first.content + b"\n")
    assert now.hash == hashlib.sha256(now.content).hexdigest()
    kept = session.store.db.conn.execute("SELECT version FROM dataset WHERE name = 'policy' ORDER BY 1")
    assert kept.fetchall() == [(1,), (2,)]
    assert verify(session.store).clean


def test_a_version_that_was_kept_and_not_applied_is_not_in_use(session: Session) -> None:
    with session.store.transaction():
        keep_dataset(session.store.db, "policy", 2, b"half")
    assert current_dataset(session.store.db, "policy").version == 1


def test_a_version_is_kept_once(session: Session) -> None:
    with pytest.raises(IntegrityError), session.store.transaction():
        keep_dataset(session.store.db, "policy", 1, b"other")


def test_what_is_not_on_the_device_is_said(session: Session) -> None:
    with pytest.raises(KnownError) as caught:
        current_dataset(session.store.db, "weather")
    assert caught.value.code == "dataset.missing"
