"""Page, vectors and code of the protocol hold together, so that a stranger can write the other side."""

import ast
import json
import re
from typing import Any

import pytest

from kiosk.core.wire.authority import OFFLINE, ONLINE
from kiosk.core.wire.bundle import open_bundle
from kiosk.core.wire.pki import ca_code
from tests.core.wire.exchange_vectors import FILE, STEPS, Step, in_bytes, kept, vectors
from tests.core.wire.protocol_vectors import NOW
from tests.quality.tree import ROOT

PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
DESCRIBED: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
HAS_PURPOSE = re.compile(r"(?:[A-Z]+_)?(?:PURPOSE|ANSWER|READMISSION|TOMBSTONE|WIPE|WIPE_REQUEST)")
ELSEWHERE = {"backup": "docs/central.md"}
"""Purposes of what never travels between device and centre, and the page that tells of them."""
WITHOUT_MESSAGE = {
    "GET /health": "says that the server answers",
    "POST /v1/attachments": "headers of tus only",
    "HEAD /v1/attachments/{upload}": "headers of tus only",
    "PATCH /v1/attachments/{upload}": "sealed bytes",
}


def named_in_code() -> set[str]:
    """Every purpose that the code signs or opens: those delegated, and constants that say so."""
    found = {*ONLINE, *OFFLINE}
    for folder in ("kiosk/core", "central"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.parse(file.read_text(encoding="utf-8")).body:
                if isinstance(node, ast.Assign):
                    found |= purposes_in(node)
    return found


def purposes_in(node: ast.Assign) -> set[str]:
    targets = node.targets[0].elts if isinstance(node.targets[0], ast.Tuple) else [node.targets[0]]
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    return {
        value.value
        for target, value in zip(targets, values, strict=False)
        if isinstance(target, ast.Name)
        and HAS_PURPOSE.fullmatch(target.id)
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
    }


def test_the_messages_are_made_again_to_the_byte() -> None:
    assert vectors(kept()) == json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.name)
def test_each_message_opens_as_what_it_is(step: Step) -> None:
    given = {one.name: in_bytes(one, kept()[one.name]) for one in STEPS}
    if step.name == "bundle":
        code = ca_code(given["the CA certificate, DER in hex"])
        open_bundle(given["bundle"], request=given["enrolment request"], code=code, now=NOW)
    else:
        step.decoder.read(given[step.name])


def test_every_purpose_of_the_code_is_told_on_the_page() -> None:
    named = named_in_code()
    assert named > {"ack", "wipe-request", "medium", "session", "scan-held"}, "the search finds them"
    missing = sorted(one for one in named - ELSEWHERE.keys() if f"`{one}`" not in PAGE)
    assert missing == [], "tell of it in docs/protocol.md"


def test_every_route_is_told_with_its_method_and_has_its_message() -> None:
    routes = {f"{method.upper()} {path}" for path, item in DESCRIBED.items() for method in item}
    untold = [one for one in routes - {"GET /health"} if "`{}` `{}`".format(*one.split()) not in PAGE]
    assert sorted(untold) == [], "name method and path in docs/protocol.md"
    carried = {one.route for one in STEPS if one.route} | WITHOUT_MESSAGE.keys()
    assert sorted(routes - carried) == [], "give it a message in tests/core/wire/exchange_vectors.py"
    assert sorted(carried - routes) == [], "no such route"


def test_every_signed_message_of_a_route_is_among_the_vectors() -> None:
    signed = set(re.findall(r'"purpose": \{\s*"const": "([a-z-]+)"', json.dumps(DESCRIBED)))
    given = {json.loads(text).get("purpose") for text in kept().values() if text.startswith("{")}
    assert signed
    assert sorted(signed - given) == []
