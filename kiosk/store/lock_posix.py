"""A lock on an open file, POSIX; the twin is lock_windows. The system lets go of it when the process ends."""

import fcntl


def try_lock(descriptor: int) -> bool:
    """Take the file for this process alone; False when another holder has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
