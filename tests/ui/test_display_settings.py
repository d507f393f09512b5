"""What this device shows is kept in a plain file that says nothing of anybody."""

import json
from pathlib import Path

import pytest

from kiosk.core.errors import KnownError
from kiosk.ui.display_settings import FILE, DisplaySettings, overridden, read_settings, write_settings


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    kept = DisplaySettings(language="en", theme="sunlight", scale=125, lock_minutes=10, waits=True)
    write_settings(tmp_path, kept)
    assert read_settings(tmp_path) == kept


def test_a_new_device_has_the_original_settings(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == DisplaySettings("ar", "light", 100, 3, waits=False)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"language": "fr"}',
        '{"lock_minutes": 0}',
        '{"lock_minutes": 100000}',
        '{"scale": true}',
        '{"scale": 125.0}',
        '{"waits": 1}',
        '{"name": "ليلى"}',
    ],
)
def test_a_file_that_is_not_ours_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(KnownError) as caught:
        read_settings(tmp_path)
    assert caught.value.code == "ui.display_file"


def test_the_file_holds_choices_only(tmp_path: Path) -> None:
    write_settings(tmp_path, DisplaySettings())
    kept = json.loads((tmp_path / FILE).read_text(encoding="ascii"))
    assert set(kept) == {"language", "theme", "scale", "lock_minutes", "waits"}


def test_the_command_line_wins_where_it_says_something() -> None:
    kept = DisplaySettings(language="en")
    assert overridden(kept, language=None, theme="dark", scale=150) == DisplaySettings("en", "dark", 150)
