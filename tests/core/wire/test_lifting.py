"""Challenge and answer: digits that fit to their device and stream alone, and name their own mistakes."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.lifting import (
    KEY_BYTES,
    answer_fits,
    answer_to,
    challenge_of,
    open_lifting_key,
    seal_lifting_key,
)
from kiosk.core.wire.numbers import with_check

DEVICE, STREAM = "D00000042", "ab" * 16
KEY = bytes(range(KEY_BYTES))


def answer(challenge: str, *, key: bytes = KEY, device: str = DEVICE, stream: str = STREAM) -> str:
    return answer_to(challenge, key=key, device=device, stream=stream)


def test_the_digits_stay_what_they_are_for_good() -> None:
    """A device and a centre of other releases must still understand each other."""
    assert challenge_of("0123456789") == "012345678978"
    assert answer("012345678978") == GOLDEN


GOLDEN = "014035634534128972"


def test_an_answer_fits_as_people_type_it() -> None:
    challenge = challenge_of("1234567890")
    said = answer(challenge)
    assert len(said) == 18
    arabic = said.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (said, f"{said[:4]} {said[4:8]} {said[8:]}", arabic):
        assert answer_fits(typed, challenge, key=KEY, device=DEVICE, stream=STREAM)


@pytest.mark.parametrize("other", [{"key": bytes(KEY_BYTES)}, {"device": "D00000043"}, {"stream": "cd" * 16}])
def test_another_key_device_or_stream_gives_another_answer(other: dict[str, object]) -> None:
    challenge = challenge_of("1234567890")
    assert answer(challenge, **other) != answer(challenge)  # type: ignore[arg-type]


def test_another_challenge_gives_another_answer() -> None:
    assert answer(challenge_of("1234567890")) != answer(challenge_of("1234567891"))


def test_misheard_digits_are_named_before_anything_is_compared() -> None:
    challenge = challenge_of("1234567890")
    wrong = str((int(challenge[0]) + 1) % 10) + challenge[1:]
    with pytest.raises(KnownError) as caught:
        answer(wrong)
    assert caught.value.code == "number.check"
    with pytest.raises(KnownError) as caught:
        answer_fits(with_check("1" * 10), challenge, key=KEY, device=DEVICE, stream=STREAM)
    assert caught.value.code == "number.length"


@pytest.mark.parametrize("digits", ["123", "12345678901", "123456789x", "١٢٣٤٥٦٧٨٩٠"])
def test_a_challenge_is_made_of_ten_digits(digits: str) -> None:
    with pytest.raises(BugError):
        challenge_of(digits)


def test_the_key_opens_for_the_centre_and_for_its_device_alone() -> None:
    intake = X25519PrivateKey.generate()
    sealed = seal_lifting_key(KEY, device=DEVICE, stream=STREAM, intake=intake.public_key())
    assert open_lifting_key(sealed, device=DEVICE, stream=STREAM, intake=intake) == KEY
    for device, stream, key in (
        ("D00000043", STREAM, intake),
        (DEVICE, "cd" * 16, intake),
        (DEVICE, STREAM, X25519PrivateKey.generate()),
    ):
        with pytest.raises(KnownError) as caught:
            open_lifting_key(sealed, device=device, stream=stream, intake=key)
        assert caught.value.code == "central.no_lifting_key"
