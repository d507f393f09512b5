"""Takes the pictures in docs/screens/: every scene in both languages, the chief ones in every look.

`python -m tools.screens_pictures [FOLDER] [SCENE …]`. The clocks of a scene stand still, so that a picture
changes only when its screen does.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage, Qt

from kiosk.ui.display_settings import DisplaySettings
from tests.ui.all_scenes import SCENES
from tests.ui.stage import Stage, copied, make_template

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screens"
LAPTOP, TABLET = (1024, 768), (800, 1280)
BOTH = {"ar": DisplaySettings(), "en": DisplaySettings(language="en")}
OTHERS = {
    "ar-dark": DisplaySettings(theme="dark"),
    "ar-sunlight": DisplaySettings(theme="sunlight"),
    "ar-large": DisplaySettings(scale=150),
}


def chief(scene: str) -> bool:
    """Whether a scene is the plain state of its screen."""
    return "-" not in scene or scene in ("home-at-work", "serve-fee", "collect-chosen")


def pictures(scenes: Sequence[str]) -> Iterator[tuple[str, str, DisplaySettings, tuple[int, int]]]:
    """Every picture: file name, scene, settings, size of the window."""
    for scene in scenes:
        looks = BOTH | OTHERS if chief(scene) else BOTH
        for look, settings in looks.items():
            yield f"{scene}-{look}.png", scene, settings, LAPTOP
        if chief(scene):
            yield f"{scene}-ar-tablet.png", scene, BOTH["ar"], TABLET


def small(image: QImage) -> QImage:
    """The picture in its own 256 most frequent colours: a third of the bytes, and nobody sees it."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("I"))
    table = [colour for colour, _ in counted.most_common(256)]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return plain.convertToFormat(QImage.Format.Format_Indexed8, table, flags)


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
            small(stage.picture().toImage()).save(str(folder / name))
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
