"""Our codec and driver against bytes of other projects' codecs and terminals (`tests/data/zvt_foreign.json`).

What the bytes mean is what their own tests say. PyPI `ecrterm` is in no index that can be reached; its test
vectors are here. `made` tells where a vector is put together, `differs` where we do otherwise on purpose.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.card_terminal import End, Kept, Order, Step, TerminalRecord
from kiosk.core.errors import KnownError
from kiosk.devices.payment import zvt_apdu as zvt
from kiosk.devices.payment.framing import ZVT_SERIAL, Deframer, Sign, frame
from kiosk.devices.payment.zvt_apdu import Apdu, MalformedError, whole_apdu
from tests.devices.payment.conversation import Turn, talking
from tests.devices.payment.terminals import WAYS, Way

CORPUS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "zvt_foreign.json").read_text(encoding="ascii")
)
Vector = dict[str, Any]
TAKEN = "800000"
REGISTERED = bytes.fromhex("060f0a19002929001006490978")
"""How a real terminal ended a registration (bezahl-online/zvt, command/register_test.go)."""
READY = bytes.fromhex("060f0bf0f0f7322e31342e313500")
"""How one ended a status enquiry (ecrterm)."""


def vectors(part: str) -> pytest.MarkDecorator:
    """A case for each vector of a part, named by its source and place."""
    found: list[Vector] = CORPUS[part]
    return pytest.mark.parametrize(
        "vector", found, ids=[f"{one['source']}-{place}" for place, one in enumerate(found)]
    )


def turn(*messages: str | bytes) -> Turn:
    return [bytes.fromhex(one) if isinstance(one, str) else one for one in messages]


def told(said: TerminalRecord) -> dict[str, object]:
    """A record in the words of the corpus."""
    date, _, time = (said.dated or "T").partition("T")
    return {
        "code": said.code,
        "terminal": said.terminal,
        "trace": said.trace,
        "receipt": said.receipt_no,
        "amount": said.piastres,
        "currency": said.currency,
        "approval": said.approval,
        "last4": said.last4,
        "date": date,
        "time": time,
    }


def assert_means(said: TerminalRecord, means: dict[str, object]) -> None:
    found = told(said)
    assert {word: found[word] for word in means} == means
    assert said.approved == (means["code"] == "00")


class TestTheCorpus:
    def test_every_vector_names_a_source_and_every_source_is_used(self) -> None:
        named = [one["source"] for part in CORPUS.values() if isinstance(part, list) for one in part]
        assert set(named) == set(CORPUS["sources"])
        repositories = {source["repository"] for source in CORPUS["sources"].values()}
        assert len(repositories) >= 6
        assert len(named) >= 140

    def test_no_card_number_is_in_it(self) -> None:
        """Whole numbers were left out; those that are here were masked by who recorded them."""
        for part in ("results", "messages", "totals", "fields"):
            for vector in CORPUS[part]:
                data = whole_apdu(bytes.fromhex(vector["message"])).data
                if part == "messages":
                    continue
                for tag, value in zvt.pieces(data):
                    if tag in (0x22, 0x23, 0x24):
                        assert max(map(len, re.findall(r"\d+", value.hex())), default=0) < 12


class TestFrames:
    @vectors("frames")
    def test_a_frame_is_read_and_made_alike(self, vector: Vector) -> None:
        data = bytes.fromhex(vector["frame"])
        (content,) = Deframer(ZVT_SERIAL).feed(data)
        assert isinstance(content, bytes)
        assert ZVT_SERIAL.check(content) == data[-2:]
        assert frame(ZVT_SERIAL, content) == data
        assert whole_apdu(content).encode() == content

    @vectors("frames")
    def test_with_another_check_it_is_none(self, vector: Vector) -> None:
        data = bytearray.fromhex(vector["frame"])
        data[-1] ^= 0x01
        assert list(Deframer(ZVT_SERIAL).feed(bytes(data))) == [Sign.GARBLED]


class TestNumbers:
    @vectors("numbers")
    def test_a_number_is_the_same_digits(self, vector: Vector) -> None:
        data = bytes.fromhex(vector["bytes"])
        assert zvt.bcd(vector["number"], vector["size"]) == data
        assert zvt.from_bcd(data) == vector["number"]

    @vectors("refused_numbers")
    def test_a_number_that_does_not_fit_is_refused(self, vector: Vector) -> None:
        with pytest.raises(ValueError, match="does not fit"):
            zvt.bcd(vector["number"], vector["size"])

    @vectors("card_numbers")
    def test_of_a_card_number_four_digits_are_told_or_none(self, vector: Vector) -> None:
        number = bytes.fromhex(vector["number"])
        digits = bytes((0xF0 + len(number) // 10, 0xF0 + len(number) % 10))
        assert zvt.read_record(b"\x27\x00\x22" + digits + number).last4 == vector["last4"]


class TestLengths:
    @vectors("lengths")
    def test_a_field_is_as_long_as_its_length_says(self, vector: Vector) -> None:
        tag, head = bytes.fromhex(vector["tag"]), bytes.fromhex(vector["head"])
        content = bytes(range(1, 200)) * 4
        data = tag + head + content[: vector["length"]] + b"\x27\x05"
        assert list(zvt.pieces(data)) == [(tag[0], content[: vector["length"]]), (0x27, b"\x05")]

    @vectors("heads")
    def test_the_head_of_a_message_says_how_long_it_is(self, vector: Vector) -> None:
        data = bytes.fromhex(vector["bytes"])
        found = zvt.parse_apdu(data)
        if not vector["whole"]:
            assert found is None, "more must come"
            if vector["length"] is not None:
                found = zvt.parse_apdu(data + bytes(vector["length"]))
        if vector["length"] is not None:
            assert found is not None
            assert (found[0].kind, len(found[0].data)) == (data[:2], vector["length"])


class TestMeanings:
    @vectors("results")
    def test_a_result_means_what_its_source_says(self, vector: Vector) -> None:
        message = whole_apdu(bytes.fromhex(vector["message"]))
        assert message.kind == zvt.STATUS
        assert message.encode().hex() == vector["message"]
        assert_means(zvt.read_record(message.data), vector["means"])

    @vectors("totals")
    def test_the_totals_of_a_day_are_the_sources(self, vector: Vector) -> None:
        message = whole_apdu(bytes.fromhex(vector["message"]))
        assert zvt.read_totals(message.data) == zvt.DayTotals(vector["count"], vector["amount"])
        rows = zvt.fields(message.data)[0x60]
        assert (zvt.from_bcd(rows[:2]), zvt.from_bcd(rows[2:4])) == (vector["first"], vector["last"])

    @vectors("fields")
    def test_fields_of_other_messages_are_passed_over_or_read(self, vector: Vector) -> None:
        found = zvt.fields(whole_apdu(bytes.fromhex(vector["message"])).data)
        tags = {"terminal": 0x29, "currency": 0x49, "amount": 0x04, "trace": 0x0B, "receipt": 0x87}
        assert {word: found[tag] for word, tag in tags.items() if tag in found} == {
            word: bytes.fromhex(value) if isinstance(value, str) else zvt.bcd(value, len(found[tags[word]]))
            for word, value in vector["means"].items()
        }

    @vectors("messages")
    def test_every_other_message_says_what_its_source_says(self, vector: Vector) -> None:
        message = whole_apdu(bytes.fromhex(vector["message"]))
        assert message.encode().hex() == vector["message"]
        READERS[vector["is"]](message, vector["means"])

    @pytest.mark.parametrize("data", ["f0f0f9322e31", "f9f9f900"])
    def test_a_version_that_ends_too_soon_is_no_state(self, data: str) -> None:
        with pytest.raises(MalformedError):
            zvt.terminal_status(bytes.fromhex(data))


def assert_line(message: Apdu, means: dict[str, Any]) -> None:
    assert message.kind == zvt.PRINT_LINE
    assert message.data == bytes.fromhex(means["attribute"]) + means["text"].encode("ascii")


def assert_block(message: Apdu, means: dict[str, Any]) -> None:
    """One container, passed over whole, whatever the lengths within it."""
    assert message.kind == zvt.PRINT_BLOCK
    ((tag, content),) = zvt.pieces(message.data)
    assert (tag, len(content)) == (0x06, means["length"])
    assert content[:4].hex() == f"1f0701{means['kind']}"


READERS: dict[str, Callable[[Apdu, dict[str, Any]], None]] = {
    "line": assert_line,
    "block": assert_block,
}


def reads(word: str, kind: bytes, read: Callable[[bytes], object], key: str) -> None:
    def check(message: Apdu, means: dict[str, Any]) -> None:
        assert message.kind == kind
        assert read(message.data) == means[key]

    READERS[word] = check


reads("state", zvt.COMPLETION, lambda data: f"{zvt.terminal_status(data):02X}", "status")
reads("step", zvt.INTERMEDIATE, zvt.step, "step")
reads("abort", zvt.ABORT, zvt.abort_code, "code")


class TestOrders:
    @vectors("orders")
    def test_our_driver_says_the_same_bytes(self, vector: Vector) -> None:
        order: str = vector["order"]
        expected = bytes.fromhex(vector["message"])
        if "config" in vector:
            expected = expected.replace(bytes.fromhex(vector["config"]), b"\x08")
        before = [turn(TAKEN, REGISTERED)]
        currency, password = vector.get("currency", 978), vector.get("password", "000000")
        turns = before + ANSWERS[order]
        with talking("serial", turns, currency=currency, password=password) as (driver, heard):
            asked = Order("0a" * 16, vector.get("amount", 1), currency, vector.get("receipt"))
            ASK[order](driver, asked)
            said = heard(len(turns))
        assert [one for one in said if one[:2] == expected[:2]] == [expected]


ANSWERS: dict[str, list[Turn]] = {
    "registration": [turn(TAKEN, READY)],
    "status": [turn(TAKEN, READY)],
    "repeat": [turn(TAKEN, READY), turn(TAKEN, "040f022700", "060f00")],
    "authorisation": [turn(TAKEN, "040f022700", "060f00")],
    "reversal": [turn(TAKEN, "040f022700", "060f00")],
    "end_of_day": [turn(TAKEN, "060f00")],
    "abort": [turn(TAKEN), turn(TAKEN, "061e016c")],
}


def stop_at_once(driver: Any, order: Order) -> None:
    assert driver.pay(order, keep, lambda _step: driver.abort()).end is End.DECLINED


def keep(_said: TerminalRecord) -> Kept:
    return Kept.KEPT


ASK: dict[str, Callable[[Any, Order], object]] = {
    "registration": lambda driver, _order: driver.is_usable(),
    "status": lambda driver, _order: driver.is_usable(),
    "repeat": lambda driver, _order: driver.last(),
    "authorisation": lambda driver, order: driver.pay(order, keep),
    "reversal": lambda driver, order: driver.reverse(order, keep),
    "end_of_day": lambda driver, _order: driver.end_of_day(),
    "abort": stop_at_once,
}


CONVERSATIONS = [
    pytest.param(way, one, id=f"{way}-{one['name'].replace(' ', '-')}")
    for place, one in enumerate(CORPUS["conversations"])
    for way in (WAYS if place < 4 else WAYS[:1])
]
"""Each over a serial line, some over TCP as well."""


class TestConversations:
    """Whole conversations, as they were recorded or as the other project's tests hold them."""

    @pytest.mark.parametrize(("way", "vector"), CONVERSATIONS)
    def test_a_conversation_ends_as_its_source_says(self, way: Way, vector: Vector) -> None:
        turns = [turn(TAKEN, REGISTERED)]
        if "last" in vector["act"]:
            turns.append(turn(TAKEN, READY))
        with talking(way, [*turns, turn(*vector["terminal"])]) as (driver, heard):
            HOLD[next(iter(vector["act"]))](driver, vector)
            answers = vector.get("answers", [TAKEN] * (len(vector["terminal"]) - 1))
            commands = 2 * len(turns) + 1
            said = [one.hex() for one in heard(commands + len(answers))]
        assert said[commands:] == answers, "each message of the terminal is answered once"

    @pytest.mark.parametrize("status", ["dc", "f0f0f3626c6106", "f6"])
    def test_a_terminal_that_is_not_ready_is_asked_for_nothing(self, status: str) -> None:
        """bezahl-online's terminal with a card in it; ecrterm's states after a version."""
        data = bytes.fromhex(status)
        busy = turn(TAKEN, Apdu(zvt.COMPLETION, data).encode())
        turns = [turn(TAKEN, REGISTERED), busy, turn(TAKEN, "040f022700", "060f00")]
        with talking("serial", turns, patience=0.0) as (driver, heard):
            last = driver.last()
            assert [one[:2] for one in heard(4)][2:] == [zvt.STATUS_ENQUIRY, zvt.TAKEN.kind]
        assert (last.idle, last.record) == (False, None)


def hold_order(driver: Any, vector: Vector) -> None:
    act = vector["act"]
    kept: list[TerminalRecord] = []
    steps: list[Step] = []

    def keep_late(said: TerminalRecord) -> Kept:
        kept.append(said)
        return Kept.LATER if len(kept) <= vector.get("later", 0) else Kept.KEPT

    if "pay" in act:
        outcome = driver.pay(Order("0a" * 16, act["pay"], 978), keep_late, steps.append)
    else:
        order = Order("0a" * 16, act["amount"], 978, act["reverse"])
        outcome = driver.reverse(order, keep_late, steps.append)
    assert outcome.end == End(vector["end"])
    assert outcome.record is not None
    assert_means(outcome.record, vector["means"])
    assert steps == [Step.CONNECTING, *(Step(one) for one in vector.get("steps", ()))]
    assert kept == ([outcome.record] * (1 + vector.get("later", 0)) if vector["end"] == "approved" else [])


def hold_last(driver: Any, vector: Vector) -> None:
    last = driver.last()
    assert last.idle
    assert last.record is not None
    assert_means(last.record, vector["means"])


def hold_day(driver: Any, vector: Vector) -> None:
    if vector["end"] != "told":
        with pytest.raises(KnownError, match=r"terminal\.refused") as refused:
            driver.end_of_day()
        assert refused.value.params["number"] == vector["end"]
        return
    totals = driver.end_of_day()
    assert [totals.taken_count, totals.taken] == vector["totals"]


HOLD: dict[str, Callable[[Any, Vector], None]] = {
    "pay": hold_order,
    "reverse": hold_order,
    "last": hold_last,
    "day": hold_day,
}
