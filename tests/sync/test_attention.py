"""What a person at the centre decides about an entry clears on the device that waits for it."""

import secrets

from central.outcomes import DECIDED
from central.people import add_staff, revoke_staff
from central.quarantines import Decision, list_held, settle_held
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.store.debts.read import shown_debts
from kiosk.store.sync_state import decided, quarantined
from tests.acts import begin, collection
from tests.central.server import UNIT
from tests.sync.enrolled import EnrolledDevice, sync


def balance(session: Session) -> int:
    store = session.store
    return sum(one.balance for one in shown_debts(store.db, store.unlocked.stream, "DBT-7"))


def round_trip(device: EnrolledDevice, session: Session) -> int:
    """A round, what it makes the centre do, and the round after it; how much then needs attention."""
    sync(session)
    device.server.settle()
    return sync(session).attention


def test_a_decision_clears_what_needs_attention_and_the_balance_never_moves(device: EnrolledDevice) -> None:
    centre = device.server.centre
    code = f"T-{secrets.token_hex(3).upper()}"
    device.server.activations[code] = add_staff(centre, code, UNIT, ("teller",)).activation
    sync(device.unlock("SUP-1"))
    device.add(code, "teller")
    session = device.unlock(code)
    begin(session)
    before = balance(session)
    revoke_staff(centre, code)
    collect(session, collection(session), Offer(cash=150_00))
    assert balance(session) == before - 150_00
    assert round_trip(device, session) > 0
    assert {one.code for one in quarantined(session.store.db)} == {"apply.revoked_staff"}
    assert balance(session) == before - 150_00
    device_code = session.store.device_signer.by
    with centre.storage.read() as db:
        waiting = [one.row.seq for one in list_held(db) if one.device == device_code]
    note = "راجعته مع المحصل\nوتأكدت"
    for seq in waiting:
        settle_held(centre, device_code, seq, Decision.APPLY, by="ADM-1", note=note)
    assert round_trip(device, session) == 0
    assert quarantined(session.store.db) == []
    told = decided(session.store.db)
    assert sorted(one.seq for one in told) == sorted(waiting)
    assert {(one.decision, one.note) for one in told} == {("applied", "راجعته مع المحصل وتأكدت")}
    assert {one.ar for one in told} == {DECIDED["applied"][0]}
    assert balance(session) == before - 150_00
