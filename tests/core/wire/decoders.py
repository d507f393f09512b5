"""Every function that reads bytes from outside, with a valid example, for tests/core/wire/test_fuzz.py.

`DECODERS` and `NOT_DECODERS` name each public function of `kiosk/core/wire` that could be one; a test holds
them complete, so a new reader is fuzzed from the day it is there. A decoder is `module.function`, followed by
what it reads where one function reads several things.
"""

import gzip
import hashlib
import json
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.core import attachments, attachments_upload
from kiosk.core.debts.snapshot import read_debts
from kiosk.core.receipt_keys import open_key_list
from kiosk.core.unit import read_unit
from kiosk.core.wire import (
    acknowledgement,
    batch,
    bundle,
    canonical,
    checkpoint,
    claims,
    debt_files,
    device_log,
    enrolment,
    escrow,
    export_manifest,
    head,
    heartbeat,
    lifting,
    manifest,
    numbers,
    order,
    outcomes,
    payload,
    pki,
    reference,
    renewal,
    request_status,
    safety,
    sealed_batch,
    sealed_person,
    session,
    signed,
    stick,
    stick_scans,
    times,
    tombstone,
    totals,
)
from kiosk.core.wire.codec import dump
from kiosk.core.wire.signed import kid_of
from tests.core.wire.decoding import (
    ASKED,
    AUTHORITY,
    BUNDLE,
    CA,
    CSR,
    GOLDEN,
    INTAKE,
    ORDER,
    OWN,
    PUBLIC,
    ROSTER,
    STICK_FILE,
    STICK_LABEL,
    STONE,
    TLS,
    WIPE,
    WIPE_ASKED,
    Decoder,
    batch_of,
    enrolment_of,
    file_of,
    golden_entry,
    in_json,
    label_of,
    sealed,
    signed_by,
    typed,
    wipe_of,
)
from tests.core.wire.protocol_vectors import (
    ACK,
    ACKNOWLEDGEMENT,
    ANSWER,
    CODE,
    DATA,
    DEVICE,
    DEVICE_KEY,
    GRANT,
    HEARTBEAT,
    MANIFEST,
    NONCE,
    NOW,
    NUMBER,
    OUTCOMES,
    ROOT,
    SAFETY,
    STREAM,
)
from tests.core.wire.protocol_vectors import batch as packed_batch
from tests.core.wire.test_debt_files import DELTA, INDEX, REFS
from tests.core.wire.test_request_status import STATUSES
from tests.core.wire.test_stick_formats import MANIFEST as EXPORT

UPLOAD = attachments_upload.Upload(attachment="ab" * 16, sealed="cd" * 32, size=7, key="ef")
SCANS = stick_scans.ScanList(
    device=DEVICE, stream=STREAM, nonce=NONCE, made=NOW, scans=(UPLOAD,), left=1, asked=("12" * 32,)
)
_TO_DEVICE: dict[str, Any] = {"device": DEVICE, "now": NOW}
DECODERS: dict[str, Decoder] = {
    "acknowledgement.open_acknowledgement": signed_by(
        ACK,
        acknowledgement.PURPOSE,
        dump(ACKNOWLEDGEMENT),
        lambda data: acknowledgement.open_acknowledgement(
            data, AUTHORITY, stream=STREAM, nonce=NONCE, **_TO_DEVICE
        ),
    ),
    "batch.read_signatures": in_json(batch.read_signatures, []),
    "batch.unpack_batch": Decoder(
        batch.unpack_batch,
        packed_batch(),
        b'{"entry":{"seq":1},"sigs":[]}\n',
        batch_of,
    ),
    "batch.unpack_batch of a chain": Decoder(
        lambda data: batch.unpack_batch(data).chain(), packed_batch(), b'{"entry":{},"sigs":[]}\n', batch_of
    ),
    "bundle.open_bundle": signed_by(
        ACK,
        bundle.PURPOSE,
        dump(BUNDLE),
        lambda data: bundle.open_bundle(data, request=ASKED, code=pki.ca_code(CA), now=NOW),
    ),
    "bundle.open_grant": signed_by(
        ACK, bundle.BOOK_PURPOSE, dump(GRANT), lambda data: bundle.open_grant(data, AUTHORITY, now=NOW)
    ),
    "bundle.read_books": in_json(bundle.read_books, {"grants": ["{12}"], "retired": [GRANT.series]}),
    "canonical.parse_canonical": in_json(canonical.parse_canonical, {"a": [1, None, True, "ب"]}),
    "checkpoint.parse_checkpoint": in_json(
        checkpoint.parse_checkpoint,
        json.loads(json.loads((GOLDEN / "formats.json").read_text())["checkpoint"]),
    ),
    "checkpoint.glance": in_json(
        lambda data: checkpoint.glance(data, kid_of(PUBLIC), DEVICE_KEY), {"kid": kid_of(PUBLIC), "sig": ""}
    ),
    "debt_files.read_delta": Decoder(
        debt_files.read_delta, debt_files.write_delta(DELTA, b"[]"), dump(DELTA), label_of
    ),
    "debt_files.read_index": in_json(debt_files.read_index, dump(INDEX)),
    "debt_files.unpack_piece": file_of(debt_files.unpack_piece, REFS[0][0]),
    "device_log.open_log": sealed(
        lambda data: device_log.open_log(data, device=DEVICE, order=ORDER, intake=INTAKE),
        {"device": DEVICE, "order": dump(ORDER), "what": "kiosk-device-log-1"},
        gzip.compress(b"a line\n", mtime=0),
    ),
    "enrolment.parse_request": Decoder(enrolment.parse_request, ASKED, json.loads(ASKED), enrolment_of),
    "enrolment.read_slip": typed(
        enrolment.read_slip,
        enrolment.Slip(number=NUMBER, code=CODE, address="https://127.0.0.1:1").text,
    ),
    "entry.parse_entry": golden_entry("payment.taken.1"),
    "escrow.open_escrow": sealed(
        lambda data: escrow.open_escrow(data, device=DEVICE, member="TEL-1", slot="ab" * 16, intake=INTAKE),
        {"device": DEVICE, "member": "TEL-1", "slot": "ab" * 16, "what": "kiosk-escrow-1"},
        b"x" * 16,
    ),
    "escrow.read_escrow": typed(escrow.read_escrow, escrow.escrow_text(b"x" * 16)),
    "export_manifest.check_file": Decoder(
        lambda data: export_manifest.check_file(EXPORT.files[0], data), b"abc"
    ),
    "export_manifest.manifest_device": in_json(
        export_manifest.manifest_device, {"payload": {"device": DEVICE}}
    ),
    "export_manifest.open_manifest": signed_by(
        DEVICE_KEY,
        export_manifest.PURPOSE,
        dump(EXPORT),
        lambda data: export_manifest.open_manifest(data, PUBLIC, now=NOW),
    ),
    "export_manifest.open_mark": signed_by(
        DEVICE_KEY,
        export_manifest.MARK_PURPOSE,
        {"device": DEVICE, "medium": "3d" * 16, "stream": STREAM},
        lambda data: export_manifest.open_mark(data, PUBLIC, now=NOW),
    ),
    "stick_scans.list_device": in_json(stick_scans.list_device, {"payload": {"device": DEVICE}}),
    "stick_scans.open_list": signed_by(
        DEVICE_KEY,
        stick_scans.PURPOSE,
        dump(SCANS),
        lambda data: stick_scans.open_list(data, PUBLIC, now=NOW),
    ),
    "stick_scans.read_held": in_json(stick_scans.read_held, {"device": DEVICE, "held": ['{"v":1}']}),
    "head.open_head": in_json(
        lambda data: head.open_head(data, AUTHORITY, device=DEVICE, nonce="ab" * 8),
        json.loads(head.sign_head(DEVICE, "ab" * 8, "cd" * 16, key=ACK)),
    ),
    "heartbeat.open_answer": signed_by(
        ACK,
        heartbeat.ANSWER,
        dump(ANSWER),
        lambda data: heartbeat.open_answer(data, AUTHORITY, nonce=NONCE, **_TO_DEVICE),
    ),
    "lifting.answer_fits": typed(
        lambda text: lifting.answer_fits(
            text, numbers.with_check("1234567890"), key=bytes(32), device=DEVICE, stream=STREAM
        ),
        numbers.with_check("1" * 16),
    ),
    "lifting.answer_to": typed(
        lambda text: lifting.answer_to(text, key=bytes(32), device=DEVICE, stream=STREAM),
        numbers.with_check("1234567890"),
    ),
    "lifting.open_lifting_key": sealed(
        lambda data: lifting.open_lifting_key(data, device=DEVICE, stream=STREAM, intake=INTAKE),
        {"device": DEVICE, "stream": STREAM, "what": "kiosk-lifting-key-1"},
        bytes(32),
    ),
    "manifest.open_manifest": signed_by(
        ACK,
        manifest.PURPOSE,
        dump(MANIFEST),
        lambda data: manifest.open_manifest(data, AUTHORITY, **_TO_DEVICE),
    ),
    "manifest.unpack": Decoder(
        lambda data: manifest.unpack(data, hashlib.sha256(data).hexdigest(), 4, "debts"),
        manifest.pack_file(b"four"),
        b"four",
        lambda inside: manifest.pack_file(inside if isinstance(inside, bytes) else b"more"),
    ),
    "manifest.unpack_file": file_of(manifest.unpack_file, replace(MANIFEST.datasets[0], plain_size=8)),
    "numbers.read_number": typed(numbers.read_number, NUMBER),
    "order.open_order": signed_by(
        ACK,
        order.PURPOSE,
        {"device": DEVICE, "epoch": 1, "kind": "refresh", "n": 1, "stream": STREAM, "through": 0},
        lambda data: order.open_order(data, AUTHORITY, device=DEVICE, stream=STREAM, now=NOW),
    ),
    "outcomes.open_outcomes": signed_by(
        ACK,
        outcomes.PURPOSE,
        dump(OUTCOMES),
        lambda data: outcomes.open_outcomes(data, AUTHORITY, **_TO_DEVICE),
    ),
    "safety.open_safety": signed_by(
        ACK,
        safety.PURPOSE,
        dump(SAFETY),
        lambda data: safety.open_safety(data, AUTHORITY, device=DEVICE, stream=STREAM, now=NOW)[0],
    ),
    "payload.claimed_device": in_json(payload.claimed_device, {"payload": {"device": DEVICE}}),
    "payload.open_record heartbeat": signed_by(
        DEVICE_KEY,
        heartbeat.PURPOSE,
        dump(HEARTBEAT),
        lambda data: payload.open_record(heartbeat.Heartbeat, heartbeat.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record session": signed_by(
        DEVICE_KEY,
        session.PURPOSE,
        {"challenge": "c" * 40, "device": DEVICE},
        lambda data: payload.open_record(session.SessionRequest, session.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record persons": signed_by(
        DEVICE_KEY,
        sealed_person.PURPOSE,
        {
            "device": DEVICE,
            "nonce": NONCE,
            "records": [{"person": "ab" * 16, "sealed": "cd"}],
            "after": 0,
            "through": 2,
        },
        lambda data: payload.open_record(
            sealed_person.Delivery, sealed_person.PURPOSE, data, key=PUBLIC, now=NOW
        ),
    ),
    "payload.open_record claims": signed_by(
        DEVICE_KEY,
        claims.PURPOSE,
        {
            "device": DEVICE,
            "stream": STREAM,
            "nonce": NONCE,
            "acknowledgement": None,
            "books": [],
            "staff": None,
            "tombstones": [],
            "datasets": [],
            "order": None,
            "leases": [{"accounts": ["ACC-1"], "holder": "U-0101", "to": "unit", "until": None}],
            "leases_left_out": 0,
        },
        lambda data: payload.open_record(claims.Claims, claims.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record readmission": signed_by(
        DEVICE_KEY,
        claims.READMISSION,
        {"bundle": "{12}", "device": DEVICE, "nonce": NONCE, "request": "{12}", "stream": STREAM},
        lambda data: payload.open_record(claims.Readmission, claims.READMISSION, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record log": signed_by(
        DEVICE_KEY,
        device_log.PURPOSE,
        {"device": DEVICE, "nonce": NONCE, "order": dump(ORDER), "sealed": "ab", "stream": STREAM},
        lambda data: payload.open_record(device_log.DeviceLog, device_log.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.open_record renewal": signed_by(
        DEVICE_KEY,
        renewal.PURPOSE,
        {
            "csr": CSR.public_bytes(Encoding.DER).hex(),
            "device": DEVICE,
            "held": OWN.hex(),
            "nonce": NONCE,
            "stream": STREAM,
        },
        lambda data: payload.open_record(renewal.Renewal, renewal.PURPOSE, data, key=PUBLIC, now=NOW),
    ),
    "payload.read_bytes of a renewed certificate": in_json(
        lambda data: payload.read_bytes(renewal.Renewed, data, "renewal"),
        {"certificate": OWN.hex(), "device": DEVICE},
    ),
    "payload.open_record order": signed_by(
        ACK,
        order.PURPOSE,
        {"device": DEVICE, "epoch": 1, "kind": "logs", "n": 1, "stream": STREAM, "through": 0},
        lambda data: payload.open_record(order.Order, order.PURPOSE, data, key=ACK.public_key(), now=NOW),
    ),
    "payload.read_bytes of orders": in_json(
        lambda data: payload.read_bytes(order.Orders, data, "orders"), {"device": DEVICE, "orders": []}
    ),
    "payload.read_record of a challenge": in_json(
        lambda data: payload.read_record(session.Challenge, canonical.parse_canonical(data), "challenge"),
        {"challenge": "c" * 40},
    ),
    "payload.read_bytes of a token": in_json(
        lambda data: payload.read_bytes(session.SessionToken, data, "session"),
        {"expires": "2026-07-01T09:30:00.000Z", "token": "c" * 40},
    ),
    "pki.check_ca": Decoder(lambda data: pki.check_ca(data, pki.ca_code(data), ROOT.public_key()), CA),
    "pki.check_certificate": Decoder(
        lambda data: pki.check_certificate(data, CA, device=DEVICE, key=TLS.public_key()), OWN
    ),
    "pki.read_ca_code": typed(pki.read_ca_code, CODE),
    "pki.read_certificate": Decoder(pki.read_certificate, OWN),
    "pki.read_request": Decoder(pki.read_request, CSR.public_bytes(Encoding.DER)),
    "reference.open_reference": signed_by(
        DATA,
        "staff",
        {"data": ROSTER, "dataset": "staff", "version": "1"},
        lambda data: reference.open_reference("staff", data, AUTHORITY, now=NOW),
    ),
    "reference.read_roster": in_json(reference.read_roster, ROSTER),
    "request_status.read_statuses": in_json(request_status.read_statuses, dump(STATUSES)),
    "sealed_batch.read_label": Decoder(
        sealed_batch.read_label,
        sealed_batch.seal_batch(packed_batch(), INTAKE.public_key()),
        json.loads(sealed_batch.seal_batch(packed_batch(), INTAKE.public_key()).split(b"\n")[0]),
        label_of,
    ),
    "sealed_batch.unseal_batch": Decoder(
        lambda data: sealed_batch.unseal_batch(data, INTAKE),
        sealed_batch.seal_batch(packed_batch(), INTAKE.public_key()),
    ),
    "sealed_person.open_person": sealed(
        lambda data: sealed_person.open_person(data, person="ab" * 16, device=DEVICE, intake=INTAKE),
        {"device": DEVICE, "person": "ab" * 16, "what": "kiosk-person-intake-1"},
        canonical.canonical({"details": {"full_name": "أحمد"}, "salt": "00" * 16}),
    ),
    "signed.open_object": signed_by(
        ACK,
        "ack",
        {"x": 1},
        lambda data: signed.open_object(
            data, purpose="ack", keys={kid_of(ACK.public_key()): ACK.public_key()}, now=NOW
        ),
    ),
    "stick.read_label": Decoder(stick.read_label, STICK_FILE, dump(STICK_LABEL), label_of),
    "stick.read_letter": in_json(stick.read_letter, {"device": DEVICE, "files": [], "stream": STREAM}),
    "stick.unseal": Decoder(
        lambda data: stick.unseal(data, STICK_LABEL, stick.opening_key(DEVICE_KEY)), STICK_FILE
    ),
    "times.parse_utc": typed(times.parse_utc, "2026-07-01T09:30:00.000Z"),
    "tombstone.check_form": in_json(
        lambda data: tombstone.check_form(data, tombstone.TOMBSTONE), {"purpose": "tombstone"}
    ),
    "tombstone.open_tombstone": signed_by(
        DATA,
        tombstone.TOMBSTONE,
        dump(STONE),
        lambda data: tombstone.open_tombstone(data, AUTHORITY, now=NOW),
    ),
    "tombstone.open_wipe": signed_by(
        ROOT,
        tombstone.WIPE,
        {"request": WIPE_ASKED.valid.decode()},
        lambda data: tombstone.open_wipe(data, AUTHORITY, device=DEVICE, stream=STREAM, now=NOW),
    ),
    "tombstone.open_wipe of a request": Decoder(
        lambda data: tombstone.open_wipe(data, AUTHORITY, device=DEVICE, stream=STREAM, now=NOW),
        wipe_of(dump(WIPE)),
        dump(WIPE),
        wipe_of,
    ),
    "totals.read_totals": in_json(
        lambda data: totals.read_totals(canonical.parse_canonical(data)), totals.Totals().to_map()
    ),
    "attachments.open_chunks": Decoder(
        lambda data: attachments.open_chunks(data, bytes(32), "ab" * 16),
        b"".join(attachments.sealed_chunks(b"%PDF-", bytes(32), "ab" * 16)),
    ),
    "attachments_upload.open_key": sealed(
        lambda data: attachments_upload.open_key(data, attachment="ab" * 16, device=DEVICE, intake=INTAKE),
        {"attachment": "ab" * 16, "device": DEVICE, "what": "kiosk-attachment-key-1"},
        bytes(32),
    ),
    "attachments_upload.read_metadata": typed(
        lambda text: attachments_upload.read_metadata(text, 7), attachments_upload.metadata(UPLOAD)
    ),
    "receipt_keys.open_key_list": signed_by(
        ACK,
        "receipt-keys",
        {"host": "R.EXAMPLE", "keys": [], "voids": []},
        lambda data: open_key_list(data, trusted={kid_of(ACK.public_key()): ACK.public_key()}, now=NOW),
    ),
    "unit.read_unit": in_json(
        read_unit,
        {
            "unit": "U-0101",
            "name_ar": "الوحدة",
            "name_en": "Unit",
            "body_ar": "المركز",
            "body_en": "Centre",
            "governorate": "01",
        },
    ),
    "debts.read_debts": in_json(read_debts, []),
    **{
        f"entries.{file.stem}": golden_entry(file.stem)
        for file in sorted(GOLDEN.glob("*.json"))
        if file.stem != "formats"
    },
}
NOT_DECODERS = {
    "stick.seal": "seals what is ours",
    "stick_scans.scan_file": "makes a name of a hash",
    "versions.refuse_other_version": "takes what parse_canonical read",
    "pki.pem_of": "writes a certificate that was read",
    "canonical.check_plain": "judges values of ours, not bytes",
    "export_manifest.file_hash": "a hash of any bytes",
    "tombstone.digest_of": "a hash of any bytes",
    "checkpoint.checkpoint_holds": "takes what parse_checkpoint read",
}
"""Functions that look like a decoder, and why they are none."""
