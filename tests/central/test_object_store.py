"""The object store of scans: how it is told, what it trusts, and the words for each of its faults."""

import ast
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import certifi
import pytest

import central.object_store_client as client_module
from central.folder import Folder
from central.object_store import ObjectStore
from central.object_store_client import SLOTS, BucketClient, Limits
from central.object_store_config import BucketPlace, read_place
from kiosk.core.errors import Kind, KnownError
from tests.central.s3 import Fault, FaultyStore, S3Server, closed_port, write_scans_file

_MS = timedelta(milliseconds=1)
SHORT = Limits(connect=900 * _MS, silence=200 * _MS, whole=700 * _MS)
HOSTILE = {
    "AWS_ACCESS_KEY_ID": "OTHERKEY",
    "AWS_SECRET_ACCESS_KEY": "other",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
    "AWS_REGION": "elsewhere",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    assert caught.value.situation.kind is Kind.ENVIRONMENT, "a device is to hear: busy, come again"
    return caught.value.code


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_the_file_of_a_centre_leads_to_its_bucket(folder: Folder, s3: S3Server) -> None:
    place = s3.place()
    assert read_place(write_scans_file(folder, place)) == place
    assert place.secret_key not in repr(place)
    beside = folder.root / "s3-ca.pem"
    beside.write_bytes(s3.ca.read_bytes())
    found = read_place(write_scans_file(folder, place, {"ca": "s3-ca.pem", "region": "", "prefix": ""}))
    assert (found.ca, found.region, found.prefix) == (beside, "us-east-1", "")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("endpoint", "http://s3.example.eg:8333"),
        ("endpoint", "https://user:secret@s3.example.eg"),
        ("endpoint", "https://s3.example.eg/bucket"),
        ("endpoint", "s3.example.eg"),
        ("bucket", "Kiosk/Scans"),
        ("bucket", ""),
        ("prefix", "../other"),
        ("prefix", "سجل"),
        ("region", "eg 1"),
        ("ca", ""),
        ("ca", "none.pem"),
        ("secret_key", ""),
        ("secret_kye", "x"),
        ("access_key", "[a, b]"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_its_line(
    folder: Folder, s3: S3Server, line: str, value: str
) -> None:
    path = write_scans_file(folder, s3.place(), {line: value})
    with pytest.raises(KnownError) as caught:
        read_place(path)
    assert (caught.value.code, caught.value.situation.kind) == ("scans.bad_file", Kind.ENVIRONMENT)
    assert line in str(caught.value.params["what"])
    assert "secret" not in str(caught.value.params["what"]).replace("secret_k", "")


def test_a_key_that_others_can_read_is_not_used(folder: Folder, s3: S3Server) -> None:
    assert code_of(lambda: read_place(folder.scans_file)) == "scans.no_file"
    path = write_scans_file(folder, s3.place(), mode=0o640)
    assert code_of(lambda: read_place(path)) == "scans.open_file"
    path.chmod(0o600)
    path.write_bytes(b"\xff\xfe")
    assert code_of(lambda: read_place(path)) == "scans.bad_file"


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"secret_key": "another"}, "scans.refused"),
        ({"access_key": "another"}, "scans.refused"),
        ({"bucket": "no-such-bucket"}, "scans.no_bucket"),
        ({"endpoint": closed_port(), "ca": None}, "scans.away"),
    ],
)
def test_a_place_that_does_not_work_says_why(s3: S3Server, other: dict[str, str], code: str) -> None:
    place = replace(s3.place(), **other)  # type: ignore[arg-type]
    for act in (ObjectStore(place).probe, ObjectStore(place).identity):
        assert code_of(act) == code


def test_nothing_in_the_environment_or_the_home_folder_changes_anything(
    s3: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither another key nor a proxy nor another CA: that of the file is the only one."""
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setenv(name.lower(), value)
    tmp_path.joinpath(".aws").mkdir()
    tmp_path.joinpath(".aws", "credentials").write_text("[default]\naws_access_key_id = OTHER\n")
    tmp_path.joinpath(".netrc").write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    place = s3.place()
    assert ObjectStore(place).probe() is False
    other = Path(str(s3.ca)).with_name("other-ca.pem")
    other.write_bytes(Path(certifi.where()).read_bytes())
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "AWS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(s3.ca))
    assert code_of(ObjectStore(replace(place, ca=other)).probe) == "scans.untrusted"


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault(500, "InternalError"), "scans.failed"),
        (Fault(503, "SlowDown"), "scans.failed"),
        (Fault(301, "PermanentRedirect"), "scans.failed"),
        (Fault(200, body=b"<html>"), "scans.failed"),
        (Fault(403, "AccessDenied"), "scans.refused"),
        (Fault(403, "RequestTimeTooSkewed"), "scans.clock"),
        (Fault(403, "QuotaExceeded"), "scans.full"),
        (Fault(507), "scans.full"),
        (Fault(404, "NoSuchBucket"), "scans.no_bucket"),
        (Fault(silent=True), "scans.slow"),
        (Fault(drip=True), "scans.slow"),
        (Fault(body=b"x" * 90, cut=40), "scans.away"),
        (Fault(broken=2), "scans.away"),
    ],
    ids=lambda one: f"{one.status}-{one.code}" if isinstance(one, Fault) else str(one),
)
def test_each_fault_of_the_store_has_its_words(faulty: FaultyStore, fault: Fault, code: str) -> None:
    with faulty.doing(replace(fault, asked=[], over=threading.Event())) as place:
        client = BucketClient(place, SHORT)
        assert code_of(lambda: list(client.list("scans/"))) == code
        assert 1 <= len(faulty.fault.asked) <= 2


@pytest.mark.parametrize("verb", ["put", "get", "size", "delete"])
def test_a_store_that_fails_is_never_taken_for_one_without_the_scan(faulty: FaultyStore, verb: str) -> None:
    with faulty.doing(Fault(500, "InternalError")) as place:
        client = BucketClient(place, SHORT)
        arguments = ("a", b"b") if verb == "put" else ("a",)
        assert code_of(lambda: getattr(client, verb)(*arguments)) == "scans.failed"


def test_a_line_that_broke_is_tried_once_more(faulty: FaultyStore) -> None:
    with faulty.doing(Fault(body=b"scan", broken=1)) as place:
        assert BucketClient(place, SHORT).get("a") == b"scan"
        assert faulty.fault.asked == ["GET", "GET"]


def test_a_bucket_that_strangers_can_read_is_noticed(faulty: FaultyStore) -> None:
    with faulty.doing(Fault(body=b"scan")) as place:
        assert BucketClient(place, SHORT).is_public("a")


def test_a_slow_store_holds_only_so_many_requests(
    faulty: FaultyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others end at once, and leave the threads of the server to those who bring money."""
    monkeypatch.setattr(client_module, "_WAIT_S", 0)
    with faulty.doing(Fault(silent=True)) as place:
        client = BucketClient(place, replace(SHORT, silence=timedelta(seconds=20)))
        waiting = [threading.Thread(target=lambda: code_of(lambda: client.get("a"))) for _ in range(SLOTS)]
        for one in waiting:
            one.start()
        for one in waiting:
            one.join()
        assert code_of(lambda: client.get("a")) == "scans.busy"


@pytest.fixture
def claimed(s3: S3Server) -> BucketPlace:
    place = s3.place()
    ObjectStore(place).claim("CODE")
    return place


def test_a_place_belongs_to_one_centre(claimed: BucketPlace) -> None:
    store = ObjectStore(claimed)
    assert store.claim("CODE") == store.claim("CODE")
    assert code_of(lambda: store.claim("OTHER")) == "scans.other_centre"


def test_a_store_that_is_another_takes_no_scan_for_lost(claimed: BucketPlace) -> None:
    other = ObjectStore(claimed, "0" * 32)
    assert code_of(lambda: other.holds("a" * 64)) == "scans.other_store"
    assert code_of(lambda: other.read("a" * 64)) == "scans.other_store"
    other.client.put("store.json", b"[]")
    assert code_of(other.identity) == "scans.other_store"


def test_a_centre_with_a_folder_loads_nothing_of_it() -> None:
    heavy = {"requests_aws4auth", "central.object_store", "central.object_store_client"}
    for path in Path(client_module.__file__).parent.rglob("*.py"):
        if not path.name.startswith("object_store"):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            names = {one.module for one in body if isinstance(one, ast.ImportFrom)}
            names |= {name.name for one in body if isinstance(one, ast.Import) for name in one.names}
            assert not names & heavy, path
