"""Seals a receipt: the facts of its code, signed by the device's own key."""

from datetime import UTC, datetime

from kiosk.core.seal import ENTRY_BYTES, Facts, SealedCode, seal_receipt
from kiosk.desk.session import Session
from kiosk.paperwork.origin import origin_of


def seal_of(
    session: Session, *, number: str, at: datetime, service: str, amount: int, entry_hash: bytes
) -> SealedCode | None:
    """The code of a receipt (`amount` in piastres), the same each time; None where no host is known.

    A trial device is in no key list and seals nothing.
    """
    host = origin_of(session.store.db).host
    signer = session.store.device_signer
    device = int(signer.by[1:])
    if not host or not device:
        return None
    facts = Facts(
        device=device,
        number=number,
        at=at.astimezone(UTC),
        service=service[:32],
        amount=amount,
        holder=b"",
        entry=entry_hash[:ENTRY_BYTES],
    )
    return seal_receipt(facts, host=host, kid=signer.kid, sign=signer.key.sign)
