"""The name that this installation of the system gives itself, Windows; the twin is machine_posix."""

import sys

assert sys.platform == "win32"

import winreg  # noqa: E402 - only there


def machine_id() -> bytes:
    """MachineGuid, made once at installation; nothing where the registry does not say."""
    place = r"SOFTWARE\Microsoft\Cryptography"
    try:
        with winreg.OpenKey(
            winreg.HKEY_LOCAL_MACHINE, place, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        ) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0]).encode()
    except OSError:
        return b""
