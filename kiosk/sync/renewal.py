"""The certificate that this device shows, and how it comes to a new one before that runs out.

Whether it is time is judged by the time that the centre signed in this very round, never by this machine's
clock. Who is past the end is told so by the proxy before the centre, and asks again without showing one: the
address of renewals is open, since the device's own signature says who asks.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from kiosk.core.clock import ClockReading
from kiosk.core.entries.technical import CertificateRenewed
from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.heartbeat import HeartbeatAnswer
from kiosk.core.wire.payload import sign_record
from kiosk.core.wire.pki import check_certificate, read_certificate
from kiosk.core.wire.renewal import PURPOSE, renewal_due
from kiosk.core.wire.renewal import Renewal as Request
from kiosk.link.centre import CentreClient
from kiosk.link.certificate import own_certificate
from kiosk.store.driver import transaction
from kiosk.store.moments import read_clocks
from kiosk.store.renewal import (
    Renewal,
    forget_renewed,
    keep_renewal,
    pair_shown,
    renewal_of,
    use_renewed,
)
from kiosk.store.sync_state import acknowledged, centre_of
from kiosk.sync.place import Place, now

EXPIRED = "sync.certificate_expired"
_TURNED_AWAY = (EXPIRED, "sync.certificate_missing", "sync.certificate_refused")
"""Of a new certificate: the one before may do. One that was revoked speaks of the device, not of the file."""
_LINE = ("sync.offline", "sync.timeout", "sync.busy", "sync.tls", "sync.captive_portal", "sync.stopped")
"""No answer: the same request goes out again with the next round."""
_OLDER_CENTRE = "sync.too_old"
_DAY_MS = 24 * 3_600_000
_VALID = timedelta(minutes=5)


class OwnCertificate:
    """The certificate of one device on the connection of its rounds."""

    def __init__(self, place: Place, client: CentreClient) -> None:
        self._place = place
        self._client = client

    def taken(self) -> None:
        """The centre answered: what was shown holds, and a new one takes the place of the one before."""
        if renewal_of(self._place.db).certificate:
            with transaction(self._place.db):
                use_renewed(self._place.db)

    def shows_the_one_before(self, error: KnownError) -> bool:
        """After a refusal of a new certificate: whether the one that it is to replace is shown again."""
        if error.code not in _TURNED_AWAY or not renewal_of(self._place.db).certificate:
            return False
        with transaction(self._place.db):
            forget_renewed(self._place.db, error.code)
        self._show()
        return True

    def renewed_without_one(self, error: KnownError) -> bool:
        """After the refusal of one that ran out: whether there is a new one. Raises KnownError `store.*`."""
        if error.code != EXPIRED or not self._may_ask():
            return False
        kept = acknowledged(self._place.db)
        self._client.transport.show(None)
        try:
            self._renew(kept.epoch if kept else self._place.centre.epoch)
        except KnownError as refused:
            if refused.code.startswith("store."):
                raise
            return False
        finally:
            self._show()
        return True

    def renew_when_due(self, told: HeartbeatAnswer, faults: list[KnownError]) -> bool:
        """Renew by the time that the centre has just signed; whether an entry was written.

        One of a renewal that a restored centre forgot is renewed too, so that it can be turned away one day.
        A refusal is one of the `faults`: it holds up nothing else. Raises KnownError `store.*`.
        """
        if not self._due(told) or not self._may_ask():
            return False
        try:
            self._renew(told.epoch)
        except KnownError as error:
            if error.code.startswith("store."):
                raise
            if error.code != _OLDER_CENTRE:
                faults.append(error)
            return False
        self._show()
        return True

    def _due(self, told: HeartbeatAnswer) -> bool:
        certificate, key = pair_shown(self._place.db)
        if not certificate or not key:
            return False
        forgotten = 0 < renewal_of(self._place.db).epoch < told.epoch
        return forgotten or renewal_due(read_certificate(bytes.fromhex(certificate)), told.server_time)

    def _may_ask(self) -> bool:
        """Whether a day has passed since the last answer."""
        asked, clocks = renewal_of(self._place.db).asked, read_clocks()
        return asked is None or _since(asked, clocks) >= _DAY_MS

    def _renew(self, epoch: int) -> None:
        """Ask for a certificate and keep it. Raises KnownError `sync.*`, `pki.*`, `central.*`, `store.*`."""
        place, asked = self._place, self._prepared()
        message = Request(
            device=place.me.device,
            stream=place.me.stream,
            nonce=secrets.token_hex(16),
            csr=asked.csr,
            held=_held(place),
        )
        signed = sign_record(PURPOSE, message, key=place.me.key, issued=now(), expires=now() + _VALID)
        try:
            der = self._client.renewal(signed)
            ca, public = bytes.fromhex(place.centre.ca), _key(asked).public_key()
            check_certificate(der, ca, device=place.me.device, key=public)
        except KnownError as error:
            if error.code not in _LINE:
                self._keep_refusal(error.code)
            raise
        self._keep_issued(der, epoch)

    def _prepared(self) -> Renewal:
        """The request that is under way, or a new key, kept before anything leaves."""
        kept = renewal_of(self._place.db)
        if kept.key and not kept.certificate:
            return kept
        key = ec.generate_private_key(ec.SECP256R1())
        builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
        made = Renewal(
            key=key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()).hex(),
            csr=builder.sign(key, SHA256()).public_bytes(Encoding.DER).hex(),
            epoch=kept.epoch,
            asked=kept.asked,
            refused=kept.refused,
        )
        with transaction(self._place.db):
            keep_renewal(self._place.db, made)
        return made

    def _keep_refusal(self, code: str) -> None:
        with transaction(self._place.db) as db:
            kept = renewal_of(db)
            keep_renewal(db, replace(kept, asked=read_clocks(), refused=code))

    def _keep_issued(self, der: bytes, epoch: int) -> None:
        """Key and certificate, and the entry that tells of them, in one transaction."""
        until = read_certificate(der).not_valid_after_utc
        with self._place.act() as act:
            kept = replace(renewal_of(act.db), certificate=der.hex(), certificate_epoch=epoch)
            keep_renewal(act.db, replace(kept, asked=read_clocks(), refused=""))
            act.append(CertificateRenewed(certificate=hashlib.sha256(der).hexdigest(), until=until))

    def _show(self) -> None:
        """Show the newest from the next connection on."""
        self._client.transport.show(own_certificate(*pair_shown(self._place.db)))


def _held(place: Place) -> str:
    """The certificate in use, which the new one is to replace."""
    centre = centre_of(place.db)
    if centre is None or not centre.certificate:
        raise BugError("a device without a certificate renews none")
    return centre.certificate


def _key(asked: Renewal) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(bytes.fromhex(asked.key), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise BugError("the key of the renewal under way is not ours")
    return key


def _since(asked: ClockReading, clocks: ClockReading) -> int:
    """Milliseconds, by time since boot within one boot, else by the wall clock, whichever way it was set."""
    if asked.boot == clocks.boot:
        return clocks.mono_ms - asked.mono_ms
    return abs(clocks.utc_ms - asked.utc_ms)
