"""Loads what the authority decided: catalogue and fees as they were signed, policy and zone as texts."""

from datetime import datetime, timedelta

from central.centre import Centre
from central.epochs import is_withheld
from central.fee_changes import judge_again
from central.fee_versions import FEES
from central.publish import Content, latest, publish
from central.trust import authority_of
from kiosk.core.errors import KnownError
from kiosk.core.marked import read_marked
from kiosk.core.wire.reference import ReferenceData, open_reference, sign_text
from kiosk.core.wire.times import parse_utc, utc_text

SIGNED, TEXTS = ("catalogue", "fees"), ("policy", "zone")
TEXT_VALID = timedelta(days=365)
_NO_NEWS = timedelta(days=1)


def load_signed(centre: Centre, name: str, data: bytes) -> int:
    """Publish a dataset that the data key has signed, and return its version; requests made since fees were
    signed are judged by them.

    Raises KnownError `signed.*`, `wire.*`, `reference.*`, `central.data_expired`, and
    `central.unknown_dataset` for a name that is not of this kind.
    """
    if name not in SIGNED:
        raise KnownError("central.unknown_dataset", name=name, known=", ".join(SIGNED))
    opened = open_reference(name, data, authority_of(centre), now=centre.now())
    if opened.validity == "expired":
        raise KnownError("central.data_expired", name=name, expires=utc_text(opened.expires))
    return _publish(centre, opened, data)


def load_text(centre: Centre, name: str, text: str) -> int:
    """Sign a policy or zone file with the data key, publish it, and return its version.

    Only its form as YAML is checked here: the rules of its content are the kiosk's.
    Raises KnownError `yaml.*`, `central.unknown_dataset`.
    """
    if name not in TEXTS:
        raise KnownError("central.unknown_dataset", name=name, known=", ".join(TEXTS))
    read_marked(text, name)
    now = centre.now()
    signed = sign_text(name, utc_text(now), text, key=centre.keys.data, issued=now, expires=now + TEXT_VALID)
    return _publish(centre, open_reference(name, signed, authority_of(centre), now=now), signed)


def _young(valid_until: str, expires: datetime) -> bool:
    """Whether a version of the same content is good for nearly as long: then it stays."""
    return parse_utc(valid_until) + _NO_NEWS >= expires


def _publish(centre: Centre, opened: ReferenceData, data: bytes) -> int:
    with centre.storage.write() as db:
        last = latest(db, opened.name, "")
        decides = is_withheld(db, opened.name)
        same = last is not None and last.hash == opened.hash
        if last is not None and same and not decides and _young(str(last.valid_until), opened.expires):
            return int(last.version)
        content = Content(
            name=opened.name,
            scope="",
            form="signed",
            data=data,
            content=opened.content,
            rows=1,
            as_of=opened.issued,
            valid_until=opened.expires,
        )
        version = publish(centre, db, content, confirm=decides)
        if opened.name == FEES:
            judge_again(centre, db, opened.issued)
        return version
