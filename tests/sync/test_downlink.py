"""Data of the centre comes into use whole and checked, or not at all, and says what it has counted."""

from dataclasses import replace

import pytest

from central.persons import read_person
from central.reference_data import load_text
from kiosk.core.errors import KnownError
from kiosk.core.wire.times import utc_ms
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.store.datasets import current_dataset
from kiosk.store.debts.read import shown_debts
from kiosk.store.sync_state import kept_anchor, quarantined
from kiosk.sync.downlink import apply
from kiosk.sync.outcomes import Outcome
from kiosk.sync.place import Place
from kiosk.trial_data import shipped_trial_data
from tests.acts import ask, begin, collection, pay_debt, pay_for
from tests.sync.enrolled import EnrolledDevice, rounds, sync


def owed(session: Session, debtor: str = "DBT-7") -> int:
    shown = shown_debts(session.store.db, session.store.unlocked.stream, debtor)
    return sum(charge.owed for one in shown for charge in one.debt.charges)


def test_the_balance_counts_our_own_collection_once_before_and_after_the_centre_knows(
    device: EnrolledDevice,
) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    before = owed(session)
    collect(session, collection(session), Offer(cash=150_00))
    assert owed(session) == before - 150_00
    applied = sync(session).applied
    assert owed(session) == before - 150_00
    device.server.settle()
    assert "debts" in applied + sync(session).applied
    assert owed(session) == before - 150_00


def test_personal_records_follow_their_entries_and_open_at_the_centre_only(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session))
    result = sync(session)
    assert result.persons > 0
    (record,) = session.store.db.conn.execute("SELECT person FROM request").fetchone()
    details, salt = read_person(device.server.centre, record)
    assert (salt, details) == session.store.persons.proof(record)
    assert sync(session).persons == 0


def test_a_new_policy_comes_into_use_and_one_that_cannot_be_read_does_not(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    sync(session)
    text = shipped_trial_data().policy.decode()
    load_text(device.server.centre, "policy", text + "\n# newer\n")
    assert sync(session).applied == ["policy"]
    kept = current_dataset(session.store.db, "policy")
    assert kept.content.decode().endswith("# newer\n")
    place = Place.of(session.store)
    with rounds(session) as one:
        ref = one.client.manifest().find("policy")
        assert ref is not None
        signed = one.client.file(ref)
    with pytest.raises(KnownError) as caught:
        apply(place, replace(ref, name="fees", version=9), signed)
    assert caught.value.code == "sync.unreadable_data"
    assert current_dataset(session.store.db, "policy") == kept
    load_text(device.server.centre, "policy", text)


def test_the_time_of_the_centre_is_the_anchor_of_the_next_session(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    sync(session)
    anchor = kept_anchor(session.store.db)
    session = device.unlock("TEL-1")
    told = session.moment().clock.anchor
    assert anchor is not None
    assert told is not None
    assert utc_ms(told.time) == anchor.utc_ms


def test_what_the_centre_could_not_apply_is_shown_with_its_reason(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    pay_debt(session)
    sync(session)
    device.server.settle()
    result = sync(session)
    held = quarantined(session.store.db)
    assert [one.code for one in held] == ["apply.unknown_debt"]
    assert held[0].ar
    assert result.attention == 1
    assert result.outcome in (Outcome.NOTHING_TO_SEND, Outcome.DELIVERED)


def test_what_was_read_before_a_new_version_came_is_pinned_as_what_it_was(device: EnrolledDevice) -> None:
    session = device.unlock("TEL-1")
    sync(session)
    assert session.reference.policy_book
    before = session.reference.version("policy")
    text = shipped_trial_data().policy.decode()
    load_text(device.server.centre, "policy", text + "\n# newer still\n")
    assert sync(session).applied == ["policy"]
    assert session.reference.version("policy") == before
    assert device.unlock("TEL-1").reference.version("policy").version > before.version
    load_text(device.server.centre, "policy", text)
