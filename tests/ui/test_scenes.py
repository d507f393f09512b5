"""Every screen, in every state that matters, passes the audit in both languages, all sizes and scales."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.ui.display_settings import DisplaySettings
from kiosk.ui.screens import SCREENS
from tests.ui.all_scenes import SCENES, SCROLLS
from tests.ui.audit import ALL, ROOM, Audit, Check, audit
from tests.ui.stage import Stage, copied

SIZES = ((1024, 768), (1366, 768), (1280, 800))
LOWEST = (1024, 700)
"""A laptop whose task bar takes the rest: a task does not scroll there."""
TABLET = (800, 1280)
Make = Callable[..., Stage]


def led(make_stage: Make, scene: str, **options: Any) -> Stage:
    """A stage led to a scene, unpainted: painting each step would be a third of the time."""
    settings = {name: options.pop(name) for name in ("language", "theme", "scale") if name in options}
    stage = make_stage(settings=DisplaySettings(**settings), **options)
    stage.shell.setUpdatesEnabled(False)
    SCENES[scene](stage)
    stage.settle()
    return stage


def paint(stage: Stage) -> None:
    """Paint the screen once, so that a fault in painting is a fault of the test."""
    stage.shell.setUpdatesEnabled(True)
    stage.settle()
    stage.shell.setUpdatesEnabled(False)


def expect_clean(stage: Stage, size: tuple[int, int], checks: tuple[Check, ...] = ALL) -> None:
    stage.resize(*size)
    found = audit(stage, checks)
    if found:
        pytest.fail(f"at {size}\n" + "\n".join(found), pytrace=False)


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_is_large_clear_named_and_within_reach_of_the_keys(
    make_stage: Make, scene: str, language: str
) -> None:
    stage = led(make_stage, scene, language=language)
    paint(stage)
    for size in (*SIZES, TABLET):
        expect_clean(stage, size)
    if scene not in SCROLLS:
        expect_clean(stage, LOWEST, (Audit.scrolls,))
    expect_clean(stage, SIZES[0], (Audit.unreached,))


@pytest.mark.parametrize(
    ("language", "scale"),
    [
        ("ar", 150),
        ("en", 150),
        pytest.param("ar", 125, marks=pytest.mark.long),
        pytest.param("en", 125, marks=pytest.mark.long),
    ],
)
@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_holds_larger_text(make_stage: Make, scene: str, scale: int, language: str) -> None:
    stage = led(make_stage, scene, language=language, scale=scale)
    for size in SIZES:
        expect_clean(stage, size)


@pytest.mark.parametrize("language", ["ar", pytest.param("en", marks=pytest.mark.long)])
@pytest.mark.parametrize("scene", SCENES)
def test_a_screen_has_room_for_longer_texts(make_stage: Make, scene: str, language: str) -> None:
    stage = led(make_stage, scene, language=language, stretch=30)
    for size in SIZES:
        expect_clean(stage, size, ROOM)


def test_every_screen_has_a_scene(qapp: Any, template: Path, tmp_path: Path) -> None:
    missing = set(SCREENS)
    for scene in likeliest_first():
        if missing:
            stage = Stage(copied(template, tmp_path / scene))
            SCENES[scene](stage)
            missing.discard(stage.shell.name_shown)
            stage.close()
    assert missing == set()


def likeliest_first() -> list[str]:
    """Scenes named as a screen is, then one of each group of names, then the rest."""
    groups = {name.partition("-")[0]: name for name in reversed(SCENES)}
    named = {name.replace("_", "-") for name in SCREENS}
    return sorted(SCENES, key=lambda name: (name not in named, name not in groups.values()))


def test_the_audit_finds_what_is_wrong(make_stage: Make) -> None:
    """Break one thing after another, and see that its check speaks up."""
    stage = led(make_stage, "settings")
    primary = stage.screen.primary
    assert audit(stage) == []
    primary.setFixedHeight(40)
    assert any("small_targets" in finding for finding in audit(stage))
    primary.setText("Save 3-4 ٥ 龍")
    primary.setAccessibleName("")
    found = "\n".join(audit(stage))
    for check in ("english_left", "wrong_starts", "foreign_digits", "loose_numbers", "missing_glyphs"):
        assert check in found
    primary.setDefault(False)
    stage.screen.notice.say("info", "نص")
    stage.screen.notice.label.setFixedSize(4, 4)
    stage.screen.first.setFocusPolicy(stage.screen.first.focusPolicy().NoFocus)
    stage.shell.header.chip.setText("")
    found = "\n".join(audit(stage))
    for check in ("defaults", "cut_texts", "chip"):
        assert check in found
