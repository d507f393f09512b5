"""Every way to tamper with a journal is found and named where it happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.entries import operations, payment, staff
from kiosk.core.entries.body import Body, with_totals
from kiosk.core.entries.build import build_entry
from kiosk.core.entries.registry import Registry
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.chain import ChainState, Finding, Verdict, verify_chain
from kiosk.core.wire.checkpoint import Checkpoint, sign_checkpoint
from kiosk.core.wire.entry import Link, Record, entry_bytes, entry_hash, sign_entry
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.totals import Totals
from tests.core.entries.samples import (
    DEVICE,
    DEVICE_KEY,
    KEY_OF,
    NOON,
    OPENED,
    PAYMENT,
    STREAM,
    STREAM_OPENED,
    SUPERVISOR,
    TELLER,
    VERSION,
    VOIDED,
    added,
    circumstances,
)

DEVICE_KID = kid_of(DEVICE_KEY.public_key())
START = ChainState(stream=STREAM, device=DEVICE, device_keys={DEVICE_KID: DEVICE_KEY.public_key()})
SHIFT = Link(STREAM, 4)


@dataclass
class Journal:
    """Writes entries as a device does: chained, totalled, signed."""

    records: list[Record] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)

    def write(self, body: Body, by: str | None, *signers: str) -> None:
        body, self.totals = with_totals(body, self.totals)
        seq = len(self.records) + 1
        envelope = circumstances(body, by=by)
        if envelope.shift:
            envelope = replace(envelope, shift=SHIFT)
        self.chain(entry_bytes(build_entry(STREAM, seq, body, envelope)), *signers)

    def chain(self, data: bytes, *signers: str) -> None:
        seq = len(self.records) + 1
        previous = self.records[-1].hash if self.records else bytes(32)
        digest = entry_hash(previous, seq, data)
        sigs = tuple(
            sign_entry(digest, by=one, kid=kid_of(KEY_OF[one].public_key()), key=KEY_OF[one])
            for one in signers
        )
        self.records.append(Record(seq, data, digest, sigs))

    def checkpoint(self) -> Checkpoint:
        return sign_checkpoint(
            stream=STREAM,
            seq=len(self.records),
            head=self.records[-1].hash,
            totals=self.totals,
            time=NOON,
            key=DEVICE_KEY,
            kid=DEVICE_KID,
        )


def receipt(seq: int, serial: int) -> payment.ReceiptIssued:
    return payment.ReceiptIssued(
        number=payment.receipt_number("D42-E1", serial),
        series="D42-E1",
        serial=serial,
        payment=Link(STREAM, seq),
        piastres=10_000,
        form33=payment.Form33(mode="device", paper=None),
        template=VERSION,
        totals=Totals(),
    )


def a_morning() -> Journal:
    journal = Journal()
    journal.write(STREAM_OPENED, None, DEVICE)
    journal.write(added(SUPERVISOR, "supervisor"), None, DEVICE)
    journal.write(added(TELLER, "teller"), SUPERVISOR, SUPERVISOR)
    journal.write(replace(OPENED, from_shift=None, previous_kept=0), TELLER, TELLER)
    for n in range(3):
        journal.write(PAYMENT, TELLER)
        journal.write(receipt(5 + 2 * n, 17 + n), TELLER)
    journal.write(VOIDED, TELLER, TELLER, SUPERVISOR)
    journal.write(operations.PrintDone(job="11" * 16, document="receipt", entry=SHIFT, printer="P"), TELLER)
    return journal


MORNING = a_morning()
GOOD = tuple(MORNING.records)
CHECKPOINT = MORNING.checkpoint()


def verify(records: Sequence[Record], *checkpoints: Checkpoint, **how: Any) -> Verdict:
    return verify_chain(records, START, checkpoints=checkpoints or (CHECKPOINT,), **how)


def found(verdict: Verdict) -> list[tuple[str, int]]:
    return [(finding.code, finding.seq) for finding in verdict.findings]


def rehashed(change: Callable[[list[Record]], None], *, resign: bool = False) -> list[Record]:
    """Tamper, then chain everything anew as a thief would who has the file but not the keys."""
    records = list(GOOD)
    change(records)
    journal = Journal()
    for record in records:
        journal.chain(record.data, *([one.by for one in record.sigs] if resign else []))
    return [
        replace(new, sigs=new.sigs or old.sigs) for new, old in zip(journal.records, records, strict=True)
    ]


def edited(record: Record, **changes: object) -> Record:
    plain = parse_canonical(record.data)
    body = {**plain["body"], **changes}
    return replace(record, data=canonical({**plain, "body": body}))


def test_an_honest_journal_is_clean_and_its_end_is_known() -> None:
    verdict = verify(GOOD)
    assert verdict.findings == ()
    assert verdict.clean
    assert (verdict.state.seq, verdict.state.head) == (len(GOOD), GOOD[-1].hash)
    assert verdict.state.totals == MORNING.totals
    assert {owner for owner, _ in verdict.state.staff_keys} == {TELLER, SUPERVISOR}


def test_a_later_part_verifies_from_the_state_before_it() -> None:
    half = verify(GOOD[:6], replace(CHECKPOINT, seq=1)).state
    rest = verify_chain(GOOD[6:], half, checkpoints=[CHECKPOINT])
    assert rest.findings == ()
    assert rest.state == verify(GOOD).state


@settings(max_examples=120)
@given(st.integers(0, len(GOOD) - 1), st.data())
def test_a_flipped_byte_is_found_where_it_is(index: int, data: st.DataObject) -> None:
    altered = bytearray(GOOD[index].data)
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= data.draw(st.integers(1, 255))
    records = [*GOOD[:index], replace(GOOD[index], data=bytes(altered)), *GOOD[index + 1 :]]
    for hashes_only in (False, True):
        verdict = verify(records, hashes_only=hashes_only)
        assert ("chain.altered", index + 1) in found(verdict)
        assert not verdict.clean


def test_a_missing_a_repeated_and_a_swapped_entry_are_named() -> None:
    assert ("chain.gap", 6) in found(verify([*GOOD[:5], *GOOD[6:]]))
    assert found(verify([*GOOD[:6], GOOD[5], *GOOD[6:]])) == [("chain.repeated", 6)]
    swapped = [*GOOD[:5], replace(GOOD[7], seq=6), GOOD[6], replace(GOOD[5], seq=8), *GOOD[8:]]
    assert {("chain.altered", 6), ("chain.altered", 8)} <= set(found(verify(swapped)))


def test_an_inserted_entry_is_found_even_when_the_rest_is_chained_anew() -> None:
    records = rehashed(lambda rows: rows.insert(6, rows[4]))
    assert ("chain.altered", 7) in found(verify(records))
    assert ("chain.checkpoint_differs", CHECKPOINT.seq) in found(verify(records))


def test_a_cut_tail_is_seen_by_the_checkpoint() -> None:
    assert found(verify(GOOD[:-3])) == [("chain.cut", len(GOOD))]
    assert verify(GOOD[:-3]).findings[0].params == {"last": len(GOOD) - 3}


def test_an_older_file_put_back_and_continued_is_seen_by_the_checkpoint() -> None:
    other = Journal(list(GOOD[:-2]), verify(GOOD[:-2], replace(CHECKPOINT, seq=1)).state.totals)
    for _ in range(3):
        other.write(PAYMENT, TELLER)
    assert found(verify(other.records)) == [("chain.checkpoint_differs", len(GOOD))]


def test_an_amount_changed_with_the_whole_rest_chained_anew_is_found() -> None:
    def cheaper(rows: list[Record]) -> None:
        rows[5] = edited(rows[5], piastres=9_000)

    codes = {code for code, _ in found(verify(rehashed(cheaper)))}
    assert {"chain.checkpoint_differs", "chain.bad_signature"} <= codes


def test_totals_that_do_not_follow_are_named_one_by_one_and_once() -> None:
    def richer(rows: list[Record]) -> None:
        body = parse_canonical(rows[6].data)["body"]
        rows[6] = edited(rows[6], totals={**body["totals"], "cash": 1, "receipts": 9})

    findings = verify(rehashed(richer, resign=True)).findings
    named = {
        finding.params["name"] for finding in findings if finding.code == "chain.totals" and finding.seq == 7
    }
    assert named == {"cash", "receipts"}


def test_a_body_that_does_not_add_up_is_named_with_its_field() -> None:
    def cheaper(rows: list[Record]) -> None:
        rows[4] = edited(rows[4], total=9_000)

    findings = [
        one for one in verify(rehashed(cheaper, resign=True)).findings if one.code == "chain.bad_body"
    ]
    assert [one.seq for one in findings] == [5]
    assert findings[0].params["problem"] == "not the sum of the lines"


def test_an_entry_of_another_device_is_named() -> None:
    def splice(rows: list[Record]) -> None:
        plain = parse_canonical(rows[10].data)
        rows[10] = replace(rows[10], data=canonical({**plain, "stream": "00" * 16}))

    assert ("chain.wrong_stream", 11) in found(verify(rehashed(splice)))


def without(record: Record, by: str) -> Record:
    return replace(record, sigs=tuple(one for one in record.sigs if one.by != by))


@pytest.mark.parametrize(
    ("index", "by"), [(0, DEVICE), (1, DEVICE), (2, SUPERVISOR), (3, TELLER), (10, TELLER), (10, SUPERVISOR)]
)
def test_a_missing_signature_is_named(index: int, by: str) -> None:
    records = [*GOOD[:index], without(GOOD[index], by), *GOOD[index + 1 :]]
    assert ("chain.unsigned", index + 1) in found(verify(records))


def test_a_forged_signature_is_named() -> None:
    real = GOOD[10]
    forged = replace(real, sigs=tuple(replace(one, sig="00" * 64) for one in real.sigs))
    assert found(verify([*GOOD[:10], forged, *GOOD[11:]])) == [
        ("chain.bad_signature", 11),
        ("chain.bad_signature", 11),
        ("chain.unsigned", 11),
    ]


def test_nobody_signs_before_he_is_added_or_after_he_left() -> None:
    early = Journal()
    early.write(STREAM_OPENED, None, DEVICE)
    early.write(replace(OPENED, from_shift=None, previous_kept=0), TELLER, TELLER)
    assert ("chain.unknown_signer", 2) in found(verify(early.records, replace(CHECKPOINT, seq=1)))
    late = a_morning()
    late.write(staff.StaffRemoved(member=TELLER, slot="s", reason="leaver"), SUPERVISOR, SUPERVISOR)
    late.write(VOIDED, TELLER, TELLER, SUPERVISOR)
    assert found(verify(late.records, late.checkpoint())) == [
        ("chain.unknown_signer", 14),
        ("chain.unsigned", 14),
    ]


def test_a_key_that_nobody_vouched_for_is_not_learned() -> None:
    journal = Journal()
    journal.write(STREAM_OPENED, None, DEVICE)
    journal.write(added(SUPERVISOR, "supervisor"), None)
    journal.write(added(TELLER, "teller"), SUPERVISOR, SUPERVISOR)
    assert found(verify(journal.records, journal.checkpoint())) == [
        ("chain.unsigned", 2),
        ("chain.unknown_signer", 3),
        ("chain.unsigned", 3),
    ]


def test_maker_equal_checker_is_found_even_if_it_was_written() -> None:
    def alone(rows: list[Record]) -> None:
        rows[10] = edited(rows[10], approver=TELLER)

    reasons = [one.params.get("reason") for one in verify(rehashed(alone, resign=True)).findings]
    assert "entry.same_person" in reasons


def test_who_may_not_manage_staff_cannot_invent_a_supervisor() -> None:
    journal = Journal()
    journal.write(STREAM_OPENED, None, DEVICE)
    journal.write(added(TELLER, "teller"), None, DEVICE)
    journal.write(added(SUPERVISOR, "supervisor"), TELLER, TELLER)
    journal.write(replace(OPENED, from_shift=None, previous_kept=0), TELLER, TELLER)
    journal.write(VOIDED, TELLER, TELLER, SUPERVISOR)
    assert found(verify(journal.records, journal.checkpoint())) == [
        ("chain.no_right", 3),
        ("chain.unknown_signer", 5),
        ("chain.unsigned", 5),
    ]


def test_an_approval_by_someone_without_the_right_is_named() -> None:
    journal = Journal()
    journal.write(STREAM_OPENED, None, DEVICE)
    journal.write(added(TELLER, "teller"), None, DEVICE)
    journal.write(added(SUPERVISOR, "collector"), None, DEVICE)
    journal.write(replace(OPENED, from_shift=None, previous_kept=0), TELLER, TELLER)
    journal.write(VOIDED, TELLER, TELLER, SUPERVISOR)
    finding = verify(journal.records, journal.checkpoint()).findings[0]
    assert (finding.code, finding.seq, finding.params["by"]) == ("chain.no_right", 5, SUPERVISOR)
    assert "void.approve" in finding.error().sentence("en")


def test_a_person_changes_his_own_secret_and_a_supervisor_that_of_another() -> None:
    journal = a_morning()
    key = kid_of(KEY_OF[TELLER].public_key())
    raw = KEY_OF[TELLER].public_key().public_bytes_raw().hex()
    own = staff.StaffSecretChanged(member=TELLER, slot="s", cause="own_wish", kid=key, public_key=raw)
    journal.write(own, TELLER, TELLER)
    journal.write(replace(own, cause="forgotten"), SUPERVISOR, SUPERVISOR)
    journal.write(replace(own, member=SUPERVISOR), TELLER, TELLER)
    assert found(verify(journal.records, journal.checkpoint())) == [("chain.no_right", 15)]


def test_a_checkpoint_that_the_device_did_not_sign_is_named_wherever_it_points() -> None:
    for seq in (3, len(GOOD), 99):
        forged = replace(CHECKPOINT, seq=seq, sig="00" * 64)
        assert found(verify(GOOD, forged)) == [("chain.checkpoint_signature", seq)]


def test_a_checkpoint_with_other_totals_is_named() -> None:
    other = sign_checkpoint(
        stream=STREAM,
        seq=len(GOOD),
        head=GOOD[-1].hash,
        totals=MORNING.totals + Totals(cash=1),
        time=NOON,
        key=DEVICE_KEY,
        kid=DEVICE_KID,
    )
    assert found(verify(GOOD, other)) == [("chain.checkpoint_differs", len(GOOD))]


def test_a_later_release_is_carried_and_said_but_is_no_damage() -> None:
    journal = a_morning()
    after = replace(journal.totals, cash=journal.totals.cash + 700)
    plain = parse_canonical(journal.records[4].data)
    sent = {**plain, "seq": 13, "type": "card.taken", "body": {"x": 1, "totals": after.to_map()}}
    journal.chain(canonical(sent))
    journal.totals = after
    verdict = verify(journal.records, journal.checkpoint())
    assert found(verdict) == [("chain.later_release", 13)]
    assert verdict.clean
    assert verdict.state.totals == after


def test_totals_of_a_later_release_may_not_decrease() -> None:
    plain = parse_canonical(GOOD[4].data)
    journal = a_morning()
    journal.chain(
        canonical({**plain, "seq": 13, "type": "card.taken", "body": {"totals": Totals().to_map()}})
    )
    assert ("chain.totals", 13) in found(verify(journal.records))


def test_an_unreadable_entry_is_named_and_the_rest_goes_on() -> None:
    def garbage(rows: list[Record]) -> None:
        rows[11] = replace(rows[11], data=b"\xff\x00")

    assert ("chain.unreadable", 12) in found(verify(rehashed(garbage)))


def test_a_stream_of_another_device_is_not_ours() -> None:
    journal = Journal()
    journal.write(replace(STREAM_OPENED, device="D00000099"), None, DEVICE)
    assert found(verify(journal.records, journal.checkpoint())) == [("chain.bad_body", 1)]


def test_each_finding_is_a_sentence() -> None:
    def worse(rows: list[Record]) -> None:
        rows[6] = edited(rows[6], total=5)
        rows[11] = replace(rows[11], data=b"{}")

    for finding in verify(rehashed(worse)[1:]).findings:
        assert isinstance(finding, Finding)
        assert str(finding.seq) in finding.error().sentence("ar")


def test_an_empty_registry_reads_every_entry_as_of_a_later_release() -> None:
    verdict = verify(GOOD, registry=Registry([]))
    assert {code for code, _ in found(verdict)} == {"chain.later_release", "chain.unknown_signer"}
