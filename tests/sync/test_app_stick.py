"""The stick screen with a real centre: out, imported there, and back with its answer, data and orders."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from central.orders import give_order
from central.reference_data import load_text
from central.tombstones import entomb
from central.usb import import_sticks
from central.usb_out import export_stick
from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.wire.order import FREEZE
from kiosk.desk.session import Session
from kiosk.store.incidents import standing_incidents
from kiosk.store.queries.queue import acknowledged_through, queue
from kiosk.sync.removable import Medium
from kiosk.trial_data import shipped_trial_data
from kiosk.ui.desk_access import DeskAccess
from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.look import Look
from kiosk.ui.presenter import Context
from kiosk.ui.screens.stick_presenter import StickPresenter
from kiosk.ui.tasks import SynchronousTasks
from kiosk.ui.texts import Texts
from tests.acts import begin, pay_debt
from tests.desk.conftest import CHEAP
from tests.sync.enrolled import EnrolledDevice, add_centre_debts, new_person, sync
from tests.sync.test_scans import add
from tests.ui.counter import KeptShell, KeptView, plain

T = TypeVar("T")


class AtWork:
    """The stick screen of an enrolled device, without a window."""

    def __init__(self, device: EnrolledDevice, stick: Path, staff: str) -> None:
        device.close()
        self.desk = DeskAccess(device.root, SynchronousTasks(), opening=CHEAP)
        self.desk.unlock(staff, device.secrets[staff], lambda _on_duty: None, fail)
        medium = Medium(stick, "STICK", 8_000_000_000, writable=True)
        vars(self.desk.sticks)["media"] = lambda _data, done, _failed: done([medium])
        self.view = KeptView()
        shell = KeptShell()
        context = Context(Look(Texts("ar")), self.desk, shell, DisplaySettings())  # type: ignore[arg-type]
        self.presenter = StickPresenter(context, self.view)
        self.presenter.arrive()

    def do(self, work: Callable[[Session], T]) -> T:
        results: list[T] = []
        self.desk.act(work, results.append, fail)
        return results[0]

    def close(self) -> None:
        self.desk.lock(lambda _waits: None, fail)

    @property
    def said(self) -> str:
        state = self.presenter.state
        assert state.page == "done", self.view.errors
        return plain((state.headline, state.lead, state.lines))


def fail(error: KnownError) -> None:
    pytest.fail(str(error))


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    (tmp_path / "STICK").mkdir()
    return tmp_path / "STICK"


@pytest.fixture
def leaver(device: EnrolledDevice) -> str:
    """A person of this test alone: the centre is shared, and who leaves has left every device."""
    new_person(device.server, "TEL-77", "teller")
    sync(device.unlock("SUP-1"))
    device.add("TEL-77", "teller")
    return "TEL-77"


@pytest.fixture
def at_work(device: EnrolledDevice, stick: Path) -> Iterator[AtWork]:
    session = device.unlock("SUP-1")
    begin(session)
    pay_debt(session)
    add(session)
    made = AtWork(device, stick, "SUP-1")
    yield made
    made.close()
    load_text(device.server.centre, "policy", shipped_trial_data().policy.decode())


def test_both_directions_go_by_the_screen_and_each_says_what_came_of_it(
    device: EnrolledDevice, leaver: str, at_work: AtWork, stick: Path
) -> None:
    centre, presenter = device.server.centre, at_work.presenter
    code = at_work.do(lambda session: session.store.device_signer.by)
    last = at_work.do(lambda session: queue(session.store.db).entries)
    before = at_work.do(lambda session: acknowledged_through(session.store.db))
    presenter.write()
    assert f"من {before + 1} إلى {last} على STICK" in at_work.said
    assert "صور المستندات، كُتب منها: 1" in at_work.said
    assert "وليست إرسالًا" in at_work.said
    assert at_work.do(lambda session: acknowledged_through(session.store.db)) == before
    presenter.leave_result()
    assert any(f"حتى القيد {last}" in strip_marks(one) for one in presenter.state.says)

    taken = import_sticks(centre, stick)[0]
    assert (taken.manifest, taken.last, taken.faults) == (True, last, [])
    load_text(centre, "policy", shipped_trial_data().policy.decode() + "\n# by screen\n")
    give_order(centre, code, FREEZE)
    entomb(centre, leaver, "left")
    export_stick(centre, code, stick)
    presenter.take()
    for words in (
        f"أكد المركز استلام القيود حتى {last}",
        "القواعد",
        "أوامر الإيقاف",
        "أوامر المركز: 1",
        "صور المستندات، أكد المركز منها: 1",
    ):
        assert words in at_work.said
    assert at_work.do(lambda session: acknowledged_through(session.store.db)) == last
    assert [one.kind for one in at_work.do(lambda session: standing_incidents(session.store.db))] == [
        "frozen"
    ]
    assert [one.code for one in at_work.view.errors] == ["staff.ended_by_centre"], "it counts at once"
    assert leaver not in {one.code for one in at_work.do(lambda session: session.store.slots.listed())}
    assert presenter.state.facts[0][1] != "", "what was written since waits"

    presenter.leave_result()
    presenter.take()
    assert "لا جديد على STICK" in at_work.said


def test_a_great_loss_of_debts_waits_for_a_persons_word_on_the_screen(
    device: EnrolledDevice, at_work: AtWork, stick: Path
) -> None:
    add_centre_debts(device.server)
    export_stick(device.server.centre, at_work.do(lambda session: session.store.device_signer.by), stick)
    shrink = "UPDATE snapshot_applied SET rows = 100000 WHERE dataset = 'debts'"
    at_work.do(lambda session: session.store.db.conn.execute(shrink).rowcount)
    at_work.presenter.take()
    assert at_work.presenter.state.accept
    assert at_work.presenter.state.tone == "warning"
    assert "نقص كبير" in at_work.said
    at_work.presenter.take(accept_smaller=True)
    assert not at_work.presenter.state.accept
    assert "المديونيات" in at_work.said
