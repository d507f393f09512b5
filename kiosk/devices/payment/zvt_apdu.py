"""ZVT messages (PA00P015): commands, fields by their lengths, and the little that is kept of an answer.

What tells of a card is dropped unread: tracks, expiry, sequence, name, chip data and every TLV container. Of
the card number the last four digits are taken, masked or not; the number itself leaves no function here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kiosk.core.card_terminal import Step, TerminalRecord


class MalformedError(ValueError):
    """Bytes that are no ZVT message, or one that holds a field of unknown length."""


@dataclass(frozen=True)
class Apdu:
    """A command or an answer: class and instruction in `kind`, and its data, which may tell of a card."""

    kind: bytes
    data: bytes = field(default=b"", repr=False)

    def encode(self) -> bytes:
        """Its bytes. Raises ValueError above 65,535 bytes of data."""
        length = len(self.data)
        head = bytes((length,)) if length < 0xFF else b"\xff" + length.to_bytes(2, "little")
        return self.kind + head + self.data


REGISTRATION, STATUS_ENQUIRY, AUTHORISATION = b"\x06\x00", b"\x05\x01", b"\x06\x01"
REPEAT_RECEIPT, REVERSAL, END_OF_DAY, ABORT_COMMAND = b"\x06\x20", b"\x06\x30", b"\x06\x50", b"\x06\xb0"
STATUS, INTERMEDIATE, COMPLETION, ABORT = b"\x04\x0f", b"\x04\xff", b"\x06\x0f", b"\x06\x1e"
PRINT_LINE, PRINT_BLOCK = b"\x06\xd1", b"\x06\xd3"
TAKEN, WAIT = Apdu(b"\x80\x00"), Apdu(b"\x84\x9c")
TAKEN_TOO = b"\x84\x00"
"""What some terminals say for 80 00; every other 84 is a refusal."""

_LL, _LLL, _TLV = -2, -3, -1
LENGTHS: Mapping[int, int] = {
    0x01: 1, 0x02: 1, 0x03: 1, 0x04: 6, 0x05: 1, 0x06: _TLV, 0x0B: 3, 0x0C: 3, 0x0D: 2, 0x0E: 2,
    0x17: 2, 0x19: 1, 0x22: _LL, 0x23: _LL, 0x24: _LLL, 0x27: 1, 0x29: 4, 0x2A: 15, 0x2D: _LL,
    0x2E: _LLL, 0x37: 3, 0x3A: 2, 0x3B: 8, 0x3C: _LLL, 0x3D: 3, 0x49: 2, 0x60: _LLL, 0x87: 2,
    0x88: 3, 0x8A: 1, 0x8B: _LL, 0x8C: 1, 0x92: _LLL, 0x9A: _LLL, 0xA0: 1, 0xA7: _LL, 0xAA: 3,
    0xAF: _LLL, 0xBA: 5, 0xD0: 1, 0xD1: _LL, 0xD2: 1, 0xD3: 1, 0xE0: 1, 0xE9: 1, 0xEA: 1, 0xEB: 8,
    0xF0: 1, 0xF9: 1, 0xFA: 1, 0xFB: 1, 0xFC: 1, 0x4C: _LL,
    **dict.fromkeys((*range(0xE1, 0xE9), *range(0xF1, 0xF9)), _LL),
}  # fmt: skip
"""Each field (BMP) with its length in bytes; below zero: two or three digits tell it, or it is a TLV."""
KEPT = frozenset({0x04, 0x0B, 0x0C, 0x0D, 0x22, 0x27, 0x29, 0x3B, 0x49, 0x60, 0x87})
"""The fields that are read at all; of 0x22 only the end."""
_DATED = re.compile(r"[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d", re.ASCII)
_APPROVAL = re.compile(rb"[0-9A-Za-z]{1,8}")


def parse_apdu(data: bytes) -> tuple[Apdu, int] | None:
    """The message at the beginning of `data` and its length in bytes; None when more must come."""
    if len(data) < 3:
        return None
    head, length = 3, data[2]
    if length == 0xFF:
        if len(data) < 5:
            return None
        head, length = 5, int.from_bytes(data[3:5], "little")
    if len(data) < head + length:
        return None
    return Apdu(data[:2], data[head : head + length]), head + length


def whole_apdu(data: bytes) -> Apdu:
    """The message that `data` is. Raises MalformedError when it is more or less than one."""
    found = parse_apdu(data)
    if found is None or found[1] != len(data):
        raise MalformedError("not one message")
    return found[0]


def bcd(number: int, size: int) -> bytes:
    """A number in `size` bytes of two digits. Raises ValueError when it does not fit."""
    if number < 0 or number >= 100**size:
        raise ValueError("does not fit its field")
    return bytes.fromhex(f"{number:0{2 * size}d}")


def from_bcd(data: bytes) -> int:
    """The number of a field of digits. Raises MalformedError."""
    text = data.hex()
    if not text.isdecimal():
        raise MalformedError("not digits")
    return int(text)


def fields(data: bytes) -> dict[int, bytes]:
    """The fields of a status information that are read. Raises MalformedError where a length is unknown."""
    return {tag: value for tag, value in pieces(data) if tag in KEPT}


def pieces(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Every field with its tag, what tells of a card too, for those that hide it. Raises MalformedError."""
    at = 0
    while at < len(data):
        tag = data[at]
        if tag not in LENGTHS:
            raise MalformedError("a field of unknown length")
        start, length = _extent(data, at + 1, LENGTHS[tag])
        if start + length > len(data):
            raise MalformedError("a field beyond the end")
        yield tag, data[start : start + length]
        at = start + length


def _extent(data: bytes, at: int, length: int) -> tuple[int, int]:
    """Where the content of a field begins, and how long it is."""
    if length >= 0:
        return at, length
    if length == _TLV:
        return _tlv_extent(data, at)
    digits = data[at : at - length]
    if len(digits) < -length or any(not 0xF0 <= digit <= 0xF9 for digit in digits):
        raise MalformedError("a length that is no number")
    value = 0
    for digit in digits:
        value = 10 * value + digit - 0xF0
    return at - length, value


def _tlv_extent(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise MalformedError("a container without its length")
    first = data[at]
    if first < 0x80:
        return at + 1, first
    size = first - 0x80
    if size not in (1, 2) or at + 1 + size > len(data):
        raise MalformedError("a length that is no number")
    return at + 1 + size, int.from_bytes(data[at + 1 : at + 1 + size], "big")


def read_record(data: bytes) -> TerminalRecord:
    """A status information as a transaction. Raises MalformedError; one without a result is malformed too."""
    found = fields(data)
    if 0x27 not in found:
        raise MalformedError("no result")
    result = found[0x27].hex().upper()
    return TerminalRecord(
        approved=result == "00",
        code=result,
        terminal=_digits(found, 0x29),
        trace=_number(found, 0x0B),
        receipt_no=_number(found, 0x87),
        piastres=_number(found, 0x04),
        currency=_number(found, 0x49),
        approval=_approval(found.get(0x3B)),
        last4=_last4(found.get(0x22)),
        dated=_dated(found),
    )


@dataclass(frozen=True)
class DayTotals:
    """What 06 50 says: how many transactions, and their sum in piastres."""

    count: int
    piastres: int


def read_totals(data: bytes) -> DayTotals:
    """The totals of an end of day: first and last receipt, then count and sum of each kind of card.

    Raises MalformedError.
    """
    found = fields(data)
    totals = found.get(0x60)
    if totals is None:
        return DayTotals(0, _number(found, 0x04) or 0)
    if len(totals) < 4 or (len(totals) - 4) % 7:
        raise MalformedError("totals of an unknown form")
    rows = [totals[at : at + 7] for at in range(4, len(totals), 7)]
    return DayTotals(sum(row[0] for row in rows), sum(from_bcd(row[1:]) for row in rows))


def terminal_status(data: bytes) -> int:
    """The state by which a status enquiry (05 01) ends: 0 is ready, also where none is told.

    The version of its software may stand before it, with its length in three digits. Raises MalformedError.
    """
    if len(data) >= -_LLL and all(0xF0 <= digit <= 0xF9 for digit in data[:-_LLL]):
        start, length = _extent(data, 0, _LLL)
        if start + length > len(data):
            raise MalformedError("a version beyond the end")
        data = data[start + length :]
    return data[0] if data else 0


def abort_code(data: bytes) -> str:
    """Why an order ended in an abort (06 1E); `FF` (unknown) where it says nothing: 00 would be no error."""
    return data[:1].hex().upper() or "FF"


_STEPS = {
    0x01: Step.TYPING, 0x02: Step.TYPING, 0x04: Step.ASKING_BANK, 0x0A: Step.PRESENT_CARD,
    0x0B: Step.REMOVE_CARD, 0x0E: Step.ASKING_BANK,
    **dict.fromkeys((*range(0x41, 0x5E), 0x66, 0x67), Step.REMOVE_CARD),
}  # fmt: skip
"""Intermediate states; 0x41 and above are those of 0x01 and above, and the card is to be taken out."""


def step(data: bytes) -> Step:
    """How far a terminal says that it is (04 FF)."""
    return _STEPS.get(data[0], Step.WORKING) if data else Step.WORKING


def order_data(piastres: int, currency: int) -> bytes:
    """The data of an authorisation: amount and currency."""
    return b"\x04" + bcd(piastres, 6) + b"\x49" + bcd(currency, 2)


def _number(found: Mapping[int, bytes], tag: int) -> int | None:
    return from_bcd(found[tag]) if tag in found else None


def _digits(found: Mapping[int, bytes], tag: int) -> str | None:
    if tag not in found:
        return None
    from_bcd(found[tag])
    return found[tag].hex()


def _dated(found: Mapping[int, bytes]) -> str | None:
    """Date (month, day) and time as it prints them; None where it does not say both, or says no time."""
    if 0x0C not in found or 0x0D not in found:
        return None
    day, time = found[0x0D].hex(), found[0x0C].hex()
    said = f"{day[:2]}-{day[2:]}T{time[:2]}:{time[2:4]}:{time[4:]}"
    return said if _DATED.fullmatch(said) else None


def _approval(value: bytes | None) -> str | None:
    """The bank's code, where it is one."""
    bare = (value or b"").strip(b"\x00 ")
    return bare.decode("ascii") if _APPROVAL.fullmatch(bare) else None


def _last4(value: bytes | None) -> str | None:
    """The last four digits, or nothing: masked ones (E) are no digits, F fills up, D ends the number."""
    end = (value or b"").hex().partition("d")[0].rstrip("f")[-4:]
    return end if len(end) == 4 and end.isdecimal() else None
