"""How far the renewal of this device's certificate for TLS is; keys lie in the encrypted database alone.

A key that was made is kept before its request leaves, and its certificate beside the one in use until the
centre took it once. So whatever is cut, one pair of key and certificate that works is always there.
"""

from dataclasses import dataclass, field, replace

from sqlite_utils import Database

from kiosk.core.clock import ClockReading
from kiosk.store.sync_state import centre_of, keep_centre, keep_setting, setting

_RENEWAL = "renewal"


@dataclass(frozen=True, kw_only=True)
class Renewal:
    """`key` (PKCS 8) and `csr`: of the request under way, '' for none; `certificate`: issued for it, and not
    taken by the centre yet, else ''. All DER in hex.

    `epoch`: of the centre when it issued the certificate in use, 0: at the enrolment; `certificate_epoch`:
    the same of `certificate`. `asked`: the clocks when it last answered; `refused`: the code of its refusal,
    '' if it issued one.
    """

    key: str = field(default="", repr=False)
    csr: str = ""
    certificate: str = ""
    certificate_epoch: int = 0
    epoch: int = 0
    asked: ClockReading | None = None
    refused: str = ""


def renewal_of(db: Database) -> Renewal:
    """How far it is."""
    plain = setting(db, _RENEWAL)
    if plain is None:
        return Renewal()
    asked = plain.pop("asked")
    return Renewal(asked=ClockReading(**asked) if asked else None, **plain)


def keep_renewal(db: Database, renewal: Renewal) -> None:
    """Keep it, inside the open transaction."""
    asked = vars(renewal.asked) if renewal.asked else None
    keep_setting(db, _RENEWAL, {**vars(renewal), "asked": asked})


def pair_shown(db: Database) -> tuple[str, str]:
    """Certificate and key that this device shows: the newest ones; '' and '' on a trial and after a wipe."""
    renewal, centre = renewal_of(db), centre_of(db)
    if renewal.certificate:
        return renewal.certificate, renewal.key
    return (centre.certificate, centre.tls_key) if centre is not None else ("", "")


def use_renewed(db: Database) -> None:
    """The centre took the new certificate: it takes the place of the old one, in the open transaction."""
    renewal, centre = renewal_of(db), centre_of(db)
    if centre is None or not renewal.certificate:
        return
    keep_centre(db, replace(centre, certificate=renewal.certificate, tls_key=renewal.key))
    keep_renewal(db, Renewal(epoch=renewal.certificate_epoch, asked=renewal.asked))


def forget_renewed(db: Database, refused: str) -> None:
    """The centre did not take the new certificate: the old one stays, in the open transaction."""
    renewal = renewal_of(db)
    keep_renewal(db, Renewal(epoch=renewal.epoch, asked=renewal.asked, refused=refused))


def blank_keys(db: Database) -> None:
    """Forget every key for TLS, inside the open transaction: the device is wiped."""
    centre = centre_of(db)
    if centre is not None:
        keep_centre(db, replace(centre, tls_key=""))
        keep_renewal(db, Renewal())
