"""Takes the pictures in docs/screens/: every scene in Arabic, the chief ones in English, a few in every look.

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
HEAD = """# Pictures of the screens

`python -m tools.screens_pictures` takes them all again and writes this list;
`python -m tools.screens_pictures docs/screens home settings` takes those of two scenes. They show the real
screens over a trial device, with the trial's made-up people. `ar` and `en` are the languages in light colours
at 1024×768; `ar-dark`, `ar-sunlight`, `ar-large` (scale 1.5) and `ar-tablet` (800×1280, upright) other looks.
"""
COLOURS = 64
SMALLEST_FILE = 0
"""Qt's quality of a PNG: the time it takes to pack, not what is seen."""
ARABIC, ENGLISH = {"ar": DisplaySettings()}, {"en": DisplaySettings(language="en")}
OTHERS = {
    "ar-dark": DisplaySettings(theme="dark"),
    "ar-sunlight": DisplaySettings(theme="sunlight"),
    "ar-large": DisplaySettings(scale=150),
}
IN_ENGLISH = {
    *("unlock", "held", "home-at-work", "serve-search", "serve-papers", "serve-form", "serve-fee"),
    *("pay-change", "receipt", "collect-debts", "collect-chosen", "shift-mine", "shift-open", "close-result"),
    *("report-z", "outage", "give-to", "receive-done", "void-why", "approval", "queue-offline", "settings"),
    "stick",
    "follow-incomplete",
}
IN_EVERY_LOOK = {
    "unlock",
    "home-at-work",
    "serve-form",
    "pay-change",
    "receipt",
    "collect-chosen",
    "close-count",
}


def pictures(scenes: Sequence[str]) -> Iterator[tuple[str, str, DisplaySettings, tuple[int, int]]]:
    """Every picture: file name, scene, settings, size of the window.

    All scenes in Arabic, the chief ones in English, a few in all looks and on an upright tablet: the tests
    audit every scene in every language and size, pictures are for eyes.
    """
    for scene in scenes:
        every = scene in IN_EVERY_LOOK
        looks = ARABIC | (ENGLISH if scene in IN_ENGLISH else {}) | (OTHERS if every else {})
        for look, settings in looks.items():
            yield f"{scene}-{look}.png", scene, settings, LAPTOP
        if every:
            yield f"{scene}-ar-tablet.png", scene, ARABIC["ar"], TABLET


def small(image: QImage) -> QImage:
    """The picture in its own most frequent colours: a third of the bytes, and nobody sees it."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("I"))
    table = [colour for colour, _ in counted.most_common(COLOURS)]
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
            small(stage.picture().toImage()).save(str(folder / name), "PNG", SMALLEST_FILE)  # type: ignore[call-overload]
            stage.close()
            written.append(folder / name)
    return written


def listed() -> str:
    """The page that lists every picture, in the words of the scenes themselves."""
    rows: dict[str, list[str]] = {}
    for name, scene, _, _ in pictures(list(SCENES)):
        look = name.removeprefix(f"{scene}-").removesuffix(".png")
        rows.setdefault(scene, []).append(f"[{look}]({name})")
    lines = [
        f"| {scene} | {(SCENES[scene].__doc__ or '').splitlines()[0]} | {' · '.join(links)} |"
        for scene, links in sorted(rows.items())
    ]
    return "\n".join((HEAD, "| scene | what it shows | pictures |", "| --- | --- | --- |", *lines)) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Take all pictures and list them, or take those of the scenes named."""
    folder = Path(arguments[0]) if arguments else FOLDER
    scenes = list(arguments[1:]) or list(SCENES)
    written = take(folder, scenes)
    if len(arguments) < 2:
        for old in set(folder.glob("*.png")) - set(written):
            old.unlink()
        (folder / "README.md").write_text(listed(), encoding="utf-8")
    print(f"{len(written)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
