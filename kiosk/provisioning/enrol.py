"""Enrols a device over the network: the code on the slip vouches for the CA, the CA for the root, for good.

The root key comes in the bundle. It is believed because the CA certificate names it and the slip's code names
the certificate; from then on the device keeps it and believes only what it signed or delegated.
"""

import http.client
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk import __version__
from kiosk.core.clock import TrustedTime
from kiosk.core.errors import KnownError
from kiosk.core.wire.bundle import MAX_BUNDLE_BYTES, BookGrant, Bundle, open_bundle
from kiosk.core.wire.enrolment import Slip, make_request, read_slip
from kiosk.core.wire.manifest import Manifest, open_manifest
from kiosk.core.wire.numbers import read_number
from kiosk.core.wire.pki import ca_code, read_ca_code
from kiosk.core.wire.reference import STAFF, open_reference, read_roster
from kiosk.core.wire.times import utc_ms
from kiosk.link.centre import CentreClient, Me
from kiosk.link.certificate import own_certificate
from kiosk.link.transport import Timeouts, Transport, fetch_ca, refusal_of
from kiosk.provisioning.pending import Pending, keep_pending, kept_pending
from kiosk.store.moments import read_clocks

NEEDED = ("zone", "policy", "fees", "catalogue", STAFF)
"""Data without which a device is none; the rest follows by sync."""
_SLOWEST_MS = 10_000


@dataclass(frozen=True)
class SignedData:
    """One dataset whose signature and hash were checked."""

    name: str
    version: int
    hash: str
    content: bytes
    as_of: datetime


@dataclass(frozen=True)
class EnrolledDevice:
    """What the centre made of a device, checked from the slip's code to the last signature.

    `signed`: the bytes of the bundle, which a restored centre may have to be shown.
    """

    pending: Pending
    bundle: Bundle
    signed: bytes
    data: tuple[SignedData, ...]
    books: tuple[tuple[BookGrant, str], ...]
    anchor: TrustedTime | None


def typed_slip(address: str, code: str, number: str) -> Slip:
    """A slip as typed by hand. Raises KnownError `number.*`, `provision.address`."""
    digits, centre = read_number(number), read_ca_code(code)
    try:
        return read_slip(f"KIOSK1 {digits} {centre} {address.strip().rstrip('/')}")
    except KnownError as error:
        raise KnownError("provision.address") from error


def enrol(
    slip: Slip, workshop: Path, *, now: Callable[[], datetime], timeouts: Timeouts | None = None
) -> EnrolledDevice:
    """Enrol with a slip. A request that is under way in `workshop` is gone on with, if it is of this number.

    Raises KnownError `pki.other_centre` for a server that is not the slip's, `enrol.*` (wrong, used, expired
    …), `sync.*` of the line, `provision.lacks_data`, `bundle.*`, `signed.*`, `store.*`.
    """
    ca = trusted_ca(slip, timeouts)
    pending = kept_pending(workshop, slip) or _new(slip, workshop, now())
    transport = Transport(slip.address, ca, timeouts=timeouts)
    try:
        asked = read_clocks()
        answer = transport.ask("POST", "/v1/enrol", pending.request, limit=MAX_BUNDLE_BYTES)
        heard = read_clocks()
        if answer.status != http.client.OK:
            raise refusal_of(answer)
        opened = open_bundle(answer.body, request=pending.request, code=slip.code, now=now())
        bundle, authority = opened.bundle, opened.authority
        manifest = open_manifest(bundle.manifest.encode(), authority, device=bundle.device, now=now())
        books = bundle.book_grants(authority, now=now())
    finally:
        transport.close()
    own = own_certificate(bundle.certificate, pending.tls_der.hex())
    me = Me(bundle.device, pending.stream, pending.key, authority)
    client = CentreClient(Transport(slip.address, ca, own=own, timeouts=timeouts), me, now)
    try:
        data = tuple(_fetch(client, manifest, name, now()) for name in NEEDED)
    finally:
        client.close()
    anchor, took = None, heard.mono_ms - asked.mono_ms
    if bundle.nonce and heard.boot == asked.boot and 0 <= took <= _SLOWEST_MS:
        anchor = TrustedTime(utc_ms(bundle.server_time) + took // 2, heard.boot, heard.mono_ms)
    return EnrolledDevice(pending, bundle, answer.body, data, books, anchor)


def trusted_ca(slip: Slip, timeouts: Timeouts | None = None) -> bytes:
    """The CA certificate (DER) of the slip's centre, before anything is asked of it.

    Raises KnownError `pki.other_centre`, `pki.malformed`, `sync.*`.
    """
    try:
        der = x509.load_pem_x509_certificate(fetch_ca(slip.address, timeouts)).public_bytes(Encoding.DER)
    except ValueError as error:
        raise KnownError("pki.malformed") from error
    if ca_code(der) != slip.code:
        raise KnownError("pki.other_centre")
    return der


def _new(slip: Slip, workshop: Path, made: datetime) -> Pending:
    """Make keys and request, and keep them before anything leaves."""
    key, tls = Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    stream = secrets.token_hex(16)
    request = make_request(
        slip.number,
        slip.code,
        device=key,
        csr=builder.sign(tls, SHA256()).public_bytes(Encoding.DER),
        stream=stream,
        app=__version__,
        nonce=secrets.token_hex(16),
        made=made,
    )
    pending = Pending(key, tls, stream, request)
    keep_pending(workshop, slip, pending, secrets.token_bytes(16))
    return pending


def _fetch(client: CentreClient, manifest: Manifest, name: str, now: datetime) -> SignedData:
    ref = manifest.find(name)
    if ref is None:
        raise KnownError("provision.lacks_data", name=name)
    one = open_reference(name, client.file(ref), client.me.authority, now=now)
    if one.hash != ref.hash:
        raise KnownError("manifest.altered", name=name)
    if name == STAFF:
        read_roster(one.content)
    return SignedData(name, ref.version, ref.hash, one.content, ref.as_of)
