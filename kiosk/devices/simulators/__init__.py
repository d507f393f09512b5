"""Devices of software on real pseudo-terminals, for tests and the demonstration: POSIX by nature."""
