"""The key list is believed only when it is signed and whole."""

from dataclasses import replace

import pytest

from kiosk.core.errors import KnownError
from kiosk.core.receipt_keys import ES256, open_key_list
from kiosk.core.seal import Outcome, open_seal
from tests.core.seal_samples import (
    ENTRY,
    FACTS,
    HOST,
    NOON,
    TRUSTED,
    key_list,
    sealed,
)


def test_a_signed_key_list_opens_codes() -> None:
    data = key_list({"host": HOST, "keys": [ENTRY], "voids": ["D42-E1-004511"]})
    keys = open_key_list(data, trusted=TRUSTED, now=NOON)
    assert keys.issued == NOON
    assert open_seal(sealed().url, keys).outcome is Outcome.GENUINE
    assert open_seal(sealed(replace(FACTS, number="D42-E1-004511")).url, keys).outcome is Outcome.VOID


def test_a_host_in_capitals_is_the_same_host() -> None:
    data = key_list({"host": HOST.upper(), "keys": [ENTRY], "voids": []})
    keys = open_key_list(data, trusted=TRUSTED, now=NOON)
    assert open_seal(sealed().url, keys).outcome is Outcome.GENUINE


def test_a_key_list_of_somebody_else_is_refused() -> None:
    with pytest.raises(KnownError) as refused:
        open_key_list(key_list({"host": HOST, "keys": [], "voids": []}), trusted={}, now=NOON)
    assert refused.value.code == "signed.unknown_key"


@pytest.mark.parametrize(
    "payload",
    [
        {"host": HOST, "keys": []},
        {"host": "", "keys": [], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "more": 1}], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "public": "00"}], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "alg": -9}], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "alg": ES256}], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "device": 7}], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "from": "today"}], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "acknowledged": {"G1": "5"}}], "voids": []},
        {"host": HOST, "keys": [{**ENTRY, "acknowledged": [1]}], "voids": []},
        {"host": HOST, "keys": [ENTRY, ENTRY], "voids": []},
        {"host": HOST, "keys": ["key"], "voids": []},
        {"host": HOST, "keys": {}, "voids": [1]},
    ],
)
def test_a_key_list_of_another_form_is_named_as_such(payload: dict[str, object]) -> None:
    with pytest.raises(KnownError) as refused:
        open_key_list(key_list(payload), trusted=TRUSTED, now=NOON)
    assert refused.value.code in ("seal.key_list", "wire.bad_time")
