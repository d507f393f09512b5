"""`safe_through` rises on what a real standby and a real archive of WAL have, and on nothing else."""

import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from central import safe_watch
from central.base_backups import read_base
from central.centre import Centre
from central.engines import postgres_engine
from central.restore import begin_epoch
from central.safe import _seen, forget_source, look, name_archive, name_standby
from central.safe_sources import Source
from central.safe_watch import SafeWatch
from central.schema import safe_source, stream
from central.schema_books import act
from kiosk.core.errors import KnownError
from kiosk.core.wire import enrolment
from tests.central.device import Device
from tests.central.postgres import Cluster, _as_whom
from tests.central.server import Clock, TestServer, make_centre, running
from tests.central.standby import (
    NAME,
    archiving_cluster,
    base_of,
    client_program,
    private_folder,
    set_archiving,
    standby_of,
)
from tests.central.test_commands import Command, command

__all__ = ["command"]
BY = "SUP-1"
ENOUGH_S = 20
SOON_S = 0.02


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Cluster, Path]]:
    """A PostgreSQL that archives its WAL."""
    with archiving_cluster() as made:
        yield made


@pytest.fixture(scope="module")
def primary(both: tuple[Cluster, Path]) -> Cluster:
    return both[0]


@pytest.fixture(scope="module")
def follower(primary: Cluster) -> Iterator[Cluster]:
    with standby_of(primary) as made:
        yield made


@pytest.fixture(scope="module")
def base(primary: Cluster) -> Path:
    return base_of(primary, primary.root / "base")


@pytest.fixture(scope="module")
def started(primary: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with running(tmp_path_factory.mktemp("safe"), database=primary.new_database()) as server:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(enrolment.SCRYPT, "n", 2)
            server.add_people()
        yield server


@pytest.fixture
def served(started: TestServer) -> TestServer:
    """The centre, where nothing was named yet."""
    with started.centre.storage.write() as db:
        db.execute(delete(safe_source))
    return started


@pytest.fixture
def device(served: TestServer) -> Iterator[Device]:
    with served.session() as http:
        yield Device(served, http).enrol().begin()


def code_of(act_: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act_()
    return caught.value.code


def problem(centre: Centre) -> str:
    return look(centre).sources[0].problem


def look_until(centre: Centre, shown: Callable[[Source], bool] = lambda one: one.proved is not None) -> None:
    """Look until the source shows it."""
    ends = time.monotonic() + ENOUGH_S
    while not shown((looked := look(centre)).sources[0]):
        assert time.monotonic() < ends, looked


class TestStandby:
    def test_makes_safe_what_it_had_and_never_what_came_after(
        self, served: TestServer, device: Device, follower: Cluster
    ) -> None:
        centre, first = served.centre, len(device.records)
        device.send()
        follower.stop()
        name_standby(centre, NAME, by=BY, off_machine=True)
        assert problem(centre) == "safe.not_connected"
        device.pay()
        second = len(device.records)
        told = device.send(first + 1)
        assert (told.safe_through, told.stored_through) == (0, second)
        follower.start()
        look_until(centre)
        told = device.send(first + 1)
        assert (told.safe_through, told.stored_through) == (first, second)
        look_until(centre, lambda _: _safe(centre, device) > first)
        assert device.beat().safe_through == second

    def test_on_the_same_machine_counts_only_when_somebody_vouches_for_it(
        self, served: TestServer, device: Device, follower: Cluster
    ) -> None:
        device.send()
        name_standby(served.centre, NAME, by=BY)
        assert problem(served.centre) == "safe.same_machine"
        assert _safe(served.centre, device) == 0
        name_standby(served.centre, NAME, by=BY, off_machine=True)
        look_until(served.centre)
        with served.centre.storage.read() as db:
            query = select(act.c.by, act.c.about, act.c.detail).order_by(act.c.id.desc())
            noted = db.execute(query.limit(2)).all()[::-1]
        assert [(one.by, one.about) for one in noted] == [(BY, f"standby {NAME}")] * 2
        assert '"off_machine": true' in noted[1].detail

    def test_is_not_whoever_only_receives_wal(self, served: TestServer, primary: Cluster) -> None:
        folder = private_folder(primary.root)
        receiving = client_program(
            "pg_receivewal", primary, "-D", folder, "--synchronous", application="files"
        )
        with subprocess.Popen(receiving, cwd=primary.root, **_as_whom()) as child:
            name_standby(served.centre, "files", by=BY, off_machine=True)
            look_until(served.centre, lambda one: one.problem == "safe.not_a_standby")
            child.send_signal(signal.SIGTERM)
            child.wait(ENOUGH_S)

    def test_cannot_be_judged_by_a_role_that_may_not_see_it(
        self, primary: Cluster, follower: Cluster
    ) -> None:
        primary.execute("CREATE ROLE plain LOGIN")
        engine = postgres_engine(primary.address("postgres").replace("postgres@", "plain@"))
        with engine.connect() as db:
            assert {one.state for one in _seen(db).senders if one.name == NAME} == {None}
        primary.execute("GRANT pg_read_all_stats TO plain")
        with engine.connect() as db:
            assert {one.state for one in _seen(db).senders if one.name == NAME} == {"streaming"}
        engine.dispose()

    def test_must_be_named_again_in_a_new_epoch(
        self, served: TestServer, device: Device, follower: Cluster
    ) -> None:
        device.send()
        name_standby(served.centre, NAME, by=BY, off_machine=True)
        begin_epoch(served.centre)
        assert problem(served.centre) == "safe.changed"
        assert look(served.centre).sources[0].mark is None
        assert _safe(served.centre, device) == 0
        name_standby(served.centre, NAME, by=BY, off_machine=True)
        look_until(served.centre)
        assert _safe(served.centre, device) == len(device.records)


class TestArchive:
    def test_makes_safe_what_lies_in_files_that_it_was_given(
        self, served: TestServer, device: Device, primary: Cluster, base: Path
    ) -> None:
        centre = served.centre
        device.send()
        name_archive(centre, read_base(base), by=BY, off_machine=True)
        assert look(centre).risen == 0
        assert problem(centre) == ""
        primary.execute("SELECT pg_switch_wal()")
        look_until(centre)
        assert _safe(centre, device) == len(device.records)

    def test_that_is_switched_off_needs_its_base_to_be_named_again(
        self, served: TestServer, both: tuple[Cluster, Path], base: Path
    ) -> None:
        primary, archive = both
        name_archive(served.centre, read_base(base), by=BY, off_machine=True)
        set_archiving(primary, "")
        look_until(served.centre, lambda one: one.problem == "safe.archive_off")
        set_archiving(primary, f"cp %p {archive}/%f")
        look_until(served.centre, lambda one: one.problem == "safe.no_base")
        name_archive(served.centre, read_base(base), by=BY, off_machine=True)
        assert problem(served.centre) == ""

    def test_that_fails_proves_nothing_until_it_works_again(
        self, served: TestServer, device: Device, both: tuple[Cluster, Path], base: Path
    ) -> None:
        primary, archive = both
        device.send()
        name_archive(served.centre, read_base(base), by=BY, off_machine=True)
        away = archive.rename(archive.with_name("full"))
        primary.execute("SELECT pg_switch_wal()")
        look_until(served.centre, lambda one: one.problem == "safe.archive_failing")
        assert _safe(served.centre, device) == 0
        away.rename(archive)
        look_until(served.centre, lambda one: not one.problem and one.proved is not None)
        assert _safe(served.centre, device) == len(device.records)

    def test_takes_only_a_whole_base_of_this_database(
        self, served: TestServer, primary: Cluster, base: Path, both: tuple[Cluster, Path], tmp_path: Path
    ) -> None:
        centre = served.centre
        found = read_base(base)
        assert code_of(lambda: name_archive(centre, found, by=BY, off_machine=False)) == "safe.vouch_needed"
        history = next(both[1].glob("*.backup"))
        told = read_base(history)
        assert (told.timeline, told.ends, told.system) == (found.timeline, found.ends, "")
        copy = tmp_path / "copy"
        shutil.copytree(base, copy)
        (copy / "PG_VERSION").write_text("14\n")
        assert code_of(lambda: read_base(copy)) == "safe.base_damaged"
        assert code_of(lambda: read_base(tmp_path)) == "safe.base_missing"
        bad = tmp_path / "0.backup"
        bad.write_text("STOP WAL LOCATION: somewhere\n")
        assert code_of(lambda: read_base(bad)) == "safe.base_damaged"
        for other in (replace(found, system="1"), replace(found, timeline=2), replace(found, ends=1 << 60)):
            assert code_of(partial(name_archive, centre, other, by=BY, off_machine=True)) == "safe.other_base"


def test_commands_name_show_and_check(
    command: Command, served: TestServer, device: Device, follower: Cluster, base: Path
) -> None:
    folder = ("--folder", served.centre.folder.root)
    assert "back-ups" in command("safe", "show", *folder, "--english").out
    device.send()
    named = command("safe", "standby", NAME, "--by", BY, "--off-machine", *folder, "--json").json
    assert (named["sources"][0]["by"], named["sources"][0]["problem"]) == (BY, None)
    checked = command("safe", "check", "--wait", ENOUGH_S, *folder, "--json")
    assert checked.code == 0
    assert named["safe_risen"] + checked.json["safe_risen"] >= len(device.records)
    assert _safe(served.centre, device) == len(device.records)
    assert checked.json["sources"][0]["proved"] is not None
    status = command("status", *folder, "--json").json
    assert (status["backup"]["old"], status["safe"]) == (False, {f"standby {NAME}": None})
    command("safe", "archive", "--base", base, "--by", BY, "--off-machine", *folder)
    assert len(command("safe", "show", *folder, "--json").json["sources"]) == 2
    command("safe", "standby", "nobody", "--by", BY, *folder)
    told = command("safe", "check", *folder)
    assert told.code == 3
    assert "غير متصل" in told.out
    assert "standby nobody" in command("status", *folder, "--english").out
    for words in (("standby", "nobody"), ("standby", NAME), ("archive",)):
        command("safe", *words, "--by", BY, "--remove", *folder)
    assert command("safe", "show", *folder, "--json").json["sources"] == []
    refused = command("safe", "archive", "--by", BY, "--remove", *folder, "--json")
    assert refused.json["error"]["code"] == "safe.unknown"
    assert (
        command("safe", "archive", "--by", BY, *folder, "--json").json["error"]["code"] == "command.missing"
    )


def test_a_running_server_looks_by_itself(
    served: TestServer, device: Device, follower: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    device.send()
    name_standby(served.centre, NAME, by=BY, off_machine=True)
    monkeypatch.setattr(safe_watch, "LOOK_S", SOON_S)
    with running(served.centre.folder.root.parent) as again:
        ends = time.monotonic() + ENOUGH_S
        while _safe(again.centre, device) < len(device.records):
            assert time.monotonic() < ends


def test_a_look_that_fails_is_made_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    looks, twice = list[int](), threading.Event()

    def look_() -> None:
        looks.append(1)
        if len(looks) == 2:
            twice.set()
        raise RuntimeError("the database is away")

    monkeypatch.setattr(safe_watch, "LOOK_S", 0)
    watch = SafeWatch(look_)
    watch.start()
    assert twice.wait(ENOUGH_S)
    watch.stop()
    assert "it goes on in a while" in caplog.text


def test_sqlite_has_neither_and_names_are_checked(tmp_path: Path) -> None:
    centre, _ = make_centre(tmp_path, Clock())
    assert look(centre).sources == ()
    assert code_of(lambda: name_standby(centre, NAME, by=BY)) == "safe.postgres_only"
    for name in ("", " x", "x" * 64, "a\nb"):
        assert code_of(partial(name_standby, centre, name, by=BY)) == "safe.bad_name"
    assert code_of(lambda: forget_source(centre, "standby", NAME, by=BY)) == "safe.unknown"
    centre.close()


def _safe(centre: Centre, device: Device) -> int:
    with centre.storage.read() as db:
        return int(db.execute(select(stream.c.safe).where(stream.c.stream == device.stream)).scalar_one())
