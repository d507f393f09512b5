"""A checkpoint says where the journal stood, and only the device key can have said it."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.checkpoint import (
    Checkpoint,
    checkpoint_bytes,
    checkpoint_holds,
    parse_checkpoint,
    sign_checkpoint,
)
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.totals import Totals
from tests.core.entries.samples import DEVICE_KEY, NOON, STREAM, TELLER_KEY

KID = kid_of(DEVICE_KEY.public_key())
KEYS = {KID: DEVICE_KEY.public_key()}


def checkpoint(**changes: Any) -> Checkpoint:
    given: dict[str, Any] = {"stream": STREAM, "seq": 50, "head": bytes(range(32)), "totals": Totals(cash=5)}
    return sign_checkpoint(**{**given, "time": NOON, "key": DEVICE_KEY, "kid": KID, **changes})


def test_a_checkpoint_reads_back_and_holds() -> None:
    signed = checkpoint()
    assert parse_checkpoint(checkpoint_bytes(signed)) == signed
    assert checkpoint_holds(signed, KEYS)


def test_the_signed_bytes_are_the_documented_ones() -> None:
    plain = parse_canonical(checkpoint_bytes(checkpoint()))
    signature = bytes.fromhex(plain.pop("sig"))
    DEVICE_KEY.public_key().verify(signature, b"kiosk-checkpoint-1" + canonical(plain))
    assert sorted(plain) == sorted(["stream", "seq", "head", "totals", "time", "kid", "alg"])


@pytest.mark.parametrize(
    "change",
    [{"seq": 51}, {"head": "00" * 32}, {"totals": Totals(cash=6)}, {"stream": "00" * 16}, {"sig": "00" * 64}],
)
def test_any_change_breaks_it(change: dict[str, Any]) -> None:
    assert not checkpoint_holds(replace(checkpoint(), **change), KEYS)


def test_another_key_cannot_make_it() -> None:
    assert not checkpoint_holds(checkpoint(key=TELLER_KEY), KEYS)
    assert not checkpoint_holds(checkpoint(kid=kid_of(TELLER_KEY.public_key())), KEYS)


def test_damaged_bytes_are_a_known_error_and_a_wrong_field_is_our_bug() -> None:
    plain = parse_canonical(checkpoint_bytes(checkpoint()))
    changes: tuple[dict[str, object], ...] = ({"seq": 0}, {"alg": "p256"}, {"totals": {}}, {"more": 1})
    for change in changes:
        with pytest.raises(KnownError) as caught:
            parse_checkpoint(canonical({**plain, **change}))
        assert caught.value.code == "entry.malformed"
    with pytest.raises(BugError):
        checkpoint(seq=0)
