"""kill -9 at every step of a renewal: key and certificate of the device fit, and one of each is in use."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key

from kiosk.core.wire.pki import check_certificate
from kiosk.store.renewal import Renewal, keep_renewal, pair_shown, renewal_of
from kiosk.store.sync_state import centre_of
from tests.central.server import TestServer
from tests.crash.conftest import Asked
from tests.sync.conftest import cheap_numbers, server
from tests.sync.enrolled import EnrolledDevice, make_enrolled, sync
from tests.sync.test_renewal import age, hash_of, in_use, issued, told

__all__ = ["cheap_numbers", "server"]


@pytest.fixture(scope="module")
def dying() -> Iterator[Asked]:
    process = Asked("tests.crash.round_steps")
    yield process
    process.close()


@pytest.fixture
def device(server: TestServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EnrolledDevice]:
    made = make_enrolled(tmp_path_factory.mktemp("renewing") / "device", server)
    yield made
    made.close()


def check_pair(device: EnrolledDevice) -> None:
    """Whatever was cut: what is shown is of the CA, of this device, and of the key beside it."""
    assert device._open is not None
    db, code = device._open.store.db, device._open.store.unlocked.device
    certificate, key = pair_shown(db)
    own, centre = load_der_private_key(bytes.fromhex(key), None), centre_of(db)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    assert centre is not None
    assert code is not None
    check_certificate(bytes.fromhex(certificate), bytes.fromhex(centre.ca), device=code, key=own.public_key())


def killed_at(device: EnrolledDevice, dying: Asked, die_at: int) -> bool:
    """Make the certificate old, kill the round that renews it at a step of that, and do another two."""
    session = device.unlock("SUP-1")
    with session.store.transaction() as db:
        keep_renewal(db, Renewal())
    old, before = age(device), set(issued(device))
    device.close()
    said = dying(
        root=str(device.root), secret=device.secrets["SUP-1"], staff="SUP-1", die_at=die_at, renewing=True
    )
    session = device.unlock("SUP-1")
    check_pair(device)
    assert in_use(session) == old
    assert sync(session).error is None
    assert sync(session).waiting == 0
    check_pair(device)
    (new,) = set(issued(device)) - before
    assert in_use(session)[0] == new
    assert renewal_of(session.store.db).key == ""
    assert told(session).count(hash_of(new)) == 1
    assert device.at_centre() == device.here()
    return bool(said["killed"])


def kill_everywhere(device: EnrolledDevice, dying: Asked, stride: int) -> int:
    for kills, die_at in enumerate(range(1, 10_000, stride)):
        if not killed_at(device, dying, die_at):
            return kills
    raise AssertionError("a renewal has an end")


def test_killed_at_steps_of_a_renewal_the_device_has_a_pair_that_works(
    device: EnrolledDevice, server: TestServer, dying: Asked
) -> None:
    assert kill_everywhere(device, dying, stride=7) >= 3


@pytest.mark.long
def test_killed_at_any_step_of_a_renewal_the_device_has_a_pair_that_works(
    device: EnrolledDevice, server: TestServer, dying: Asked
) -> None:
    assert kill_everywhere(device, dying, stride=1) >= 20
