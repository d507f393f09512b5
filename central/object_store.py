"""Scans in a bucket of an S3-compatible store: sealed as they came, whole or not at all.

Below the prefix: `scans/<upload>`, pieces as objects of their own in `parts/<upload>/<start>-<length>`, what
was put aside in `damaged/`, and `store.json`, which names the store. A write that the store has confirmed is
read by whoever reads next: that is what S3 promises, and what Ceph, SeaweedFS and Garage keep.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from central.object_store_client import BucketClient, Limits
from central.object_store_config import BucketPlace
from central.scan_store import Begun, Part, Piece
from kiosk.core.errors import KnownError

_SCANS, _PARTS, _ASIDE, _NAME, _PROBE = "scans/", "parts/", "damaged/", "store.json", "probe/"
_UPLOAD = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Identity:
    """What `store.json` says: the random name of the store, and the code of the CA of its centre."""

    store: str
    centre: str


class ObjectStore:
    """The store of one place; `store`: the name that it must have, '' for any."""

    def __init__(self, place: BucketPlace, store: str = "", limits: Limits | None = None) -> None:
        self.client = BucketClient(place, limits)
        self._store = store

    @property
    def where(self) -> str:
        """Its address for people."""
        return self.client.place.where

    def identity(self) -> Identity | None:
        """What the store says of itself, None where nothing was ever kept. Raises `scans.other_store`."""
        data = self.client.get(_NAME)
        if data is None:
            return None
        try:
            said = json.loads(data)
            return Identity(str(said["store"]), str(said["centre"]))
        except (ValueError, LookupError, TypeError) as error:
            raise KnownError("scans.other_store", where=self.where) from error

    def claim(self, centre: str) -> str:
        """Take the place for the centre with this code, or find that it has it; return the store's name.

        Raises KnownError `scans.other_centre`, `scans.*`.
        """
        found = self.identity()
        if found is None:
            found = Identity(secrets.token_hex(16), centre)
            self.client.put(_NAME, json.dumps({"store": found.store, "centre": centre}).encode())
            found = self.identity() or found
        if found.centre != centre:
            raise KnownError("scans.other_centre", where=self.where)
        return found.store

    def see_that_it_is_ours(self) -> None:
        """Raises KnownError `scans.other_store` unless it is the store that the tables mean."""
        found = self.identity()
        if found is None or found.store != self._store:
            raise KnownError("scans.other_store", where=self.where)

    def probe(self) -> bool:
        """Write, list, read back and remove an object; return whether strangers could read it.

        Raises KnownError `scans.*`.
        """
        name, data = f"{_PROBE}{secrets.token_hex(8)}", secrets.token_bytes(64)
        self.client.put(name, data)
        try:
            listed = {one.key: one.size for one in self.client.list(_PROBE)}
            if self.client.get(name) != data or listed.get(name) != len(data):
                raise KnownError("scans.not_read_back", upload=name, where=self.where)
            public = self.client.is_public(name)
        finally:
            self.client.delete(name)
        if self.client.size(name) is not None:
            raise KnownError("scans.not_read_back", upload=name, where=self.where)
        return public

    def put_piece(self, upload: str, piece: Piece, data: bytes) -> None:
        """An object for each piece: two servers that are given the same write the same."""
        self.client.put(f"{_PARTS}{upload}/{piece[0]}-{piece[1]}", data)

    def join(self, upload: str, pieces: Iterable[Piece], sealed: str) -> bool:
        """Read the pieces and write the whole in one request: it is there whole, or not."""
        if self.client.size(f"{_SCANS}{upload}") is not None:
            return True
        read = list[bytes]()
        for start, length in pieces:
            data = self.client.get(f"{_PARTS}{upload}/{start}-{length}")
            if data is None:
                return self.holds(upload)
            read.append(data)
        whole = b"".join(read)
        if hashlib.sha256(whole).hexdigest() != sealed:
            return False
        self.put(upload, whole)
        return True

    def put(self, upload: str, data: bytes) -> None:
        """Whole or not at all."""
        self.client.put(f"{_SCANS}{upload}", data)

    def put_aside(self, upload: str) -> None:
        """Copy into `damaged/`, then remove."""
        data = self.client.get(f"{_SCANS}{upload}")
        if data is not None:
            self.client.put(f"{_ASIDE}{upload}", data)
            self.client.delete(f"{_SCANS}{upload}")

    def drop_pieces(self, upload: str) -> None:
        """Remove all that are listed."""
        for one in list(self.client.list(f"{_PARTS}{upload}/")):
            self.client.delete(one.key)

    def drop_piece(self, upload: str, name: str) -> None:
        """Remove the object."""
        self.client.delete(f"{_PARTS}{upload}/{name}")

    def holds(self, upload: str) -> bool:
        """Whether the object is there. A store that is not ours any more does not say that a scan is lost.

        Raises KnownError `scans.other_store`.
        """
        if self.client.size(f"{_SCANS}{upload}") is not None:
            return True
        self.see_that_it_is_ours()
        return False

    def read(self, upload: str) -> bytes:
        """Read the object. Raises KnownError `scans.other_store` where the store is not ours any more."""
        data = self.client.get(f"{_SCANS}{upload}")
        if data is None:
            self.see_that_it_is_ours()
            raise KnownError("attachment.unknown", attachment=upload)
        return data

    def remove(self, upload: str) -> None:
        """Remove object and pieces."""
        self.drop_pieces(upload)
        self.client.delete(f"{_SCANS}{upload}")

    def wholes(self) -> Iterator[tuple[str, int]]:
        """As the store lists them."""
        for one in self.client.list(_SCANS):
            yield one.key.removeprefix(_SCANS), one.size

    def begun(self) -> Iterator[Begun]:
        """Pieces by their upload; lists are in the order of their keys."""
        found = (one for one in self.client.list(_PARTS) if one.key.count("/") == _PARTS.count("/") + 1)
        for upload, some in groupby(found, lambda one: one.key.split("/")[1]):
            parts = tuple(Part(one.key.split("/")[2], one.at, one.size) for one in some)
            if _UPLOAD.fullmatch(upload):
                yield Begun(upload, max(one.at for one in parts), parts)
