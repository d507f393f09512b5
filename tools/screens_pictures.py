"""Takes the pictures in docs/screens/: every scene in Arabic, and what differs in English and other themes.

`python -m tools.screens_pictures [FOLDER] [SCENE …]`. The clocks of a scene stand still, so that a picture
changes only when its screen does.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from kiosk.ui.display_settings import DisplaySettings
from tests.ui.all_scenes import SCENES
from tests.ui.stage import Stage, copied, make_template

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
LAPTOP, TABLET = (1024, 768), (800, 1280)
LOOKS = {
    "ar": DisplaySettings(),
    "en": DisplaySettings(language="en"),
    "ar-dark": DisplaySettings(theme="dark"),
    "ar-sunlight": DisplaySettings(theme="sunlight"),
    "ar-large": DisplaySettings(scale=150),
}


def pictures(scenes: Sequence[str]) -> Iterator[tuple[str, str, DisplaySettings, tuple[int, int]]]:
    """Every picture: file name, scene, settings, size of the window."""
    for scene in scenes:
        for look, settings in LOOKS.items():
            yield f"{scene}-{look}.png", scene, settings, LAPTOP
        yield f"{scene}-ar-tablet.png", scene, LOOKS["ar"], TABLET


def take(folder: Path, scenes: Sequence[str]) -> list[Path]:
    """Take the pictures of these scenes; return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory() as temporary:
        template = Path(temporary) / "template"
        make_template(template)
        for at, (name, scene, settings, size) in enumerate(pictures(scenes)):
            stage = Stage(copied(template, Path(temporary) / f"{at}"), settings=settings, size=size)
            SCENES[scene](stage)
            stage.picture().save(str(folder / name))
            stage.close()
            written.append(folder / name)
    return written


def main(arguments: Sequence[str]) -> int:
    """Take all pictures, or those of the scenes named."""
    folder = Path(arguments[0]) if arguments else FOLDER
    scenes = list(arguments[1:]) or list(SCENES)
    for path in take(folder, scenes):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
