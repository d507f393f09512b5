"""Notices another network without sending anything, and asks the system what the one in use is called."""

import shutil
import socket
import subprocess
from contextlib import suppress

_ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, RFC 3849): a UDP socket that is connected to them sends nothing."""
_PORT = 9
_PATIENCE_S = 3
_NO_WAY_OUT = frozenset({"loopback", "bridge", "tun", "dummy", "veth"})


def way_out() -> tuple[str, ...]:
    """Own addresses of the ways out of this machine; none without a network."""
    found = []
    for family, anywhere in _ANYWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((anywhere, _PORT))
            found.append(str(line.getsockname()[0]))
    return tuple(found)


def network_name() -> str | None:
    """The name that the system gives to the network in use, as NetworkManager knows it; None where it is not
    told. Raises nothing: a machine without `nmcli` has networks without names.
    """
    program = shutil.which("nmcli")
    if program is None:
        return None
    command = [program, "-t", "-f", "NAME,TYPE", "connection", "show", "--active"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command of the system
            command,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
            env={"LC_ALL": "C.UTF-8"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return name_in(done.stdout) if done.returncode == 0 else None


def name_in(listed: str) -> str | None:
    """The first line of `NAME:TYPE` that is a way out of the machine; the one in use comes first."""
    for line in listed.splitlines():
        name, _, kind = line.rpartition(":")
        if name and kind not in _NO_WAY_OUT:
            return name.replace("\\:", ":").replace("\\\\", "\\")[:80]
    return None
