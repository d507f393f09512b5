"""A real TPM 2.0 (emulated by swtpm): sealing, counting wrong tries, counting up; and answers that lie."""

import os
import struct
from collections.abc import Callable, Iterator

import pytest

from kiosk.core.errors import KnownError
from kiosk.store.tpm import link as tpm_link
from kiosk.store.tpm.chip import Tpm
from kiosk.store.tpm.link import Link, SocketLink
from tests.store.emulated_tpm import EmulatedTpm

SECRET, AUTH, WRONG = os.urandom(32), os.urandom(32), os.urandom(32)
INDEX = 0x01A00007


@pytest.fixture
def emulator() -> Iterator[EmulatedTpm]:
    made = EmulatedTpm()
    yield made
    made.throw_away()


@pytest.fixture
def chip(emulator: EmulatedTpm) -> Tpm:
    return Tpm(emulator.place)


def code_of(error: pytest.ExceptionInfo[KnownError]) -> str:
    return error.value.code


def test_what_is_sealed_opens_with_its_authorisation_also_after_the_power_was_off(
    emulator: EmulatedTpm, chip: Tpm
) -> None:
    held = chip.seal(SECRET, AUTH)
    assert SECRET not in held
    assert AUTH not in held
    assert chip.unseal(held, AUTH) == SECRET
    emulator.stop()
    emulator.start()
    assert chip.unseal(held, AUTH) == SECRET


def test_many_calls_leave_nothing_in_the_chip(chip: Tpm) -> None:
    held = chip.seal(SECRET, AUTH)
    for _ in range(6):
        assert chip.unseal(held, AUTH) == SECRET


def test_the_chip_counts_wrong_tries_and_then_refuses_the_right_one_too(chip: Tpm) -> None:
    held = chip.seal(SECRET, AUTH)
    most = chip.limit().most
    for tried in range(most):
        assert chip.limit().tries == tried
        with pytest.raises(KnownError) as caught:
            chip.unseal(held, WRONG)
        assert code_of(caught) == "slots.wrong_secret"
    assert chip.limit().locked
    with pytest.raises(KnownError) as caught:
        chip.unseal(held, AUTH)
    assert code_of(caught) == "device_secret.tpm_locked"
    assert caught.value.params["minutes"] == -(-chip.limit().interval_s // 60)


def test_another_chip_does_not_open_it(chip: Tpm) -> None:
    held = chip.seal(SECRET, AUTH)
    other = EmulatedTpm()
    try:
        with pytest.raises(KnownError) as caught:
            Tpm(other.place).unseal(held, AUTH)
    finally:
        other.throw_away()
    assert code_of(caught) == "device_secret.tpm_other"


def test_a_changed_object_does_not_open(chip: Tpm) -> None:
    held = bytearray(chip.seal(SECRET, AUTH))
    held[40] ^= 1
    with pytest.raises(KnownError) as caught:
        chip.unseal(bytes(held), AUTH)
    assert code_of(caught) == "device_secret.tpm_other"


@pytest.mark.parametrize("end", [0, 1, 50, 205])
def test_an_object_cut_short_is_named_and_not_sent(chip: Tpm, end: int) -> None:
    held = chip.seal(SECRET, AUTH)
    with pytest.raises(KnownError) as caught:
        chip.unseal(held[:end], AUTH)
    assert code_of(caught) == "device_secret.tpm_garbled"


def test_a_machine_without_a_chip_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    for place in ("/dev/no-such-tpm", "unix:/nowhere/data"):
        with pytest.raises(KnownError) as caught:
            Tpm(place).limit()
        assert code_of(caught) == "device_secret.tpm_missing"
        assert caught.value.params["path"] == place


def test_a_counter_only_goes_up_and_survives_the_power(emulator: EmulatedTpm, chip: Tpm) -> None:
    assert chip.make_counter(INDEX, AUTH)
    first = chip.read_counter(INDEX, AUTH)
    assert chip.raise_counter(INDEX, AUTH) == first + 1
    emulator.stop()
    emulator.start()
    assert chip.read_counter(INDEX, AUTH) == first + 1


def test_a_counter_made_anew_begins_above_the_old_one(chip: Tpm) -> None:
    assert chip.make_counter(INDEX, AUTH)
    for _ in range(3):
        last = chip.raise_counter(INDEX, AUTH)
    assert not chip.make_counter(INDEX, AUTH)
    chip.remove_counter(INDEX)
    assert chip.make_counter(INDEX, AUTH)
    assert chip.read_counter(INDEX, AUTH) > last


def test_a_counter_of_another_or_none_is_lost_and_never_locks_people_out(chip: Tpm) -> None:
    with pytest.raises(KnownError) as caught:
        chip.read_counter(INDEX, AUTH)
    assert code_of(caught) == "device_secret.tpm_counter_lost"
    chip.make_counter(INDEX, AUTH)
    for act in (chip.read_counter, chip.raise_counter):
        with pytest.raises(KnownError) as caught:
            act(INDEX, WRONG)
        assert code_of(caught) == "device_secret.tpm_counter_lost"
    assert chip.limit().tries == 0


class Between:
    """Stands on the wires between kiosk and chip: keeps what passes, and may change an answer."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.passed: list[bytes] = []
        self.change: Callable[[bytes, bytes], bytes] = lambda command, answer: answer

    def exchange(self, command: bytes) -> bytes:
        answer = self.change(command, self.link.exchange(command))
        self.passed += [command, answer]
        return answer

    def close(self) -> None:
        """The link is kept for the next call."""


@pytest.fixture
def wires(emulator: EmulatedTpm, monkeypatch: pytest.MonkeyPatch) -> Iterator[Between]:
    link = SocketLink(f"{emulator.folder}/data")
    between = Between(link)
    monkeypatch.setattr("kiosk.store.tpm.chip.open_link", lambda place: between)
    yield between
    link.close()


def test_who_listens_on_the_wires_learns_neither_secret_nor_authorisation(chip: Tpm, wires: Between) -> None:
    held = chip.seal(SECRET, AUTH)
    assert chip.unseal(held, AUTH) == SECRET
    chip.make_counter(INDEX, AUTH)
    assert len(wires.passed) > 10
    for one in wires.passed:
        assert SECRET not in one
        assert AUTH not in one


@pytest.mark.parametrize("at", [13, 15, 20, -1, -40])
def test_an_answer_that_was_changed_on_the_wires_is_not_believed(chip: Tpm, wires: Between, at: int) -> None:
    held = chip.seal(SECRET, AUTH)

    def flip(command: bytes, answer: bytes) -> bytes:
        if command[6:10] != struct.pack(">I", 0x15E) or len(answer) == 10:
            return answer
        changed = bytearray(answer)
        changed[at] ^= 1
        return bytes(changed)

    wires.change = flip
    with pytest.raises(KnownError) as caught:
        chip.unseal(held, AUTH)
    assert code_of(caught) == "device_secret.tpm_garbled"


@pytest.mark.parametrize("answer", [b"", b"\x80\x01", b"\x80\x01\x00\x00\x00\x0b\x00\x00\x00\x00"])
def test_garbage_is_named(chip: Tpm, wires: Between, answer: bytes) -> None:
    wires.change = lambda command, _: answer
    with pytest.raises(KnownError) as caught:
        chip.limit()
    assert code_of(caught) == "device_secret.tpm_garbled"


def test_a_chip_that_asks_for_patience_is_asked_again(
    chip: Tpm, wires: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tpm_link, "_PAUSE_S", 0)
    refusals = [0x922, 0x908, 0x920]

    def busy(command: bytes, answer: bytes) -> bytes:
        return struct.pack(">HII", 0x8001, 10, refusals.pop()) if refusals else answer

    wires.change = busy
    assert chip.limit().most > 0
    wires.change = lambda command, answer: struct.pack(">HII", 0x8001, 10, 0x922)
    with pytest.raises(KnownError) as caught:
        chip.limit()
    assert (code_of(caught), caught.value.params["answer"]) == ("device_secret.tpm_refused", "0x922")
