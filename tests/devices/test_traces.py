"""What passes over a port is recorded without what it carries, bounded, and played again byte for byte."""

import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.errors import KnownError
from kiosk.core.raster import Bitmap, Sheet
from kiosk.devices import trace
from kiosk.devices.connection import Connection, opener
from kiosk.devices.escpos import print_stream
from kiosk.devices.port import Port, PortSettings
from kiosk.devices.printer import EscPosPrinter
from kiosk.devices.profiles import profile_codes, shipped_profile
from kiosk.devices.redaction import OpaqueRedactor, new_hide, redactor_for
from kiosk.devices.replay import Replay, ReplayMismatchError
from kiosk.devices.simulators.faults import Faults
from kiosk.devices.simulators.printer import SimulatedPrinter
from kiosk.devices.simulators.pty_line import PtyPrinter
from kiosk.devices.trace import Recorder, recording_until, recordings, switch_off, switch_on
from kiosk.devices.transcript import Event, Hidden, Kept, Piece, read_transcript
from kiosk.paperwork.printing import draw
from tests.devices.printing import PROFILES, drawn_qr, profile
from tests.devices.recording import TRACES, WholeTape, events_of, replayed
from tests.devices.test_ports import code_of
from tests.documents.samples import ALL

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECRET = b"2850101123456789"

# --- the text of a recording

PIECES = st.one_of(
    st.binary(min_size=1, max_size=20).map(Kept),
    st.builds(
        Hidden,
        st.from_regex(r"[a-z-]{1,10}", fullmatch=True),
        st.integers(0, 70_000),
        st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    ),
)
EVENTS = st.lists(
    st.one_of(
        st.builds(
            Event,
            st.integers(0, 10**9),
            st.sampled_from(["<", ">"]),
            st.lists(PIECES, min_size=1, max_size=5).map(tuple),
        ),
        st.builds(
            Event, st.integers(0, 10**9), st.just("!"), note=st.sampled_from(["opened", "device.lost"])
        ),
    ),
    max_size=6,
)


@given(EVENTS)
def test_what_is_written_is_read_again(events: list[Event]) -> None:
    text = "".join(event.line() + "\n" for event in events)
    assert read_transcript("# a remark\n\n" + text, "t") == events


# --- what is kept


RASTER = b"\x1b@\x1dv0\x00\x02\x00\x03\x00"
COMMANDS = b"\x10\x04\x01\x10\x14\x01\x00\x05\x1dr\x01\x1dVB\x00\x1d(H\x06\x00000123"


def kept(pieces: list[Piece]) -> bytes:
    return b"".join(piece.data for piece in pieces if isinstance(piece, Kept))


def sizes(pieces: list[Piece]) -> int:
    return sum(len(piece.data) if isinstance(piece, Kept) else piece.size for piece in pieces)


def told(data: bytes, cuts: int = 0) -> list[bytes | tuple[str, int]]:
    """The pieces of a stream given in parts, hidden ones of a class that follow each other as one."""
    redactor = redactor_for("escpos", new_hide())
    pieces = []
    step = cuts or max(1, len(data))
    for at in range(0, len(data), step):
        pieces += redactor.sent(data[at : at + step])
    pieces += redactor.rest()
    merged: list[Any] = []
    for piece in pieces:
        one: Any = piece.data if isinstance(piece, Kept) else (piece.what, piece.size)
        last = merged[-1] if merged else None
        if isinstance(one, bytes) and isinstance(last, bytes):
            merged[-1] = last + one
        elif isinstance(one, tuple) and isinstance(last, tuple) and last[0] == one[0]:
            merged[-1] = (one[0], last[1] + one[1])
        else:
            merged.append(one)
    return merged


@pytest.mark.parametrize(
    ("stream", "wanted"),
    [
        (RASTER + b"abcdef\x0a", [RASTER, ("picture", 6), b"\n"]),
        (b"\x1b*\x21\x02\x00abcdef\x0a", [b"\x1b*\x21\x02\x00", ("picture", 6), b"\n"]),
        (b"\x1b*\x00\x02\x00abcdef", [b"\x1b*\x00\x02\x00", ("picture", 2), ("text", 4)]),
        (b"Total 42.50\x0a", [("text", 11), b"\n"]),
        (b"\xc8\xe5\x0a", [("text", 2), b"\n"]),
        (b"\x1d(k\x07\x001P0abcd", [b"\x1d(k\x07\x001P", ("code", 5)]),
        (b"\x1d(k\x03\x001Q0", [b"\x1d(k\x03\x001Q0"]),
        (b"\x1d(L\x0d\x00" + b"0p01" + b"x" * 9, [b"\x1d(L\x0d\x000p", ("picture", 11)]),
        (b"\x1d8L\x03\x00\x00\x00abc", [b"\x1d8L\x03\x00\x00\x00", ("picture", 3)]),
        (COMMANDS, [COMMANDS]),
        (b"\x1bX\x0a12\x1b@\x0a", [("unknown", 5), b"\x1b@\n"]),
        (b"\x1b", [("unknown", 1)]),
    ],
)  # fmt: skip
def test_commands_stay_and_what_they_carry_does_not(stream: bytes, wanted: list[object]) -> None:
    for cuts in (0, 1, 3):
        assert told(stream, cuts) == wanted


@pytest.mark.parametrize("code", PROFILES)
def test_of_a_real_document_every_picture_and_code_is_hidden(code: str) -> None:
    kind = profile(code)
    text = f"https://example.invalid/{SECRET.decode()}"
    stream = print_stream(drawn_qr(kind.width_dots, text, x=8, y=16, dot=4, height=300), kind)
    pieces = redactor_for("escpos", new_hide()).sent(stream)
    assert sizes(pieces) == len(stream)
    assert SECRET not in kept(pieces)
    assert not any(isinstance(piece, Hidden) and piece.what == "unknown" for piece in pieces)
    hidden = sum(piece.size for piece in pieces if isinstance(piece, Hidden))
    assert hidden >= len(text)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("code", profile_codes())
def test_a_recorded_receipt_shows_no_number_of_it(bench: "Bench", code: str) -> None:
    kind = shipped_profile(code)
    stream = print_stream(draw(ALL["receipt-fee"], kind), kind)
    numbers = set(re.findall(rb"[0-9][0-9,./:-]{3,}", stream))
    assert numbers or not kind.sets_text
    switch_on(bench.root, 8, bench.now)
    bench.recorder.note("opened")
    for at in range(0, len(stream), 256):
        bench.recorder.sent(stream[at : at + 256])
    bench.recorder.note("closed")
    pieces = [piece for event in events_of(recordings(bench.root)[0]) for piece in event.pieces]
    assert sizes(pieces) == len(stream)
    assert [number for number in numbers if number in kept(pieces)] == []
    assert ("text" in {piece.what for piece in pieces if isinstance(piece, Hidden)}) == kind.sets_text
    assert "{unknown" not in bench.text()


@given(st.binary(max_size=40), st.binary(max_size=20), st.integers(1, 30))
def test_no_stream_lets_a_number_through(before: bytes, after: bytes, step: int) -> None:
    redactor = redactor_for("escpos", new_hide())
    stream = before + SECRET + after
    pieces: list[Piece] = []
    for at in range(0, len(stream), step):
        pieces += redactor.sent(stream[at : at + step])
    pieces += redactor.rest()
    assert sizes(pieces) == len(stream)
    assert SECRET[2:-2] not in kept(pieces)


@given(st.binary(max_size=30), st.integers(1, 20))
def test_a_device_that_is_no_printer_is_not_recorded(before: bytes, step: int) -> None:
    redactor = redactor_for("escpos", new_hide())
    answer = before + SECRET * 2
    pieces: list[Piece] = []
    for at in range(0, len(answer), step):
        pieces += redactor.heard(answer[at : at + step])
    assert len(kept(pieces)) <= len(before) + 4


def test_what_printers_say_is_kept() -> None:
    redactor = redactor_for("escpos", new_hide())
    for answer in (b"\x12\x32\x7e", b"\x10\x00\x0c\x0f", b'7"0123\0', b"\x11\x13", b"\x00"):
        assert kept(redactor.heard(answer)) == answer
    status, noise = redactor.heard(b"\x12a")
    assert status == Kept(b"\x12")
    assert isinstance(noise, Hidden)
    assert noise.what == "noise"


def test_equal_contents_have_equal_marks_within_one_recording_only() -> None:
    first, second = new_hide(), new_hide()
    assert first("amount", b"4250") == first("amount", b"4250")
    assert first("amount", b"4250") != first("amount", b"4251")
    assert first("amount", b"4250") != second("amount", b"4250")


def test_of_an_unknown_protocol_only_lengths_are_kept() -> None:
    redactor = redactor_for("somebody's", new_hide())
    assert isinstance(redactor, OpaqueRedactor)
    assert kept(redactor.sent(SECRET) + redactor.heard(SECRET) + redactor.rest()) == b""


# --- the files


class Bench:
    """A recorder on false clocks, and what it complained of."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now, self.seconds = NOON, 0.0
        self.trouble: list[Exception] = []
        self.recorder = Recorder(
            root,
            "PRINTER-1",
            "escpos",
            on_trouble=self.trouble.append,
            now=lambda: self.now,
            clock=lambda: self.seconds,
        )

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.seconds += timedelta(**span).total_seconds()

    def text(self) -> str:
        return "".join(file.read_text(encoding="ascii") for file in reversed(recordings(self.root)))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_nothing_is_recorded_unless_it_was_switched_on_before_the_port_was_opened(bench: Bench) -> None:
    bench.recorder.note("opened")
    bench.recorder.sent(b"\x1b@")
    assert list(bench.root.iterdir()) == []
    switch_on(bench.root, 8, bench.now)
    bench.recorder.sent(b"\x1b@")
    assert bench.text() == ""
    bench.recorder.note("opened")
    bench.later(seconds=1.5)
    bench.recorder.sent(b"\x1b@42.50")
    bench.recorder.heard(b"\x12")
    assert "0.000 ! opened\n1.500 > 1b40 {text 5 " in bench.text()
    assert bench.text().endswith("1.500 < 12\n")
    folder = bench.root / trace.FOLDER
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in recordings(bench.root)} == {0o600}


def test_a_recording_ends_with_its_hours_or_when_it_is_switched_off(bench: Bench) -> None:
    for by_itself in (True, False):
        switch_on(bench.root, 1, bench.now)
        bench.recorder.note("opened")
        bench.recorder.note("device.lost")
        if by_itself:
            bench.later(hours=1)
        else:
            switch_off(bench.root)
        bench.later(seconds=6)
        before = bench.text()
        bench.recorder.sent(b"\x1b@")
        bench.recorder.note("closed")
        assert bench.text() == before


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2026-11-21T13:00:00+00:00", NOON + timedelta(hours=1)),
        ("2026-11-21T12:00:00+00:00", None),
        ("2026-11-21T13:00:00", None),
        ("2036-11-21T13:00:00+00:00", None),
        ("soon", None),
        ("", None),
    ],
)
def test_what_is_no_time_to_come_is_no_order_to_record(
    tmp_path: Path, text: str, until: datetime | None
) -> None:
    (tmp_path / trace.FOLDER).mkdir()
    (tmp_path / trace.FOLDER / "until").write_text(text)
    assert recording_until(tmp_path, NOON) == until


def test_the_files_are_bounded_and_each_can_be_read(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trace, "FILE_BYTES", 2000)
    switch_on(bench.root, 8, bench.now)
    bench.recorder.note("opened")
    for n in range(500):
        bench.recorder.sent(b"\x1bd" + bytes((n % 256,)))
    files = recordings(bench.root)
    assert [file.name for file in files] == [
        "PRINTER-1.txt", "PRINTER-1.1.txt", "PRINTER-1.2.txt", "PRINTER-1.3.txt"
    ]  # fmt: skip
    assert all(file.stat().st_size <= 2000 for file in files)
    events = [event for file in reversed(files) for event in events_of(file)]
    assert [event.pieces for event in events][-3:] == [
        (Kept(b"\x1bd" + bytes((n % 256,))),) for n in (497, 498, 499)
    ]


def test_a_disk_that_fails_ends_the_recording_and_nothing_else(bench: Bench) -> None:
    switch_on(bench.root, 8, bench.now)
    bench.recorder.note("opened")
    file = recordings(bench.root)[0]
    file.unlink()
    file.mkdir()
    bench.recorder.sent(b"\x1b@")
    bench.recorder.sent(b"\x1b@")
    assert [type(error) for error in bench.trouble] == [IsADirectoryError]


def test_a_device_cannot_name_another_file() -> None:
    with pytest.raises(ValueError, match="etc"):
        Recorder(Path(), "../etc", "escpos", on_trouble=lambda _: None)


# --- played again

SHEET = Sheet(Bitmap(576, b"".join(bytes([n % 251]) * 72 for n in range(60))))
KIND = shipped_profile("generic-80")


def driven(port: Port) -> EscPosPrinter:
    return EscPosPrinter(Connection(lambda: port, name="p"), KIND)


def print_once(printer: EscPosPrinter, sheet: Sheet = SHEET) -> bool:
    printer.status()
    printer.prepare()
    stream = printer.stream(sheet)
    printer.send(stream)
    return printer.confirm(len(stream))[0]


def recorded(tape: Any, act: Callable[[EscPosPrinter], object]) -> None:
    """Do something with a simulated printer while a tape runs."""
    with PtyPrinter() as line:
        connection = Connection(opener(line.path, PortSettings(baud=921_600), "p", tape), name="p")
        act(EscPosPrinter(connection, KIND))
        connection.drop()


def test_a_recorded_print_is_confirmed_again_and_another_print_is_not(tmp_path: Path) -> None:
    tape = WholeTape()
    recorded(tape, print_once)
    events = read_transcript(tape.text(), "t")
    assert events == tape.events
    with replayed(events) as port:
        assert print_once(driven(port))
    other = Sheet(Bitmap(576, SHEET.bitmap.rows[:-1] + b"\x01"))
    with pytest.raises(ReplayMismatchError, match="recorded was"), replayed(events) as port:
        port.write(b"\x10\x04\x01\x10\x04\x02\x10\x04\x04\x1dr\x01" + driven(port).stream(other))


def test_a_redacted_recording_is_played_by_the_lengths_of_what_it_hides(bench: Bench) -> None:
    switch_on(bench.root, 8, bench.now)
    recorded(bench.recorder, print_once)
    events = events_of(recordings(bench.root)[0])
    assert any(isinstance(piece, Hidden) for event in events for piece in event.pieces)
    with replayed(events) as port:
        assert print_once(driven(port))


def test_a_program_that_sends_less_or_more_than_was_recorded_is_noticed() -> None:
    events = read_transcript("0.000 > 100401\n0.010 < 12\n", "t")
    with (
        pytest.raises(ReplayMismatchError, match="not sent after byte 2"),
        replayed(events, wait=0.1) as port,
    ):
        port.write(b"\x10\x04")
    with pytest.raises(ReplayMismatchError, match="byte 3 is 1b, and nothing more"), replayed(events) as port:
        port.write(b"\x10\x04\x01\x1b")


def test_answers_come_as_late_as_they_were_recorded_times_the_scale() -> None:
    said: list[tuple[bytes, float]] = []
    events = read_transcript("1.000 > 05\n1.500 < 06\n3.500 < 0203\n4.000 > 06\n4.000 ! device.lost\n", "t")
    gone: list[bool] = []
    replay = Replay(
        events,
        lambda data, after=0.0: said.append((data, after)),
        unplug=lambda: gone.append(True),
        scale=0.1,
    )
    replay.receive(b"\x05")
    assert [data for data, _ in said] == [b"\x06", b"\x02\x03"]
    assert [after for _, after in said] == pytest.approx([0.05, 0.25])
    assert not replay.finished
    replay.receive(b"\x06")
    assert gone == [True]
    assert replay.finished
    replay.check()


def test_a_hidden_answer_cannot_be_played() -> None:
    events = read_transcript("0.000 > 05\n2.000 < {frame 20 00000000}\n", "t")
    call = lambda: Replay(events, lambda data, after=0.0: None, unplug=lambda: None)  # noqa: E731
    assert code_of(call) == "trace.hidden_answer"


# --- the recordings of this project: python -m tests.devices.test_traces writes them anew


def with_printer(change: Callable[[SimulatedPrinter], object]) -> Callable[[PtyPrinter], None]:
    def act(line: PtyPrinter) -> None:
        with line.change() as printer:
            change(printer)

    return act


SCENES: dict[str, tuple[Callable[[PtyPrinter], None], object]] = {
    "ready": (lambda _: None, None),
    "paper-out": (with_printer(lambda printer: printer.end_paper()), "paper_out"),
    "cover-open": (with_printer(lambda printer: printer.set_cover(is_open=True)), "cover_open"),
    "noise": (lambda line: line.misbehave(Faults(noise=b"a\x80")), None),
    "lost": (lambda line: line.misbehave(Faults(vanish_on="read")), "device.lost"),
}
"""By name: what happens to the printer, and what its status then says."""


def asked(printer: EscPosPrinter) -> object:
    """The trouble that a status tells, or the situation that ended it."""
    try:
        status = printer.status()
    except KnownError as error:
        return error.code
    assert status.known
    return status.trouble


@pytest.mark.parametrize("scene", SCENES)
def test_a_stored_recording_is_understood_byte_for_byte(scene: str) -> None:
    with replayed(events_of(TRACES / f"{scene}.txt")) as port:
        assert asked(driven(port)) == SCENES[scene][1]


def record_all() -> None:
    """Write the recordings anew."""
    TRACES.mkdir(exist_ok=True)
    for name, (change, _) in SCENES.items():
        tape = WholeTape()
        with PtyPrinter() as line:
            change(line)
            connection = Connection(opener(line.path, PortSettings(), "p", tape), name="p")
            asked(EscPosPrinter(connection, KIND))
            connection.drop()
        (TRACES / f"{name}.txt").write_text(tape.text(), encoding="ascii")


if __name__ == "__main__":
    record_all()
