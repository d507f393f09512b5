"""The version of the protocol, and what is said to a message of another one: not that it is damaged."""

from kiosk.core.errors import KnownError

PROTOCOL = 1


def refuse_other_version(plain: object) -> None:
    """Refuse what states another version (`v`) than ours before its fields are looked at.

    They may be others there; what states no version is judged by others.
    Raises KnownError `protocol.other_version`.
    """
    found = plain.get("v") if isinstance(plain, dict) else None
    if type(found) is int and found != PROTOCOL:
        raise KnownError("protocol.other_version", found=found, ours=PROTOCOL)
