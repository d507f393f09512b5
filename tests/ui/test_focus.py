"""Where Enter leads after a step: to the act, and never back by the arrow in the header."""

import re
from collections.abc import Callable

import pytest

from kiosk.core.bidi import RLM
from kiosk.ui.widgets.buttons import Button
from tests.ui.all_scenes import SCENES
from tests.ui.stage import Stage

AFTER_A_STEP = (
    "close-result",
    "give-done",
    "receive-done",
    "shift-opened",
    "void-done",
    "receipt",
    "report-z",
)


@pytest.mark.parametrize("scene", AFTER_A_STEP)
def test_a_step_without_a_field_begins_at_its_button(make_stage: Callable[..., Stage], scene: str) -> None:
    stage = make_stage()
    stage.shell.setUpdatesEnabled(False)
    SCENES[scene](stage)
    stage.settle()
    assert stage.has_focus(stage.screen.primary)


@pytest.mark.parametrize("scene", ["receive-from", "serve", "collect-chosen", "shift-open"])
def test_words_of_buttons_keep_their_own_direction(make_stage: Callable[..., Stage], scene: str) -> None:
    """Qt would set a code or number at the end of a button before its Arabic words."""
    stage = make_stage()
    stage.shell.setUpdatesEnabled(False)
    SCENES[scene](stage)
    words = [one.text() for one in stage.shell.findChildren(Button)]
    mixed = [one for one in words if re.search("[ء-ي].*[^ء-ي\u200f]\u200f?$", one)]
    assert mixed or scene != "receive-from"
    assert [one for one in mixed if not (one.startswith(RLM) and one.endswith(RLM))] == []
