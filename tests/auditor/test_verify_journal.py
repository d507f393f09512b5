"""The auditor's verifier finds nothing wrong in a real journal, and names each way to tamper with it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.core.entries.registry import BODIES
from tests.acts import new_trial
from tests.auditor.audited import SCRIPT, Audited, audit, auditor, checks, export, work
from tests.desk.conftest import make_trial


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    folder = tmp_path_factory.mktemp("audited")
    trial = new_trial(folder / "device")
    session = trial.unlock("TEL-1")
    receipts = work(session)
    path, _ = export(session, folder / "out")
    trial.close()
    return Audited(path.read_bytes().splitlines(keepends=True), receipts)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """Another device's journal."""
    folder = tmp_path_factory.mktemp("other")
    trial = make_trial(folder / "device")
    path, _ = export(trial.unlock("TEL-2"), folder / "out")
    trial.close()
    return Audited(path.read_bytes().splitlines(keepends=True))


def test_nothing_is_wrong_in_a_real_day_and_it_is_complete_only_to_its_last_entry(audited: Audited) -> None:
    verifier, outside = audit(audited.data)
    assert verifier.findings == []
    assert verifier.seq == verifier.entries == len(audited.entries)
    assert outside.confirmed_to == 0
    assert len(audited.receipts) == 4
    assert len(audited.entries) > 50
    assert verifier.money.numbers.keys() >= set(audited.receipts)


def flipped(data: bytes, at: int) -> bytes:
    """One bit of one byte changed, so that a line stays a line."""
    changed = data[at] ^ 1
    if changed in b"\n\r" or data[at] in b"\n\r":
        changed = data[at] ^ 4
    return data[:at] + bytes([changed]) + data[at + 1 :]


@pytest.mark.parametrize("stride", [1999, pytest.param(61, marks=pytest.mark.long)])
def test_a_flipped_byte_anywhere_is_found(audited: Audited, stride: int) -> None:
    data = audited.data
    for at in range(stride // 2, len(data), stride):
        assert checks(flipped(data, at)), f"byte {at}: {data[max(0, at - 40) : at + 10]!r}"


def short_journal(audited: Audited) -> tuple[list[bytes], int]:
    """The head, the first entries, and an end that fits them: quick to verify thousands of times."""
    few = audited.lines[: audited.entries[3] + 1]
    count = len([line for line in few if line.startswith(b'{"entry":')])
    return [*few, b'{"end":{"confirmed":null,"entries":%d}}\n' % count], len(few) - 1


def test_every_byte_of_one_entry_of_its_head_and_of_the_end_is_guarded(audited: Audited) -> None:
    lines, entry = short_journal(audited)
    assert checks(b"".join(lines)) == []
    for n in (0, entry, len(lines) - 1):
        before, after = b"".join(lines[:n]), b"".join(lines[n + 1 :])
        for at in range(len(lines[n])):
            assert checks(before + flipped(lines[n], at) + after), f"line {n}, byte {at}"


def edited(audited: Audited, n: int, old: bytes, new: bytes) -> bytes:
    assert old in audited.lines[n]
    lines = list(audited.lines)
    lines[n] = lines[n].replace(old, new)
    return b"".join(lines)


def test_an_entry_that_was_edited_is_named_by_its_number(audited: Audited) -> None:
    n = audited.line_of("payment.taken")
    seq = json.loads(audited.lines[n])["seq"]
    verifier, _ = audit(edited(audited, n, b'"capacity":"', b'"capacity":"x'))
    assert [(one.check, one.values["seq"]) for one in verifier.findings] == [("entry.altered", seq)]


def test_a_deleted_entry_leaves_a_gap(audited: Audited) -> None:
    n = audited.line_of("request.taken")
    assert checks(b"".join([*audited.lines[:n], *audited.lines[n + 1 :]]))[0] == "order.gap"


def test_an_inserted_entry_is_found(audited: Audited) -> None:
    n = audited.line_of("request.taken")
    lines = [*audited.lines[: n + 1], audited.lines[n], *audited.lines[n + 1 :]]
    assert "order.repeated" in checks(b"".join(lines))


def test_swapped_entries_are_found(audited: Audited) -> None:
    n = audited.line_of("receipt.issued")
    lines = list(audited.lines)
    lines[n - 1], lines[n] = lines[n], lines[n - 1]
    assert {"order.gap", "order.repeated"} <= set(checks(b"".join(lines)))


def test_an_entry_of_another_device_is_found(audited: Audited, other: Audited) -> None:
    lines = list(audited.lines)
    n = audited.entries[5]
    lines[n] = other.lines[other.entries[5]]
    assert {"entry.other_stream", "entry.altered"} <= set(checks(b"".join(lines)))


def test_a_file_that_was_simply_cut_is_named(audited: Audited) -> None:
    assert "file.end" in checks(b"".join(audited.lines[:-4]))
    assert checks(b"".join([*audited.lines[:-4], audited.lines[-1]]))[0] == "file.count"
    assert "file.unreadable" in checks(audited.data[:-5])


def cut(audited: Audited, last_line: int) -> bytes:
    """A tail cut by one who knows the format: later checkpoints are gone, the end says what is left."""
    left = audited.lines[:last_line]
    count = len([line for line in left if line.startswith(b'{"entry":')])
    return b"".join([*left, b'{"end":{"confirmed":null,"entries":%d}}\n' % count])


def test_a_tail_cut_with_skill_shows_only_from_outside_the_file(audited: Audited) -> None:
    n = audited.line_of("receipt.voided")
    whole, _ = audit(audited.data)
    data = cut(audited, n)
    verifier, outside = audit(data)
    assert verifier.findings == []
    assert verifier.seq < whole.seq, "an older file looks the same"
    assert outside.confirmed_to == 0
    code = whole.hashes[whole.seq - 1]
    assert checks(data, papers=(code[:8],)) == ["paper.cut"]
    assert checks(audited.data, papers=(code[:8], code.upper())) == []


def test_a_checkpoint_that_was_left_behind_betrays_the_cut(audited: Audited) -> None:
    n = audited.line_of("shift.closed")
    later = [line for line in audited.lines[n:] if line.startswith(b'{"checkpoint":')]
    data = cut(audited, n)
    lines = data.splitlines(keepends=True)
    assert checks(b"".join([*lines[:-1], later[-1], lines[-1]])) == ["checkpoint.beyond"]


def test_a_missing_checkpoint_is_named(audited: Audited) -> None:
    fifty = next(
        n for n, line in enumerate(audited.lines) if b'"seq":50,' in line and b'"checkpoint"' in line
    )
    lines = [*audited.lines[:fifty], *audited.lines[fifty + 1 :]]
    assert checks(b"".join(lines)) == ["checkpoint.missing"]


def test_an_entry_without_the_signature_that_it_needs_is_named(audited: Audited) -> None:
    n = audited.line_of("shift.opened")
    start = audited.lines[n].index(b',"sigs":[') + len(b',"sigs":[')
    lines = list(audited.lines)
    lines[n] = lines[n][:start] + b"]}\n"
    assert checks(b"".join(lines)) == ["signature.missing"]


def test_another_key_than_the_one_on_record_is_named(audited: Audited, other: Audited) -> None:
    key = json.loads(audited.lines[0])["head"]["keys"][0]["public"]
    assert checks(audited.data, key=key) == []
    wrong = json.loads(other.lines[0])["head"]["keys"][0]["public"]
    assert checks(audited.data, key=wrong)[0] == "key.differs"


def remade(audited: Audited, n: int, old: bytes, new: bytes) -> list[str]:
    """Edit an entry and make every hash anew, as one would who holds the disk but no key."""
    module = auditor()
    verifier = module.Verifier()
    lines = list(audited.lines)
    assert old in lines[n]
    lines[n] = lines[n].replace(old, new, 1)
    head = bytes(32)
    for at in audited.entries:
        found = module.LINE.fullmatch(lines[at][:-1])
        message = b"kiosk-journal-1" + head + int(found[4]).to_bytes(8, "big") + found[1]
        head = module.hashlib.sha256(message).digest()
        lines[at] = lines[at].replace(found[3], head.hex().encode())
    verifier.read(iter(lines))
    return list(dict.fromkeys(one.check for one in verifier.findings))


def test_an_amount_changed_with_all_hashes_made_anew_breaks_sums_signatures_and_checkpoints(
    audited: Audited,
) -> None:
    found = remade(audited, audited.line_of("payment.taken"), b'"total":', b'"total":1')
    assert {"payment.sum", "signature.bad", "checkpoint.differs"} <= set(found)
    found = remade(audited, audited.line_of("receipt.issued"), b'"piastres":', b'"piastres":1')
    assert {"receipt.payment", "signature.bad"} <= set(found)
    found = remade(audited, audited.line_of("receipt.issued"), b'"serial":', b'"serial":1')
    assert "receipt.gap" in found
    found = remade(audited, audited.line_of("shift.closed"), b'"kept":', b'"kept":1')
    assert {"shift.sums", "signature.bad"} <= set(found)
    found = remade(audited, audited.line_of("receipt.voided"), b'"cash_returned":', b'"cash_returned":9')
    assert {"receipt.void", "totals.differ", "signature.bad"} <= set(found)
    found = remade(audited, audited.line_of("receipt.voided"), b'"approver":"SUP-1"', b'"approver":"TEL-1"')
    assert {"signature.same_person", "signature.no_right"} <= set(found)
    found = remade(audited, audited.line_of("shift.opened"), b'"staff":"TEL-1"', b'"staff":null')
    assert "signature.missing" in found
    found = remade(audited, audited.line_of("shift.closed"), b'"limit":"within"', b'"limit":"hard"')
    assert "signature.missing" in found
    found = remade(audited, audited.line_of("handover.given"), b'"total":', b'"total":1')
    assert {"totals.differ", "shift.sums"} <= set(found)


def test_it_runs_alone_from_its_one_file_and_says_both_languages(audited: Audited, tmp_path: Path) -> None:
    script, file = tmp_path / "verify.py", tmp_path / "a.journal.ndjson"
    script.write_bytes(SCRIPT.read_bytes())
    file.write_bytes(audited.data)
    command = [sys.executable, "-I", str(script), str(file)]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "Complete only to seq" in said.stdout
    assert "كامل حتى القيد" in said.stdout
    file.write_bytes(cut(audited, audited.entries[9]))
    said = subprocess.run(
        [*command, "--json", "--receipt", "00000000"], capture_output=True, text=True, check=False
    )
    assert said.returncode == 5
    assert [one["check"] for one in json.loads(said.stdout)["findings"]] == ["paper.cut"]


def test_what_is_no_journal_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x"
    assert auditor().main([str(file)]) == 2
    file.write_bytes(b"hello\n")
    assert auditor().main([str(file)]) == 2
    assert "لا يُقرأ الملف" in capsys.readouterr().err


def test_it_imports_nothing_of_the_project() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert "import kiosk" not in text
    assert "from kiosk" not in text


def test_every_type_that_carries_money_is_known_to_it() -> None:
    assert {body.TYPE for body in BODIES if body.MONEY} <= set(auditor().EFFECTS)


def test_every_check_speaks_both_languages() -> None:
    for name, (arabic, english) in auditor().CHECKS.items():
        assert any("\u0600" < letter < "\u06ff" for letter in arabic), name
        assert english.isascii(), name
