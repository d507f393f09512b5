"""Personal data go when their time is over or a decision says so; facts stay, and the journal tells it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kiosk.core.entries.privacy import PersonErased
from kiosk.core.entries.registry import REGISTRY
from kiosk.core.errors import KnownError
from kiosk.core.roles import Right
from kiosk.core.wire.entry import parse_entry
from kiosk.desk.privacy import (
    Decision,
    Erased,
    erase_due,
    erase_person,
    privacy_due,
    propose_erasure,
)
from kiosk.desk.privacy_register import privacy_register
from kiosk.desk.session import Session
from kiosk.store.drafts import draft_kinds, save_draft
from kiosk.store.retention import held_records
from kiosk.store.verify import verify
from tests.acts import ask, begin, owe, pay_debt, pay_for
from tests.desk.conftest import SECRETS, Trial
from tests.desk.forms import MOBILE, NUMBER

OTHER_NUMBER = "28512250100013"
DECISION = Decision(NUMBER, "12/2026", "SUP-2")
PAGE, RESERVED = 4096, 80


@pytest.fixture
def leader(trial: Trial) -> Session:
    """The supervisor, after a teller took a request with its fee, and a debt from somebody else."""
    session = trial.unlock("TEL-1")
    begin(session)
    pay_for(session, ask(session, mobile=MOBILE))
    pay_debt(session)
    return trial.unlock("SUP-1")


def records(session: Session) -> list[str]:
    rows = session.store.db.conn.execute("SELECT id FROM person WHERE wrapped_key NOT NULL ORDER BY id")
    return [one for (one,) in rows]


def erasures(session: Session) -> list[PersonErased]:
    entries = [parse_entry(one.data) for one in session.store.journal.records()]
    return [
        body
        for body in (REGISTRY.decode(one.type, one.tv, one.body) for one in entries)
        if isinstance(body, PersonErased)
    ]


def by_decision(session: Session, decision: Decision = DECISION) -> Erased:
    proposal = propose_erasure(session, decision)
    secret = SECRETS[decision.approver][0]
    with session.approver(proposal, decision.approver, secret, Right.PERSON_ERASE_APPROVE) as approval:
        return erase_person(session, decision, approval)


class TestRetention:
    def test_within_its_time_nothing_is_due(self, trial: Trial, leader: Session) -> None:
        trial.clocks.pass_time(timedelta(days=89))
        assert privacy_due(leader).records == ()
        with pytest.raises(KnownError) as caught:
            erase_due(leader)
        assert caught.value.code == "privacy.nothing_due"

    def test_past_its_time_every_record_of_a_kind_goes_and_the_facts_stay(
        self, trial: Trial, leader: Session
    ) -> None:
        before = [one.data for one in leader.store.journal.records()]
        gone = records(leader)
        trial.clocks.pass_time(timedelta(days=92))
        assert {one.kind for one in privacy_due(leader).records} == {"request_person", "payer"}
        done = erase_due(leader)
        assert (done.records, len(done.entries)) == (2, 2)
        assert records(leader) == []
        assert [one.data for one in leader.store.journal.records()][: len(before)] == before
        assert {one.rule: one.persons for one in erasures(leader)}.keys() == {"request_person", "payer"}
        assert sorted(one for body in erasures(leader) for one in body.persons) == gone
        assert leader.store.db.execute("SELECT count(*) FROM person_index").fetchone() == (0,)
        assert verify(leader.store).clean

    def test_a_clock_that_jumps_makes_nothing_old(self, trial: Trial, leader: Session) -> None:
        leader.moment()
        trial.clocks.utc_ms += 400 * 86_400_000
        assert privacy_due(leader).records == ()

    def test_a_record_is_as_old_as_the_newest_entry_that_names_it(self, leader: Session) -> None:
        """The fee was paid after the request was taken, by the same person."""
        (held,) = [one for one in held_records(leader.store.db) if one.kind == "request_person"]
        entry = parse_entry(next(iter(leader.store.journal.records(held.seq, held.seq))).data)
        assert (entry.type, entry.at) == ("payment.taken", held.at)

    def test_unfinished_forms_go_without_an_entry(self, trial: Trial, leader: Session) -> None:
        save_draft(leader.store.db, "TEL-1", "request", {"name": "منى"}, leader.moment().at)
        trial.clocks.pass_time(timedelta(days=5))
        save_draft(leader.store.db, "TEL-2", "request", {"name": "سعاد"}, leader.moment().at)
        trial.clocks.pass_time(timedelta(days=4))
        entries = leader.store.journal.state().seq
        assert erase_due(leader) == Erased((), 0, 1)
        assert draft_kinds(leader.store.db, "TEL-1") == ()
        assert draft_kinds(leader.store.db, "TEL-2") == ("request",)
        assert leader.store.journal.state().seq == entries

    def test_without_a_period_nothing_goes(
        self, trial: Trial, leader: Session, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        policy = leader.reference.policy(leader.today())
        timeless = replace(policy, retention=tuple(replace(one, days=None) for one in policy.retention))
        monkeypatch.setattr(type(leader.reference), "policy", lambda _reference, _day: timeless)
        trial.clocks.pass_time(timedelta(days=4_000))
        assert privacy_due(leader).records == ()


class TestDecision:
    @pytest.mark.parametrize("typed", [NUMBER, f" {NUMBER[:7]} {NUMBER[7:]} ", MOBILE, "٢٩٠٠١٠١١٢٣٤٥٦٤"])
    def test_a_citizen_is_erased_by_any_of_his_numbers_with_two_signatures(
        self, leader: Session, typed: str
    ) -> None:
        save_draft(leader.store.db, "TEL-1", "request", {"number": NUMBER}, leader.moment().at)
        done = by_decision(leader, replace(DECISION, number=typed))
        assert (done.records, len(records(leader))) == (1, 1)
        (body,) = erasures(leader)
        assert (body.basis, body.case, body.approver) == ("law", "12/2026", "SUP-2")
        assert done.drafts == (0 if typed == MOBILE else 1)
        assert verify(leader.store).clean

    def test_nobody_erases_alone(self, leader: Session) -> None:
        proposal = propose_erasure(leader, replace(DECISION, approver="SUP-1"))
        with pytest.raises(KnownError) as caught:
            leader.approver(proposal, "SUP-1", SECRETS["SUP-1"][0], Right.PERSON_ERASE_APPROVE)
        assert caught.value.code == "entry.same_person"

    @pytest.mark.parametrize("number", [OTHER_NUMBER, "", "1"])
    def test_a_number_of_nobody_is_said(self, leader: Session, number: str) -> None:
        with pytest.raises(KnownError) as caught:
            by_decision(leader, replace(DECISION, number=number))
        assert caught.value.code == "privacy.nobody"
        assert len(records(leader)) == 2

    def test_what_the_second_person_saw_is_what_is_erased(self, leader: Session) -> None:
        proposal = propose_erasure(leader, DECISION)
        other = replace(DECISION, case="13/2026")
        with (
            leader.approver(proposal, "SUP-2", SECRETS["SUP-2"][0], Right.PERSON_ERASE_APPROVE) as approval,
            pytest.raises(KnownError) as caught,
        ):
            erase_person(leader, other, approval)
        assert caught.value.code == "approval.changed"
        assert len(records(leader)) == 2

    def test_only_a_supervisor_may(self, trial: Trial, leader: Session) -> None:
        assert leader.staff == "SUP-1"
        for code in ("TEL-1", "INS-1"):
            with pytest.raises(KnownError) as caught:
                by_decision(trial.unlock(code))
            assert caught.value.code == "roles.supervisor_only"


class TestWhatStays:
    def test_an_entry_whose_key_came_back_is_named(self, leader: Session) -> None:
        """A row put back from a copy: the trigger is dropped as somebody with the data key could."""
        (record,) = [one for one in records(leader) if one in proposed(leader)]
        (key,) = leader.store.db.conn.execute(
            "SELECT wrapped_key FROM person WHERE id = ?", (record,)
        ).fetchone()
        by_decision(leader)
        (guard,) = leader.store.db.conn.execute(
            "SELECT sql FROM sqlite_schema WHERE name = 'person_only_erased'"
        ).fetchone()
        leader.store.db.conn.execute("DROP TRIGGER person_only_erased")
        leader.store.db.conn.execute("UPDATE person SET wrapped_key = ? WHERE id = ?", (key, record))
        leader.store.db.conn.execute(guard)
        assert {one.code for one in verify(leader.store).errors()} == {"verify.not_erased"}

    def test_no_page_of_the_database_or_its_log_still_holds_the_key(
        self, trial: Trial, leader: Session
    ) -> None:
        keys = dict(leader.store.db.conn.execute("SELECT id, wrapped_key FROM person").fetchall())
        gone = proposed(leader)
        dek = bytes(leader.store.unlocked.dek)
        leader.store.db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        pages = decrypted(trial.root / "kiosk.db", dek)
        assert all(key in pages for key in keys.values())
        by_decision(leader)
        assert (trial.root / "kiosk.db-wal").stat().st_size == 0
        pages = decrypted(trial.root / "kiosk.db", dek)
        left = {record for record, key in keys.items() if any(part in pages for part in parts_of(key))}
        assert left == set(keys) - set(gone)


def proposed(session: Session) -> tuple[str, ...]:
    """The records that the decision is about."""
    body = propose_erasure(session, DECISION).body
    assert isinstance(body, PersonErased)
    return body.persons


def parts_of(key: bytes) -> list[bytes]:
    """Every eight bytes of a wrapped key: a shorter row may overwrite some of it."""
    return [key[at : at + 8] for at in range(len(key) - 7)]


def decrypted(database: Path, dek: bytes) -> bytes:
    """All pages of a database as who has the data key could read them: AES-256-CBC, the IV at the end."""
    data = database.read_bytes()
    plain = []
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        iv = page[PAGE - RESERVED : PAGE - RESERVED + 16]
        body = page[16 if start == 0 else 0 : PAGE - RESERVED]
        cipher = Cipher(algorithms.AES(dek), modes.CBC(iv)).decryptor()
        plain.append(cipher.update(body) + cipher.finalize())
    return b"\n".join(plain)


class TestRegister:
    def test_it_counts_what_is_held_and_names_nobody(self, leader: Session) -> None:
        owe(leader)
        save_draft(leader.store.db, "TEL-1", "request", {"number": NUMBER}, leader.moment().at)
        made = privacy_register(leader)
        held = {one.kind: one for one in made.holdings}
        assert {kind: one.count for kind, one in held.items()} == {
            "request_person": 1,
            "payer": 1,
            "draft": 1,
            "log": 0,
            "scan": 0,
            "crash_report": 0,
            "debtor": 1,
        }
        assert held["request_person"].only_here == 1
        assert held["request_person"].days == 90
        assert "151/2020" in held["payer"].source
        assert NUMBER not in repr(made)
        by_decision(leader)
        later = privacy_register(leader)
        assert later.erased == 1
        assert [one.count for one in later.holdings][:3] == [0, 1, 0]

    def test_a_teller_does_not_read_it(self, trial: Trial, leader: Session) -> None:
        assert leader.staff == "SUP-1"
        with pytest.raises(KnownError) as caught:
            privacy_register(trial.unlock("TEL-1"))
        assert caught.value.code == "roles.no_right"
