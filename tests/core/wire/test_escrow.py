"""What the centre reads out: typed with any care it is read, typed wrong it is caught."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.wire.escrow import escrow_text, open_escrow, read_escrow, seal_escrow


@given(st.binary(min_size=16, max_size=16))
def test_what_is_read_out_is_read_in_again_in_any_dress(escrow: bytes) -> None:
    text = escrow_text(escrow)
    assert len(text) == 28 + 6
    assert read_escrow(text) == escrow
    arabic = text.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert read_escrow(arabic.lower().replace("-", " ")) == escrow
    assert read_escrow(text.replace("0", "o").replace("1", "l")) == escrow


@given(st.binary(min_size=16, max_size=16), st.integers(0, 27), st.integers(1, 31))
def test_every_single_wrong_character_is_caught(escrow: bytes, at: int, off: int) -> None:
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    text = list(escrow_text(escrow).replace("-", ""))
    text[at] = letters[(letters.index(text[at]) + off) % 32]
    with pytest.raises(KnownError) as caught:
        read_escrow("".join(text))
    assert caught.value.code == "escrow.bad_code"


@given(st.binary(min_size=16, max_size=16), st.integers(0, 26))
def test_every_swap_of_neighbours_is_caught(escrow: bytes, at: int) -> None:
    text = list(escrow_text(escrow).replace("-", ""))
    swapped = [*text[:at], text[at + 1], text[at], *text[at + 2 :]]
    if swapped != text:
        with pytest.raises(KnownError):
            read_escrow("".join(swapped))


@pytest.mark.parametrize("typed", ["", "ABC", "U" * 28, "ل" * 28, "Z" * 28, "0" * 27, "0" * 29])
def test_what_is_no_code_is_named(typed: str) -> None:
    with pytest.raises(KnownError) as caught:
        read_escrow(typed)
    assert caught.value.code == "escrow.bad_code"


def test_only_the_intake_key_opens_it_and_only_for_its_own_slot() -> None:
    intake, escrow = X25519PrivateKey.generate(), bytes(range(16))
    where = {"device": "D00000042", "member": "TEL-1", "slot": "ab" * 16}
    sealed = seal_escrow(escrow, **where, intake=intake.public_key())
    assert open_escrow(sealed, **where, intake=intake) == escrow
    for wrong in ({**where, "member": "TEL-2"}, {**where, "slot": "cd" * 16}):
        with pytest.raises(KnownError) as caught:
            open_escrow(sealed, **wrong, intake=intake)
        assert caught.value.code == "escrow.cannot_open"
    with pytest.raises(KnownError):
        open_escrow(sealed, **where, intake=X25519PrivateKey.generate())
