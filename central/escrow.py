"""Reads out the escrow of a person who forgot his secret on a device; each reading is noted."""

from sqlalchemy import insert

from central.centre import Centre
from central.ingest import find_device
from central.lodged import bodies
from central.schema import incident
from kiosk.core.entries.keys import KeysEscrowed
from kiosk.core.errors import KnownError
from kiosk.core.wire.escrow import escrow_text, open_escrow
from kiosk.core.wire.times import utc_text


def read_out(centre: Centre, device: str, code: str) -> str:
    """The 28 characters for this person on this device; whoever answers him has made sure who he is.

    They open his slot once. Raises KnownError `central.unknown_device`, `central.nothing_lodged`,
    `escrow.cannot_open`.
    """
    with centre.storage.write() as db:
        stream = find_device(db, device).stream
        found = next(
            (
                body
                for body in bodies(db, stream, KeysEscrowed.TYPE)
                if isinstance(body, KeysEscrowed) and body.member == code
            ),
            None,
        )
        if found is None:
            raise KnownError("central.nothing_lodged", device=device)
        sealed = bytes.fromhex(found.sealed)
        escrow = open_escrow(sealed, device=device, member=code, slot=found.slot, intake=centre.keys.intake)
        now = utc_text(centre.now())
        note = {"at": now, "kind": "escrow_read", "device": device, "stream": stream, "seq": 0}
        db.execute(insert(incident).values(**note, detail=f"{code} {found.slot} {now}"))
    return escrow_text(escrow)
