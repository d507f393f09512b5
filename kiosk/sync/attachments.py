"""Sends scans, one piece at a time and money before each: they hold nothing up and never fail a round.

A piece is as large as the line carries in about a second, so that money waits no longer than that behind one.
The centre says how far an upload is, so a cut, a crash or a restart costs one piece. Only the centre's
signature that it holds the whole counts as sent, and only its word that a back-up has it, too, as safe.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from kiosk.core.attachments_upload import LEAST_PIECE, PIECE, Upload, seal_key, upload_id
from kiosk.core.errors import KnownError
from kiosk.link.centre import CentreClient
from kiosk.link.network import network_name, way_out
from kiosk.store.attachments import Held, State, attachments, forget_sent, keep_sent
from kiosk.store.driver import transaction
from kiosk.store.queries.queue import acknowledged_through
from kiosk.store.scan_rules import note_sent, scan_rules, sent_on
from kiosk.store.sync_state import acknowledged
from kiosk.sync.place import Place, now

Answered = TypeVar("Answered")
_NS = 10**9
_QUICK_NS, _SLOW_NS = 9 * _NS // 10, 22 * _NS // 10
"""A piece that took less is followed by one twice as large, one that took more by one half as large."""
_FIRST_PIECE = 16 * 1024
_SLICE_NS = 20 * _NS
"""After so long the round ends, so that orders and data come down between two slices of scans."""
_ASK_AGAIN_NS, _MOST_ASKED = 3600 * _NS, 20
"""How long after an answer a scan is asked for again, and how many at most in one round."""
_GONE = ("attachment.no_upload", "attachment.unfinished")
_TRIES = 3
"""How often one scan may find the centre elsewhere than it thought, in one round."""


@dataclass
class ScansSent:
    """What a round did for scans: how many are whole at the centre, bytes sent, and whether it could go on.

    `fault`: the line that ended it. `faults`: of single scans, which are set aside until the next start.
    """

    whole: int = 0
    bytes: int = 0
    more: bool = False
    fault: KnownError | None = None
    faults: list[KnownError] = field(default_factory=list)


def network_in_use() -> str:
    """By what a network is known again: its name, or the own address on it; '' without any."""
    return network_name() or ",".join(way_out())


def sealed_for_centre(place: Place, one: Held) -> tuple[bytes, Upload]:
    """The sealed bytes of a scan, and what is said of them before they come, with its key for the centre.

    Raises KnownError `attachment.*` for a scan that is damaged or erased, `store.*`.
    """
    sealed = place.scans.sealed(one)
    key = seal_key(
        place.scans.key(one.attachment),
        attachment=one.attachment,
        device=place.me.device,
        intake=X25519PublicKey.from_public_bytes(bytes.fromhex(place.centre.intake)),
    )
    return sealed, Upload(attachment=one.attachment, sealed=one.sums.sealed, size=len(sealed), key=key.hex())


class Scans:
    """The scans of one device, on the connection and the thread of its round."""

    def __init__(
        self,
        place: Place,
        client: CentreClient,
        *,
        clock: Callable[[], int] = time.monotonic_ns,
        network: Callable[[], str] = network_in_use,
    ) -> None:
        self._place = place
        self._client = client
        self._clock = clock
        self._network = network
        self._piece = _FIRST_PIECE
        self._aside: dict[str, KnownError] = {}
        self._asked_at: dict[str, int] = {}

    def wait(self) -> bool:
        """Whether a scan could be sent now, or may have become safe: its entry is at the centre, or in a
        back-up there, and no rule holds it back.
        """
        return bool(self._unsafe()) or (bool(self._waiting()) and self._left_today() != 0)

    def send(self, between: Callable[[], None]) -> ScansSent:
        """Send for a while; `between` is called before each piece, and sends money that waits.

        Raises KnownError `store.*`, and what `between` raises.
        """
        sent, ends = ScansSent(), self._clock() + _SLICE_NS
        left = self._left_today()
        try:
            for one in self._waiting():
                if not self._send_one(one, sent, between, ends, left):
                    sent.more = True
                    break
            else:
                self._ask_about_safety()
        except _LineError as error:
            sent.fault = error.fault
        finally:
            sent.faults = list(self._aside.values())
            if sent.bytes:
                with transaction(self._place.db):
                    note_sent(self._place.db, _today(), sent.bytes)
        return sent

    def _waiting(self) -> list[Held]:
        db = self._place.db
        through = acknowledged_through(db)
        found = [
            one
            for one in attachments(db)
            if one.state is State.WAITING and one.seq <= through and one.attachment not in self._aside
        ]
        return [] if found and scan_rules(db).hold_back(self._network) else found

    def _unsafe(self) -> list[Held]:
        """Scans at the centre that a back-up may hold by now, as it holds their entries."""
        db = self._place.db
        kept = acknowledged(db)
        safe, at = (kept.safe_through if kept else 0), self._clock()
        found = [
            one
            for one in attachments(db)
            if one.state is State.SENT
            and one.seq <= safe
            and at >= self._asked_at.get(one.attachment, at - _ASK_AGAIN_NS) + _ASK_AGAIN_NS
        ]
        return [] if found and scan_rules(db).hold_back(self._network) else found

    def _ask_about_safety(self) -> None:
        """Ask whether back-ups hold scans; one that the centre lost before waits again."""
        for one in self._unsafe()[:_MOST_ASKED]:
            self._asked_at[one.attachment] = self._clock()
            try:
                self._confirm(one)
            except KnownError as error:
                if error.code in _GONE:
                    with transaction(self._place.db):
                        forget_sent(self._place.db, one.attachment)
                elif error.code.startswith("attachment."):
                    self._aside[one.attachment] = error
                else:
                    raise

    def _left_today(self) -> int | None:
        """Bytes that may still be sent today; None for any number."""
        most = scan_rules(self._place.db).day_bytes
        return None if most is None else max(0, most - sent_on(self._place.db, _today()))

    def _send_one(
        self, one: Held, sent: ScansSent, between: Callable[[], None], ends: int, left: int | None
    ) -> bool:
        """Send a scan; False when time or bytes were used up before its end."""
        try:
            sealed, upload = sealed_for_centre(self._place, one)
            tries = _TRIES
            while tries:
                offset = self._asked(lambda: self._client.begin_scan(upload))
                try:
                    while offset < len(sealed):
                        between()
                        if self._clock() >= ends or (left is not None and sent.bytes >= left):
                            return False
                        offset = self._send_piece(upload, sealed, offset, sent)
                    self._confirm(one)
                    sent.whole += 1
                except KnownError as error:
                    if error.code != "attachment.other_offset":
                        raise
                    tries -= 1
                else:
                    return True
        except KnownError as error:
            if not error.code.startswith("attachment."):
                raise
            self._aside[one.attachment] = error
        return True

    def _send_piece(self, upload: Upload, sealed: bytes, offset: int, sent: ScansSent) -> int:
        piece = sealed[offset : offset + self._piece]
        name = upload_id(self._place.me.device, upload.sealed)
        began = self._clock()
        after = self._asked(lambda: self._client.scan_piece(name, offset, piece))
        took = self._clock() - began
        sent.bytes += len(piece)
        if len(piece) == self._piece and took < _QUICK_NS:
            self._piece = min(PIECE, self._piece * 2)
        elif took > _SLOW_NS:
            self._piece = max(LEAST_PIECE, self._piece // 2)
        if after != offset + len(piece):
            raise KnownError("attachment.other_offset", offset=after)
        return after

    def _confirm(self, one: Held) -> None:
        """Keep what the centre signs of a scan. Raises KnownError `attachment.*`."""
        nonce = secrets.token_hex(16)
        held = self._asked(lambda: self._client.scan_held(one.attachment, one.sums.sealed, nonce))
        with transaction(self._place.db):
            keep_sent(self._place.db, one.attachment, held.epoch, safe=held.safe)

    def _asked(self, ask: Callable[[], Answered]) -> Answered:
        """Ask the centre; what is the line's fault, or the centre's, ends the scans and not the round."""
        try:
            return ask()
        except KnownError as error:
            if error.code.startswith(("attachment.", "store.")) or error.code == "sync.stopped":
                raise
            raise _LineError(error) from error


class _LineError(Exception):
    """The line failed while a scan was on it."""

    def __init__(self, fault: KnownError) -> None:
        super().__init__(fault.code)
        self.fault = fault


def _today() -> str:
    return now().date().isoformat()
