"""The forms of single values: codes, references, amounts. One definition each, used by all formats."""

import re
from typing import Annotated

from kiosk.core.errors import KnownError
from kiosk.core.wire.codec import Text, Whole

Hex32 = Annotated[str, Text(re.compile(r"[0-9a-f]{32}", re.ASCII))]
"""128 random bits in lower-case hex: streams, persons, transfers, print jobs, boots."""
Hex64 = Annotated[str, Text(re.compile(r"[0-9a-f]{64}", re.ASCII))]
"""256 bits in lower-case hex: hashes, commitments, raw Ed25519 public keys."""
Sig128 = Annotated[str, Text(re.compile(r"[0-9a-f]{128}", re.ASCII))]
"""An Ed25519 signature in lower-case hex."""
Kid = Annotated[str, Text(re.compile(r"[0-9a-f]{8}", re.ASCII))]
"""Name of a key, `kiosk.core.wire.signed.kid_of`."""
TypeName = Annotated[str, Text(re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII))]
"""Dotted name of an entry type."""
StaffCode = Annotated[str, Text(re.compile(r"[A-Z0-9][A-Z0-9-]{1,15}", re.ASCII))]
"""Code of a staff member: never a name."""
DeviceCode = Annotated[str, Text(re.compile(r"D[0-9]{8}", re.ASCII))]
"""Code of one enrolment."""
Signer = Annotated[str, Text(re.compile(r"[A-Z0-9][A-Z0-9-]{1,15}", re.ASCII))]
"""Staff code or device code."""
Code = Annotated[str, Text(re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}", re.ASCII))]
"""A code of the catalogue, the ledger, the accounts, or a list of reasons."""
PrintedNumber = Annotated[
    str, Text(re.compile(r"[0-9A-Za-z\u0600-\u06ff][0-9A-Za-z\u0600-\u06ff /.-]{0,39}"))
]
"""A number copied from paper, which may hold Arabic letters: ticket, memo, seal, book, mandate."""
Series = Annotated[str, Text(re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}", re.ASCII))]
"""Series of a receipt book; holds the device and the server epoch."""
ReceiptNumber = Annotated[str, Text(re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}-[0-9]{6,12}", re.ASCII))]
"""`<series>-<serial>`, the serial with at least six digits."""
Tracking = Annotated[str, Text(re.compile(r"D[0-9]{8}-[0-9]{4}-[0-9]{6,9}", re.ASCII))]
"""Tracking number of a request: `device-year-serial`."""
Last4 = Annotated[str, Text(re.compile(r"[0-9]{4}", re.ASCII))]
"""Last four digits of a card."""
SlipTime = Annotated[str, Text(re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d", re.ASCII))]
"""Time printed on a terminal slip, local, to the minute: its clock is not ours."""
TerminalTime = Annotated[str, Text(re.compile(r"[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d", re.ASCII))]
"""Month, day and time by a terminal's own clock, local: it does not say the year."""

Piastres = Annotated[int, Whole(0)]
"""An amount in piastres, zero allowed."""
Paid = Annotated[int, Whole(1)]
"""An amount in piastres above zero."""
Signed = Annotated[int, Whole(-(2**53) + 1)]
"""A difference in piastres; its sense is stated beside it."""
Count = Annotated[int, Whole(0)]
"""How many, zero allowed."""
Number = Annotated[int, Whole(1)]
"""How many or which, counted from one: seq, serial, version, attempt."""

_LINE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u2028\u2029](?:[^\x00-\x1f\x7f-\x9f\u2028\u2029]{0,199})")
_NATIONAL = r"[23]\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{7}"
_MOBILE = r"(?:(?:\+|00)?20|0)1[0125]\d{8}"
_PERSONAL = re.compile(rf"(?<!\d)(?:{_NATIONAL}|{_MOBILE})(?!\d)")
_BETWEEN = re.compile(r"(?<=\d)[ \u00a0.\-/](?=\d)")


def refuse_personal(text: str) -> None:
    """Refuse text that holds a national number or a mobile number in any digits, spaced or not.

    Entries are kept for good, so personal details belong to the sealed record of the person.
    Raises KnownError `entry.personal_text`.
    """
    digits = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)
    if _PERSONAL.search(digits) or _PERSONAL.search(_BETWEEN.sub("", digits)):
        raise KnownError("entry.personal_text")


Remark = Annotated[str, Text(_LINE, refuse_personal)]
"""One line of free text, at most 200 characters, without a citizen's numbers."""

_PERSONAL_WORDS = frozenset({"name", "names", "phone", "mobile", "telephone", "address", "email", "passport"})
_PERSONAL_KEYS = frozenset(
    {"national_number", "national_id", "nid", "birth_date", "date_of_birth", "tax_number"}
)


def is_personal_key(key: str) -> bool:
    """Whether a field of this key holds personal details, and so belongs to the person record alone."""
    return key in _PERSONAL_KEYS or not _PERSONAL_WORDS.isdisjoint(key.lower().split("_"))
