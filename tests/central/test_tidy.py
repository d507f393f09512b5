"""Old files go once nothing needs them and their days are over; nothing that is needed ever goes."""

import json
import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

import central.tidy as tidy_module
from central import backup
from central.__main__ import central
from central.attachments import begin_upload, take_piece
from central.backup import check_backup, make_backup
from central.commands.base import run
from central.debt_files import put_packed
from central.debts import import_rows
from central.ingest import Known, find_device
from central.manifests import check_file, manifest_of
from central.reference_data import load_signed
from central.schema import dataset, debt_file
from central.schema_books import superseded
from central.storage import put_setting
from central.tidy import Tidied, Tidying, keep_margins, tidy
from central.tidy_needed import backing_up
from kiosk.core.attachments_upload import LEAST_PIECE, Upload, checksum
from kiosk.core.errors import KnownError
from kiosk.core.wire.canonical import parse_canonical
from kiosk.core.wire.debt_files import read_index
from kiosk.core.wire.manifest import Manifest, unpack_file
from kiosk.core.wire.reference import sign_data
from kiosk.trial_data import shipped_trial_data
from tests.central.books import Books, Desk, books_in
from tests.central.postgres import Cluster
from tests.central.test_downlink import debtor

MONTH, DAY = timedelta(days=31), timedelta(days=1, minutes=1)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """A centre of their own: its clock runs months ahead."""
    with books_in(tmp_path_factory.mktemp("tidy")) as made:
        yield made


@pytest.fixture
def desk(books: Books) -> Desk:
    return books.desk(begin=False)


def known_of(books: Books, desk: Desk) -> Known:
    with books.centre.storage.read() as db:
        return find_device(db, desk.code)


def here(books: Books) -> set[str]:
    return {path.name for path in books.centre.folder.files.iterdir()}


def fetched_by(books: Books, desk: Desk) -> tuple[Manifest, set[str]]:
    """The device's manifest, and every file that it would fetch for it: each is there and opens."""
    manifest = manifest_of(books.centre, desk.code)
    named = {one.file for one in manifest.datasets}
    for one in manifest.datasets:
        plain = unpack_file(one, (books.centre.folder.files / one.file).read_bytes())
        if one.form == "debts":
            named |= {read_index(plain).pieces_file, *(delta.file for delta in one.deltas)}
    for file in named:
        check_file(books.centre, known_of(books, desk), file)
    return manifest, named


def new_version(books: Books, desk: Desk, *, days: int = 2) -> set[str]:
    """Debts of another amount, loaded as a snapshot of its own: the one before was confirmed too long ago."""
    books.server.clock.pass_time(timedelta(days=days))
    import_rows(books.centre, [debtor("DB-TIDY", "ACC-TIDY", owed=1_000 + secrets.randbelow(10**9))])
    return fetched_by(books, desk)[1]


def gone(done: Tidied) -> set[str]:
    return {one.file for one in done.files}


def test_what_no_manifest_names_goes_after_its_days_and_all_that_devices_fetch_stays(
    books: Books, desk: Desk
) -> None:
    other = books.desk(begin=False)
    old = new_version(books, desk)
    needed = new_version(books, desk) | fetched_by(books, other)[1]
    useless = old - needed
    assert len(useless) >= 2
    assert useless <= {one.file for one in tidy(books.centre).waiting}
    books.server.clock.pass_time(timedelta(days=29))
    assert not gone(tidy(books.centre)) & useless
    books.server.clock.pass_time(timedelta(days=2))
    done = tidy(books.centre)
    assert useless <= gone(done)
    assert not here(books) & useless
    assert needed <= here(books)
    for one in (desk, other):
        fetched_by(books, one)
    for file in useless:
        with pytest.raises(KnownError, match="no_such_file"):
            check_file(books.centre, known_of(books, desk), file)
    assert not books.rows(debt_file, debt_file.c.file.in_(useless))
    assert books.rows(dataset, dataset.c.file.in_(useless)), "what was given out is still known by its hash"
    assert not gone(tidy(books.centre))


def test_the_same_on_postgresql(postgres: Cluster, tmp_path: Path) -> None:
    with books_in(tmp_path, postgres.new_database()) as made:
        test_what_no_manifest_names_goes_after_its_days_and_all_that_devices_fetch_stays(
            made, made.desk(begin=False)
        )


def test_a_file_that_is_needed_again_begins_its_days_anew(books: Books, desk: Desk) -> None:
    old, now = new_version(books, desk), new_version(books, desk)
    file = sorted(old - now)[0]
    tidy(books.centre)
    with books.centre.storage.write() as db:
        db.execute(
            dataset.update().where(dataset.c.file.in_(now), dataset.c.name == "debts").values(file=file)
        )
    books.server.clock.pass_time(MONTH)
    tidy(books.centre)
    assert file in here(books)
    assert not books.rows(superseded, superseded.c.file == file)
    new_version(books, desk)
    assert file not in gone(tidy(books.centre))
    assert file in here(books)


def test_fee_tables_and_what_else_requests_name_stay_for_good(books: Books) -> None:
    plain = parse_canonical(shipped_trial_data().fees, max_bytes=16 << 20)
    now = books.server.clock.now()
    signed = sign_data(
        "fees", "2", plain, key=books.centre.keys.data, issued=now, expires=now + timedelta(days=365)
    )
    load_signed(books.centre, "fees", signed)
    fees = {one.file for one in books.rows(dataset, dataset.c.name == "fees")}
    assert len(fees) > 1
    tidy(books.centre)
    books.server.clock.pass_time(MONTH)
    tidy(books.centre)
    assert fees <= here(books)


def test_a_round_that_is_cut_leaves_rows_without_a_file_and_the_next_one_removes_them(
    books: Books, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    useless = new_version(books, desk) - new_version(books, desk)
    tidy(books.centre)
    books.server.clock.pass_time(MONTH)
    real = tidy_module._remove

    def cut(path: Path, now: object) -> bool:
        real(path, now)  # type: ignore[arg-type]
        raise OSError("power")

    with monkeypatch.context() as patch:
        patch.setattr(tidy_module, "_remove", cut)
        with pytest.raises(OSError, match="power"):
            tidy(books.centre)
    missing = useless - here(books)
    named = {row.file for row in books.rows(superseded)}
    assert missing <= named, "no row went before its file"
    fetched_by(books, desk)
    tidy(books.centre)
    assert not useless & here(books)
    assert not books.rows(superseded, superseded.c.file.in_(useless))


def test_a_file_left_between_its_place_and_its_end_is_put_back(books: Books, desk: Desk) -> None:
    needed = new_version(books, desk)
    file = sorted(needed)[0]
    files = books.centre.folder.files
    (files / file).rename(files / f".tidy.{file}")
    tidy(books.centre)
    assert fetched_by(books, desk)[1] == needed


def test_a_file_that_somebody_is_about_to_name_stays(books: Books) -> None:
    books.server.clock.ahead = timedelta(0)
    files, long_ago = books.centre.folder.files, "2026-01-01T00:00:00.000Z"
    for claimed in (True, False):
        plain = secrets.token_bytes(50)
        file = put_packed(files, plain).file
        os.utime(files / file, (0, 0))
        with books.centre.storage.write() as db:
            db.execute(superseded.insert().values(file=file, since=long_ago))
        if claimed:
            put_packed(files, plain)
        assert (file in gone(tidy(books.centre))) is not claimed
        assert (file in here(books)) is claimed


def test_nothing_goes_while_a_back_up_copies_and_the_back_up_is_whole(
    books: Books, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    useless = new_version(books, desk) - new_version(books, desk)
    tidy(books.centre)
    books.server.clock.pass_time(MONTH)
    seen: list[Tidied] = []
    real = backup.copy_sqlite

    def meanwhile(source: Path, target: Path) -> None:
        seen.append(tidy(books.centre))
        real(source, target)
        new_version(books, desk, days=0)
        seen.append(tidy(books.centre))

    monkeypatch.setattr(backup, "copy_sqlite", meanwhile)
    made = make_backup(books.centre, tmp_path)
    assert [(one.backup, one.files) for one in seen] == [(True, []), (True, [])]
    check_backup(made.folder, books.centre.keys, books.server.clock.now())
    assert useless <= gone(tidy(books.centre))


def test_a_back_up_that_was_killed_holds_nothing_up_for_good(books: Books, desk: Desk) -> None:
    useless = new_version(books, desk) - new_version(books, desk)
    tidy(books.centre)
    books.server.clock.pass_time(MONTH)
    with backing_up(books.centre):
        assert tidy(books.centre).backup
        books.server.clock.pass_time(timedelta(days=3))
        assert useless <= gone(tidy(books.centre))


def upload_of(books: Books, desk: Desk, size: int = 3 * LEAST_PIECE) -> tuple[Known, bytes, str]:
    """A scan of which the first piece has come."""
    known, data = known_of(books, desk), secrets.token_bytes(size)
    wish = Upload(attachment=secrets.token_hex(16), sealed=sha256(data).hexdigest(), size=size, key="ef" * 48)
    place = begin_upload(books.centre, known, wish)
    piece = data[:LEAST_PIECE]
    take_piece(books.centre, known, place.upload, 0, checksum(piece), piece)
    return known, data, place.upload


def parts_of(books: Books, upload: str) -> list[Path]:
    return sorted((books.centre.folder.attachments / "parts" / upload).glob("*"))


def test_parts_of_a_scan_that_nobody_goes_on_sending_go_and_it_can_be_sent_anew(
    books: Books, desk: Desk
) -> None:
    books.server.clock.ahead = timedelta(0)
    known, data, upload = upload_of(books, desk)
    books.server.clock.pass_time(timedelta(days=29))
    tidy(books.centre)
    assert len(parts_of(books, upload)) == 1
    books.server.clock.pass_time(timedelta(days=2))
    assert upload in {one.upload for one in tidy(books.centre).parts}
    assert parts_of(books, upload) == []
    rest = data[LEAST_PIECE:]
    with pytest.raises(KnownError, match="altered"):
        take_piece(books.centre, known, upload, LEAST_PIECE, checksum(rest), rest)
    place = take_piece(books.centre, known, upload, 0, checksum(data), data)
    assert place.offset == len(data)
    assert books.centre.folder.attachments.joinpath(upload).read_bytes() == data


def test_parts_that_no_upload_counts_go_after_a_day_and_others_stay(books: Books, desk: Desk) -> None:
    books.server.clock.ahead = timedelta(0)
    _, _, upload = upload_of(books, desk)
    loose = books.centre.folder.attachments / "parts" / upload / "7-9"
    loose.write_bytes(b"x")
    stray = books.centre.folder.attachments / "parts" / ("0" * 64)
    stray.mkdir()
    half = books.centre.folder.files / ".pieces.0123"
    half.write_bytes(b"x")
    tidy(books.centre)
    assert loose.exists()
    assert half.exists()
    books.server.clock.pass_time(DAY)
    tidy(books.centre)
    assert not loose.exists()
    assert not stray.exists()
    assert not half.exists()
    assert len(parts_of(books, upload)) == 1


def test_the_server_tidies_now_and_then_and_one_of_several_does(books: Books, desk: Desk) -> None:
    useless = new_version(books, desk) - new_version(books, desk)
    with books.centre.storage.write() as db:
        put_setting(db, "tidy.last", "2026-01-01T00:00:00.000Z")
    here_, other = Tidying(books.centre), Tidying(books.centre)
    here_.when_due()
    with books.centre.storage.read() as db:
        assert useless <= set(db.execute(select(superseded.c.file)).scalars())
    books.server.clock.pass_time(MONTH)
    here_.when_due()
    assert not useless & here(books)
    again = new_version(books, desk, days=0) - new_version(books, desk, days=0)
    other.when_due()
    assert not books.rows(superseded, superseded.c.file.in_(again))


def test_the_command_shows_what_would_go_and_keeps_the_days_that_people_set(
    books: Books, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    useless = new_version(books, desk) - new_version(books, desk)
    where = ["--folder", str(books.centre.folder.root), "--json"]

    def said(*options: str) -> dict[str, object]:
        assert run(central, ["tidy", *options, *where]) == 0
        answer: dict[str, object] = json.loads(capsys.readouterr().out)
        return answer

    before = here(books)
    assert said("--dry-run", "--files-days", "3")["files_days"] == 30
    assert here(books) == before
    assert not books.rows(superseded, superseded.c.file.in_(useless))
    assert said("--files-days", "3", "--uploads-days", "9")["uploads_days"] == 9
    keep_margins(books.centre, files=30, uploads=30)
    assert said()["files_days"] == 30
