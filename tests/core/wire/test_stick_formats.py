"""Sealed batches, the signed list beside them and the auditor's lines: their bytes stay what they were."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.errors import BugError, KnownError
from kiosk.core.wire.canonical import canonical, parse_canonical
from kiosk.core.wire.codec import FieldError, dump
from kiosk.core.wire.entry import Record
from kiosk.core.wire.export_journal import (
    Confirmed,
    DevicePublicKey,
    JournalHead,
    Written,
    entry_line,
    journal_lines,
)
from kiosk.core.wire.export_manifest import (
    ExportManifest,
    ListedFile,
    MediumMark,
    check_file,
    file_hash,
    folder_name,
    manifest_device,
    open_manifest,
    open_mark,
    sign_manifest,
    sign_mark,
)
from kiosk.core.wire.sealed_batch import read_label, seal_batch, unseal_batch
from kiosk.core.wire.signed import kid_of
from tests.core.wire.protocol_vectors import DEVICE, DEVICE_KEY, NOW, STREAM, batch, records

FILE = Path(__file__).parents[2] / "data" / "golden_export.json"
INTAKE = X25519PrivateKey.from_private_bytes(bytes([9]) * 32)
PUBLIC = DEVICE_KEY.public_key()
BATCH = batch()
HEAD = JournalHead(
    device=DEVICE,
    stream=STREAM,
    by="device",
    keys=(DevicePublicKey(kid=kid_of(PUBLIC), public=PUBLIC.public_bytes_raw().hex()),),
)


def listed(first: int, last: int, head: str = "ab" * 32) -> ListedFile:
    name = f"batch-{first:010d}-{last:010d}.sealed"
    return ListedFile(
        name=name, kind="batch", first=first, last=last, head=head, size=3, hash=file_hash(b"abc")
    )


MANIFEST = ExportManifest(
    device=DEVICE,
    stream=STREAM,
    medium="3d" * 16,
    made=NOW,
    first=1,
    last=7,
    head="ab" * 32,
    count=7,
    acknowledged=2,
    files=(listed(1, 5, "cd" * 32), listed(6, 7)),
)


def made() -> dict[str, str]:
    """What is the same each time; a sealed batch is not, since its key is drawn anew."""
    mark = MediumMark(device=DEVICE, stream=STREAM, medium="3d" * 16)
    return {
        "manifest": sign_manifest(MANIFEST, DEVICE_KEY).decode(),
        "mark": sign_mark(mark, DEVICE_KEY, NOW).decode(),
        "journal": b"".join(journal_lines(HEAD, records(), {}, None)).decode(),
    }


def write() -> None:
    """Write the vectors when there are none: `python -c "…import write; write()"`."""
    sealed = {"batch": BATCH.hex(), "intake": INTAKE.private_bytes_raw().hex()}
    sealed["sealed"] = seal_batch(BATCH, INTAKE.public_key()).hex()
    FILE.write_text(json.dumps({**made(), **sealed}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def golden() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def refused(act: Any, *given: Any, **more: Any) -> str:
    with pytest.raises(KnownError) as caught:
        act(*given, **more)
    return caught.value.code


def test_the_vectors_are_made_again_to_the_byte_and_the_sealed_one_still_opens() -> None:
    kept = golden()
    assert made() == {name: kept[name] for name in made()}
    key = X25519PrivateKey.from_private_bytes(bytes.fromhex(kept["intake"]))
    assert unseal_batch(bytes.fromhex(kept["sealed"]), key).hex() == kept["batch"]


def test_a_sealed_batch_opens_for_the_centre_alone_and_says_outside_only_which_entries() -> None:
    sealed = seal_batch(BATCH, INTAKE.public_key())
    label = read_label(sealed)
    assert (label.device, label.stream, label.first) == (DEVICE, STREAM, 1)
    assert unseal_batch(sealed, INTAKE) == BATCH
    assert refused(unseal_batch, sealed, X25519PrivateKey.generate()) == "sealed_batch.other_key"
    edited = sealed.replace(b'"first":1', b'"first":2', 1)
    assert refused(unseal_batch, edited, INTAKE) in ("sealed_batch.cannot_open", "sealed_batch.malformed")
    with pytest.raises(BugError):
        seal_batch(b"not a batch", INTAKE.public_key())


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_sealed_batch_is_a_known_error(data: st.DataObject) -> None:
    sealed = bytearray(bytes.fromhex(golden()["sealed"]))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    assert refused(unseal_batch, bytes(sealed), INTAKE).startswith("sealed_batch.")
    cut = bytes(sealed[: data.draw(st.integers(0, len(sealed) - 1))])
    assert refused(unseal_batch, cut, INTAKE).startswith("sealed_batch.")


def test_a_manifest_is_good_only_by_its_device_and_whole() -> None:
    signed = sign_manifest(MANIFEST, DEVICE_KEY)
    assert open_manifest(signed, PUBLIC, now=NOW) == MANIFEST
    assert manifest_device(signed) == DEVICE
    stranger = Ed25519PrivateKey.generate().public_key()
    assert refused(open_manifest, signed, stranger, now=NOW) == "signed.unknown_key"
    altered = signed.replace(b'"last":7', b'"last":8')
    assert refused(open_manifest, altered, PUBLIC, now=NOW) == "signed.bad_signature"
    mark = MediumMark(device=DEVICE, stream=STREAM, medium="3d" * 16)
    assert open_mark(sign_mark(mark, DEVICE_KEY, NOW), PUBLIC, now=NOW) == mark
    assert refused(open_mark, signed, PUBLIC, now=NOW) == "signed.other_purpose"


@pytest.mark.parametrize(
    "wrong",
    [
        replace(MANIFEST, last=8, count=8),
        replace(MANIFEST, count=6),
        replace(MANIFEST, head="ef" * 32),
        replace(MANIFEST, files=(listed(1, 5), listed(7, 7))),
        replace(MANIFEST, files=(listed(6, 7), listed(1, 5))),
        replace(MANIFEST, files=(*MANIFEST.files, replace(MANIFEST.files[0], kind="persons"))),
        replace(MANIFEST, files=()),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(wrong: ExportManifest) -> None:
    with pytest.raises(FieldError):
        dump(wrong)


def test_a_file_is_held_to_its_line_and_names_stay_inside_the_folder() -> None:
    check_file(listed(1, 5), b"abc")
    for other in (b"abd", b"abcd"):
        assert refused(check_file, listed(1, 5), other) == "export.file_altered"
    for name in ("../batch-0000000001-0000000005.sealed", "batch-1-5.sealed", "manifest.json", "batch"):
        with pytest.raises(FieldError):
            dump(replace(listed(1, 5), name=name))
    assert folder_name(DEVICE, STREAM) != folder_name(DEVICE, STREAM, export=True)


def test_lines_for_an_auditor_hold_the_exact_bytes_and_stay_lines_whatever_is_in_them() -> None:
    record = records()[0]
    line = entry_line(record)
    assert record.data in line
    assert parse_canonical(line[:-1])["hash"] == record.hash.hex()
    for odd in (b'{"a":\n1}', b"\xff", b""):
        line = entry_line(Record(1, odd, bytes(32)))
        assert line.count(b"\n") == 1
        assert json.loads(line)["raw"] == odd.hex()


def test_the_end_counts_the_entries_and_checkpoints_stand_after_theirs() -> None:
    written = Written()
    confirmed = Confirmed(acknowledgement='{"x":1}', root="ab" * 32, delegations=("{}{}",))
    lines = list(journal_lines(HEAD, records(), {1: [b"{}"], 99: [b'{"late":\n1}']}, confirmed, written))
    assert lines[2] == b'{"checkpoint":{}}\n'
    assert lines[-2] == b'{"checkpoint":"' + b'{"late":\n1}'.hex().encode() + b'"}\n'
    end = json.loads(lines[-1])["end"]
    assert (end["entries"], written.last) == (len(records()), records()[-1].seq)
    assert canonical(end["confirmed"]) == canonical(dump(confirmed))
