"""Mounted sticks and cards as Windows tells of them, by drive letter; the twin is removable_posix."""

import sys

assert sys.platform == "win32"

import ctypes  # noqa: E402 - what is asked of it is only there
from pathlib import Path  # noqa: E402

_REMOVABLE = 2
"""DRIVE_REMOVABLE of GetDriveTypeW."""
_READ_ONLY = 0x0008_0000
"""FILE_READ_ONLY_VOLUME of GetVolumeInformationW."""
_LONGEST = 261


def mounted() -> list[tuple[Path, str, bool]]:
    """Place, name and whether it takes what is written; a drive without a medium is left out."""
    kernel = ctypes.windll.kernel32
    letters = kernel.GetLogicalDrives()
    found = []
    for at in range(26):
        root = f"{chr(ord('A') + at)}:\\"
        if not letters >> at & 1 or kernel.GetDriveTypeW(root) != _REMOVABLE:
            continue
        name, flags = ctypes.create_unicode_buffer(_LONGEST), ctypes.c_ulong()
        if kernel.GetVolumeInformationW(root, name, _LONGEST, None, None, ctypes.byref(flags), None, 0):
            found.append((Path(root), f"{name.value or root[:2]}", not flags.value & _READ_ONLY))
    return found
