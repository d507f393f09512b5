"""Only whom the signed roster names comes in, once, with his own activation number."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from central.people import revoke_staff
from kiosk.core.errors import KnownError
from kiosk.core.wire.numbers import with_check
from kiosk.desk.session import Session
from kiosk.desk.staff import add_person, remove_person
from kiosk.store.queries.staff import members
from tests.acts import new_trial
from tests.central.server import TestServer
from tests.sync.enrolled import TECH, EnrolledDevice, new_person, sync


@contextmanager
def refused(session: Session, code: str) -> Iterator[None]:
    slots, seq = session.store.slots.listed(), session.store.journal.state().seq
    with pytest.raises(KnownError) as caught:
        yield
    assert caught.value.code == code, caught.value
    assert (session.store.slots.listed(), session.store.journal.state().seq) == (slots, seq)


def test_the_technician_is_gone_once_there_is_a_supervisor(device: EnrolledDevice) -> None:
    session = device.unlock("SUP-1")
    assert {one.code for one in session.store.slots.listed()} == {"SUP-1", "TEL-1"}
    assert [one.code for one in members(session.store.db)] == ["SUP-1", "TEL-1"]
    with pytest.raises(KnownError) as caught:
        session.store.unlock_another(TECH, "12345678901234")
    assert caught.value.code == "slots.wrong_secret"


def test_a_person_who_is_not_on_the_roster_does_not_come_in(device: EnrolledDevice) -> None:
    session = device.unlock("SUP-1")
    with refused(session, "access.not_in_roster"):
        add_person(session, "TEL-9", ["teller"], device.server.activations["TEL-1"])


def test_the_number_of_another_does_not_help(device: EnrolledDevice) -> None:
    session = device.unlock("SUP-1")
    for typed in (device.server.activations["TEL-1"], with_check("9" * 14)):
        with refused(session, "access.wrong_activation"):
            add_person(session, "COL-1", ["collector"], typed)
    with refused(session, "access.activation_needed"):
        add_person(session, "COL-1", ["collector"])


def test_nobody_gets_more_than_the_roster_gives(device: EnrolledDevice) -> None:
    session = device.unlock("SUP-1")
    with refused(session, "access.other_roles"):
        add_person(session, "COL-1", ["supervisor"], device.server.activations["COL-1"])


def test_a_number_lets_its_person_in_once(device: EnrolledDevice) -> None:
    session = device.unlock("SUP-1")
    number = device.server.activations["COL-1"]
    add_person(session, "COL-1", ["collector"], number)
    remove_person(session, "COL-1", "left")
    with refused(session, "access.wrong_activation"):
        add_person(session, "COL-1", ["collector"], number)


def test_who_was_added_or_revoked_at_the_centre_is_so_after_a_sync(
    server: TestServer, device: EnrolledDevice
) -> None:
    number = new_person(server, "TEL-7", "teller")
    session = device.unlock("SUP-1")
    with refused(session, "access.not_in_roster"):
        add_person(session, "TEL-7", ["teller"], number)
    assert "staff" in sync(session).applied
    add_person(session, "TEL-7", ["teller"], number)
    other = new_person(server, "TEL-8", "teller")
    revoke_staff(server.centre, "TEL-8")
    sync(session)
    with refused(session, "access.revoked"):
        add_person(session, "TEL-8", ["teller"], other)


def test_a_trial_takes_no_activation_number(tmp_path: object) -> None:
    trial = new_trial(tmp_path / "trial")  # type: ignore[operator]
    session = trial.unlock("SUP-1")
    with refused(session, "access.enrolled_only"):
        add_person(session, "TEL-9", ["teller"], with_check("9" * 14))
    trial.close()
