"""A port for a server that goes away and comes back: below those that outgoing connections are given.

A port that the system chooses may be given to anybody's connection while its server is away, even to the very
connection that looks for it.
"""

import random
import socket

FIRST, LAST = 21_000, 29_999


def steady_port() -> int:
    """A port of 127.0.0.1 that nobody has now, in a range from which no connection is given one."""
    while True:
        port = random.randint(FIRST, LAST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
