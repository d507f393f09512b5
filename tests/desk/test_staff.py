"""Staff come and go with an entry each; a cut between slot file and journal is mended at the next unlock."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.core.entries.keys import KeysPutBack
from kiosk.core.entries.staff import StaffAdded, StaffRemoved, StaffSecretChanged
from kiosk.core.errors import KnownError
from kiosk.desk.session import Act, Session
from kiosk.desk.shift_close import count
from kiosk.desk.shift_open import open_shift
from kiosk.desk.staff import add_person, change_own_secret, remove_person, renew_secret
from kiosk.desk.staff_repair import LOST
from kiosk.desk.unlock import lock, unlock
from kiosk.store.queries.shift import entries_of
from kiosk.store.queries.staff import members
from kiosk.store.secret_digits import generate_secret
from kiosk.store.slots import Slots
from kiosk.store.verify import verify
from tests.desk.conftest import CHEAP, SECRETS, Trial
from tests.desk.money import pay, pieces


class Cut(BaseException):
    """The plug is pulled: nothing after it runs, the transaction is not committed."""


class Door:
    """Opens one trial device, one person at a time."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._open: Session | None = None

    def __call__(self, code: str, typed: str | None = None) -> Session:
        self.shut()
        self._open = unlock(self.root, code, typed or SECRETS[code][0], opening=CHEAP)
        return self._open

    def shut(self) -> None:
        if self._open is not None:
            lock(self._open)
            self._open = None


@pytest.fixture
def door(trial: Trial) -> Iterator[Door]:
    made = Door(trial.root)
    yield made
    made.shut()


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def last(session: Session, kind: type) -> tuple[str | None, object]:
    found = [(entry.staff, body) for entry, body in entries_of(session.store.db, 1) if isinstance(body, kind)]
    return found[-1]


def active(session: Session) -> set[str]:
    return {one.code for one in members(session.store.db) if not one.removed}


def slots(session: Session) -> set[str]:
    return {one.code for one in session.store.slots.listed()}


def cut_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pull the plug after the slot file was written and before the act commits."""
    inner = Slots._write

    def write_then_cut(self: Slots, *args: object) -> None:
        inner(self, *args)  # type: ignore[arg-type]
        raise Cut

    monkeypatch.setattr(Slots, "_write", write_then_cut)


def test_a_person_who_is_added_can_work_at_once(door: Door) -> None:
    slot = add_person(door("SUP-1"), "TEL-9", ["teller"])
    session = door("TEL-9", slot.secret.digits.decode())
    open_shift(session, pieces(0))
    pay(session, 1000)
    by, body = last(session, StaffAdded)
    assert isinstance(body, StaffAdded)
    assert (by, body.member, body.roles, body.basis) == ("SUP-1", "TEL-9", ("teller",), "activation")
    assert body.public_key == session.store.unlocked.staff_key.public.hex()


def test_only_a_supervisor_adds_and_nobody_is_added_twice(door: Door) -> None:
    assert refused(lambda: add_person(door("TEL-1"), "TEL-9", ["teller"])) == "roles.supervisor_only"
    session = door("SUP-1")
    assert refused(lambda: add_person(session, "TEL-1", ["teller"])) == "slots.code_taken"
    assert refused(lambda: add_person(session, "tel 9", ["teller"])) == "slots.bad_code"
    assert refused(lambda: add_person(session, "TEL-9", [])) == "staff.no_such_role"
    assert refused(lambda: add_person(session, "TEL-9", ["technician"])) == "staff.no_such_role"
    assert (active(session), slots(session)) == (set(SECRETS), set(SECRETS))


def test_nobodys_validity_outlasts_that_of_who_added_him(door: Door) -> None:
    session = door("SUP-1")
    assert add_person(session, "TEL-9", ["teller"]).expires == session.store.unlocked.expires


def test_who_is_removed_gets_in_no_more(door: Door) -> None:
    session = door("SUP-1")
    remove_person(session, "TEL-2", "left")
    by, body = last(session, StaffRemoved)
    assert isinstance(body, StaffRemoved)
    assert (by, body.member, body.reason) == ("SUP-1", "TEL-2", "left")
    assert refused(lambda: door("TEL-2")) == "slots.wrong_secret"


def test_a_removed_person_does_not_come_back_with_an_old_slot_file(door: Door) -> None:
    session = door("SUP-1")
    old = [path.read_bytes() for path in session.store.folder.slots]
    remove_person(session, "TEL-2", "left")
    for path, data in zip(session.store.folder.slots, old, strict=True):
        path.write_bytes(data)
    assert refused(lambda: door("TEL-2")) == "slots.put_back"
    again = door("SUP-1")
    assert {slot.code for slot in again.store.slots.listed()} == set(SECRETS) - {"TEL-2"}
    found = last(again, KeysPutBack)[1]
    assert isinstance(found, KeysPutBack)
    assert found.expected == found.found + 1
    assert refused(lambda: door("TEL-2")) == "slots.wrong_secret"
    for path, data in zip(again.store.folder.slots, old, strict=True):
        path.write_bytes(data)
    assert refused(lambda: door("TEL-2")) == "slots.put_back"


def test_a_secret_that_was_changed_does_not_come_back_with_an_old_slot_file(door: Door) -> None:
    session = door("TEL-1")
    old = [path.read_bytes() for path in session.store.folder.slots]
    new = generate_secret()
    change_own_secret(session, SECRETS["TEL-1"][0], new, new.grouped())
    for path, data in zip(session.store.folder.slots, old, strict=True):
        path.write_bytes(data)
    assert refused(lambda: door("TEL-1")) == "slots.put_back"
    supervisor = door("SUP-1")
    assert refused(lambda: supervisor.store.unlock_another("TEL-1", SECRETS["TEL-1"][0])) == (
        "slots.wrong_secret"
    )
    renewed = add_person(supervisor, "TEL-1", ["teller"])
    assert door("TEL-1", renewed.secret.grouped()).staff == "TEL-1"


def test_the_holder_of_the_open_shift_is_not_removed(door: Door) -> None:
    open_shift(door("TEL-1"), pieces(0))
    session = door("SUP-1")
    before = session.store.journal.state()
    assert refused(lambda: remove_person(session, "TEL-1", "left")) == "staff.holds_shift"
    assert refused(lambda: remove_person(session, "NOBODY", "left")) == "slots.no_such_code"
    assert refused(lambda: remove_person(session, "SUP-1", "left")) == "slots.own_key"
    assert session.store.journal.state() == before


def test_who_forgot_his_secret_goes_on_with_his_shift_under_a_new_key(door: Door) -> None:
    open_shift(door("TEL-1"), pieces(1000))
    slot = renew_secret(door("SUP-1"), "TEL-1")
    assert refused(lambda: door("TEL-1")) == "slots.wrong_secret"
    session = door("TEL-1", slot.secret.digits.decode())
    by, body = last(session, StaffSecretChanged)
    assert isinstance(body, StaffSecretChanged)
    assert (by, body.member, body.cause) == ("SUP-1", "TEL-1", "forgotten")
    assert body.public_key == session.store.unlocked.staff_key.public.hex()
    assert count(session, pieces(1000)).over_short == 0


def test_a_person_changes_his_own_secret_after_typing_the_new_one_back(door: Door) -> None:
    session, new = door("TEL-1"), generate_secret()
    digits = new.digits.decode()
    change_own_secret(session, SECRETS["TEL-1"][0], new, new.grouped())
    by, body = last(session, StaffSecretChanged)
    assert isinstance(body, StaffSecretChanged)
    assert (by, body.member, body.cause) == ("TEL-1", "TEL-1", "own_wish")
    assert refused(lambda: door("TEL-1")) == "slots.wrong_secret"
    assert door("TEL-1", digits).staff == "TEL-1"


def test_a_wrong_current_secret_or_a_wrong_typing_changes_nothing(door: Door) -> None:
    session, new = door("TEL-1"), generate_secret()
    before = session.store.journal.state()
    typed = new.grouped()
    assert (
        refused(lambda: change_own_secret(session, SECRETS["TEL-2"][0], new, typed)) == "slots.wrong_secret"
    )
    assert refused(lambda: change_own_secret(session, SECRETS["TEL-1"][0], new, "1" * 14)) == (
        "staff.typed_back_differs"
    )
    assert session.store.journal.state() == before
    session = door("TEL-1")
    assert not [body for _, body in entries_of(session.store.db, 1) if isinstance(body, StaffSecretChanged)]


def test_an_addition_cut_off_leaves_a_slot_that_nobody_can_use_and_is_mended(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = door("SUP-1")
    known = generate_secret()
    digits = known.digits.decode()
    with monkeypatch.context() as patched:
        patched.setattr("kiosk.desk.first_access.generate_secret", lambda policy: known)
        cut_at_the_end(patched)
        with pytest.raises(Cut):
            add_person(session, "TEL-9", ["teller"])
    assert ("TEL-9" in slots(session), "TEL-9" in active(session)) == (True, False)
    assert refused(lambda: door("TEL-9", digits)) == "unlock.half_added"
    session = door("SUP-1")
    assert "TEL-9" not in slots(session)
    slot = add_person(session, "TEL-9", ["teller"])
    assert door("TEL-9", slot.secret.digits.decode()).staff == "TEL-9"


def test_an_addition_cut_off_is_mended_by_the_next_addition_of_the_same_session(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = door("SUP-1")
    with monkeypatch.context() as patched:
        cut_at_the_end(patched)
        with pytest.raises(Cut):
            add_person(session, "TEL-9", ["teller"])
    add_person(session, "TEL-9", ["teller"])
    assert active(session) == slots(session) == {*SECRETS, "TEL-9"}


def test_a_removal_cut_off_gets_its_entry_at_the_next_unlock_of_a_supervisor(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = door("SUP-1")
    slot = next(one.slot_id for one in session.store.slots.listed() if one.code == "TEL-2")
    with monkeypatch.context() as patched:
        cut_at_the_end(patched)
        with pytest.raises(Cut):
            remove_person(session, "TEL-2", "left")
    assert ("TEL-2" in slots(session), "TEL-2" in active(session)) == (False, True)
    assert "TEL-2" in active(door("TEL-1"))
    session = door("SUP-2")
    by, body = last(session, StaffRemoved)
    assert isinstance(body, StaffRemoved)
    assert (by, body.member, body.slot, body.reason) == ("SUP-2", "TEL-2", slot, LOST)
    assert active(session) == slots(session)


@pytest.mark.parametrize("writes", [1, 2])
def test_a_renewal_cut_off_ends_without_the_person_and_he_is_added_again(
    door: Door, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    session, inner, made = door("SUP-1"), Slots._write, []

    def cut_after(self: Slots, *args: object) -> None:
        inner(self, *args)  # type: ignore[arg-type]
        made.append(1)
        if len(made) == writes:
            raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(Slots, "_write", cut_after)
        with pytest.raises(Cut):
            renew_secret(session, "TEL-1")
    session = door("SUP-1")
    assert active(session) == slots(session) == set(SECRETS) - {"TEL-1"}
    slot = add_person(session, "TEL-1", ["teller"])
    assert door("TEL-1", slot.secret.digits.decode()).staff == "TEL-1"


def test_a_changed_secret_cut_off_from_its_entry_gets_it_when_its_owner_comes_back(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, new = door("TEL-1"), generate_secret()
    digits = new.digits.decode()
    with monkeypatch.context() as patched:
        cut_at_the_end(patched)
        with pytest.raises(Cut):
            change_own_secret(session, SECRETS["TEL-1"][0], new, digits)
    session = door("TEL-1", digits)
    changes = [body for _, body in entries_of(session.store.db, 1) if isinstance(body, StaffSecretChanged)]
    assert [(body.member, body.cause) for body in changes] == [("TEL-1", "own_wish")]
    session = door("TEL-1", digits)
    again = [body for _, body in entries_of(session.store.db, 1) if isinstance(body, StaffSecretChanged)]
    assert again == changes


def test_a_change_cut_off_before_it_happened_leaves_the_old_secret_and_no_entry(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, new = door("TEL-1"), generate_secret()
    typed = new.grouped()

    def cut(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(Act, "append", cut)
        with pytest.raises(Cut):
            change_own_secret(session, SECRETS["TEL-1"][0], new, typed)
    session = door("TEL-1")
    assert not [body for _, body in entries_of(session.store.db, 1) if isinstance(body, StaffSecretChanged)]


def test_a_journal_of_comings_and_goings_is_sound(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    session = door("SUP-1")
    added = add_person(session, "TEL-9", ["teller", "supervisor"])
    forgotten = renew_secret(session, "TEL-1")
    remove_person(session, "TEL-2", "left")
    with monkeypatch.context() as patched:
        cut_at_the_end(patched)
        with pytest.raises(Cut):
            remove_person(session, "INS-1", "left")
    session, new = door("TEL-9", added.secret.digits.decode()), generate_secret()
    digits = new.digits.decode()
    change_own_secret(session, added.secret.grouped(), new, digits)
    open_shift(door("TEL-1", forgotten.secret.digits.decode()), pieces(0))
    session = door("TEL-9", digits)
    assert verify(session.store).clean
    add_person(session, "TEL-2", ["collector"])
    assert verify(session.store).clean


def test_what_cannot_be_mended_now_keeps_nobody_out(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise KnownError("store.disk_full")

    monkeypatch.setattr("kiosk.desk.unlock.repair_staff", full)
    assert door("SUP-1").staff == "SUP-1"
