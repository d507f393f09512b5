"""The certificate of a device is renewed by itself, whatever is cut, and one that works is always there."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import delete, select, update

from central.ca import DEVICE_DAYS, issue_device
from central.schema import certificate
from central.schema import device as device_table
from kiosk.core.clock import ClockReading
from kiosk.core.errors import KnownError
from kiosk.core.wire import enrolment
from kiosk.core.wire.pki import read_certificate
from kiosk.desk.session import Session
from kiosk.link.centre import CentreClient
from kiosk.store import renewal as kept
from kiosk.store.moments import read_clocks
from kiosk.store.renewal import Renewal, blank_keys, keep_renewal, pair_shown, renewal_of
from kiosk.store.sync_state import centre_of, keep_centre
from kiosk.sync import renewal as module
from kiosk.sync.beat import beat
from kiosk.sync.outcomes import Outcome, RoundResult
from kiosk.sync.round import SyncRound
from tests.central.server import TestServer
from tests.sync.enrolled import EnrolledDevice, make_enrolled, rounds, sync

DUE = DEVICE_DAYS * 2 // 3 + 1
"""Days after which a certificate is to be renewed."""
TYPE = "technical.certificate_renewed"


@pytest.fixture(scope="module")
def one(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrolledDevice]:
    """One device for all: its certificate is what each test makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        made = make_enrolled(tmp_path_factory.mktemp("renewed") / "device", server)
    made.unlock("SUP-1")
    yield made
    made.close()


@pytest.fixture
def session(one: EnrolledDevice) -> Session:
    """At work, with nothing renewed and nothing that waits."""
    assert one._open is not None
    set_state(one, "active")
    mine = certificate.c.device == one._open.store.unlocked.device
    with one.server.centre.storage.write() as db:
        db.execute(delete(certificate).where(mine))
    with one._open.store.transaction() as db:
        keep_renewal(db, Renewal())
    age(one, 0)
    sync(one._open)
    return one._open


def age(one: EnrolledDevice, days: int = DUE) -> tuple[str, str]:
    """Let the device have a certificate that the centre issued so many days ago; both in hex."""
    assert one._open is not None
    store, keys = one._open.store, one.server.centre.keys
    own, device = ec.generate_private_key(ec.SECP256R1()), store.unlocked.device
    assert device is not None
    made = one.server.centre.now() - timedelta(days=days)
    der = issue_device(device, "U-0101", own.public_key(), keys.ca, keys.ca_key, made)
    key = own.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    centre = centre_of(store.db)
    assert centre is not None
    with store.transaction() as db:
        keep_centre(db, replace(centre, certificate=der.hex(), tls_key=key.hex()))
    return der.hex(), key.hex()


def in_use(session: Session) -> tuple[str, str]:
    centre = centre_of(session.store.db)
    assert centre is not None
    return centre.certificate, centre.tls_key


def told(session: Session) -> list[str]:
    """The certificates of which the journal tells, by their hashes."""
    entries = (json.loads(one.data) for one in session.store.journal.records())
    return [entry["body"]["certificate"] for entry in entries if entry["type"] == TYPE]


def hash_of(der: str) -> str:
    return hashlib.sha256(bytes.fromhex(der)).hexdigest()


def issued(one: EnrolledDevice) -> list[str]:
    """Certificates that the centre issued to this device after its enrolment."""
    assert one._open is not None
    query = select(certificate.c.der).where(
        certificate.c.device == one._open.store.unlocked.device, certificate.c.how == "renewed"
    )
    with one.server.centre.storage.read() as db:
        return list(db.execute(query).scalars())


def set_state(one: EnrolledDevice, state: str) -> None:
    assert one._open is not None
    mine = device_table.c.code == one._open.store.unlocked.device
    with one.server.centre.storage.write() as db:
        db.execute(update(device_table).where(mine).values(state=state))


def well(result: RoundResult) -> None:
    assert (result.outcome.reached, result.error, result.faults, result.waiting) == (True, None, [], 0)


def test_a_young_certificate_stays(one: EnrolledDevice, session: Session) -> None:
    before = age(one, DUE - 2)
    well(sync(session))
    assert (pair_shown(session.store.db), issued(one)) == (before, [])


def test_at_two_thirds_of_its_life_a_new_one_with_a_new_key_comes_and_takes_its_place_once_it_was_taken(
    one: EnrolledDevice, session: Session
) -> None:
    before = age(one)
    with rounds(session) as same:
        well(same.run())
        (new,) = issued(one)
        assert in_use(session) == before, "the new one was not taken yet"
        assert pair_shown(session.store.db)[0] == new
        well(same.run())
    assert in_use(session)[0] == new
    assert in_use(session)[1] not in ("", before[1])
    assert renewal_of(session.store.db).key == "", "the key is kept once"
    well(sync(session))
    assert issued(one) == [new]
    assert told(session)[-1:] == [hash_of(new)]
    assert told(session).count(hash_of(new)) == 1
    assert one.at_centre() == one.here()
    left = read_certificate(bytes.fromhex(new)).not_valid_after_utc - one.server.centre.now()
    assert left > timedelta(days=DEVICE_DAYS - 1)


def lose_the_answer(patch: pytest.MonkeyPatch) -> None:
    real = CentreClient.renewal

    def lost(client: CentreClient, asked: bytes) -> bytes:
        real(client, asked)
        raise KnownError("sync.offline")

    patch.setattr(CentreClient, "renewal", lost)


def lose_the_power(patch: pytest.MonkeyPatch) -> None:
    """Between the answer and the end of the transaction that stores it."""
    real = kept.keep_renewal

    def cut(db: Any, renewal: Renewal) -> None:
        real(db, renewal)
        if renewal.certificate:
            raise RuntimeError("the power is gone")

    patch.setattr(module, "keep_renewal", cut)


@pytest.mark.parametrize("lose", [lose_the_answer, lose_the_power])
def test_what_is_cut_leaves_the_old_pair_and_the_next_round_gets_what_was_issued(
    one: EnrolledDevice, session: Session, lose: Any
) -> None:
    before = age(one)
    with pytest.MonkeyPatch.context() as patch:
        lose(patch)
        try:
            result = sync(session)
        except RuntimeError:
            result = None
        if result is not None:
            assert [fault.code for fault in result.faults] == ["sync.offline"]
    (new,) = issued(one)
    assert pair_shown(session.store.db) == before
    assert hash_of(new) not in told(session)
    well(sync(session))
    assert pair_shown(session.store.db)[0] == new, "the same request, the same certificate"
    assert issued(one) == [new]
    assert told(session).count(hash_of(new)) == 1


def days_later(patch: pytest.MonkeyPatch, days: int, *, boot: str | None = None) -> None:
    clocks = read_clocks()
    later = replace(clocks, utc_ms=clocks.utc_ms + days * 86_400_000)
    if boot is None:
        later = replace(later, utc_ms=clocks.utc_ms, mono_ms=clocks.mono_ms + days * 86_400_000 + 60_000)
    patch.setattr(module, "read_clocks", lambda: replace(later, boot=boot or clocks.boot))


def test_a_refusal_is_told_harms_nothing_and_is_asked_again_after_a_day_by_no_clock_that_somebody_sets(
    one: EnrolledDevice, session: Session
) -> None:
    before = age(one)
    set_state(one, "frozen")
    refused = sync(session)
    assert (refused.error, [fault.code for fault in refused.faults]) == (None, ["central.frozen"])
    assert renewal_of(session.store.db).refused == "central.frozen"
    set_state(one, "active")
    with pytest.MonkeyPatch.context() as patch:
        clocks = read_clocks()
        years = ClockReading(clocks.utc_ms + 10**12, clocks.boot, clocks.mono_ms)
        patch.setattr(module, "read_clocks", lambda: years)
        well(sync(session))
    assert pair_shown(session.store.db) == before
    with pytest.MonkeyPatch.context() as patch:
        days_later(patch, 1)
        well(sync(session))
    assert pair_shown(session.store.db)[0] == issued(one)[0]
    assert renewal_of(session.store.db).refused == ""


def test_after_a_restart_a_day_is_told_by_the_wall_clock_also_where_it_was_put_back(
    one: EnrolledDevice, session: Session
) -> None:
    clocks, days = read_clocks(), {0: False, 2: True, -4000: True}
    with session.store.transaction() as db:
        keep_renewal(db, Renewal(asked=ClockReading(clocks.utc_ms, "cd" * 16, clocks.mono_ms)))
    found = {}
    for passed in days:
        with rounds(session) as same, pytest.MonkeyPatch.context() as patch:
            days_later(patch, passed, boot="ab" * 16)
            found[passed] = same.own._may_ask()
    assert found == days


def test_the_clock_of_the_device_makes_no_certificate_old(
    one: EnrolledDevice, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    age(one, 10)
    monkeypatch.setattr(module, "now", lambda: one.server.centre.now() + timedelta(days=4000))
    days_later(monkeypatch, 4000)
    well(sync(session))
    assert issued(one) == []


def test_a_centre_that_has_no_such_page_is_asked_no_more_than_once_a_day(
    one: EnrolledDevice, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, asked = age(one), list[bytes]()

    def older(_client: CentreClient, data: bytes) -> bytes:
        asked.append(data)
        raise KnownError("sync.too_old")

    monkeypatch.setattr(CentreClient, "renewal", older)
    for _ in range(3):
        well(sync(session))
    assert (len(asked), pair_shown(session.store.db)) == (1, before)


def refuse_once(patch: pytest.MonkeyPatch, code: str) -> None:
    """As a proxy does that does not take what is shown."""
    real, refused = SyncRound._reach, list[str]()

    def reach(one: SyncRound, *args: Any) -> str:
        if not refused:
            refused.append(code)
            raise KnownError(code)
        return real(one, *args)

    patch.setattr(SyncRound, "_reach", reach)


@pytest.mark.parametrize("code", ["sync.certificate_refused", "sync.certificate_expired"])
def test_a_new_one_that_is_not_taken_gives_way_to_the_old_one_and_is_asked_for_anew_another_day(
    one: EnrolledDevice, session: Session, code: str
) -> None:
    before = age(one)
    well(sync(session))
    with pytest.MonkeyPatch.context() as patch:
        refuse_once(patch, code)
        well(sync(session))
    assert pair_shown(session.store.db) == in_use(session) == before
    assert renewal_of(session.store.db).refused == code
    with pytest.MonkeyPatch.context() as patch:
        days_later(patch, 1)
        well(sync(session))
    assert len(issued(one)) == 2, "with another key"


def test_one_that_was_revoked_is_not_tried_with_the_old_one(one: EnrolledDevice, session: Session) -> None:
    age(one)
    well(sync(session))
    shown = pair_shown(session.store.db)
    with pytest.MonkeyPatch.context() as patch:
        refuse_once(patch, "sync.certificate_revoked")
        assert sync(session).outcome is Outcome.CERTIFICATE
    assert pair_shown(session.store.db) == shown


def test_a_restored_centre_that_forgot_a_renewal_is_asked_for_another_and_shown_the_one_in_use(
    one: EnrolledDevice, session: Session
) -> None:
    age(one)
    well(sync(session))
    with rounds(session) as same:
        well(same.run())
        answer = beat(same.place, same.client)
        assert not same.own.renew_when_due(answer, [])
        with pytest.MonkeyPatch.context() as patch:
            days_later(patch, 1)
            assert same.own.renew_when_due(replace(answer, epoch=answer.epoch + 1), [])
            assert not same.own.renew_when_due(answer, [])
    assert len(issued(one)) == 2


def test_a_wipe_leaves_no_key_of_either(one: EnrolledDevice, session: Session) -> None:
    age(one)
    well(sync(session))
    assert renewal_of(session.store.db).key
    with session.store.transaction() as db:
        blank_keys(db)
    assert (in_use(session)[1], renewal_of(session.store.db).key) == ("", "")
    assert pair_shown(session.store.db)[1] == ""
