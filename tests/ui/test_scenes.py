"""Every screen, in every state that matters, passes the audit in both languages, all sizes and scales."""

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.screens import SCREENS
from tests.ui.audit import ALL, ROOM, Audit, audit
from tests.ui.scenes import SCENES
from tests.ui.stage import Stage

SIZES = ((1024, 768), (1366, 768))
LOWEST = (1024, 700)
"""A laptop whose task bar takes the rest."""
SCROLLS = {"unlock-wrong"}
"""Scenes with a message on top, which may push the page beyond the window."""
Make = Callable[..., Stage]


def led(make_stage: Make, scene: str, **options: Any) -> Stage:
    settings = {name: options.pop(name) for name in ("language", "theme", "scale") if name in options}
    stage = make_stage(settings=DisplaySettings(**settings), **options)
    SCENES[scene](stage)
    stage.settle()
    return stage


def expect_clean(found: list[str], where: str) -> None:
    if found:
        pytest.fail(f"{where}\n" + "\n".join(found), pytrace=False)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("scale", [100, 125, 150])
@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_passes_the_audit(make_stage: Make, scene: str, scale: int, language: str) -> None:
    stage = led(make_stage, scene, language=language, scale=scale)
    for size in (*SIZES, (1280, 800)):
        stage.resize(*size)
        expect_clean(audit(stage), f"{scene} at {size}")


@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_has_room_for_longer_texts(make_stage: Make, scene: str) -> None:
    stage = led(make_stage, scene, stretch=30)
    expect_clean(audit(stage, ROOM), f"{scene} with texts 30 % longer")


@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_does_not_break_on_a_tablet_held_upright(make_stage: Make, scene: str) -> None:
    stage = led(make_stage, scene, size=(800, 1280))
    expect_clean(audit(stage), f"{scene} at 800×1280")


@pytest.mark.parametrize("scene", sorted(set(SCENES) - SCROLLS))
def test_a_task_does_not_scroll_on_the_smallest_laptop(make_stage: Make, scene: str) -> None:
    stage = led(make_stage, scene, size=LOWEST)
    expect_clean(audit(stage, (Audit.scrolls,)), f"{scene} at {LOWEST}")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("scene", SCENES)
def test_everything_is_reached_by_tab_in_reading_order(make_stage: Make, scene: str, language: str) -> None:
    stage = led(make_stage, scene, language=language)
    expect_clean(audit(stage, (Audit.unreached,)), scene)


def test_every_screen_has_a_scene(make_stage: Make) -> None:
    shown = set()
    for scene in SCENES:
        shown.add(led(make_stage, scene).shell.name_shown)
    assert shown == set(SCREENS)


def test_the_audit_finds_what_is_wrong(make_stage: Make) -> None:
    """Break one thing after another, and see that its check, and only a check that should, speaks up."""
    stage = led(make_stage, "settings")
    screen = stage.screen
    assert audit(stage, ALL) == []
    screen.primary.setFixedHeight(40)
    assert any("small_targets" in finding for finding in audit(stage))
    screen.primary.setText("Save 3-4 ٥")
    screen.primary.setAccessibleName("")
    found = "\n".join(audit(stage))
    for check in ("english_left", "wrong_starts", "foreign_digits", "loose_numbers"):
        assert check in found
