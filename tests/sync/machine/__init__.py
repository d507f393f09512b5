"""Random histories of real devices and the real centre on a line that fails, and what holds after each."""
