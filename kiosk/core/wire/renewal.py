"""A new certificate for TLS before the old one runs out: asked for by the device key, proved by the CA.

The request is a signed object of purpose `renewal` by the device key. Its answer needs no signature of its
own: a certificate is signed by the CA that the device knows, and names the device and the key that it made.
"""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from kiosk.core.wire.fields import DeviceCode, Hex32
from kiosk.core.wire.forms import Der

PURPOSE = "renewal"
MAX_RENEWAL_BYTES = 32 * 1024


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """`csr`: PKCS#10 request of the new P-256 key. `held`: the certificate that the device has now, which a
    restored centre may not know, and must, to turn it away one day.
    """

    device: DeviceCode
    stream: Hex32
    nonce: Hex32
    csr: Der
    held: Der


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """Answer of `POST /v1/renewal`: the new certificate."""

    device: DeviceCode
    certificate: Der


def renewal_due(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether two thirds of a certificate's life are over at this time, which should be the centre's own."""
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return at >= begins + (ends - begins) * 2 // 3
