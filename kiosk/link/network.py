"""Notices another network without sending anything, and asks the system what the one in use is called."""

import shutil
import socket
import subprocess
from contextlib import suppress
from dataclasses import dataclass

from kiosk.core.entries.technical import NetworkKind

_ANYWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation (RFC 5737, RFC 3849): a UDP socket that is connected to them sends nothing."""
_PORT = 9
_PATIENCE_S = 3
_NO_WAY_OUT = frozenset({"loopback", "bridge", "tun", "dummy", "veth"})
_KINDS: dict[str, NetworkKind] = {
    "802-3-ethernet": "wired",
    "802-11-wireless": "wireless",
    "gsm": "mobile",
    "cdma": "mobile",
}
"""Types of NetworkManager; any other is `other`."""


def way_out() -> tuple[str, ...]:
    """Own addresses of the ways out of this machine; none without a network."""
    found = []
    for family, anywhere in _ANYWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as line:
            line.connect((anywhere, _PORT))
            found.append(str(line.getsockname()[0]))
    return tuple(found)


@dataclass(frozen=True)
class Network:
    """A network as the system names it. The name stays on the device, the kind may be told."""

    name: str
    kind: NetworkKind


def network_name() -> str | None:
    """The name of the network in use, as `network` finds it."""
    found = network()
    return found.name if found is not None else None


def network() -> Network | None:
    """The network in use, as NetworkManager knows it; None where it is not told.

    Raises nothing: a machine without `nmcli` has networks without names.
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
    return network_in(done.stdout) if done.returncode == 0 else None


def network_in(listed: str) -> Network | None:
    """The first line of `NAME:TYPE` that is a way out of the machine; the one in use comes first."""
    for line in listed.splitlines():
        name, _, kind = line.rpartition(":")
        if name and kind not in _NO_WAY_OUT:
            plain = name.replace("\\:", ":").replace("\\\\", "\\")[:80]
            return Network(plain, _KINDS.get(kind, "other"))
    return None
