"""What a serial port raises once its device is gone, Windows; the twin is port_errors_posix."""

LOST: tuple[type[Exception], ...] = (OSError,)
"""serial.SerialException is an OSError."""
