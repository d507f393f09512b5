"""How the server may be reached without TLS: by this machine alone, over a socket that is really free."""

import json
import socket
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from central.__main__ import central
from central.ca import LIST_DAYS, issue_server
from central.centre import Centre
from central.commands.base import run
from central.folder import write_durably
from central.keys import TLS_CHAIN
from central.serving import Serving, Way, check_loopback, listen_unix
from kiosk.core.errors import KnownError
from kiosk.core.wire.pki import pem_of
from tests.central.server import Clock, make_centre


def code_of(error: pytest.ExceptionInfo[KnownError]) -> str:
    return error.value.code


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    made, _ = make_centre(tmp_path, Clock())
    return made


def said(capsys: pytest.CaptureFixture[str], centre: Centre, *arguments: str) -> Any:
    capsys.readouterr()
    run(central, [*arguments, "--folder", str(centre.folder.root), "--json"])
    out = capsys.readouterr()
    return json.loads(out.out or out.err)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "centre.example", "::ffff:192.0.2.7"])
def test_without_tls_no_other_machine_is_listened_to(
    capsys: pytest.CaptureFixture[str], centre: Centre, host: str
) -> None:
    answer = said(capsys, centre, "run", "--behind-proxy", "--host", host)
    assert answer["error"]["code"] == "central.not_loopback"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_this_machine_is(host: str) -> None:
    check_loopback(host)


def test_a_socket_is_for_the_server_and_its_group(tmp_path: Path) -> None:
    with listen_unix(tmp_path / "1.sock"):
        assert stat.S_IMODE((tmp_path / "1.sock").stat().st_mode) == 0o660


def test_a_socket_that_a_dead_server_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "1.sock"
    listen_unix(path).close()
    assert path.exists()
    with listen_unix(path), socket.socket(socket.AF_UNIX) as asking:
        asking.connect(str(path))


def test_a_socket_in_use_and_a_file_are_left_alone(tmp_path: Path) -> None:
    path, file = tmp_path / "1.sock", tmp_path / "file"
    file.write_text("x")
    with listen_unix(path):
        for one in (path, file, tmp_path / "nowhere" / "1.sock"):
            with pytest.raises(KnownError) as caught:
                listen_unix(one)
            assert code_of(caught) == "central.cannot_listen_unix"
    assert file.read_text() == "x"


def test_nothing_of_the_environment_says_whom_to_believe(
    centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    with listen_unix(tmp_path / "1.sock") as listening:
        open_to_all = Serving(centre, listening, lambda _: None).config
        behind = Serving(centre, listening, lambda _: None, Way(proxied=True)).config
    assert (open_to_all.proxy_headers, open_to_all.is_ssl) == (False, True)
    assert (behind.proxy_headers, behind.is_ssl) == (True, False)


def test_the_list_names_retired_devices_and_the_ca_signed_it(
    capsys: pytest.CaptureFixture[str], centre: Centre, tmp_path: Path
) -> None:
    assert said(capsys, centre, "ca", "crl")["devices"] == []
    listed = x509.load_pem_x509_crl(centre.folder.revoked.read_bytes())
    assert listed.is_signature_valid(centre.keys.ca.public_key())  # type: ignore[arg-type]
    assert list(listed) == []
    assert listed.next_update_utc is not None
    assert listed.next_update_utc - listed.last_update_utc > timedelta(days=LIST_DAYS)
    other = tmp_path / "elsewhere.pem"
    answer = said(capsys, centre, "ca", "crl", "--out", str(other), "--days", "7")
    assert answer["path"] == str(other)
    assert (
        x509.load_pem_x509_crl(other.read_bytes())
        .extensions.get_extension_for_class(x509.CRLNumber)
        .value.crl_number
        > listed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    )


def test_status_names_papers_of_the_connection_that_run_out(
    capsys: pytest.CaptureFixture[str], centre: Centre
) -> None:
    said(capsys, centre, "ca", "crl", "--days", "3")
    assert [one["dataset"] for one in said(capsys, centre, "status")["expiring"]] == ["ca.crl.pem"]
    said(capsys, centre, "ca", "crl")
    assert said(capsys, centre, "status")["expiring"] == []
    key = x509.load_pem_x509_certificates(centre.folder.key(TLS_CHAIN).read_bytes())[0].public_key()
    old = issue_server(["x"], key, centre.keys.ca, centre.keys.ca_key, centre.now() - timedelta(days=820))  # type: ignore[arg-type]
    write_durably(centre.folder.key(TLS_CHAIN), pem_of(old).encode())
    assert [one["dataset"] for one in said(capsys, centre, "status")["expiring"]] == [TLS_CHAIN]
