"""Who is revoked loses his slot, by sync or by a file on a locked store; forgeries lock nobody out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from central.people import revoke_staff
from central.tombstones import entomb
from kiosk.core.entries.keys import KeysOrderRefused
from kiosk.core.entries.staff import StaffRemoved
from kiosk.core.errors import KnownError
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.tombstone import TOMBSTONE, Tombstone
from kiosk.desk.session import Session
from kiosk.desk.shift_close import Closing, close, count
from kiosk.desk.shift_open import open_shift
from kiosk.store.layout import StoreFolder
from kiosk.store.queries.shift import entries_of
from kiosk.store.sync_state import quarantined
from kiosk.store.tombstone import lay, read_laid
from kiosk.store.verify import verify
from tests.acts import finish, tally
from tests.desk.money import pieces
from tests.sync.enrolled import EnrolledDevice, new_person, sync

numbers = iter(range(10_000))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def of_kind(session: Session, kind: type) -> list[tuple[str | None, object]]:
    return [(one.staff, body) for one, body in entries_of(session.store.db, 1) if isinstance(body, kind)]


@pytest.fixture
def leaver(device: EnrolledDevice) -> str:
    """One more teller of this device, who is about to leave."""
    code = f"TEL-9{next(numbers)}"
    new_person(device.server, code, "teller")
    sync(device.unlock("SUP-1"))
    device.add(code, "teller")
    return code


def entombed(session: Session, code: str) -> bool:
    store = session.store
    laid = read_laid(store.folder, store.db, store.unlocked.device, session.moment().at)
    return laid.names(code, "") is not None


def locked(device: EnrolledDevice) -> StoreFolder:
    device.close()
    return StoreFolder(device.root)


def test_a_tombstone_on_a_stick_keeps_a_person_out_while_the_store_is_locked(
    device: EnrolledDevice, leaver: str
) -> None:
    device.unlock(leaver)
    lay(locked(device), entomb(device.server.centre, leaver, "left"))
    assert refused(lambda: device.unlock(leaver)) == "slots.tombstoned"
    session = device.unlock("TEL-1")
    (removed,) = of_kind(session, StaffRemoved)[-1:]
    assert removed[0] is None
    assert isinstance(removed[1], StaffRemoved)
    assert removed[1].member == leaver
    assert removed[1].reason.startswith("tombstone:")
    assert leaver not in {slot.code for slot in session.store.slots.listed()}
    assert verify(session.store).clean
    assert sync(session).attention == 0


def test_an_old_slot_file_brings_no_entombed_person_back(device: EnrolledDevice, leaver: str) -> None:
    device.unlock(leaver)
    folder = locked(device)
    old = [path.read_bytes() for path in folder.slots]
    lay(folder, entomb(device.server.centre, leaver, "left"))
    device.unlock("TEL-1")
    folder = locked(device)
    for path, data in zip(folder.slots, old, strict=True):
        path.write_bytes(data)
    assert refused(lambda: device.unlock(leaver)) == "slots.tombstoned"
    assert device.unlock("TEL-1").staff == "TEL-1"


def test_a_tombstone_arrives_with_sync_too_and_a_later_one_lifts_it(
    device: EnrolledDevice, leaver: str
) -> None:
    entomb(device.server.centre, leaver, "left")
    sync(device.unlock("TEL-1"))
    device.unlock("TEL-1")
    assert refused(lambda: device.unlock(leaver)) == "slots.wrong_secret"
    assert entombed(device.unlock("SUP-1"), leaver)
    entomb(device.server.centre, leaver, "back", stands=False)
    sync(device.unlock("SUP-1"))
    assert not entombed(device.unlock("SUP-1"), leaver)


def test_forged_and_damaged_tombstones_lock_nobody_out_and_are_noted_once(device: EnrolledDevice) -> None:
    now = datetime.now(UTC)
    forged = sign_record(
        TOMBSTONE,
        Tombstone(staff="SUP-1", device=None, slot=None, number=99, stands=True, reason="x"),
        key=Ed25519PrivateKey.generate(),
        issued=now,
        expires=now + timedelta(days=1),
    )
    folder = locked(device)
    lay(folder, forged)
    (folder.tombstones / "broken.json").write_bytes(b'{"purpose":"tombst')
    (folder.tombstones / "huge.json").write_bytes(b"[" * 100_000)
    session = device.unlock("SUP-1")
    noted = {body.reason for _, body in of_kind(session, KeysOrderRefused)}  # type: ignore[attr-defined]
    assert "signed.unknown_key" in noted
    assert len(of_kind(session, KeysOrderRefused)) == 3
    assert len(of_kind(device.unlock("SUP-1"), KeysOrderRefused)) == 3


def test_what_cannot_be_a_tombstone_is_not_even_kept(device: EnrolledDevice) -> None:
    folder = locked(device)
    before = sorted(folder.tombstones.glob("*"))
    for data in (b"", b"{}", b'{"purpose":"wipe"}', b"\xff"):
        assert refused(lambda data=data: lay(folder, data)).startswith(("wire.", "signed."))  # type: ignore[misc]
    assert sorted(folder.tombstones.glob("*")) == before


def test_a_person_whom_the_roster_revokes_loses_his_slot_at_the_next_unlock_by_another(
    device: EnrolledDevice, leaver: str
) -> None:
    revoke_staff(device.server.centre, leaver)
    sync(device.unlock("TEL-1"))
    session = device.unlock("TEL-1")
    (last,) = of_kind(session, StaffRemoved)[-1:]
    assert isinstance(last[1], StaffRemoved)
    assert (last[1].member, last[1].reason.split(":")[0]) == (leaver, "roster")
    assert refused(lambda: device.unlock(leaver)) == "slots.wrong_secret"


def test_a_revoked_person_closes_his_open_shift_first(device: EnrolledDevice, leaver: str) -> None:
    open_shift(device.unlock(leaver), pieces(200_00))
    revoke_staff(device.server.centre, leaver)
    sync(device.unlock("TEL-1"))
    device.unlock("TEL-1")
    session = device.unlock(leaver)
    tally(session)
    finish(session)
    device.unlock("TEL-1")
    assert refused(lambda: device.unlock(leaver)) == "slots.wrong_secret"


def test_the_shift_of_an_entombed_person_is_counted_and_closed_by_a_supervisor(
    device: EnrolledDevice, leaver: str
) -> None:
    open_shift(device.unlock(leaver), pieces(200_00))
    lay(locked(device), entomb(device.server.centre, leaver, "left"))
    session = device.unlock("SUP-1")
    assert leaver not in {slot.code for slot in session.store.slots.listed()}
    count(session, pieces(200_00))
    z = close(session, Closing(kept=0))
    assert (z.holder, z.made_by, session.shift()) == (leaver, "SUP-1", None)
    assert open_shift(device.unlock("TEL-1"), pieces(200_00)).staff == "TEL-1"
    assert verify(device.unlock("SUP-1").store).clean


def test_nobody_is_stuck_when_the_only_supervisor_closes_for_the_removed_and_cash_is_missing(
    device: EnrolledDevice, leaver: str
) -> None:
    open_shift(device.unlock(leaver), pieces(200_00))
    lay(locked(device), entomb(device.server.centre, leaver, "left"))
    session = device.unlock("SUP-1")
    for _ in range(2):
        count(session, pieces(50_00))
    z = close(session, Closing(kept=0, reason="unknown", no_approver=True))
    assert z.close is not None
    assert z.close.unapproved == "no_approver"
    assert verify(session.store).clean
    sync(session)
    device.server.settle()
    sync(session)
    held = {one.seq: one.code for one in quarantined(session.store.db)}
    assert held[z.entry] == "apply.no_approver"
