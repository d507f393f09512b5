"""Screens of the kiosk: the only package that may import QtWidgets."""
