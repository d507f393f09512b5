"""Whatever stands in a file or comes over a line: every parser of devices answers, or says what is wrong.

A driver that parses something adds its line to `PARSERS`. Anything but an answer or a KnownError fails.
"""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.devices import chosen_printer, trace
from kiosk.devices.answers import PrinterStatus, Splitter, read_status
from kiosk.devices.identity import locate
from kiosk.devices.profiles import read_profile
from kiosk.devices.redaction import new_hide, redactor_for
from kiosk.devices.replay import Replay
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.devices.transcript import read_transcript
from kiosk.resources import read_resource
from tests.quality.tree import ROOT

BYTES = st.binary(max_size=200)
TEXT = st.text(max_size=200)
TRACE = "".join(file.read_text() for file in sorted((ROOT / "tests" / "data" / "traces").glob("*.txt")))


@st.composite
def spoiled(draw: st.DrawFn, whole: str) -> str:
    """A good text in which a few places are replaced by anything, or which ends early."""
    text = whole
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = draw(st.integers(at, min(len(text), at + 30)))
        piece = draw(
            st.one_of(st.text(max_size=8), st.sampled_from(["\n", ":", "- ", "9" * 30, "{", "&a ", "\x00"]))
        )
        text = text[:at] + piece + text[end:]
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


def in_a_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """Parse what stands in a file of the data folder."""

    def parse(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(data)
            return read(Path(folder))

    return parse


def splitter(data: bytes) -> object:
    made = Splitter()
    said = made.feed(data)
    made.reset()
    return said, made.feed(data)


def status(data: bytes) -> PrinterStatus:
    return read_status(*(data + bytes(4))[:4])


def redacted(data: bytes) -> object:
    made = redactor_for("escpos", new_hide())
    return made.sent(data), made.heard(data), made.rest()


def played(text: str) -> object:
    """A recording that anybody may have written, and a program that sends anything."""
    replay = Replay(read_transcript(text, "t"), lambda data, after=0.0: None, unplug=lambda: None)
    replay.receive(text.encode("utf-8", "replace"))
    return replay.finished


def simulated(data: bytes) -> object:
    said = bytearray()
    SimulatedPrinter(said.extend).receive(data)
    return said


NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PARSERS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], object]]] = {
    "answers of printers": (BYTES, splitter),
    "status bytes": (BYTES, status),
    "profile, any text": (TEXT, lambda text: read_profile(text, "p.yaml")),
    "profile, spoiled": (
        spoiled(read_resource("printers", "generic-80.yaml")),
        lambda text: read_profile(text, "p.yaml"),
    ),
    "recording, any text": (TEXT, lambda text: read_transcript(text, "t.txt")),
    "recording, spoiled": (spoiled(TRACE), played),
    "switch of the recording": (
        BYTES,
        in_a_file("traces/until", lambda root: trace.recording_until(root, NOW)),
    ),
    "chosen printer, any bytes": (BYTES, in_a_file(chosen_printer.FILE, chosen_printer.read_printer)),
    "chosen printer, spoiled": (
        spoiled('{"baud": null, "flow": "none", "logo": null, "port": "COM3", "profile": "generic-80"}').map(
            lambda text: text.encode("utf-8", "replace")
        ),
        in_a_file(chosen_printer.FILE, chosen_printer.read_printer),
    ),
    "redaction of ESC/POS": (BYTES, redacted),
    "address of a device": (
        st.one_of(TEXT, TEXT.map("usb:".__add__), spoiled("usb:1a86:7523:at:1-1.2")),
        lambda address: locate(address, list),
    ),
    "reader of the simulated printer": (BYTES, simulated),
}
"""By name: what is thrown at it, and the parser."""


def holds(name: str, data: st.DataObject) -> None:
    thrown, parse = PARSERS[name]
    try:
        parse(data.draw(thrown))
    except KnownError as error:
        error.sentence()  # must have all that it names


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
@settings(max_examples=60)
def test_a_parser_answers_or_says_what_is_wrong(name: str, data: st.DataObject) -> None:
    holds(name, data)


@pytest.mark.long
@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
@settings(max_examples=5000)
def test_a_parser_answers_or_says_what_is_wrong_many_times(name: str, data: st.DataObject) -> None:
    holds(name, data)
