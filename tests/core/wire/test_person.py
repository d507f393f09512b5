"""A commitment proves which details belonged to an entry, and tells nothing without its salt."""

import hashlib

import pytest

from kiosk.core.errors import BugError
from kiosk.core.wire.canonical import canonical
from kiosk.core.wire.person import commitment, commitment_fits

DETAILS = {"full_name": "أحمد علي", "national_number": "29001010100001"}
SALT = bytes(range(16))


def test_the_commitment_is_the_documented_hash() -> None:
    wanted = hashlib.sha256(b"kiosk-person-1" + SALT + canonical(DETAILS)).hexdigest()
    assert commitment(DETAILS, SALT) == wanted
    assert commitment_fits(DETAILS, SALT, wanted)


def test_only_the_same_details_and_salt_fit() -> None:
    committed = commitment(DETAILS, SALT)
    assert not commitment_fits({**DETAILS, "national_number": "29001010100002"}, SALT, committed)
    assert not commitment_fits(DETAILS, bytes(16), committed)
    assert not commitment_fits(DETAILS, b"", committed)


def test_the_order_of_keys_and_loose_marks_make_no_difference() -> None:
    turned = dict(reversed(list(DETAILS.items())))
    assert commitment(turned, SALT) == commitment(DETAILS, SALT)
    assert commitment({"a": "ا\u0654"}, SALT) == commitment({"a": "أ"}, SALT)


def test_a_salt_of_another_length_is_our_bug() -> None:
    with pytest.raises(BugError):
        commitment(DETAILS, b"short")
