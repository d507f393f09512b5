"""The served description of the interface is the committed one, and every answer is one that it names."""

import json

import requests

from central.app import create_app
from tests.central.server import TestServer
from tests.quality.tree import ROOT

PAGE = ROOT / "docs" / "openapi.json"


def described(server: TestServer) -> str:
    return (
        json.dumps(create_app(server.centre).openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    )


def test_the_committed_description_is_what_the_server_says(
    server: TestServer, http: requests.Session
) -> None:
    served = http.get(f"{server.address}/openapi.json", timeout=20).json()
    committed = PAGE.read_text(encoding="utf-8")
    assert json.loads(committed) == served, (
        "write docs/openapi.json again: python -m tests.central.write_openapi"
    )
    assert committed == described(server)


def test_every_path_is_named_in_the_protocol(server: TestServer, http: requests.Session) -> None:
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    paths = http.get(f"{server.address}/openapi.json", timeout=20).json()["paths"]
    assert [path for path in paths if f"`{path}`" not in page and path != "/health"] == []


def test_a_wrong_method_or_path_is_a_typed_error(server: TestServer, http: requests.Session) -> None:
    for method, path, status in (
        ("GET", "/v1/journal", 405),
        ("POST", "/v1/manifest", 405),
        ("GET", "/v1/files/..%2Fkeys%2Fack.pem", 404),
        ("GET", "/v1/files/xyz", 400),
        ("GET", "/v2/journal", 404),
    ):
        answer = http.request(method, server.address + path, timeout=20)
        assert answer.status_code == status, path
        assert answer.json()["error"]["code"].startswith("central.")
