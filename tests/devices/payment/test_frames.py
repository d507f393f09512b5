"""Frames and messages in any pieces, and never more than typed errors; bytes of others: `test_foreign.py`."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.devices.payment.exchange import FramedMessages, PlainMessages
from kiosk.devices.payment.framing import (
    ACK,
    ENQ,
    EOT,
    NAK,
    STX_ETX,
    ZVT_SERIAL,
    Deframer,
    Framing,
    Sign,
    frame,
)
from kiosk.devices.payment.zvt_apdu import (
    Apdu,
    MalformedError,
    fields,
    from_bcd,
    parse_apdu,
    read_record,
    read_totals,
    terminal_status,
    whole_apdu,
)
from kiosk.devices.redaction import new_hide
from kiosk.devices.redaction_zvt import ZvtRedactor
from kiosk.devices.transcript import Kept as Shown

BOTH = pytest.mark.parametrize("framing", [ZVT_SERIAL, STX_ETX], ids=lambda one: one.name)


class TestFrames:
    @BOTH
    @given(content=st.binary(min_size=1, max_size=60), cuts=st.lists(st.integers(0, 150), max_size=5))
    def test_what_is_framed_is_found_again_in_any_pieces(
        self, framing: Framing, content: bytes, cuts: list[int]
    ) -> None:
        if framing.escape is None:
            content = bytes(byte for byte in content if byte > 0x06) or b"x"
        data = frame(framing, content) + bytes((ACK,)) + frame(framing, content)
        deframer = Deframer(framing)
        places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
        found = [said for start, end in pairwise(places) for said in deframer.feed(data[start:end])]
        assert found == [content, Sign.ACK, content]
        assert not deframer.within

    @BOTH
    @given(content=st.binary(min_size=1, max_size=20), place=st.integers(0, 60), flip=st.integers(1, 255))
    def test_a_changed_byte_is_never_a_message(
        self, framing: Framing, content: bytes, place: int, flip: int
    ) -> None:
        content = bytes(byte for byte in content if byte > 0x10) or b"x"
        data = bytearray(frame(framing, content))
        data[place % len(data)] ^= flip
        found = list(Deframer(framing).feed(bytes(data)))
        assert not any(isinstance(said, bytes) for said in found)

    @BOTH
    @given(data=st.binary(max_size=300))
    def test_noise_raises_nothing_and_is_not_kept_for_ever(self, framing: Framing, data: bytes) -> None:
        deframer = Deframer(framing)
        for _ in range(30):
            list(deframer.feed(data))
        assert len(deframer._held) <= 2 * framing.longest + 8 + len(data)

    def test_a_frame_that_never_ends_is_given_up(self) -> None:
        deframer = Deframer(ZVT_SERIAL)
        assert Sign.GARBLED in list(deframer.feed(b"\x10\x02" + b"a" * 5_000))

    def test_content_that_a_framing_cannot_carry_is_refused(self) -> None:
        for content in (b"\x03", bytes(3_000)):
            with pytest.raises(ValueError, match=r"control byte|longer"):
                frame(STX_ETX, content)


class TestMessages:
    @given(data=st.binary(max_size=200))
    def test_parsers_raise_nothing_but_their_own_error(self, data: bytes) -> None:
        for parse in (parse_apdu, whole_apdu, fields, read_record, read_totals, terminal_status, from_bcd):
            try:
                parse(data)
            except MalformedError:
                continue

    @given(tags=st.lists(st.sampled_from([0x04, 0x0B, 0x22, 0x23, 0x24, 0x27, 0x29, 0x06, 0x8B]), max_size=6),
           data=st.binary(max_size=60))  # fmt: skip
    def test_fields_in_any_disorder_raise_nothing_else(self, tags: list[int], data: bytes) -> None:
        try:
            read_record(b"\x27\x00" + b"".join(bytes((tag,)) + data for tag in tags))
        except MalformedError:
            return

    @given(size=st.integers(0, 700))
    def test_long_messages_say_their_length_in_two_bytes(self, size: int) -> None:
        message = Apdu(b"\x06\xd3", bytes(size))
        found = parse_apdu(message.encode() + b"rest")
        assert found == (message, len(message.encode()))
        assert parse_apdu(message.encode()[:-1]) is None

    @pytest.mark.parametrize(
        ("card", "last4"),
        [
            ("22 F0 F8 41 11 11 11 11 11 12 30", "1230"),
            ("22 F0 F8 EE EE EE EE EE EE 12 30", "1230"),
            ("22 F0 F9 41 11 11 11 11 11 12 30 9F", "2309"),
            ("22 F0 F8 EE EE EE EE EE EE EE EE", None),
            ("22 F0 F1 12", None),
            ("23 F0 F3 41 11 D3 24 F0 F0 F2 41 11", None),
            ("8B F0 F4 4E 41 4D 45", None),
        ],
    )
    def test_of_a_card_the_last_four_digits_alone_leave_the_parser(
        self, card: str, last4: str | None
    ) -> None:
        said = read_record(bytes.fromhex("27 00" + card))
        assert said.last4 == last4
        assert "41111" not in repr(said)
        assert "4111" not in repr(Apdu(b"\x04\x0f", bytes.fromhex(card)))

    def test_an_approval_code_that_is_none_is_dropped(self) -> None:
        assert read_record(b"\x27\x00\x3bA1B2C3\x00\x00").approval == "A1B2C3"
        assert read_record(b"\x27\x00\x3b<script>").approval is None


class Wire:
    """A wire that answers from a list."""

    def __init__(self, *answers: bytes) -> None:
        self.sent: list[bytes] = []
        self.written = 0
        self._answers = list(answers)
        self.now = 0.0

    def write(self, data: bytes) -> None:
        self.sent.append(data)
        self.written += len(data)

    def read(self, timeout: float) -> bytes:
        self.now += max(timeout, 0.01)
        return self._answers.pop(0) if self._answers else b""

    def clock(self) -> float:
        return self.now


class TestExchange:
    def test_what_may_not_be_done_twice_is_sent_once_whatever_is_answered(self) -> None:
        for answers in ((), (b"\x15",), (b"\x15", b"\x15", b"\x06"), (b"\xff",)):
            wire = Wire(*answers)
            with pytest.raises(KnownError):
                FramedMessages(wire, ZVT_SERIAL, "T", wire.clock).send(b"\x06\x01\x00", once=True)
            assert len(wire.sent) == 1

    def test_what_may_be_repeated_is_sent_so_often_as_the_table_says(self) -> None:
        wire = Wire(b"\x15", b"\x15", b"\x06")
        FramedMessages(wire, ZVT_SERIAL, "T", wire.clock).send(b"\x05\x01\x00", once=False)
        assert wire.sent == [frame(ZVT_SERIAL, b"\x05\x01\x00")] * 3

    def test_a_garbled_message_is_asked_for_again_and_given_up(self) -> None:
        good = frame(ZVT_SERIAL, b"\x80\x00\x00")
        wire = Wire(good[:-1] + b"\x00", good)
        assert FramedMessages(wire, ZVT_SERIAL, "T", wire.clock).receive(5) == b"\x80\x00\x00"
        assert wire.sent == [bytes((NAK,)), bytes((ACK,))]
        wire = Wire(*[good[:-1] + b"\x00"] * 9)
        with pytest.raises(KnownError, match=r"terminal\.garbled"):
            FramedMessages(wire, ZVT_SERIAL, "T", wire.clock).receive(5)

    def test_a_frame_cut_off_is_not_waited_for_beyond_the_gap(self) -> None:
        wire = Wire(b"\x10\x02\x80")
        assert FramedMessages(wire, ZVT_SERIAL, "T", wire.clock).receive(2) is None
        assert wire.sent == [bytes((NAK,))]

    def test_an_enquiring_table_announces_and_ends_each_message(self) -> None:
        wire = Wire(b"\x06", b"\x06", b"\x05", frame(STX_ETX, b"00123") + b"\x04")
        line = FramedMessages(wire, STX_ETX, "T", wire.clock)
        line.send(b"PAY", once=True)
        assert wire.sent == [bytes((ENQ,)), frame(STX_ETX, b"PAY"), bytes((EOT,))]
        assert line.receive(5) == b"00123"
        assert wire.sent[3:] == [bytes((ACK,)), bytes((ACK,))]

    def test_plain_messages_come_in_pieces_and_half_ones_are_garbled(self) -> None:
        wire = Wire(b"\x80", b"\x00\x00\x06", b"\x0f\x00")
        line = PlainMessages(wire, parse_apdu, "T", clock=wire.clock)
        assert [line.receive(5), line.receive(5), line.receive(0.2)] == [b"\x80\0\0", b"\x06\x0f\0", None]
        half = PlainMessages(Wire(b"\x04\x0f\x09"), parse_apdu, "T", gap=0.0)
        with pytest.raises(KnownError, match=r"terminal\.garbled"):
            half.receive(5)


class TestTraces:
    @pytest.mark.parametrize("framed", [True, False])
    def test_nothing_of_a_card_or_an_amount_is_in_a_recording(self, framed: bool) -> None:
        card = "22 F0 F8 41 11 11 11 11 11 11 11 23 F0 F3 41 11 D3"
        message = Apdu(b"\x04\x0f", bytes.fromhex("27 00 04 00 00 00 13 24 85" + card)).encode()
        data = frame(ZVT_SERIAL, message) if framed else message
        redactor = ZvtRedactor(new_hide(), framed=framed)
        pieces = [piece for byte in data for piece in redactor.heard(bytes((byte,)))]
        shown = b"".join(piece.data for piece in pieces if isinstance(piece, Shown))
        assert shown == message[:3] + b"\x27\x00"
        assert redactor.rest() == []
        assert [piece.what for piece in pieces if not isinstance(piece, Shown)] == ["amount", "card", "card"]

    @given(chunks=st.lists(st.binary(max_size=60), max_size=5), framed=st.booleans())
    def test_any_bytes_are_recorded_without_an_error(self, chunks: list[bytes], framed: bool) -> None:
        redactor = ZvtRedactor(new_hide(), framed=framed)
        for chunk in chunks:
            redactor.sent(chunk)
            redactor.heard(chunk)
        redactor.rest()
