"""Compiling and signing: the same files give the same bytes, and only a sound signed object is read."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.catalogue_files import check_folder, shipped_catalogue
from kiosk.core.catalogue.dataset import hash_of, open_dataset
from kiosk.core.catalogue.plain import from_plain, to_plain
from kiosk.core.errors import KnownError
from kiosk.core.fees import tables_from_plain
from kiosk.core.wire.canonical import canonical, nfc
from kiosk.core.wire.reference import sign_data
from kiosk.core.wire.signed import kid_of
from kiosk.fee_tables import shipped_fee_tables
from tests.core.catalogue.made_up import made_up

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEYS = {kid_of(KEY.public_key()): KEY.public_key()}
ISSUED = datetime(2026, 11, 24, 8, tzinfo=UTC)
EXPIRES = ISSUED + timedelta(days=365)
PLAIN = to_plain(shipped_catalogue())


def signed(**changed: Any) -> bytes:
    arguments = {"key": KEY, "issued": ISSUED, "expires": EXPIRES, **changed}
    return sign_data("catalogue", "2026.11-1", PLAIN, **arguments)


def refusal(content: bytes, name: Any = "catalogue", now: datetime = ISSUED) -> str:
    with pytest.raises(KnownError) as caught:
        open_dataset(content, name, keys=KEYS, now=now)
    return caught.value.code


def test_the_compiled_catalogue_reads_back_equal() -> None:
    assert from_plain(json.loads(canonical(PLAIN))) == shipped_catalogue()


def test_a_catalogue_of_two_hundred_services_reads_back_equal() -> None:
    catalogue = made_up(200)
    assert len(catalogue.services) == 200
    assert from_plain(json.loads(canonical(to_plain(catalogue)))) == catalogue


def test_the_same_files_give_the_same_hash_and_bytes() -> None:
    again = to_plain(check_folder().catalogue)
    assert canonical(again) == canonical(PLAIN)
    assert hash_of(again) == hash_of(PLAIN)
    assert signed() == signed()
    assert signed() != signed(issued=ISSUED + timedelta(seconds=1))


def test_one_letter_changes_the_hash() -> None:
    other = json.loads(canonical(PLAIN))
    other["services"]["BLD-03"]["name"]["ar"] += "."
    assert hash_of(other) != hash_of(PLAIN)


def test_compiled_data_is_plain() -> None:
    def walk(value: object) -> None:
        assert type(value) in (str, int, bool, list, dict)
        if isinstance(value, dict | list):
            for one in value.values() if isinstance(value, dict) else value:
                walk(one)

    walk(PLAIN)


def test_a_signed_dataset_opens_with_its_version_and_hash() -> None:
    opened = open_dataset(signed(), "catalogue", keys=KEYS, now=ISSUED)
    assert opened.version == "2026.11-1"
    assert opened.hash == hash_of(PLAIN)
    assert opened.expires == EXPIRES
    assert from_plain(opened.data) == shipped_catalogue()


def test_the_fees_travel_the_same_way() -> None:
    tables = shipped_fee_tables()
    plain = tables.to_plain()
    content = sign_data("fees", tables.version, plain, key=KEY, issued=ISSUED, expires=EXPIRES)
    opened = open_dataset(content, "fees", keys=KEYS, now=ISSUED)
    assert opened.hash == hash_of(nfc(plain))
    assert tables_from_plain(opened.data).services() == tables.services()
    assert refusal(content, "catalogue") == "signed.other_purpose"


def test_a_catalogue_is_not_taken_for_fees() -> None:
    assert refusal(signed(), "fees") == "signed.other_purpose"


def test_changed_bytes_are_refused() -> None:
    content = signed()
    changed = content.replace("ترخيص هدم".encode(), "ترخيص بند".encode())
    assert changed != content
    assert len(changed) == len(content)
    assert refusal(changed) == "signed.bad_signature"
    assert refusal(content[:-1]) == "wire.not_json"
    assert refusal(content + b" ") == "wire.not_canonical"


def test_an_expired_or_early_dataset_is_refused_or_says_so() -> None:
    assert refusal(signed(), now=EXPIRES) == "signed.expired"
    assert refusal(signed(), now=ISSUED - timedelta(seconds=1)) == "signed.not_yet_valid"
    late = open_dataset(signed(), "catalogue", keys=KEYS, now=EXPIRES, times="report")
    assert late.validity == "expired"
    assert late.hash == hash_of(PLAIN)


def test_another_key_is_refused() -> None:
    assert refusal(signed(key=Ed25519PrivateKey.generate())) == "signed.unknown_key"


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.pop("services"),
        lambda plain: plain.pop("format"),
        lambda plain: plain["services"]["BLD-03"].pop("name"),
        lambda plain: plain["services"]["BLD-03"].update(counter_mode="dance"),
        lambda plain: plain["services"]["BLD-03"].update(fields=[9999]),
        lambda plain: plain["services"]["BLD-03"].update(tenders="cash"),
        lambda plain: plain["services"]["BLD-03"].update(mandate="yes"),
        lambda plain: plain["services"].update({"BLD-03": 5}),
        lambda plain: plain["fields"][0].update(type="hologram"),
        lambda plain: plain["fields"][2].update(visible_if="a ="),
        lambda plain: plain.update(families=[]),
    ],
)
def test_compiled_data_of_another_form_is_refused_as_damaged(change: Any) -> None:
    plain = json.loads(canonical(PLAIN))
    change(plain)
    with pytest.raises(KnownError) as caught:
        from_plain(plain)
    assert caught.value.code == "catalogue.damaged"


def test_a_later_format_asks_for_an_update_and_a_later_key_is_left_alone() -> None:
    with pytest.raises(KnownError) as caught:
        from_plain({**PLAIN, "format": 2})
    assert caught.value.code == "catalogue.newer_format"
    plain = json.loads(canonical(PLAIN))
    plain["services"]["BLD-03"]["colour"] = "green"
    assert from_plain(plain) == shipped_catalogue()


def test_a_payload_of_another_form_is_refused() -> None:
    from kiosk.core.wire.signed import sign_object

    for payload in (
        {},
        {"dataset": "catalogue", "version": 1, "data": {}},
        {"dataset": "fees", "version": "1", "data": {}},
    ):
        content = sign_object(
            "catalogue", payload, key=KEY, kid=kid_of(KEY.public_key()), issued=ISSUED, expires=EXPIRES
        )
        assert refusal(content) == "catalogue.damaged"
