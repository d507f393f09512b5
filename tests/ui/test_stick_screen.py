"""Sticks from the screen: what is written and said, two taps, a stick pulled out, and one that hangs."""

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from kiosk.core.bidi import strip_marks
from kiosk.core.wire.export_manifest import MANIFEST
from kiosk.desk.screen_lock import note_return
from kiosk.desk.session import Session
from kiosk.store.files import write_durably
from kiosk.store.queries.queue import queue
from kiosk.sync import export
from kiosk.sync.removable import Medium
from kiosk.sync.stick import write_and_read_back
from kiosk.ui.qt_tasks import WorkerTasks
from kiosk.ui.stick_jobs import StickJobs
from tests.ui.scenes_stick import put_in, sees
from tests.ui.stage import Stage
from tests.ui.test_commit_once import HeldTasks, types
from tests.ui.watchdog import LIMIT_MS, stands_still_ms

Make = Callable[..., Stage]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MAX_ENTRIES", 5)


@pytest.fixture
def stick(tmp_path: Path) -> Medium:
    path = tmp_path / "STICK"
    path.mkdir()
    return Medium(path, "STICK", 8_000_000_000, writable=True)


@pytest.fixture
def beside() -> Iterator[WorkerTasks]:
    """A thread of sticks, as the program has it."""
    made = WorkerTasks()
    made.start()
    yield made
    made.close()


class Slow:
    """A stick whose files after the first wait until somebody wants it to stop."""

    def __init__(self, stage: Stage) -> None:
        self.reached, self._stage, self.written = Event(), stage, 0

    def __call__(self, path: Path, data: bytes) -> None:
        write_and_read_back(path, data)
        self.written += path.name.startswith("batch")
        run = self._stage.desk.sticks._run
        assert run is not None
        if self.written == 2 and not run.stopping:
            self.reached.set()
            assert run._stop.wait(20)


def at_stick(stage: Stage, medium: Medium, staff: str = "TEL-1") -> None:
    """At the screen with one stick in, which is chosen by itself."""
    stage.unlock(staff)
    put_in(stage, [medium])


def exported(session: Session) -> int:
    return types(session)["journal.exported"]


def said(stage: Stage) -> str:
    state = stage.screen.presenter.state
    return strip_marks(" | ".join((state.headline, state.lead, *state.lines)))


def test_two_fast_taps_write_one_export_and_it_is_called_no_upload(make_stage: Make, stick: Medium) -> None:
    tasks = HeldTasks()
    stage = make_stage(sticks=StickJobs(tasks))
    at_stick(stage, stick)
    waiting = stage.do(lambda session: queue(session.store.db).waiting)
    facts = strip_marks(" | ".join(value for _, value, _ in stage.screen.presenter.state.facts))
    assert f"من 1 إلى {waiting}" in facts
    assert "المركز فقط" in facts
    tasks.holding = True
    for _ in range(2):
        QTest.mouseClick(stage.screen.write, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert stage.shell.name_shown == "queue", "the second tap met the way back to work"
    stage.go("stick")
    stage.screen.presenter.write()
    stage.screen.presenter.take()
    assert tasks.waiting == 1
    tasks.release()
    stage.settle()
    assert stage.do(exported) == 1
    assert f"كُتبت القيود من 1 إلى {waiting} على STICK وقُرئت منها مرة أخرى" in said(stage)
    assert "نسخة وليست إرسالًا" in said(stage)
    assert "على قرص الجهاز نفسه" in said(stage)
    assert stage.do(lambda session: queue(session.store.db).waiting) == waiting + 1
    assert next(stick.path.glob("D*-export")).joinpath(MANIFEST).is_file()
    stage.go("queue")
    figures = strip_marks(" | ".join(value for _, value in stage.screen.presenter.state.figures))
    assert f"حتى القيد {waiting} في" in figures


def test_a_stick_that_hangs_holds_up_neither_screens_nor_money_and_stops_between_two_batches(
    make_stage: Make, stick: Medium, beside: WorkerTasks, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage(sticks=StickJobs(beside))
    at_stick(stage, stick)
    slow = Slow(stage)
    monkeypatch.setattr(export, "write_and_read_back", slow)
    stage.tap(stage.screen.write)
    assert slow.reached.wait(20)
    screen = stage.screen

    def look_on() -> None:
        with qtbot.waitSignal(screen._ticks.timeout):
            pass

    assert stands_still_ms(look_on) <= LIMIT_MS
    assert "كُتب وقُرئ 5 من" in strip_marks(screen._far.text())
    assert 0 < screen.bar.value() < 100
    screen.presenter.look()
    before = stage.do(lambda session: session.store.journal.state().seq)
    stage.do(lambda session: note_return(session, ()))
    assert stage.do(lambda session: session.store.journal.state().seq) == before + 1
    stage.tap(screen.write)
    assert stage.shell.name_shown == "queue", "it can be left"
    stage.go("stick")
    stage.tap(screen.halt)
    assert not screen.halt.isEnabled()
    qtbot.waitUntil(lambda: screen.presenter.state.page == "done")
    assert "توقفت الكتابة. كُتبت القيود من 1 إلى 10" in said(stage)
    assert stage.do(exported) == 1


def test_a_kiosk_that_is_locked_meanwhile_ends_the_stick_first_and_keeps_the_entry(
    make_stage: Make, stick: Medium, beside: WorkerTasks, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage(sticks=StickJobs(beside))
    at_stick(stage, stick)
    slow = Slow(stage)
    monkeypatch.setattr(export, "write_and_read_back", slow)
    screen = stage.screen
    stage.tap(screen.write)
    assert slow.reached.wait(20)
    stage.shell.lock()
    qtbot.waitUntil(lambda: screen.presenter.state.page == "done")
    stage.unlock()
    assert stage.shell.name_shown == "stick"
    assert "توقفت الكتابة" in said(stage)
    assert stage.do(exported) == 1
    refused: list[str] = []
    stage.desk.sticks.end()
    stage.desk.sticks.run(lambda _work: None, lambda _none: None, lambda error: refused.append(error.code))
    qtbot.waitUntil(lambda: bool(refused))
    assert refused == ["ui.locked"]


def test_a_stick_that_is_pulled_out_full_locked_or_bad_has_its_sentence_and_nothing_is_lost(
    make_stage: Make, stick: Medium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = make_stage()
    at_stick(stage, stick)
    before = stage.do(lambda session: queue(session.store.db).waiting)

    def pulled(path: Path, data: bytes) -> None:
        write_and_read_back(path, data)
        stick.path.rename(tmp_path / "pulled-out")

    def telling(fault: Callable[[Path, bytes], None], where: str) -> str:
        with monkeypatch.context() as patch:
            patch.setattr(where, fault)
            stage.tap(stage.screen.write)
        assert stage.screen.presenter.state.page == "choose"
        return strip_marks(stage.screen.notice.label.text())

    def refusing(number: int) -> Callable[[Path, bytes], None]:
        def write(_path: Path, _data: bytes) -> None:
            raise OSError(number, "refused")

        return write

    assert "غير موجود" in telling(pulled, "kiosk.sync.export.write_and_read_back")
    (tmp_path / "pulled-out").rename(stick.path)
    for number, words in (
        (errno.ENOSPC, "لا توجد مساحة"),
        (errno.EROFS, "لا تقبل الكتابة"),
        (errno.EIO, "لا تقرأ أو لا تكتب"),
    ):
        assert words in telling(refusing(number), "kiosk.sync.stick.write_durably")
    bad = telling(lambda path, _data: write_durably(path, b"?"), "kiosk.sync.stick.write_durably")
    assert "لا يرجع كما كُتب" in bad
    assert "كل القيود محفوظة" in bad
    stage.tap(stage.screen.take)
    assert "لا يوجد في" in strip_marks(stage.screen.notice.label.text()), "nothing of the centre is on it"
    (folder := stick.path / "D00000999-0badcafe-centre").mkdir()
    (folder / "letter.sealed").write_bytes(b"of another")
    stage.tap(stage.screen.take)
    assert "لجهاز آخر" in strip_marks(stage.screen.notice.label.text())
    assert stage.do(exported) == 0
    assert stage.do(lambda session: queue(session.store.db).waiting) == before
    stage.tap(stage.screen.write)
    assert "كُتبت القيود من 1" in said(stage), "the next try goes through"
    assert not stage.screen.notice.isVisible()


def test_a_folder_that_is_typed_wrong_is_told_beside_its_field_and_a_right_one_is_written_to(
    make_stage: Make, stick: Medium
) -> None:
    stage = make_stage()
    stage.unlock()
    put_in(stage, [])
    stage.tap(stage.screen.write)
    assert "لم تختر الفلاشة" in strip_marks(stage.screen.notice.label.text())
    stage.tap(stage.screen.rows[""])
    for typed, words in (("", "لم تختر"), ("STICK", "لا يوجد مجلد"), ("/media/no-such", "لا يوجد مجلد")):
        stage.screen.folder.setText(typed)
        stage.tap(stage.screen.write)
        assert words in strip_marks(stage.screen.fields["folder"].error.text())
        assert words in strip_marks(stage.screen.summary.texts[0])
        assert stage.screen.folder.value() == typed
        assert stage.has_focus(stage.screen.folder)
    stage.screen.folder.setText(str(stick.path))
    stage.tap(stage.screen.write)
    assert stage.screen.presenter.state.page == "done"
    assert stage.screen.fields["folder"].error.text() == ""


def test_sticks_come_and_go_while_one_looks_and_the_choice_stays(make_stage: Make, stick: Medium) -> None:
    stage = make_stage()
    at_stick(stage, stick)
    presenter = stage.screen.presenter
    assert presenter.state.chosen == str(stick.path), "the only one"
    locked = Medium(Path("/media/usb/LOCKED"), "LOCKED", 10, writable=False)
    sees(stage, [stick, locked])
    row = stage.screen.rows[str(stick.path)]
    presenter.look()
    stage.settle()
    assert presenter.state.chosen == str(stick.path)
    assert stage.screen.rows[str(stick.path)] is not row
    stage.tap(stage.screen.rows[str(locked.path)])
    assert not stage.screen.write.isEnabled()
    assert stage.screen.take.isEnabled()
    row = stage.screen.rows[str(stick.path)]
    presenter.look()
    assert stage.screen.rows[str(stick.path)] is row, "nothing new: who moves by keys keeps his place"
    sees(stage, [])
    presenter.look()
    assert (presenter.state.media, presenter.state.chosen) == ((), "")
    small = Medium(stick.path, "SMALL", 10, writable=True)
    sees(stage, [small])
    presenter.look()
    assert any("أقل من الحجم" in one for one in presenter.state.says)


def test_an_inspector_writes_nothing_and_a_trial_has_no_centre(make_stage: Make, stick: Medium) -> None:
    stage = make_stage()
    at_stick(stage, stick, "INS-1")
    assert not stage.screen.write.isEnabled()
    assert stage.screen.take.isEnabled()
    assert stage.screen.presenter.state.facts == ()
    stage.screen.presenter.write()
    assert "صلاحيات" in strip_marks(stage.screen.notice.label.text())
    assert stage.do(exported) == 0
    trial = make_stage()
    trial.unlock()
    sees(trial, [stick])
    trial.go("stick")
    assert not trial.screen.write.isEnabled()
    assert not trial.screen.take.isEnabled()
    assert len(trial.screen.presenter.state.says) == 1
