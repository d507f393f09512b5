"""The centre as an enrolled device asks it; each answer is checked against the keys the root delegated."""

import http.client
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.core.attachments_upload import OFFSET_MEDIA, ScanHeld, Upload, checksum, metadata, upload_id
from kiosk.core.attachments_upload import PURPOSE as HELD
from kiosk.core.debts.pieces import Piece
from kiosk.core.errors import KnownError
from kiosk.core.wire.acknowledgement import Acknowledgement, open_acknowledgement
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.batch import MEDIA_TYPE
from kiosk.core.wire.debt_files import DebtIndex, unpack_piece
from kiosk.core.wire.head import MAX_HEAD_BYTES, open_head
from kiosk.core.wire.heartbeat import HeartbeatAnswer, open_answer
from kiosk.core.wire.manifest import (
    MAX_MANIFEST_BYTES,
    DatasetRef,
    DeltaRef,
    Manifest,
    open_manifest,
    unpack_file,
)
from kiosk.core.wire.order import MAX_ORDERS_BYTES, Orders
from kiosk.core.wire.outcomes import MAX_OUTCOMES_BYTES, Outcomes, open_outcomes
from kiosk.core.wire.payload import read_bytes
from kiosk.core.wire.renewal import Renewed
from kiosk.core.wire.sealed_person import ANSWER as PERSONS_ANSWER
from kiosk.core.wire.sealed_person import DeliveryAnswer
from kiosk.core.wire.session import Challenge, SessionToken, sign_session
from kiosk.link.parts import FileParts
from kiosk.link.transport import BARE, Answer, Transport, refusal_of

T = TypeVar("T")
_UNREADABLE = ("signed.", "wire.", "protocol.", "authority.", "ack.")
_SCANS = "/v1/attachments"
_STALE = ("session.over", "session.none")


@dataclass(frozen=True)
class Me:
    """Who asks: the code and key of the device, its stream, and whom it believes."""

    device: str
    stream: str
    key: Ed25519PrivateKey
    authority: Authority


class CentreClient:
    """Speaks for one device. `partial` keeps what came of files that a cut left unfinished."""

    def __init__(self, transport: Transport, me: Me, now: Callable[[], datetime]) -> None:
        self.transport = transport
        self.me = me
        self.partial: dict[str, bytearray] = {}
        self._now = now
        self._token = ""

    def journal(self, batch: bytes, nonce: str) -> tuple[Acknowledgement, bytes]:
        """Hand over a batch; return the acknowledgement and its signed bytes. Raises KnownError `sync.*`."""
        answer = self.transport.ask("POST", "/v1/journal", batch, media=MEDIA_TYPE)
        body = _body(answer, http.client.OK, http.client.CONFLICT)

        def read() -> Acknowledgement:
            return open_acknowledgement(
                body,
                self.me.authority,
                device=self.me.device,
                stream=self.me.stream,
                nonce=nonce,
                now=self._now(),
            )

        return _genuine(read), body

    def persons(self, delivery: bytes, nonce: str) -> frozenset[str]:
        """Hand over sealed records; return the ids that the centre now holds. Raises KnownError `sync.*`."""
        body = _body(self.transport.ask("POST", "/v1/persons", delivery))

        def read() -> DeliveryAnswer:
            answer = self.me.authority.read(DeliveryAnswer, PERSONS_ANSWER, body, now=self._now())
            if (answer.device, answer.nonce) != (self.me.device, nonce):
                raise KnownError("ack.not_ours")
            return answer

        return frozenset(_genuine(read).stored)

    def heartbeat(self, beat: bytes, nonce: str) -> HeartbeatAnswer:
        """Say what the device holds; return the signed time. Raises KnownError `sync.*`."""
        body = _body(self.transport.ask("POST", "/v1/heartbeat", beat))
        return _genuine(
            lambda: open_answer(body, self.me.authority, device=self.me.device, nonce=nonce, now=self._now())
        )

    def claims(self, claims: bytes) -> None:
        """Show a restored centre what it signed for us; whether it took it in, the next heartbeat says.

        Raises KnownError `sync.*`.
        """
        _body(self.transport.ask("POST", "/v1/claims", claims))

    def readmission(self, shown: bytes) -> None:
        """Show a restored centre that does not know us how it enrolled us. Raises KnownError `sync.*`."""
        _body(self.transport.ask("POST", "/v1/readmission", shown))

    def renewal(self, asked: bytes) -> bytes:
        """Ask for a certificate for a new key; return it (DER), unchecked. Raises KnownError `sync.*`."""
        body = _body(self.transport.ask("POST", "/v1/renewal", asked))
        return bytes.fromhex(_genuine(lambda: read_bytes(Renewed, body, "renewal")).certificate)

    def log(self, sealed: bytes) -> None:
        """Hand over the technical log that an order asked for. Raises KnownError `sync.*`."""
        _body(self.transport.ask("POST", "/v1/logs", sealed))

    def manifest(self) -> Manifest:
        """What the device should hold. Raises KnownError `sync.*`, `manifest.*`."""
        body = self._get("/v1/manifest", MAX_MANIFEST_BYTES)
        return _genuine(
            lambda: open_manifest(body, self.me.authority, device=self.me.device, now=self._now())
        )

    def begin_scan(self, upload: Upload) -> int:
        """Begin the upload of a scan, or find it; return how many bytes are there.

        Raises KnownError `sync.*`, `attachment.*`.
        """
        headers = {"Upload-Length": str(upload.size), "Upload-Metadata": metadata(upload)}
        return self._offset("POST", _SCANS, b"", headers, http.client.CREATED)

    def scan_piece(self, name: str, offset: int, piece: bytes) -> int:
        """Add a piece to an upload; return how many bytes are there. Raises KnownError as `begin_scan`."""
        headers = {"Upload-Offset": str(offset), "Upload-Checksum": checksum(piece)}
        return self._offset("PATCH", f"{_SCANS}/{name}", piece, headers, http.client.NO_CONTENT)

    def scan_held(self, attachment: str, sealed: str, nonce: str) -> ScanHeld:
        """The centre's signature that it holds a scan whole. Raises KnownError `sync.*`, `attachment.*`."""
        body = self._get(f"{_SCANS}/{upload_id(self.me.device, sealed)}?n={nonce}", MAX_HEAD_BYTES)

        def read() -> ScanHeld:
            held = self.me.authority.read(ScanHeld, HELD, body, now=self._now())
            ours = (self.me.device, nonce, attachment, sealed)
            if (held.device, held.nonce, held.attachment, held.sealed) != ours:
                raise KnownError("ack.not_ours")
            return held

        return _genuine(read)

    def _offset(self, method: str, path: str, data: bytes, headers: dict[str, str], good: int) -> int:
        said: list[int] = []

        def ask(token: dict[str, str]) -> None:
            sent = {**token, **headers}
            answer = self.transport.ask(method, path, data, headers=sent, media=OFFSET_MEDIA)
            _body(answer, good)
            if answer.offset is None:
                raise KnownError("sync.captive_portal")
            said.append(answer.offset)

        self._with_token(ask)
        return said[-1]

    def outcomes(self) -> Outcomes:
        """The entries that wait for a person at the centre. Raises KnownError `sync.*`."""
        body = self._get("/v1/outcomes", MAX_OUTCOMES_BYTES)
        return _genuine(
            lambda: open_outcomes(body, self.me.authority, device=self.me.device, now=self._now())
        )

    def head(self) -> str:
        """What stands for all that is new at the centre: the same text, nothing new. Raises `sync.*`."""
        nonce = secrets.token_hex(8)
        body = self._get(f"/v1/head?n={nonce}", MAX_HEAD_BYTES, BARE)
        return _genuine(lambda: open_head(body, self.me.authority, device=self.me.device, nonce=nonce))

    def orders(self) -> tuple[bytes, ...]:
        """Orders to this device, oldest first, each to be opened by itself. Raises KnownError `sync.*`."""
        body = self._get("/v1/orders", MAX_ORDERS_BYTES)
        found = _genuine(lambda: read_bytes(Orders, body, "orders", max_bytes=MAX_ORDERS_BYTES))
        return tuple(text.encode() for text in found.orders)

    def file(self, ref: DatasetRef | DeltaRef) -> bytes:
        """The content of a file of the manifest, checked. A cut is gone on with by the next call.

        Raises KnownError `sync.*`, `manifest.altered`.
        """
        return unpack_file(ref, self._packed(ref))

    def pieces(self, index: DebtIndex, held: int, between: Callable[[], None]) -> Iterator[Piece]:
        """The pieces of a snapshot behind the first `held`, each checked, as they come.

        After a cut the whole pieces that came are given before it is raised. `between` is called between two
        parts of the file, when the line is free for others. Raises KnownError `sync.*`, `manifest.altered`,
        and what `between` raises.
        """
        parts = FileParts(lambda *part: self._part(index.pieces_file, *part), index.size, between)
        parts.skip(sum(one.size for one in index.pieces[:held]))
        for one in index.pieces[held:]:
            yield unpack_piece(one, parts.take(one.size))

    def _part(self, file: str, into: bytearray, start: int, size: int) -> None:
        path, part = f"/v1/files/{file}", bytearray()

        def ask(headers: dict[str, str]) -> None:
            del part[:]
            self.transport.fetch_part(path, part, start, size, headers)

        try:
            self._with_token(ask)
        finally:
            into += part

    def _packed(self, ref: DatasetRef | DeltaRef) -> bytes:
        into = self.partial.setdefault(ref.file, bytearray())
        path = f"/v1/files/{ref.file}"
        if len(into) < ref.size:
            self._with_token(lambda headers: self.transport.fetch(path, into, ref.size, headers))
        del self.partial[ref.file]
        return bytes(into)

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()

    def _get(self, path: str, limit: int, leaving_out: Mapping[str, str | None] | None = None) -> bytes:
        found: list[bytes] = []

        def ask(headers: dict[str, str]) -> None:
            sent = {**headers, **(leaving_out or {})}
            found.append(_body(self.transport.ask("GET", path, headers=sent, limit=limit)))

        self._with_token(ask)
        return found[-1]

    def _with_token(self, ask: Callable[[dict[str, str]], object]) -> None:
        """Ask with the session's token; one that has run out is drawn anew, once."""
        if self._token:
            try:
                ask(self._headers())
            except KnownError as error:
                if error.code not in _STALE:
                    raise
            else:
                return
        self._open_session()
        ask(self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _open_session(self) -> None:
        text = _body(self.transport.ask("POST", "/v1/challenge", b""))
        drawn = _genuine(lambda: read_bytes(Challenge, text, "challenge"))
        signed = sign_session(self.me.device, drawn.challenge, key=self.me.key, made=self._now())
        body = _body(self.transport.ask("POST", "/v1/session", signed))
        self._token = _genuine(lambda: read_bytes(SessionToken, body, "session")).token


def _body(answer: Answer, *good: int) -> bytes:
    """The body of an answer with a status that the question may have; else raises what it is."""
    if answer.status not in (good or (http.client.OK,)):
        raise refusal_of(answer)
    return answer.body


def _genuine(read: Callable[[], T]) -> T:
    """What the centre signed for us; anything else with a good status is a page of somebody else."""
    try:
        return read()
    except KnownError as error:
        if not error.code.startswith(_UNREADABLE):
            raise
        raise KnownError("sync.captive_portal") from error
