"""A part of a file is what was asked for, or a typed fault; what came before a cut is kept."""

import pytest

from kiosk.core.errors import KnownError
from kiosk.link.transport import Timeouts, Transport
from tests.central.server import TestServer
from tests.sync.canned import answer, canned

QUICK = Timeouts(connect=2, silence=2, whole=4)


def part_of(server: TestServer, said: bytes, size: int = 10) -> tuple[bytes, str]:
    """What arrives of `size` bytes, and the fault that ended it ('' for none)."""
    into = bytearray()
    with canned(server.centre, said) as other:
        line = Transport(other.address, server.centre.keys.ca_der, timeouts=QUICK)
        try:
            line.fetch_part("/v1/files/x", into, 5, size, {})
        except KnownError as error:
            return bytes(into), error.code
        finally:
            line.close()
    return bytes(into), ""


def partial(body: bytes, *headers: str) -> bytes:
    return answer("206 Partial Content", body, *headers)


@pytest.mark.parametrize(
    ("said", "kept", "code"),
    [
        (partial(b"0123456789"), b"0123456789", ""),
        (partial(b"0123"), b"0123", "sync.offline"),
        (partial(b"0123456789")[:-4], b"012345", "sync.offline"),
        (answer("200 OK", b"0123456789"), b"", "sync.captive_portal"),
        (answer("200 OK", bytes(500)), b"", "sync.captive_portal"),
        (partial(bytes(500)), None, "sync.captive_portal"),
        (answer("416 Range Not Satisfiable", b""), b"", "sync.captive_portal"),
        (answer("503 Busy", b""), b"", "sync.busy"),
    ],
)
def test_a_part_that_is_not_the_one_asked_for_is_a_typed_fault(
    server: TestServer, said: bytes, kept: bytes | None, code: str
) -> None:
    came, fault = part_of(server, said)
    assert fault == code
    assert kept is None or came == kept
