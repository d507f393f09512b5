"""The scenes of every module `scenes*.py` in this folder, which each name theirs in `SCENES`."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.ui.stage import Stage

Scene = Callable[[Stage], None]


def _modules() -> list[str]:
    return sorted(path.stem for path in Path(__file__).parent.glob("scenes*.py"))


SCENES: dict[str, Scene] = {}
"""Every scene by its name, which is the name of its picture."""
SCROLLS: set[str] = set()
"""Scenes that may scroll on the smallest laptop: those with a message on top, and long lists."""
for _name in _modules():
    _module = import_module(f"tests.ui.{_name}")
    _twice = set(SCENES) & set(_module.SCENES)
    if _twice:
        raise RuntimeError(f"{_name} names a scene again: {_twice}")
    SCENES |= _module.SCENES
    SCROLLS |= getattr(_module, "SCROLLS", set())
