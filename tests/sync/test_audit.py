"""An auditor's copy of an enrolled device: what the centre confirmed, and paper, betray a cut tail."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.commands import desk_session
from kiosk.core.wire.signed import sign_object
from kiosk.desk.collect import collect
from kiosk.desk.pay import Offer
from kiosk.desk.session import Session
from kiosk.paperwork.receipts import receipt_of
from tests.acts import begin, collection
from tests.auditor.audited import audit, checks, export
from tests.conftest import CommandLine
from tests.desk.conftest import CHEAP
from tests.sync.enrolled import EnrolledDevice, sync
from tests.sync.media import types

DAY = timedelta(days=1)


def without(data: bytes, entries: int) -> bytes:
    """The last entries cut off with skill: the end fits, and nothing is said of the centre."""
    lines = data.splitlines(keepends=True)
    kept = [line for line in lines[:-1] if line.startswith((b'{"entry":', b'{"head":'))][: -entries or None]
    return b"".join([*kept, b'{"end":{"confirmed":null,"entries":%d}}\n' % (len(kept) - 1)])


def ack_of(session: Session) -> bytes:
    row = session.store.db.conn.execute("SELECT bytes FROM acknowledgement").fetchone()
    data: bytes = row[0]
    return data


def test_a_later_acknowledgement_betrays_a_cut_tail_an_older_file_and_another_history(
    device: EnrolledDevice, tmp_path: Path
) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    sync(session)
    older = export(session, tmp_path)[0].read_bytes()
    for _ in range(2):
        collect(session, collection(session), Offer(cash=150_00))
    sync(session)
    whole = export(session, tmp_path)[0].read_bytes()
    verifier, outside = audit(whole)
    assert verifier.findings == []
    assert outside.confirmed_to == verifier.seq
    confirmed = dict(verifier.confirmed or {})
    later = json.dumps(confirmed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert checks(older, acks=(later,)) == ["ack.cut"]
    assert checks(older, acks=(ack_of(session).decode(),)) == ["ack.cut"], "the file says who vouches"
    assert checks(without(whole, 2), acks=(later,)) == ["ack.cut"]
    assert checks(without(whole, 0), acks=(later,)) == []
    assert checks(without(whole, 0), acks=(ack_of(session).decode(),)) == ["ack.signature"]
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    assert checks(whole, root=stranger) == ["ack.signature"]
    assert checks(whole, root=confirmed["root"]) == []
    ours = session.store.device_signer
    ack = json.loads(confirmed["acknowledgement"])
    now = session.moment().at
    forged = sign_object("ack", ack["payload"], key=ours.key, kid=ours.kid, issued=now, expires=now + DAY)
    assert checks(whole, acks=(forged.decode(),)) == ["ack.signature"]
    assert checks(whole, acks=("{}", "hello")) == ["ack.unreadable"]
    ack["payload"]["stored_through"] = 1
    text = json.dumps(ack, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert checks(whole, acks=(text,)) == ["ack.signature"]


def test_a_receipt_in_a_citizens_hand_betrays_a_cut_tail(device: EnrolledDevice, tmp_path: Path) -> None:
    session = device.unlock("TEL-1")
    begin(session)
    taken = collect(session, collection(session), Offer(cash=150_00)).taken
    whole = export(session, tmp_path)[0].read_bytes()
    seq = session.store.db.conn.execute(
        "SELECT seq FROM receipt WHERE number = ?", (taken.number,)
    ).fetchone()
    receipt = receipt_of(session, seq[0])
    assert receipt.seal is not None
    url = receipt.seal.url
    assert checks(whole, papers=(url, receipt.entry_hash)) == []
    assert audit(whole, papers=(url,))[1].confirmed_to == seq[0] - 1
    cut = without(whole, 2)
    assert checks(cut, papers=(url,)) == ["paper.cut"]
    assert checks(cut, papers=(receipt.entry_hash,)) == ["paper.cut"]
    assert checks(whole, papers=(url[:-9] + ("A" if url[-9] != "A" else "B") + url[-8:],)) == [
        "paper.signature"
    ]
    assert checks(whole, papers=("HTTPS://X/R#AAAA", "hello")) == ["paper.unreadable"]


def test_the_command_gives_the_copy_to_those_who_may_and_says_that_amounts_are_readable(
    copy: EnrolledDevice, tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_session, "OPENING", CHEAP)
    monkeypatch.setenv("KIOSK_STORE", str(copy.root))

    def kiosk(staff: str, *words: str) -> object:
        monkeypatch.setenv("KIOSK_STAFF", staff)
        monkeypatch.setenv("KIOSK_SECRET", copy.secrets[staff])
        return command_line(*words, "--json").json

    refused = kiosk("TEL-1", "export", str(tmp_path), "--plain")
    assert "roles." in json.dumps(refused)
    assert "export.plain_is_whole" in json.dumps(
        kiosk("SUP-1", "export", str(tmp_path), "--plain", "--from", "2")
    )
    said = kiosk("SUP-1", "export", str(tmp_path), "--plain")
    assert isinstance(said, dict)
    data = Path(said["path"]).read_bytes()
    verifier, _ = audit(data)
    assert verifier.findings == []
    assert (verifier.seq, verifier.head.hex()) == (said["last"], said["head"])
    assert b'"checkpoint"' in data.splitlines()[-2], "the device signed where the copy ends"
    sealed = kiosk("TEL-1", "export", str(tmp_path))
    assert isinstance(sealed, dict)
    assert sealed["last"] > said["last"]
    command_line("export", str(tmp_path), "--plain", "--english")
    assert types(copy.unlock("SUP-1")).count("journal.exported") == 2


def test_medium_commands_register_write_check_and_say_how_it_stands(
    copy: EnrolledDevice, tmp_path: Path, command_line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_session, "OPENING", CHEAP)
    monkeypatch.setenv("KIOSK_STORE", str(copy.root))
    monkeypatch.setenv("KIOSK_STAFF", "SUP-1")
    monkeypatch.setenv("KIOSK_SECRET", copy.secrets["SUP-1"])
    card = tmp_path / "card"
    assert command_line("medium", "status", "--json").json == {"medium": None}
    assert command_line("medium", "write", "--json").json["error"]["code"] == "medium.none"
    assert command_line("medium", "register", str(card), "--json").json["error"]["code"] == "export.missing"
    card.mkdir()
    registered = command_line("medium", "register", str(card), "--json").json
    through = registered["medium"]["through"]
    assert registered["same_disk"] is True
    again = command_line("medium", "write", "--json").json["medium"]
    assert again["through"] > through
    checked = command_line("medium", "check", "--json").json
    assert checked["last"] == again["through"]
    assert command_line("medium", "status", "--json").json["medium"] == again
    assert "الكارت يعمل" in command_line("medium", "status").out
    assert command_line("queue", "--json").json["medium"]["through"] == again["through"]
    assert "كارت النسخة الاحتياطية" in command_line("queue").out
    assert medium_of_doctor(command_line)["state"] == "ok"
    card.rename(tmp_path / "away")
    assert command_line("medium", "write", "--json").json["error"]["code"] == "medium.missing"
    found = medium_of_doctor(command_line)
    assert (found["state"], "غير مركب" in found["ar"]) == ("bad", True)


def medium_of_doctor(command_line: CommandLine) -> dict[str, str]:
    said = command_line("doctor", "--server", "https://127.0.0.1:1", "--json").json
    found: dict[str, str] = next(one for one in said["checks"] if one["name"] == "medium")
    return found
