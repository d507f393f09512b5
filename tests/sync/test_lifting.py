"""An incident is lifted by the centre alone: by a signed order or its answer, each once, and journalled."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.incident_answers import answer_challenge, write_order
from central.schema import lifting
from kiosk.core.errors import KnownError
from kiosk.core.wire.entry import parse_entry
from kiosk.core.wire.numbers import with_check
from kiosk.core.wire.order import PURPOSE, Order
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.signed import kid_of, sign_object
from kiosk.desk.lifting import challenge, lift_by_answer, lift_by_order
from kiosk.desk.session import Session
from kiosk.link.centre import CentreClient
from kiosk.store.incidents import incident_stands, note_incident, standing_incidents
from kiosk.store.sync_state import quarantined
from tests.acts import ask, begin, pay_for
from tests.sync.enrolled import EnrolledDevice, sync


def refused(session: Session, order: bytes) -> str:
    with pytest.raises(KnownError) as caught:
        lift_by_order(session, order)
    return caught.value.code


def note(session: Session, detail: str = "tpm.counter") -> int:
    found = note_incident(session.store, "rollback", detail, session.moment())
    assert found.seq is not None
    return found.seq


def types(session: Session, last: int) -> list[str]:
    seq = session.store.journal.state().seq
    return [parse_entry(one.data).type for one in session.store.journal.records(seq - last + 1)]


def device_of(session: Session) -> str:
    return session.store.journal.state().device


@pytest.fixture
def stopped(copy: EnrolledDevice) -> Session:
    """A teller whose device has an incident; it sends nothing."""
    session = copy.unlock("TEL-1")
    note(session)
    with pytest.raises(KnownError) as caught:
        begin(session)
    assert caught.value.code == "stop.incident"
    return session


class TestAnOrder:
    def order(self, copy: EnrolledDevice, session: Session, through: int | None = None) -> bytes:
        seq = session.store.journal.state().seq
        _, data = write_order(copy.server.centre, device_of(session), seq if through is None else through)
        return data

    def test_lifts_once_and_is_told(self, copy: EnrolledDevice, stopped: Session) -> None:
        data = self.order(copy, stopped)
        (lifted,) = lift_by_order(stopped, data).incidents
        assert lifted.kind == "rollback"
        assert not incident_stands(stopped.store.db)
        assert types(stopped, 2) == ["technical.incident_lifted", "technical.order_done"]
        begin(stopped)
        pay_for(stopped, ask(stopped))
        note(stopped, "another")
        assert refused(stopped, data) == "lift.order_done"

    def test_lifts_nothing_that_came_after_it(self, copy: EnrolledDevice, stopped: Session) -> None:
        (standing,) = standing_incidents(stopped.store.db)
        assert standing.seq is not None
        assert refused(stopped, self.order(copy, stopped, standing.seq - 1)) == "lift.other_incident"
        assert incident_stands(stopped.store.db)

    def test_is_for_one_device(self, copy: EnrolledDevice, stopped: Session) -> None:
        order, _ = write_order(copy.server.centre, device_of(stopped), 999)
        other = Order(**{**vars(order), "device": "D99999999"})
        assert refused(stopped, copy.server.centre.sign(PURPOSE, other)) == "lift.not_ours"

    def test_is_signed_by_the_centre(self, copy: EnrolledDevice, stopped: Session) -> None:
        order, _ = write_order(copy.server.centre, device_of(stopped), 999)
        now = copy.server.centre.now()
        forged = sign_record(
            PURPOSE, order, key=Ed25519PrivateKey.generate(), issued=now, expires=now + timedelta(days=1)
        )
        assert refused(stopped, forged) == "signed.unknown_key"

    def test_of_a_kind_that_nobody_knows_does_nothing(self, copy: EnrolledDevice, stopped: Session) -> None:
        order, _ = write_order(copy.server.centre, device_of(stopped), 999)
        odd = copy.server.centre.sign(PURPOSE, Order(**{**vars(order), "kind": "dance"}))
        assert refused(stopped, odd) == "lift.unknown_order"

    def test_runs_out_by_time_that_surely_passed(
        self, copy: EnrolledDevice, stopped: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = self.order(copy, stopped)
        late = stopped.believed_ms() + 8 * 86_400_000
        monkeypatch.setattr(stopped, "believed_ms", lambda: late)
        assert refused(stopped, data) == "lift.expired"

    def test_without_an_incident_is_not_used_up(self, copy: EnrolledDevice, stopped: Session) -> None:
        first, second = self.order(copy, stopped), self.order(copy, stopped)
        lift_by_order(stopped, first)
        assert refused(stopped, second) == "lift.no_incident"
        note(stopped, "another")
        assert refused(stopped, second) == "lift.other_incident"

    def test_numbers_rise_for_each_device(self, copy: EnrolledDevice, stopped: Session) -> None:
        first, _ = write_order(copy.server.centre, device_of(stopped), 1)
        second, _ = write_order(copy.server.centre, device_of(stopped), 1)
        assert (second.epoch, second.n) == (first.epoch, first.n + 1)


class TestAnAnswer:
    @pytest.fixture
    def stopped(self, device: EnrolledDevice) -> Session:
        """The centre has this device's journal, and in it the key; the incident it has not."""
        sync(device.unlock("SUP-1"))
        session = device.unlock("TEL-1")
        note(session)
        return session

    def wrong(self, session: Session, typed: str) -> tuple[str, object]:
        with pytest.raises(KnownError) as caught:
            lift_by_answer(session, typed)
        return caught.value.code, caught.value.params.get("left")

    def test_lifts_and_the_centre_remembers(self, device: EnrolledDevice, stopped: Session) -> None:
        asked = challenge(stopped)
        assert challenge(stopped) == asked, "the same digits until they are answered"
        answer = answer_challenge(device.server.centre, device_of(stopped), asked.digits)
        assert len(answer) == 18
        lift_by_answer(stopped, f"{answer[:4]} {answer[4:8]}-{answer[8:]}")
        assert not incident_stands(stopped.store.db)
        assert types(stopped, 1) == ["technical.incident_lifted"]
        begin(stopped)
        with device.server.centre.storage.read() as db:
            kept = db.execute(lifting.select().where(lifting.c.device == device_of(stopped))).all()
        assert [(one.how, one.what) for one in kept] == [("answer", asked.digits)]
        assert sync(stopped).error is None

    def test_works_once_and_for_no_other_device(self, device: EnrolledDevice, stopped: Session) -> None:
        asked = challenge(stopped)
        answer = answer_challenge(device.server.centre, device_of(stopped), asked.digits)
        lift_by_answer(stopped, answer)
        note(stopped, "another")
        assert challenge(stopped).digits != asked.digits
        assert self.wrong(stopped, answer)[0] == "lift.wrong_answer"

    def test_misheard_digits_cost_no_try(self, stopped: Session) -> None:
        before = challenge(stopped).tries_left
        assert self.wrong(stopped, "123456789012345678")[0] == "number.check"
        assert self.wrong(stopped, "1234")[0] == "number.length"
        assert challenge(stopped).tries_left == before

    def test_wrong_answers_are_counted_told_and_end_in_a_pause(
        self, stopped: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        guess = with_check("1" * 16)
        asked = challenge(stopped)
        left = [self.wrong(stopped, guess)[1] for _ in range(asked.tries_left)]
        assert left == [4, 3, 2, 1, 0]
        assert types(stopped, 5) == ["technical.answer_refused"] * 5
        assert self.wrong(stopped, guess)[0] == "lift.wait"
        believed = stopped.believed_ms()
        monkeypatch.setattr(stopped, "believed_ms", lambda: believed + 14 * 60_000)
        assert self.wrong(stopped, guess)[0] == "lift.wait"
        monkeypatch.setattr(stopped, "believed_ms", lambda: believed + 16 * 60_000)
        assert challenge(stopped).digits != asked.digits

    def test_tries_stay_used_over_a_restart(self, device: EnrolledDevice, stopped: Session) -> None:
        asked = challenge(stopped)
        self.wrong(stopped, with_check("1" * 16))
        again = challenge(device.unlock("TEL-1"))
        assert (again.digits, again.tries_left) == (asked.digits, asked.tries_left - 1)

    def test_a_newer_incident_needs_a_new_challenge(self, stopped: Session) -> None:
        asked = challenge(stopped)
        later = note(stopped, "another")
        assert challenge(stopped).digits != asked.digits
        assert challenge(stopped).through >= later

    def test_without_the_key_at_the_centre_there_is_no_answer(self, copy: EnrolledDevice) -> None:
        session = copy.unlock("TEL-1")
        with pytest.raises(KnownError) as caught:
            answer_challenge(copy.server.centre, device_of(session), with_check("1" * 10))
        assert caught.value.code == "central.no_lifting_key"

    def test_the_key_stands_readable_nowhere_in_the_journal(self, device: EnrolledDevice) -> None:
        session = device.unlock("TEL-1")
        row = session.store.db.conn.execute("SELECT value FROM setting WHERE name = 'lifting_key'").fetchone()
        key = json.loads(row[0])
        assert len(key) == 64
        assert all(key.encode() not in one.data for one in session.store.journal.records())


def test_a_fork_found_by_sync_stops_new_money_until_it_is_lifted(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    device.close()
    copy = EnrolledDevice(tmp_path / "copy", device.server, device.secrets)
    shutil.copytree(device.root, copy.root)
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    device.close()
    session = copy.unlock("TEL-1")
    begin(session)
    tracking = ask(session)
    sync(session)
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "stop.incident"
    ask(session)
    _, order = write_order(device.server.centre, device_of(session), session.store.journal.state().seq)
    lift_by_order(session, order)
    with pytest.raises(KnownError) as caught:
        pay_for(session, tracking)
    assert caught.value.code == "book.retired", "the numbers of a fork are not given out any more"
    sync(session)
    assert not incident_stands(session.store.db), "what was lifted is not noted again"
    copy.close()


class TestAnOrderFetchedBySync:
    def test_lifts_what_stands_and_leaves_with_the_same_round(self, device: EnrolledDevice) -> None:
        session = device.unlock("TEL-1")
        sync(session)
        write_order(device.server.centre, device_of(session), note(session))
        result = sync(session)
        assert result.error is None
        assert not incident_stands(session.store.db)
        assert result.attention == len(quarantined(session.store.db))
        assert (result.acknowledged, types(session, 2)[-1]) == (result.entries, "technical.order_done")
        begin(session)

    def test_is_not_asked_for_while_nothing_stands_and_not_done_twice(self, device: EnrolledDevice) -> None:
        session = device.unlock("TEL-1")
        write_order(device.server.centre, device_of(session), 9_999)
        sync(session)
        assert "technical.order_done" not in types(session, 3)
        note(session)
        sync(session)
        note(session, "another")
        sync(session)
        assert incident_stands(session.store.db)

    def test_lifts_nothing_on_an_older_copy_of_the_disk_that_did_not_see_it(
        self, device: EnrolledDevice, tmp_path: Path
    ) -> None:
        session = device.unlock("TEL-1")
        sync(session)
        device.close()
        older = EnrolledDevice(tmp_path / "older", device.server, device.secrets)
        shutil.copytree(device.root, older.root)
        session = device.unlock("TEL-1")
        for n in range(4):
            note(session, f"another.{n}")
        write_order(device.server.centre, device_of(session), session.store.journal.state().seq)
        assert sync(session).error is None
        assert not incident_stands(session.store.db)
        session = older.unlock("TEL-1")
        for _ in range(3):
            sync(session)
            assert incident_stands(session.store.db), "what stopped this disk was never lifted"
        older.close()

    def test_of_another_device_lifts_nothing(
        self, device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        session = device.unlock("TEL-1")
        note(session)
        order, _ = write_order(device.server.centre, device_of(session), 9_999)
        other = device.server.centre.sign(PURPOSE, Order(**{**vars(order), "device": "D99999999"}))
        monkeypatch.setattr(CentreClient, "orders", lambda _self: (other,))
        assert [one.code for one in sync(session).faults] == ["lift.not_ours"]
        assert incident_stands(session.store.db)

    def test_is_carried_out_though_another_cannot_be_read(
        self, device: EnrolledDevice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An order of a later release, or one whose signer nobody here knows, blocks nothing that follows."""
        session = device.unlock("TEL-1")
        centre, moment = device.server.centre, datetime.now(UTC)
        _, good = write_order(centre, device_of(session), note(session))
        later = sign_object(
            PURPOSE, {"of": "a later release"}, key=centre.keys.ack, kid=kid_of(centre.keys.ack.public_key()),
            issued=moment, expires=moment + timedelta(days=7),
        )  # fmt: skip
        monkeypatch.setattr(CentreClient, "orders", lambda _self: (later, good))
        result = sync(session)
        assert [one.code for one in result.faults] == ["protocol.malformed"]
        assert (result.error, result.waiting, incident_stands(session.store.db)) == (None, 0, False)
