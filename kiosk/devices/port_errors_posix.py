"""What a serial port raises once its device is gone, POSIX; the twin is port_errors_windows.

`termios.error` is no OSError, and pyserial lets it through from flush and the buffer resets (measured, 3.5).
"""

import termios

LOST: tuple[type[Exception], ...] = (OSError, termios.error)
"""serial.SerialException is an OSError."""
