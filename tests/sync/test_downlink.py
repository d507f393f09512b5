"""Data of the centre comes into use whole and checked, or not at all, and says what it has counted."""

from dataclasses import replace

import pytest

from central.persons import read_person
from central.reference_data import load_text
from kiosk.core.debts.snapshot import SnapshotHash
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.times import utc_ms
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.store.datasets import current_dataset
from kiosk.store.debts.read import debts_of, shown_debts
from kiosk.store.sync_state import kept_anchor, quarantined
from kiosk.store.verify import verify
from kiosk.sync.debt_rows import read_debt_rows
from kiosk.sync.downlink import apply, apply_debts
from kiosk.sync.outcomes import Outcome
from kiosk.sync.place import Place
from kiosk.trial_data import shipped_trial_data
from tests.acts import ask, begin, collection, pay_debt, pay_for
from tests.sync.enrolled import EnrolledDevice, debtor_row, rounds, sync


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


def test_a_file_that_is_not_the_one_of_the_manifest_is_not_used(device: EnrolledDevice) -> None:
    with rounds(device.unlock("TEL-1")) as one:
        place = one.place
        ref = one.client.manifest().find("debts")
        assert ref is not None
        plain = one.client.file(ref)
        lines = plain.replace(b"9000000", b"9000001").split(b"\n")
        with pytest.raises(KnownError) as caught:
            apply_debts(place, replace(ref, version=ref.version + 1), lines)
    assert caught.value.code == "manifest.altered"
    assert verify(device.unlock("TEL-1").store).clean


def test_a_great_loss_of_debts_waits_for_a_person(device: EnrolledDevice) -> None:
    many = [debtor_row(f"DBT-M{n}", f"M-{n}", 100) for n in range(100)]
    few = many[:10]
    with rounds(device.unlock("TEL-1")) as one:
        place = one.place
        ref = one.client.manifest().find("debts")
        assert ref is not None
        version = ref.version
        for rows, accept, expected in ((many, False, None), (few, False, "held"), (few, True, None)):
            version += 1
            hashed = SnapshotHash()
            hashed.add(rows)
            lines = [canonical(row.plain()) for row in rows]
            new = replace(ref, version=version, hash=hashed.hexdigest(), applied=None)
            if expected is None:
                apply_debts(place, new, lines, accept_smaller=accept)
            else:
                with pytest.raises(KnownError) as caught:
                    apply_debts(place, new, lines, accept_smaller=accept)
                assert caught.value.code == "sync.debts_shrunk"
        assert len(debts_of(place.db, "DBT-M3")) == 1


@pytest.mark.parametrize(
    "line",
    [b"{}", b"[]", b'["a"]', b'["a","b","c","d",null,null,[["x"]]]', b"1", b"x", b'["a","b",1,2,3,4,5]'],
)
def test_a_line_that_is_no_debtor_is_refused(line: bytes) -> None:
    with pytest.raises(KnownError):
        list(read_debt_rows([line]))


def test_debtors_travel_as_they_are() -> None:
    rows = [debtor_row("DBT-1", "L-1", 5, "29001011234564"), debtor_row("DBT-2", "L-2", 0)]
    assert list(read_debt_rows(canonical(row.plain()) for row in rows)) == rows


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
