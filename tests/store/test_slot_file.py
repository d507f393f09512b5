"""The slot file survives cuts and damage, and what somebody else wrote into it is never believed."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical
from kiosk.store import files
from kiosk.store.slot_copies import SlotCopies
from kiosk.store.slot_format import SlotDocument, _sum, read_document, write_document
from kiosk.store.slot_keys import countersign, new_staff_key
from tests.store.people import STREAM, Place, staffed_place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return staffed_place(tmp_path)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def with_right_sum(raw: dict[str, Any]) -> bytes:
    """What somebody who knows the format, but no key, can write."""
    return canonical({**raw, "sum": _sum(canonical(raw["header"]), bytes.fromhex(raw["mac"]))})


class TestDamage:
    def test_no_flipped_byte_of_a_copy_is_believed(self, place: Place) -> None:
        sound, _ = place.copies()
        for at in range(len(sound)):
            flipped = bytearray(sound)
            flipped[at] ^= 1 << (at % 8)
            with pytest.raises(KnownError):
                read_document(bytes(flipped))

    @pytest.mark.parametrize("damaged", [0, 1])
    @pytest.mark.parametrize("kind", ["flipped", "torn", "empty", "missing"])
    def test_one_damaged_copy_is_mended_from_the_other(self, place: Place, damaged: int, kind: str) -> None:
        sound = place.copies()
        path = place.folder.slots[damaged]
        data = sound[damaged]
        if kind == "missing":
            path.unlink()
        else:
            path.write_bytes(
                {"flipped": data[:99] + bytes([data[99] ^ 1]) + data[100:], "torn": data[:512], "empty": b""}[
                    kind
                ]
            )
        assert place.unlock("C1").code == "C1"
        assert place.copies() == sound

    def test_both_damaged_names_the_recovery_that_remains(self, place: Place) -> None:
        first, second = place.copies()
        place.put(first[:-1], second[:100])
        with pytest.raises(KnownError) as caught:
            place.unlock("C1")
        assert caught.value.code == "slots.lost"
        assert "الاسترداد" in caught.value.remedy()
        assert place.copies() == (first[:-1], second[:100])

    def test_both_missing_is_another_case(self, place: Place) -> None:
        for path in place.folder.slots:
            path.unlink()
        assert code_of(place.slots().listed) == "slots.missing"

    def test_a_copy_with_a_future_version_is_left_alone(self, place: Place) -> None:
        raw = json.loads(place.copies()[0])
        raw["header"]["v"] = 2
        newer = with_right_sum(raw)
        older = place.copies()[1]
        place.put(newer, older)
        assert code_of(lambda: place.unlock("C1")) == "slots.newer"
        assert place.copies() == (newer, older)


class TestForgery:
    def test_a_higher_generation_from_a_stranger_gives_way_to_the_genuine_copy(self, place: Place) -> None:
        genuine = place.copies()[1]
        raw = json.loads(genuine)
        raw["header"]["generation"] += 1
        raw["header"]["device"] = "D99999999"
        forged = with_right_sum(raw)
        place.put(forged, genuine)
        assert place.unlock("C1").device == "D00000017"
        assert place.copies() == (genuine, genuine)
        place.put(forged, forged)
        assert code_of(lambda: place.unlock("C1")) == "slots.altered"

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("roles", ["supervisor", "teller"]),
            ("expires", "2099-01-01T00:00:00.000Z"),
            ("kind", "technician"),
            ("id", "00" * 16),
            ("code", "C8"),
        ],
    )
    def test_a_slot_is_bound_to_what_it_says(self, place: Place, name: str, value: object) -> None:
        raw = json.loads(place.copies()[0])
        slot = next(slot for slot in raw["header"]["slots"] if slot.get("code") == "C1")
        assert slot[name] != value
        slot[name] = value
        forged = with_right_sum(raw)
        place.put(forged, forged)
        code = "C8" if name == "code" else "C1"
        assert code_of(lambda: place.slots().unlock(code, place.secret("C1"))) == "slots.wrong_secret"

    def test_cheaper_cost_parameters_do_not_open_it(self, place: Place) -> None:
        raw = json.loads(place.copies()[0])
        slot = next(slot for slot in raw["header"]["slots"] if slot.get("code") == "C1")
        slot["kdf"]["passes"] = 2
        forged = with_right_sum(raw)
        place.put(forged, forged)
        assert code_of(lambda: place.unlock("C1")) == "slots.wrong_secret"

    def test_a_swapped_public_key_is_seen(self, place: Place) -> None:
        raw = json.loads(place.copies()[0])
        slot = next(slot for slot in raw["header"]["slots"] if slot.get("code") == "C1")
        slot["public"] = "11" * 32
        forged = with_right_sum(raw)
        place.put(forged, forged)
        assert code_of(lambda: place.unlock("C1")) == "slots.altered"

    def test_a_holder_of_the_data_key_cannot_name_another_maker(self, place: Place) -> None:
        mac_key = place.unlock("C1").data_key.derive(b"kiosk-slots-1/mac")
        raw = json.loads(place.copies()[0])["header"]
        slot = next(slot for slot in raw["slots"] if slot.get("code") == "C1")
        slot["maker"]["code"] = "S9"
        forged = with_mac(raw, mac_key).data
        place.put(forged, forged)
        assert code_of(lambda: place.unlock("C1")) == "slots.altered"

    def test_a_key_that_is_vouched_for_but_not_in_the_slot_is_seen(self, place: Place) -> None:
        supervisor = place.unlock("S1")
        mac_key = supervisor.data_key.derive(b"kiosk-slots-1/mac")
        header = read_document(place.copies()[0]).header
        slot = header.find("C1")
        assert slot is not None
        other = new_staff_key().public
        swapped = countersign(replace(slot, public=other), STREAM, other, "S1", supervisor.staff_key)
        slots = tuple(swapped if one is slot else one for one in header.slots)
        forged = write_document(replace(header, slots=slots), mac_key).data
        place.put(forged, forged)
        assert code_of(lambda: place.unlock("C1")) == "slots.altered"

    def test_slots_of_another_stream_do_not_open_here(self, place: Place) -> None:
        raw = json.loads(place.copies()[0])
        raw["header"]["stream"] = "6e" * 16
        forged = with_right_sum(raw)
        place.put(forged, forged)
        assert code_of(lambda: place.unlock("C1")) == "slots.wrong_secret"


class TestWhatALaterVersionAdds:
    def test_is_carried_on_untouched(self, place: Place) -> None:
        supervisor = place.unlock("S1")
        mac_key = supervisor.data_key.derive(b"kiosk-slots-1/mac")
        header = read_document(place.copies()[0]).header
        raw = json.loads(place.copies()[0])["header"]
        raw["certificates"] = ["x"]
        raw["slots"][0]["certified"] = True
        raw["slots"].append({"kind": "fingerprint", "anything": 1})
        extended = with_mac(raw, mac_key)
        assert extended.header != header
        place.put(extended.data, extended.data)
        place.slots().add(place.unlock("S1"), place.person("C2", "teller"))
        after = json.loads(place.copies()[0])["header"]
        assert after["certificates"] == ["x"]
        assert after["slots"][0]["certified"] is True
        assert {"kind": "fingerprint", "anything": 1} in after["slots"]
        assert place.unlock("C2").code == "C2"


def with_mac(raw: dict[str, Any], mac_key: bytes) -> SlotDocument:
    unsigned = read_document(with_right_sum({"header": raw, "mac": "00" * 32, "sum": ""}))
    return write_document(unsigned.header, mac_key)


class Cut(BaseException):
    """The power goes."""


STEPS = ("open", "write", "fsync", "replace", "close")


def cut_power_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Let `step` calls to the system through, half of the next write, and nothing after."""
    left = step

    class CutOs:
        def __getattr__(self, name: str) -> Any:
            real = getattr(os, name)
            return partial(self._call, name, real) if name in STEPS else real

        def _call(self, name: str, real: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left >= 0 or (name == "close" and left < -1):
                return real(*arguments, **options)
            if name == "write" and left == -1:
                real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            if name == "close":
                real(*arguments, **options)
            raise Cut

    monkeypatch.setattr(files, "os", CutOs())


def test_a_cut_at_any_step_of_the_replace_leaves_the_old_or_the_new_file(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = place.copies()
    supervisor = place.unlock("S1")
    place.slots().remove(supervisor, "C1")
    new, _ = place.copies()
    seen = set()
    for step in range(40):
        place.put(old, old)
        with monkeypatch.context() as patched:
            cut_power_at(patched, step)
            try:
                SlotCopies(place.folder.slots).replace(read_document(new))
                finished = True
            except Cut:
                finished = False
        documents = SlotCopies(place.folder.slots).read()
        assert documents[0].data in (old, new)
        seen.add((documents[0].data == new, len(documents), finished))
        opened = place.unlock("S1")
        assert opened.generation == documents[0].header.generation
        assert place.copies() == (documents[0].data,) * 2
        if finished:
            break
    assert seen == {(False, 1, False), (True, 2, False), (True, 1, False), (True, 1, True)}


def test_a_full_disk_does_not_keep_anyone_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.folder.slots[1].write_bytes(b"torn")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.store.files.os.write", full)
        assert place.unlock("C1").code == "C1"
    assert place.unlock("C1").code == "C1"
    assert len(set(place.copies())) == 1


def test_the_same_bytes_are_worked_out_once_and_others_anew(place: Place) -> None:
    """An unlock reads both copies several times over."""
    data = place.copies()[0]
    assert read_document(bytes(bytearray(data))) is read_document(data)
    assert read_document.cache_info().maxsize == 4, "old files are not kept in memory for good"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**60) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=8,
)


@settings(max_examples=200)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(KnownError):
        read_document(data)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(staffed_place(tmp_path_factory.mktemp("sample")).copies()[0])
    return raw


def paths_of(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [above, *(path for key, inner in below for path in paths_of(inner, (*above, key)))]


@settings(max_examples=300)
@given(data=st.data(), new=JSON | st.just("DELETE"))
def test_any_field_may_be_anything_and_reading_refuses_or_reads(
    sample: dict[str, Any], data: st.DataObject, new: Any
) -> None:
    raw = json.loads(json.dumps(sample))
    path = data.draw(st.sampled_from(paths_of(raw["header"])[1:]))
    holder = raw["header"]
    for key in path[:-1]:
        holder = holder[key]
    if new == "DELETE":
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    try:
        forged = with_right_sum(raw)
    except BugError:
        return  # our own encoder does not write that
    try:
        document = read_document(forged)
    except KnownError as error:
        assert error.code.startswith(("slots.", "wire."))  # noqa: PT017
    else:
        assert not document.genuine(bytes(32))
