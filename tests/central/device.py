"""A device as the centre sees it: keys, an enrolment, and a real journal that it writes and sends."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta

import requests
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.core.contact import DeviceSide
from kiosk.core.entries import operations, payment, staff
from kiosk.core.entries.body import Body, with_totals
from kiosk.core.entries.build import Circumstances, build_entry
from kiosk.core.entries.parts import Line, VersionRef
from kiosk.core.wire.acknowledgement import Acknowledgement, open_acknowledgement
from kiosk.core.wire.authority import Authority
from kiosk.core.wire.batch import fitting, pack_batch
from kiosk.core.wire.bundle import Bundle, open_bundle
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.codec import load
from kiosk.core.wire.enrolment import Slip, make_request
from kiosk.core.wire.entry import Link, Record, entry_bytes, entry_hash, sign_entry
from kiosk.core.wire.heartbeat import DeviceClocks, Heartbeat, HeartbeatAnswer, open_answer
from kiosk.core.wire.manifest import Manifest, open_manifest, unpack_file
from kiosk.core.wire.payload import read_bytes, sign_record
from kiosk.core.wire.session import Challenge, SessionToken, sign_session
from kiosk.core.wire.signed import kid_of
from kiosk.core.wire.totals import Totals
from tests.central.server import TestServer
from tests.core.entries.samples import DEBTS_PAID, OPENED, PAYMENT, circumstances

SUPERVISOR, TELLER = "SUP-1", "TEL-1"
KEYS = {
    SUPERVISOR: Ed25519PrivateKey.from_private_bytes(bytes([21]) * 32),
    TELLER: Ed25519PrivateKey.from_private_bytes(bytes([22]) * 32),
}


def tls_request(key: ec.EllipticCurvePrivateKey) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key, SHA256()).public_bytes(Encoding.DER)


@dataclass
class Device:
    """Writes entries chained, totalled and signed as a real device does, and speaks to the server."""

    server: TestServer
    http: requests.Session
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    tls: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    stream: str = field(default_factory=lambda: secrets.token_hex(16))
    records: list[Record] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    shift: Link | None = None
    serial: int = 0
    contacts: DeviceSide = field(default_factory=DeviceSide)

    bundle: Bundle = field(init=False)
    authority: Authority = field(init=False)

    def request(self, slip: Slip) -> bytes:
        return make_request(
            slip.number,
            slip.code,
            device=self.key,
            csr=tls_request(self.tls),
            stream=self.stream,
            app="0.1.0",
            nonce=secrets.token_hex(16),
            made=self.server.clock.now(),
        )

    def enrol(self, slip: Slip | None = None) -> "Device":
        slip = slip or self.server.prepare()
        request = self.request(slip)
        answer = self.post("/v1/enrol", request)
        assert answer.status_code == 200, answer.text
        done = open_bundle(answer.content, request=request, code=slip.code, now=self.server.clock.now())
        self.bundle, self.authority = done.bundle, done.authority
        return self

    @property
    def code(self) -> str:
        return self.bundle.device

    @property
    def series(self) -> str:
        return f"{self.code}-E1B1"

    def post(self, path: str, data: bytes) -> requests.Response:
        return self.http.post(self.server.address + path, data=data, timeout=20)

    def write(self, body: Body, by: str | None = None, *signers: str) -> Link:
        body, self.totals = with_totals(body, self.totals)
        envelope: Circumstances = replace(circumstances(body, by), at=self.server.clock.now())
        if envelope.shift:
            envelope = replace(envelope, shift=self.shift)
        entry = build_entry(self.stream, len(self.records) + 1, body, envelope)
        self.chain(entry_bytes(entry), *signers)
        return entry.link

    def chain(self, data: bytes, *signers: str) -> None:
        """Add these very bytes, whatever they are."""
        seq = len(self.records) + 1
        digest = entry_hash(self.head(seq - 1), seq, data)
        sigs = tuple(
            sign_entry(digest, by=one, kid=kid_of(key.public_key()), key=key)
            for one, key in ((one, KEYS.get(one, self.key)) for one in signers)
        )
        self.records.append(Record(seq, data, digest, sigs))

    def head(self, seq: int) -> bytes:
        return self.records[seq - 1].hash if seq else bytes(32)

    def begin(self) -> "Device":
        """Write what stands before the first payment: stream, people, book, shift."""
        public = self.key.public_key()
        self.write(
            staff.StreamOpened(
                device=self.code,
                unit=self.bundle.unit.code,
                vehicle="V-07",
                kid=kid_of(public),
                public_key=public.public_bytes_raw().hex(),
                trial=False,
            ),
            None,
            self.code,
        )
        roles: tuple[tuple[str, tuple[staff.RoleName, ...]], ...] = (
            (SUPERVISOR, ("supervisor",)),
            (TELLER, ("teller",)),
        )
        for member, has in roles:
            key = KEYS[member].public_key()
            added = staff.StaffAdded(
                member=member,
                roles=has,
                slot=f"slot-{member}",
                kid=kid_of(key),
                public_key=key.public_bytes_raw().hex(),
                basis="enrolment",
            )
            self.write(added, None, self.code)
        self.write(operations.BookTaken(series=self.series, first=1, last=1000, grant=None))
        book = replace(OPENED.book, series=self.series, next=1, last=1000)
        self.shift = self.write(replace(OPENED, book=book, from_shift=None, previous_kept=0), TELLER, TELLER)
        return self

    def pay(self, by: str = TELLER) -> Link:
        """Take a payment for a request, with its receipt."""
        return self._receipted(self.write(PAYMENT, by), PAYMENT.total, by)

    def collect(self, debt: str, charge: str, piastres: int, by: str = TELLER) -> Link:
        """Take part of a debt, with its receipt."""
        part = payment.Part(debt=debt, charge=charge, component="principal", piastres=piastres, was_due=True)
        body = replace(
            DEBTS_PAID,
            what_for=payment.DebtsFor(debtor="DB-1", found_by="account", confirmed_by=None),
            lines=(
                Line(
                    kind="debt", account="9", label="debt", piastres=piastres, refundable=False, sample=False
                ),
            ),
            total=piastres,
            tenders=(payment.Cash(tendered=piastres, change=0, applied=piastres, left=0),),
            allocation=payment.Allocation(chosen_by="debtor", parts=(part,), credits=()),
            outage=None,
        )
        return self._receipted(self.write(body, by), piastres, by)

    def void(self, paid: Link, piastres: int) -> Link:
        """Void the receipt that follows a payment."""
        number = f"{self.series}-{self.serial:06d}"
        body = payment.ReceiptVoided(
            number=number,
            receipt=Link(self.stream, paid.seq + 1),
            payment=paid,
            reason="wrong_amount",
            remark=None,
            copies_printed=1,
            copies_recovered=1,
            cash_returned=piastres,
            slips=(),
            card_returned=0,
            replacement=None,
            approver=SUPERVISOR,
            totals=Totals(),
        )
        return self.write(body, TELLER, TELLER, SUPERVISOR)

    def _receipted(self, paid: Link, piastres: int, by: str) -> Link:
        self.serial += 1
        number = f"{self.series}-{self.serial:06d}"
        receipt = payment.ReceiptIssued(
            number=number,
            series=self.series,
            serial=self.serial,
            payment=paid,
            piastres=piastres,
            form33=payment.Form33(mode="device", paper=None),
            template=VersionRef(version=1, hash="ab" * 32),
            totals=Totals(),
        )
        self.write(receipt, by)
        return paid

    def pack(self, first: int = 1, last: int | None = None, nonce: str = "0f" * 16) -> bytes:
        chosen = self.records[first - 1 : last]
        assert fitting(chosen) == len(chosen)
        return pack_batch(
            chosen,
            device=self.code,
            stream=self.stream,
            head_before=self.head(first - 1),
            nonce=nonce,
            made=self.server.clock.now(),
            waiting=len(self.records) - first + 1,
            key=self.key,
        )

    def send(self, first: int = 1, last: int | None = None) -> Acknowledgement:
        """Send a batch, read the signed answer, whatever the status."""
        nonce = secrets.token_hex(16)
        answer = self.post("/v1/journal", self.pack(first, last, nonce))
        return open_acknowledgement(
            answer.content,
            self.authority,
            device=self.code,
            stream=self.stream,
            nonce=nonce,
            now=self.server.clock.now(),
        )

    def heartbeat(self, **changes: object) -> bytes:
        now = self.server.clock.now()
        self.contacts, contact = self.contacts.begin(secrets.token_hex(16))
        beat = Heartbeat(
            device=self.code,
            stream=self.stream,
            nonce="ab" * 16,
            app="0.1.0",
            epoch=1,
            confirmed=None,
            seq=len(self.records),
            acknowledged=0,
            denied=None,
            oldest=None,
            attention=0,
            datasets=(),
            books=(),
            stops=(),
            order=None,
            contact=contact,
            clock=DeviceClocks(utc=now, boot="b0" * 16, mono_ms=1000, suspect=False),
        )
        beat = replace(beat, **changes)  # type: ignore[arg-type]
        return sign_record("heartbeat", beat, key=self.key, issued=now, expires=now + timedelta(minutes=5))

    def beat(self, **changes: object) -> HeartbeatAnswer:
        answer = self.post("/v1/heartbeat", self.heartbeat(**changes))
        assert answer.status_code == 200, answer.text
        heard = open_answer(
            answer.content, self.authority, device=self.code, nonce="ab" * 16, now=self.server.clock.now()
        )
        self.contacts = DeviceSide(self.contacts.n, self.contacts.pending, None, heard.echo)
        return heard

    def open_session(self) -> dict[str, str]:
        """The header that a session gives."""
        challenge = load(Challenge, parse_canonical(self.post("/v1/challenge", b"").content))
        signed = sign_session(self.code, challenge.challenge, key=self.key, made=self.server.clock.now())
        token = read_bytes(SessionToken, self.post("/v1/session", signed).content, "session")
        return {"Authorization": f"Bearer {token.token}"}

    def get(self, path: str, headers: dict[str, str]) -> requests.Response:
        return self.http.get(self.server.address + path, headers=headers, timeout=20)

    def manifest(self, headers: dict[str, str] | None = None) -> Manifest:
        answer = self.get("/v1/manifest", headers or self.open_session())
        assert answer.status_code == 200, answer.text
        return open_manifest(answer.content, self.authority, device=self.code, now=self.server.clock.now())

    def fetch(self, name: str) -> bytes:
        """A dataset of the manifest, checked."""
        headers = self.open_session()
        ref = self.manifest(headers).find(name)
        assert ref is not None, name
        return unpack_file(ref, self.get(f"/v1/files/{ref.file}", headers).content)
