"""Certificates of the project's own authority: what a device checks before it believes a server or a bundle.

The CA certificate (P-256) carries SHA-256 of the root key in its subject's serial number, so the code of the
CA on the enrolment slip vouches for the root as well.
"""

import hashlib

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from kiosk.core.errors import KnownError
from kiosk.core.wire.numbers import read_number, with_check

CODE_DIGITS = 30
"""Digits of a CA code before its check digits: 99 bits of SHA-256, beyond finding a second certificate."""
_FAULTS = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)


def ca_code(ca_der: bytes) -> str:
    """The code of a CA certificate, as it stands on a slip: 30 digits of SHA-256(DER) and 2 check digits."""
    whole = int.from_bytes(hashlib.sha256(ca_der).digest(), "big")
    return with_check(f"{whole % 10**CODE_DIGITS:030d}")


def read_ca_code(typed: str) -> str:
    """The digits of a CA code as typed. Raises KnownError `number.*`."""
    return read_number(typed, CODE_DIGITS + 2)


def check_ca(ca_der: bytes, code: str, root: Ed25519PublicKey) -> None:
    """Hold a CA certificate and a root key to the code on the slip.

    Raises KnownError `pki.other_centre` when they are not the ones, `pki.malformed`.
    """
    if ca_code(ca_der) != code:
        raise KnownError("pki.other_centre")
    named = read_certificate(ca_der).subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if [one.value for one in named] != [root_name(root)]:
        raise KnownError("pki.other_centre")


def root_name(root: Ed25519PublicKey) -> str:
    """How the CA certificate names the root key: SHA-256 of its 32 raw bytes, hex."""
    return hashlib.sha256(root.public_bytes_raw()).hexdigest()


def check_certificate(der: bytes, ca_der: bytes, *, device: str, key: ec.EllipticCurvePublicKey) -> None:
    """Hold the certificate of a device to its issuer, its code and its own TLS key.

    Raises KnownError `pki.wrong_certificate` or `pki.malformed`. Times are left to the TLS library.
    """
    certificate = read_certificate(der)
    if not issued_to(certificate, ca_der, device) or _raw(certificate.public_key()) != _raw(key):
        raise KnownError("pki.wrong_certificate")


def issued_to(certificate: x509.Certificate, ca_der: bytes, device: str) -> bool:
    """Whether this CA issued the certificate to this device. Raises KnownError `pki.malformed`."""
    issuer = read_certificate(ca_der)
    names = [one.value for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, *_FAULTS):
        return False
    return names == [device]


def read_certificate(der: bytes) -> x509.Certificate:
    """Read a certificate. Raises KnownError `pki.malformed`."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.subject, certificate.public_key()
    except _FAULTS as error:
        raise KnownError("pki.malformed") from error
    return certificate


def read_request(der: bytes) -> ec.EllipticCurvePublicKey:
    """The P-256 key of a certificate request that its holder signed. Raises KnownError `pki.malformed`."""
    try:
        request = x509.load_der_x509_csr(der)
        key, signed = request.public_key(), request.is_signature_valid
    except (InvalidSignature, *_FAULTS) as error:
        raise KnownError("pki.malformed") from error
    if (
        not signed
        or not isinstance(key, ec.EllipticCurvePublicKey)
        or not isinstance(key.curve, ec.SECP256R1)
    ):
        raise KnownError("pki.malformed")
    return key


def pem_of(der: bytes) -> str:
    """A certificate in PEM: what TLS libraries take as `verify`. Raises KnownError `pki.malformed`."""
    return read_certificate(der).public_bytes(Encoding.PEM).decode("ascii")


def _raw(key: object) -> bytes | None:
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return None
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
