"""Wrong input on every screen is said in the summary and beside its field, and nothing is lost or written."""

from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLineEdit

from kiosk.desk.session import Session
from tests.desk.forms import NAME
from tests.ui.scenes_cash import (
    drawer,
    give_count,
    give_to,
    outage_form,
    receive_other,
    receive_stated,
    void_why,
)
from tests.ui.scenes_collect import collect_debts, collect_other_payer
from tests.ui.scenes_follow import follow
from tests.ui.scenes_pay import pay, pay_both, pay_slip
from tests.ui.scenes_serve import IN_DOUBT, SERVICE, fill, serve_families
from tests.ui.scenes_shift import close_parting, close_result
from tests.ui.stage import Stage

Lead = Callable[[Stage], None]


def type_into(stage: Stage, name: str, text: str) -> None:
    """Replace what stands in an edit of the screen."""
    edit = getattr(stage.screen, name)
    edit.setFocus()
    edit.clear()
    stage.type(text)


def typing(scene: Lead, **texts: str) -> Lead:
    """A scene, and then these texts in these edits of its screen."""

    def led(stage: Stage) -> None:
        scene(stage)
        for name, text in texts.items():
            type_into(stage, name, text)

    led.__name__ = "-".join((scene.__name__, *texts))
    return led


def filling(scene: Lead, **texts: str) -> Lead:
    """A scene, and then these answers in its fields."""

    def led(stage: Stage) -> None:
        scene(stage)
        fill(stage, **texts)

    led.__name__ = "-".join((scene.__name__, *texts))
    return led


def form(stage: Stage) -> None:
    """The first page of a form."""
    serve_families(stage)
    stage.scan(SERVICE)
    stage.tap(stage.screen.go_button)


def shift_open_empty(stage: Stage) -> None:
    """Nothing was counted."""
    stage.unlock()
    stage.go("shift_open")


def give_second(stage: Stage) -> None:
    """To whom cash is given."""
    give_count(stage)
    stage.tap(stage.screen.primary)


WRONG: tuple[Lead, ...] = (
    filling(form, applicant_name=NAME, national_number=IN_DOUBT),
    filling(pay, cash="1"),
    filling(pay, cash="1,5"),
    filling(pay_slip, slip_amount="12x", slip_number="004417"),
    filling(pay_both, cash="5", slip_amount="٣"),
    typing(collect_debts, amount="1,5"),
    collect_other_payer,
    shift_open_empty,
    close_result,
    typing(close_parting, kept="1,5", seal="S-7"),
    typing(close_parting, kept="99999", seal="S-7"),
    typing(outage_form, started="26:10"),
    give_second,
    typing(give_to, seal="S-9"),
    typing(receive_other, transfer="12", giver="TEL-2"),
    typing(receive_stated, stated="1,5"),
    void_why,
    drawer,
    follow,
    typing(follow, number="ABC-1"),
)


def entries(session: Session) -> int:
    return session.store.journal.state().seq


def typed(stage: Stage) -> Counter[tuple[str, str]]:
    """What stands in the edits of the screen, by their names."""
    edits = stage.screen.findChildren(QLineEdit)
    return Counter((one.accessibleName(), one.text()) for one in edits if one.text())


@pytest.mark.parametrize("lead", WRONG, ids=lambda lead: lead.__name__)
def test_wrong_input_is_said_twice_kept_and_not_written(make_stage: Callable[..., Stage], lead: Lead) -> None:
    stage = make_stage()
    stage.shell.setUpdatesEnabled(False)
    lead(stage)
    before, texts, name = stage.do(entries), typed(stage), stage.shell.name_shown
    stage.tap(stage.screen.primary)
    screen = stage.screen
    beside = [field.text for field in screen.fields.values() if field.text]
    assert screen.summary.isVisible()
    assert beside
    assert set(beside) == set(screen.summary.texts)
    assert stage.shell.name_shown == name
    assert typed(stage) == texts
    assert stage.do(entries) == before
    first = next(field for field in screen.fields.values() if field.text == screen.summary.texts[0])
    assert stage.focus is not None
    assert first.isAncestorOf(stage.focus)
