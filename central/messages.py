"""The messages of the interface, each with the JSON schema of its record: what central/app.py describes.

Requests end in `_SENT`; the rest are answers.
"""

from typing import Any

from central.described import Schema, record, signed_object
from kiosk.core.wire import (
    acknowledgement,
    bundle,
    claims,
    device_log,
    enrolment,
    head,
    heartbeat,
    manifest,
    order,
    outcomes,
    renewal,
    sealed_person,
    session,
)


def _signed(purpose: str, cls: type[Any]) -> Schema:
    return signed_object(purpose, record(cls))


ENROLMENT_SENT = record(enrolment.EnrolmentRequest)
BUNDLE = _signed(bundle.PURPOSE, bundle.Bundle)
CHALLENGE = record(session.Challenge)
SESSION_SENT = _signed(session.PURPOSE, session.SessionRequest)
TOKEN = record(session.SessionToken)
ACKNOWLEDGEMENT = _signed(acknowledgement.PURPOSE, acknowledgement.Acknowledgement)
PERSONS_SENT = _signed(sealed_person.PURPOSE, sealed_person.Delivery)
PERSONS = _signed(sealed_person.ANSWER, sealed_person.DeliveryAnswer)
HEARTBEAT_SENT = _signed(heartbeat.PURPOSE, heartbeat.Heartbeat)
TIME = _signed(heartbeat.ANSWER, heartbeat.HeartbeatAnswer)
CLAIMS_SENT = _signed(claims.PURPOSE, claims.Claims)
READMISSION_SENT = _signed(claims.READMISSION, claims.Readmission)
RENEWAL_SENT = _signed(renewal.PURPOSE, renewal.Renewal)
RENEWED = record(renewal.Renewed)
LOG_SENT = _signed(device_log.PURPOSE, device_log.DeviceLog)
MANIFEST = _signed(manifest.PURPOSE, manifest.Manifest)
HEAD = record(head.Head)
OUTCOMES = _signed(outcomes.PURPOSE, outcomes.Outcomes)
ORDERS = record(order.Orders)
