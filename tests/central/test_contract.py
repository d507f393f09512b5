"""Whatever is asked of the interface, the answer is one that its description names (schemathesis).

Each route of the committed description, which tests/central/test_openapi.py holds to the application, gets
what the description allows, what it forbids, and messages that a real device signed whose fields are anything
of their form: these get past the signature to the rules behind it. A new route needs no line here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

from central.described import JSON
from kiosk.core.attachments_upload import OFFSET_MEDIA
from kiosk.core.wire import enrolment
from kiosk.core.wire.batch import MEDIA_TYPE
from kiosk.core.wire.canonical import canonical, nfc, parse_canonical
from kiosk.core.wire.codec import load
from kiosk.core.wire.session import Challenge
from kiosk.core.wire.signed import kid_of, sign_object
from tests.central.device import Device
from tests.central.server import TestServer
from tests.central.test_openapi import PAGE
from tests.core.wire.test_fuzz import broken

NOT_HELD: list[Any] = [positive_data_acceptance]
"""A description cannot say that bytes are canonical, nor who signed them: what fits it may be refused."""
EXAMPLES = [3, pytest.param(300, marks=pytest.mark.long)]
DESCRIBED = json.loads(PAGE.read_text(encoding="utf-8"))
ROUTES = [(method.upper(), path) for path, item in DESCRIBED["paths"].items() for method in item]
SIGNED = [
    path
    for path, item in DESCRIBED["paths"].items()
    for body in item.get("post", {}).get("requestBody", {}).get("content", {}).values()
    if "payload" in body["schema"].get("properties", {})
]
load_all_checks()


schemathesis.serializer.alias([MEDIA_TYPE, OFFSET_MEDIA], "application/octet-stream")
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=4),
    max_leaves=10,
)
entries = st.binary(min_size=1, max_size=200).filter(lambda data: b"\n" not in data) | plain.map(
    lambda value: canonical(nfc(value))
)
"""Bytes in the place of an entry: the centre cuts a batch at its frame and keeps what it finds."""


def with_whole_numbers(value: Any) -> Any:
    """A JSON schema takes 1.0 for a whole number; in canonical JSON nobody can write it."""
    if isinstance(value, dict):
        return {name: with_whole_numbers(one) for name, one in value.items()}
    if isinstance(value, list):
        return [with_whole_numbers(one) for one in value]
    return int(value) if isinstance(value, float) else value


@dataclass
class Asking:
    """Asks the running server what its description suggests, as one device that has a session."""

    schema: Any
    device: Device
    token: dict[str, str]

    def operation(self, method: str, path: str) -> APIOperation[Any, Any, Any, Any]:
        found: APIOperation[Any, Any, Any, Any] = self.schema[path][method]
        return found

    def ask(self, case: Case[Any]) -> int:
        """Send it, hold the answer to all checks, and say its status."""
        server = self.device.server
        answer = case.call_and_validate(
            base_url=server.address,
            session=self.device.http,
            headers=self.token,
            excluded_checks=NOT_HELD,
            timeout=20,
            verify=str(server.ca_file),
        )
        return answer.status_code

    def signed(self, body: Any) -> bytes:
        """The message that a schema suggested, as this device would have sent it."""
        now = self.device.server.clock.now()
        own = {"device": self.device.code, "stream": self.device.stream}
        payload = nfc(with_whole_numbers(body["payload"]))
        payload |= {name: value for name, value in own.items() if name in payload}
        if "challenge" in payload:
            drawn = parse_canonical(self.device.post("/v1/challenge", b"").content)
            payload["challenge"] = load(Challenge, drawn).challenge
        return sign_object(
            body["purpose"],
            payload,
            key=self.device.key,
            kid=kid_of(self.device.key.public_key()),
            issued=now,
            expires=now + timedelta(days=1),
        )


@pytest.fixture(scope="module")
def asking(server: TestServer) -> Iterator[Asking]:
    with server.session() as http, pytest.MonkeyPatch.context() as patch:
        patch.setitem(enrolment.SCRYPT, "n", 2)
        device = Device(server, http).enrol().begin()
        device.send()
        server.settle()
        yield Asking(schemathesis.openapi.from_dict(DESCRIBED), device, device.open_session())


def bounded(examples: int) -> settings:
    """The same cases in every run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def can_be_wrong(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """Whether a request to this route can break its description: it has parameters, or a body of JSON."""
    described = DESCRIBED["paths"][operation.path][operation.method]
    return bool(described.get("parameters")) or JSON in described.get("requestBody", {}).get("content", {})


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_answer_is_one_that_is_described(asking: Asking, method: str, path: str, examples: int) -> None:
    operation = asking.operation(method, path)
    modes = [GenerationMode.POSITIVE, *([GenerationMode.NEGATIVE] if can_be_wrong(operation) else [])]
    for mode in modes:

        @bounded(examples)
        @given(operation.as_strategy(generation_mode=mode, headers=asking.token))
        def each(case: Case[Any]) -> None:
            asking.ask(case)

        each()


@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("path", SIGNED)
def test_whatever_a_device_signs_gets_an_answer_that_is_described(
    asking: Asking, path: str, examples: int
) -> None:
    operation = asking.operation("POST", path)

    @bounded(examples)
    @given(operation.as_strategy())
    def each(case: Case[Any]) -> None:
        asking.ask(operation.Case(body=asking.signed(case.body), media_type=JSON))

    each()


@pytest.mark.parametrize("examples", EXAMPLES)
def test_whatever_a_device_writes_is_stored_and_answered(asking: Asking, examples: int) -> None:
    device = asking.device
    operation = asking.operation("POST", "/v1/journal")

    @bounded(examples)
    @given(st.lists(entries, min_size=1, max_size=3))
    def each(written: list[bytes]) -> None:
        first = len(device.records) + 1
        for data in written:
            device.chain(data)
        case = operation.Case(body=device.pack(first), media_type=MEDIA_TYPE)
        assert asking.ask(case) == 200

    each()
    device.server.settle()
    assert device.send(len(device.records)).stored_through == len(device.records)


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize("examples", EXAMPLES)
@pytest.mark.parametrize("path", ["/v1/journal", "/v1/heartbeat", "/v1/enrol"])
def test_a_message_of_a_real_device_that_was_broken_on_the_way_gets_an_answer_that_is_described(
    asking: Asking, path: str, examples: int
) -> None:
    device = asking.device
    made: dict[str, Callable[[], bytes]] = {
        "/v1/journal": lambda: device.pack(len(device.records)),
        "/v1/heartbeat": device.heartbeat,
        "/v1/enrol": lambda: device.request(device.server.prepare()),
    }
    media = MEDIA_TYPE if path == "/v1/journal" else JSON
    operation = asking.operation("POST", path)

    @bounded(examples)
    @given(broken(made[path]()))
    def each(data: bytes) -> None:
        asking.ask(operation.Case(body=data, media_type=media))

    each()
