"""Verifies a journal as it arrives: hashes, bodies, totals, signatures, rights; keeps where it stands."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Row

from kiosk.core.entries.body import Body
from kiosk.core.entries.registry import UnknownBody
from kiosk.core.errors import KnownError
from kiosk.core.wire.batch import read_signatures
from kiosk.core.wire.chain import ChainState, ChainVerifier, Finding
from kiosk.core.wire.codec import dump
from kiosk.core.wire.entry import Entry, EntrySignature, Record
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.totals import read_totals


def start_state(stream: str, device: str, key: Ed25519PublicKey, kept: str) -> ChainState:
    """Where the verification of a stream stands: from what was kept, or its beginning."""
    keys = {kid_of(key): key}
    if not kept:
        return ChainState(stream=stream, device=device, device_keys=keys)
    plain = json.loads(kept)
    return ChainState(
        stream=stream,
        device=device,
        device_keys=keys,
        seq=plain["seq"],
        head=bytes.fromhex(plain["head"]),
        totals=read_totals(plain["totals"]),
        staff_keys={
            (by, kid): Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
            for by, kid, public in plain["keys"]
        },
        staff_roles={staff: frozenset(roles) for staff, roles in plain["roles"]},
    )


def kept_state(state: ChainState) -> str:
    """The state as text, for the next batch."""
    return json.dumps(
        {
            "seq": state.seq,
            "head": state.head.hex(),
            "totals": dump(state.totals),
            "keys": sorted(
                [by, kid, key.public_bytes_raw().hex()] for (by, kid), key in state.staff_keys.items()
            ),
            "roles": sorted([staff, sorted(roles)] for staff, roles in state.staff_roles.items()),
        }
    )


@dataclass(frozen=True)
class Judged:
    """A stored entry after verification. `entry` and `body`: None when they cannot be read."""

    seq: int
    entry: Entry | None
    body: Body | UnknownBody | None
    findings: tuple[Finding, ...]


def verify_rows(rows: Sequence[Any], state: ChainState) -> tuple[list[Judged], ChainState]:
    """Verify stored entries that follow the state; each as it was read, once, and the state after them."""
    verifier, judged = ChainVerifier(state), []
    for row in rows:
        known = len(verifier.findings)
        verifier.take(Record(row.seq, row.bytes, row.hash, _sigs(row)))
        entry, body = verifier.read or (None, None)
        judged.append(Judged(row.seq, entry, body, tuple(verifier.findings[known:])))
    return judged, verifier.state


def _sigs(row: Row[Any]) -> tuple[EntrySignature, ...]:
    """The signatures of a stored entry; broken ones are none, and the entry then lacks what it needs."""
    if row.sigs == b"[]":
        return ()
    try:
        return read_signatures(row.sigs)
    except KnownError:
        return ()
