"""The screens, one task each: `<task>_screen.py` draws, `<task>_presenter.py` decides and has no Qt."""

SCREENS: dict[str, str] = {
    "home": "kiosk.ui.screens.home_screen:HomeScreen",
    "queue": "kiosk.ui.screens.queue_screen:QueueScreen",
    "settings": "kiosk.ui.screens.settings_screen:SettingsScreen",
    "unlock": "kiosk.ui.screens.unlock_screen:UnlockScreen",
}
"""Each screen by name, as `module:Class`; it is imported and built when it is first shown."""
