"""A head counts only for the device and question it was signed for, and changes with what it stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.wire.head import open_head, sign_head, state_of
from tests.core.wire.protocol_vectors import ACK, DATA, DEVICE
from tests.core.wire.test_protocol import AUTHORITY

NONCE, STATE = "0123456789abcdef", "ab" * 16


def test_the_state_comes_back_whole() -> None:
    assert open_head(sign_head(DEVICE, NONCE, STATE, key=ACK), AUTHORITY, device=DEVICE, nonce=NONCE) == STATE


@pytest.mark.parametrize(
    "said",
    [
        sign_head(DEVICE, "f" * 16, STATE, key=ACK),
        sign_head("D99999999", NONCE, STATE, key=ACK),
        sign_head(DEVICE, NONCE, STATE, key=DATA),
        sign_head(DEVICE, NONCE, STATE, key=ACK).replace(b'"state":"ab', b'"state":"ac'),
    ],
    ids=["another question", "another device", "a key that tells no time", "changed on the way"],
)
def test_what_was_not_said_to_us_is_refused(said: bytes) -> None:
    with pytest.raises(KnownError) as caught:
        open_head(said, AUTHORITY, device=DEVICE, nonce=NONCE)
    assert caught.value.code == "ack.not_ours"


@given(st.binary(max_size=300))
def test_any_bytes_give_a_typed_error(data: bytes) -> None:
    with pytest.raises(KnownError):
        open_head(data, AUTHORITY, device=DEVICE, nonce=NONCE)


def test_other_values_are_another_state() -> None:
    assert len({state_of(parts) for parts in ([1, "a"], [1, "b"], ["1", "a"], [1], [[1, "a"]])}) == 5
