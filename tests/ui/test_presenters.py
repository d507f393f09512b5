"""Presenters decide without Qt, and say what a person needs to know."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from kiosk.core.bidi import strip_marks
from kiosk.core.errors import KnownError
from kiosk.core.roles import Role
from kiosk.ui.desk_access import DeskAccess, OnDuty
from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.presenter import Context
from kiosk.ui.screens.home_presenter import TILES, HomePresenter, ShiftFacts
from kiosk.ui.screens.queue_presenter import DecidedEntry, QueueFacts, QueuePresenter
from kiosk.ui.screens.settings_presenter import SettingsPresenter, changed
from kiosk.ui.screens.unlock_presenter import UnlockPresenter
from kiosk.ui.sync_state import Attention, Connection, DebtLoading, NoCentre, SyncState
from kiosk.ui.tasks import SynchronousTasks
from tests.quality.tree import findings, imports, python_files

EVERY_SCREEN = {tile.screen for tile in TILES}


@dataclass
class FakeView:
    """Keeps what it was shown."""

    states: list[Any] = field(default_factory=list)
    errors: list[KnownError] = field(default_factory=list)

    def show_state(self, state: Any) -> None:
        self.states.append(state)

    def say_error(self, error: KnownError) -> None:
        self.errors.append(error)

    show_wrong = say_error

    @property
    def last(self) -> Any:
        return self.states[-1]


class FakeShell:
    """Keeps where it was sent."""

    def __init__(self) -> None:
        self.went: list[object] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments, **_named: self.went.append((name, *arguments))


class Loads(NoCentre):
    """A connection over which debts are being loaded."""

    def __init__(self, loading: DebtLoading) -> None:
        super().__init__()
        self.loading = loading

    def connection(self) -> Connection:
        return Connection(reachable=True, since=datetime.now(UTC), loading=self.loading)


class FakeDesk(DeskAccess):
    """A desk whose answers are given."""

    def __init__(self, tmp_path: Any, answer: object, roles: tuple[Role, ...] = (Role.TELLER,)) -> None:
        super().__init__(tmp_path, SynchronousTasks())
        self.on_duty = OnDuty("TEL-1", roles)
        self.answer = answer
        self.sync_state = SyncState(connected=False, since="09:12", waiting=3)

    def ask(self, work: Any, done: Any, failed: Any) -> None:
        if isinstance(self.answer, KnownError):
            failed(self.answer)
        else:
            done(self.answer)

    def look_again(self) -> None:
        """The state is given."""


def context(desk: DeskAccess, **settings: Any) -> Context:
    kept = DisplaySettings(**settings)
    return Context(kept.look(), desk, FakeShell(), kept)


def home(tmp_path: Any, facts: object, *roles: Role) -> tuple[HomePresenter, FakeView]:
    view = FakeView()
    desk = FakeDesk(tmp_path, facts, roles or (Role.TELLER,))
    presenter = HomePresenter(context(desk), view, EVERY_SCREEN)
    presenter.arrive()
    return presenter, view


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        (Role.TELLER, ["serve", "collect", "follow", "shift", "outage", "queue", "settings"]),
        (Role.COLLECTOR, ["collect", "shift", "outage", "queue", "settings"]),
        (Role.SUPERVISOR, ["serve", "collect", "follow", "shift", "outage", "queue", "settings"]),
        (Role.INSPECTOR, ["queue", "settings"]),
        (Role.TECHNICIAN, ["queue", "settings"]),
    ],
)
def test_only_what_a_role_may_is_offered(tmp_path: Any, role: Role, wanted: list[str]) -> None:
    _, view = home(tmp_path, ShiftFacts(), role)
    assert [tile.screen for tile in view.last.tiles] == [
        name for name in (tile.screen for tile in TILES) if name in wanted
    ]
    assert view.errors == []


def test_function_keys_of_the_tiles_differ() -> None:
    assert len({tile.key for tile in TILES}) == len(TILES)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (ShiftFacts(), "لا توجد وردية مفتوحة"),
        (ShiftFacts("open", "TEL-1", "08:30", 12), "ورديتك مفتوحة منذ 08:30"),
        (ShiftFacts("closing", "TEL-1", "08:30", 12), "ورديتك قيد الجرد"),
        (ShiftFacts("open", "TEL-2", "08:30", 12), "الوردية المفتوحة مع TEL-2"),
    ],
)
def test_home_says_whose_shift_is_open(tmp_path: Any, facts: ShiftFacts, said: str) -> None:
    _, view = home(tmp_path, facts)
    assert strip_marks(view.last.shift) == said
    assert view.last.shift_open == (facts.state == "open" and facts.staff == "TEL-1")


def test_home_says_what_needs_the_person(tmp_path: Any) -> None:
    facts = ShiftFacts("open", "TEL-1", "08:30", 2, handover_due=True, clock_suspect=True)
    presenter, view = home(tmp_path, facts)
    assert view.last.shift_detail == "باقي إيصالان في الدفتر"
    assert len(view.last.attention) == 2
    presenter._context.desk.sync_state = SyncState(connected=True, since="", attention=3)
    presenter.arrive()
    assert strip_marks(view.last.attention[1]) == "3 بنود تحتاج مراجعة"


def test_home_leads_to_the_task_that_was_pressed(tmp_path: Any) -> None:
    presenter, _ = home(tmp_path, ShiftFacts())
    presenter.choose("serve")
    assert presenter._context.go.went == [("go", "serve")]  # type: ignore[attr-defined]


def test_a_scan_at_home_begins_the_service_for_whoever_may_serve(tmp_path: Any) -> None:
    presenter, _ = home(tmp_path, ShiftFacts())
    presenter.scanned("CRT-01")
    assert presenter._context.go.went == [("go", "serve")]  # type: ignore[attr-defined]
    for text in ("D00000007-2026-000112", "https://verify.gov.eg/R#ABC", "d00000007-e1b1-000004"):
        presenter.scanned(text)
        assert presenter._context.go.went.pop() == ("go", "follow")  # type: ignore[attr-defined]
    watching, _ = home(tmp_path, ShiftFacts(), Role.INSPECTOR)
    watching.scanned("CRT-01")
    watching.scanned("D00000007-2026-000112")
    assert not watching._context.go.went  # type: ignore[attr-defined]


def test_home_shows_an_error_of_the_desk(tmp_path: Any) -> None:
    _, view = home(tmp_path, KnownError("session.expired"))
    assert view.errors[0].code == "session.expired"


def test_the_queue_calms_and_counts(tmp_path: Any) -> None:
    view = FakeView()
    facts = QueueFacts(3, 40, "2026/11/24 09:05", 2_100, (Attention("quarantined", 2),))
    QueuePresenter(context(FakeDesk(tmp_path, facts)), view).refresh()
    assert strip_marks(view.last.headline) == "الجهاز غير متصل منذ 09:12"
    assert "محفوظ على هذا الجهاز" in view.last.explanation
    assert [strip_marks(value) for _, value in view.last.figures] == [
        "3",
        "40",
        "2026/11/24 09:05",
        "3 كيلوبايت",
    ]
    assert [(words, strip_marks(count)) for words, count in view.last.attention] == [
        ("قيود وصلت المركز وتنتظر قرارًا هناك", "2")
    ]


def test_the_queue_shows_what_the_centre_decided_and_in_which_words(tmp_path: Any) -> None:
    view = FakeView()
    told = (
        DecidedEntry(7, "2026/11/20 11:00", "لا أثر للقيد غير مبلغه", "No effect", "راجعه المدير"),
        DecidedEntry(5, "2026/11/19 11:00", "طُبِّق القيد كما هو", "Applied", ""),
    )
    facts = QueueFacts(0, 40, "", 0, (), decided=told)
    QueuePresenter(context(FakeDesk(tmp_path, facts)), view).refresh()
    assert view.last.attention_words == "لا شيء يحتاج مراجعة"
    assert [tuple(map(strip_marks, row)) for row in view.last.attention] == [
        ("قرار المركز في القيد 7: لا أثر للقيد غير مبلغه (راجعه المدير)", "2026/11/20 11:00"),
        ("قرار المركز في القيد 5: طُبِّق القيد كما هو", "2026/11/19 11:00"),
    ]


@pytest.mark.parametrize(
    ("loading", "said"),
    [
        (DebtLoading(340_000, 1_000_000), "340,000 من 1,000,000 مدين"),
        (DebtLoading(1_000_000, 1_000_000, searchable=True), "تُجهَّز للبحث"),
    ],
)
def test_the_queue_says_how_far_new_debts_are(tmp_path: Any, loading: DebtLoading, said: str) -> None:
    view, desk = FakeView(), FakeDesk(tmp_path, QueueFacts(0, 40, "", 0, ()))
    desk.sync = Loads(loading)
    QueuePresenter(context(desk), view).refresh()
    assert strip_marks(view.last.figures[-1][1]) == said
    assert len(view.last.figures) == 5


@pytest.mark.parametrize(("rows", "percent"), [(0, 0), (39, 0), (40, 1), (3_999, 99), (4_000, 99)])
def test_a_load_is_whole_only_when_its_debtors_are_found(rows: int, percent: int) -> None:
    assert DebtLoading(rows, 4_000).percent == percent
    assert DebtLoading(rows, 4_000, searchable=True).percent == 100


def test_the_chip_says_how_much_of_new_debts_is_there() -> None:
    state = SyncState(connected=True, since="", loading=34)
    assert strip_marks(state.words(DisplaySettings().look().texts)) == "متصل بالمركز · مديونيات جديدة 34%"


def test_an_empty_queue_says_so(tmp_path: Any) -> None:
    view = FakeView()
    QueuePresenter(context(FakeDesk(tmp_path, QueueFacts(0, 5, "", 0, ()))), view).refresh()
    assert view.last.figures[2][1] == "لا شيء ينتظر"
    assert view.last.attention_words == "لا شيء يحتاج مراجعة"


def test_a_setting_is_changed_once(tmp_path: Any) -> None:
    made = context(FakeDesk(tmp_path, None))
    view = FakeView()
    presenter = SettingsPresenter(made, view)
    presenter.arrive()
    assert [(one.name, one.value) for one in view.last.questions] == [
        ("language", "ar"),
        ("theme", "light"),
        ("scale", "100"),
        ("lock_minutes", "3"),
    ]
    presenter.choose("scale", "100")
    presenter.choose("scale", "150")
    assert made.go.went == [("change_display", DisplaySettings(scale=150))]  # type: ignore[attr-defined]
    assert changed(DisplaySettings(), "lock_minutes", "10").lock_minutes == 10


def test_a_second_tap_while_unlocking_does_nothing(tmp_path: Any) -> None:
    tries: list[str] = []

    class SlowDesk(FakeDesk):
        def unlock(self, code: str, typed: str, done: Any, failed: Any) -> None:
            tries.append(code)

    presenter = UnlockPresenter(context(SlowDesk(tmp_path, None)), FakeView())
    presenter.choose("TEL-1")
    presenter.open("1" * 14)
    presenter.open("1" * 14)
    assert tries == ["TEL-1"]


def test_presenters_and_what_they_use_have_no_qt() -> None:
    """What decides is tested without a screen, so it must not need one."""
    names = ("presenter", "texts", "look", "tokens", "tasks", "desk_access", "display_settings", "sync_state")

    def uses_qt(source: Any) -> list[str]:
        stem = source.path.rpartition("/")[2].removesuffix(".py")
        if not stem.endswith("_presenter") and stem not in (*names, "scan_burst"):
            return []
        return [source.at(node, name) for node, name in imports(source) if name.startswith("PySide6")]

    assert findings(uses_qt, python_files("kiosk/ui")) == []
