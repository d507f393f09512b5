"""Scans come up by offset, whole or not at all; the centre opens them, waits for them, and lets them go."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from central.__main__ import central
from central.attachments import MOST_OPEN, list_scans, place_of, read_scan, store_of, sweep_erased, take_piece
from central.centre import open_centre
from central.commands.base import run
from central.held import held_by
from central.ingest import find_device
from central.schema_books import upload as upload_table
from kiosk.core.attachments import Sums, sealed_chunks, sealed_size
from kiosk.core.attachments_upload import (
    LEAST_PIECE,
    OFFSET_MEDIA,
    PIECE,
    PURPOSE,
    ScanHeld,
    Upload,
    checksum,
    metadata,
    seal_key,
    upload_id,
)
from kiosk.core.entries.attachment import AttachmentAdded
from kiosk.core.entries.privacy import PersonErased
from kiosk.core.errors import KnownError
from tests.central.device import SUPERVISOR, TELLER, Device
from tests.central.server import TestServer
from tests.desk.scans import scan

TRACKING = "D00000042-2026-000123"


@dataclass
class Sent:
    """A scan as a device has it, and the requests that send it."""

    device: Device
    content: bytes
    attachment: str
    key: bytes
    person: str
    token: dict[str, str]

    @property
    def sealed(self) -> bytes:
        return b"".join(sealed_chunks(self.content, self.key, self.attachment))

    @property
    def digest(self) -> str:
        return sha256(self.sealed).hexdigest()

    @property
    def url(self) -> str:
        return f"{self.device.server.address}/v1/attachments/{upload_id(self.device.code, self.digest)}"

    def begin(self, **more: str) -> requests.Response:
        key = seal_key(
            self.key,
            attachment=self.attachment,
            device=self.device.code,
            intake=self.device.server.centre.keys.intake.public_key(),
        )
        said = Upload(attachment=self.attachment, sealed=self.digest, size=len(self.sealed), key=key.hex())
        headers = {"Upload-Length": str(len(self.sealed)), "Upload-Metadata": metadata(said)}
        return self.device.http.post(
            f"{self.device.server.address}/v1/attachments",
            headers={**self.token, **headers, **more},
            timeout=20,
        )

    def add(self, start: int, end: int | None = None, **more: str) -> requests.Response:
        piece = self.sealed[start : end if end is not None else start + PIECE]
        headers = {
            "Upload-Offset": str(start),
            "Upload-Checksum": checksum(piece),
            "Content-Type": OFFSET_MEDIA,
        }
        return self.device.http.patch(
            self.url, data=piece, headers={**self.token, **headers, **more}, timeout=20
        )

    def all(self) -> None:
        assert self.begin().status_code == 201
        for start in range(0, len(self.sealed), PIECE):
            assert self.add(start).status_code == 204

    def offset(self) -> int:
        said = self.device.http.head(self.url, headers=self.token, timeout=20)
        assert said.headers["Upload-Length"] == str(len(self.sealed))
        return int(said.headers["Upload-Offset"])

    def held(self) -> requests.Response:
        nonce = secrets.token_hex(16)
        answer = self.device.http.get(f"{self.url}?n={nonce}", headers=self.token, timeout=20)
        if answer.status_code == 200:
            said = self.device.authority.read(
                ScanHeld, PURPOSE, answer.content, now=self.device.server.clock.now()
            )
            assert (said.device, said.nonce, said.sealed) == (self.device.code, nonce, self.digest)
            assert said.attachment == self.attachment
        return answer

    def entry(self) -> None:
        """Write and send the entry that names it."""
        sums = Sums(sha256(self.content).hexdigest(), len(self.content), self.digest, len(self.sealed))
        body = AttachmentAdded(
            attachment=self.attachment,
            tracking=TRACKING,
            person=self.person,
            kind="national-id",
            media="image/jpeg",
            size=sums.size,
            content=sums.content,
            sealed_size=sealed_size(sums.size),
            sealed=sums.sealed,
        )
        self.device.write(body, TELLER)
        self.device.send()
        self.device.server.settle()

    def erase(self) -> None:
        body = PersonErased(
            persons=(self.person,), basis="retention", rule="request_person", case=None, approver=None
        )
        self.device.write(body, SUPERVISOR, SUPERVISOR)
        self.device.send()
        self.device.server.settle()

    def refused(self) -> str:
        with pytest.raises(KnownError) as caught:
            read_scan(self.device.server.centre, self.attachment)
        return caught.value.code


def new_scan(device: Device, size: int = 300_000, seed: str = "scan") -> Sent:
    token = device.open_session()
    return Sent(
        device, scan(size, seed), secrets.token_hex(16), secrets.token_bytes(32), secrets.token_hex(16), token
    )


def code(answer: requests.Response) -> str:
    said: str = answer.json()["error"]["code"]
    return said


def only_there(sent: Sent) -> int | None:
    """Scans of a device that the centre knows of and does not have."""
    kinds = held_by(sent.device.server.centre, sent.device.code).kinds
    return next(one.only_there for one in kinds if one.kind == "scan")


def kept_of(server: TestServer) -> list[str]:
    """Uploads of which the store has anything: the whole, or pieces."""
    store = store_of(server.centre)
    return [*(name for name, _ in store.wholes()), *(f"parts/{one.upload}" for one in store.begun())]


def test_a_scan_comes_up_in_pieces_and_opens_at_the_centre(server: TestServer, device: Device) -> None:
    sent = new_scan(device)
    sent.entry()
    (awaited,) = [one for one in list_scans(server.centre, awaited=True) if one.attachment == sent.attachment]
    assert awaited.awaited
    assert only_there(sent) == 1
    assert sent.refused() == "attachment.awaited"
    sent.all()
    assert sent.held().status_code == 200
    assert only_there(sent) == 0
    found, content = read_scan(server.centre, sent.attachment)
    assert content == sent.content
    assert (found.tracking, found.here, found.awaited) == (TRACKING, True, False)
    assert sent.content[50:90] not in store_of(server.centre).read(sent.url.rpartition("/")[2])


def test_a_file_may_come_before_its_entry(server: TestServer, device: Device) -> None:
    sent = new_scan(device, 40_000)
    sent.all()
    assert sent.refused() == "attachment.unknown"
    sent.entry()
    assert read_scan(server.centre, sent.attachment)[1] == sent.content


def test_the_server_says_where_to_go_on_and_takes_no_other_piece(device: Device) -> None:
    sent = new_scan(device)
    assert sent.begin().headers["Upload-Offset"] == "0"
    added = sent.add(0, 10_000)
    assert added.headers["Upload-Offset"] == "10000"
    assert "Content-Length" not in added.headers, "a 204 has no length: a proxy may end the line over it"
    assert sent.offset() == 10_000
    assert sent.begin().headers["Upload-Offset"] == "10000"
    for start, end in ((0, 10_000), (5_000, 20_000), (20_000, 30_000)):
        answer = sent.add(start, end)
        assert (answer.status_code, code(answer)) == (409, "attachment.other_offset")
        assert answer.json()["error"]["params"]["offset"] == "10000"
    assert sent.offset() == 10_000
    assert code(sent.held()) == "attachment.unfinished"


def test_a_piece_that_changed_on_its_way_is_not_taken(device: Device) -> None:
    sent = new_scan(device)
    sent.begin()
    answer = sent.add(0, 10_000, **{"Upload-Checksum": checksum(b"another")})
    assert (answer.status_code, code(answer)) == (460, "attachment.bad_checksum")
    assert sent.offset() == 0


def test_pieces_too_large_too_small_or_past_the_end_are_refused(device: Device) -> None:
    sent = new_scan(device)
    sent.begin()
    assert code(sent.add(0, PIECE + 1)) == "central.too_large"
    assert code(sent.add(0, LEAST_PIECE - 1)) == "central.bad_request"
    assert code(sent.add(0, 0)) == "central.bad_request"
    assert code(sent.add(0, 10_000, **{"Content-Type": "application/json"})) == "central.bad_request"
    assert sent.offset() == 0


def test_two_scans_that_begin_alike_are_two_uploads(server: TestServer, device: Device) -> None:
    one, other = new_scan(device), new_scan(device)
    other.content = one.content[:-1] + b"\0"
    for sent in (one, other):
        sent.entry()
        sent.all()
    assert one.url != other.url
    assert [read_scan(server.centre, sent.attachment)[1] for sent in (one, other)] == [
        one.content,
        other.content,
    ]


def test_bytes_that_are_not_what_was_announced_begin_anew(device: Device) -> None:
    sent = new_scan(device, 50_000)
    sent.begin()
    announced, key = sent.url, sent.key
    sent.key = secrets.token_bytes(32)
    other = sent.sealed
    sent.key = key
    answer = device.http.patch(
        announced,
        data=other,
        headers={
            **sent.token,
            "Upload-Offset": "0",
            "Upload-Checksum": checksum(other),
            "Content-Type": OFFSET_MEDIA,
        },
        timeout=20,
    )
    assert code(answer) == "attachment.altered"
    assert sent.offset() == 0
    sent.all()
    assert sent.held().status_code == 200


def test_nobody_learns_what_another_device_holds(device: Device, new_device: object) -> None:
    sent = new_scan(device, 40_000)
    sent.all()
    other: Device = new_device().enrol().begin()  # type: ignore[operator]
    other.send()
    token = other.open_session()
    assert other.http.head(sent.url, headers=token, timeout=20).status_code == 404
    copied = Sent(other, sent.content, sent.attachment, sent.key, sent.person, token)
    assert copied.url != sent.url
    assert copied.begin().headers["Upload-Offset"] == "0"


def test_without_a_session_nothing_is_said(device: Device) -> None:
    sent = new_scan(device, 40_000)
    sent.begin()
    sent.token = {"Authorization": "Bearer no"}
    assert {sent.begin().status_code, sent.add(0).status_code, sent.held().status_code} == {401}
    assert device.http.head(sent.url, timeout=20).status_code == 401


@pytest.mark.parametrize(
    "said",
    [
        "",
        "attachment",
        "attachment !!!,sealed AA==,key AA==",
        "key eA==",
        "é=é",
    ],
)
def test_what_is_said_of_an_upload_is_read_strictly(device: Device, said: str) -> None:
    answer = new_scan(device, 40_000).begin(**{"Upload-Metadata": said.encode().decode("latin-1")})
    assert answer.status_code == 400
    assert code(answer) in ("protocol.malformed", "central.bad_request")


def test_a_piece_on_the_disk_without_its_row_is_sent_again(server: TestServer, device: Device) -> None:
    """A crash between file and row: the offset has not moved, and the piece is taken."""
    sent = new_scan(device)
    sent.begin()
    name = sent.url.rpartition("/")[2]
    store_of(server.centre).put_piece(name, (0, 9_000), b"torn")
    store_of(server.centre).put_piece(name, (0, 10_000), b"torn")
    assert sent.offset() == 0
    sent.all()
    sent.entry()
    assert read_scan(server.centre, sent.attachment)[1] == sent.content
    assert f"parts/{name}" not in kept_of(server)


def test_a_scan_whose_joining_failed_is_joined_when_asked(
    server: TestServer, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = new_scan(device, 100_000)

    def full(*_: object) -> bool:
        raise KnownError("central.cannot_write", path="/data", reason="No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(store_of(server.centre)), "join", full)
        sent.begin()
        assert sent.add(0).status_code == 503
        assert sent.held().status_code == 503
    assert sent.offset() == len(sent.sealed)
    assert sent.held().status_code == 200


def test_bytes_that_a_restored_folder_has_no_more_are_asked_for_again(
    server: TestServer, device: Device
) -> None:
    sent = new_scan(device, 100_000)
    sent.all()
    store_of(server.centre).remove(sent.url.rpartition("/")[2])
    assert sent.offset() == 0
    sent.all()
    assert sent.held().status_code == 200


def test_a_scan_goes_with_its_person_also_half_way(server: TestServer, device: Device) -> None:
    whole, half = new_scan(device), new_scan(device)
    half.person = whole.person
    for sent in (whole, half):
        sent.entry()
    whole.all()
    half.begin()
    half.add(0)
    names = [sent.url.rpartition("/")[2] for sent in (whole, half)]
    whole.erase()
    assert [whole.refused(), half.refused()] == ["attachment.erased"] * 2
    assert [code(half.add(PIECE)), code(half.begin())] == ["attachment.erased"] * 2
    with server.centre.storage.read() as db:
        rows = db.execute(upload_table.select().where(upload_table.c.upload.in_(names))).all()
    assert {row.key for row in rows} == {b""}
    sweep_erased(server.centre)
    assert [one for one in kept_of(server) if any(name in one for name in names)] == []


def test_unfinished_uploads_of_a_device_stay_few(server: TestServer, device: Device) -> None:
    begun = [new_scan(device, 20_000, seed=str(n)) for n in range(MOST_OPEN + 1)]
    for sent in begun:
        sent.begin()
        sent.add(0, LEAST_PIECE)
    assert sum(sent.offset() == 0 for sent in begun) >= 1
    assert begun[-1].offset() == LEAST_PIECE
    begun[0].all()
    assert begun[0].held().status_code == 200


def test_commands_list_scans_and_open_one(
    server: TestServer, device: Device, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = new_scan(device, 40_000)
    sent.entry()
    root = ["--folder", str(server.centre.folder.root)]
    if server.centre.storage.is_postgres:
        root += ["--database", str(server.centre.storage.where)]
    assert run(central, ["attachment", "list", "--awaited", "--english", *root]) == 0
    assert f"{sent.attachment}  {TRACKING}  national-id  awaiting scan" in capsys.readouterr().out
    sent.all()
    out = tmp_path / "scan.jpg"
    assert run(central, ["attachment", "read", sent.attachment, "--out", str(out), "--json", *root]) == 0
    assert out.read_bytes() == sent.content


def test_a_server_that_starts_anew_knows_how_far_every_scan_is(server: TestServer, device: Device) -> None:
    sent = new_scan(device)
    sent.begin()
    sent.add(0)
    where = server.centre.storage.where
    again = open_centre(
        server.centre.folder.root, database=str(where) if server.centre.storage.is_postgres else None
    )
    try:
        with again.storage.read() as db:
            known = find_device(db, device.code)
        name = sent.url.rpartition("/")[2]
        assert place_of(again, known, name).offset == PIECE
        rest = sent.sealed[PIECE:]
        for start in range(0, len(rest), PIECE):
            piece = rest[start : start + PIECE]
            take_piece(again, known, name, PIECE + start, checksum(piece), piece)
    finally:
        again.close()
    assert sent.held().status_code == 200
