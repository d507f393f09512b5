"""Offline-first counter and collection kiosk for Egypt's mobile technology centres."""

__version__ = "0.1.0"
