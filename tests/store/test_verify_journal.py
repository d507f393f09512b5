"""The fast verification of the journal names what the whole one names, wherever its pieces begin."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.entries.registry import REGISTRY
from kiosk.core.wire.entry import Entry, entry_bytes, entry_hash, parse_entry
from kiosk.core.wire.totals import Totals
from kiosk.desk.session import Session
from kiosk.store.journal import CHECKPOINT_EVERY
from kiosk.store.verify import verify
from kiosk.store.verify_journal import (
    COPY,
    PAYMENT,
    RECEIPT,
    REQUEST,
    STATED,
    USUAL,
    add_effect,
    verify_journal,
)
from tests.acts import ask, pay_debt, pay_for
from tests.core.entries.samples import SAMPLES
from tests.desk.conftest import Trial
from tests.store.damage import forge
from tests.store.test_journal import act, entries, write_later_release
from tests.store.test_verify import CHANGED, OF_THE_VOID, make_worked

SMALL = 7


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_worked(tmp_path_factory.mktemp("worked") / "device")


@pytest.fixture
def busy(worked: Path, tmp_path: Path) -> Iterator[Session]:
    shutil.copytree(worked, tmp_path / "busy")
    trial = Trial(tmp_path / "busy")
    yield trial.unlock("TEL-1")
    trial.close()


@pytest.mark.parametrize("at_once", [1, SMALL, CHECKPOINT_EVERY, 4000])
def test_a_sound_journal_is_sound_whatever_the_size_of_a_piece(busy: Session, at_once: int) -> None:
    seen: list[tuple[int, int]] = []
    report = verify_journal(busy.store, lambda done, of: seen.append((done, of)), at_once=at_once)
    assert list(report.errors()) == []
    assert report.clean
    assert (report.entries, report.head) == (entries(busy), busy.store.journal.state().head)
    assert seen[-1] == (entries(busy), entries(busy))


DAMAGES = [
    "DELETE FROM journal_1 WHERE seq = 9",
    "DELETE FROM journal_1 WHERE seq = 1",
    "DELETE FROM journal_1",
    "UPDATE journal_1 SET hash = zeroblob(32) WHERE seq = 9",
    "UPDATE journal_1 SET hash = zeroblob(31) WHERE seq = 9",
    "UPDATE journal_1 SET bytes = x'00' WHERE seq = 9",
    "UPDATE journal_1 SET bytes = x'7b0a7d' WHERE seq = 9",
    "UPDATE journal_1 SET bytes = (SELECT bytes FROM journal_1 WHERE seq = 8) WHERE seq = 9",
    "UPDATE journal_1 SET type = 'cash.moved' WHERE seq = 9",
    "UPDATE journal_1 SET type = 'print.done' WHERE type = 'receipt.voided'",
    "UPDATE journal_1 SET sigs = '[]' WHERE type = 'shift.opened'",
    "UPDATE journal_1 SET sigs = '[]' WHERE type = 'receipt.voided'",
    "UPDATE journal_1 SET sigs = 'x' WHERE seq = 9",
    "UPDATE journal_1 SET sigs = '[1]' WHERE type = 'payment.taken'",
    f"UPDATE journal_1 SET sigs = ({OF_THE_VOID}) WHERE type = 'shift.opened'",
    f"UPDATE journal_1 SET sigs = ({OF_THE_VOID}) WHERE type = 'payment.taken'",
    "INSERT INTO journal_1 SELECT 0, type, bytes, hash, sigs FROM journal_1 WHERE seq = 9",
    "INSERT INTO journal_1 SELECT 100000, type, bytes, hash, sigs FROM journal_1 WHERE seq = 9",
    f"DELETE FROM journal_1 WHERE seq >= {CHECKPOINT_EVERY - 1}",
    f"DELETE FROM journal_1 WHERE seq > {CHECKPOINT_EVERY}",
    "DELETE FROM checkpoint WHERE seq = 50",
    "UPDATE checkpoint SET bytes = x'00' WHERE seq = 50",
    "UPDATE checkpoint SET seq = 49 WHERE seq = 50",
    f"UPDATE checkpoint SET bytes = {CHANGED}",
    "UPDATE checkpoint SET bytes = CAST(bytes || ' ' AS BLOB)",
    "UPDATE stream SET totals = '{}'",
    "UPDATE stream SET totals = 'x'",
    "DELETE FROM stream",
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_named_as_the_whole_verification_names_it(busy: Session, damage: str) -> None:
    forge(busy.store, damage)
    for at_once in (SMALL, 4000):
        report = verify_journal(busy.store, at_once=at_once)
        assert not report.clean
        whole = verify(busy.store)
        assert [(one.code, one.seq) for one in report.findings] == [
            (one.code, one.seq) for one in whole.findings
        ]
        named = {str(error) for error in report.beside if error.code != "journal.torn"}
        assert named == {
            str(error)
            for error in whole.beside
            if error.code.startswith(("chain.", "verify.type", "verify.checkpoint"))
        }


def test_totals_that_do_not_go_on_are_named_though_every_hash_holds(busy: Session) -> None:
    """Somebody with the data key writes an entry anew, with all hashes after it."""
    _rewrite(busy, "receipt.issued", less_cash)
    codes = {error.code for error in verify_journal(busy.store).errors()}
    assert {"chain.totals", "chain.bad_signature", "chain.checkpoint_differs"} <= codes


CHANGES: list[tuple[str, str, Callable[[Entry], Entry]]] = [
    ("request.taken", "chain.altered", lambda entry: replace(entry, seq=entry.seq + 1)),
    ("request.taken", "chain.wrong_stream", lambda entry: replace(entry, stream="ab" * 16)),
    ("request.taken", "verify.type_differs", lambda entry: replace(entry, type="drawer.opened")),
    ("request.taken", "chain.later_release", lambda entry: replace(entry, tv=9)),
    ("receipt.issued", "chain.altered", lambda entry: replace(entry, seq=entry.seq - 1)),
    ("payment.taken", "chain.wrong_stream", lambda entry: replace(entry, stream="ab" * 16)),
    ("payment.taken", "chain.unsigned", lambda entry: replace(entry, body=found_by_name(entry.body))),
    ("payment.taken", "chain.totals", lambda entry: less_cash(entry)),
]


def less_cash(entry: Entry) -> Entry:
    """It states a piastre less of cash so far."""
    totals = {**entry.body["totals"], "cash": entry.body["totals"]["cash"] - 1}
    return replace(entry, body={**entry.body, "totals": totals})


def found_by_name(body: Mapping[str, Any]) -> dict[str, Any]:
    """A payment that a second person confirmed, who did not sign it."""
    return {**body, "what_for": {**body["what_for"], "found_by": "name", "confirmed_by": "SUP-1"}}


@pytest.mark.parametrize(("kind", "code", "change"), CHANGES)
def test_an_entry_that_says_another_place_or_kind_is_named_though_every_hash_holds(
    busy: Session, kind: str, code: str, change: Callable[[Entry], Entry]
) -> None:
    pay_for(busy, ask(busy))
    pay_debt(busy)
    act(busy)
    _rewrite(busy, kind, change)
    report, whole = verify_journal(busy.store), verify(busy.store)
    assert code in {error.code for error in report.errors()}
    assert [(one.code, one.seq) for one in report.findings] == [(one.code, one.seq) for one in whole.findings]


def _rewrite(session: Session, kind: str, change: Callable[[Entry], Entry]) -> None:
    """The last entry of a type is changed; every hash from there on is made anew."""
    records = list(session.store.journal.records())
    place = max(record.seq for record in records if parse_entry(record.data).type == kind)
    head, statements = bytes(32), []
    for record in records:
        data = record.data
        if record.seq == place:
            data = entry_bytes(change(parse_entry(data)))
        head = entry_hash(head, record.seq, data)
        statements.append(
            f"UPDATE journal_1 SET bytes = x'{data.hex()}', hash = x'{head.hex()}' WHERE seq = {record.seq}"
        )
    forge(session.store, *statements)


def test_an_entry_of_a_later_release_is_no_damage(busy: Session) -> None:
    totals = busy.store.journal.state().totals.to_map()
    seq = write_later_release(
        busy, {"what": "never seen", "totals": {**totals, "copies": totals["copies"] + 3}}
    )
    act(busy, 2)
    report = verify_journal(busy.store, at_once=SMALL)
    assert report.clean
    assert [(one.code, one.seq) for one in report.findings] == [("chain.later_release", seq)]


@pytest.mark.parametrize("name", sorted(USUAL))
def test_the_usual_entries_add_to_the_totals_what_their_bodies_say(name: str) -> None:
    bodies = [body for body in SAMPLES if name == body.TYPE]
    assert bodies
    for body in bodies:
        plain = Totals().to_map()
        add_effect(plain, USUAL[name], REGISTRY.encode(body)[2].get("tenders"))
        assert plain == body.effect().to_map()
        assert (name in STATED) == hasattr(body, "totals") == (USUAL[name] in (PAYMENT, RECEIPT))
    assert {PAYMENT, RECEIPT, REQUEST, COPY} <= set(USUAL.values())
