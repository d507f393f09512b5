"""Mounted sticks and cards as Linux tells of them, in /proc and /sys; the twin is removable_windows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOUNTS, BLOCKS = Path("/proc/self/mountinfo"), Path("/sys/class/block")
_ESCAPED = re.compile(r"\\([0-7]{3})")
_OF_THE_SYSTEM = {"/", "/boot", "/boot/efi", "/efi", "/usr", "/var", "/home"}
"""Where a system is mounted: a disk with one of these is none that is carried about, though it be a stick."""


@dataclass(frozen=True)
class _Mount:
    """One line of mountinfo (proc_pid_mountinfo(5)) about a block device; `disk`: the whole of it."""

    path: Path
    disk: Path
    writable: bool


def mounted(mounts: Path = MOUNTS, blocks: Path = BLOCKS) -> list[tuple[Path, str, bool]]:
    """Place, name and whether it was mounted for writing; nothing where there is no such list."""
    if not mounts.is_file():
        return []
    text = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    every = [one for line in text.splitlines() if (one := _read(line, blocks)) is not None]
    system = {one.disk for one in every if str(one.path) in _OF_THE_SYSTEM}
    found: dict[tuple[Path, str], tuple[Path, str, bool]] = {}
    for one in every:
        if one.disk not in system and _is_carried(one.disk):
            found.setdefault((one.disk, one.path.name), (one.path, one.path.name, one.writable))
    return list(found.values())


def _read(line: str, blocks: Path) -> _Mount | None:
    """A mount of a block device; None for anything else."""
    before, _, after = line.partition(" - ")
    fields, rest = before.split(), after.split()
    if len(fields) < 6 or len(rest) < 2 or not rest[1].startswith("/dev/"):
        return None
    block = blocks.joinpath(Path(_plain(rest[1])).resolve().name)
    if not block.exists():
        return None
    options = {*fields[5].split(","), *(rest[2].split(",") if len(rest) > 2 else ())}
    return _Mount(Path(_plain(fields[4])), _disk(block.resolve()), "ro" not in options)


def _plain(text: str) -> str:
    """Blanks and the like stand in mountinfo as three octal digits."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), text)


def _disk(block: Path) -> Path:
    """The whole device of a partition, also below an encrypted volume (LUKS)."""
    for below in _below(block):
        return _disk(below.resolve())
    return block.parent if (block / "partition").exists() else block


def _below(block: Path) -> Iterator[Path]:
    """What a mapped volume lies on."""
    folder = block / "slaves"
    if folder.is_dir():
        yield from sorted(folder.iterdir())


def _is_carried(disk: Path) -> bool:
    """Whether it can be taken out: by its own word, or on USB, or an SD card in its slot."""
    on_usb = any(re.fullmatch(r"usb\d+", part) for part in disk.parts)
    return on_usb or _says(disk / "removable") == "1" or _says(disk / "device" / "type") == "SD"


def _says(file: Path) -> str:
    """What a file of the system says, '' where there is none: the device may be gone by now."""
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return ""
