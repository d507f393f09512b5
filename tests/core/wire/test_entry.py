"""The envelope: exact fields, exact bytes, the documented hash, signatures over it, one line of an export."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.core.entries.build import build_entry
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.entry import (
    FIRST_PREVIOUS,
    Entry,
    Link,
    Record,
    entry_bytes,
    entry_hash,
    parse_entry,
    sign_entry,
    signature_holds,
)
from kiosk.core.wire.signed import kid_of
from tests.core.entries.samples import DEVICE_KEY, PAYMENT, STREAM, TELLER, TELLER_KEY, circumstances

ENTRY = build_entry(STREAM, 7, PAYMENT, circumstances(PAYMENT))
DATA = entry_bytes(ENTRY)
PLAIN: dict[str, Any] = parse_canonical(DATA)


def test_an_entry_reads_back_as_it_was_and_its_bytes_are_the_same_again() -> None:
    assert parse_entry(DATA) == ENTRY
    assert entry_bytes(parse_entry(DATA)) == DATA
    assert ENTRY.link == Link(STREAM, 7)


def test_the_envelope_has_exactly_the_documented_fields() -> None:
    assert sorted(PLAIN) == sorted(
        ["v", "stream", "seq", "type", "tv", "at", "local", "clock", "staff", "shift", "body"]
    )
    assert sorted(PLAIN["local"]) == ["business_date", "offset"]
    assert sorted(PLAIN["clock"]) == ["anchor", "boot", "mono_ms", "suspect"]
    assert PLAIN["at"] == "2026-07-01T09:30:00.000Z"


def test_the_hash_is_the_documented_one() -> None:
    previous = hashlib.sha256(b"before").digest()
    wanted = hashlib.sha256(b"kiosk-journal-1" + previous + bytes(7) + b"\x07" + DATA).digest()
    assert entry_hash(previous, 7, DATA) == wanted
    assert bytes(32) == FIRST_PREVIOUS
    with pytest.raises(BugError):
        entry_hash(b"short", 7, DATA)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2),
        ("v", True),
        ("stream", STREAM.upper().replace("5", "A")),
        ("seq", 0),
        ("seq", "7"),
        ("type", "payment"),
        ("type", "Payment.taken"),
        ("tv", 0),
        ("at", "2026-07-01T09:30:00Z"),
        ("at", "2026-02-30T09:30:00.000Z"),
        ("at", "2026-07-01T12:30:00.000+03:00"),
        ("local", {"offset": 180}),
        ("local", {"offset": 900, "business_date": None}),
        ("local", {"offset": 180, "business_date": "2026-7-1"}),
        ("local", {"offset": 180, "business_date": "20260701"}),
        ("clock", None),
        ("clock", {**PLAIN["clock"], "mono_ms": -1}),
        ("clock", {**PLAIN["clock"], "anchor": 5}),
        ("staff", "Ahmed"),
        ("staff", ""),
        ("shift", {"stream": STREAM, "seq": 0}),
        ("body", []),
        ("more", 1),
    ],
)
def test_a_field_out_of_form_is_named(field: str, value: object) -> None:
    with pytest.raises(KnownError) as caught:
        parse_entry(canonical({**PLAIN, field: value}))
    assert caught.value.code == "entry.malformed"
    assert str(caught.value.params["field"]).startswith(field)


def test_an_entry_of_an_unknown_type_is_carried_byte_for_byte() -> None:
    data = canonical({**PLAIN, "type": "card.sent", "tv": 4, "body": {"anything": [1, {"x": None}]}})
    assert entry_bytes(parse_entry(data)) == data


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 0},
        {"at": datetime(2026, 7, 1)},  # noqa: DTZ001
        {"body": {"note": "e\u0301"}},
        {"body": {"text": "a" * 140_000}},
        {"body": {"amount": 2**53}},
        {"staff": "a name"},
    ],
)
def test_what_must_not_be_written_is_our_bug(change: dict[str, Any]) -> None:
    with pytest.raises(BugError):
        entry_bytes(replace(ENTRY, **change))


def test_times_are_kept_to_the_millisecond() -> None:
    exact = datetime(2026, 7, 1, 9, 30, 0, 123_999, tzinfo=UTC)
    assert parse_entry(entry_bytes(replace(ENTRY, at=exact))).at == exact.replace(microsecond=123_000)


def test_a_signature_holds_for_its_key_and_its_hash_only() -> None:
    digest = entry_hash(FIRST_PREVIOUS, 7, DATA)
    signature = sign_entry(digest, by=TELLER, kid=kid_of(TELLER_KEY.public_key()), key=TELLER_KEY)
    TELLER_KEY.public_key().verify(bytes.fromhex(signature.sig), digest)
    assert signature_holds(signature, digest, TELLER_KEY.public_key())
    assert not signature_holds(signature, digest, DEVICE_KEY.public_key())
    assert not signature_holds(signature, bytes(32), TELLER_KEY.public_key())
    with pytest.raises(BugError):
        sign_entry(b"not a hash", by=TELLER, kid="00000000", key=TELLER_KEY)


def record() -> Record:
    digest = entry_hash(FIRST_PREVIOUS, 7, DATA)
    signature = sign_entry(digest, by=TELLER, kid=kid_of(TELLER_KEY.public_key()), key=TELLER_KEY)
    return Record(7, DATA, digest, (signature,))


def test_entries_are_values() -> None:
    assert isinstance(ENTRY, Entry)
    with pytest.raises(AttributeError):
        ENTRY.seq = 8  # type: ignore[misc]
