"""The name of this machine's system, on whichever system it is."""

import sys

if sys.platform == "win32":
    from kiosk.store.machine_windows import machine_id
else:
    from kiosk.store.machine_posix import machine_id

__all__ = ["machine_id"]
