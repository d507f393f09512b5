"""Signed datasets of reference data: the catalogue and the fee tables, as the centre sends them to devices.

`kiosk.core.wire.reference.sign_data` signs them: purpose: the name; payload {data, dataset, version}.
The hash that names a version is SHA-256 over the canonical bytes of `data`: the same files give the same.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import canonical, nfc
from kiosk.core.wire.signed import Validity, open_object

Name = Literal["catalogue", "fees"]

MAX_BYTES: Final = 16 << 20
"""Largest dataset read: the shipped catalogue of 94 services is about 180,000 bytes."""


@dataclass(frozen=True)
class Dataset:
    """One version of reference data whose signature holds; `hash` is hex SHA-256 of its data alone."""

    name: Name
    version: str
    hash: str
    data: Mapping[str, Any]
    kid: str
    issued: datetime
    expires: datetime
    validity: Validity = "valid"


def hash_of(data: Mapping[str, Any]) -> str:
    """Return the hex SHA-256 that names this data."""
    return hashlib.sha256(canonical(nfc(data))).hexdigest()


def open_dataset(
    content: bytes,
    name: Name,
    *,
    keys: Mapping[str, Ed25519PublicKey],
    now: datetime,
    times: Literal["refuse", "report"] = "refuse",
) -> Dataset:
    """Check a signed dataset and return it.

    Raises KnownError `signed.*` and `wire.*` as `open_object`, and `catalogue.damaged` for a payload of
    another form. With `times="report"` one that has expired is returned and says so: old data stays in use,
    with its age shown, until newer data is there.
    """
    opened = open_object(content, purpose=name, keys=keys, now=now, times=times, max_bytes=MAX_BYTES)
    payload = opened.payload
    version, data = payload.get("version"), payload.get("data")
    if payload.get("dataset") != name or not isinstance(version, str) or not isinstance(data, dict):
        raise KnownError("catalogue.damaged", detail="payload")
    return Dataset(
        name, version, hash_of(data), data, opened.kid, opened.issued, opened.expires, opened.validity
    )
