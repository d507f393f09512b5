"""A lock on an open file, Windows; the twin is lock_posix. The system lets go of it when the process ends."""

import sys

assert sys.platform == "win32"

import msvcrt  # noqa: E402 - only there


def try_lock(descriptor: int) -> bool:
    """Take the file for this process alone; False when another holder has it."""
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except (PermissionError, BlockingIOError):
        return False
    return True
