"""The project's own certificate authority (P-256): its certificate, the server's, and those of devices."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.core.wire.pki import root_name

CA_DAYS, SERVER_DAYS, DEVICE_DAYS, LIST_DAYS = 3650, 825, 730, 365
_BACK = timedelta(minutes=5)
"""Certificates begin a little in the past: a device whose clock is just behind must not be turned away."""


def make_ca(root: Ed25519PublicKey, key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    """The CA certificate, DER; its subject names the root key."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "Mobile centre kiosk CA"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, root_name(root)),
        ]
    )
    builder = (
        _builder(name, name, key.public_key(), now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


def issue_server(
    hosts: Sequence[str],
    public: ec.EllipticCurvePublicKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> bytes:
    """The server's certificate for these host names and addresses, DER."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mobile centre kiosk server")])
    names = x509.SubjectAlternativeName([_general(host) for host in hosts])
    builder = _leaf(name, public, ca, ca_key, now, SERVER_DAYS, ExtendedKeyUsageOID.SERVER_AUTH)
    return builder.add_extension(names, critical=False).sign(ca_key, SHA256()).public_bytes(Encoding.DER)


def names_host(chain: bytes, host: str) -> bool:
    """Whether the first certificate of a PEM chain is for this host name or address."""
    found = x509.load_pem_x509_certificates(chain)[0].extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    return _general(host) in list(found.value)


def issue_device(
    device: str,
    unit: str,
    public: ec.EllipticCurvePublicKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> bytes:
    """The certificate of a device for its TLS key, DER."""
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, device),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        ]
    )
    builder = _leaf(name, public, ca, ca_key, now, DEVICE_DAYS, ExtendedKeyUsageOID.CLIENT_AUTH)
    return builder.sign(ca_key, SHA256()).public_bytes(Encoding.DER)


def revoke(
    certificates: Sequence[x509.Certificate],
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    days: int = LIST_DAYS,
) -> bytes:
    """The list of certificates that are revoked (RFC 5280 §5), PEM, good for so many days from now.

    A proxy that holds a list that has run out turns everybody away, so it is good for long and renewed often.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.subject)
        .last_update(now - _BACK)
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
    )
    for one in certificates:
        revoked = x509.RevokedCertificateBuilder().serial_number(one.serial_number)
        builder = builder.add_revoked_certificate(revoked.revocation_date(now).build())
    return builder.sign(ca_key, SHA256()).public_bytes(Encoding.PEM)


def _leaf(
    name: x509.Name,
    public: ec.EllipticCurvePublicKey,
    ca: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    days: int,
    purpose: x509.ObjectIdentifier,
) -> x509.CertificateBuilder:
    return (
        _builder(name, ca.subject, public, now, days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACK)
        .not_valid_after(now + timedelta(days=days))
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
